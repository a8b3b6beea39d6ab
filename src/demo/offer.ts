/** What the demonstration's servers tell their pages. Everything in it is public on this machine: it opens made-up charts alone. */
import type { Role } from '../app/session.ts';

export interface DemoOffer {
  /** New at each start of the demonstration: names the database, so that none of another start is met. */
  readonly run: string;
  readonly practiceName: string;
  readonly recoveryPhrase: string;
  /** Everybody's, at every practice. */
  readonly passphrase: string;
  /** Who else works at this browser. */
  readonly people: readonly { readonly personName: string; readonly signInName: string; readonly role: Role }[];
}

export const offerPath = 'demonstration.json';
export const backupPath = 'practice.backup';
