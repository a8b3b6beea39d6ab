/**
 * What comes to an open practice from the network and from colleagues, led to the part that takes it in, each in its turn. Holds
 * no rule of its own, and never waits: what the network tells is durable by then.
 */
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import { chartSections, type Section } from '../base/sections.ts';
import type { CharterState } from '../access/charter.ts';
import { readsIn, type ChartTerms } from '../replica/chart-terms.ts';
import type { Arrivals } from './charts/arrivals.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { ChartDuties } from './charters/chart-duties.ts';
import type { ChartService } from './charts/chart-service.ts';
import type { NetworkNews } from './peers/network.ts';
import type { Notices } from './notices.ts';
import type { PeerAgreement } from './peers/peer-agreement.ts';
import type { LastSeen } from './people/people-seen.ts';
import type { PracticeBook } from './work/practice-book.ts';
import type { PracticeContext } from './practice-context.ts';

interface NewsParts {
  readonly context: PracticeContext;
  readonly charts: ChartService;
  readonly book: PracticeBook;
  readonly notices: Notices;
  readonly seen: LastSeen;
  readonly arrivals: Arrivals;
  readonly audit: AuditLog;
  readonly duties: ChartDuties;
  readonly agreement: PeerAgreement;
  /** The number of charts that colleagues' keys open may have grown. */
  readonly countKeys: () => Promise<void>;
  readonly contactsChanged: () => void;
  /** Devices may have come, gone, or got another role. */
  readonly standingChanged: () => void;
  readonly ownRosterChanged: () => void;
  readonly changed: () => void;
}

export class PracticeNews implements NetworkNews {
  readonly #parts: NewsParts;
  /** Charts of which devices said that they hold them, not seen to yet. */
  readonly #toConfirm = new Map<ChartId, Set<DeviceId>>();
  /** Said of charts that are not in the list yet: said again when they are. */
  readonly #early = new Map<ChartId, Set<DeviceId>>();
  #confirming: Promise<void> | undefined;

  constructor(parts: NewsParts) {
    this.#parts = parts;
  }

  changed(): void {
    this.#parts.changed();
  }

  rosterCame(): void {
    this.#parts.standingChanged();
  }

  ownRosterCame(): void {
    this.#parts.ownRosterChanged();
  }

  met(practice: PracticeId): void {
    const { context, notices, audit, changed } = this.#parts;
    audit.note({ kind: 'practice-met', practice });
    const told = context.exclusively(() => notices.add({ kind: 'peer-joined', practice }));
    context.inBackground(told.then(changed));
  }

  chartCame(chart: ChartId, sections: readonly Section[]): void {
    const { arrivals, audit } = this.#parts;
    if (audit.isVolume(chart)) audit.came(chart);
    else this.#came(chart, this.#isBook(chart) ? this.#bookCame() : arrivals.entriesCame(chart, sections));
  }

  charterCame(chart: ChartId, before: ChartTerms | undefined, after: CharterState): void {
    const { context, arrivals, audit, duties } = this.#parts;
    if (audit.isVolume(chart)) {
      audit.came(chart);
      context.inBackground(duties.charterCame(chart, before, after));
    } else if (this.#isBook(chart))
      this.#came(
        chart,
        this.#bookCame().then(() => duties.charterCame(chart, before, after)),
      );
    else this.#came(chart, arrivals.charterCame(chart, before, after));
  }

  seen(devices: readonly DeviceId[]): void {
    this.#parts.seen.note(devices);
  }

  confirmed(device: DeviceId, charts: readonly ChartId[]): void {
    for (const chart of charts) this.#toConfirm.set(chart, (this.#toConfirm.get(chart) ?? new Set()).add(device));
    this.#confirming ??= this.#confirmed().finally(() => (this.#confirming = undefined));
    this.#parts.context.inBackground(this.#confirming);
  }

  closeIsAwaited(chart: ChartId): void {
    this.#parts.duties.closeIsAwaited(chart);
  }

