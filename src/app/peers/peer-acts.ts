/** Other practices and the way to them, as the screens see it: how practices meet, who they are, how far they are up to date. Types only. */
import type { PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { Role, WriteFailure } from '../session.ts';

export interface Peers {
  readonly peers: readonly Peer[];
  readonly invitations: readonly PendingInvitation[];

  createInvitation(): Promise<Result<PendingInvitation, WriteFailure>>;
  withdrawInvitation(id: string): Promise<void>;
  /** Link or short text as pasted. Resolves when both sides are connected and pinned. */
  acceptInvitation(text: string, signal: AbortSignal): Promise<Result<Peer, InvitationFailure>>;
  /** The person compared the safety phrase with the other side. */
  confirmSafetyPhrase(practice: PracticeId): Promise<void>;
}

export interface Peer {
  readonly id: PracticeId;
  readonly name: string;
  readonly personName: string;
  readonly safetyPhrase: string;
  readonly safetyPhraseConfirmed: boolean;
  readonly connection: 'direct' | 'relayed' | 'none';
  /** ISO date-time when last connected. */
  readonly lastSeen?: string;
  /** Charts of ours it may read now, and charts of its that we may read now. */
  readonly chartsGiven: number;
  readonly chartsReceived: number;
  readonly setAside: number;
  /** Devices of it that are connected and not yet told all, or have not yet said that they took it. */
  readonly waiting: number;
  /** Charts written here that it may have and has not said to hold. */
  readonly unconfirmed: number;
  /** ISO date-time when it last held all that was written here for it; left out: never yet. */
  readonly upToDateAt?: string;
}

/** What is on its way here after a reconnection: of the charts that differed, how many are dealt with. */
export interface Receiving {
  readonly practice: PracticeId;
  /** The practice, or the device of this one. */
  readonly from: string;
  readonly done: number;
  readonly total: number;
}

export interface PendingInvitation {
  readonly id: string;
  /** For another practice to meet, or for a device to join this one. */
  readonly kind: 'practice' | 'device';
  /** What the device is to be. */
  readonly role?: Role;
  readonly link: string;
  readonly shortText: string;
  /** ISO date-time. */
  readonly expires: string;
  readonly state: 'waiting' | 'used' | 'expired' | 'withdrawn';
}

export type InvitationFailure =
  | 'not-allowed'
  | 'not-an-invitation'
  | 'typing-error'
  /** It lets a device join its practice; two practices do not meet by it. */
  | 'invites-a-device'
  | 'expired'
  | 'withdrawn'
  | 'used'
  | 'own-invitation'
  | 'already-peers'
  | 'not-reachable'
  | 'refused'
  | 'cancelled'
  | 'sharing-is-off'
  | 'storage';

export interface NetworkStatus {
  /** 'off': own charts only. 'offline': the browser says there is no network. */
  readonly state: 'off' | 'offline' | 'connecting' | 'ready';
  readonly relays: readonly { readonly address: string; readonly state: 'connected' | 'connecting' | 'failing' }[];
  readonly connectedPeers: number;
  /** From whom something is on its way here; mostly nobody. */
  readonly receiving: readonly Receiving[];
}
