/**
 * How much of an author who may not write a section is kept for review there (CUT-4): enough for what an honest colleague wrote
 * before hearing of a removal, bounded against one who writes on for ever. The oldest are kept; what comes after is refused, but
 * for what somebody built on whose word counts: it counts with that (CUT-2), however much it is.
 */
import type { DeviceId, EntryHash } from '../base/ids.ts';
import type { CharterState } from '../access/charter.ts';
import { mayWriteAt } from '../access/predicates.ts';
import {
  chainNameOf,
  decodeEntryHead,
  type ChainName,
  type EntryHeader,
  type FrontierItem,
  type SignedHeader,
} from '../crypto/entry.ts';
import type { Verdict } from '../net/replication-host.ts';
import type { StoreContent } from '../net/store-content.ts';
import type { Store } from '../store/store.ts';
import { maxSetAsideBytes, maxSetAsideEntries } from './limits.ts';
import type { RosterBook } from './roster-book.ts';

/** About what one name of a part takes beside the header it is in (EN-10): its row on the disk, by the names of chart and entry. */
const rowOfNameBytes = 256;

interface Parts {
  readonly rosters: RosterBook;
  readonly store: Pick<Store, 'heads'>;
  readonly content: Pick<StoreContent, 'frontier'>;
}

type Places = ReadonlyMap<ChainName, number>;

interface Kept {
  entries: number;
  bytes: number;
}

export class QuarantineQuota {
  readonly #context: Parts;
  /** What this charter state leaves aside, by chart, section and author; worked out when first asked for. */
  readonly #kept = new WeakMap<CharterState, Map<string, Kept>>();
  readonly #named = new WeakMap<CharterState, Map<string, { readonly asOf: string; readonly places: Places }>>();

  constructor(context: Parts) {
    this.#context = context;
  }

  /**
   * A verdict for each entry that is over the quota of its author, by its place in the list. `together`: all that came of the
   * section at once, among it perhaps what builds on them.
   */
  async over(
    charter: CharterState,
    entries: readonly Pick<SignedHeader, 'header' | 'headerBytes'>[],
    together: readonly Pick<SignedHeader, 'header'>[] = entries,
  ): Promise<ReadonlyMap<number, Verdict>> {
    const verdicts = new Map<number, Verdict>();
    let builtOn: Places | undefined;
    for (const [i, entry] of entries.entries()) {
      const { header } = entry;
      const { device, section, stint, seq } = header;
      if (this.#mayWrite(charter, header)) continue;
      const chain = chainNameOf(device, stint);
      // What is here takes no room once more; a second branch of a chain has a bound of its own.
      const tip = this.#context.content.frontier(charter.chart, section).find((item) => item.chain === chain);
      if (tip !== undefined && seq <= tip.seq) continue;
      if (keptPlaces(charter, section).some((item) => item.chain === chain && seq <= item.seq)) continue;
      const kept = await this.#keptOf(charter, header);
      const bytes = bytesOf(entry);
      if (kept.entries < maxSetAsideEntries && kept.bytes + bytes <= maxSetAsideBytes) {
        kept.entries += 1;
        kept.bytes += bytes;
        continue;
      }
      builtOn ??= withPlaces(
        await this.#builtOn(charter, section),
        together.flatMap(({ header: other }) =>
          other.section === section && this.#mayWrite(charter, other) ? other.deps : [],
        ),
      );
      if (seq <= (builtOn.get(chain) ?? 0)) continue;
      // One refusal tells it: each of many would count against whoever only hands them on.
      const told = [...verdicts.values()].some(({ kind }) => kind === 'refused');
      verdicts.set(i, told ? { kind: 'later', reason: 'quota' } : { kind: 'refused', reason: 'quota' });
    }
    return verdicts;
  }

  #mayWrite(charter: CharterState, { device, section, stint }: EntryHeader): boolean {
    const practice = this.#context.rosters.practiceOf(device);
    if (practice === undefined) return false;
    const member = this.#context.rosters.get(practice)?.devices.get(device);
    return (
      charter.stintOf(practice, device, section) === stint &&
      mayWriteAt(charter.rightOf(practice, section), member, section)
    );
  }

