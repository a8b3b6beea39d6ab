/** The parts of a practice's work that lie in its book, put together: read at unlocking, and anew whenever the book has something new. */
import type { ChartService } from '../charts/chart-service.ts';
import type { ChartMerges } from '../merging/merges.ts';
import { PracticeNoteTemplates } from './note-templates.ts';
import type { PracticeBook } from './practice-book.ts';
import { PracticeDue } from './practice-due.ts';
import type { PracticeContext } from '../practice-context.ts';
import { ResultInbox } from './result-inbox.ts';
import { PracticeSchedule } from './schedule.ts';
import type { Saving } from '../saving.ts';
import type { PracticeInfo } from '../session.ts';
import { PracticeTasks } from './tasks.ts';
import type { PracticeWork } from './work-acts.ts';

interface WorkInit {
  readonly context: PracticeContext;
  readonly book: PracticeBook;
  readonly charts: ChartService;
  readonly merges: Pick<ChartMerges, 'groups' | 'of'>;
  readonly saving: Saving;
  readonly role: () => PracticeInfo['role'];
  readonly changed: () => void;
}

/** Inside the queue only. */
export async function openPracticeWork(init: WorkInit): Promise<PracticeWork> {
  const tasks = new PracticeTasks(init);
  const inbox = new ResultInbox({ ...init, tasksChanged: () => tasks.refresh() });
  const noteTemplates = new PracticeNoteTemplates(init);
  const schedule = new PracticeSchedule(init);
  const due = new PracticeDue(init);
  for (const part of [tasks, inbox, noteTemplates, schedule, due]) {
    init.book.readers.push(() => part.refresh());
    await part.refresh();
  }
  return { inbox, tasks, noteTemplates, schedule, due };
}
