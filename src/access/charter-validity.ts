/**
 * OP-4 for charters: what an operation's own past, and the rosters it cites, say against it. The verdict never changes: all
 * it rests on is named by the operation itself. `parked` means that something named is not here yet.
 */
import type { DeviceId, PracticeId } from '../base/ids.ts';
import { bookSections, isSection, type Section } from '../base/sections.ts';
import type { CharterView } from './charter-view.ts';
import { epochBatchFault, type KnownEpochs } from './epoch-validity.ts';
import { finding, type Finding, type Reason, type Rule } from './findings.ts';
import { rostersCitedBy, type KnownRosters } from './known-rosters.ts';
import { chainParts, type CharterBodies, type SectionFrontiers } from './operation-bodies.ts';
import {
  grantLowers,
  isRecipient,
  mayBeClosed,
  mayBecomeCustodian,
  mayClose,
  mayMakeEpoch,
  mayManageSharing,
  mayOfferCustody,
  mayTakeCustody,
  neverGoesBack,
  rosterIsCurrent,
} from './predicates.ts';
import { may } from './roles.ts';
import type { RosterDevice, RosterState } from './roster.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export type RosterOf = (practice: PracticeId) => RosterState | undefined;

/** What an operation is judged by beside its own words. */
export interface CharterPast {
  /** Undefined for `create`, which has no past. */
  readonly view: CharterView | undefined;
  readonly rosters: KnownRosters;
  readonly epochs: KnownEpochs;
}

export type Judgement = { readonly parked: Finding } | { readonly refused: Finding } | undefined;

const refuse = (rule: Rule, reason: Reason): Judgement => ({ refused: finding(rule, reason) });
const park = (rule: Rule, reason: Reason): Judgement => ({ parked: finding(rule, reason) });

export function judgeCharterOp(op: VerifiedCharterOp, past: CharterPast, rosterOf: RosterOf): Judgement {
  const citations = judgeCitations(op, past.rosters, rosterOf);
  if (citations !== undefined) return citations;
  const author = rosterOf(op.practice)?.at(op.roster)?.get(op.signer);
  if (!op.byRoot && author?.status !== 'active') return refuse('OP-4', 'author-not-active');
  if (op.body.kind === 'create') return judgeCreate(op, op.body, author);
  if (past.view === undefined) throw new Error('only a create has no past');
  return judgeBody(op, author, past.view, past, rosterOf);
}

/** The rosters cited are known, and none is older than the author had seen. */
function judgeCitations(op: VerifiedCharterOp, known: KnownRosters, rosterOf: RosterOf): Judgement {
  const [own, ...others] = rostersCitedBy(op);
  for (const { practice, heads } of own === undefined ? [] : [own, ...others]) {
    const roster = rosterOf(practice);
    if (roster?.at(heads) === undefined) return park('OP-4', 'roster-unknown');
    const seen = [...(known.get(practice) ?? []), ...(practice === op.practice ? [op.roster] : [])];
    const covered = seen.every((earlier) => roster.covers(heads, earlier));
    if (heads === op.roster && !neverGoesBack(covered)) return refuse('OP-4', 'roster-went-back');
    if (heads !== op.roster && !rosterIsCurrent(covered)) return refuse('CH-5', 'stale-roster');
  }
  return undefined;
}

function judgeCreate(
  op: VerifiedCharterOp,
  body: CharterBodies['create'],
  author: RosterDevice | undefined,
): Judgement {
  if (body.custodian !== op.practice) return refuse('CH-1', 'not-the-custodian');
  if (!op.byRoot && (author === undefined || !may(author.role, 'createChart'))) return refuse('ID-4', 'author-may-not');
  const inBook = body.sections.filter(isBookSection).length;
  return inBook === 0 || inBook === body.sections.length ? undefined : refuse('CH-1', 'sections-mixed');
}

