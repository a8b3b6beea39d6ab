/**
 * The practices this one has met, for whoever is at work: who they are, and the acts by which practices meet.
 * Holds no rule: contacts are in the practice book, meetings in meetings.ts.
 */
import type { PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { safetyPhrase } from '../../crypto/safety-phrase.ts';
import type { Contact, Contacts } from './contacts.ts';
import type { InvitedTo, Invitations } from '../joining/invitations.ts';
import type { Network } from './network.ts';
import type { PeerAgreement } from './peer-agreement.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { InvitationFailure, Peer, PendingInvitation } from './peer-acts.ts';
import type { Settings, WriteFailure } from '../session.ts';

interface PeersParts {
  readonly context: PracticeContext;
  readonly contacts: Contacts;
  readonly invitations: Invitations;
  readonly agreement: PeerAgreement;
  readonly saving: Saving;
  readonly settings: () => Settings;
  readonly network: () => Pick<Network, 'accept' | 'addresses' | 'allowChanged' | 'peerState'>;
  readonly mayManage: () => boolean;
  readonly changed: () => void;
}

export class PracticePeers {
  readonly #parts: PeersParts;

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  get all(): readonly Peer[] {
    return this.#parts.contacts.all.map((contact) => this.#peer(contact));
  }

  #peer({ practice, personName, safetyPhraseConfirmed }: Contact): Peer {
    const { context, contacts, network } = this.#parts;
    const { self, index } = context;
    const { given, received, setAside } = index.countWith(practice);
    const { connection, lastSeen, waiting } = network().peerState(practice);
    return {
      id: practice,
      name: contacts.nameOf(practice),
      personName,
      safetyPhrase: safetyPhrase(self.practice, practice),
      safetyPhraseConfirmed,
      connection,
      ...(lastSeen === undefined ? {} : { lastSeen }),
      chartsGiven: given,
      chartsReceived: received,
      setAside,
      waiting,
      ...this.#parts.agreement.of(practice),
    };
  }

  createInvitation(): Promise<Result<PendingInvitation, WriteFailure>> {
    return this.#parts.mayManage() ? this.invite({ kind: 'practice' }) : Promise.resolve(err('not-allowed'));
  }

  /** A practice to meet, or a device of the own one: whoever asks has looked whether it may. */
  async invite(invitedTo: InvitedTo): Promise<Result<PendingInvitation, WriteFailure>> {
    const { context, invitations, network, saving, changed } = this.#parts;
    const created = await saving.watch(context.exclusively(() => invitations.create(invitedTo, network().addresses())));
    network().allowChanged();
    changed();
    return created;
  }

  async withdrawInvitation(id: string): Promise<void> {
    await this.#parts.context.exclusively(() => this.#parts.invitations.withdraw(id));
    this.#parts.changed();
  }

  async accept(text: string, signal: AbortSignal): Promise<Result<Peer, InvitationFailure>> {
    const { settings, mayManage, network, contacts } = this.#parts;
    if (!settings().sharing) return err('sharing-is-off');
    // Who the practice meets is its administrators' to say, and kept where only they write.
    if (!mayManage()) return err('not-allowed');
    const met = await network().accept(text, signal);
    if (!met.ok) return met;
    const contact = contacts.get(met.value);
    if (contact === undefined) throw new Error('a practice just met is a peer');
    return ok(this.#peer(contact));
  }

  async confirmSafetyPhrase(practice: PracticeId): Promise<void> {
    const { context, contacts, saving, changed } = this.#parts;
    const kept = context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      const contact = contacts.get(practice);
      return contact === undefined ? err('not-found') : contacts.put({ ...contact, safetyPhraseConfirmed: true });
    });
    await saving.watch(kept);
    changed();
  }
}
