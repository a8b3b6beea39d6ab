/**
 * The admin's side of a device that joins (ID-3): proves the invitation's secret, shows the code, and only when a person says
 * that it is the same proposes the device, signs what the device signed, and tells it what it needs. Owns who waits at the
 * door. A wrong code spends the invitation: somebody else has its secret.
 */
import { bytesEqual, toHex, type Bytes } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import {
  isJoinProof,
  joinCode,
  newJoinNonce,
  offerProof,
  type Joining,
  type JoiningMessages,
  type Offered,
} from '../../access/joining.ts';
import { invitationIdOf } from '../../access/invitation.ts';
import { sealDeviceLabel } from '../../access/labels.ts';
import type { MeetingRefusal } from '../../access/meeting.ts';
import { assembleAddDevice, proposeDevice } from '../../access/roster-builders.ts';
import { isAcceptableBoxKey } from '../../crypto/box.ts';
import type { Invitations } from './invitations.ts';
import { personTimeoutMs, type MeetingLine } from '../../net/meeting-line.ts';
import { rosterBytes } from '../../replica/introductions.ts';
import type { AddKeeperFailure, JoinRequest } from '../people/people-acts.ts';
import { juniorRank } from '../people/people-adding.ts';
import { mayManage, type OwnRoster } from '../people/people-roster.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Settings, WriteFailure } from '../session.ts';

export interface JoiningHostParts {
  readonly context: PracticeContext;
  readonly invitations: Invitations;
  readonly roster: OwnRoster;
  readonly settings: () => Settings;
  /** Requests came or went. */
  readonly changed: () => void;
  /** Every chart is in memory, from which siblings are answered. */
  readonly chartsSettled: () => Promise<void>;
}

type Answered = Result<void, WriteFailure | 'gone'>;

interface Waiting {
  readonly request: JoinRequest;
  readonly answer: (accept: boolean) => Promise<Answered>;
}

/** Machines of one clinic that are set up at the same time; each has proved an invitation's secret. */
const maxWaiting = 8;

/** The person's side is told a link has at most so many addresses (joining.ts). */
const maxRelays = 8;

