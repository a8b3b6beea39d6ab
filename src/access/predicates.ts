/**
 * The decisions safety hangs on, each one named function of plain facts. Callers gather the facts; nothing here looks
 * anything up. Kept in one file so that a test can turn them round one at a time and see that something notices.
 */
import type { EntryHash, OpId } from '../base/ids.ts';
import { may, mayHoldKeys, mayWrite, type Role } from './roles.ts';
import type { Right } from './operation-bodies.ts';
import type { Section } from '../base/sections.ts';

// ------------------------------------------------------------------------------------------------------- rosters

/** ID-4: the root and admins change a roster, nobody else. */
export function mayManageDevices(byRoot: boolean, role: Role | undefined): boolean {
  return byRoot || (role !== undefined && may(role, 'manageDevices'));
}

/** OP-5.3: nobody makes a device more senior than itself, and the two highest ranks come from the root alone. */
export function mayGiveRank(byRoot: boolean, own: number | undefined, given: number): boolean {
  return byRoot || (own !== undefined && given > 1 && given >= own);
}

/** ID-3: a device signs only the addition of itself, with its own keys, to the practice and in the role it was told. */
export function saysWhatWasTold(facts: {
  readonly samePractice: boolean;
  readonly sameAuthor: boolean;
  readonly ownSignKey: boolean;
  readonly ownBoxKey: boolean;
  readonly sameRole: boolean;
}): boolean {
  return facts.samePractice && facts.sameAuthor && facts.ownSignKey && facts.ownBoxKey && facts.sameRole;
}

/** How a device became a member: its addition, and how whoever added it did. Undefined above: by the root. */
export interface Line {
  readonly addition: OpId;
  readonly above: Line | undefined;
  readonly length: number;
}

/** What decides between takings that do not know of each other. All of it was fixed before the dispute, but the last. */
export interface TakingOrder {
  readonly byRoot: boolean;
  readonly rank: number;
  /** Undefined for the root. */
  readonly line: Line | undefined;
  readonly id: OpId;
}

/** OP-5.1 and OP-5.3: the root, then by rank, then by the additions that led to the author. The own id only parts those of one author. */
export function comesFirst(a: TakingOrder, b: TakingOrder): boolean {
  if (a.byRoot !== b.byRoot) return a.byRoot;
  if (a.rank !== b.rank) return a.rank < b.rank;
  if (a.line?.addition !== b.line?.addition) return linePrecedes(a.line, b.line);
  return a.id < b.id;
}

/**
 * By the oldest additions in which two lines differ, so that nobody comes before whoever added it: a device about to be
 * removed could otherwise add others until the id of one addition put it before its remover.
 */
function linePrecedes(a: Line | undefined, b: Line | undefined): boolean {
  if (a === undefined || b === undefined) return a === undefined;
  let [own, other]: [Line | undefined, Line | undefined] = [a, b];
  while (own !== undefined && own.length > b.length) own = own.above;
  while (other !== undefined && other.length > a.length) other = other.above;
  if (own?.addition === other?.addition) return a.length < b.length;
  while (own?.above?.addition !== other?.above?.addition) [own, other] = [own?.above, other?.above];
  return own !== undefined && other !== undefined && own.addition < other.addition;
}

/**
 * OP-5.2: a taking voids what its subject did without its knowledge. What lies before it stands; what comes after it was
 * allowed by an addition that came after it, or was never valid.
 */
export function takingVoids(facts: {
  readonly isAuthor: boolean;
  readonly byRoot: boolean;
  readonly concurrent: boolean;
}): boolean {
  return facts.isAuthor && !facts.byRoot && facts.concurrent;
}

/** OP-5.4: an addition counts only if it follows every removal of the device. */
export function additionOutlives(followsRemoval: readonly boolean[]): boolean {
  return followsRemoval.every(Boolean);
}

// ------------------------------------------------------------------------------------------------------ charters

/** CH-2: sharing is decided by the custodian's admins, or its root. */
export function mayManageSharing(isCustodian: boolean, byRoot: boolean, role: Role | undefined): boolean {
  return isCustodian && (byRoot || (role !== undefined && may(role, 'manageSharing')));
}

/** CH-10: only the custodian's root gives a chart away. */
export function mayOfferCustody(isCustodian: boolean, byRoot: boolean): boolean {
  return isCustodian && byRoot;
}