  /** Keys of a chart came that is here already. Inside the queue only. */
  async keysCame(chart: ChartId): Promise<void> {
    const { audit, book, charts, contactsChanged } = this.#parts;
    if (audit.isVolume(chart)) audit.came(chart);
    else if (this.#isBook(chart)) {
      await book.refresh();
      contactsChanged();
    } else await charts.takeIn(chart, chartSections, false);
  }

  async repaint(chart: ChartId): Promise<void> {
    const { context, charts, changed } = this.#parts;
    await context.exclusively(() => charts.repaint(chart));
    changed();
  }

  #isBook(chart: ChartId): boolean {
    return chart === this.#parts.context.self.book;
  }

  #came(chart: ChartId, taken: Promise<void>): void {
    const { context, countKeys, changed } = this.#parts;
    const confirm = (): void => {
      const early = this.#early.get(chart) ?? [];
      this.#early.delete(chart);
      for (const device of early) this.confirmed(device, [chart]);
    };
    context.inBackground(taken.then(confirm).then(countKeys).then(changed));
  }

  /** What the practice book says (peers, merged charts, tasks, …) may have come from another device of the practice. */
  async #bookCame(): Promise<void> {
    const { context, book, contactsChanged } = this.#parts;
    await context.exclusively(() => book.refresh());
    contactsChanged();
  }

  /**
   * Of a chart that was only here, it may be all; and whoever looks at one sees who has it. What is told while this works is
   * seen to with the rest, in one commit.
   */
  async #confirmed(): Promise<void> {
    const { context, charts, changed } = this.#parts;
    while (this.#toConfirm.size > 0) {
      const told = [...this.#toConfirm];
      this.#toConfirm.clear();
      for (const [chart, devices] of told) if (context.index.get(chart) === undefined) this.#early.set(chart, devices);
      const mayBeAll = told.flatMap(([chart, devices]) =>
        [...devices].some((device) => this.#mayHoldAll(device, chart)) ? [chart] : [],
      );
      await this.#noteHeld(mayBeAll);
      for (const [chart, devices] of told) for (const device of devices) this.#parts.duties.isHeldBy(device, chart);
      for (const [device, said] of byDevice(told)) await this.#parts.agreement.confirmed(device, said);
      for (const [chart] of told) if (charts.isOpen(chart)) await context.exclusively(() => charts.repaint(chart));
      changed();
    }
  }

  async #noteHeld(candidates: readonly ChartId[]): Promise<void> {
    const { context, charts } = this.#parts;
    const { content, index } = context;
    const whole = await Promise.all(candidates.map((chart) => charts.isHeldWhole(chart)));
    if (!whole.includes(true)) return;
    await context.exclusively(async () => {
      // As the index is by now: others may have written while the disk was asked.
      const held = candidates.flatMap((chart, i) => {
        const indexed = index.get(chart);
        return whole[i] === true && indexed !== undefined ? [{ ...indexed, heldElsewhere: true }] : [];
      });
      const kept = await content.commit({ sealed: held.map((indexed) => index.write(indexed)) });
      if (kept.ok) for (const indexed of held) index.put(indexed);
    });
  }

  /** Whoever was given two sections of three saves nobody the third: asked before the charter is read. */
  #mayHoldAll(device: DeviceId, chart: ChartId): boolean {
    const { rosters, charters, content, index } = this.#parts.context;
    if (index.get(chart)?.heldElsewhere !== false) return false;
    const practice = rosters.practiceOf(device);
    const terms = charters.terms(chart);
    if (practice === undefined || terms === undefined) return false;
    return [...content.sections(chart).keys()].every((section) => readsIn(terms, practice, section));
  }
}

function byDevice(
  told: readonly (readonly [ChartId, ReadonlySet<DeviceId>])[],
): ReadonlyMap<DeviceId, readonly ChartId[]> {
  const charts = new Map<DeviceId, ChartId[]>();
  for (const [chart, devices] of told)
    for (const device of devices) {
      const known = charts.get(device);
      if (known === undefined) charts.set(device, [chart]);
      else known.push(chart);
    }
  return charts;
}
