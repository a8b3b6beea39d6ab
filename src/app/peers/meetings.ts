/**
 * Meeting other practices (ID-7) as host and as guest, and introducing a device of ours that a peer does not know yet. Owns
 * what is pinned when: a contact is kept only after the other side proved the secret for exactly these devices and practices.
 */
import type { Bytes } from '../../base/bytes.ts';
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { invitationIdOf, parseInvitation } from '../../access/invitation.ts';
import {
  isMeetingProof,
  meetingProof,
  type MeetingMessages,
  type MeetingRefusal,
  type Parties,
} from '../../access/meeting.ts';
import { openDeviceLabel, openPracticeLabel } from '../../access/labels.ts';
import type { Connection } from '../../net/transport.ts';
import type { Contacts } from './contacts.ts';
import type { Invitations } from '../joining/invitations.ts';
import { MeetingLine } from '../../net/meeting-line.ts';
import type { MeetingTransport } from '../ports.ts';
import type { PracticeContext } from '../practice-context.ts';
import { removalOf, rosterBytes, takeRoster } from '../../replica/introductions.ts';
import { storedRosterOp } from '../../replica/roster-book.ts';
import type { InvitationFailure } from './peer-acts.ts';

export interface MeetingsInit {
  readonly context: PracticeContext;
  readonly contacts: Contacts;
  readonly invitations: Invitations;
  readonly transport: Pick<MeetingTransport, 'meetings' | 'addresses' | 'allowChanged'>;
  /** A practice was met, or introduced a new device. */
  readonly met: (practice: PracticeId) => void;
  /** Operations of the own roster came. */
  readonly ownRosterCame: () => void;
  /** Who answers devices that want to be, or are, of the own practice. */
  readonly hearers: MeetingHearers;
}

/** One for each first message that is not about two practices meeting. */
export type MeetingHearers = {
  readonly [K in 'join' | 'wantKeys' | 'recover']: (line: MeetingLine, first: MeetingMessages[K]) => Promise<void>;
};

export class Meetings {
  readonly #init: MeetingsInit;
  readonly #stop: () => void;

