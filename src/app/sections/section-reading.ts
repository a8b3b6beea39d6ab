/**
 * The document of a section and which entries are in it: opened bodies in, and what became of each. Owns the way from opened
 * to merged: the author's claims first, then checks and trial (AM-1 to AM-3). Knows no key, no disk and no right.
 */
import { mustBeChangeHash, type ActorId, type ChangeHash, type EntryHash } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chainIsAsClaimed, depsAreAsClaimed } from '../../access/entry-claims.ts';
import { finding, type Finding } from '../../access/findings.ts';
import { checkChange } from '../../crdt/check-change.ts';
import { genesisHash } from '../../crdt/genesis.ts';
import { SectionDocument, type Author } from '../../crdt/section-document.ts';
import { chainStart, nextChainValue } from '../../crypto/chain.ts';
import { chainNameOf } from '../../crypto/entry.ts';
import type { EntryBody } from '../../crypto/sealed-entry.ts';
import type { CoveredBody } from '../../crypto/sealed-manifest.ts';
import { addsToOwnLog } from '../audit/audit-writers.ts';
import type { EntryFrontiers } from './entry-frontiers.ts';
import type { Opened, Stopped } from './section-opening.ts';
import type { ReadSnapshot } from './snapshot-checking.ts';

interface LoadedEntry {
  readonly hash: EntryHash;
  /** How many. */
  readonly changes: number;
}

export class SectionReading {
  readonly #graph: EntryFrontiers;
  #document: SectionDocument;
  readonly #merged: Set<EntryHash>;
  readonly #entryByChange: Map<ChangeHash, EntryHash>;
  /** When their authors say they wrote what was tried here: the latest of an entry's changes. */
  readonly #times = new Map<EntryHash, number>();
  /** The changes those build on. */
  readonly #builtOn = new Map<EntryHash, readonly ChangeHash[]>();
  /** What the body of each entry said besides its changes. */
  readonly #bodies = new Map<EntryHash, CoveredBody>();
  /** The entries it was loaded with, by actor in their order: which change is whose is looked up when it is asked. */
  readonly #loaded = new Map<string, LoadedEntry[]>();

  private constructor(
    graph: EntryFrontiers,
    document: SectionDocument,
    merged: Iterable<EntryHash>,
    entryByChange: Iterable<readonly [ChangeHash, EntryHash]>,
  ) {
    this.#graph = graph;
    this.#document = document;
    this.#merged = new Set(merged);
    this.#entryByChange = new Map(entryByChange);
  }

  static empty(graph: EntryFrontiers, author: Author): SectionReading {
    return new SectionReading(graph, emptyDocument(author), [], []);
  }