export class JoiningHost {
  readonly #parts: JoiningHostParts;
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: JoiningHostParts) {
    this.#parts = parts;
  }

  get requests(): readonly JoinRequest[] {
    return [...this.#waiting.values()].map(({ request }) => request);
  }

  async answer(id: string, accept: boolean): Promise<Answered> {
    return this.#waiting.get(id)?.answer(accept) ?? err('gone');
  }

  /** A guest said `join`. Ends when a person has answered, or it was refused or went away; what follows a yes is of `answer`. */
  async hear(line: MeetingLine, join: JoiningMessages['join']): Promise<void> {
    const { context, invitations, roster } = this.#parts;
    const { self, diagnostics, ports } = context;
    const guest = line.connection.device;
    const refuse = async (reason: MeetingRefusal): Promise<void> => {
      diagnostics.count('join', reason);
      await line.say({ kind: 'refuse', reason });
    };
    const invited = invitations.secretFor(join.invitation, guest, ['device']);
    if (!invited.ok) return refuse(invited.reason);
    const { secret, invitedTo } = invited.value;
    const { boxKey, personName, deviceName } = join;
    const joining = { host: self.device, guest, boxKey, personName, deviceName };
    if (invitedTo.kind !== 'device' || !isJoinProof(join.proof, secret, joining)) return refuse('refused');
    // It was added, and the last message did not reach it.
    if (this.#isAdded(joining)) {
      await this.#tell(line);
      return;
    }
    const isKnown = roster.state.devices.has(guest);
    if (!mayManage(context) || isKnown || !isAcceptableBoxKey(boxKey)) return refuse('refused');
    if (this.#waiting.size >= maxWaiting) return refuse('refused');

    const { role } = invitedTo;
    const offered: Offered = { ...joining, practice: self.practice, role, nonce: newJoinNonce(ports.random) };
    const { practice, nonce } = offered;
    await line.say({ kind: 'offer', practice, role, nonce, proof: offerProof(secret, offered) });
    const shortCode = joinCode(secret, offered);
    const request = { id: toHex(nonce), shortCode, personName, deviceName, role };
    const accepted = await this.#askPerson(line, request, async () => {
      const used = await context.exclusively(() => invitations.use(join.invitation, guest, ['device']));
      // Another machine with the same secret was let in meanwhile.
      if (!used.ok) await refuse(used.reason);
      return used.ok ? this.#add(line, offered, refuse, () => this.#tell(line)) : err('gone');
    });
    if (accepted === false) {
      await context.exclusively(() => invitations.withdraw(join.invitation));
      await refuse('refused');
    }
  }

  /**
   * A line to a keeper, by its pairing text. Resolves when its code waits to be compared; the keeper has no person of its own,
   * and is handed no contact key: the names in the roster are not for it.
   */
  async hearKeeper(line: MeetingLine, secret: Bytes, signal: AbortSignal): Promise<Result<void, AddKeeperFailure>> {
    const { context, roster } = this.#parts;
    const { self, ports } = context;
    const guest = line.connection.device;
    await line.say({ kind: 'wantKeeper', invitation: invitationIdOf(secret) });
    const said = await line.hear(signal);
    if (signal.aborted) return err('cancelled');
    if (said?.kind === 'refuse') return err(said.reason === 'unknown' ? 'pairing-is-old' : 'taken');
    if (said?.kind !== 'keeper') return err('connection-lost');
    const { boxKey, deviceName, addresses } = said;
    const joining = { host: self.device, guest, boxKey, personName: '', deviceName, addresses };
    const mayAdd = mayManage(context) && !roster.state.devices.has(guest) && this.#waiting.size < maxWaiting;
    if (!mayAdd || !isJoinProof(said.proof, secret, joining) || !isAcceptableBoxKey(boxKey)) return err('refused');

    const { practice } = self;
    const offered: Offered = { ...joining, practice, role: 'keeper', nonce: newJoinNonce(ports.random) };
    const { role, nonce } = offered;
    await line.say({ kind: 'offer', practice, role, nonce, proof: offerProof(secret, offered) });
    const request = { id: toHex(nonce), shortCode: joinCode(secret, offered), personName: '', deviceName, role };
    const refuse = async (reason: MeetingRefusal): Promise<void> => {
      await line.say({ kind: 'refuse', reason });
    };
    const asked = this.#askPerson(line, request, () =>
      this.#add(line, offered, refuse, async () => {
        await line.say({ kind: 'introduce', practice, roster: rosterBytes(roster.state) });
        await line.hear();
        return ok(undefined);
      }),
    );
    context.inBackground(
      asked.then(async (accepted) => {
        if (accepted === false) await refuse('refused');
        if (accepted !== true) line.close();
      }),
    );
    return ok(undefined);
  }

  /** Undefined when nobody answered before the guest went away. */
  #askPerson(line: MeetingLine, request: JoinRequest, add: () => Promise<Answered>): Promise<boolean | undefined> {
    const { context, changed } = this.#parts;
    return new Promise((resolve) => {
      const end = (answer: boolean | undefined): void => {
        cancel();
        this.#waiting.delete(request.id);
        changed();
        resolve(answer);
      };
      const cancel = context.ports.timers.after(personTimeoutMs, () => {
        end(undefined);
        line.close();
      });
      void line.ended.then(() => {
        if (this.#waiting.has(request.id)) end(undefined);
      });
      this.#waiting.set(request.id, {
        request,
        answer: async (accept) => {
          end(accept);
          return accept ? add() : ok(undefined);
        },
      });
      changed();
    });
  }

  async #add(
    line: MeetingLine,
    offered: Offered,
    refuse: (reason: 'refused') => Promise<void>,
    tell: () => Promise<Answered>,
  ): Promise<Answered> {
    const { context, roster, chartsSettled } = this.#parts;
    const { guest, boxKey, role, personName, deviceName, addresses } = offered;
    const { self, ports } = context;
    const joined = await context.exclusively(() => roster.withJoinedHeads());
    if (!joined.ok) return joined;
    const names = { personName, deviceName, profession: role, ...(addresses === undefined ? {} : { addresses }) };
    const label = sealDeviceLabel(self.contactKey, names, ports.random);
    const added = { device: guest, boxKey, role, rank: juniorRank(context), label };
    const op = proposeDevice(roster.state, self.device, added, context.timeMs());
    // Its earlier line was slow, not broken: it was added while it asked anew.
    if (!op.ok && this.#isAdded(offered)) return tell();
    if (!op.ok) {
      await refuse('refused');
      return err('not-allowed');
    }
    await line.say({ kind: 'propose', op: op.value });
    const agreed = await line.hear();
    if (agreed?.kind !== 'agree') return err('gone');
    await chartsSettled();
    const kept = await context.exclusively(async (): Promise<Answered> => {
      const made = await assembleAddDevice(roster.state, self.sign, op.value, agreed.signature);
      return made.ok ? roster.keep([made.value]) : err('not-allowed');
    });
    if (!kept.ok) {
      await refuse('refused');
      return kept;
    }
    return tell();
  }

  #isAdded({ guest, boxKey }: Joining): boolean {
    const member = this.#parts.roster.state.devices.get(guest);
    return member?.status === 'active' && bytesEqual(member.boxKey, boxKey);
  }

  /** What a member needs to begin: secret for anyone else, so it comes last. */
  async #tell(line: MeetingLine): Promise<Answered> {
    const { context, roster, settings } = this.#parts;
    const { contactKey, book } = context.self;
    await line.say({
      kind: 'joined',
      roster: rosterBytes(roster.state),
      contactKey,
      book,
      relays: settings().relays.slice(0, maxRelays),
    });
    return ok(undefined);
  }
}