  constructor(init: MeetingsInit) {
    this.#init = init;
    const asGuest = this.#calling;
    this.#stop = init.transport.meetings.onConnection((connection) => {
      if (!asGuest.has(connection.device)) init.context.inBackground(this.#receive(connection));
    });
  }

  /** Devices this side is calling: what they open is ours to speak on first. */
  readonly #calling = new Set<DeviceId>();
  /** Devices that are being heard: a call of ours would go over their line. */
  readonly #hearing = new Set<DeviceId>();

  close(): void {
    this.#stop();
  }

  // ------------------------------------------------------------------------------------------------------ guest

  async accept(typed: string, signal: AbortSignal): Promise<Result<PracticeId, InvitationFailure>> {
    const { context, transport, contacts } = this.#init;
    const parsed = parseInvitation(typed);
    if (!parsed.ok) return parsed;
    const { kind, device, secret, practice: expected, addresses } = parsed.value;
    if (kind === 'device') return err('invites-a-device');
    if (device === context.self.device || expected === context.self.practice) return err('own-invitation');
    if (expected !== undefined && contacts.get(expected) !== undefined) return err('already-peers');

    this.#calling.add(device);
    try {
      const reached = await transport.meetings.dial(device, [...addresses, ...transport.addresses()], signal);
      if (signal.aborted) return err('cancelled');
      if (!reached.ok) return err(reached.reason === 'not-allowed' ? 'withdrawn' : 'not-reachable');
      const line = new MeetingLine(reached.value, context.ports.timers);
      try {
        return await this.#ask(line, secret, expected, signal);
      } finally {
        line.close();
      }
    } finally {
      this.#calling.delete(device);
    }
  }

  async #ask(
    line: MeetingLine,
    secret: Bytes,
    expected: PracticeId | undefined,
    signal: AbortSignal,
  ): Promise<Result<PracticeId, InvitationFailure>> {
    const { self } = this.#init.context;
    const guest = { device: self.device, practice: self.practice };
    const host = line.connection.device;
    // A short text does not say who invites: the proof is then first made for the device alone, by naming our own side twice.
    const asked = { host: { device: host, practice: expected ?? self.practice }, guest };
    await line.say({
      kind: 'ask',
      invitation: invitationIdOf(secret),
      practice: self.practice,
      roster: this.#ownRoster(),
      proof: meetingProof('guest', secret, asked),
    });
    const answer = await line.hear(signal);
    if (signal.aborted) return err('cancelled');
    if (answer === undefined) return err('not-reachable');
    if (answer.kind === 'refuse') return err(refusalFailure(answer.reason));
    if (answer.kind !== 'welcome') return err('refused');
    const parties: Parties = { host: { device: host, practice: answer.practice }, guest };
    if (expected !== undefined && answer.practice !== expected) return err('refused');
    if (!isMeetingProof(answer.proof, 'host', secret, parties)) return err('refused');
    const kept = await this.#keep(answer.practice, host, answer);
    if (!kept) return err('refused');
    await line.say({ kind: 'thanks', contactKey: self.contactKey, addresses: this.#init.transport.addresses() });
    await line.hear(signal);
    this.#init.met(answer.practice);
    return ok(answer.practice);
  }

  /** A line to a device of a practice we know. Whoever asked for it closes it. */
  async call(device: DeviceId, addresses: readonly string[]): Promise<MeetingLine | undefined> {
    const { context, transport } = this.#init;
    if (this.#hearing.has(device)) return undefined;
    this.#calling.add(device);
    try {
      const reached = await transport.meetings.dial(device, addresses);
      return reached.ok ? new MeetingLine(reached.value, context.ports.timers) : undefined;
    } finally {
      this.#calling.delete(device);
    }
  }

  /**
   * A device of ours that another's roster copy lacks says so, with the roster that proves it; and hears, if it was removed
   * meanwhile, that it was.
   */
  async introduce(device: DeviceId, addresses: readonly string[]): Promise<boolean> {
    const { self } = this.#init.context;
    const line = await this.call(device, addresses);
    if (line === undefined) return false;
    await line.say({ kind: 'introduce', practice: self.practice, roster: this.#ownRoster() });
    const answer = await line.hear();
    // Not knowing that it was added, it asked to join at the same moment: both calls are this line.
    if (answer?.kind === 'join') {
      await this.#init.hearers.join(line, answer);
      return false;
    }
    line.close();
    if (answer?.kind === 'removed') await this.#takeOwnRoster(answer.roster);
    return answer?.kind === 'done';
  }

  /** A keeper calls nobody: that it was removed it hears by a call. True when it answered, whatever it said. */
  async tellRemoved(keeper: DeviceId, addresses: readonly string[]): Promise<boolean> {
    const { rosters, self } = this.#init.context;
    const line = await this.call(keeper, addresses);
    if (line === undefined) return false;
    const { practice } = self;
    await line.say({ kind: 'introduce', practice, roster: removalOf(rosters.get(practice), keeper) });
    const answer = await line.hear();
    line.close();
    return answer !== undefined;
  }

  // ------------------------------------------------------------------------------------------------------- host

  async #receive(connection: Connection): Promise<void> {
    const line = new MeetingLine(connection, this.#init.context.ports.timers);
    this.#hearing.add(connection.device);
    void line.ended.then(() => this.#hearing.delete(connection.device));
    const first = await line.hear();
    const { hearers } = this.#init;
    switch (first?.kind) {
      case 'ask':
        return this.#host(line, first);
      case 'introduce':
        return this.#hearIntroduction(line, first);
      case 'join':
        return hearers.join(line, first);
      case 'wantKeys':
        return hearers.wantKeys(line, first);
      case 'recover':
        return hearers.recover(line, first);
      default:
        line.close();
    }
  }

  async #host(line: MeetingLine, ask: MeetingMessages['ask']): Promise<void> {
    const { context, invitations, transport } = this.#init;
    const { self } = context;
    const refuse = async (reason: MeetingRefusal): Promise<void> => {
      context.diagnostics.count('invitation', reason);
      await line.say({ kind: 'refuse', reason });
    };
    const invited = invitations.secretFor(ask.invitation, ask.practice, ['practice']);
    if (!invited.ok) return refuse(invited.reason);
    const { secret } = invited.value;
    const guest = { device: line.connection.device, practice: ask.practice };
    const parties: Parties = { host: { device: self.device, practice: self.practice }, guest };
    const unnamed: Parties = { host: { device: self.device, practice: ask.practice }, guest };
    const proved = [parties, unnamed].some((one) => isMeetingProof(ask.proof, 'guest', secret, one));
    if (!proved) return refuse('refused');
    const used = await context.exclusively(() => invitations.use(ask.invitation, ask.practice, ['practice']));
    if (!used.ok) return refuse(used.reason);
    await line.say({
      kind: 'welcome',
      practice: self.practice,
      roster: this.#ownRoster(),
      contactKey: self.contactKey,
      addresses: transport.addresses(),
      proof: meetingProof('host', secret, parties),
    });
    const thanks = await line.hear();
    if (thanks?.kind !== 'thanks') return;
    const kept = await this.#keep(ask.practice, guest.device, { ...thanks, roster: ask.roster });
    if (!kept) return refuse('refused');
    await line.say({ kind: 'done' });
    this.#init.met(ask.practice);
  }

  async #hearIntroduction(line: MeetingLine, { practice, roster }: MeetingMessages['introduce']): Promise<void> {
    const { context, contacts, transport, met } = this.#init;
    const { device } = line.connection;
    const isOwn = practice === context.self.practice;
    const known = contacts.get(practice) !== undefined || isOwn;
    if (known && (await takeRoster(context, practice, [device], roster))) {
      if (isOwn) this.#init.ownRosterCame();
      transport.allowChanged();
      await line.say({ kind: 'done' });
      met(practice);
      return;
    }
    const removal = known ? removalOf(context.rosters.get(practice), device) : [];
    await line.say(removal.length > 0 ? { kind: 'removed', roster: removal } : { kind: 'refuse', reason: 'refused' });
  }

  // ------------------------------------------------------------------------------------------------------- both

  async #keep(
    practice: PracticeId,
    device: DeviceId,
    said: { readonly roster: readonly Bytes[]; readonly contactKey: Bytes; readonly addresses: readonly string[] },
  ): Promise<boolean> {
    const { context, contacts } = this.#init;
    if (!(await takeRoster(context, practice, [device], said.roster))) return false;
    const roster = context.rosters.mustGet(practice);
    const label = roster.devices.get(device)?.label;
    const person = label === undefined ? undefined : openDeviceLabel(said.contactKey, label);
    const kept = await context.exclusively(() =>
      contacts.put({
        practice,
        contactKey: said.contactKey,
        addresses: said.addresses,
        name: openPracticeLabel(said.contactKey, roster.label)?.practiceName ?? '',
        personName: person?.personName ?? '',
        safetyPhraseConfirmed: contacts.get(practice)?.safetyPhraseConfirmed ?? false,
        metAtMs: context.timeMs(),
      }),
    );
    return kept.ok;
  }

  /** What a device of ours, or of a peer, says of our own roster counts by its signatures alone. */
  async #takeOwnRoster(ops: readonly Bytes[]): Promise<void> {
    const { context, ownRosterCame } = this.#init;
    const { rosters, content, charters, self } = context;
    const isNew = await context.exclusively(async () => {
      const checked = await rosters.check(self.practice, ops);
      if (!checked.ok || checked.value.length === 0) return false;
      const kept = await content.commit({ ops: checked.value.map(storedRosterOp) });
      if (!kept.ok) return false;
      charters.rosterChanged(rosters.add(checked.value));
      return true;
    });
    if (isNew) ownRosterCame();
  }

  #ownRoster(): readonly Bytes[] {
    const { rosters, self } = this.#init.context;
    return rosterBytes(rosters.mustGet(self.practice));
  }
}

function refusalFailure(reason: MeetingRefusal): InvitationFailure {
  return reason === 'unknown' ? 'refused' : reason;
}