/** CH-10: whoever takes a chart over is the practice it was last offered to, by its root or an admin. */
export function mayTakeCustody(isOfferedTo: boolean, byRoot: boolean, role: Role | undefined): boolean {
  return isOfferedTo && (byRoot || (role !== undefined && may(role, 'manageSharing')));
}

/** CH-10: a custodian must be able to open all there is, so only one who may write everything is offered a chart. */
export function mayBecomeCustodian(rights: readonly (Right | 'none')[]): boolean {
  return rights.every((right) => right === 'write');
}

/**
 * CH-10: of offers taken up without knowledge of each other, the one that stands first among all operations (causes first,
 * then by id): a custodian who gave a chart away cannot give it away again. It is the old custodian's word that is ordered,
 * which no taker made.
 */
export function offerGoesFirst(a: { readonly place: number }, b: { readonly place: number }): boolean {
  return a.place < b.place;
}

/** CH-10: what was done as custodian counts if that custody came about, and not beside the taking that ended it. */
export function custodyCovers(facts: {
  readonly cameAbout: boolean;
  readonly ended: boolean;
  readonly knownToTaker: boolean;
}): boolean {
  return facts.cameAbout && (!facts.ended || facts.knownToTaker);
}

/** CH-5, CH-6: a device that may not write a section makes no key for it. */
export function mayMakeEpoch(right: Right | 'none', role: Role | undefined): boolean {
  return right === 'write' && role !== undefined && may(role, 'makeEpoch');
}

/** CH-3: a device is ended by its own practice or by the custodian. */
export function mayClose(
  isCustodian: boolean,
  isOwnPractice: boolean,
  byRoot: boolean,
  role: Role | undefined,
): boolean {
  return (isCustodian || isOwnPractice) && (byRoot || (role !== undefined && may(role, 'manageSharing')));
}

/** CH-3: only a device that lost its place is ended: removed, or by its role no longer allowed what the close ends. */
export function mayBeClosed(
  member: { readonly status: 'active' | 'removed'; readonly role: Role },
  ends: 'operations' | readonly Section[],
): boolean {
  if (member.status === 'removed') return true;
  if (ends === 'operations') return !may(member.role, 'manageSharing');
  return ends.length > 0 && ends.every((section) => !mayWrite(member.role, section));
}

/** EN-3, and the same for operations: what a device has seen of a log it does not forget. */
export function neverGoesBack(coversEarlier: boolean): boolean {
  return coversEarlier;
}

/** OP-5.6: of rights given or taken without knowledge of each other, the smaller. */
export function smallerRight(a: Right | 'none', b: Right | 'none'): Right | 'none' {
  if (a === 'none' || b === 'none') return 'none';
  return a === 'read' || b === 'read' ? 'read' : 'write';
}

/** CH-2: a grant never takes anything away; that is what a revoke, with its cut, is for. */
export function grantLowers(before: Right | 'none', granted: Right): boolean {
  return before === 'write' && granted === 'read';
}

/** CH-5: exactly the readers, nobody left out and nobody slipped in. Both sorted. */
export function sameSet(named: readonly string[], entitled: readonly string[]): boolean {
  return named.length === entitled.length && named.every((name, i) => name === entitled[i]);
}

/** CH-5: a maker who goes by an older roster than it has seen would hand the key to a removed device. */
export function rosterIsCurrent(coversEarlierEpoch: boolean): boolean {
  return coversEarlierEpoch;
}

/** CH-4: a key once used is known to whoever could read then. */
export function keyIsNew(usedBefore: boolean): boolean {
  return !usedBefore;
}

/**
 * CH-6: exactly today's readers and their keys, nobody gone since whom a colleague may have given the key (ID-5), and every
 * key there ever was within reach.
 */
export function isUsable(facts: {
  readonly standing: boolean;
  readonly readersNow: boolean;
  readonly devicesNow: boolean;
  readonly noneLeft: boolean;
  readonly reachesAll: boolean;
}): boolean {
  return facts.standing && facts.readersNow && facts.devicesNow && facts.noneLeft && facts.reachesAll;
}

/** OP-5.2 across logs: a close voids what the device did in the charter without knowledge of it. */
export function closeVoids(isAuthor: boolean, concurrent: boolean): boolean {
  return isAuthor && concurrent;
}

