/** What the door says: why it stays shut, how strong a passphrase is, who a person is. One table from reason to words. */
import type { UnlockFailure } from '../../app/door/door-acts.ts';
import type { Trouble } from '../shell/words.ts';
import { leastPassphraseLength, type PassphraseStrength } from './passphrase-strength.ts';

export type DoorFailure = UnlockFailure | 'not-a-backup' | 'truncated-backup' | 'other-practice';

export const doorTrouble: Readonly<Record<DoorFailure, Trouble>> = {
  'wrong-passphrase': {
    happened: 'That is not the passphrase.',
    safe: 'Nothing is lost and nothing is locked out.',
    todo: 'Try again as often as you like. Look at the keyboard layout and Caps Lock.',
  },
  'wrong-recovery-phrase': {
    happened: 'These 24 words belong to another practice.',
    safe: 'Nothing was changed.',
    todo: 'Look for the sheet with this practice’s name on it.',
  },
  'unknown-word': {
    happened: 'One of the words is not a word of a recovery phrase.',
    safe: 'Nothing was changed.',
    todo: 'Compare it with the sheet, letter by letter.',
  },
  'bad-checksum': {
    happened: 'All 24 words are known, but together they are no recovery phrase.',
    safe: 'Nothing was changed.',
    todo: 'One word was mistaken for another, or two were swapped. Compare each with the sheet.',
  },
  'wrong-length': {
    happened: 'A recovery phrase has 24 words.',
    safe: 'Nothing was changed.',
    todo: 'Type all 24 in their order.',
  },
  'open-in-another-tab': {
    happened: 'This practice is open in another tab or window.',
    safe: 'Two at once could undo each other’s work, so this one waits.',
    todo: 'Go on in the other tab, or lock or close it and try again here.',
  },
  'newer-data': {
    happened: 'The charts here were written by a newer version of Peerchart.',
    safe: 'They were left untouched.',
    todo: 'Reload this page to get the newer version. If that changes nothing, ask whoever hosts it to update it.',
  },
  damaged: {
    happened: 'What opens this practice is missing or damaged in this browser’s storage.',
    safe: 'Nothing was changed or deleted, and what other practices hold is safe.',
    todo: 'Restore from your backup file in another browser or browser profile, with the recovery phrase. Keep this one as it is.',
  },
  storage: {
    happened: 'This browser did not give access to its storage.',
    safe: 'Nothing was changed.',
    todo: 'Check that the disk is not full and that this is not a private window, then try again.',
  },
  'not-a-backup': {
    happened: 'This file is not a Peerchart backup.',
    safe: 'Nothing was stored.',
    todo: 'Choose the file whose name ends in .backup.',
  },
  'truncated-backup': {
    happened: 'This backup file is damaged or not complete.',
    safe: 'Nothing was stored: a part of a practice is never restored.',
    todo: 'Copy the file again from where it is kept, or choose an older backup.',
  },
  'other-practice': {
    happened: 'There is a practice in this browser already.',
    safe: 'It was left untouched.',
    todo: 'To restore another, use another browser or another browser profile.',
  },
};

export const strengthWords: Readonly<Record<PassphraseStrength, string>> = {
  'too-short': `At least ${String(leastPassphraseLength)} characters. Five words that do not belong together are easy to keep in mind.`,
  weak: 'Easy to guess. Add words that have nothing to do with each other or with you.',
  fair: 'Good enough. One more word makes it strong.',
  strong: 'Strong.',
};
