/** Notes written in Peerchart: a ClinicalImpression, title in `description`, text in `summary`. */
import type { Resource } from '../record.ts';
import { authorOf, changed, created, creation, errors, subjectOf, type Act, type EditOutcome } from './edit.ts';
import { maxNoteLength, typedWords } from './typed.ts';

export interface TypedNote {
  readonly title?: string;
  readonly text?: string;
}

export function addNote(act: Act, typed: TypedNote): EditOutcome {
  const read = readNote(typed);
  if (read.wrong !== undefined) return read.wrong;
  const edit = creation(act, 'ClinicalImpression', {
    status: 'completed',
    description: read.title,
    subject: subjectOf(act),
    date: act.now,
    assessor: authorOf(act),
    summary: read.text,
  });
  return created(act, edit);
}

/** Title and text are one statement; the note keeps its date. */
export function changeNote(resource: Resource, typed: TypedNote): EditOutcome {
  const read = readNote(typed);
  return read.wrong ?? changed(resource, { description: read.title, summary: read.text });
}

function readNote(typed: TypedNote) {
  const title = typedWords(typed.title);
  const text = typedWords(typed.text, { required: true, max: maxNoteLength });
  return { title: title.value, text: text.value, wrong: errors({ title: title.reason, text: text.reason }) };
}
