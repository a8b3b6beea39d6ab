/**
 * Writing a chart's charter (protocol section 3). Each function makes one signed operation, with the keys it brings; nothing
 * is stored or sent here. What others would refuse is refused here first, by resolving the charter with it.
 */
import type { Bytes } from '../base/bytes.ts';
import {
  deviceId,
  type ChartId,
  type DeviceId,
  type EntryHash,
  type KeyId,
  type OpId,
  type PracticeId,
} from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import { WrapBatch } from '../crypto/box.ts';
import type { ChainName } from '../crypto/entry.ts';
import type { SignKeys } from '../crypto/sign.ts';
import { readersAfterRevoke, sectionsLost, type RosterOf } from './charter-validity.ts';
import { resolveCharter, type CharterState, type ResolveCharterOptions } from './charter.ts';
import type { Reason } from './findings.ts';
import { maxPrev } from './limits.ts';
import { makeEpochBatch, type NewEpochs } from './make-epochs.ts';
import type { CharterBody, Keeps, Right, SectionFrontiers } from './operation-bodies.ts';
import { encodeCharterOperation, type CharterDraft } from './operation.ts';
import type { RosterState } from './roster.ts';
import { isCharterOp, signDraft, signOperation, type VerifiedCharterOp } from './verify-operation.ts';

/** The device that writes, and its practice as it knows it. */
export interface CharterAuthor {
  readonly signKeys: SignKeys;
  readonly roster: RosterState;
}

export interface CharterWrite {
  readonly op: VerifiedCharterOp;
  /** Keys made by it, for this device to keep; empty for most. */
  readonly keys: ReadonlyMap<KeyId, Bytes>;
  /** The charter with it. */
  readonly after: CharterState;
}

export type CharterBuildFault = Reason | 'merge-first';
type Written = Promise<Result<CharterWrite, CharterBuildFault>>;

/** What is needed to make keys beside the charter. */
export interface KeyMaking {
  /** Every key of the chart this device holds, so that new readers can read what is old. */
  readonly heldKeys: ReadonlyMap<KeyId, Bytes>;
  readonly random: Random;
}

/** A new chart (or practice book): its first operation. `makeEpochs` for its sections comes next. */
export async function createCharter(
  author: CharterAuthor,
  sections: readonly Section[],
  random: Random,
  timeMs: number,
): Written {
  const custodian = author.roster.practice;
  const body: CharterBody = { kind: 'create', custodian, sections, random: random.bytes(32), time: timeMs };
  return append(undefined, author, body, (practice) => (practice === custodian ? author.roster : undefined));
}

export function grant(
  charter: CharterState,
  author: CharterAuthor,
  given: {
    readonly practice: PracticeId;
    readonly sections: readonly Section[];
    readonly right: Right;
    /** Milliseconds since 1970 (CH-8). */
    readonly until?: number;
  },
  timeMs: number,
): Written {
  const { practice, sections, right, until = null } = given;
  return append(charter, author, { kind: 'grant', practice, sections, right, until, time: timeMs });
}

/** CH-6: keys for sections that have none usable for this device. One operation for all of them. */
export function makeEpochs(
  charter: CharterState,
  author: CharterAuthor,
  sections: readonly Section[],
  making: KeyMaking,
  timeMs: number,
): Written {
  const made = newEpochs(charter, author, sections, charter.readersOf, making);
  return append(charter, author, { kind: 'epoch', epochs: made.batch, time: timeMs }, undefined, made.keys);
}

/** What a revoke takes from whom. `cut` is what this device has of that practice's chains; what is not listed is cut at nothing. */
interface Ended {
  readonly practice: PracticeId;
  readonly sections: readonly Section[];
  readonly cut: SectionFrontiers;
}

/** CH-4: ends a practice's rights. From then on no key it holds is usable, and whoever writes next makes one (CH-6). */
export function revoke(charter: CharterState, author: CharterAuthor, ended: Ended, timeMs: number): Written {
  return appendRevoke(charter, author, ended, timeMs);
}

/** The same with the keys it has not got, so that all who write in the chart find one and need not each make their own. */
export function revokeWithEpochs(
  charter: CharterState,
  author: CharterAuthor,
  ended: Ended,
  making: KeyMaking,
  timeMs: number,
): Written {
  const { practice, sections } = ended;
  const rekeyed = sectionsLost(charter, practice, sections).filter((section) =>
    charter.epochs.some((epoch) => epoch.section === section),
  );
  const after = readersAfterRevoke(charter, practice, sections);
  return appendRevoke(
    charter,
    author,
    ended,
    timeMs,
    rekeyed.length === 0 ? undefined : newEpochs(charter, author, rekeyed, after, making),
  );
}