function judgeBody(
  op: VerifiedCharterOp,
  author: RosterDevice | undefined,
  view: CharterView,
  past: CharterPast,
  rosterOf: RosterOf,
): Judgement {
  const { body, practice } = op;
  const isCustodian = practice === view.custodian;
  const managesSharing = mayManageSharing(isCustodian, op.byRoot, author?.role);
  switch (body.kind) {
    case 'grant':
      return managesSharing ? judgeGrant(body, view) : refuse('CH-2', 'author-may-not');
    case 'revoke':
      return managesSharing ? judgeRevoke(op, body, view, past, rosterOf) : refuse('CH-2', 'author-may-not');
    case 'admit':
      return managesSharing ? judgeSections(Object.keys(body.frontier), view) : refuse('CH-2', 'author-may-not');
    case 'settle':
      return managesSharing ? judgeSections([body.section], view) : refuse('CH-2', 'author-may-not');
    case 'epoch': {
      const sections = body.epochs.epochs.map((epoch) => epoch.section);
      if (!sections.every((section) => mayMakeEpoch(view.rightOf(practice, section), author?.role)))
        return refuse('CH-5', 'no-right');
      return refuseIf(epochBatchFault(body.epochs, view.readersOf, past.epochs, rosterOf));
    }
    case 'close':
      return mayClose(isCustodian, practice === body.practice, op.byRoot, author?.role)
        ? judgeClose(body, view, rosterOf)
        : refuse('CH-3', 'author-may-not');
    case 'grantKeys':
      if (author === undefined || !may(author.role, 'passKeys')) return refuse('CH-7', 'author-may-not');
      return judgePassedKeys(op, body, view, rosterOf);
    case 'merge':
      return managesSharing || writesSomething(op, author, view) ? undefined : refuse('OP-2', 'no-right');
    case 'offerCustody':
      return mayOfferCustody(isCustodian, op.byRoot) ? judgeOffer(body, view) : refuse('CH-10', 'not-by-root');
    case 'takeCustody':
      return judgeTake(op, body, author, view, past, rosterOf);
    case 'create':
      throw new Error('a create has no past');
  }
}

function judgeGrant(body: CharterBodies['grant'], view: CharterView): Judgement {
  if (body.practice === view.custodian) return refuse('CH-2', 'grant-to-custodian');
  if (body.sections.some(isBookSection)) return refuse('CH-2', 'book-is-not-shared');
  if (body.sections.some((section) => grantLowers(view.rightOf(body.practice, section), body.right)))
    return refuse('CH-2', 'grant-lowers-right');
  return judgeSections(body.sections, view);
}

function judgeRevoke(
  op: VerifiedCharterOp,
  body: CharterBodies['revoke'],
  view: CharterView,
  past: CharterPast,
  rosterOf: RosterOf,
): Judgement {
  if (body.practice === view.custodian || !body.sections.some((name) => view.rightOf(body.practice, name) !== 'none'))
    return refuse('CH-2', 'nothing-to-revoke');
  // CH-4: without keys of its own the next to write makes them, for a key whose readers are others now is used by nobody.
  if (body.epochs === null) return judgeSections(body.sections, view);
  const after = readersAfterRevoke(view, body.practice, body.sections);
  const rekeyed = body.epochs.epochs.map((epoch) => epoch.section);
  if (!rekeyed.every((section) => view.rightOf(op.practice, section) === 'write')) return refuse('CH-5', 'no-right');
  return refuseIf(epochBatchFault(body.epochs, after, past.epochs, rosterOf));
}

/** Sections a practice can no longer read once these are taken from it: `identity` goes with the last. */
export function sectionsLost(view: CharterView, practice: PracticeId, revoked: readonly Section[]): readonly Section[] {
  const readers = readersAfterRevoke(view, practice, revoked);
  return view.sections.filter(
    (section) => view.rightOf(practice, section) !== 'none' && !readers(section).includes(practice),
  );
}

export function readersAfterRevoke(
  view: CharterView,
  practice: PracticeId,
  revoked: readonly Section[],
): (section: Section) => readonly PracticeId[] {
  const keeps = (section: Section): boolean =>
    !revoked.includes(section) && view.grantedTo(practice, section) !== 'none';
  // With `identity` itself revoked it is still read as long as anything else is: it goes with every share.
  const reads = (section: Section): boolean => keeps(section) || (section === 'identity' && view.sections.some(keeps));
  return (section) => view.readersOf(section).filter((reader) => reader !== practice || reads(section));
}