/** What decides between closes that do not know of each other. */
export interface CloseOrder extends TakingOrder {
  readonly holdsPlace: boolean;
  readonly byCustodian: boolean;
}

/**
 * CH-3: devices that still hold their place before those that lost it, the custodian before others, whose ranks say nothing
 * beside its own; then as in OP-5.3.
 */
export function closeGoesFirst(a: CloseOrder, b: CloseOrder): boolean {
  if (a.holdsPlace !== b.holdsPlace) return a.holdsPlace;
  if (a.byCustodian !== b.byCustodian) return a.byCustodian;
  return comesFirst(a, b);
}

/** CH-3: operations of a device that has lost its place wait for the close, unless they were in force here before. */
export function waitsForClose(facts: {
  readonly authorHoldsPlace: boolean;
  readonly inPastOfClose: boolean;
  readonly vouched: boolean;
  readonly heldBefore: boolean;
}): boolean {
  return !facts.authorHoldsPlace && !facts.inPastOfClose && !facts.vouched && !facts.heldBefore;
}

// ------------------------------------------------------------------------------------------------------- entries

/** EN-3, ID-4: the right of the practice and the role of the device, at the heads the entry cites. */
export function mayWriteAt(
  right: Right | 'none',
  member: { readonly status: 'active' | 'removed'; readonly role: Role } | undefined,
  section: Section,
): boolean {
  return right === 'write' && member?.status === 'active' && mayWrite(member.role, section);
}

/**
 * AU-3: in the audit log a device adds records under its own name, and nothing else: no rewriting, no second version, no word in a
 * colleague's name.
 */
export function addsOwnRecords(writes: readonly { readonly isNew: boolean; readonly namesAuthor: boolean }[]): boolean {
  return writes.every(({ isNew, namesAuthor }) => isNew && namesAuthor);
}

/** CUT-2, CUT-7: a removal ends every chain but those begun by an operation that knew of it. */
export function removalEndsChain(openerFollowsRemoval: boolean): boolean {
  return !openerFollowsRemoval;
}

/** CUT-2: what makes an entry effective of itself. */
export function isRoot(facts: {
  readonly authorHolds: boolean;
  readonly chainEnded: boolean;
  readonly besideFork: boolean;
  readonly belowCut: boolean;
  readonly admitted: boolean;
}): boolean {
  return facts.belowCut || facts.admitted || (facts.authorHolds && !facts.chainEnded && !facts.besideFork);
}

/** CH-3: the practice may still write, the chain was not ended, and yet its device may not: a `close` is owed. */
export function awaitsClose(right: Right | 'none', holds: boolean, ended: boolean): boolean {
  return right === 'write' && !holds && !ended;
}

/** CUT-3: what an entry builds on must have been effective by what its author knew. */
export function buildsOnEffective(effectiveByOwnPast: readonly boolean[]): boolean {
  return effectiveByOwnPast.every(Boolean);
}

/** What speaks for one of several headers at one place (CUT-8). */
export interface ForkClaim {
  readonly hash: EntryHash;
  /** The highest place up to which a cut or a settlement names its branch; 0 for none. */
  readonly namedUpTo: number;
  readonly builtOnByCustodian: boolean;
  readonly builtOnByOthers: boolean;
}

/** CUT-8: named by a cut or a settlement, then built on by the custodian, then by others, then the smaller hash. */
export function comesFirstAtFork(a: ForkClaim, b: ForkClaim): boolean {
  if (a.namedUpTo !== b.namedUpTo) return a.namedUpTo > b.namedUpTo;
  if (a.builtOnByCustodian !== b.builtOnByCustodian) return a.builtOnByCustodian;
  if (a.builtOnByOthers !== b.builtOnByOthers) return a.builtOnByOthers;
  return a.hash < b.hash;
}

/** CUT-8: from the fork on, a chain counts for nothing of itself but the header that stands there. */
export function isBesideFork(facts: {
  readonly seq: number;
  readonly forkSeq: number;
  readonly stands: boolean;
  readonly settled: boolean;
}): boolean {
  return facts.seq >= facts.forkSeq && !facts.stands && !facts.settled;
}

/** Devices an epoch is wrapped to (CH-5). */
export function isRecipient(member: { readonly status: 'active' | 'removed'; readonly role: Role }): boolean {
  return member.status === 'active' && mayHoldKeys(member.role);
}