  /** How far each chain was built on by what is here and counts; read again when the section has grown. */
  async #builtOn(charter: CharterState, section: CharterState['sections'][number]): Promise<Places> {
    const bySection = this.#named.get(charter) ?? new Map<string, { asOf: string; places: Places }>();
    this.#named.set(charter, bySection);
    const asOf = JSON.stringify(this.#context.content.frontier(charter.chart, section));
    const known = bySection.get(section);
    if (known?.asOf === asOf) return known.places;
    const { found } = await this.#context.store.heads(charter.chart, section);
    const heads = found.flatMap(({ hash, head }) => {
      const decoded = decodeEntryHead(head);
      return decoded.ok ? [{ hash, header: decoded.value.header }] : [];
    });
    const stays = keptEntries(charter, section, heads);
    // What an entry builds on, with all that it builds on in turn, is what it names (EN-2); nothing where its own word does not count.
    const counting = heads.filter(({ hash, header }) => stays.has(hash) || this.#mayWrite(charter, header));
    const places = withPlaces(
      new Map(),
      counting.flatMap(({ header }) => header.deps),
    );
    bySection.set(section, { asOf, places });
    return places;
  }

  async #keptOf(charter: CharterState, { section, device }: EntryHeader): Promise<Kept> {
    const bySection = this.#kept.get(charter) ?? new Map<string, Kept>();
    this.#kept.set(charter, bySection);
    const name = `${section}/${device}`;
    const known = bySection.get(name);
    if (known !== undefined) return known;
    const kept = await this.#count(charter, section, device);
    bySection.set(name, kept);
    return kept;
  }

  async #count(charter: CharterState, section: CharterState['sections'][number], author: DeviceId): Promise<Kept> {
    const cuts = new Map<string, number>();
    for (const { chain, seq } of keptPlaces(charter, section)) cuts.set(chain, Math.max(seq, cuts.get(chain) ?? 0));
    const kept: Kept = { entries: 0, bytes: 0 };
    for (const { head, device, stint, seq } of (await this.#context.store.heads(charter.chart, section)).found) {
      if (device !== author || seq <= (cuts.get(chainNameOf(device, stint)) ?? 0)) continue;
      const decoded = decodeEntryHead(head);
      kept.entries += 1;
      kept.bytes += decoded.ok ? bytesOf(decoded.value) : 0;
    }
    return kept;
  }
}

function bytesOf({ header, headerBytes }: Pick<SignedHeader, 'header' | 'headerBytes'>): number {
  return headerBytes.length + header.ctLength + rowOfNameBytes * (header.chunks?.length ?? 0);
}

/** The highest of each chain. */
function withPlaces(before: Places, named: readonly FrontierItem[]): Places {
  const places = new Map(before);
  for (const { chain, seq } of named) places.set(chain, Math.max(seq, places.get(chain) ?? 0));
  return places;
}

/** What stays though its chain has ended: up to a cut, what was admitted, and up to where a parted chain was settled (CUT-8). */
function keptPlaces(charter: CharterState, section: CharterState['sections'][number]) {
  return [...charter.cutsOf(section), ...charter.admittedIn(section), ...charter.settlementsIn(section)];
}

/**
 * The entries of which those places are the newest: by their names back from there. Whoever was removed can still sign another entry
 * with a number below the cut, and its word counts for nothing.
 */
function keptEntries(
  charter: CharterState,
  section: CharterState['sections'][number],
  heads: readonly { readonly hash: EntryHash; readonly header: EntryHeader }[],
): ReadonlySet<EntryHash> {
  const previous = new Map(heads.map(({ hash, header }) => [hash, header.prev]));
  const kept = new Set<EntryHash>();
  const newest = keptPlaces(charter, section).map((place) => ('standing' in place ? place.standing : place.hash));
  for (const last of newest)
    for (let hash: EntryHash | null = last; hash !== null && !kept.has(hash); hash = previous.get(hash) ?? null)
      kept.add(hash);
  return kept;
}
