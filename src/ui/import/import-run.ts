/**
 * One import, from the chosen files to what became of them. It belongs to the session, not to the page: leaving the page to look
 * at a chart neither loses the plan nor stops the work. Says 'change' whenever it should be painted anew. Knows no element.
 */
import type {
  ImportAnswer,
  ImportItem,
  ImportOutcome,
  ImportPlan,
  ImportProgress,
} from '../../app/patients/import-acts.ts';
import type { Session } from '../../app/session.ts';

export type ImportStage =
  /** `last`: what became of the import before, which the page offers to show again. */
  | { readonly kind: 'choosing'; readonly last?: FinishedImport }
  | { readonly kind: 'reading' | 'writing'; readonly progress: ImportProgress | undefined; readonly stopping: boolean }
  | { readonly kind: 'planned'; readonly plan: ImportPlan; readonly answers: ReadonlyMap<string, ImportAnswer> }
  | FinishedImport
  | { readonly kind: 'failed'; readonly during: 'reading' | 'writing' };

export interface FinishedImport {
  readonly kind: 'done';
  readonly plan: ImportPlan;
  readonly outcome: ImportOutcome;
}

export interface ChosenFile {
  readonly name: string;
  text(): Promise<string>;
}

const runs = new WeakMap<Session, ImportRun>();

/** The import of this session; there is one at a time. */
export function importRunOf(session: Session): ImportRun {
  const known = runs.get(session);
  if (known !== undefined) return known;
  const run = new ImportRun(session);
  runs.set(session, run);
  return run;
}

export class ImportRun extends EventTarget {
  readonly #session: Session;
  #stage: ImportStage = { kind: 'choosing' };
  #stop = new AbortController();

  constructor(session: Session) {
    super();
    this.#session = session;
  }

  get stage(): ImportStage {
    return this.#stage;
  }

  async read(files: readonly ChosenFile[]): Promise<void> {
    if (this.#stage.kind === 'reading' || this.#stage.kind === 'writing' || files.length === 0) return;
    const { signal } = this.#start('reading');
    try {
      const plan = await this.#session.planImport(files, (progress) => this.#progress('reading', progress), signal);
      this.#become(signal.aborted ? { kind: 'choosing' } : { kind: 'planned', plan, answers: new Map() });
    } catch {
      this.#become(signal.aborted ? { kind: 'choosing' } : { kind: 'failed', during: 'reading' });
    }
  }

  /** One for all of these items, thousands perhaps. Undefined takes an answer back; what has none stays as it is. */
  answer(items: readonly string[], answer: ImportAnswer | undefined): void {
    if (this.#stage.kind !== 'planned') return;
    const answers = new Map(this.#stage.answers);
    for (const item of items) {
      if (answer === undefined) answers.delete(item);
      else answers.set(item, answer);
    }
    this.#become({ ...this.#stage, answers });
  }

  async carryOut(): Promise<void> {
    if (this.#stage.kind !== 'planned') return;
    const { plan, answers } = this.#stage;
    const all = new Map(plan.items.map((item) => [item.id, answers.get(item.id) ?? unasked(item)]));
    const { signal } = this.#start('writing');
    try {
      const progress = (done: ImportProgress): void => this.#progress('writing', done);
      const outcome = await this.#session.carryOutImport(plan, all, progress, signal);
      this.#become({ kind: 'done', plan, outcome });
    } catch {
      this.#become({ kind: 'failed', during: 'writing' });
    }
  }

  /** Each patient is all or nothing, so a stop while writing takes effect before the next one. */
  cancel(): void {
    this.#stop.abort();
    if (this.#stage.kind === 'reading' || this.#stage.kind === 'writing')
      this.#become({ ...this.#stage, stopping: true });
  }

  startOver(): void {
    if (this.#stage.kind !== 'reading' && this.#stage.kind !== 'writing') this.#become({ kind: 'choosing' });
  }

  /** The person left the page. What was read or is running stays; a result was seen, and whoever comes back wants to choose files. */
  leave(): void {
    if (this.#stage.kind === 'done') this.#become({ kind: 'choosing', last: this.#stage });
    if (this.#stage.kind === 'failed') this.#become({ kind: 'choosing' });
  }

  showLast(): void {
    if (this.#stage.kind === 'choosing' && this.#stage.last !== undefined) this.#become(this.#stage.last);
  }

  #start(kind: 'reading' | 'writing'): AbortController {
    this.#stop = new AbortController();
    this.#become({ kind, progress: undefined, stopping: false });
    return this.#stop;
  }

  #progress(kind: 'reading' | 'writing', progress: ImportProgress): void {
    if (this.#stage.kind === kind) this.#become({ ...this.#stage, progress });
  }

  #become(stage: ImportStage): void {
    this.#stage = stage;
    this.dispatchEvent(new Event('change'));
  }
}

/** What happens without asking: a new patient is taken; everything else is left until a person says so. */
function unasked(item: ImportItem): ImportAnswer {
  return item.outcome.kind === 'new' ? 'apply' : 'skip';
}

/** Items that wait for a person, and how many charts would be made or changed with the answers given so far. */
export function planInNumbers(
  plan: ImportPlan,
  answers: ReadonlyMap<string, ImportAnswer>,
): { readonly toWrite: number; readonly resources: number; readonly unanswered: number } {
  const isHeldUp = ({ asksFirst }: ImportItem): boolean =>
    asksFirst !== undefined && answers.get(asksFirst) !== 'apply';
  const written = plan.items.filter(
    (item) =>
      item.outcome.kind !== 'about-others' && !isHeldUp(item) && (answers.get(item.id) ?? unasked(item)) !== 'skip',
  );
  const asking: ReadonlySet<string> = new Set(['changed', 'same-person', 'about-others']);
  const asks = plan.items.filter(({ outcome }) => asking.has(outcome.kind));
  return {
    toWrite: written.length,
    resources: written.reduce((sum, item) => sum + item.resources, 0),
    unanswered: asks.filter((item) => !answers.has(item.id)).length,
  };
}
