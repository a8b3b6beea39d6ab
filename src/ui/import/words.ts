/** Why a file was not taken, in words, and what one thing of the plan is called. One table from reason to sentences. */
import type { ImportFailure } from '../../app/patients/import-acts.ts';
import type { EntryAboutOther, ImportRefusal } from '../../clinical/bundle.ts';
import { typeWords } from '../../clinical/words.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';

/** What is wrong with the file, and what to do; where it is wrong is said beside it. */
export const refusalWords: Readonly<
  Record<ImportRefusal | 'not-utf8' | 'set-too-large', { readonly wrong: string; readonly todo: string }>
> = {
  'not-utf8': {
    wrong: 'The file is compressed, or written in another encoding than UTF-8: read so, letters would be lost.',
    todo: 'Unpack it, or export it again as UTF-8.',
  },
  'not-json': {
    wrong: 'The file is not written as FHIR JSON, or is cut off.',
    todo: 'Export it again from where it came, as FHIR R4 JSON.',
  },
  'duplicate-key': {
    wrong: 'The same field is given twice in one place, and only one of the two could be kept.',
    todo: 'Ask the sender for a corrected file.',
  },
  'too-deep': {
    wrong: 'The file is nested deeper than any record is.',
    todo: 'Ask the sender for a corrected file.',
  },
  'not-fhir': {
    wrong: 'What stands here is not a FHIR record.',
    todo: 'Choose a FHIR R4 file: a Bundle, one resource, or one resource a line.',
  },
  'bundle-type': {
    wrong: 'This kind of Bundle tells what happened to a record and is not the record itself.',
    todo: 'Export the current record: a document, a collection or a search result.',
  },
  'entry-not-a-record': {
    wrong: 'An entry asks to delete or patch something, or holds nothing.',
    todo: 'Export the current record instead of its changes.',
  },
  'resource-too-large': {
    wrong:
      'One resource is larger than 768 KB, which is the most one part of a chart may be, attached files not counted.',
    todo: 'Ask the sender to export it in parts.',
  },
  'attachment-too-large': {
    wrong: 'A file attached to one resource is larger than 64 MB, which is the most a chart takes.',
    todo: 'Export without it, and keep that file elsewhere.',
  },
  'no-patient': {
    wrong: 'The file names no patient, so there is no chart to put it in.',
    todo: 'Export it together with the Patient.',
  },
  'same-id': {
    wrong: 'Two different entries have one id, so that nobody can tell which of them another entry names.',
    todo: 'Export each patient into a file of their own; of a bulk export, choose the files of one at a time.',
  },
  'set-too-large': {
    wrong: 'These NDJSON files are too large to be read together.',
    todo: 'Export fewer patients at a time, or each into a file of their own.',
  },
  cancelled: { wrong: 'Reading was stopped before this file was done.', todo: 'Choose it again to import it.' },
};

const otherwise = { wrong: 'This file could not be read.', todo: 'Try again; if it stays, export it anew.' };

export function wordsOfRefusal(reason: string): { readonly wrong: string; readonly todo: string } {
  return Object.hasOwn(refusalWords, reason) ? refusalWords[reason as keyof typeof refusalWords] : otherwise;
}

/** Where in the file: 'line 3, column 14' and 'entry[11].resource' as people count. The path stays, for the sender. */
export function whereInWords(where: string): string {
  const entry = /entry\[(\d+)\]/.exec(where);
  const inEntry = entry === null ? '' : `entry ${String(Number(entry[1]) + 1)} of the Bundle`;
  const line = /^line \d+(, column \d+)?/i.exec(where)?.[0] ?? '';
  return [line, inEntry].filter((part) => part !== '').join(', in ');
}

/** The path alone, where lines and columns are said in words beside it. */
export function pathOf(where: string): string {
  return where.replace(/^line \d+(, column \d+)?(, at |: )?/i, '');
}

/** "Asthma (Condition), names Jane Roe (Patient/7), entry 3 of the Bundle". */
export function aboutOtherInWords({ why, label, type, names, path }: EntryAboutOther): string {
  const kind = typeWords(type);
  const what = label === kind ? label : `${label} (${kind.toLowerCase()})`;
  const whom = {
    'names-another': `names ${names}`,
    'belongs-to-such': 'belongs to such an entry',
    'names-nobody': 'names no patient',
  }[why];
  return [what, whom, whereInWords(path) || path].join(', ');
}

export function writeFailureWords(reason: ImportFailure): string {
  if (reason === 'cancelled') return 'Stopped before its turn. Nothing of it was written.';
  if (reason === 'file-gone')
    return 'The file can’t be read any more. Nothing of it was written. Check that it is where it was, then choose it again.';
  if (reason === 'file-changed')
    return 'The file was changed after it was read. Nothing of it was written. Choose it again to see what it says now.';
  if (reason === 'alike-meanwhile')
    return 'Somebody who may be the same person came while the import ran. Nothing of it was written. Choose the file again to be asked about them.';
  if (reason === 'not-merged')
    return 'Imported as a chart of its own: the merge could not be saved. Both are under Patients; merge them from there.';
  if (reason === 'other-left-out')
    return 'Imported as a chart of its own, and merged with nobody: the patient of this import who was said to be the same person was not imported.';
  return `${writeTrouble[reason].happened.replace(/^Not saved/, 'Not imported')} ${writeTrouble[reason].todo}`;
}

export const importTrouble: Readonly<Record<'reading' | 'writing', Trouble>> = {
  reading: {
    happened: 'The files could not be read.',
    safe: 'Nothing was written.',
    todo: 'Check that they are still where they were chosen, then choose them again.',
  },
  writing: {
    happened: 'The import stopped.',
    safe: 'Patients already listed under Patients are whole; of the others nothing was written.',
    todo: 'Choose the same files again: what is there already is not imported twice.',
  },
};
