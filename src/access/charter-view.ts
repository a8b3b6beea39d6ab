/**
 * What a charter says at one set of operations (CH-2, OP-5.6): rights, readers, what ended whom and what was admitted. The
 * same code answers for the whole charter as it stands and for what someone knew who cited certain heads.
 */
import type { DeviceId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { ChainName, FrontierItem } from '../crypto/entry.ts';
import { isKind, type CharterActs, type OpOf, type RightChange } from './charter-acts.ts';
import type { Keeps, Right } from './operation-bodies.ts';
import { smallerRight } from './predicates.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

/** What ended a practice or a device in a section, and what of it stays (CUT-1). */
interface Removal {
  readonly op: OpId;
  readonly cut: readonly FrontierItem[];
}

/** Which of two headers at one place in a chain stands (CUT-8). */
export interface Settlement {
  readonly op: OpId;
  readonly chain: ChainName;
  readonly seq: number;
  readonly standing: EntryHash;
}

/** CH-10: an offer that may still be taken up. */
export interface CustodyOffer {
  readonly op: OpId;
  readonly to: PracticeId;
  readonly keeps: Keeps;
  /** By the author's clock, milliseconds since 1970. */
  readonly timeMs: number;
}

export interface CharterView {
  readonly custodian: PracticeId;
  /** CH-10: the operation its custody is named by: the chart's `create`, or the offer that was taken up. */
  readonly custody: OpId;
  /** The newest offers of the custodian; none once it has taken them back. */
  readonly offers: readonly CustodyOffer[];
  readonly sections: readonly Section[];
  rightOf(practice: PracticeId, section: Section): Right | 'none';
  /** The same without what goes along with other sections (`identity`). */
  grantedTo(practice: PracticeId, section: Section): Right | 'none';
  /** When a right given for a time ends, in milliseconds since 1970, or null (CH-8). */
  untilOf(practice: PracticeId, section: Section): number | null;
  /** Practices that may read a section, sorted. */
  readonly readersOf: (section: Section) => readonly PracticeId[];
  /** Every practice with a right to anything, sorted. */
  readonly members: readonly PracticeId[];
  /** The standing removals that concern a device in a section. */
  removalsOf(practice: PracticeId, device: DeviceId, section: Section): readonly Removal[];
  /** Every standing removal of a section: whatever lies at or below a cut stands, whoever wrote it (CUT-2). */
  cutsOf(section: Section): readonly FrontierItem[];
  admittedIn(section: Section): readonly FrontierItem[];
  settlementsIn(section: Section): readonly Settlement[];
  /** CUT-7: the operations that may begin a stint of that practice in a section, causes first. */
  openersOf(practice: PracticeId, section: Section): readonly OpId[];
}

/** `stands`: in the set the view is of, and neither void nor a close that settled nothing. */
export function viewCharter(acts: CharterActs, stands: (op: VerifiedCharterOp) => boolean): CharterView {
  const { create } = acts;
  if (create === undefined || !stands(create)) throw new Error('a set of charter operations should hold its create');
  const { sections } = create.body;
  const takes = acts.takes.filter(stands);
  const taken = acts.latestTake(takes);
  const custodian = taken?.practice ?? create.body.custodian;
  const custody = taken?.body.offer ?? create.id;
  /** Removals that came with a change of custody, of what the old custodian did not keep. */
  const lossesOf = (take: OpOf<'takeCustody'>): boolean => acts.offerOf(take).body.keeps !== 'write';

  /** The grants and revokes that no other one knew of when it was made. */
  function latestChanges(practice: PracticeId, section: Section): readonly RightChange[] {
    return acts.latestChanges(practice, section, stands);
  }

  function granted(practice: PracticeId, section: Section): Right | 'none' {
    const latest = latestChanges(practice, section).map(rightAfter);
    return latest.length === 0 ? 'none' : latest.reduce(smallerRight);
  }

  function rightAfter(op: RightChange): Right | 'none' {
    if (isKind(op, 'takeCustody')) return acts.offerOf(op).body.keeps;
    return isKind(op, 'grant') ? op.body.right : 'none';
  }

  function rightOf(practice: PracticeId, section: Section): Right | 'none' {
    if (!sections.includes(section)) return 'none';
    if (practice === custodian) return 'write';
    const bySection = memo(rights, practice, () => new Map<Section, Right | 'none'>());
    const own = memo(bySection, section, () => granted(practice, section));
    if (own !== 'none' || section !== 'identity') return own;
    // Whose chart it is goes with every share, and ends with the last.
    const readsAny = sections.some((other) => other !== 'identity' && rightOf(practice, other) !== 'none');
    return readsAny ? 'read' : 'none';
  }
  const rights = new Map<PracticeId, Map<Section, Right | 'none'>>();

  function untilOf(practice: PracticeId, section: Section): number | null {
    const ends = latestChanges(practice, section).map((op) => (isKind(op, 'grant') ? op.body.until : null));
    if (section === 'identity' && ends.length === 0) {
      const others = sections.filter((other) => other !== section && rightOf(practice, other) !== 'none');
      const latest = others.map((other) => untilOf(practice, other) ?? Infinity).reduce((a, b) => Math.max(a, b), 0);
      return latest === Infinity ? null : latest;
    }
    const bounded = ends.filter((end) => end !== null);
    return bounded.length === 0 ? null : Math.min(...bounded);
  }

  const membersOnce = once(() =>
    [...new Set([custodian, ...acts.practices])]
      .filter((practice) => sections.some((section) => rightOf(practice, section) !== 'none'))
      .sort(),
  );
  const closes = once(() => acts.closes.filter(stands));
  const offersOnce = once(() => acts.openOffers(custodian, custody, stands).map(toOffer));

  return {
    custodian,
    custody,
    get offers() {
      return offersOnce();
    },
    sections,
    rightOf,
    grantedTo: (practice, section) => (sections.includes(section) ? granted(practice, section) : 'none'),
    untilOf,
    get members() {
      return membersOnce();
    },
    readersOf: (section) => membersOnce().filter((practice) => rightOf(practice, section) !== 'none'),
    removalsOf: (practice, device, section) => [
      ...acts
        .revokesIn(section)
        .filter((op) => op.body.practice === practice && stands(op))
        .map((op) => ({ op: op.id, cut: op.body.cut[section] ?? [] })),
      ...takes
        .filter((take) => lossesOf(take) && acts.offerOf(take).practice === practice)
        .map((take) => ({ op: take.id, cut: take.body.cut[section] ?? [] })),
      ...closes().flatMap(({ id, body }) =>
        body.device === device && body.cut?.[section] !== undefined ? [{ op: id, cut: body.cut[section] }] : [],
      ),
    ],
    cutsOf: (section) => [
      ...acts.revokesIn(section).flatMap((op) => (stands(op) ? (op.body.cut[section] ?? []) : [])),
      ...takes.flatMap((take) => take.body.cut[section] ?? []),
      ...closes().flatMap(({ body }) => body.cut?.[section] ?? []),
    ],
    admittedIn: (section) =>
      acts.openers.flatMap((op) => (isKind(op, 'admit') && stands(op) ? (op.body.frontier[section] ?? []) : [])),
    settlementsIn: (section) =>
      acts.openers.flatMap((op) =>
        isKind(op, 'settle') && op.body.section === section && stands(op)
          ? [{ op: op.id, chain: op.body.chain, seq: op.body.seq, standing: op.body.standing }]
          : [],
      ),
    openersOf: (practice, section) =>
      acts.openers.flatMap((op) => {
        if (!stands(op)) return [];
        if (isKind(op, 'admit') || isKind(op, 'settle')) return [op.id];
        if (isKind(op, 'takeCustody')) return op.practice === practice ? [op.id] : [];
        const reopens =
          isKind(op, 'grant') &&
          op.body.practice === practice &&
          op.body.right === 'write' &&
          op.body.sections.includes(section);
        return reopens ? [op.id] : [];
      }),
  };
}

function toOffer({ id, body }: OpOf<'offerCustody'>): CustodyOffer {
  if (body.to === null) throw new Error('an open offer is made to someone');
  return { op: id, to: body.to, keeps: body.keeps, timeMs: body.time };
}

function once<V>(make: () => V): () => V {
  let made: { readonly value: V } | undefined;
  return () => (made ??= { value: make() }).value;
}

function memo<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
