/**
 * Words that every area uses: sections, roles, and what a failed save means. One table from reason to sentences; each
 * says what happened, what is safe and what to do. Areas keep tables of their own beside their pages.
 */
import type { ChartSection } from '../../base/sections.ts';
import type { Role, WriteFailure } from '../../app/session.ts';

/** An error as a person reads it. */
export interface Trouble {
  readonly happened: string;
  readonly safe?: string;
  readonly todo: string;
}

export const sectionWords: Readonly<Record<ChartSection, string>> = {
  identity: 'Identity',
  demographics: 'Demographics',
  allergies: 'Allergies',
  medications: 'Medications',
  problems: 'Problems',
  vitals: 'Vital signs',
  results: 'Results',
  immunizations: 'Immunizations',
  encounters: 'Encounters and notes',
  documents: 'Documents',
  administrative: 'Administrative',
};

export const roleWords: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  clinician: 'Clinician',
  nurse: 'Nurse',
  frontDesk: 'Front desk',
  viewer: 'Reads only',
};

export const writeTrouble: Readonly<Record<WriteFailure, Trouble>> = {
  'storage-full': {
    happened: 'Not saved: this browser has no space left.',
    safe: 'Everything saved before is still here. What you typed stays in the form.',
    todo: 'Free space on this computer, then save again.',
  },
  storage: {
    happened: 'Not saved: this browser could not write to its storage.',
    safe: 'Everything saved before is still here. What you typed stays in the form.',
    todo: 'Try again. If it fails again, back up and restart the browser.',
  },
  'not-allowed': {
    happened: 'Not saved: you may not change this part of the chart.',
    safe: 'The chart is unchanged.',
    todo: 'Ask an administrator of the practice that keeps this chart for the right to write.',
  },
  'unsettled-conflict': {
    happened: 'Not done: two values for the same fact are still waiting for a choice.',
    safe: 'Both values are kept.',
    todo: 'Choose between them under “To settle”, then try again.',
  },
  signed: {
    happened: 'Not saved: this note was signed meanwhile.',
    safe: 'What was signed stands, and what you typed is still in the form.',
    todo: 'Add it as an addendum.',
  },
  forked: {
    happened: 'Not saved: what this computer wrote in this part of the chart has two versions.',
    safe: 'Both are kept, and what you typed stays in the form.',
    todo: 'An administrator of the practice that keeps the chart chooses one under “Set aside”; then save again. Until then, write on another device.',
  },
  'too-large': {
    happened: 'Not saved: the text is longer than one change may be.',
    safe: 'The chart is unchanged and your text is still in the form.',
    todo: 'Shorten it or save it in two parts.',
  },
  closed: {
    happened: 'Not saved: the practice was locked meanwhile.',
    safe: 'Everything saved before is still here.',
    todo: 'Unlock and enter it again.',
  },
  clock: {
    happened: 'Not saved: the clock of this computer is far off.',
    safe: 'The chart is unchanged.',
    todo: 'Set the date and time of this computer, then save again.',
  },
  'not-found': {
    happened: 'Not done: what you chose is no longer here.',
    safe: 'Nothing was changed.',
    todo: 'Go back to the list and open it again.',
  },
};