/**
 * A `revoke` by heads alone, for a chart whose charter is not read: signed as it is. Only for one of which something kept
 * beside it says that the revoke would stand (replica/terms-after-stop.ts).
 */
export function signRevoke(
  chart: ChartId,
  heads: readonly OpId[],
  author: CharterAuthor,
  { practice, sections }: Pick<Ended, 'practice' | 'sections'>,
  timeMs: number,
): Promise<VerifiedCharterOp> {
  // As every set of an operation, in order.
  const body: CharterBody = {
    kind: 'revoke',
    practice,
    sections: [...sections].sort(),
    cut: {},
    epochs: null,
    time: timeMs,
  };
  return signDraft(draftOf(chart, heads, author, body), author.signKeys);
}

function appendRevoke(
  charter: CharterState,
  author: CharterAuthor,
  { practice, sections: named, cut }: Ended,
  timeMs: number,
  made?: NewEpochs,
): Written {
  const sections = named.filter((section) => charter.rightOf(practice, section) !== 'none');
  if (sections.length === 0) return Promise.resolve(err('nothing-to-revoke'));
  const body: CharterBody = { kind: 'revoke', practice, sections, cut, epochs: made?.batch ?? null, time: timeMs };
  return append(charter, author, body, undefined, made?.keys);
}

/** CH-3. `device` was removed from its practice's roster, or lost the role its acts here needed. */
export function close(
  charter: CharterState,
  author: CharterAuthor,
  ended: { readonly practice: PracticeId; readonly device: DeviceId; readonly cut: SectionFrontiers | null },
  timeMs: number,
): Written {
  const roster = charter.rosterOf(ended.practice)?.heads;
  if (roster === undefined) return Promise.resolve(err('roster-unknown'));
  return append(charter, author, { kind: 'close', ...ended, roster, time: timeMs });
}

/** CUT-4: takes in what was set aside, up to and including this frontier. */
export function admit(
  charter: CharterState,
  author: CharterAuthor,
  frontier: SectionFrontiers,
  timeMs: number,
): Written {
  return append(charter, author, { kind: 'admit', frontier, time: timeMs });
}

/** CUT-8: says which of two headers at one place stands. */
export function settle(
  charter: CharterState,
  author: CharterAuthor,
  fork: {
    readonly section: Section;
    readonly chain: ChainName;
    readonly seq: number;
    readonly standing: EntryHash;
  },
  timeMs: number,
): Written {
  return append(charter, author, { kind: 'settle', ...fork, time: timeMs });
}

/** CH-10: by the custodian's root. It replaces what was offered before. */
export function offerCustody(
  charter: CharterState,
  root: CharterAuthor,
  offered: { readonly to: PracticeId; readonly keeps: Keeps },
  timeMs: number,
): Written {
  return append(charter, root, { kind: 'offerCustody', ...offered, time: timeMs });
}

/** CH-10: by the custodian's root. Who takes the offer up before it hears of this keeps the chart all the same. */
export function withdrawOffer(charter: CharterState, root: CharterAuthor, timeMs: number): Written {
  return append(charter, root, { kind: 'offerCustody', to: null, keeps: 'none', time: timeMs });
}

/**
 * CH-10: takes up an offer made to the author's practice. What the old custodian does not keep ends with it: `cut` is what
 * this device has of that practice's chains in each section (CUT-1), and counts only if it does not go on writing.
 */
export function takeCustody(
  charter: CharterState,
  author: CharterAuthor,
  cut: SectionFrontiers,
  making: KeyMaking,
  timeMs: number,
): Written {
  const offer = charter.offers.find(({ to }) => to === author.roster.practice);
  if (offer === undefined) return Promise.resolve(err('no-open-offer'));
  if (charter.sections.some((section) => charter.rightOf(author.roster.practice, section) !== 'write'))
    return Promise.resolve(err('offer-to-partial-reader'));
  const rekeyed =
    offer.keeps !== 'none'
      ? []
      : charter.sections.filter((section) => charter.epochs.some((epoch) => epoch.section === section));
  const after = readersAfterRevoke(charter, charter.custodian, charter.sections);
  const made = rekeyed.length === 0 ? undefined : newEpochs(charter, author, rekeyed, after, making);
  const ends = offer.keeps === 'write' ? {} : cut;
  const body: CharterBody = {
    kind: 'takeCustody',
    offer: offer.op,
    cut: ends,
    epochs: made?.batch ?? null,
    time: timeMs,
  };
  return append(charter, author, body, undefined, made?.keys);
}

