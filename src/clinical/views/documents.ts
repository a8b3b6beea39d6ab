/** Documents: what they are, who wrote them, and their text where the record carries it. */
import { parseManifest } from '../../base/attachment.ts';
import { base64Size } from '../base64.ts';
import { isObject, objects, type JsonObject, type JsonValue } from '../json.ts';
import { joinWords, readPrimitive } from '../datatypes.ts';
import { plainText } from '../plain-text.ts';
import { byNewest } from '../readable-date.ts';
import { narrativeText } from '../readable.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { attachedFiles, type AttachedFile } from './attached-files.ts';
import { isNote } from './notes.ts';
import { rowOf, type Row } from './row.ts';

export interface DocumentRow extends Row {
  readonly parts: readonly DocumentPart[];
  readonly files: readonly AttachedFile[];
}

interface DocumentPart {
  readonly title: string;
  /** Plain text; empty when the part is a file this page cannot read. */
  readonly text: string;
  /** "application/pdf, 120 kB"; empty for text. */
  readonly file: string;
  /** Whether the record carries the file itself. */
  readonly isHeld: boolean;
  /** What a section lists, by name. */
  readonly entries: readonly string[];
}

export function documentRows(record: ChartRecord): readonly DocumentRow[] {
  // Notes have a page of their own.
  const documents = record.inSection('documents').filter((resource) => !isNote(resource));
  const rows = documents.map((resource) => documentRow(resource, record));
  return rows.sort((a, b) => byNewest(a.when, b.when));
}

function documentRow(resource: Resource, record: ChartRecord): DocumentRow {
  const { json } = resource;
  const sections = objects(json['section']).flatMap((section) => sectionParts(section, json, record, 0));
  const contents = objects(json['content']).map(({ attachment }) => attachmentPart(attachment));
  const own = typeof json['data'] === 'string' ? [attachmentPart(json)] : [];
  return {
    ...rowOf(resource, record, ['section', 'content', 'data', 'title', 'contentType']),
    parts: [...sections, ...contents, ...own],
    files: attachedFiles(json),
  };
}

/** Sections nest; deeper than this they are of no file anyone made, and are left to the generic details. */
const maxSectionDepth = 8;

function sectionParts(
  section: JsonObject,
  from: JsonObject,
  record: ChartRecord,
  depth: number,
): readonly DocumentPart[] {
  if (depth > maxSectionDepth) return [];
  const entries = objects(section['entry']).map(({ reference, display }) => {
    const name = typeof reference === 'string' ? record.nameOf(reference, from) : undefined;
    return name ?? (typeof display === 'string' ? display : 'not in the part of the record held here');
  });
  const title = readPrimitive(section, 'title') || titleOf(section);
  const part = { title, text: narrativeText(section['text']), file: '', isHeld: false, entries };
  return [part, ...objects(section['section']).flatMap((inner) => sectionParts(inner, from, record, depth + 1))];
}

function attachmentPart(value: JsonValue | undefined): DocumentPart {
  const attachment = isObject(value) ? value : {};
  const type = readPrimitive(attachment, 'contentType');
  const { data } = attachment;
  const text = plainText(attachment);
  const title = readPrimitive(attachment, 'title');
  if (text !== undefined) return { title, text, file: '', isHeld: true, entries: [] };
  const bytes = typeof data === 'string' ? (parseManifest(data)?.size ?? base64Size(data)) : 0;
  const size = typeof data === 'string' ? `${String(Math.ceil(bytes / 1024))} kB` : '';
  const place = size === '' ? readPrimitive(attachment, 'url') : size;
  return { title, text: '', file: joinWords([type, place], ', '), isHeld: typeof data === 'string', entries: [] };
}
