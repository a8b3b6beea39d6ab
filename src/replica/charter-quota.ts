/**
 * How many operations a practice may add to a charter of somebody else's (CH-11): enough for all an honest one does between
 * two acts of the custodian, bounded against one that makes keys and joins heads for ever. What the custodian built on is
 * no longer counted, so nobody keeps an act of the custodian from anybody by filling a room. Each author has a room of its
 * own. Those whom no roster here knows share one: what finds no place there is taken once its author's roster is here, and
 * would only have waited for that. What is parked is bounded of everybody. Decides no right: what a rule refuses never comes here.
 */
import type { DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';

interface QuotaLimits {
  readonly ops: number;
  readonly bytes: number;
}

/** A key for each of eleven sections at each of some ninety changes of devices, with room for hundreds of readers. */
export const foreignOpsLimits: QuotaLimits = { ops: 1_000, bytes: 16 * 1024 * 1024 };

export type CountedOp = Pick<VerifiedCharterOp, 'id' | 'prev' | 'practice' | 'signer' | 'byRoot'> & {
  readonly signed: { readonly bytes: { readonly length: number } };
};

interface CharterTraffic {
  readonly known: readonly CountedOp[];
  readonly fresh: readonly CountedOp[];
  /** Who keeps the chart, and the practice itself: neither is counted. */
  readonly uncounted: ReadonlySet<PracticeId>;
  readonly practiceOf: (device: DeviceId) => PracticeId | undefined;
}

/** Those of the fresh that have no room, each with its author as far as a roster here knows it. */
export function overForeignQuota(
  { known, fresh, uncounted, practiceOf }: CharterTraffic,
  limits: QuotaLimits,
): ReadonlyMap<OpId, PracticeId | undefined> {
  // An operation says of which practice its signer is; that it may be a lie shows when the roster is known.
  const authorOf = ({ practice, signer, byRoot }: CountedOp): PracticeId | undefined =>
    byRoot || practiceOf(signer) === practice ? practice : undefined;
  const isUncounted = (author: PracticeId | undefined): boolean => author !== undefined && uncounted.has(author);
  const everything = [...known, ...fresh];
  const byId = new Map(everything.map((op) => [op.id, op]));
  const builtOn = new Set(everything.flatMap((op) => (isUncounted(authorOf(op)) ? [op.id] : [])));
  for (const id of builtOn) for (const prev of byId.get(id)?.prev ?? []) builtOn.add(prev);

  return withoutRoom({ known, fresh, authorOf, isCounted: ({ id }) => !builtOn.has(id) }, limits);
}

interface ParkedTraffic {
  readonly known: readonly CountedOp[];
  readonly fresh: readonly CountedOp[];
  /** It cites what is not here (OP-4). */
  readonly isParked: (op: OpId) => boolean;
  /** Those who have a part in the chart, the custodian and the practice itself as well: each has a room. */
  readonly parts: ReadonlySet<PracticeId>;
  readonly practiceOf: (device: DeviceId) => PracticeId | undefined;
}

/**
 * The same for what cites operations or rosters that are not here: they may be made up, and then it waits for ever. Counted
 * of everybody: an honest act waits for what it stands on, and is sent again when that has come.
 */
export function overParkedQuota(
  { known, fresh, isParked, parts, practiceOf }: ParkedTraffic,
  limits: QuotaLimits,
): ReadonlyMap<OpId, PracticeId | undefined> {
  // Practices can be made up as easily as operations: those without a part share one room.
  const authorOf = ({ practice, signer, byRoot }: CountedOp): PracticeId | undefined =>
    parts.has(practice) && (byRoot || practiceOf(signer) === practice) ? practice : undefined;
  return withoutRoom({ known, fresh, authorOf, isCounted: ({ id }) => isParked(id) }, limits);
}

interface Counting {
  readonly known: readonly CountedOp[];
  readonly fresh: readonly CountedOp[];
  readonly authorOf: (op: CountedOp) => PracticeId | undefined;
  readonly isCounted: (op: CountedOp) => boolean;
}

/** What is here keeps its place; of the rest each author's first have room. */
function withoutRoom(
  { known, fresh, authorOf, isCounted }: Counting,
  limits: QuotaLimits,
): ReadonlyMap<OpId, PracticeId | undefined> {
  const rooms = new Map<string, { ops: number; bytes: number }>();
  const over = new Map<OpId, PracticeId | undefined>();
  const held = new Set(known.map(({ id }) => id));
  for (const op of new Map([...known, ...fresh].map((one) => [one.id, one])).values()) {
    if (!isCounted(op)) continue;
    const author = authorOf(op);
    const name = author ?? 'nobody known';
    const room = rooms.get(name) ?? { ops: 0, bytes: 0 };
    rooms.set(name, room);
    const bytes = room.bytes + op.signed.bytes.length;
    if (!held.has(op.id) && (room.ops >= limits.ops || bytes > limits.bytes)) {
      over.set(op.id, author);
      continue;
    }
    room.ops += 1;
    room.bytes = bytes;
  }
  return over;
}
