/**
 * How much of an author who may not write a section is kept for review there (CUT-4): enough for what an honest colleague wrote
 * before hearing of a removal, bounded against one who writes on for ever. The oldest are kept; what comes after is refused.
 */
import type { DeviceId } from '../base/ids.ts';
import type { CharterState } from '../access/charter.ts';
import { mayWriteAt } from '../access/predicates.ts';
import { chainNameOf, decodeEntryHead, type EntryHeader, type SignedHeader } from '../crypto/entry.ts';
import type { Verdict } from '../net/replication-host.ts';
import type { StoreContent } from '../net/store-content.ts';
import type { Store } from '../store/store.ts';
import type { RosterBook } from './roster-book.ts';

/** Per author and section. Some months of offline work; a person reviews what is in it. */
export const maxSetAsideEntries = 1_000;
/** The same in bytes, as they are kept. */
export const maxSetAsideBytes = 16 * 1024 * 1024;
/** About what one name of a part takes beside the header it is in (EN-10): its row on the disk, by the names of chart and entry. */
const rowOfNameBytes = 256;

interface Parts {
  readonly rosters: RosterBook;
  readonly store: Pick<Store, 'heads'>;
  readonly content: Pick<StoreContent, 'frontier'>;
}

interface Kept {
  entries: number;
  bytes: number;
}

export class QuarantineQuota {
  readonly #context: Parts;
  /** What this charter state leaves aside, by chart, section and author; worked out when first asked for. */
  readonly #kept = new WeakMap<CharterState, Map<string, Kept>>();

  constructor(context: Parts) {
    this.#context = context;
  }

  /** A verdict for each entry that is over the quota of its author, by its place in the list. */
  async over(
    charter: CharterState,
    entries: readonly Pick<SignedHeader, 'header' | 'headerBytes'>[],
  ): Promise<ReadonlyMap<number, Verdict>> {
    const verdicts = new Map<number, Verdict>();
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

/** What stays though its chain has ended: up to a cut, and up to where a parted chain was settled (CUT-8). */
function keptPlaces(charter: CharterState, section: CharterState['sections'][number]) {
  return [...charter.cutsOf(section), ...charter.settlementsIn(section)];
}
