/** Exchange by files, to a person: what a file is, what became of one, why one was not taken in. One table from reason to sentences. */
import type {
  NotTakenReason,
  SavedExchange,
  SaveExchangeFailure,
  TakeInFailure,
  TakenIn,
} from '../../app/exchange/exchange-acts.ts';
import { count } from '../shell/format.ts';
import type { Trouble } from '../shell/words.ts';

const nothingChanged = 'Nothing of it was taken in; your charts are as they were.';

export const saveTrouble: Readonly<Record<Exclude<SaveExchangeFailure, 'cancelled'>, Trouble>> = {
  closed: {
    happened: 'No file: the practice was locked meanwhile.',
    safe: 'Everything saved before is still here.',
    todo: 'Unlock and save the file again.',
  },
  storage: {
    happened: 'No file: this browser could not read its storage.',
    safe: 'Your charts are as they were.',
    todo: 'Try again. If it fails again, restart the browser.',
  },
  'nobody-there': {
    happened: 'No device is known there that could open a file.',
    safe: 'Nothing was saved.',
    todo: 'Connect with them once, by an invitation; after that files work.',
  },
  'removed-here': {
    happened: 'This device was removed from the practice.',
    safe: 'Nothing was saved.',
    todo: 'Ask an administrator of the practice to add it again, or save the file on another device.',
  },
};

export const takeInTrouble: Readonly<Record<Exclude<TakeInFailure, 'cancelled'>, Trouble>> = {
  'not-an-exchange-file': {
    happened: 'This is not a file saved for another practice by Peerchart.',
    safe: nothingChanged,
    todo: 'Choose a file whose name ends in .peerchart. Patients from other programs come in under Patients, “Import”.',
  },
  'newer-data': {
    happened: 'This file was saved by a newer Peerchart.',
    safe: nothingChanged,
    todo: 'Reload this page to get the newer version, then take the file in again.',
  },
  'not-for-us': {
    happened: 'This device can’t open the file. It is for another practice, or was saved before this device was added.',
    safe: nothingChanged,
    todo: 'Ask them to save a new one for you, take it in on an older device of your practice, or open it with the recovery phrase.',
  },
  damaged: {
    happened: 'The file is damaged, or a part of it is missing.',
    safe: 'Your charts are as they were.',
    todo: 'Copy it again from where it came, or ask for a new one.',
  },
  'wrong-recovery-phrase': {
    happened: 'These are not the 24 words of this practice.',
    safe: nothingChanged,
    todo: 'Compare them with the sheet, word by word.',
  },
  'own-file': {
    happened: 'This device saved this file itself.',
    safe: nothingChanged,
    todo: 'Give it to the practice it is for, and take in the one you get back.',
  },
  'unknown-practice': {
    happened: 'The file comes from a practice you are not connected with.',
    safe: nothingChanged,
    todo: 'Connect with that practice first, by an invitation.',
  },
  'unknown-device': {
    happened: 'The file comes from a device that the practice it names does not have.',
    safe: nothingChanged,
    todo: 'Ask them for a file saved on one of their devices. If they know nothing of this one, take in nothing more of whoever gave it to you.',
  },
  'removed-device': {
    happened: 'The file was saved on a device that its practice has removed.',
    safe: nothingChanged,
    todo: 'Ask them for a file saved on one of their other devices.',
  },
  'removed-here': {
    happened: 'This device was removed from the practice.',
    safe: nothingChanged,
    todo: 'Take the file in on another device of the practice.',
  },
  storage: {
    happened: 'This browser could not write to its storage.',
    safe: 'What was taken in before is whole.',
    todo: 'Free space on this computer, then take the same file in again.',
  },
  closed: {
    happened: 'The practice was locked meanwhile.',
    safe: 'What was taken in before is whole.',
    todo: 'Unlock and take the same file in again; it brings the rest.',
  },
};

const notTakenWords: Readonly<Record<NotTakenReason, (number: number) => string>> = {
  waits: (number) =>
    `${count(number, 'change')} can’t be taken in yet: what ${number === 1 ? 'it builds' : 'they build'} on was not in this file. Ask for a file with everything.`,
  'not-shared': (number) => `${count(number, 'change')} of charts or parts that are not shared with you.`,
  'not-allowed': (number) =>
    `${count(number, 'change')} by somebody without the right to make ${number === 1 ? 'it' : 'them'}.`,
  'too-much': (number) => `${count(number, 'change')} beyond what is kept of one author without a right.`,
  broken: (number) => `${count(number, 'change')} that nobody signed, or that this version can’t read.`,
  'no-room': () => 'The rest: this browser has no space left.',
};

const stoppedWords: Readonly<Record<Exclude<TakenIn['stopped'], false>, string>> = {
  cancelled: 'You stopped it. What was taken in is whole; take the same file in again for the rest.',
  'no-room':
    'This browser has no space left. What was taken in is whole; free space, then take the same file in again.',
  'removed-device': 'The file says itself that the device it comes from was removed. The rest was left out.',
  'too-many-faults': 'Too much of it could not be taken, so the rest was left out. Diagnostics has the reasons.',
};

/** What became of a file, a sentence each. */
export function takenWords(taken: TakenIn): readonly string[] {
  const { changedCharts, newCharts, sameCharts, stopped } = taken;
  const news = newCharts === 0 ? '' : `, ${newCharts === changedCharts ? 'all' : String(newCharts)} of them new here`;
  const first =
    changedCharts === 0
      ? 'It holds nothing that is not here already.'
      : `${count(changedCharts, 'chart')} got something new${news}.`;
  return [
    first,
    ...(changedCharts > 0 && sameCharts > 0 ? [`${count(sameCharts, 'more chart')} of it already here.`] : []),
    ...(stopped === false ? [] : [stoppedWords[stopped]]),
  ];
}

export function notTaken({ notTaken: rows }: TakenIn): readonly string[] {
  return rows.map(({ reason, count: number }) => notTakenWords[reason](number));
}

export function savedWords({ fileName, charts, ofCharts }: SavedExchange, name: string): readonly string[] {
  return [
    `Saved as ${fileName}.`,
    charts === 0
      ? `As far as is known, ${name} lacks nothing; the file tells them what is held here.`
      : `It holds what ${name} is not known to have, of ${charts === ofCharts ? 'all' : `${String(charts)} of`} ${count(ofCharts, 'chart')}.`,
  ];
}