  /** The same once more, to try on what is not to be in this one. The caller closes it. */
  copy(): SectionReading {
    const copy = new SectionReading(this.#graph, this.#document.copy(), this.#merged, this.#entryByChange);
    for (const [actor, entries] of this.#loaded) copy.#loaded.set(actor, entries);
    return copy;
  }

  get document(): SectionDocument {
    return this.#document;
  }

  get merged(): ReadonlySet<EntryHash> {
    return this.#merged;
  }

  /** The document without anything: for when something in it no longer counts (CUT-6). */
  forget(author: Author): void {
    this.#replace(emptyDocument(author));
    this.#merged.clear();
    this.#entryByChange.clear();
    this.#bodies.clear();
    this.#loaded.clear();
  }

  close(): void {
    this.#document.close();
  }

  /** By its author's clock; undefined for what was not tried since this section was opened. */
  timeOf(entry: EntryHash): number | undefined {
    return this.#times.get(entry);
  }

  /** The changes an entry builds on; none for what was not tried since this section was opened. */
  builtOn(entry: EntryHash): readonly ChangeHash[] {
    return this.#builtOn.get(entry) ?? [];
  }

  /** The entry that holds a change, if it is known. */
  entryOf(change: ChangeHash): EntryHash | undefined {
    return this.#entryByChange.get(change) ?? this.#loadedEntryOf(change);
  }

  #loadedEntryOf(change: ChangeHash): EntryHash | undefined {
    if (this.#loaded.size === 0) return undefined;
    const node = this.#document.graph.get(change);
    let left = node?.seq ?? 0;
    for (const { hash, changes } of this.#loaded.get(node?.actor ?? '') ?? []) {
      left -= changes;
      if (left > 0) continue;
      this.#entryByChange.set(change, hash);
      return hash;
    }
    return undefined;
  }

  /** What a merged entry's body said besides its changes. */
  bodyOf(entry: EntryHash): CoveredBody | undefined {
    return this.#bodies.get(entry);
  }

  /** The entries that hold these changes. */
  entriesOf(changes: Iterable<ChangeHash>): readonly EntryHash[] {
    const entries = new Set<EntryHash>();
    for (const change of changes) {
      const entry = this.entryOf(change);
      if (entry !== undefined) entries.add(entry);
    }
    return [...entries];
  }

  /** Changes this device just wrote into the document, and the entry they were sealed in. */
  wrote(entry: EntryHash, changes: readonly ChangeHash[], body: EntryBody): void {
    for (const hash of changes) this.#entryByChange.set(hash, entry);
    this.#bodies.set(entry, coveredBodyOf(body));
  }

  /** What this device wrote is durable now. */
  keep(entry: EntryHash): void {
    this.#merged.add(entry);
  }

  /**
   * Everything that was in a document of this device before, joined and loaded once: `known`, on top of `base` if there is
   * a snapshot of which that is so. False: it does not load.
   */
  load(known: readonly Opened[], base: ReadSnapshot | undefined, author: Author): boolean {
    const covered = base?.entries ?? [];
    const actors = [
      ...covered.map(({ actor, header }) => [actor, header.device] as const),
      ...known.map(({ actor, entry }) => [actor, entry.header.device] as const),
    ];
    const changes = known.flatMap(({ body }) => body.changes);
    const snapshot = base === undefined ? {} : { snapshot: base.document };
    const document = SectionDocument.open({ changes, actors, author, ...snapshot });
    if (!document.ok) return false;
    this.#replace(document.value);
    for (const { hash, actor, body } of covered) this.#noteLoaded(hash, actor, body);
    for (const { entry, actor, body } of known) this.#noteLoaded(entry.hash, actor, coveredBodyOf(body));
    return true;
  }

  #noteLoaded(hash: EntryHash, actor: ActorId, body: CoveredBody): void {
    const entry = { hash, changes: body.changes };
    const before = this.#loaded.get(actor);
    if (before === undefined) this.#loaded.set(actor, [entry]);
    else before.push(entry);
    this.#bodies.set(hash, body);
    this.#merged.add(hash);
  }

  /**
   * What was never in a document of this device. Answers what became of those that are not in it now. `unopened`: entries that
   * count and could not be opened, and why.
   */
  take(opened: readonly Opened[], unopened: ReadonlyMap<EntryHash, Stopped>): ReadonlyMap<EntryHash, Stopped> {
    const here = new Set(opened.map(({ entry }) => entry.hash));
    const stopped = new Map<EntryHash, Stopped>();
    const sound = opened.flatMap((one) => {
      const { entry, actor, body } = one;
      const { hash, header } = entry;
      const claims = changesOf(one);
      if (!claims.ok) {
        stopped.set(hash, { kind: 'bad', device: header.device, reason: claims.reason });
        return [];
      }
      for (const own of claims.value.own) this.#entryByChange.set(own, hash);
      this.#times.set(hash, claims.value.timeMs);
      this.#builtOn.set(hash, claims.value.deps);
      this.#bodies.set(hash, coveredBodyOf(body));
      return [{ hash, device: header.device, actor, changes: body.changes, claims: claims.value, entry }];
    });
    const honest = sound.filter(({ hash, device, claims, entry }) => {
      // What it builds on may wait for a key or for the rest of an import: then nothing can be said of its claims yet.
      if (!claims.deps.every((dep) => dep === genesisHash || this.entryOf(dep) !== undefined)) {
        const missing = this.#pastOf(hash).filter((one) => !this.#merged.has(one) && !here.has(one));
        if (missing.length === 0) stopped.set(hash, { kind: 'bad', device, reason: 'EN-2 deps-mismatch' });
        else if (missing.every((one) => unopened.get(one)?.kind === 'bad'))
          stopped.set(hash, { kind: 'bad', device, reason: buildsOnBad });
        else stopped.set(hash, { kind: 'waiting', device });
        return false;
      }
      const fault = this.#faultOf(entry, claims);
      if (fault !== undefined) stopped.set(hash, { kind: 'bad', device, reason: `${fault.rule} ${fault.reason}` });
      return fault === undefined;
    });
    if (honest.length === 0) return stopped;
    const outcome = this.#document.applyBodies(honest);
    for (const hash of outcome.merged) this.#merged.add(hash);
    const deviceOf = new Map(honest.map(({ hash, device }) => [hash, device]));
    for (const { hash, reason } of outcome.failed) {
      const device = deviceOf.get(hash);
      if (device !== undefined) stopped.set(hash, { kind: 'bad', device, reason: `AM-1 ${reason}` });
    }
    for (const hash of [...outcome.waiting, ...outcome.deferred]) {
      const device = deviceOf.get(hash);
      if (device !== undefined) stopped.set(hash, { kind: 'waiting', device });
    }
    this.#giveUpOn(honest, stopped);
    return stopped;
  }

  /** What builds on something that never enters waits in vain, and nobody is to wait for it. */
  #giveUpOn(
    entries: readonly { readonly hash: EntryHash; readonly claims: Claims }[],
    stopped: Map<EntryHash, Stopped>,
  ): void {
    for (let more = true; more;) {
      more = false;
      for (const { hash, claims } of entries) {
        const why = stopped.get(hash);
        if (why?.kind !== 'waiting') continue;
        if (!this.entriesOf(claims.deps).some((cause) => stopped.get(cause)?.kind === 'bad')) continue;
        stopped.set(hash, { kind: 'bad', device: why.device, reason: buildsOnBad });
        more = true;
      }
    }
  }

