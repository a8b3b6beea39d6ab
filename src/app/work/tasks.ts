/** What somebody of the practice is to do, in the practice book: asked, done or dropped, by whom and when by the signatures. */
import { toHex } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { mayWrite } from '../../access/roles.ts';
import type { ChartService } from '../charts/chart-service.ts';
import type { BookRecord, PracticeBook } from './practice-book.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { PracticeInfo, WriteFailure } from '../session.ts';
import { newTaskRecord, taskFromJson, taskRecord, type TaskRecord } from './task-records.ts';
import type { NewTask, Task, Tasks } from './work-acts.ts';

interface Parts {
  readonly context: PracticeContext;
  readonly book: PracticeBook;
  readonly charts: Pick<ChartService, 'namesOf'>;
  readonly saving: Saving;
  readonly role: () => PracticeInfo['role'];
  readonly changed: () => void;
}

/** Characters of what is to be done. */
const maxTextLength = 500;

export class PracticeTasks implements Tasks {
  readonly #parts: Parts;
  #records: readonly BookRecord<TaskRecord>[] = [];
  #all: readonly Task[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Inside the queue only. */
  async refresh(): Promise<void> {
    this.#records = await this.#parts.book.records('Task', taskFromJson);
    this.#all = this.#records.map((record) => this.#shown(record)).sort(byDue);
  }

  get all(): readonly Task[] {
    return this.#all;
  }

  get mayWrite(): boolean {
    return mayWrite(this.#parts.role(), 'work');
  }

  #shown({ id, value, made, written }: BookRecord<TaskRecord>): Task {
    const nameOf = ({ device }: typeof made): string => this.#parts.charts.namesOf(device).personName;
    const at = ({ timeMs }: typeof made): string => new Date(timeMs).toISOString();
    return { id, ...value, madeBy: nameOf(made), madeAt: at(made), changedBy: nameOf(written), changedAt: at(written) };
  }

  add(task: NewTask): Promise<Result<string, WriteFailure>> {
    const id = toHex(this.#parts.context.ports.random.bytes(16));
    return this.#put(task.text, () => ok(newTaskRecord(id, task))).then((put) => (put.ok ? ok(id) : put));
  }

  change(id: string, change: Parameters<Tasks['change']>[1]): Promise<Result<void, WriteFailure>> {
    return this.#put(change.text ?? '', () => {
      const known = this.#records.find((record) => record.id === id);
      return known === undefined ? err('not-found') : ok(taskRecord(id, { ...known.value, ...change }));
    });
  }

  #put(
    text: string,
    make: () => Result<ReturnType<typeof taskRecord>, WriteFailure>,
  ): Promise<Result<void, WriteFailure>> {
    const { context, book, saving, changed } = this.#parts;
    if (!this.mayWrite) return Promise.resolve(err('not-allowed'));
    if (text.length > maxTextLength) return Promise.resolve(err('too-large'));
    const kept = context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      const record = make();
      if (!record.ok) return record;
      const written = await book.putAll([record.value]);
      if (!written.ok) return written;
      await this.refresh();
      return ok(undefined);
    });
    return saving.watch(kept).finally(changed);
  }
}

/** Open first, by the day they are due, those without a day last; then those done, newest first. */
function byDue(a: Task, b: Task): number {
  const isOpen = (task: Task): number => (task.status === 'requested' ? 0 : 1);
  if (isOpen(a) !== isOpen(b)) return isOpen(a) - isOpen(b);
  if (isOpen(a) === 1) return b.changedAt.localeCompare(a.changedAt);
  return (a.due ?? '9999').localeCompare(b.due ?? '9999') || a.madeAt.localeCompare(b.madeAt);
}
