/** Invitations this device gave out: their secrets, ends and fates, one sealed record. Single use is decided here alone. */
import { fromHex, toHex, type Bytes } from '../base/bytes.ts';
import type { PracticeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { invitationIdOf, invitationLink, invitationShortText, newSecret } from '../access/invitation.ts';
import type { MeetingRefusal } from '../access/meeting.ts';
import { writeFailureOf, type PracticeContext } from './practice-context.ts';
import type { PendingInvitation, WriteFailure } from './session.ts';

/** Long enough to reach someone who is not at work today. */
const lifetimeMs = 7 * 24 * 60 * 60 * 1000;
/** Ended ones are shown for a while, so that "used" and "withdrawn" can be seen. */
const keptAfterEnd = 20;

interface GivenInvitation {
  readonly id: string;
  readonly secret: string;
  readonly expiresMs: number;
  readonly addresses: readonly string[];
  readonly state: 'waiting' | 'withdrawn' | 'used';
  /** Who used it: the same practice may finish a meeting that broke off. */
  readonly usedBy?: PracticeId;
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
      return {
        id: given.id,
        link: invitationLink({ practice, device, secret, expiresMs, addresses }, ports.pageAddress),
        shortText: invitationShortText({ device, secret }),
        expires: new Date(expiresMs).toISOString(),
        state: this.#stateOf(given),
      };
    });
  }

  async create(addresses: readonly string[]): Promise<Result<PendingInvitation, WriteFailure>> {
    const secret = newSecret(this.#context.ports.random);
    const given: GivenInvitation = {
      id: invitationIdOf(secret),
      secret: toHex(secret),
      expiresMs: this.#context.timeMs() + lifetimeMs,
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

  /** The secret, if this practice may use it now. */
  secretFor(id: string, guest: PracticeId): Result<Bytes, MeetingRefusal> {
    const given = this.#given.find((one) => one.id === id);
    if (given === undefined) return err('unknown');
    const state = this.#stateOf(given);
    // Whoever used it may finish a meeting that broke off.
    if (state === 'waiting' || (state === 'used' && given.usedBy === guest)) return ok(mustBeBytes(given.secret));
    return err(state);
  }

  /** Inside the queue only: of two guests who proved the secret at the same moment, one comes first. */
  async use(id: string, guest: PracticeId): Promise<Result<void, MeetingRefusal>> {
    const may = this.secretFor(id, guest);
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

function mustBeBytes(hex: string): Bytes {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('a kept secret is hex');
  return bytes;
}
