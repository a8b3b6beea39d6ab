/**
 * Writing into charts: edits of one or more sections become sealed entries, with the keys they need, in one commit (EN-8,
 * EN-9). Owns which keepers are open. What fails leaves the disk and the screen as they were before.
 */
import { toHex } from '../../base/bytes.ts';
import type { ChartId, KeyId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import type { CharterBuildFault, CharterWrite } from '../../access/charter-builders.ts';
import { makeEpochs, mergeCharterHeads } from '../../access/charter-builders.ts';
import { maxPrev } from '../../access/limits.ts';
import type { VerifiedCharterOp } from '../../access/verify-operation.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { VerifiedEntry } from '../../crypto/entry.ts';
import { newEntry } from '../../store/store.ts';
import type { AuditAct } from '../audit/audit-acts.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import { closingSteps, type ClosingStep } from '../charters/closing.ts';
import type { IndexedChart } from '../patients/chart-index.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { SealedWrite } from '../sealed-records.ts';
import { SectionKeeper, type SealedEdit } from '../sections/section-keeper.ts';
import type { WriteFailure } from '../session.ts';
import { Turns } from '../turns.ts';

export type EditsBySection = ReadonlyMap<Section, readonly SectionEdit[]>;

/** What lands beside the entries, in the same commit. */
export interface WriteWith {
  /** Operations made for this write, the chart's `create` for one; `access` already has them. */
  readonly ops?: readonly VerifiedCharterOp[];
  /** The index record as it is to be after the write into these sections. */
  readonly index?: (access: ChartAccess, touched: ReadonlySet<Section>) => IndexedChart;
  /** Many changes that enter together or not at all (EN-9). */
  readonly asImport?: boolean;
  /** What the audit log is told of it (AU-2). */
  readonly audit?: readonly AuditAct[];
  /** Records of this device that change with it. */
  readonly sealed?: readonly SealedWrite[];
}

export interface Written {
  readonly access: ChartAccess;
  readonly entries: readonly VerifiedEntry[];
}

export class ChartWriter {
  readonly #context: PracticeContext;
  readonly #keepers = new Map<string, SectionKeeper>();
  /** Called after each commit, with what is new and durable. */
  readonly #written: (chart: ChartId, written: Written) => void;

  constructor(context: PracticeContext, written: (chart: ChartId, written: Written) => void) {
    this.#context = context;
    this.#written = written;
  }

  /** The open keeper of a section, opened if need be. Inside the queue only. */
  async keeper(access: ChartAccess, section: Section): Promise<SectionKeeper> {
    const name = keeperName(access.charter.chart, section);
    const open = this.#keepers.get(name);
    if (open !== undefined) return open;
    const keeper = await SectionKeeper.load(this.#context, access, section);
    this.#keepers.set(name, keeper);
    return keeper;
  }

  openKeeper(chart: ChartId, section: Section): SectionKeeper | undefined {
    return this.#keepers.get(keeperName(chart, section));
  }

  /** SN-3: snapshots of what is open of a chart, where they are worth it. Inside the queue only. */
  async compact(chart: ChartId, isOpen = false): Promise<void> {
    for (const keeper of this.#keepers.values()) if (keeper.chart === chart) await keeper.compact(isOpen);
  }

  /** Whether so much was written into a section of an open chart that it is not left until the chart is put away. */
  isWorthCompacting(chart: ChartId): boolean {
    return [...this.#keepers.values()].some((keeper) => keeper.chart === chart && keeper.isWorthASnapshot(true));
  }

  closeChart(chart: ChartId): void {
    for (const [name, keeper] of this.#keepers)
      if (keeper.chart === chart) {
        keeper.close();
        this.#keepers.delete(name);
      }
  }

  closeAll(): void {
    for (const keeper of this.#keepers.values()) keeper.close();
    this.#keepers.clear();
  }

  /** One act. Inside the queue only. */
  write(before: ChartAccess, edits: EditsBySection, beside: WriteWith = {}): Promise<Result<Written, WriteFailure>> {
    return this.writeAll(before, [() => edits], beside);
  }

  /**
   * Acts in their order, in one commit and one entry a section: all of them, or none. Each is asked for its edits when those
   * before it are in the documents. Inside the queue only.
   */
  async writeAll(
    before: ChartAccess,
    acts: readonly (() => EditsBySection)[],
    { ops = [], index, asImport = false, audit = [], sealed: beside = [] }: WriteWith = {},
  ): Promise<Result<Written, WriteFailure>> {
    const { chart } = before.charter;
    const touched = new Map<Section, SectionKeeper>();
    const drop = (): void => {
      this.#drop(chart, [...touched.keys()]);
    };
    let access = before;
    const fresh = [...ops];
    for (const act of acts) {
      const put = await this.#put(access, act(), touched, asImport);
      if (!put.ok) {
        drop();
        return put;
      }
      access = put.value.access;
      fresh.push(...put.value.made);
    }
    const sealed: { readonly keeper: SectionKeeper; readonly edit: SealedEdit }[] = [];
    const batchId = asImport ? toHex(this.#context.ports.random.bytes(16)) : undefined;
    // Side by side: each waits for the browser's signing thread, and an import seals all sections of a chart.
    const turns = new Turns(this.#context.ports);
    const sealing: Promise<{ keeper: SectionKeeper; edit: Awaited<ReturnType<SectionKeeper['seal']>> }>[] = [];
    for (const [section, keeper] of touched) {
      await turns.next();
      const under = { access, epoch: mustBeUsable(access, section) };
      sealing.push(keeper.seal(under, batchId).then((edit) => ({ keeper, edit })));
    }
    for (const { keeper, edit } of await Promise.all(sealing)) {
      if (!edit.ok) {
        drop();
        return edit;
      }
      sealed.push({ keeper, edit: edit.value });
    }
    const charterPart = fresh.length > 0 ? this.#context.charters.write(access, fresh) : { ops: [], sealed: [] };
    const told = this.#context.journal.stage(...audit);
    const indexedBefore = this.#context.index.get(chart);
    const indexed = index?.(access, new Set(touched.keys()));
    const kept = await this.#context.content.commit({
      entries: sealed.flatMap(({ edit }) => edit.entries.map(newEntry)),
      ops: charterPart.ops,
      sealed: [
        ...sealed.map(({ edit }) => edit.record),
        ...charterPart.sealed,
        ...(indexed === undefined ? [] : [this.#context.index.write(indexed)]),
        ...told.writes,
        ...beside,
      ],
    });
    if (!kept.ok) {
      drop();
      return err(writeFailureOf(kept.reason));
    }
    told.kept();
    this.#context.charters.put(access);
    for (const { keeper, edit } of sealed) keeper.committed(edit, access);
    if (index !== undefined && indexed !== undefined) {
      // Who holds the chart may have been noted while the disk wrote.
      const isNoted = this.#context.index.get(chart) !== indexedBefore;
      this.#context.index.put(isNoted ? index(access, new Set(touched.keys())) : indexed);
    }
    const written = { access, entries: sealed.flatMap(({ edit }) => edit.entries) };
    this.#written(chart, written);
    return ok(written);
  }

  /** One act into the documents of its sections, which join `touched`, with the keys it lacks. */
  async #put(
    before: ChartAccess,
    edits: EditsBySection,
    touched: Map<Section, SectionKeeper>,
    asImport: boolean,
  ): Promise<Result<{ readonly access: ChartAccess; readonly made: readonly VerifiedCharterOp[] }, WriteFailure>> {
    const sections = [...edits.keys()];
    if (!sections.every((section) => this.mayWrite(before, section))) return err('not-allowed');
    const keyed = await this.#withEpochs(before, sections);
    if (!keyed.ok) return keyed;
    const { access } = keyed.value;
    // Side by side: each waits for the disk several times, and an import opens all sections of a chart.
    const keepers = await Promise.all(sections.map((section) => this.keeper(access, section)));
    const turns = new Turns(this.#context.ports);
    for (const keeper of keepers) {
      const { section } = keeper;
      await turns.next();
      touched.set(section, keeper);
      const under = { access, epoch: mustBeUsable(access, section) };
      const written = keeper.write(edits.get(section) ?? [], this.#context.timeMs(), under, { asImport });
      if (!written.ok) return written;
    }
    return keyed;
  }

  /** The right as it stands, and the role of the person at this device (EN-3, ID-4). */
  mayWrite({ charter }: ChartAccess, section: Section): boolean {
    const { self, rosters } = this.#context;
    return (
      charter.canWrite(self.device, section, charter.heads, rosters.mustGet(self.practice).heads) &&
      charter.stintOf(self.practice, self.device, section) !== undefined
    );
  }

  /** CH-6: a key for every section that has none under which this device may seal now. */
  async #withEpochs(
    access: ChartAccess,
    sections: readonly Section[],
  ): Promise<Result<{ readonly access: ChartAccess; readonly made: readonly VerifiedCharterOp[] }, WriteFailure>> {
    const lacking = sections.filter((section) => usableEpoch(access, section) === undefined);
    if (lacking.length === 0) return ok({ access, made: [] });
    const { charters, ports } = this.#context;
    const joined = await withJoinedHeads(this.#context, access);
    if (!joined.ok) return joined;
    const made = [...joined.value.made];
    let next = joined.value.access;
    const makeKeys: ClosingStep = ({ charter, keys }) =>
      makeEpochs(
        charter,
        this.#context.author(),
        lacking,
        { heldKeys: keys, random: ports.random },
        this.#context.timeMs(),
      );
    for (const step of [...this.closing(next), makeKeys]) {
      const written = await step(next);
      if (!written.ok) return err(charterFailureOf(written.reason));
      next = withWrite(charters, next, written.value);
      made.push(written.value.op);
    }
    return ok({ access: next, made });
  }

  /** CH-3: what ends devices that lost their place, at the latest with the key they do not get. */
  closing(access: ChartAccess): readonly ClosingStep[] {
    return closingSteps(this.#context, access, (current, section) => this.keeper(current, section));
  }

  /** What was edited and not kept must not stay in memory: the next use reads it from the disk again. */
  #drop(chart: ChartId, sections: readonly Section[]): void {
    for (const section of sections) {
      const name = keeperName(chart, section);
      this.#keepers.get(name)?.close();
      this.#keepers.delete(name);
    }
  }
}

/** OP-2: an operation cites at most so many heads; with more, they are joined first. */
export async function withJoinedHeads(
  context: Pick<PracticeContext, 'charters' | 'author' | 'timeMs'>,
  access: ChartAccess,
): Promise<Result<{ readonly access: ChartAccess; readonly made: readonly VerifiedCharterOp[] }, WriteFailure>> {
  if (access.charter.heads.length <= maxPrev) return ok({ access, made: [] });
  const joined = await mergeCharterHeads(access.charter, context.author(), context.timeMs());
  if (!joined.ok) return err(charterFailureOf(joined.reason));
  const next = withWrite(context.charters, access, joined.value);
  const rest = await withJoinedHeads(context, next);
  return rest.ok ? ok({ access: rest.value.access, made: [joined.value.op, ...rest.value.made] }) : rest;
}

export function withWrite(
  charters: PracticeContext['charters'],
  access: ChartAccess,
  { op, keys, after }: CharterWrite,
): ChartAccess {
  return charters.extendBy(access, op, after, keys);
}

export function charterFailureOf(_reason: CharterBuildFault): WriteFailure {
  return 'not-allowed';
}

/**
 * A key this device was never given, restored from an older backup for one, is reached by no key that it makes: it writes
 * without, and whoever holds both joins them with the next key (CH-7).
 */
function usableEpoch({ charter, keys, broken }: ChartAccess, section: Section): KeyId | undefined {
  const lacking = charter.epochs.flatMap(({ keyId }) => (keys.has(keyId) ? [] : [keyId]));
  const [usable] = charter.usableEpochs(section, new Set([...broken, ...lacking]));
  return usable;
}

function mustBeUsable(access: ChartAccess, section: Section): KeyId {
  const epoch = usableEpoch(access, section);
  if (epoch === undefined) throw new Error('a usable epoch was just made');
  return epoch;
}

function keeperName(chart: ChartId, section: Section): string {
  return `${chart}/${section}`;
}
