/**
 * One section of one chart while it is in use: the way from sealed entries on the disk to an open document, and from edits
 * to sealed entries. Owns the order of the checks (received → verified → admitted → opened → merged) and what is told of
 * entries that stopped on the way. It never writes to the disk: chart-writer.ts and the receiving side commit.
 */
import type { Bytes } from '../base/bytes.ts';
import {
  parseChangeHash,
  type ActorId,
  type ChangeHash,
  type ChartId,
  type DeviceId,
  type EntryHash,
  type KeyId,
} from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import { admitEntry, judgeEntries, type Judgement } from '../access/effective.ts';
import { checkChange } from '../crdt/check-change.ts';
import { genesisHash } from '../crdt/genesis.ts';
import type { EditRefusal } from '../crdt/edit-plan.ts';
import { SectionDocument } from '../crdt/section-document.ts';
import { actorNonceBytes, actorOf, chainStart, nextChainValue } from '../crypto/chain.ts';
import {
  chainNameOf,
  decodeEntry,
  decodeEntryHead,
  verifyEntry,
  type FrontierItem,
  type VerifiedEntry,
} from '../crypto/entry.ts';
import { openEntry, type EntryBody } from '../crypto/sealed-entry.ts';
import type { SectionEdit } from '../clinical/section-edit.ts';
import { wholeEntry, type StoredEntry } from '../store/store.ts';
import type { ChartAccess } from './charter-book.ts';
import { EntryFrontiers } from './entry-frontiers.ts';
import { sealChanges } from './entry-sealing.ts';
import type { PracticeContext } from './practice-context.ts';
import type { SealedWrite } from './sealed-records.ts';

/** Why an effective entry is not in the document. Waiting ones may still enter. */
export type Stopped =
  | { readonly kind: 'no-key' | 'batch-incomplete' | 'waiting'; readonly device: DeviceId }
  | { readonly kind: 'bad'; readonly device: DeviceId; readonly reason: string };

export interface SetAsideEntry {
  readonly device: DeviceId;
  readonly hash: EntryHash;
  readonly reason: string;
}

export interface SealedEdit {
  readonly entries: readonly VerifiedEntry[];
  readonly record: SealedWrite;
}

export type SealFailure = 'unsettled-conflict' | 'too-large' | 'not-allowed' | 'not-found' | 'clock';

type EntryBatch = NonNullable<EntryBody['batch']>;

interface Opened {
  readonly entry: VerifiedEntry;
  readonly body: EntryBody;
  readonly actor: ActorId;
}

/** Per chain, the newest entry up to which all were checked and merged before: these need no trial again (AM-3). */
type CheckedUpTo = Readonly<Record<string, EntryHash>>;

export class SectionKeeper {
  readonly chart: ChartId;
  readonly section: Section;
  readonly #context: PracticeContext;
  #access: ChartAccess;
  readonly #graph = new EntryFrontiers();
  #judgement: Judgement;
  #document: SectionDocument;
  /** Effective entries by what became of them. */
  readonly #merged = new Set<EntryHash>();
  #stopped = new Map<EntryHash, Stopped>();
  readonly #entryByChange = new Map<ChangeHash, EntryHash>();
  #checked: CheckedUpTo = {};
  /** The nonce behind the document's actor, and the epoch and stint it was made for (EN-4). */
  #nonce: Bytes;
  #nonceFor: string | undefined;
  #damaged = 0;

  private constructor(context: PracticeContext, access: ChartAccess, section: Section) {
    this.#context = context;
    this.#access = access;
    this.chart = access.charter.chart;
    this.section = section;
    this.#nonce = context.ports.random.bytes(actorNonceBytes);
    this.#document = this.#emptyDocument();
    this.#judgement = this.#judge();
  }

  static async load(context: PracticeContext, access: ChartAccess, section: Section): Promise<SectionKeeper> {
    const keeper = new SectionKeeper(context, access, section);
    keeper.#checked = (await context.records.read(keeper.#recordKey, (value) => value as CheckedUpTo)) ?? {};
    await keeper.refresh(access);
    return keeper;
  }

  get document(): SectionDocument {
    return this.#document;
  }

