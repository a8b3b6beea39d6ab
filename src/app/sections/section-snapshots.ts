/**
 * The snapshots of one open section (SN-1 to SN-3): which of them this device has checked, what they give for entries whose
 * ciphertexts were let go, and making a new one. What was checked once is remembered in a sealed record, and read like a
 * saved file from then on. Decides nothing about rights: every entry a snapshot gives is judged like any other.
 */
import { parseSnapshotName, type ChartId, type EntryHash, type KeyId, type SnapshotName } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { chainNameOf, type ChainName, type FrontierItem } from '../../crypto/entry.ts';
import type { CoveredChain } from '../../crypto/sealed-manifest.ts';
import { sealSnapshot } from '../../crypto/sealed-snapshot.ts';
import { storedSnapshot, type KeptHead, type Replacement, type StoredSnapshot } from '../../store/store.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { EntryFrontiers } from './entry-frontiers.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SealedWrite } from '../sealed-records.ts';
import type { Opened } from './section-opening.ts';
import type { SectionReading } from './section-reading.ts';
import {
  checkSnapshot,
  readKnownSnapshot,
  type CheckedSnapshot,
  type ReadSnapshot,
  type SnapshotPlace,
} from './snapshot-checking.ts';

/** What snapshots give of entries whose ciphertexts are not here. */
export interface SnapshotBodies {
  readonly opened: readonly Opened[];
  /** A snapshot covers them that cannot be read yet. */
  readonly waiting: ReadonlySet<EntryHash>;
  /** What they were to go by was never good: whoever sent it withholds them, and nothing here is damaged. */
  readonly withheld: ReadonlySet<EntryHash>;
}

export class SectionSnapshots {
  readonly #context: PracticeContext;
  readonly #chart: ChartId;
  readonly #section: Section;
  readonly #graph: EntryFrontiers;
  /** The snapshot this device made or checked, and what it covers. */
  #known: SnapshotName | undefined;
  #covered: ReadonlySet<EntryHash> = new Set();
  #bytes = 0;
  /** What became of others, as long as this section is open; those that wait are looked at again. */
  readonly #checked = new Map<SnapshotName, CheckedSnapshot>();

  constructor(context: PracticeContext, chart: ChartId, section: Section, graph: EntryFrontiers) {
    this.#context = context;
    this.#chart = chart;
    this.#section = section;
    this.#graph = graph;
  }

