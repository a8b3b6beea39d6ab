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
import { decodeSnapshotItem, type SnapshotItem } from './snapshot-items.ts';

/** A signed head whose ciphertext stays away: the snapshot that came before it says what it said. */
export interface VerifiedHead extends SignedHeader {
  readonly kind: 'head';
  /** The entry's encoding up to the ciphertext. */
  readonly head: Bytes;
  readonly by: VerifiedSnapshot;
}

/** What an item of an `entries` frame is once it was looked at. */
export type ReceivedItem = VerifiedEntry | VerifiedHead;

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
    const fits = pieces?.of === of && pieces.total === total && pieces.length === offset;
    if (!fits || total > maxSnapshotBytes + maxSnapshotHeaderBytes || offset + bytes.length > total) {
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
    const verified: VerifiedHead[] = [];
    const checked = await Promise.all(heads.map((head) => signedHead(place, head)));
    for (const [i, one] of checked.entries()) {
      if (!one.ok) return one;
      if (!isNamedBy(snapshot, one.value)) return err('head-not-covered');
      verified.push({ ...one.value, kind: 'head', head: heads[i] ?? new Uint8Array(), by: snapshot });
    }
    return ok(verified);
  }
}

async function signedHead({ chart, section }: Place, bytes: Bytes): Promise<Result<SignedHeader>> {
  const head = decodeEntryHead(bytes);
  if (!head.ok) return err(`head-${head.reason}`);
  const { header } = head.value;
  if (header.chart !== chart || header.section !== section) return err('head-of-another-section');
  const signed = await verifyHead(head.value);
  return signed.ok ? ok(head.value) : err(`head-${signed.reason}`);
}

/** As far as can be told from its position: whether its chain leads there is seen when the snapshot is read (SN-2). */
function isNamedBy({ header: { covers } }: VerifiedSnapshot, { header, hash }: SignedHeader): boolean {
  const newest = covers.find(({ chain }) => chain === chainNameOf(header.device, header.stint));
  return newest !== undefined && (header.seq < newest.seq || newest.hash === hash);
}

/** As it is kept. */
export function coveredHead({ hash, header, head, by }: VerifiedHead, beside: boolean): CoveredHead {
  const { chart, section, device, stint, seq, prev } = header;
  return { hash, chart, section, device, stint, seq, prev, head, by: by.name, beside };
}