/** OP-2: joins up to eight heads. */
export function mergeCharterHeads(charter: CharterState, author: CharterAuthor, timeMs: number): Written {
  return append({ ...charter, heads: charter.heads.slice(0, maxPrev) }, author, { kind: 'merge', time: timeMs });
}

/** CH-7: keys this device holds, for a device entitled to them that lacks them. */
export function grantKeys(
  charter: CharterState,
  author: CharterAuthor,
  to: { readonly practice: PracticeId; readonly device: DeviceId },
  keys: readonly KeyId[],
  making: KeyMaking,
  timeMs: number,
): Written {
  const roster = charter.rosterOf(to.practice);
  const boxKey = roster?.devices.get(to.device)?.boxKey;
  if (roster === undefined || boxKey === undefined) return Promise.resolve(err('roster-unknown'));
  const wraps = new WrapBatch(making.random);
  const passed = keys.flatMap((keyId) => {
    const section = charter.epochs.find((epoch) => epoch.keyId === keyId)?.section;
    const key = making.heldKeys.get(keyId);
    return section === undefined || key === undefined ? [] : [{ section, keyId, wrap: wraps.wrap(boxKey, key) }];
  });
  if (passed.length === 0) return Promise.resolve(err('unknown-former-key'));
  const { ephemeralKey } = wraps;
  const body: CharterBody = {
    kind: 'grantKeys',
    ...to,
    roster: roster.heads,
    ephemeralKey,
    keys: passed,
    time: timeMs,
  };
  return append(charter, author, body);
}

function newEpochs(
  charter: CharterState,
  author: CharterAuthor,
  sections: readonly Section[],
  readersOf: (section: Section) => readonly PracticeId[],
  making: KeyMaking,
): NewEpochs {
  return makeEpochBatch({
    chart: charter.chart,
    sections,
    readersOf,
    rosterOf: rosterWith(charter, author),
    formerEpochs: charter.epochs,
    heldKeys: making.heldKeys,
    wraps: new WrapBatch(making.random),
    random: making.random,
  });
}

/** The author's own roster is taken as it gives it: the charter may have been resolved before the roster's last change. */
function rosterWith(charter: CharterState, author: CharterAuthor): RosterOf {
  if (charter.rosterOf(author.roster.practice) === author.roster) return charter.rosterOf;
  return (practice) => (practice === author.roster.practice ? author.roster : charter.rosterOf(practice));
}

async function append(
  charter: CharterState | undefined,
  author: CharterAuthor,
  body: CharterBody,
  rosterOf: RosterOf | undefined = charter && rosterWith(charter, author),
  keys: ReadonlyMap<KeyId, Bytes> = new Map(),
): Promise<Result<CharterWrite, CharterBuildFault>> {
  const prev: readonly OpId[] = charter?.heads ?? [];
  if (prev.length > maxPrev || author.roster.heads.length > maxPrev) return err('merge-first');
  const op = await signed(charter?.chart ?? null, prev, author, body);
  if (rosterOf === undefined) throw new Error('a charter that is there has rosters');
  const resolved = resolveCharter([...(charter?.ops ?? []), op], rosterOf, charter && onTopOf(charter));
  const fault = resolved?.refused.get(op.id) ?? resolved?.parked.get(op.id);
  if (fault !== undefined) return err(fault.reason);
  return resolved === undefined ? err('author-may-not') : ok({ op, keys, after: resolved });
}

async function signed(
  chart: ChartId | null,
  prev: readonly OpId[],
  author: CharterAuthor,
  body: CharterBody,
): Promise<VerifiedCharterOp> {
  const op = await signOperation(encodeCharterOperation(draftOf(chart, prev, author, body)), [author.signKeys]);
  if (!isCharterOp(op)) throw new Error('a charter builder makes charter operations');
  return op;
}

function draftOf(chart: ChartId | null, prev: readonly OpId[], author: CharterAuthor, body: CharterBody): CharterDraft {
  const { practice, heads: roster } = author.roster;
  return { chart, prev, signer: deviceId(author.signKeys.publicKey), practice, roster, body };
}

/** CH-3: what is in force where it is written stays so for what is written on it. */
function onTopOf(charter: CharterState): ResolveCharterOptions {
  const inForce = charter.ops.filter(({ id }) => !charter.parked.has(id) && !charter.refused.has(id));
  return { before: charter, heldBefore: new Set(inForce.map(({ id }) => id)) };
}