  /** Everything an entry says it builds on. */
  #pastOf(hash: EntryHash): readonly EntryHash[] {
    const past = new Set<EntryHash>();
    for (const queue = [hash]; queue.length > 0;) {
      const header = this.#graph.get(queue.pop() ?? hash);
      const causes = header === undefined ? [] : [header.prev, ...header.deps.map((item) => item.hash)];
      for (const cause of causes)
        if (cause !== null && !past.has(cause)) {
          past.add(cause);
          queue.push(cause);
        }
    }
    return [...past];
  }

  /** EN-1 and EN-2: the header says of its changes neither more nor less than is so. */
  #faultOf({ header }: Opened['entry'], { own, deps }: Claims): Finding | undefined {
    const previous = header.prev === null ? chainStart : this.#graph.get(header.prev)?.chain;
    const chain = previous === undefined ? undefined : nextChainValue(previous, own, header.access, header.roster);
    if (!chainIsAsClaimed(header.chain, chain)) return finding('EN-1', 'chain-mismatch');
    const name = chainNameOf(header.device, header.stint);
    const named = this.#graph.depsOf(name, header.prev, this.entriesOf(deps));
    return depsAreAsClaimed(header.deps, named) ? undefined : finding('EN-2', 'deps-mismatch');
  }

  #replace(document: SectionDocument): void {
    this.#document.close();
    this.#document = document;
  }
}

/** Its own claims are sound; what it builds on is in nobody's document. */
const buildsOnBad = 'CUT-3 builds-on-refused';

interface Claims {
  readonly own: readonly ChangeHash[];
  /** What the changes build on outside this entry. */
  readonly deps: readonly ChangeHash[];
  readonly timeMs: number;
}

function coveredBodyOf({ nonce, changes, batch }: EntryBody): CoveredBody {
  return { nonce, changes: changes.length, ...(batch === undefined ? {} : { batch }) };
}

function changesOf({ entry: { header }, body, actor }: Opened): Result<Claims> {
  const own: ChangeHash[] = [];
  const deps = new Set<ChangeHash>();
  let timeMs = 0;
  for (const change of body.changes) {
    const checked = checkChange(change, { actor });
    if (!checked.ok) return err(`AM-1 ${checked.reason}`);
    if (header.section === 'audit' && !addsToOwnLog(checked.value.writes, header.device))
      return err('AU-3 not-own-record');
    own.push(mustBeChangeHash(checked.value.node.hash));
    timeMs = Math.max(timeMs, checked.value.node.timeMs);
    for (const dep of checked.value.node.deps) deps.add(mustBeChangeHash(dep));
  }
  return ok({ own, deps: [...deps].filter((hash) => !own.includes(hash)), timeMs });
}

function emptyDocument(author: Author): SectionDocument {
  const empty = SectionDocument.open({ changes: [], actors: [], author });
  if (!empty.ok) throw new Error('the genesis opens');
  return empty.value;
}
