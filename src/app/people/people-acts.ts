/**
 * The people and devices of one practice, as the screens see and change them: who may work where, joining by an invitation,
 * recovery from somebody who holds the data. Types only. A device is one person's keys in one browser profile, so "adding a
 * person here" and "pairing another machine" are both one new device of the roster (ID-3).
 */
import type { DeviceId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { UnlockFailure } from '../door/door-acts.ts';
import type { PendingInvitation } from '../peers/peer-acts.ts';
import type { Role, Session, WriteFailure } from '../session.ts';

// ---------------------------------------------------------------------------------------------- before unlocking

/** Someone who works at this browser profile. One vault is one person: own keys, own passphrase, own chains. */
export interface PersonHere {
  /** '' for the first. */
  readonly vault: string;
  /** What the person chose to be called at this door: stored in the clear, so by default initials. */
  readonly signInName: string;
}

export interface JoinInput {
  /** Link, short text, or what the QR code holds. */
  readonly invitation: string;
  readonly personName: string;
  readonly deviceName: string;
  readonly signInName: string;
  readonly passphrase: string;
}

export interface JoinTold {
  /** The six digits to compare with the other screen; the other side answers, nothing is to be pressed here. */
  readonly code: (shortCode: string, offer: { readonly role: Role }) => void;
  /** Charts whose keys are here, of all. */
  readonly progress: (done: number, total: number) => void;
}

export type JoinFailure =
  | UnlockFailure
  | 'not-an-invitation'
  | 'typing-error'
  /** An invitation for another practice to meet, not for a device to join. */
  | 'invites-a-practice'
  | 'expired'
  | 'withdrawn'
  | 'used'
  | 'not-reachable'
  /** The codes differed, or whoever was asked said no. */
  | 'refused'
  | 'connection-lost'
  | 'cancelled';

export interface RecoverFromPeerInput {
  readonly recoveryPhrase: string;
  /** Of a device of the own practice, or of a practice that holds charts of it. */
  readonly invitation: string;
  readonly personName: string;
  readonly deviceName: string;
  readonly passphrase: string;
}

export type RecoverFromPeerFailure =
  | Exclude<JoinFailure, 'invites-a-practice'>
  /** The other side has never met the practice of this phrase. */
  | 'practice-not-known-there';

/** What came back, and what could not. */
export interface Recovered {
  readonly session: Session;
  /** Who had it: a device of the practice itself, or another practice. */
  readonly from: 'own-device' | 'peer';
  readonly charts: number;
  /** Charts of which the other side did not hold, or this phrase does not open, some section. */
  readonly incompleteCharts: number;
  /** True from a peer: who the practice met, which charts are merged, and its work were in the practice book, which no peer has. */
  readonly newPracticeBook: boolean;
}

/** What the door does beside opening what is here. */
export interface PeopleDoor {
  /** Empty only where there is no practice yet. With one person no choice is asked. */
  readonly people: readonly PersonHere[];
  /** On an empty profile: becomes a device of a practice by an invitation of one of its admins. */
  join(input: JoinInput, told: JoinTold, signal: AbortSignal): Promise<Result<Session, JoinFailure>>;
  /** On an empty profile: the root adds this browser as a new device, and the data comes from whoever is named. */
  recoverFromPeer(
    input: RecoverFromPeerInput,
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<Recovered, RecoverFromPeerFailure>>;
}

// ------------------------------------------------------------------------------------------------------ session

export interface People {
  /** Every device of the practice, removed ones too: own first, then active ones by person. */
  readonly devices: readonly DeviceRow[];
  /** Machines that wait for "the codes are the same". */
  readonly requests: readonly JoinRequest[];
  /** Role admin, and not removed. */
  readonly mayManage: boolean;
  /** 'removed': the practice removed this device. What it has stays to be read; it can write and receive nothing. */
  readonly standing: 'active' | 'removed';
  /** Keys and charts still on their way to this device after it joined; undefined when all of them are here. */
  readonly arriving: { readonly done: number; readonly total: number } | undefined;

  /** Single use, one hour; in `Session.invitations` with kind 'device'. */
  inviteDevice(role: Role): Promise<Result<PendingInvitation, WriteFailure>>;
  /**
   * Calls a keeper by the text it shows; resolves when it waits in `requests` for its code to be compared. Answered like a
   * device that joins.
   */
  addKeeper(pairingText: string, signal: AbortSignal): Promise<Result<void, AddKeeperFailure>>;
  /** False also spends the invitation: somebody else had its secret. */
  answer(request: string, accept: boolean): Promise<Result<void, WriteFailure | 'gone'>>;
  /** Another person at this workstation: own vault, own passphrase, all charts. All of it or nothing. */
  addPersonHere(
    person: NewPersonHere,
    progress: (done: number, total: number) => void,
  ): Promise<Result<void, WriteFailure | 'name-taken'>>;
  /** 'not-allowed' also for the last admin, whom nobody could replace but the recovery phrase. */
  setRole(device: DeviceId, role: Role): Promise<Result<void, WriteFailure>>;
  /** One roster operation, whatever the number of charts. Not of the own device. */
  remove(device: DeviceId): Promise<Result<void, WriteFailure>>;
}

export type AddKeeperFailure =
  | 'not-an-invitation'
  | 'typing-error'
  | 'sharing-is-off'
  | 'not-allowed'
  | 'not-reachable'
  /** The keeper was started anew since it showed this text. */
  | 'pairing-is-old'
  /** It keeps copies for a practice already, or was answered by somebody else. */
  | 'taken'
  | 'refused'
  | 'connection-lost'
  | 'cancelled';

export interface NewPersonHere {
  readonly personName: string;
  readonly signInName: string;
  readonly role: Role;
  /** By default that of this device. */
  readonly deviceName?: string;
  readonly passphrase: string;
}

export interface DeviceRow {
  readonly device: DeviceId;
  readonly personName: string;
  readonly deviceName: string;
  readonly role: Role | 'keeper';
  readonly status: 'active' | 'removed';
  readonly here: 'this' | 'same-browser' | undefined;
  /** ISO date-times, by the clock of who did it. */
  readonly addedAt: string;
  readonly removedAt?: string;
  /** By this device's clock. */
  readonly lastSeen?: string;
  readonly connection: 'direct' | 'relayed' | 'none';
  /** The person whose device added it; undefined when the recovery phrase did. */
  readonly addedBy?: string;
}

export interface JoinRequest {
  readonly id: string;
  /** Six digits, the same on both screens. */
  readonly shortCode: string;
  /** Empty for a keeper, which nobody works at. */
  readonly personName: string;
  readonly deviceName: string;
  readonly role: Role | 'keeper';
}