  get graph(): EntryFrontiers {
    return this.#graph;
  }

  get judgement(): Judgement {
    return this.#judgement;
  }

  get isDamaged(): boolean {
    return this.#damaged > 0;
  }

  /** Effective entries that are not in the document: "3 entries of Clinic B not yet readable". */
  get stopped(): ReadonlyMap<EntryHash, Stopped> {
    return this.#stopped;
  }

  /** Written by someone who had no right to, kept for review (CUT-4). */
  setAside(): readonly SetAsideEntry[] {
    const vain = [...this.#judgement.waiting].filter(([hash]) => !this.#mayStillCount(hash));
    return [...this.#judgement.quarantined, ...vain].flatMap(([hash, { rule, reason }]) => {
      const device = this.#graph.get(hash)?.device;
      return device === undefined ? [] : [{ device, hash, reason: `${rule} ${reason}` }];
    });
  }

  /**
   * Whether what is waited for could bring a waiting entry in: its author may write now, or a cut names it. If not, nobody
   * waits for it: else one whose right has ended could keep this section unfinished for ever.
   */
  #mayStillCount(hash: EntryHash): boolean {
    const header = this.#graph.get(hash);
    if (header === undefined) return false;
    const { charter } = this.#access;
    const practice = this.#context.rosters.practiceOf(header.device);
    if (practice === undefined || charter.rightOf(practice, this.section) === 'write') return true;
    const chain = chainNameOf(header.device, header.stint);
    return charter.cutsOf(this.section).some((item) => item.chain === chain && header.seq <= item.seq);
  }

  /**
   * The same place of a chain, or the last one before a batch that is not whole at its end: a cut in its middle would leave
   * this section waiting for ever for the rest (EN-9). Undefined when nothing of the chain is left.
   */
  beforeHalfBatch({ chain, seq, hash }: FrontierItem): FrontierItem | undefined {
    let at: EntryHash | null = hash;
    let steps = 0;
    for (; at !== null && this.#stopped.get(at)?.kind === 'batch-incomplete'; steps++)
      at = this.#graph.get(at)?.prev ?? null;
    return at === null ? undefined : { chain, seq: seq - steps, hash: at };
  }

  /**
   * Takes in what the disk and the charter hold by now. True when the document was made anew, because something that was in
   * it no longer counts (CUT-6).
   */
  async refresh(access: ChartAccess): Promise<boolean> {
    this.#access = access;
    const heads = await this.#context.store.heads(this.chart, this.section);
    for (const { head } of heads.found) {
      const decoded = decodeEntryHead(head);
      if (decoded.ok) this.#graph.add(decoded.value);
    }
    this.#damaged = heads.damaged.length;
    this.#judgement = this.#judge();
    const shrunk = [...this.#merged].some((hash) => !this.#judgement.effective.has(hash));
    if (shrunk) this.#forget();
    const wanted = new Set([...this.#judgement.effective].filter((hash) => !this.#merged.has(hash)));
    await this.#takeIn(wanted);
    this.#noteWaiting();
    return shrunk;
  }

  close(): void {
    this.#document.close();
  }

  // -------------------------------------------------------------------------------------------------- reading

  #forget(): void {
    this.#document.close();
    this.#document = this.#emptyDocument();
    this.#merged.clear();
    this.#entryByChange.clear();
  }

  async #takeIn(wanted: ReadonlySet<EntryHash>): Promise<void> {
    this.#stopped = new Map();
    if (wanted.size === 0) return;
    const stored = await this.#context.store.entries(this.chart, this.section, wanted);
    this.#damaged += stored.damaged.length;
    const opened = this.#wholeBatches(await this.#open(stored.found));
    const checked = this.#checkedEntries();
    const known = this.#merged.size === 0 ? opened.filter(({ entry }) => checked.has(entry.hash)) : [];
    const loaded = known.length > 0 && this.#load(known);
    this.#try(loaded ? opened.filter((one) => !known.includes(one)) : opened);
  }

  async #open(stored: readonly StoredEntry[]): Promise<readonly Opened[]> {
    const opened: Opened[] = [];
    // All asked for at once: WebCrypto answers from threads of its own.
    const checked = await Promise.all(stored.map(verifyStored));
    for (const { hash, device, verified } of checked) {
      if (!verified.ok) {
        this.#stop(hash, { kind: 'bad', device, reason: verified.reason });
        continue;
      }
      const admitted = admitEntry(verified.value, this.#judgement);
      const key = this.#access.keys.get(verified.value.header.epoch);
      if (admitted === undefined) continue;
      if (key === undefined) {
        this.#stop(hash, { kind: 'no-key', device });
        continue;
      }
      const body = openEntry(admitted, key);
      if (!body.ok) this.#stop(hash, { kind: 'bad', device, reason: `EN-6 ${body.reason}` });
      else {
        const actor = actorOf(device, this.chart, this.section, body.value.body.nonce);
        opened.push({ entry: verified.value, body: body.value.body, actor });
      }
    }
    return opened;
  }

  /** EN-9: entries of an import are taken when all of them are here, or not at all. */
  #wholeBatches(opened: readonly Opened[]): readonly Opened[] {
    const seen = new Map<string, number>();
    for (const { body, entry } of opened)
      if (body.batch !== undefined)
        seen.set(batchName(entry, body.batch), (seen.get(batchName(entry, body.batch)) ?? 0) + 1);
    return opened.filter(({ body, entry }) => {
      const whole = body.batch === undefined || seen.get(batchName(entry, body.batch)) === body.batch.count;
      if (!whole) this.#stop(entry.hash, { kind: 'batch-incomplete', device: entry.header.device });
      return whole;
    });
  }

  /** The checked entries of every chain: those the checkpoint names, and what they follow. A fork's other branch is not. */
  #checkedEntries(): ReadonlySet<EntryHash> {
    const checked = new Set<EntryHash>();
    for (const newest of Object.values(this.#checked))
      for (let at: EntryHash | null = newest; at !== null; at = this.#graph.get(at)?.prev ?? null) checked.add(at);
    return checked;
  }

  /** Everything that was checked before, joined and loaded once. */
  #load(known: readonly Opened[]): boolean {
    const actors = known.map(({ actor, entry }) => [actor, entry.header.device] as const);
    const document = SectionDocument.open({
      changes: known.flatMap(({ body }) => body.changes),
      actors,
      author: this.#author,
    });
    if (!document.ok) return false;
    this.#document.close();
    this.#document = document.value;
    const counted = new Map<ActorId, number>();
    for (const { entry, body, actor } of sortedByChain(known)) {
      const first = counted.get(actor) ?? 0;
      counted.set(actor, first + body.changes.length);
      for (let i = 1; i <= body.changes.length; i++) {
        const hash = parseChangeHash(document.value.graph.bySeq(actor, first + i)?.hash ?? '');
        if (hash !== undefined) this.#entryByChange.set(hash, entry.hash);
      }
      this.#merged.add(entry.hash);
    }
    return true;
  }

  /** What was never in a document of this device: the author's claims first, then the trial (AM-1 to AM-3). */
  #try(opened: readonly Opened[]): void {
    const sound = sortedByChain(opened).flatMap((one) => {
      const { entry, actor, body } = one;
      const hashes = this.#changeHashesOf(one);
      if (!hashes.ok) {
        this.#stop(entry.hash, { kind: 'bad', device: entry.header.device, reason: hashes.reason });
        return [];
      }
      for (const hash of hashes.value.own) this.#entryByChange.set(hash, entry.hash);
      return [
        { hash: entry.hash, device: entry.header.device, actor, changes: body.changes, claims: hashes.value, entry },
      ];
    });
    const honest = sound.filter((one) => {
      // What it builds on may wait for a key or for the rest of an import: then nothing can be said of its claims yet.
      if (!one.claims.deps.every((dep) => dep === genesisHash || this.#entryByChange.has(dep))) {
        this.#stop(one.hash, { kind: 'waiting', device: one.device });
        return false;
      }
      const fault = this.#claimFault(one.entry, one.claims);
      if (fault !== undefined) this.#stop(one.hash, { kind: 'bad', device: one.device, reason: fault });
      return fault === undefined;
    });
    if (honest.length === 0) return;
    const outcome = this.#document.applyBodies(honest);
    for (const hash of outcome.merged) this.#merged.add(hash);
    const deviceOf = new Map(honest.map(({ hash, device }) => [hash, device]));
    for (const { hash, reason } of outcome.failed) {
      const device = deviceOf.get(hash);
      if (device !== undefined) this.#stop(hash, { kind: 'bad', device, reason: `AM-1 ${reason}` });
    }
    for (const hash of [...outcome.waiting, ...outcome.deferred]) {
      const device = deviceOf.get(hash);
      if (device !== undefined) this.#stop(hash, { kind: 'waiting', device });
    }
  }

  #changeHashesOf({ body, actor }: Opened): Result<Claims> {
    const own: ChangeHash[] = [];
    const deps = new Set<ChangeHash>();
    for (const change of body.changes) {
      const checked = checkChange(change, { actor });
      if (!checked.ok) return err(`AM-1 ${checked.reason}`);
      own.push(mustBeChangeHash(checked.value.node.hash));
      for (const dep of checked.value.node.deps) deps.add(mustBeChangeHash(dep));
    }
    return ok({ own, deps: [...deps].filter((hash) => !own.includes(hash)) });
  }

  /** EN-1 and EN-2: the header says of its changes neither more nor less than is so. */
  #claimFault({ header }: VerifiedEntry, { own, deps }: Claims): string | undefined {
    const previous = header.prev === null ? chainStart : this.#graph.get(header.prev)?.chain;
    if (previous === undefined || nextChainValue(previous, own, header.access, header.roster) !== header.chain)
      return 'EN-1 chain-mismatch';
    const named = this.#graph.depsOf(chainNameOf(header.device, header.stint), header.prev, this.#entriesOf(deps));
    const same =
      named?.length === header.deps.length &&
      named.every(({ chain, seq, hash }, i) => {
        const claimed = header.deps[i];
        return claimed?.chain === chain && claimed.seq === seq && claimed.hash === hash;
      });
    return same ? undefined : 'EN-2 deps-mismatch';
  }

  #entriesOf(changes: Iterable<ChangeHash>): readonly EntryHash[] {
    const entries = new Set<EntryHash>();
    for (const change of changes) {
      const entry = this.#entryByChange.get(change);
      if (entry !== undefined) entries.add(entry);
    }
    return [...entries];
  }

  #noteWaiting(): void {
    for (const hash of this.#judgement.waiting.keys()) {
      if (!this.#mayStillCount(hash)) continue;
      const device = this.#graph.get(hash)?.device;
      if (device !== undefined) this.#stop(hash, { kind: 'waiting', device });
    }
  }

  #stop(hash: EntryHash, why: Stopped): void {
    this.#stopped.set(hash, why);
  }

  #emptyDocument(): SectionDocument {
    const empty = SectionDocument.open({ changes: [], actors: [], author: this.#author });
    if (!empty.ok) throw new Error('the genesis opens');
    return empty.value;
  }

  get #author() {
    const { device } = this.#context.self;
    return { device, actor: actorOf(device, this.chart, this.section, this.#nonce) };
  }

  // -------------------------------------------------------------------------------------------------- writing

  /**
   * Writes the edits into the document and seals them; the caller commits the entries and then calls `committed`, or drops
   * this keeper. `access` is the charter as the entries cite it, `epoch` the key they are sealed under.
   */
  async seal(
    edits: readonly SectionEdit[],
    timeMs: number,
    access: ChartAccess,
    epoch: KeyId,
    batchId: string | undefined,
  ): Promise<Result<SealedEdit, SealFailure>> {
    const { self, ports } = this.#context;
    const { charter } = access;
    const key = access.keys.get(epoch);
    const stint = charter.stintOf(self.practice, self.device, this.section);
    if (key === undefined || stint === undefined) return err('not-allowed');
    const nonceFor = `${epoch}/${stint}`;
    if (this.#nonceFor !== undefined && this.#nonceFor !== nonceFor) {
      this.#nonce = ports.random.bytes(actorNonceBytes);
      this.#document.writeAs(this.#author);
    }
    this.#nonceFor = nonceFor;
    const written =
      batchId === undefined ? single(this.#document.edit(edits, timeMs)) : this.#document.editMany(edits, timeMs);
    if (!written.ok) return err(sealFailureOf(written.reason));

    const place = {
      chart: this.chart,
      section: this.section,
      stint,
      access: charter.heads,
      epoch,
      epochKey: key,
      nonce: this.#nonce,
      frontiers: this.#graph,
      entriesOf: (changes: Iterable<ChangeHash>) => this.#entriesOf(changes),
    };
    const sealed = await sealChanges(this.#context, place, written.value, batchId);
    if (!sealed.ok) return sealed;
    for (const { entry, changes } of sealed.value)
      for (const hash of changes) this.#entryByChange.set(hash, entry.hash);
    const entries = sealed.value.map(({ entry }) => entry);
    const last = entries.at(-1);
    const chain = chainNameOf(self.device, stint);
    const checked = last === undefined ? this.#checked : { ...this.#checked, [chain]: last.hash };
    return ok({ entries, record: this.#context.records.write(this.#recordKey, checked) });
  }

  committed({ entries }: SealedEdit, access: ChartAccess): void {
    this.#access = access;
    for (const { hash, header } of entries) {
      this.#merged.add(hash);
      this.#checked = { ...this.#checked, [chainNameOf(header.device, header.stint)]: hash };
    }
    this.#judgement = this.#judge();
  }

  /** What the next opening need not try again. Undefined when nothing changed since it was last kept. */
  checkpoint(): SealedWrite | undefined {
    const checked: Record<string, EntryHash> = {};
    // In order of position, so that an entry counts only if all before it in its chain do.
    const throughout = new Set<EntryHash | null>([null]);
    for (const [hash, { device, stint, prev }] of [...this.#graph.headers].sort(([, a], [, b]) => a.seq - b.seq)) {
      if (!this.#merged.has(hash) || !throughout.has(prev)) continue;
      throughout.add(hash);
      checked[chainNameOf(device, stint)] = hash;
    }
    if (JSON.stringify(checked) === JSON.stringify(this.#checked)) return undefined;
    this.#checked = checked;
    return this.#context.records.write(this.#recordKey, checked);
  }

  #judge(): Judgement {
    const headers = [...this.#graph.headers].map(([hash, header]) => ({ hash, header }));
    // What is in the document stays there until a `close` says (CH-3).
    const heldBefore = this.#merged;
    return judgeEntries({ charter: this.#access.charter, section: this.section, headers, heldBefore });
  }

  get #recordKey(): string {
    return `checked/${this.chart}/${this.section}`;
  }
}

async function verifyStored(stored: StoredEntry) {
  const { hash, device } = stored;
  const received = decodeEntry(wholeEntry(stored));
  return { hash, device, verified: received.ok ? await verifyEntry(received.value) : received };
}

interface Claims {
  readonly own: readonly ChangeHash[];
  readonly deps: readonly ChangeHash[];
}

function batchName({ header }: VerifiedEntry, { id, count }: EntryBatch): string {
  return `${header.device}/${header.stint}/${id}/${count}`;
}

function sortedByChain(opened: readonly Opened[]): readonly Opened[] {
  return [...opened].sort(
    ({ entry: { header: a } }, { entry: { header: b } }) =>
      (a.device === b.device ? 0 : a.device < b.device ? -1 : 1) ||
      (a.stint === b.stint ? 0 : a.stint < b.stint ? -1 : 1) ||
      a.seq - b.seq,
  );
}

function single<T, R extends string>(written: Result<T, R>): Result<readonly T[], R> {
  return written.ok ? ok([written.value]) : written;
}

function mustBeChangeHash(hash: string): ChangeHash {
  const parsed = parseChangeHash(hash);
  if (parsed === undefined) throw new Error('Automerge names a change by 64 lowercase hex digits');
  return parsed;
}

function sealFailureOf(reason: EditRefusal): SealFailure {
  switch (reason) {
    case 'unsettled-conflict':
    case 'changed-meanwhile':
      return 'unsettled-conflict';
    case 'too-large':
      return 'too-large';
    case 'unknown-resource':
      return 'not-found';
    case 'nothing-to-write':
    case 'malformed':
    case 'already-exists':
      return 'not-allowed';
  }
}
