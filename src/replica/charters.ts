/**
 * The charters of every chart on this disk. In memory of each there are its terms (chart-terms.ts); the charter itself is
 * loaded, checked and resolved when something is done with the chart, and forgotten again when others were used since: a
 * practice may have ten thousand. Resolved anew when operations arrive or a roster changed. Holds no key: what a device adds
 * to a charter, its keys for one, is its `opener`'s.
 *
 * After a roster changed, the charts on which it may bear are looked at one after the other; whoever asks for one of them
 * meanwhile gets it as it is by then. What stands now and did not before is told to `whenChanged`.
 */
import type { ChartId, DeviceId, OpId, PracticeId } from '../base/ids.ts';
import { resolveCharter, type CharterState } from '../access/charter.ts';
import { encodeSignedOp } from '../access/operation.ts';
import { verifyCharterOp, type VerifiedCharterOp } from '../access/verify-operation.ts';
import type { StoreContent } from '../net/store-content.ts';
import { charterLog, type Commit, type Store, type StoredOp } from '../store/store.ts';
import { sameTerms, termsToJson, TermsMaker, type ChartTerms } from './chart-terms.ts';
import type { Records, SealedWrite } from './records.ts';
import type { RosterBook } from './roster-book.ts';
import { changedSince, rosterHeadsFromJson, rosterHeadsOf } from './roster-changes.ts';
import { termsAfterStop } from './terms-after-stop.ts';

export interface Charter {
  readonly charter: CharterState;
  readonly ops: readonly VerifiedCharterOp[];
}

/** What a device keeps and makes beside the charter. */
export interface CharterOpener<A extends Charter, Kept> {
  /** Kept on this disk for the chart; undefined if nothing is. */
  kept(chart: ChartId): Promise<Kept | undefined>;
  /** `before`: the same chart with fewer operations, or by other rosters. */
  open(charter: Charter, kept: Kept | undefined, before: A | undefined): A;
  /** To be committed with the charter. */
  write(opened: A): readonly SealedWrite[];
}

export interface ChartersParts<A extends Charter, Kept> {
  readonly practice: ChartTerms['shape']['custodian'];
  readonly store: Store;
  readonly content: Pick<StoreContent, 'commit'>;
  readonly records: Records;
  readonly rosters: RosterBook;
  readonly opener: CharterOpener<A, Kept>;
  /** Operations a colleague at this disk took in before somebody lost their place. */
  readonly heldHere?: (chart: ChartId) => readonly OpId[];
  /** Charters kept in memory that nobody holds. */
  readonly maxLoaded?: number;
}

/** How the queue of the device is used by what nobody waits for. */
export interface Turns {
  readonly exclusively: <T>(act: () => Promise<T>) => Promise<T>;
  readonly pause: () => Promise<void>;
}

const standingPrefix = 'standing/';
const asOfKey = 'standing-as-of';
const manyLoaded = 64;

export class Charters<A extends Charter = Charter, Kept = unknown> {
  readonly #parts: ChartersParts<A, Kept>;
  readonly #maker: TermsMaker;
  readonly #terms = new Map<ChartId, ChartTerms>();
  /** The one used longest ago first. */
  readonly #loaded = new Map<ChartId, A>();
  /** `put` takes it out: what is being read is behind then. */
  readonly #loading = new Map<ChartId, { readonly name: symbol; readonly promise: Promise<A | undefined> }>();
  readonly #holds = new Map<ChartId, number>();
  /** In memory, and resolved before a roster last changed. */
  readonly #stale = new Set<ChartId>();
  /** Their terms may be others by now: a roster changed, or there are none yet. */
  readonly #doubtful = new Set<ChartId>();
  /** Their terms are not on the disk yet. */
  readonly #unwritten = new Set<ChartId>();
  #catchingUp: Promise<void> | undefined;
  /** Charters loaded from the disk so far. */
  loads = 0;

  /** By a roster, something came into force that was not, or the other way round: the terms before, and what stands now. */
  whenChanged: (before: ChartTerms, after: CharterState) => void = () => undefined;
  /** There is something to catch up with, be it only that a roster changed. */
  whenBehind: () => void = () => undefined;

  constructor(parts: ChartersParts<A, Kept>) {
    this.#parts = parts;
    this.#maker = new TermsMaker(parts.practice);
  }

