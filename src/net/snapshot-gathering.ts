/**
 * What one connection is being sent of a snapshot (SN-1, RE-3): its pieces in order until it is whole, then the heads it covers.
 * One at a time, held in memory up to `maxSnapshotBytes`; signatures and hashes are all that is looked at (RE-4).
 */
import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { maxSnapshotBytes, maxSnapshotHeaderBytes } from '../base/limits.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import { chainNameOf, decodeEntryHead, verifyHead, type SignedHeader, type VerifiedEntry } from '../crypto/entry.ts';
import { decodeSnapshot, verifySnapshot, type VerifiedSnapshot } from '../crypto/snapshot.ts';
import type { CoveredHead } from '../store/store.ts';
import { decodeSnapshotItem, snapshotPieceBytes, type SnapshotItem } from './snapshot-items.ts';

/** A signed head whose ciphertext stays away: the snapshot that came before it says what it said. */
export interface VerifiedHead extends SignedHeader {
  readonly kind: 'head';
  /** The entry's encoding up to the ciphertext. */
  readonly head: Bytes;
  readonly by: VerifiedSnapshot;
}

/** What an item of an `entries` frame is once it was looked at. */
export type ReceivedItem = VerifiedEntry | VerifiedHead;

/** Signatures checked before it is known whether the first of them are good. */
const verifiedAtOnce = 32;

interface Place {
  readonly chart: ChartId;
  readonly section: Section;
}

export class SnapshotGathering {
  #pieces: { readonly of: string; readonly total: number; readonly parts: Bytes[]; length: number } | undefined;
  #whole: VerifiedSnapshot | undefined;

  /** The heads this item brings: none as long as the snapshot is under way. */
  async take(place: Place, item: Bytes): Promise<Result<readonly VerifiedHead[]>> {
    const decoded = decodeSnapshotItem(item);
    if (decoded === undefined) return err('snapshot-malformed');
    return decoded.kind === 'piece' ? this.#takePiece(place, decoded) : this.#takeHeads(place, decoded);
  }

  async #takePiece(
    place: Place,
    { of, offset, total, bytes }: Extract<SnapshotItem, { kind: 'piece' }>,
  ): Promise<Result<readonly VerifiedHead[]>> {
    if (offset === 0) this.#pieces = { of, total, parts: [], length: 0 };
    const pieces = this.#pieces;
    const follows = pieces?.of === of && pieces.total === total && pieces.length === offset;
    // Crumbs would take more memory than they have bytes.
    const isFull = bytes.length === Math.min(snapshotPieceBytes, total - offset) && bytes.length > 0;
    if (!follows || !isFull || total > maxSnapshotBytes + maxSnapshotHeaderBytes) {
      this.#pieces = undefined;
      return err('snapshot-out-of-order');
    }
    pieces.parts.push(bytes);
    pieces.length += bytes.length;
    if (pieces.length < total) return ok([]);
    this.#pieces = undefined;
    this.#whole = undefined;
    const received = decodeSnapshot(concatBytes(...pieces.parts));
    if (!received.ok) return err(`snapshot-${received.reason}`);
    const { header, name } = received.value;
    if (name !== of || header.chart !== place.chart || header.section !== place.section)
      return err('snapshot-of-another-section');
    const verified = await verifySnapshot(received.value);
    if (!verified.ok) return err(`snapshot-${verified.reason}`);
    this.#whole = verified.value;
    return ok([]);
  }

  async #takeHeads(
    place: Place,
    { by, heads }: Extract<SnapshotItem, { kind: 'heads' }>,
  ): Promise<Result<readonly VerifiedHead[]>> {
    const snapshot = this.#whole;
    if (snapshot?.name !== by) return err('heads-without-snapshot');
    const decoded: { readonly head: Bytes; readonly found: SignedHeader }[] = [];
    const names = new Set<string>();
    for (const head of heads) {
      const found = headAt(place, head);
      if (!found.ok) return found;
      if (!isNamedBy(snapshot, found.value)) return err('head-not-covered');
      // One head a thousand times is a handful of bytes on the wire, and a thousand signatures here.
      if (names.has(found.value.hash)) return err('head-twice');
      names.add(found.value.hash);
      decoded.push({ head, found: found.value });
    }
    const verified: VerifiedHead[] = [];
    for (let from = 0; from < decoded.length; from += verifiedAtOnce) {
      const some = decoded.slice(from, from + verifiedAtOnce);
      const checked = await Promise.all(some.map(({ found }) => verifyHead(found)));
      for (const [i, { head, found }] of some.entries()) {
        const one = checked[i];
        if (one?.ok !== true) return err(`head-${one?.reason ?? 'unchecked'}`);
        verified.push({ ...found, kind: 'head', head, by: snapshot });
      }
    }
    return ok(verified);
  }
}

function headAt({ chart, section }: Place, bytes: Bytes): Result<SignedHeader> {
  const head = decodeEntryHead(bytes);
  if (!head.ok) return err(`head-${head.reason}`);
  const { header } = head.value;
  return header.chart === chart && header.section === section ? head : err('head-of-another-section');
}

/** As far as can be told from its position: whether its chain leads there is seen when the snapshot is read (SN-2). */
function isNamedBy({ header: { covers } }: VerifiedSnapshot, { header, hash }: SignedHeader): boolean {
  const newest = covers.find(({ chain }) => chain === chainNameOf(header.device, header.stint));
  return newest !== undefined && (header.seq < newest.seq || newest.hash === hash);
}

/** As it is kept. */
export function coveredHead({ hash, header, head, by }: VerifiedHead, beside: boolean): CoveredHead {
  const { chart, section, device, stint, seq, prev, chunks } = header;
  const named = chunks === undefined ? {} : { chunks };
  return { hash, chart, section, device, stint, seq, prev, head, by: by.name, beside, ...named };
}
