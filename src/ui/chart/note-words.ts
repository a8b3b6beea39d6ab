/** Words of the notes page. */
import type { NoteEntry } from '../../clinical/views/notes.ts';
import type { Trouble } from '../shell/words.ts';
import type { FieldReason } from '../../clinical/edits/edit.ts';

export const relationWords: Readonly<Record<'appends' | 'replaces', string>> = {
  appends: 'Addendum',
  replaces: 'Correction',
};

/** 'Addendum', 'Correction', or the kind of the note. */
export function noteName(entry: NoteEntry): string {
  return entry.relation === undefined ? entry.kind || 'Note' : relationWords[entry.relation.code];
}

export const signTroubles: Readonly<Partial<Record<FieldReason, Trouble>>> = {
  required: {
    happened: 'There is nothing to sign yet.',
    safe: 'The draft is kept.',
    todo: 'Write the note, then sign it.',
  },
  'too-long': {
    happened: 'This note is too long to be signed: about 24,000 letters are the most.',
    safe: 'All of it is kept as a draft.',
    todo: 'Take the last part out, sign, and add the rest as an addendum.',
  },
};

export const changedWhileSigning: Trouble = {
  happened: 'Not signed: somebody wrote in this note since you opened it for signing.',
  safe: 'What both of you wrote is in the draft.',
  todo: 'Read it again, then sign.',
};

export const unsettledWhileSigning: Trouble = {
  happened: 'Not signed: two people changed the title, the kind or the state of this note at the same time.',
  safe: 'Both versions are kept.',
  todo: 'Choose between them above the list, then sign.',
};
