/**
 * A practice on a new machine from its recovery phrase and whoever holds its data (ID-5): a device of its own, or a peer. The
 * root, which the phrase gives, proves itself, adds this browser to the roster it is told, and opens the keys that were always
 * sealed to it too; then it is wiped, also when something failed. Nothing is kept before all of that is done, so a recovery
 * that broke off is simply begun again. What the charts say comes afterwards, by replication.
 */
import { bytesEqual, type Bytes } from '../../base/bytes.ts';
import { deviceId, type PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { bookSections } from '../../base/sections.ts';
import { initialsOf } from '../../base/sign-in-name.ts';
import { createCharter } from '../../access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../access/charter.ts';
import { invitationIdOf, parseInvitation, type Invitation } from '../../access/invitation.ts';
import { isKnownProof, recoverProof, signRecovery, type JoiningMessages, type Recovery } from '../../access/joining.ts';
import { openDeviceLabel, openPracticeLabel, sealDeviceLabel } from '../../access/labels.ts';
import { maxPrev } from '../../access/limits.ts';
import type { MeetingMessage } from '../../access/meeting.ts';
import { practiceIdOf } from '../../access/operation.ts';
import {
  addDevice,
  firstRank,
  mergeRosterHeads,
  type DeviceProfile,
  type RootKeys,
} from '../../access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../access/roster.ts';
import { unwrapEpochs, type KeyReader, type OpenedKeys } from '../../access/unwrap-epochs.ts';
import type { VerifiedRosterOp } from '../../access/verify-operation.ts';
import { generateBoxKeys, type BoxKeys } from '../../crypto/box.ts';
import { phraseToRootKeys } from '../../crypto/recovery-phrase.ts';
import { generateSignKeys, type SignKeys } from '../../crypto/sign.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { Store } from '../../store/store.ts';
import { keysRecordOf } from '../charters/charter-book.ts';
import { storedCharterOp } from '../../replica/charters.ts';
import { indexRecordOf, unreadIndex } from '../patients/chart-index.ts';
import { checkedOps, type CheckedOps } from '../door/checked-ops.ts';
import { contactToJson, contactToPinKey, type Contact } from '../peers/contacts.ts';
import { meetingAddresses, meetingTransport, refusalFailure } from './joining-guest.ts';
import { arrivingKey, type Arriving } from './joining-keys.ts';
import { MeetingLine } from '../../net/meeting-line.ts';
import type { Recovered, RecoverFromPeerFailure, RecoverFromPeerInput } from '../people/people-acts.ts';
import { newFirstVault } from '../people/people-vaults.ts';
import type { Ports } from '../ports.ts';
import { storedRosterOp, type RosterBook } from '../../replica/roster-book.ts';
import type { SealedWrite } from '../sealed-records.ts';
import { newSettings } from '../settings.ts';

type Progress = (done: number, total: number) => void;

/** Bytes of operations taken from one side: what many thousands of charts need, and what a browser can hold at once. */
const maxToldBytes = 256 * 1024 * 1024;

export interface RecoveredVault {
  readonly vaultKey: Bytes;
  readonly outcome: Omit<Recovered, 'session'>;
}

interface Told {
  readonly known: JoiningMessages['known'];
  readonly ops: CheckedOps;
}

/** What is needed throughout, secrets among it. */
interface Recovering {
  readonly ports: Ports;
  readonly store: Store;
  readonly input: RecoverFromPeerInput;
  readonly root: RootKeys;
  /** Of this browser. */
  readonly sign: SignKeys;
  readonly box: BoxKeys;
  readonly recovery: Recovery;
}

export async function recoverByPhrase(
  ports: Ports,
  store: Store,
  input: RecoverFromPeerInput,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result<RecoveredVault, RecoverFromPeerFailure>> {
  const parsed = parseInvitation(input.invitation);
  if (!parsed.ok) return parsed;
  const { device: host, addresses, secret } = parsed.value;
  const root = phraseToRootKeys(input.recoveryPhrase);
  if (!root.ok) return root;
  const sign = generateSignKeys(ports.random);
  const box = generateBoxKeys(ports.random);
  const recovery = { host, guest: deviceId(sign.publicKey), practice: practiceIdOf(root.value.sign.publicKey) };
  const recovering: Recovering = { ports, store, input, root: root.value, sign, box, recovery };
  const transport = await meetingTransport(ports, sign, host, addresses);
  try {
    const reached = await transport.meetings.dial(host, meetingAddresses(ports, addresses), signal);
    if (signal.aborted) return err('cancelled');
    if (!reached.ok) return err(reached.reason === 'not-allowed' ? 'withdrawn' : 'not-reachable');
    const line = new MeetingLine(reached.value, ports.timers);
    const told = await askForOps(recovering, line, parsed.value, progress, signal);
    line.close();
    return told.ok ? await keepRecovered(recovering, told.value) : told;
  } finally {
    await transport.stop();
    wipe(root.value.sign.seed, root.value.box.secretKey, sign.seed, box.secretKey, secret);
  }
}

async function askForOps(
  { root, recovery }: Recovering,
  line: MeetingLine,
  { secret, practice: inviting }: Invitation,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result<Told, RecoverFromPeerFailure>> {
  const invitation = invitationIdOf(secret);
  await line.say({
    kind: 'recover',
    invitation,
    rootKey: root.sign.publicKey,
    proof: recoverProof(secret, recovery),
    signature: await signRecovery(recovery, invitation, root.sign),
  });
  const known = await line.hear(signal);
  if (known?.kind === 'refuse' && known.reason === 'unknown') return err('practice-not-known-there');
  if (known?.kind !== 'known') return err(failureOf(known, signal));
  const isMeant = inviting === undefined || known.practice === inviting;
  if (!isMeant || !isKnownProof(known.proof, secret, recovery, known.practice)) return err('refused');

  const told: Bytes[] = [];
  let bytes = 0;
  for (let more = true; more;) {
    await line.say({ kind: 'more' });
    const piece = await line.hear(signal);
    if (piece?.kind !== 'ops') return err(failureOf(piece, signal));
    told.push(...piece.ops);
    bytes += piece.ops.reduce((sum, op) => sum + op.length, 0);
    if (bytes > maxToldBytes || (piece.more && piece.ops.length === 0)) return err('refused');
    ({ more } = piece);
    progress(piece.done, piece.total);
  }
  return ok({ known, ops: await checkedOps(told) });
}

/** All in one commit: the new device in the roster, its vault, every key the root opens, and where to hear the rest. */
async function keepRecovered(
  recovering: Recovering,
  { known, ops: { rosters, charters } }: Told,
): Promise<Result<RecoveredVault, RecoverFromPeerFailure>> {
  const { ports, store, input, root, sign, box, recovery } = recovering;
  const { random, clock } = ports;
  const { practice, guest: device } = recovery;
  const { contactKey } = known;
  const fromPeer = known.practice !== practice;
  const told = rosters.get(practice);
  const name = told === undefined ? undefined : openPracticeLabel(contactKey, told.label);
  const isMember = rosters.get(known.practice)?.devices.get(recovery.host)?.status === 'active';
  if (told === undefined || name === undefined || !isMember) return err('refused');
  if (!bytesEqual(told.rootBoxKey, root.box.publicKey)) return err('refused');

  const { personName, deviceName, passphrase } = input;
  const label = sealDeviceLabel(contactKey, { personName, deviceName, profession: 'admin' }, random);
  const profile = { signKeys: sign, boxKey: box.publicKey, role: 'admin', rank: firstRank, label } as const;
  const added = await addedByRoot(told, root.sign, profile, clock.nowMs());
  rosters.add(added);
  const roster = rosters.mustGet(practice);
  if (roster.devices.get(device)?.status !== 'active') return err('refused');

  const resolved = [...charters.values()].flatMap((ops) => resolveCharter(ops, rosters.get) ?? []);
  const newBook = fromPeer
    ? await createCharter({ signKeys: sign, roster }, bookSections, random, clock.nowMs())
    : undefined;
  if (newBook?.ok === false) throw new Error(`a new practice book is refused: ${newBook.reason}`);
  const toldBook = resolved.find(
    ({ kind, custodian, chart }) => kind === 'book' && custodian === practice && chart === known.book,
  );
  const book = newBook?.value.op.log.chart ?? toldBook?.chart;
  if (book === undefined) return err('refused');

  const { practiceName } = name;
  const { rootBoxKey } = roster;
  const self = {
    practice,
    sign,
    box,
    contactKey,
    book,
    rootBoxKey,
    practiceName,
    personName,
    role: 'admin',
    deviceName,
  } as const;
  const made = await newFirstVault(ports, store, {
    self,
    settings: newSettings(ports, true, known.relays),
    passphrase,
    signInName: initialsOf(personName),
  });
  const { records } = made;
  const reader: KeyReader = { practice, recipient: 'root', boxKeys: root.box };
  const sealed: SealedWrite[] = [...made.writes];
  let incompleteCharts = 0;
  let charts = 0;
  let readable = 0;
  for (const charter of resolved) {
    const opened = unwrapEpochs(charter, reader);
    sealed.push(keysRecordOf(records, charter.chart, opened.keys));
    if (charter.kind === 'book') continue;
    sealed.push(indexRecordOf(records, unreadIndex(charter, practice)));
    charts += 1;
    if (charter.rightOf(practice, 'identity') !== 'none') readable += 1;
    if (!isComplete(charter, opened, practice, known.practice)) incompleteCharts += 1;
  }
  const arriving: Arriving = { v: 1, after: null, keysAreHere: true, total: readable };
  sealed.push(records.write(arrivingKey, arriving));
  const contact = fromPeer ? contactOf(rosters, known, recovery, clock.nowMs()) : undefined;
  if (contact !== undefined) sealed.push(records.write(contactToPinKey, contactToJson(contact)));
  records.wipe();
  const kept = await store.commit({
    ops: [
      ...rosters.practices.flatMap((one) => rosters.mustGet(one).ops.map(storedRosterOp)),
      ...[...charters.values()].flat().map(storedCharterOp),
      ...(newBook === undefined ? [] : [storedCharterOp(newBook.value.op)]),
    ],
    sealed,
  });
  const outcome = {
    from: fromPeer ? 'peer' : 'own-device',
    charts,
    incompleteCharts,
    newPracticeBook: fromPeer,
  } as const;
  return kept.ok ? ok({ vaultKey: made.vaultKey, outcome }) : err('storage');
}

/** The operations to add, heads joined first where there are too many to cite (OP-2). */
async function addedByRoot(
  told: RosterState,
  root: SignKeys,
  profile: DeviceProfile,
  timeMs: number,
): Promise<readonly VerifiedRosterOp[]> {
  const ops: VerifiedRosterOp[] = [];
  let roster = told;
  while (roster.heads.length > maxPrev) {
    const joined = await mergeRosterHeads(roster, root, timeMs);
    if (!joined.ok) return ops;
    ops.push(joined.value);
    roster = resolveRoster([...roster.ops, joined.value]) ?? roster;
  }
  const added = await addDevice(roster, root, profile, timeMs);
  return added.ok ? [...ops, added.value] : ops;
}

/** Whether the root opens every section we may read that has anything in it, and the other side may hold it. */
function isComplete(charter: CharterState, { keys }: OpenedKeys, ours: PracticeId, theirs: PracticeId): boolean {
  const written = new Set(charter.epochs.map(({ section }) => section));
  return [...written].every((section) => {
    if (charter.rightOf(ours, section) === 'none') return true;
    const epochs = charter.epochs.filter((epoch) => epoch.section === section);
    return charter.rightOf(theirs, section) !== 'none' && epochs.every(({ keyId }) => keys.has(keyId));
  });
}

/** The peer that had the data is the first practice met anew. */
function contactOf(
  rosters: RosterBook,
  { practice, ownContactKey, addresses }: JoiningMessages['known'],
  { host }: Recovery,
  metAtMs: number,
): Contact | undefined {
  const roster = rosters.get(practice);
  if (roster === undefined || ownContactKey === null) return undefined;
  const label = roster.devices.get(host)?.label;
  return {
    practice,
    contactKey: ownContactKey,
    addresses,
    name: openPracticeLabel(ownContactKey, roster.label)?.practiceName ?? '',
    personName: (label === undefined ? undefined : openDeviceLabel(ownContactKey, label))?.personName ?? '',
    safetyPhraseConfirmed: false,
    metAtMs,
  };
}

function failureOf(message: MeetingMessage | undefined, signal: AbortSignal): RecoverFromPeerFailure {
  if (signal.aborted) return 'cancelled';
  if (message === undefined) return 'connection-lost';
  return message.kind === 'refuse' ? refusalFailure(message.reason) : 'refused';
}
