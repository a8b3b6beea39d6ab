/**
 * Notes written here: a DocumentReference with the words as plain text. A draft (`docStatus` preliminary) is text that several
 * may write in at once (AM-6); signing writes its words once and for all. What is signed is never changed: an addendum
 * `appends` to it, a correction `replaces` it and leaves it readable.
 */
import { toUtf8 } from '../../base/bytes.ts';
import { toBase64 } from '../base64.ts';
import { maxInlineData } from '../large-data.ts';
import { noteKinds, usualNoteKind } from '../note-kinds.ts';
import type { Resource } from '../record.ts';
import { referenceTo } from '../resource-key.ts';
import type { ResourceKey, SectionEdit } from '../section-edit.ts';
import { registerOfWords, textRegisterOf } from '../written-text.ts';
import { relationOf } from '../views/notes.ts';
import {
  authorOf,
  changed,
  changeEdits,
  coded,
  created,
  creation,
  errors,
  objectOf,
  subjectOf,
  type Act,
  type EditOutcome,
  type FieldReason,
} from './edit.ts';
import { typedWords } from './typed.ts';

/** What a person says of a note beside its words. */
export interface TypedNote {
  readonly title?: string;
  /** LOINC, of `noteKinds`. */
  readonly kind?: string;
}

/** What a note is about: an addendum or a correction of another. */
export interface NoteRelation {
  readonly code: 'appends' | 'replaces';
  readonly key: ResourceKey;
}

/** Letters a note may be begun with in one change; a longer text is typed into it. */
export const maxFirstWords = 4_000;

const category = coded('http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', 'clinical-note');

export function beginNote(act: Act, typed: TypedNote, words: string, about?: NoteRelation): EditOutcome {
  const title = typedWords(typed.title);
  const wrong = errors({ title: title.reason });
  if (wrong !== undefined) return wrong;
  const edit = creation(act, 'DocumentReference', {
    status: 'current',
    docStatus: 'preliminary',
    type: kindOf(typed.kind),
    category: [category],
    subject: subjectOf(act),
    date: act.now,
    author: authorOf(act) === undefined ? undefined : [objectOf({ ...authorOf(act) })],
    relatesTo:
      about === undefined
        ? undefined
        : [objectOf({ code: about.code, target: objectOf({ reference: referenceTo(about.key) }) })],
    description: title.value,
  });
  return created(act, { ...edit, words: cleanNote(words).slice(0, maxFirstWords).toWellFormed() });
}

/** What may stand in a note: a line break is one character, and what no FHIR string holds is left out. */
export function cleanNote(words: string): string {
  return words
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '')
    .toWellFormed();
}

/** Kind and title of a draft; of a signed note they stay. */
export function renameNote(resource: Resource, typed: TypedNote): EditOutcome {
  const title = typedWords(typed.title);
  return errors({ title: title.reason }) ?? changed(resource, { type: kindOf(typed.kind), description: title.value });
}

/** Signs these words, and no others that came meanwhile. A correction then stands in the place of what it corrects. */
export function signNote(act: Act, resource: Resource, words: string): EditOutcome {
  const reason = faultOf(words);
  const wrong = errors({ text: reason });
  if (wrong !== undefined) return wrong;
  const relation = relationOf(resource, act.record);
  const replaced = relation?.code === 'replaces' ? act.record.get(relation.key) : undefined;
  const elements = { docStatus: replaced === undefined ? 'final' : 'amended', authenticator: authorOf(act) };
  const edits: SectionEdit[] = changeEdits(resource, elements).map((edit) =>
    edit.kind === 'change' ? { ...edit, registers: { ...edit.registers, ...wordsRegister(resource, words) } } : edit,
  );
  const superseded = replaced === undefined ? [] : changeEdits(replaced, { status: 'superseded' });
  return { kind: 'edits', section: resource.section, edits: [...edits, ...superseded], questions: [] };
}

/** A draft nobody needs; what was written in it stays readable, as everything does. */
export function discardNote(resource: Resource): EditOutcome {
  return changed(resource, { status: 'entered-in-error', docStatus: 'entered-in-error' });
}

function wordsRegister({ type }: Resource, words: string): Readonly<Record<string, string>> {
  const register = textRegisterOf(type);
  return register === undefined ? {} : { [register]: registerOfWords(words) };
}

/** Signed words lie in the resource itself, and so are no longer than a resource may carry (EN-10). */
function faultOf(words: string): FieldReason | undefined {
  if (words.trim() === '') return 'required';
  return toBase64(toUtf8(words)).length > maxInlineData ? 'too-long' : undefined;
}

function kindOf(code: string | undefined) {
  const kind = noteKinds.find((one) => one.code === code) ?? noteKinds.find((one) => one.code === usualNoteKind);
  return kind === undefined ? undefined : coded('http://loinc.org', kind.code, kind.name);
}