  /**
   * Reads the terms of all charts; `known`: charts that are on the disk; `changed`: of these somebody else may have added to the
   * charter since the terms were written. Resolves none.
   */
  async start(known: Iterable<ChartId>, changed: Iterable<ChartId> = []): Promise<void> {
    const { records, rosters } = this.#parts;
    for (const terms of await records.readAll(standingPrefix, (value) => this.#maker.fromJson(value)))
      this.#terms.set(terms.chart, terms);
    this.#doubt(changedSince(rosters, await records.read(asOfKey, rosterHeadsFromJson)));
    for (const chart of known) if (!this.#terms.has(chart)) this.#doubtful.add(chart);
    for (const chart of changed) if (this.#terms.has(chart)) this.#doubtful.add(chart);
  }

  // ------------------------------------------------------------------------------------------------------------- terms

  terms(chart: ChartId): ChartTerms | undefined {
    return this.#terms.get(chart);
  }

  get allTerms(): ReadonlyMap<ChartId, ChartTerms> {
    return this.#terms;
  }

  /** Whether its terms are those of today, so that nothing is given by what may have ended. */
  isSettled(chart: ChartId): boolean {
    return !this.#doubtful.has(chart);
  }

  // ---------------------------------------------------------------------------------------------------------- charters

  /** Undefined when no charter of that name is here, or none that is valid. */
  async get(chart: ChartId): Promise<A | undefined> {
    const known = this.getLoaded(chart);
    if (known !== undefined) return known;
    const begun = this.#loading.get(chart);
    if (begun !== undefined) return begun.promise;
    const name = Symbol(chart);
    const isCurrent = (): boolean => this.#loading.get(chart)?.name === name;
    const promise = this.#load(chart, isCurrent).finally(() => {
      if (isCurrent()) this.#loading.delete(chart);
    });
    this.#loading.set(chart, { name, promise });
    return promise;
  }

  async #load(chart: ChartId, isCurrent: () => boolean): Promise<A | undefined> {
    const { store, opener, records, heldHere } = this.#parts;
    this.loads += 1;
    const [stored, kept, standing] = await Promise.all([
      store.ops(charterLog(chart)),
      opener.kept(chart),
      records.read(standingPrefix + chart, (value) => this.#maker.fromJson(value)),
    ]);
    // One that is damaged, or of a newer version, takes with it what stands on it and no more (OP-4).
    const checked = await Promise.all(stored.found.map(({ bytes }) => verifyCharterOp(chart, bytes)));
    if (!isCurrent()) return this.get(chart);
    const ops = checked.flatMap((op) => (op.ok ? [op.value] : []));
    // Before any was written here there is no such record: then all of them were here before what is known of their authors.
    const held = standing === undefined ? ops.map(({ id }) => id) : [...standing.heads, ...(heldHere?.(chart) ?? [])];
    const opened = this.#resolve(ops, kept, undefined, pastOf(ops, held));
    return opened === undefined ? undefined : this.#keep(opened);
  }

  /** In memory at the moment, or undefined. */
  getLoaded(chart: ChartId): A | undefined {
    const known = this.#loaded.get(chart);
    if (known === undefined) return undefined;
    if (!this.#stale.has(chart)) {
      this.#loaded.delete(chart);
      this.#loaded.set(chart, known);
      return known;
    }
    return this.#keep(this.#resolve(known.ops, undefined, known) ?? known);
  }

  /** Keeps it in memory, once it is there, until what is returned is called. */
  hold(chart: ChartId): () => void {
    this.#holds.set(chart, (this.#holds.get(chart) ?? 0) + 1);
    return () => {
      const left = (this.#holds.get(chart) ?? 1) - 1;
      if (left > 0) this.#holds.set(chart, left);
      else this.#holds.delete(chart);
    };
  }

  /** Those that are held. */
  get heldCharts(): readonly ChartId[] {
    return [...this.#holds.keys()];
  }

  /** What these operations would make. Undefined without a valid `create`. */
  preview(ops: readonly VerifiedCharterOp[], kept?: Kept): A | undefined {
    return this.#resolve(ops, kept);
  }

  /** Kept here for a chart although its charter did not come yet. */
  kept(chart: ChartId): Promise<Kept | undefined> {
    return this.#parts.opener.kept(chart);
  }

  /** The same chart with more operations, and what they brought. */
  extend(access: A, ops: readonly VerifiedCharterOp[], kept?: Kept): A {
    const extended = this.#resolve(union(access.ops, ops), kept, access);
    if (extended === undefined) throw new Error('a charter with more operations keeps its create');
    return extended;
  }

  /** The same by an operation made here: whoever made it has resolved the charter with it, to see that it stands. */
  extendBy(access: A, op: VerifiedCharterOp, after: CharterState, kept?: Kept): A {
    // Unless rosters changed meanwhile.
    if (after.rosterOf !== this.#parts.rosters.get) return this.extend(access, [op], kept);
    return this.#parts.opener.open({ charter: after, ops: [...access.ops, op] }, kept, access);
  }

  /** What to commit so that `access` is there after a restart; `put` is called once that is durable. */
  write(access: A, fresh: readonly VerifiedCharterOp[]): Required<Pick<Commit, 'ops' | 'sealed'>> {
    return { ops: fresh.map(storedCharterOp), sealed: [...this.#parts.opener.write(access), this.#standing(access)] };
  }

  /** In memory alone: what it knows beside the charter is more than before, and durable. */
  protected renew(access: A): void {
    this.#loading.delete(access.charter.chart);
    this.#keep(access);
  }

  /** What is kept beside it changed on the disk: whoever is loading it reads it once more. */
  protected loadAnew(chart: ChartId): void {
    this.#loading.delete(chart);
  }

  put(access: A): void {
    const { chart } = access.charter;
    this.#loading.delete(chart);
    this.#terms.set(chart, this.#maker.of(access.charter));
    this.#doubtful.delete(chart);
    this.#unwritten.delete(chart);
    this.#keep(access);
  }

  /** What a practice's terms are once it was stopped by this operation, without the charter; `putTerms` once it is durable. */
  writeStop(
    terms: ChartTerms,
    practice: PracticeId,
    op: VerifiedCharterOp,
  ): { readonly after: ChartTerms } & Required<Pick<Commit, 'ops' | 'sealed'>> {
    const after = termsAfterStop(this.#maker, terms, practice, op);
    return { after, ops: [storedCharterOp(op)], sealed: [this.#record(after)] };
  }

  /** Its charter is read from the disk by whoever asks for it now. Never for one that is held. */
  putTerms(terms: ChartTerms): void {
    const { chart } = terms;
    this.#loading.delete(chart);
    this.#loaded.delete(chart);
    this.#stale.delete(chart);
    this.#unwritten.delete(chart);
    this.#terms.set(chart, terms);
  }

  /**
   * What a colleague at this disk, or a roster, brought into force since that was last written down; `put` is called once it
   * is durable.
   */
  checkpoint(access: A): SealedWrite | undefined {
    return this.#unwritten.has(access.charter.chart) ? this.#standing(access) : undefined;
  }

  #standing({ charter }: A): SealedWrite {
    return this.#record(this.#maker.of(charter));
  }

  #record(terms: ChartTerms): SealedWrite {
    return this.#parts.records.write(standingPrefix + terms.chart, termsToJson(terms));
  }

  // ----------------------------------------------------------------------------------------------------- rosters change

  /**
   * A roster changed: what cites it may have become valid, and readers' devices may be others. Charts that are in memory are
   * looked at now, others when it is their turn.
   */
  rosterChanged(changed: ReadonlySet<DeviceId>): void {
    for (const chart of this.#loaded.keys()) this.#stale.add(chart);
    this.#doubt(changed);
    for (const chart of [...this.#loaded.keys()]) if (this.#doubtful.has(chart)) this.getLoaded(chart);
    if (changed.size > 0) this.whenBehind();
  }

  #doubt(changed: ReadonlySet<DeviceId>): void {
    if (changed.size === 0) return;
    // Most charts share one.
    const affected = new Map<ChartTerms['shape'], boolean>();
    for (const [chart, { shape }] of this.#terms) {
      const isAffected = affected.get(shape) ?? (shape.waits || shape.devices.some((device) => changed.has(device)));
      affected.set(shape, isAffected);
      if (isAffected) this.#doubtful.add(chart);
    }
  }

  /** Until nothing is doubtful and all terms are on the disk, a chart at a time. */
  catchUp(turns: Turns): Promise<void> {
    this.#catchingUp ??= this.#catchUp(turns).finally(() => (this.#catchingUp = undefined));
    return this.#catchingUp;
  }

  async #catchUp({ exclusively, pause }: Turns): Promise<void> {
    const { content, records, rosters } = this.#parts;
    for (let chart = this.#behind(); chart !== undefined; chart = this.#behind()) {
      const next = chart;
      const done = await exclusively(() => this.#settle(next));
      if (!done) return;
      await pause();
    }
    await exclusively(async () => {
      const asOf = rosterHeadsOf(rosters);
      const known = await records.read(asOfKey, rosterHeadsFromJson);
      if (JSON.stringify(known) === JSON.stringify(asOf)) return;
      await content.commit({ sealed: [records.write(asOfKey, asOf)] });
    });
  }

  #behind(): ChartId | undefined {
    const [doubtful] = this.#doubtful;
    const [unwritten] = this.#unwritten;
    return doubtful ?? unwritten;
  }

  /** Its terms are those of today. Inside the queue only. */
  async settle(chart: ChartId): Promise<void> {
    if (this.#doubtful.has(chart)) await this.#settle(chart);
  }

  /** False: the disk does not take it now. */
  async #settle(chart: ChartId): Promise<boolean> {
    const access = await this.get(chart);
    this.#doubtful.delete(chart);
    const record = access === undefined ? undefined : this.checkpoint(access);
    if (access === undefined) this.#unwritten.delete(chart);
    if (access === undefined || record === undefined) return true;
    const kept = await this.#parts.content.commit({ sealed: [record] });
    if (kept.ok) this.put(access);
    return kept.ok;
  }

  // ---------------------------------------------------------------------------------------------------------- in memory

  /** For whoever has to wipe what is in them. */
  get loaded(): Iterable<A> {
    return this.#loaded.values();
  }

  clear(): void {
    this.#loaded.clear();
    this.#terms.clear();
  }

  #resolve(
    ops: readonly VerifiedCharterOp[],
    kept: Kept | undefined,
    before?: A,
    // CH-3: what was in force here stays in force until a `close` says otherwise, whatever is known of its author by now.
    heldBefore: ReadonlySet<OpId> = before === undefined ? new Set() : pastOf(before.ops, before.charter.heads),
  ): A | undefined {
    const charter = resolveCharter(ops, this.#parts.rosters.get, {
      heldBefore,
      ...(before === undefined ? {} : { before: before.charter }),
    });
    return charter && this.#parts.opener.open({ charter, ops }, kept, before);
  }

  #keep(access: A): A {
    const { chart } = access.charter;
    this.#stale.delete(chart);
    this.#loaded.delete(chart);
    this.#loaded.set(chart, access);
    this.#learn(access.charter);
    this.#forgetOldest();
    return access;
  }

  #learn(charter: CharterState): void {
    const before = this.#terms.get(charter.chart);
    const after = this.#maker.of(charter);
    const wasDoubtful = this.#doubtful.delete(charter.chart);
    if (before !== undefined && sameTerms(before, after)) return;
    this.#terms.set(charter.chart, after);
    this.#unwritten.add(charter.chart);
    if (wasDoubtful && before !== undefined && before.heads.join() !== after.heads.join())
      this.whenChanged(before, charter);
  }

  /** What is not on the disk as it stands is not forgotten: it counts as held (CH-3). */
  #forgetOldest(): void {
    const over = this.#loaded.size - (this.#parts.maxLoaded ?? manyLoaded);
    if (over <= 0) return;
    let left = over;
    for (const chart of this.#loaded.keys()) {
      if (left === 0) return;
      if (this.#holds.has(chart) || this.#unwritten.has(chart)) continue;
      this.#loaded.delete(chart);
      this.#stale.delete(chart);
      left -= 1;
    }
  }
}

export function storedCharterOp(op: VerifiedCharterOp): StoredOp {
  return { log: charterLog(op.log.chart), id: op.id, bytes: encodeSignedOp(op.signed) };
}

function union(a: readonly VerifiedCharterOp[], b: readonly VerifiedCharterOp[]): readonly VerifiedCharterOp[] {
  return [...new Map([...a, ...b].map((op) => [op.id, op])).values()];
}

/** These operations and all they were made with knowledge of. */
function pastOf(ops: readonly VerifiedCharterOp[], heads: readonly OpId[]): ReadonlySet<OpId> {
  const byId = new Map(ops.map((op) => [op.id, op]));
  const past = new Set(heads);
  for (const id of past) for (const earlier of byId.get(id)?.prev ?? []) past.add(earlier);
  return past;
}
