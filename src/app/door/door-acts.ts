/** The front door as the screens see it: what can be done before a practice is unlocked in this browser profile. Types only. */
import type { Result } from '../../base/result.ts';
import type { PeopleDoor } from '../people/people-acts.ts';
import type { Role, Session } from '../session.ts';

export interface NewPractice {
  readonly practiceName: string;
  readonly personName: string;
  readonly role: Role;
  readonly deviceName: string;
  /** Shown at the door of this browser; by default the person's initials. */
  readonly signInName?: string;
  readonly passphrase: string;
  /** 24 words from `newRecoveryPhrase()`, already shown to the person and asked back in part. */
  readonly recoveryPhrase: string;
  /** False: own charts only; no socket is opened while the practice has one device. */
  readonly sharing: boolean;
}

export type UnlockFailure =
  | 'wrong-passphrase'
  | 'wrong-recovery-phrase'
  | 'unknown-word'
  | 'bad-checksum'
  | 'wrong-length'
  | 'open-in-another-tab'
  | 'newer-data'
  | 'damaged'
  | 'storage';

export interface Door extends PeopleDoor {
  /** 'empty': nothing here yet. 'locked': a practice is kept here. */
  readonly state: 'empty' | 'locked';
  newRecoveryPhrase(): string;
  create(input: NewPractice): Promise<Result<Session, UnlockFailure>>;
  /** `vault`: of one of `people`; left out, the first. */
  unlock(passphrase: string, vault?: string): Promise<Result<Session, UnlockFailure>>;
  /** Opens with the recovery phrase and sets a new passphrase. */
  recover(recoveryPhrase: string, newPassphrase: string, vault?: string): Promise<Result<Session, UnlockFailure>>;
  /** On an empty profile: a backup file opened by the recovery phrase alone. */
  restore(
    file: Blob,
    recoveryPhrase: string,
    newPassphrase: string,
    deviceName: string,
    progress: (done: number, total: number) => void,
  ): Promise<Result<Session, UnlockFailure | 'not-a-backup' | 'truncated-backup' | 'other-practice'>>;
}
