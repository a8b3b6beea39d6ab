/**
 * Invitations this device gave out, to practices and to devices of its own: their secrets, ends and fates, one sealed record.
 * What one is good for, and single use, is decided here alone.
 */
import { fromHex, toHex, type Bytes } from '../../base/bytes.ts';
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import {
  invitationIdOf,
  invitationLink,
  invitationShortText,
  newSecret,
  type InvitationKind,
} from '../../access/invitation.ts';
import type { MeetingRefusal } from '../../access/meeting.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { PendingInvitation } from '../peers/peer-acts.ts';
import type { Role, WriteFailure } from '../session.ts';

const hourMs = 60 * 60 * 1000;
/** A practice: long enough to reach someone who is not at work today. A device is usually in the same room. */
const lifetimeMs: Readonly<Record<InvitationKind, number>> = { practice: 7 * 24 * hourMs, device: hourMs };
/** Ended ones are shown for a while, so that "used" and "withdrawn" can be seen. */
const keptAfterEnd = 20;

/** What an invitation lets its bearer ask for. */
export type InvitedTo = { readonly kind: 'practice' } | { readonly kind: 'device'; readonly role: Role };

interface GivenInvitation {
  readonly id: string;
  /** Left out of a record of before devices could be invited. */
  readonly invitedTo?: InvitedTo;
  readonly secret: string;
  readonly expiresMs: number;
  readonly addresses: readonly string[];
  readonly state: 'waiting' | 'withdrawn' | 'used';
  /** Who used it: the same practice, or device, may finish a meeting that broke off. */
  readonly usedBy?: PracticeId | DeviceId;
}

const recordKey = 'invitations';

export class Invitations {
  readonly #context: PracticeContext;
  #given: readonly GivenInvitation[] = [];

  private constructor(context: PracticeContext) {
    this.#context = context;
  }

  static async open(context: PracticeContext): Promise<Invitations> {
    const invitations = new Invitations(context);
    invitations.#given =
      (await context.records.read(recordKey, (value) =>
        Array.isArray(value) ? (value as GivenInvitation[]) : undefined,
      )) ?? [];
    return invitations;
  }

  get anyWaiting(): boolean {
    return this.#given.some((given) => this.#stateOf(given) === 'waiting');
  }

  get shown(): readonly PendingInvitation[] {
    const { self, ports } = this.#context;
    return this.#given.map((given) => {
      const secret = mustBeBytes(given.secret);
      const { practice, device } = self;
      const { addresses, expiresMs } = given;
      const invitedTo = invitedToOf(given);
      const { kind } = invitedTo;
      return {
        id: given.id,
        ...invitedTo,
        link: invitationLink({ kind, practice, device, secret, expiresMs, addresses }, ports.pageAddress),
        shortText: invitationShortText({ kind, device, secret }),
        expires: new Date(expiresMs).toISOString(),
        state: this.#stateOf(given),
      };
    });
  }

  async create(invitedTo: InvitedTo, addresses: readonly string[]): Promise<Result<PendingInvitation, WriteFailure>> {
    const secret = newSecret(this.#context.ports.random);
    const given: GivenInvitation = {
      id: invitationIdOf(secret),
      invitedTo,
      secret: toHex(secret),
      expiresMs: this.#context.timeMs() + lifetimeMs[invitedTo.kind],
      addresses,
      state: 'waiting',
    };
    const kept = await this.#keep([given, ...this.#given]);
    const shown = this.shown.find(({ id }) => id === given.id);
    if (!kept.ok) return kept;
    if (shown === undefined) throw new Error('an invitation just kept is shown');
    return ok(shown);
  }

  async withdraw(id: string): Promise<void> {
    await this.#change(id, { state: 'withdrawn' });
  }

  /** The secret, if it was given for this, and this practice or device may use it now. */
  secretFor(
    id: string,
    guest: PracticeId | DeviceId,
    kinds: readonly InvitationKind[],
  ): Result<{ readonly secret: Bytes; readonly invitedTo: InvitedTo }, MeetingRefusal> {
    const given = this.#given.find((one) => one.id === id);
    if (given === undefined) return err('unknown');
    const invitedTo = invitedToOf(given);
    if (!kinds.includes(invitedTo.kind)) return err('refused');
    const state = this.#stateOf(given);
    // Whoever used it may finish a meeting that broke off.
    if (state !== 'waiting' && !(state === 'used' && given.usedBy === guest)) return err(state);
    return ok({ secret: mustBeBytes(given.secret), invitedTo });
  }

  /** Inside the queue only: of two guests who proved the secret at the same moment, one comes first. */
  async use(
    id: string,
    guest: PracticeId | DeviceId,
    kinds: readonly InvitationKind[],
  ): Promise<Result<void, MeetingRefusal>> {
    const may = this.secretFor(id, guest, kinds);
    if (!may.ok) return may;
    const kept = await this.#change(id, { state: 'used', usedBy: guest });
    return kept.ok ? ok(undefined) : err('refused');
  }

  #stateOf({ state, expiresMs }: GivenInvitation): PendingInvitation['state'] {
    return state === 'waiting' && this.#context.timeMs() > expiresMs ? 'expired' : state;
  }

  #change(id: string, change: Partial<GivenInvitation>): Promise<Result<void, WriteFailure>> {
    return this.#keep(this.#given.map((given) => (given.id === id ? { ...given, ...change } : given)));
  }

  async #keep(given: readonly GivenInvitation[]): Promise<Result<void, WriteFailure>> {
    const waiting = given.filter((one) => this.#stateOf(one) === 'waiting');
    const ended = given.filter((one) => this.#stateOf(one) !== 'waiting').slice(0, keptAfterEnd);
    const kept = await this.#context.content.commit({
      sealed: [this.#context.records.write(recordKey, [...waiting, ...ended])],
    });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    this.#given = [...waiting, ...ended];
    return ok(undefined);
  }
}

function invitedToOf({ invitedTo }: GivenInvitation): InvitedTo {
  return invitedTo ?? { kind: 'practice' };
}

function mustBeBytes(hex: string): Bytes {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('a kept secret is hex');
  return bytes;
}
