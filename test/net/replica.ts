/**
 * One device of a practice as the simulation runs it: the real store, charters, rosters, entries and replicator; no
 * document. What an entry says is a text, sealed by the real code, so that plaintext on wire or disk can be looked for.
 */
import { toUtf8, type Bytes } from '../../src/base/bytes.ts';
import {
  changeHash,
  type ChangeHash,
  type ChartId,
  type DeviceId,
  type EntryHash,
  type KeyId,
  type OpId,
  type PracticeId,
} from '../../src/base/ids.ts';
import type { Random } from '../../src/base/ports.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import { chartSections, type Section } from '../../src/base/sections.ts';
import {
  createCharter,
  grant,
  makeEpochs,
  revokeWithEpochs,
  type CharterAuthor,
  type CharterWrite,
} from '../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import { admitEntry, cutFor, judgeEntries, type Judgement } from '../../src/access/effective.ts';
import { OpGraph } from '../../src/access/op-graph.ts';
import { encodeSignedOp } from '../../src/access/operation.ts';
import type { Right, SectionFrontiers } from '../../src/access/operation-bodies.ts';
import { resolveRoster, type RosterState } from '../../src/access/roster.ts';
import { unwrapEpochs } from '../../src/access/unwrap-epochs.ts';
import {
  isCharterOp,
  isRosterOp,
  verifyOpBytes,
  type VerifiedCharterOp,
  type VerifiedRosterOp,
} from '../../src/access/verify-operation.ts';
import { chainStart } from '../../src/crypto/chain.ts';
import {
  chainNameOf,
  decodeEntry,
  decodeEntryHead,
  verifyEntry,
  type FrontierItem,
  type SignedHeader,
  type VerifiedEntry,
} from '../../src/crypto/entry.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { pairKey } from '../../src/crypto/pair-key.ts';
import { openEntry, sealEntry } from '../../src/crypto/sealed-entry.ts';
import { sealSnapshot } from '../../src/crypto/sealed-snapshot.ts';
import { itemsByChain } from '../../src/net/frontier.ts';
import { fullFrameBytes } from '../../src/net/limits.ts';
import type {
  ChartFrontier,
  ChartOps,
  Frontier,
  ReplicationHost,
  SectionEntries,
  SharedChart,
  Verdict,
} from '../../src/net/replication-host.ts';
import { Replicator, type ReplicatorInit } from '../../src/net/replicator.ts';
import { StoreContent } from '../../src/net/store-content.ts';
import { leafDigest } from '../../src/net/summary.ts';
import type { Transport } from '../../src/net/transport.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { charterLog, newEntry, rosterLog, storedSnapshot, wholeEntry, type Store } from '../../src/store/store.ts';
import { atTime, mustHave, mustOk, type TestDevice, type TestPractice } from '../access/support/practices.ts';
import { seededRandom } from '../support/seeded-random.ts';

interface Charter {
  readonly graph: OpGraph<VerifiedCharterOp>;
  readonly state: CharterState | undefined;
}

export class Replica implements ReplicationHost {
  readonly name: string;
  readonly device: TestDevice;
  readonly store: Store;
  readonly self: ReplicationHost['self'];
  replicator: Replicator | undefined;
  readonly #random: Random;
  readonly #content: StoreContent;
  readonly #rosters = new Map<PracticeId, readonly VerifiedRosterOp[]>();
  readonly #states = new Map<PracticeId, RosterState>();
  readonly #charterOps = new Map<ChartId, readonly VerifiedCharterOp[]>();
  readonly #charters = new Map<ChartId, Charter>();
  readonly #keys = new Map<ChartId, ReadonlyMap<KeyId, Bytes>>();
  readonly #shared = new Map<string, SharedChart>();
  /** By chart and section: what was written here. */
  readonly #own = new Map<string, Map<EntryHash, string>>();
  /** By device, chart, section, chain: what others said they hold. */
  readonly heldByOthers = new Map<string, FrontierItem>();
  /** Whether its charts are likely to change, as open ones are. */
  isOpen = true;
  /** Charts that are nothing but a leaf, to be many: whoever has the same leaf has the same chart. */
  paper: ReadonlyMap<ChartId, Bytes> = new Map();
  /** Entries this device sent away because somebody asked; how often it had to do so. */
  served = 0;

