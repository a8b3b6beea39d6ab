/**
 * Who is due for what, of all own charts, by what the index keeps of each: no chart is opened for it. Which reminders the practice does
 * not want is a record of its book, an administrator's to write.
 */
import { mayWrite } from '../../access/roles.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { dueItems } from '../../clinical/due/due.ts';
import { joinedFacts } from '../../clinical/due/facts.ts';
import { dueRules } from '../../clinical/due/rules.ts';
import type { ChartIndex } from '../patients/chart-index.ts';
import type { PracticeBook } from './practice-book.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { PracticeInfo, WriteFailure } from '../session.ts';
import type { Due, DueRow } from './work-acts.ts';

interface Parts {
  readonly context: PracticeContext;
  readonly book: PracticeBook;
  readonly saving: Saving;
  readonly role: () => PracticeInfo['role'];
  readonly changed: () => void;
}

export class PracticeDue implements Due {
  readonly #parts: Parts;
  #off: ReadonlySet<string> = new Set();
  #listed:
    | {
        readonly all: ChartIndex['all'];
        readonly off: ReadonlySet<string>;
        readonly day: string;
        readonly rows: readonly DueRow[];
      }
    | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Inside the queue only. */
  async refresh(): Promise<void> {
    const choices = await this.#parts.book.records('DueChoice', choiceFromJson);
    this.#off = new Set(choices.flatMap(({ id, value }) => (value.on ? [] : [id])));
  }

  get off(): ReadonlySet<string> {
    return this.#off;
  }

  get mayChoose(): boolean {
    return mayWrite(this.#parts.role(), 'settings');
  }

  /** Worked out anew when a chart, a choice or the day changed. */
  list(today: string): readonly DueRow[] {
    const { all } = this.#parts.context.index;
    const listed = this.#listed;
    if (listed?.all === all && listed.off === this.#off && listed.day === today) return listed.rows;
    const rows = all.flatMap((chart): readonly DueRow[] => {
      if (!chart.own || chart.deceased) return [];
      const facts = joinedFacts(chart.attention?.due ?? {});
      const items = dueItems(chart, facts, today, (rule) => this.#off.has(rule)) ?? [];
      const due = items.filter(({ state }) => state !== 'recorded');
      return due.length === 0 ? [] : [{ chart: chart.id, items: due }];
    });
    this.#listed = { all, off: this.#off, day: today, rows };
    return rows;
  }

  choose(rule: string, on: boolean): Promise<Result<void, WriteFailure>> {
    const { context, book, saving, changed } = this.#parts;
    if (!this.mayChoose) return Promise.resolve(err('not-allowed'));
    if (!dueRules.some(({ id }) => id === rule)) return Promise.resolve(err('not-found'));
    const kept = context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      const written = await book.put('DueChoice', rule, { v: 1, on });
      if (!written.ok) return written;
      await this.refresh();
      return ok(undefined);
    });
    return saving.watch(kept).finally(changed);
  }
}

function choiceFromJson(value: unknown): { readonly on: boolean } | undefined {
  const json = value as Record<string, unknown> | null;
  return json?.['v'] === 1 && typeof json['on'] === 'boolean' ? { on: json['on'] } : undefined;
}
