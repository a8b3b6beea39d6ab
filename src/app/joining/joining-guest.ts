/**
 * The side of a new browser that joins a practice by an invitation (ID-3): it names its keys, shows the code and the role it is
 * offered, signs nothing but exactly that, and keeps nothing until the practice's roster names it. Keys of charts come
 * afterwards (joining-keys.ts), the charts by replication.
 */
import type { Bytes } from '../../base/bytes.ts';
import { bytesEqual } from '../../base/bytes.ts';
import { deviceId, type DeviceId, type PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { invitationIdOf, parseInvitation } from '../../access/invitation.ts';
import { isOfferProof, joinCode, joinProof, type JoiningMessages, type Offered } from '../../access/joining.ts';
import { openPracticeLabel } from '../../access/labels.ts';
import type { MeetingMessage, MeetingRefusal } from '../../access/meeting.ts';
import { countersign } from '../../access/roster-builders.ts';
import { generateBoxKeys, type BoxKeys } from '../../crypto/box.ts';
import { generateSignKeys, type SignKeys } from '../../crypto/sign.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { Store } from '../../store/store.ts';
import { arrivingKey, newArriving } from './joining-keys.ts';
import { MeetingLine, personTimeoutMs } from '../../net/meeting-line.ts';
import type { JoinFailure, JoinInput, JoinTold } from '../people/people-acts.ts';
import { newFirstVault } from '../people/people-vaults.ts';
import type { MeetingTransport, Ports } from '../ports.ts';
import { RosterBook, storedRosterOp } from '../../replica/roster-book.ts';
import type { Role } from '../session.ts';
import { newSettings } from '../settings.ts';

/** A line may break after the admin has said yes: the same keys ask again before anyone has to begin anew. */
const attempts = 5;
const againMs = 3_000;

/** As long as the screens allow (access/labels.ts). */
const maxNameLength = 120;

/** The vault key of this device in the practice, which lies in the store when this is `ok`. */
export async function joinPractice(
  ports: Ports,
  store: Store,
  input: JoinInput,
  told: JoinTold,
  signal: AbortSignal,
): Promise<Result<Bytes, JoinFailure>> {
  const parsed = parseInvitation(input.invitation);
  if (!parsed.ok) return parsed;
  const { kind, device: host, practice, secret, addresses } = parsed.value;
  if (kind === 'practice') return err('invites-a-practice');
  const sign = generateSignKeys(ports.random);
  const box = generateBoxKeys(ports.random);
  const transport = await meetingTransport(ports, sign, host, addresses);
  try {
    const guest = new JoiningGuest({ ports, store, transport, input, told, sign, box, host, practice, secret });
    return await guest.join(addresses, signal);
  } finally {
    await transport.stop();
    wipe(sign.seed, box.secretKey, secret);
  }
}

/** A transport for one meeting, before there is a practice: it lets nobody in and calls one device. */
export async function meetingTransport(
  ports: Ports,
  sign: SignKeys,
  host: DeviceId,
  addresses: readonly string[],
): Promise<MeetingTransport> {
  const { relays, iceServers } = ports.defaults;
  const transport = await ports.createTransport({
    // A copy: the transport may wipe or keep what it is given.
    seed: sign.seed.slice(),
    relays: [...new Set([...relays, ...addresses.filter((address) => !address.includes('/p2p-circuit'))])],
    iceServers,
    allow: () => false,
    allowMeeting: (device) => device === host,
  });
  await transport.start();
  return transport;
}

/**
 * Where to call: what the invitation says, and the relays of this host, at which a short text means both sides to be. The caller
 * needs no place at them, so nothing is waited for.
 */
export function meetingAddresses({ defaults }: Pick<Ports, 'defaults'>, invited: readonly string[]): readonly string[] {
  return [...new Set([...invited, ...defaults.relays.map((relay) => `${relay}/p2p-circuit`)])];
}

interface Guest {
  readonly ports: Ports;
  readonly store: Store;
  readonly transport: MeetingTransport;
  readonly input: JoinInput;
  readonly told: JoinTold;
  readonly sign: SignKeys;
  readonly box: BoxKeys;
  readonly host: DeviceId;
  /** Undefined when the invitation was a short text; the offer then proves it by the secret. */
  readonly practice: PracticeId | undefined;
  readonly secret: Bytes;
}

class JoiningGuest {
  readonly #guest: Guest;
  readonly #names: { readonly personName: string; readonly deviceName: string };
  /** What the newest code shown here was made of: a `joined`, in a later try too, is held against it. */
  #offered: Offered | undefined;
  #hasSigned = false;

  constructor(guest: Guest) {
    this.#guest = guest;
    const { personName, deviceName } = guest.input;
    this.#names = { personName: personName.slice(0, maxNameLength), deviceName: deviceName.slice(0, maxNameLength) };
  }

  async join(addresses: readonly string[], signal: AbortSignal): Promise<Result<Bytes, JoinFailure>> {
    const { transport, host, ports } = this.#guest;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await this.#wait(signal);
      const reached = await transport.meetings.dial(host, meetingAddresses(ports, addresses), signal);
      if (signal.aborted) return err('cancelled');
      let outcome: Result<Bytes, JoinFailure>;
      if (reached.ok) {
        const line = new MeetingLine(reached.value, ports.timers);
        outcome = await this.#converse(line, signal);
        line.close();
      } else outcome = err(reached.reason === 'not-allowed' ? 'withdrawn' : 'not-reachable');
      // Once this side has signed, the other may have added it: it is asked again before that is given up.
      const mayBeAdded =
        this.#hasSigned && !outcome.ok && ['connection-lost', 'not-reachable'].includes(outcome.reason);
      if (!mayBeAdded) return outcome;
    }
    return err('connection-lost');
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#guest.ports.timers.after(againMs, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }

  async #converse(line: MeetingLine, signal: AbortSignal): Promise<Result<Bytes, JoinFailure>> {
    const { secret, host, sign, box, told } = this.#guest;
    const joining = { host, guest: deviceId(sign.publicKey), boxKey: box.publicKey, ...this.#names };
    const proof = joinProof(secret, joining);
    await line.say({
      kind: 'join',
      invitation: invitationIdOf(secret),
      boxKey: box.publicKey,
      ...this.#names,
      proof,
    });
    let offer = await line.hear(signal);
    // A host that has added this device calls it at once: where the two calls met, it hears the `join` as its answer.
    if (offer?.kind === 'introduce') offer = await line.hear(signal);
    if (offer?.kind === 'joined') return this.#keep(offer);
    if (offer?.kind !== 'offer') return err(failureOf(offer, signal));
    const { practice, role, nonce } = offer;
    const offered: Offered = { ...joining, practice, role, nonce };
    const expected = this.#guest.practice ?? practice;
    if (practice !== expected || role === 'keeper' || !isOfferProof(offer.proof, secret, offered))
      return err('refused');
    this.#offered = offered;
    told.code(joinCode(secret, offered), { role });

    const proposal = await line.hear(signal, personTimeoutMs);
    if (proposal?.kind !== 'propose') return err(failureOf(proposal, signal));
    const asTold = { practice, author: host, boxKey: box.publicKey, role };
    const signature = await countersign(proposal.op, sign, asTold);
    if (!signature.ok) {
      await line.say({ kind: 'refuse', reason: 'refused' });
      return err('refused');
    }
    this.#hasSigned = true;
    await line.say({ kind: 'agree', signature: signature.value });
    const joined = await line.hear(signal);
    return joined?.kind === 'joined' ? this.#keep(joined) : err(failureOf(joined, signal));
  }

  /** Everything in one commit: afterwards this browser is a device of the practice, or nothing at all. */
  async #keep(joined: JoiningMessages['joined']): Promise<Result<Bytes, JoinFailure>> {
    const { ports, store, input, sign, box, host } = this.#guest;
    const offered = this.#offered;
    if (offered === undefined) return err('refused');
    const { practice } = offered;
    const rosters = new RosterBook();
    const ops = await rosters.check(practice, joined.roster);
    if (!ops.ok) return err('refused');
    rosters.add(ops.value);
    const roster = rosters.get(practice);
    const own = roster?.devices.get(deviceId(sign.publicKey));
    const label = roster === undefined ? undefined : openPracticeLabel(joined.contactKey, roster.label);
    const asTold =
      own?.status === 'active' &&
      own.role === offered.role &&
      bytesEqual(own.boxKey, box.publicKey) &&
      roster?.devices.get(host)?.status === 'active';
    if (roster === undefined || label === undefined || !asTold) return err('refused');

    const { contactKey, book, relays } = joined;
    const self = {
      practice,
      sign,
      box,
      contactKey,
      book,
      rootBoxKey: roster.rootBoxKey,
      practiceName: label.practiceName,
      role: offered.role as Role,
      ...this.#names,
    };
    const { passphrase, signInName } = input;
    const settings = newSettings(ports, true, relays);
    const made = await newFirstVault(ports, store, { self, settings, passphrase, signInName });
    const sealed = [...made.writes, made.records.write(arrivingKey, newArriving)];
    made.records.wipe();
    const kept = await store.commit({ ops: ops.value.map(storedRosterOp), sealed });
    return kept.ok ? ok(made.vaultKey) : err('storage');
  }
}

function failureOf(message: MeetingMessage | undefined, signal: AbortSignal): JoinFailure {
  if (signal.aborted) return 'cancelled';
  if (message === undefined) return 'connection-lost';
  return message.kind === 'refuse' ? refusalFailure(message.reason) : 'refused';
}

export function refusalFailure(reason: MeetingRefusal): 'expired' | 'withdrawn' | 'used' | 'refused' {
  return reason === 'unknown' || reason === 'already-peers' ? 'refused' : reason;
}