  /** Before anything else. */
  async recall(): Promise<void> {
    const name = await this.#context.records.read(this.#recordKey, (value) =>
      typeof value === 'string' ? parseSnapshotName(value) : undefined,
    );
    this.#known = name;
  }

  /** The document to begin with, if there is a checked one and all it covers counts (CUT-6). */
  async base(access: ChartAccess, effective: ReadonlySet<EntryHash>): Promise<ReadSnapshot | undefined> {
    if (this.#known === undefined) return undefined;
    const { found } = await this.#context.store.snapshots(this.#chart, this.#section);
    const stored = found.find(({ name }) => name === this.#known);
    const read = stored === undefined ? undefined : readKnownSnapshot(stored, this.#place(access));
    if (read?.entries.every(({ hash }) => effective.has(hash)) !== true) return undefined;
    this.#covered = new Set(read.entries.map(({ hash }) => hash));
    this.#bytes = stored?.bytes.length ?? 0;
    return read;
  }

  /** Of the snapshot that opening begins with. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether opening begins with a snapshot that has this entry. */
  covers(entry: EntryHash): boolean {
    return this.#covered.has(entry);
  }

  /** Nothing is begun with it again until it was checked anew. */
  distrust(): void {
    this.#known = undefined;
  }

  /** Of these entries, those that a snapshot kept here gives, each as its author signed it (SN-2). */
  async bodiesOf(access: ChartAccess, wanted: ReadonlySet<EntryHash>): Promise<SnapshotBodies> {
    const bodies = new Map<EntryHash, Opened>();
    const waiting = new Set<EntryHash>();
    const withheld = new Set<EntryHash>();
    if (wanted.size === 0) return { opened: [], waiting, withheld };
    const { store } = this.#context;
    const [{ found }, heads] = await Promise.all([
      store.snapshots(this.#chart, this.#section),
      store.heads(this.#chart, this.#section),
    ]);
    for (const stored of found) {
      const checked = await this.#check(access, stored, heads.found);
      if (checked.kind === 'waits') for (const hash of this.#namedBy(checked.covers, wanted)) waiting.add(hash);
      if (checked.kind !== 'good') continue;
      for (const one of checked.opened) if (wanted.has(one.entry.hash)) bodies.set(one.entry.hash, one);
    }
    for (const hash of bodies.keys()) waiting.delete(hash);
    for (const { hash, covered } of heads.found)
      if (covered?.checked === false && wanted.has(hash) && !bodies.has(hash) && !waiting.has(hash)) withheld.add(hash);
    return { opened: [...bodies.values()], waiting, withheld };
  }

  #namedBy(covers: readonly FrontierItem[], wanted: ReadonlySet<EntryHash>): readonly EntryHash[] {
    const seqs = new Map(covers.map(({ chain, seq }) => [chain, seq]));
    return [...wanted].filter((hash) => {
      const header = this.#graph.get(hash);
      return header !== undefined && header.seq <= (seqs.get(chainNameOf(header.device, header.stint)) ?? 0);
    });
  }

  async #check(access: ChartAccess, stored: StoredSnapshot, heads: readonly KeptHead[]): Promise<CheckedSnapshot> {
    const before = this.#checked.get(stored.name);
    if (before !== undefined && before.kind !== 'waits') return before;
    const { content, diagnostics, rosters } = this.#context;
    const checked = await checkSnapshot(stored, heads, this.#place(access));
    this.#checked.set(stored.name, checked);
    if (checked.kind === 'refused') {
      const who = checked.maker === undefined ? undefined : rosters.practiceOf(checked.maker);
      diagnostics.countOnce(stored.name, 'snapshot', checked.reason, who);
    }
    const going = heads.flatMap(({ covered }) => (covered?.by === stored.name ? [covered.checked] : []));
    // If the disk does not take it, it is found out again at the next opening.
    if (checked.kind === 'good' && going.includes(false)) await content.commit({ checked: [stored] });
    if (checked.kind === 'refused') await content.commit({ refused: [stored] });
    return checked;
  }

  /** Remembers a snapshot whose every entry is in the document now: from the next opening on it is read without a check. */
  checkpoint(merged: ReadonlySet<EntryHash>): SealedWrite | undefined {
    for (const [name, checked] of this.#checked) {
      if (checked.kind !== 'good' || name === this.#known) continue;
      if (!checked.read.entries.every(({ hash }) => merged.has(hash))) continue;
      this.#known = name;
      return this.#remember(name);
    }
    return undefined;
  }

  // ---------------------------------------------------------------------------------------------------- making

  /**
   * A snapshot of everything merged, written, read back and checked (SN-3). Undefined where there is none to be made: no
   * key to seal under, or what is merged cannot be told in runs, as honest writers' entries can.
   */
  async make(access: ChartAccess, epoch: KeyId, reading: SectionReading): Promise<StoredSnapshot | undefined> {
    const { self, rosters, ports, content, store } = this.#context;
    const epochKey = access.keys.get(epoch);
    const covered = coveredChains(this.#graph, reading);
    if (epochKey === undefined || covered === undefined) return undefined;
    const { covers, chains } = covered;
    const sealed = await sealSnapshot({
      header: {
        chart: this.#chart,
        section: this.#section,
        device: self.device,
        covers,
        access: access.charter.heads,
        roster: rosters.mustGet(self.practice).heads,
        epoch,
      },
      body: { document: reading.document.save(), chains },
      epochKey,
      signKeys: self.sign,
      random: ports.random,
    });
    if (!sealed.ok) return undefined;
    const made = storedSnapshot(sealed.value);
    const kept = await content.commit({ snapshots: [made] });
    if (!kept.ok) return undefined;
    const [{ found }, heads] = await Promise.all([
      store.snapshots(this.#chart, this.#section),
      store.heads(this.#chart, this.#section),
    ]);
    const again = found.find(({ name }) => name === made.name);
    const checked = again === undefined ? undefined : await this.#check(access, again, heads.found);
    return checked?.kind === 'good' && checked.opened.length === reading.merged.size ? made : undefined;
  }

  /**
   * From now on it is what opening begins with. `covered`: its entries, whose ciphertexts are let go for it in the same commit,
   * with every snapshot that nothing goes by any more.
   */
  async adopt(
    { chart, section, name, bytes }: StoredSnapshot,
    covered: ReadonlySet<EntryHash>,
  ): Promise<Result<void, 'storage'>> {
    const replaced: Replacement = { chart, section, by: name, entries: covered };
    const kept = await this.#context.content.commit({ replaced: [replaced], sealed: [this.#remember(name)] });
    if (!kept.ok) return err('storage', kept.reason);
    this.#known = name;
    this.#covered = covered;
    this.#bytes = bytes.length;
    this.#checked.clear();
    return ok(undefined);
  }

  #remember(name: SnapshotName): SealedWrite {
    return this.#context.records.write(this.#recordKey, name);
  }

  get #recordKey(): string {
    return `snapshot/${this.#chart}/${this.#section}`;
  }

  #place({ keys }: ChartAccess): SnapshotPlace {
    return { chart: this.#chart, section: this.#section, keys, headerOf: (hash) => this.#graph.get(hash) };
  }
}

/**
 * What the merged entries of every chain said besides their changes. Undefined unless each chain is merged from its first
 * entry on and each entry holds exactly the next changes of an actor that no other chain has: a snapshot can say nothing else.
 */
function coveredChains(
  graph: EntryFrontiers,
  reading: SectionReading,
): { readonly covers: readonly FrontierItem[]; readonly chains: readonly CoveredChain[] } | undefined {
  const byChain = new Map<ChainName, { readonly seq: number; readonly hash: EntryHash; readonly device: string }[]>();
  for (const hash of reading.merged) {
    const header = graph.get(hash);
    if (header === undefined) return undefined;
    const chain = chainNameOf(header.device, header.stint);
    const entries = byChain.get(chain);
    const entry = { seq: header.seq, hash, device: header.device };
    if (entries === undefined) byChain.set(chain, [entry]);
    else entries.push(entry);
  }
  const covers: FrontierItem[] = [];
  const chains: CoveredChain[] = [];
  for (const [chain, entries] of [...byChain].sort(([a], [b]) => (a < b ? -1 : 1))) {
    entries.sort((a, b) => a.seq - b.seq);
    const bodies = entries.flatMap(({ hash }) => reading.bodyOf(hash) ?? []);
    const newest = entries.at(-1);
    const whole = entries.every(({ seq }, i) => seq === i + 1) && bodies.length === entries.length;
    if (!whole || newest === undefined || bodies.some(({ changes }) => changes === 0)) return undefined;
    covers.push({ chain, seq: newest.seq, hash: newest.hash });
    chains.push(bodies);
  }
  return covers.length === 0 ? undefined : { covers, chains };
}
