/** Files added to a chart: a DocumentReference, its content taken out as large data where it is large (EN-10). */
import type { Bytes } from '../../base/bytes.ts';
import { toBase64 } from '../base64.ts';
import { JsonNumber } from '../json.ts';
import { largeData, maxInlineData, type LargeData } from '../large-data.ts';
import { authorOf, created, creation, errors, objectOf, subjectOf, type Act, type EditOutcome } from './edit.ts';
import { typedMoment, typedWords } from './typed.ts';

export interface TypedDocument {
  readonly title?: string;
  /** "Letter", "X-ray": free text. */
  readonly type?: string;
  readonly date?: string;
}

export interface DocumentFile {
  readonly name: string;
  /** As the browser says; empty when it does not know. */
  readonly contentType: string;
  readonly bytes: Bytes;
}

/** What of the file is to be sealed beside the edits: nothing where it is small. */
export interface DocumentOutcome {
  readonly outcome: EditOutcome;
  readonly taken: readonly LargeData[];
}

export function addDocument(act: Act, typed: TypedDocument, file: DocumentFile): DocumentOutcome {
  const title = typedWords(typed.title, { required: true });
  const type = typedWords(typed.type);
  const date = typedMoment(typed.date, act.now);
  const wrong = errors({ title: title.reason, type: type.reason, date: date.reason });
  if (wrong !== undefined) return { outcome: wrong, taken: [] };
  const isLarge = file.bytes.length > (maxInlineData / 4) * 3;
  const taken = isLarge ? [largeData('base64', file.bytes)] : [];
  const attachment = objectOf({
    contentType: typedWords(file.contentType).value ?? 'application/octet-stream',
    data: taken[0]?.stub ?? toBase64(file.bytes),
    size: new JsonNumber(String(file.bytes.length)),
    title: typedWords(file.name).value,
  });
  const edit = creation(act, 'DocumentReference', {
    status: 'current',
    type: type.value === undefined ? undefined : objectOf({ text: type.value }),
    subject: subjectOf(act),
    date: date.value,
    author: authorOf(act) === undefined ? undefined : [objectOf({ ...authorOf(act) })],
    description: title.value,
    content: [objectOf({ attachment })],
  });
  return { outcome: created(act, edit), taken };
}