  private constructor(practice: TestPractice, store: Store, content: StoreContent) {
    this.name = practice.name;
    this.device = practice.first;
    this.self = { practice: practice.id, device: practice.first.id };
    this.store = store;
    this.#content = content;
    this.#random = seededRandom(`${practice.name}/replica`);
  }

  static async open(practice: TestPractice, store: Store = openMemoryStore()): Promise<Replica> {
    const { content } = await StoreContent.open(store);
    const replica = new Replica(practice, store, content);
    replica.#takeRoster(practice.id, practice.ops);
    await store.commit({ ops: practice.ops.map(storedOp) });
    await replica.#load();
    return replica;
  }

  async #load(): Promise<void> {
    for (const stored of (await this.store.logs('roster')).found.values()) {
      for (const { bytes } of stored) {
        const op = mustOk(await verifyOpBytes(bytes));
        if (isRosterOp(op)) this.#takeRoster(op.log.practice, [op]);
      }
    }
    for (const stored of (await this.store.logs('charter')).found.values()) {
      for (const { bytes } of stored) {
        const op = mustOk(await verifyOpBytes(bytes));
        if (isCharterOp(op)) this.#takeCharter(op.log.chart, [op]);
      }
    }
  }

  /** What a test wants to hear of RE-6. */
  compared: ReplicatorInit['compared'];
  completed: ReplicatorInit['completed'];
  /** A chart of which this disk takes no entries. */
  refuses: ChartId | undefined;

  join(transport: Transport): void {
    this.replicator = new Replicator({
      transport,
      host: this,
      clock: { nowMs: () => atTime },
      compared: (device, how) => this.compared?.(device, how),
      completed: (device) => this.completed?.(device),
      failed: (error) => {
        throw error;
      },
    });
  }

  /** As a meeting leaves it: each pins the other's roster. */
  async meet(other: TestPractice): Promise<void> {
    await this.store.commit({ ops: other.ops.map(storedOp) });
    this.#takeRoster(other.id, other.ops);
    this.replicator?.rosterChanged(other.id);
  }

  // ------------------------------------------------------------------------------------------------ what people do

  get author(): CharterAuthor {
    return { signKeys: this.device.signKeys, roster: mustHave(this.#states.get(this.self.practice)) };
  }

  async createChart(sections: readonly Section[] = chartSections): Promise<ChartId> {
    const created = mustOk(await createCharter(this.author, sections, this.#random, atTime));
    const chart = created.op.log.chart;
    await this.#write(chart, created);
    await this.#write(
      chart,
      mustOk(await makeEpochs(this.charter(chart), this.author, sections, this.#making(chart), atTime)),
    );
    return chart;
  }

  async share(chart: ChartId, practice: PracticeId, sections: readonly Section[], right: Right): Promise<boolean> {
    const given = await grant(this.charter(chart), this.author, { practice, sections, right }, atTime);
    if (!given.ok) return false;
    await this.#write(chart, given.value);
    const stale = this.charter(chart).sections.filter(
      (section) => this.charter(chart).usableEpochs(section).length === 0,
    );
    if (stale.length === 0) return true;
    const epochs = await makeEpochs(this.charter(chart), this.author, stale, this.#making(chart), atTime);
    if (epochs.ok) await this.#write(chart, epochs.value);
    return epochs.ok;
  }

  async stopSharing(chart: ChartId, practice: PracticeId): Promise<boolean> {
    const { sections } = this.charter(chart);
    const cut: Partial<Record<Section, readonly FrontierItem[]>> = {};
    for (const section of sections) cut[section] = cutFor(await this.judge(chart, section), practice);
    const ended = { practice, sections, cut: cut satisfies SectionFrontiers };
    const written = await revokeWithEpochs(this.charter(chart), this.author, ended, this.#making(chart), atTime);
    if (written.ok) await this.#write(chart, written.value);
    return written.ok;
  }

  /** What this device may write, sealed and durable; then announced. */
  async edit(chart: ChartId, section: Section, text: string): Promise<Result<VerifiedEntry>> {
    const charter = this.charter(chart);
    const stint = charter.stintOf(this.self.practice, this.self.device, section);
    const [epoch] = charter.usableEpochs(section);
    const right = charter.rightOf(this.self.practice, section);
    if (stint === undefined || right !== 'write') return err('no-right');
    if (epoch === undefined) return err('no-epoch');
    const epochKey = this.#keys.get(chart)?.get(epoch);
    if (epochKey === undefined) return err('no-key');
    const chain = chainNameOf(this.self.device, stint);
    const heads = await this.#headers(chart, section);
    const previous = heads.findLast(({ header }) => chainNameOf(header.device, header.stint) === chain);
    const frontier = (await this.judge(chart, section)).frontier.filter((item) => item.chain !== chain);
    const known = new Map<string, number>();
    for (const { header } of heads) {
      if (chainNameOf(header.device, header.stint) !== chain) continue;
      for (const dep of header.deps) known.set(dep.chain, dep.seq);
    }
    const bytes = toUtf8(text);
    const hash: ChangeHash = changeHash(sha256(bytes));
    const entry = mustOk(
      await sealEntry({
        header: {
          ...{ chart, section, device: this.self.device, stint },
          seq: (previous?.header.seq ?? 0) + 1,
          prev: previous?.hash ?? null,
          deps: frontier.filter((item) => (known.get(item.chain) ?? 0) < item.seq),
          access: charter.heads,
          roster: this.author.roster.heads,
          epoch,
        },
        previousChainValue: previous?.header.chain ?? chainStart,
        body: { v: 1, nonce: this.#random.bytes(16), changes: [bytes] },
        changeHashes: [hash],
        epochKey,
        signKeys: this.device.signKeys,
        random: this.#random,
      }),
    );
    const kept = await this.#content.commit({ entries: [newEntry(entry)] });
    if (!kept.ok) return kept;
    const own = this.#own.get(`${chart}/${section}`) ?? new Map<EntryHash, string>();
    this.#own.set(`${chart}/${section}`, own.set(entry.hash, text));
    this.#forget(chart);
    this.replicator?.chartChanged(chart);
    return ok(entry);
  }

  /** SN-3: ciphertexts go for a snapshot of all that is here of a section now. Nobody in this world looks into it. */
  async compact(chart: ChartId, section: Section): Promise<boolean> {
    const covers = this.#content.frontier(chart, section);
    const { found } = await this.store.heads(chart, section);
    const [epoch] = this.charter(chart).usableEpochs(section);
    const epochKey = epoch === undefined ? undefined : this.#keys.get(chart)?.get(epoch);
    if (covers.length === 0 || epoch === undefined || epochKey === undefined) return false;
    const { heads: access } = this.charter(chart);
    const said = { nonce: new Uint8Array(16), changes: 1 };
    const sealed = await sealSnapshot({
      header: { chart, section, device: this.self.device, covers, access, roster: this.author.roster.heads, epoch },
      body: {
        document: this.#random.bytes(64),
        chains: covers.map(({ seq }) => Array.from({ length: seq }, () => said)),
      },
      epochKey,
      signKeys: this.device.signKeys,
      random: this.#random,
    });
    const made = storedSnapshot(mustOk(sealed));
    if (!(await this.#content.commit({ snapshots: [made] })).ok) return false;
    const seqs = new Map(covers.map(({ chain, seq }) => [chain, seq]));
    const entries = found.filter(({ device, stint, seq }) => seq <= (seqs.get(chainNameOf(device, stint)) ?? 0));
    const replaced = { chart, section, by: made.name, entries: new Set(entries.map(({ hash }) => hash)) };
    return (await this.#content.commit({ replaced: [replaced] })).ok;
  }

  // ------------------------------------------------------------------------------------------------ what is asked of it

  charts(): readonly ChartId[] {
    return [...this.#charters].flatMap(([chart, { state }]) => (state === undefined ? [] : [chart]));
  }

  charter(chart: ChartId): CharterState {
    return mustHave(this.#charters.get(chart)?.state);
  }

  frontier(chart: ChartId, section: Section): Frontier {
    return this.#content.frontier(chart, section);
  }

  async judge(chart: ChartId, section: Section): Promise<Judgement> {
    return judgeEntries({ charter: this.charter(chart), section, headers: await this.#headers(chart, section) });
  }

  /** The texts this device can read of a section: effective and opened with its keys. */
  async read(chart: ChartId, section: Section): Promise<readonly string[]> {
    const judgement = await this.judge(chart, section);
    const keys = this.#keys.get(chart) ?? new Map<KeyId, Bytes>();
    const texts: string[] = [];
    for (const stored of await this.#content.entries(chart, section)) {
      const entry = mustOk(await verifyEntry(mustOk(decodeEntry(wholeEntry(stored)))));
      const admitted = admitEntry(entry, judgement);
      const key = keys.get(entry.header.epoch);
      if (admitted === undefined || key === undefined) continue;
      const { body } = mustOk(openEntry(admitted, key));
      texts.push(...body.changes.map((change) => new TextDecoder().decode(change)));
    }
    return texts.sort();
  }

  /** The texts this device wrote itself and still has on disk, effective or not. */
  async readOwn(chart: ChartId, section: Section): Promise<readonly string[]> {
    const own = this.#own.get(`${chart}/${section}`) ?? new Map<EntryHash, string>();
    const kept = (await this.store.entries(chart, section)).found;
    return kept.flatMap(({ hash }) => own.get(hash) ?? []);
  }

  async #headers(chart: ChartId, section: Section): Promise<readonly SignedHeader[]> {
    return (await this.store.heads(chart, section)).found.map(({ head }) => mustOk(decodeEntryHead(head)));
  }

  #making(chart: ChartId) {
    return { heldKeys: this.#keys.get(chart) ?? new Map<KeyId, Bytes>(), random: this.#random };
  }

  async #write(chart: ChartId, { op, keys }: CharterWrite): Promise<void> {
    await this.store.commit({ ops: [storedOp(op)] });
    this.#keys.set(chart, new Map([...(this.#keys.get(chart) ?? []), ...keys]));
    this.#takeCharter(chart, [op]);
    this.replicator?.chartChanged(chart);
  }

  #takeRoster(practice: PracticeId, ops: readonly VerifiedRosterOp[]): void {
    const all = [...(this.#rosters.get(practice) ?? []), ...ops];
    this.#rosters.set(practice, all);
    const state = resolveRoster(all);
    if (state !== undefined) this.#states.set(practice, state);
    for (const chart of this.#charterOps.keys()) this.#takeCharter(chart, []);
  }

  #takeCharter(chart: ChartId, ops: readonly VerifiedCharterOp[]): void {
    const known = this.#charterOps.get(chart) ?? [];
    const all = [...known, ...ops.filter((op) => !known.some(({ id }) => id === op.id))];
    this.#charterOps.set(chart, all);
    const state = resolveCharter(all, (practice) => this.#states.get(practice));
    this.#charters.set(chart, { graph: new OpGraph(all), state });
    this.#forget(chart);
    if (state === undefined) return;
    const reader = { practice: this.self.practice, recipient: this.self.device, boxKeys: this.device.boxKeys };
    this.#keys.set(chart, unwrapEpochs(state, reader, this.#keys.get(chart)).keys);
  }

  #forget(chart: ChartId): void {
    for (const key of this.#shared.keys()) if (key.startsWith(chart)) this.#shared.delete(key);
  }

  // ------------------------------------------------------------------------------------------------ ReplicationHost

  practiceOf(device: DeviceId): PracticeId | undefined {
    return [...this.#states.values()].find((roster) => roster.devices.has(device))?.practice;
  }

  rostersFor(): readonly PracticeId[] {
    return [...this.#states.keys()].sort();
  }

  rosterHeads(practice: PracticeId): readonly OpId[] {
    return this.#states.get(practice)?.heads ?? [];
  }

  rostersOf(): readonly PracticeId[] {
    return this.rostersFor();
  }

  workOutLeaves(): Promise<void> {
    return Promise.resolve();
  }

  leavesFor(device: DeviceId): ReadonlyMap<ChartId, Bytes> {
    const leaves = this.charts().flatMap((chart) => {
      const shared = this.chartFor(device, chart);
      return shared === undefined ? [] : [[chart, leafDigest(chart, shared)] as const];
    });
    return new Map([...leaves, ...this.paper]);
  }

  pairSecret(device: DeviceId): Bytes | undefined {
    const practice = this.practiceOf(device);
    const other = practice === undefined ? undefined : this.#states.get(practice)?.devices.get(device);
    return other === undefined ? undefined : pairKey({ device: this.device.id, box: this.device.boxKeys }, other);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  readyCharts(): readonly ChartId[] {
    return this.isOpen ? this.charts() : [];
  }

  chartFor(device: DeviceId, chart: ChartId): SharedChart | undefined {
    const key = `${chart}/${device}/${this.#content.versionOf(chart)}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const shared = this.#chartFor(device, chart);
    if (shared !== undefined) this.#shared.set(key, shared);
    return shared;
  }

  #chartFor(device: DeviceId, chart: ChartId): SharedChart | undefined {
    const practice = this.practiceOf(device);
    const state = this.#charters.get(chart)?.state;
    if (practice === undefined || state === undefined) return undefined;
    const both = [practice, this.self.practice];
    const everReaders = (section: Section): boolean =>
      both.every((one) => one === state.custodian || everGranted(state, one).has(section));
    const sections = state.sections.filter(everReaders);
    if (sections.length === 0) return undefined;
    const shown = sections.map((section): readonly [Section, Frontier] => {
      const frontier = this.#content.toldFrontier(chart, section);
      const gone = both.filter((one) => !state.readersOf(section).includes(one));
      return [
        section,
        gone.length === 0 ? frontier : frontier.filter(({ chain }) => gone.includes(this.#writer(chain))),
      ];
    });
    return { heads: this.#opsFor(chart, practice).heads, sections: new Map(shown) };
  }

  #writer(chain: string): PracticeId {
    const [device = ''] = chain.split('/');
    return this.practiceOf(device as DeviceId) ?? ('' as PracticeId);
  }

  /** All of the charter for those who are in it now; up to its removal for who is not. */
  #opsFor(chart: ChartId, practice: PracticeId): { heads: readonly OpId[]; ops: readonly VerifiedCharterOp[] } {
    const { graph, state } = mustHave(this.#charters.get(chart));
    const charter = mustHave(state);
    if (charter.members.includes(practice) || practice === charter.custodian) {
      return { heads: graph.headsOf(graph.ordered.map(({ id }) => id)), ops: graph.ordered };
    }
    const removals = graph.ordered.filter(({ body }) => body.kind === 'revoke' && body.practice === practice);
    const past = graph.setOf(removals.map(({ id }) => id));
    for (const { id } of removals) graph.addPast(past, id);
    const ops = graph.ordered.filter(({ id }) => graph.isIn(id, past));
    return { heads: graph.headsOf(ops.map(({ id }) => id)), ops };
  }

  rosterOpsBeyond(practice: PracticeId, known: readonly OpId[]): Promise<readonly Bytes[]> {
    return Promise.resolve(beyond(this.#states.get(practice)?.ops ?? [], known));
  }

  charterOpsBeyond(chart: ChartId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]> {
    const practice = this.practiceOf(device);
    return Promise.resolve(practice === undefined ? [] : beyond(this.#opsFor(chart, practice).ops, known));
  }

  entriesBeyond(device: DeviceId, chart: ChartId, section: Section, theirs: Frontier, maxBytes: number) {
    this.served += 1;
    const may = this.#mayHave(device, chart, section);
    return this.#content.entriesBeyond(chart, section, theirs, may, maxBytes);
  }

  entriesNamed(device: DeviceId, chart: ChartId, section: Section, hashes: readonly EntryHash[]) {
    return this.#content.entriesNamed(chart, section, hashes, this.#mayHave(device, chart, section), fullFrameBytes);
  }

  #mayHave(device: DeviceId, chart: ChartId, section: Section): (head: { readonly device: DeviceId }) => boolean {
    const readers = this.#charters.get(chart)?.state?.readersOf(section) ?? [];
    const practice = this.practiceOf(device);
    const gone = practice === undefined || !readers.includes(practice);
    // A removed practice gets nothing. To others, this device gives what it wrote itself even when it was removed.
    if (gone) return () => false;
    return readers.includes(this.self.practice) ? () => true : (head) => head.device === this.self.device;
  }

  missingIn(chart: ChartId): ReadonlyMap<Section, readonly EntryHash[]> {
    return this.#content.missing(chart);
  }

  chartsMissing(): readonly ChartId[] {
    return this.#content.chartsMissing();
  }

  async receiveRosterOps(_from: DeviceId, practice: PracticeId, ops: readonly Bytes[]): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    for (const bytes of ops) {
      const op = await verifyOpBytes(bytes);
      if (!op.ok) verdicts.push({ kind: 'refused', reason: op.reason });
      else if (!isRosterOp(op.value) || op.value.log.practice !== practice)
        verdicts.push({ kind: 'refused', reason: 'wrong-log' });
      else if (this.#rosters.get(practice)?.some(({ id }) => id === op.value.id) === true)
        verdicts.push({ kind: 'known' });
      else {
        await this.store.commit({ ops: [storedOp(op.value)] });
        this.#takeRoster(practice, [op.value]);
        verdicts.push({ kind: 'kept' });
      }
    }
    return verdicts;
  }

  async receiveCharterOps(_from: DeviceId, charters: readonly ChartOps[]): Promise<readonly (readonly Verdict[])[]> {
    const verdicts: (readonly Verdict[])[] = [];
    for (const { chart, ops } of charters) verdicts.push(await this.#receiveCharter(chart, ops));
    return verdicts;
  }

  async #receiveCharter(chart: ChartId, ops: readonly Bytes[]): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    for (const bytes of ops) {
      const op = await verifyOpBytes(bytes);
      if (!op.ok) verdicts.push({ kind: 'refused', reason: op.reason });
      else if (!isCharterOp(op.value) || op.value.log.chart !== chart)
        verdicts.push({ kind: 'refused', reason: 'wrong-log' });
      else if (this.#charterOps.get(chart)?.some(({ id }) => id === op.value.id) === true)
        verdicts.push({ kind: 'known' });
      else {
        await this.store.commit({ ops: [storedOp(op.value)] });
        this.#takeCharter(chart, [op.value]);
        verdicts.push({ kind: 'kept' });
      }
    }
    return verdicts;
  }

  async receiveEntries(_from: DeviceId, sections: readonly SectionEntries[]): Promise<readonly (readonly Verdict[])[]> {
    const verdicts: (readonly Verdict[])[] = [];
    for (const one of sections) verdicts.push(await this.#receiveSection(one));
    return verdicts;
  }

  async #receiveSection({ chart, section, entries }: SectionEntries): Promise<readonly Verdict[]> {
    const state = this.#charters.get(chart)?.state;
    if (chart === this.refuses) return entries.map(() => ({ kind: 'later', reason: 'store-disk' }));
    if (state === undefined) return entries.map(() => ({ kind: 'later', reason: 'unknown-chart' }));
    const judged = entries.map(({ header }): Verdict | undefined => {
      if (this.practiceOf(header.device) === undefined) return { kind: 'later', reason: 'unknown-author' };
      if (state.at(header.access) === undefined) return { kind: 'later', reason: 'access-unknown' };
      return state.canWrite(header.device, section, header.access, header.roster)
        ? undefined
        : { kind: 'refused', reason: 'no-right' };
    });
    const { verdicts } = await this.#content.keep(
      chart,
      section,
      entries.filter((_, i) => judged[i] === undefined),
    );
    this.#forget(chart);
    const kept = [...verdicts];
    return judged.map((verdict) => verdict ?? mustHave(kept.shift()));
  }

  peerHolds(device: DeviceId, sections: readonly ChartFrontier[]): Promise<void> {
    for (const { chart, section, frontier } of sections) {
      for (const [chain, item] of itemsByChain(frontier)) {
        const key = [device, chart, section, chain].join('/');
        if ((this.heldByOthers.get(key)?.seq ?? 0) < item.seq) this.heldByOthers.set(key, item);
      }
    }
    return Promise.resolve();
  }

  peerHoldsSame(device: DeviceId, leaves: ReadonlyMap<ChartId, Bytes>): Promise<void> {
    const sections = [...leaves.keys()].flatMap((chart) =>
      [...(this.chartFor(device, chart)?.sections ?? [])].map(([section, frontier]) => ({ chart, section, frontier })),
    );
    return this.peerHolds(device, sections);
  }
}

function storedOp(op: VerifiedRosterOp | VerifiedCharterOp) {
  const log = isRosterOp(op) ? rosterLog(op.log.practice) : charterLog(op.log.chart);
  return { log, id: op.id, bytes: encodeSignedOp(op.signed) };
}

/** In causal order, without the past of `known`. */
function beyond(ops: readonly (VerifiedRosterOp | VerifiedCharterOp)[], known: readonly OpId[]): readonly Bytes[] {
  const graph = new OpGraph<VerifiedRosterOp | VerifiedCharterOp>(ops);
  const past = graph.upTo(known.filter((id) => graph.has(id))) ?? graph.emptySet();
  return graph.ordered.filter(({ id }) => !graph.isIn(id, past)).map(({ signed }) => encodeSignedOp(signed));
}

/** Sections a practice was ever given, with what goes along. */
function everGranted(state: CharterState, practice: PracticeId): ReadonlySet<Section> {
  const sections = state.ops.flatMap(({ body }) =>
    body.kind === 'grant' && body.practice === practice ? [...body.sections, 'identity' as const] : [],
  );
  return new Set(sections);
}