function judgeClose(body: CharterBodies['close'], view: CharterView, rosterOf: RosterOf): Judgement {
  const member = rosterOf(body.practice)?.at(body.roster)?.get(body.device);
  const closed = Object.keys(body.cut ?? {}).filter(isSection);
  if (member === undefined || !mayBeClosed(member, body.cut === null ? 'operations' : closed))
    return refuse('CH-3', 'device-not-removed');
  if (body.cut === null) return undefined;
  if (!namesOnly(body.cut, body.device)) return refuse('CH-3', 'cut-of-others');
  return judgeSections(Object.keys(body.cut), view);
}

/** A close would otherwise let the admin of any practice admit what it likes: all at or below a cut stands (CUT-2). */
function namesOnly(cut: SectionFrontiers, device: DeviceId): boolean {
  return Object.values(cut).every((items) => items.every((item) => chainParts(item.chain).device === device));
}

function judgePassedKeys(
  op: VerifiedCharterOp,
  body: CharterBodies['grantKeys'],
  view: CharterView,
  rosterOf: RosterOf,
): Judgement {
  const target = rosterOf(body.practice)?.at(body.roster)?.get(body.device);
  if (target === undefined || !isRecipient(target)) return refuse('CH-7', 'wrong-devices');
  const bothRead = (section: Section): boolean =>
    view.rightOf(op.practice, section) !== 'none' && view.rightOf(body.practice, section) !== 'none';
  return body.keys.every((passed) => bothRead(passed.section)) ? undefined : refuse('CH-7', 'no-right');
}

function judgeOffer({ to }: CharterBodies['offerCustody'], view: CharterView): Judgement {
  if (to === null) return view.offers.length > 0 ? undefined : refuse('CH-10', 'no-open-offer');
  if (to === view.custodian) return refuse('CH-10', 'offer-to-custodian');
  if (view.sections.some(isBookSection)) return refuse('CH-10', 'book-is-not-shared');
  return writesAll(to, view) ? undefined : refuse('CH-10', 'offer-to-partial-reader');
}

/** Taking over ends what the old custodian does not keep, as a revoke would. */
function judgeTake(
  op: VerifiedCharterOp,
  body: CharterBodies['takeCustody'],
  author: RosterDevice | undefined,
  view: CharterView,
  past: CharterPast,
  rosterOf: RosterOf,
): Judgement {
  const offer = view.offers.find((open) => open.op === body.offer);
  if (offer === undefined) return refuse('CH-10', 'no-open-offer');
  if (!mayTakeCustody(offer.to === op.practice, op.byRoot, author?.role)) return refuse('CH-10', 'author-may-not');
  if (!writesAll(op.practice, view)) return refuse('CH-10', 'offer-to-partial-reader');
  if (offer.keeps === 'write' && Object.keys(body.cut).length > 0) return refuse('CH-10', 'nothing-to-cut');
  const rekeyed = body.epochs?.epochs.map((epoch) => epoch.section) ?? [];
  if (body.epochs !== null) {
    const after = offer.keeps === 'none' ? readersAfterRevoke(view, view.custodian, view.sections) : view.readersOf;
    const fault = epochBatchFault(body.epochs, after, past.epochs, rosterOf);
    if (fault !== undefined) return { refused: fault };
  }
  return judgeSections([...Object.keys(body.cut), ...rekeyed], view);
}

function writesAll(practice: PracticeId, view: CharterView): boolean {
  return mayBecomeCustodian(view.sections.map((section) => view.rightOf(practice, section)));
}

function judgeSections(named: readonly string[], view: CharterView): Judgement {
  const known: readonly string[] = view.sections;
  return named.every((section) => known.includes(section)) ? undefined : refuse('CH-2', 'section-not-in-chart');
}

function writesSomething(op: VerifiedCharterOp, author: RosterDevice | undefined, view: CharterView): boolean {
  return view.sections.some((section) => mayMakeEpoch(view.rightOf(op.practice, section), author?.role));
}

function refuseIf(fault: Finding | undefined): Judgement {
  return fault === undefined ? undefined : { refused: fault };
}

const bookNames: ReadonlySet<string> = new Set(bookSections);

export function isBookSection(section: Section): boolean {
  return bookNames.has(section);
}
