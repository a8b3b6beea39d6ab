/**
 * The notes of a chart as they are read: drafts and signed ones, newest first, addenda and drafts of corrections under what they
 * are about, and under a correction what it corrected. Notes of earlier kinds (ClinicalImpression) stand among them.
 */
import { conceptWords, hasCode, readPrimitive } from '../datatypes.ts';
import { isEnteredInError } from '../fhir-status.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { isPlainText, plainText } from '../plain-text.ts';
import { byNewest } from '../readable-date.ts';
import { readValue } from '../readable.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey, WrittenText } from '../section-edit.ts';
import { rowOf, type Row } from './row.ts';

export interface NoteEntry extends Row {
  readonly state: 'draft' | 'signed' | 'superseded' | 'error';
  /** "Progress note"; empty where the record does not say. */
  readonly kind: string;
  /** LOINC; empty where there is none. */
  readonly kindCode: string;
  /** As typed; may be empty. */
  readonly title: string;
  /** As typed; paragraphs are line breaks. */
  readonly text: string;
  /** As the note itself names them; whose device signed is proven by the entry. */
  readonly signedBy: string;
  readonly relation: NoteLink | undefined;
  /** Addenda and drafts of corrections, oldest first. */
  readonly addenda: readonly NoteEntry[];
  /** What it corrected, newest first. */
  readonly corrected: readonly NoteEntry[];
}

export interface NoteLink {
  readonly code: 'appends' | 'replaces';
  readonly key: ResourceKey;
}

const clinicalNote: ReadonlySet<string> = new Set(['clinical-note']);

/** A document with a state of its own whose words are plain text; others are documents like any. */
export function isNote({ type, json }: Pick<Resource, 'type' | 'json'>): boolean {
  if (type === 'ClinicalImpression') return true;
  if (type !== 'DocumentReference' || typeof json['docStatus'] !== 'string') return false;
  const categories = isArray(json['category']) ? json['category'] : [];
  return categories.some((concept) => hasCode(concept, clinicalNote)) && contentsOf(json).every(isPlainText);
}

/** Begun and not signed. */
export function isDraft(resource: Pick<Resource, 'type' | 'json'>): boolean {
  return isNote(resource) && stateOf(resource, isEnteredInError(resource.json)) === 'draft';
}

export function noteEntries(record: ChartRecord): readonly NoteEntry[] {
  const entries = record
    .ofTypes('DocumentReference', 'ClinicalImpression')
    .filter(isNote)
    .map((one) => entryOf(one, record));
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const below = new Map<ResourceKey, NoteEntry[]>();
  const isBelow = new Set<ResourceKey>();
  const put = (parent: ResourceKey, child: NoteEntry): void => {
    below.set(parent, [...(below.get(parent) ?? []), child]);
    isBelow.add(child.key);
  };
  for (const entry of entries) {
    const other = byKey.get(entry.relation?.key ?? '');
    if (entry.relation === undefined || other === undefined || other === entry) continue;
    // What a signed correction replaced is read under it; until then the correction is a draft under what it corrects.
    if (entry.relation.code === 'replaces' && (entry.state === 'signed' || entry.state === 'superseded'))
      put(entry.key, other);
    else put(other.key, entry);
  }
  const shown = new Set<ResourceKey>();
  const nested = (entry: NoteEntry): NoteEntry => {
    shown.add(entry.key);
    const children = (below.get(entry.key) ?? []).filter(({ key }) => !shown.has(key)).map(nested);
    const corrected = children.filter(({ key }) => entry.relation?.key === key);
    const addenda = children.filter((child) => !corrected.includes(child));
    addenda.sort((a, b) => byNewest(b.when, a.when));
    return { ...entry, addenda, corrected };
  };
  const roots = entries.filter(({ key }) => !isBelow.has(key)).map(nested);
  // Notes that name each other in a circle, which only a faulty writer makes, are shown all the same.
  const others = entries.flatMap((entry) => (shown.has(entry.key) ? [] : [nested(entry)]));
  return [...roots, ...others].sort((a, b) => byNewest(a.when, b.when));
}

/** Every note, those under others too. */
export function allNotes(entries: readonly NoteEntry[]): readonly NoteEntry[] {
  return entries.flatMap((entry) => [entry, ...allNotes(entry.addenda), ...allNotes(entry.corrected)]);
}

/** Milliseconds a draft may lie before somebody is reminded of it. */
const longUnsignedMs = 24 * 3_600_000;

/** Drafts that were begun more than a day ago. */
export function unsignedNotes(record: ChartRecord, nowMs: number): readonly NoteEntry[] {
  return allNotes(noteEntries(record)).filter(
    ({ state, when }) => state === 'draft' && when !== undefined && nowMs - when.sortMs > longUnsignedMs,
  );
}

/** What was typed by people who did not know that the note was being signed, with all else; undefined where nothing was. */
export function lateWords(entry: NoteEntry, text: WrittenText | undefined): string | undefined {
  return text?.isClosed === true && entry.state !== 'draft' && text.words !== entry.text ? text.words : undefined;
}

export function relationOf({ json }: Resource, record: ChartRecord): NoteLink | undefined {
  const relations = isArray(json['relatesTo']) ? json['relatesTo'].filter(isObject) : [];
  for (const { code, target } of relations) {
    const reference = isObject(target) ? target['reference'] : undefined;
    const key = typeof reference === 'string' ? record.keyOf(reference) : undefined;
    if (key !== undefined && (code === 'appends' || code === 'replaces')) return { code, key };
  }
  return undefined;
}

function entryOf(resource: Resource, record: ChartRecord): NoteEntry {
  const { json } = resource;
  const row = rowOf(resource, record, shownOf(resource));
  const isImpression = resource.type === 'ClinicalImpression';
  return {
    ...row,
    state: stateOf(resource, row.enteredInError),
    kind: isImpression ? 'Note' : conceptWords(json['type']),
    kindCode: loincOf(json['type']),
    title: readPrimitive(json, 'description'),
    text: isImpression
      ? readPrimitive(json, 'summary')
      : contentsOf(json)
          .map((attachment) => plainText(attachment) ?? '')
          .join('\n\n'),
    signedBy: readValue(json['authenticator'], (reference) => record.nameOf(reference, json)),
    relation: relationOf(resource, record),
    addenda: [],
    corrected: [],
  };
}

function shownOf({ type }: Resource): readonly string[] {
  return type === 'ClinicalImpression'
    ? ['description', 'summary', 'status', 'date']
    : [
        'description',
        'content',
        'status',
        'docStatus',
        'date',
        'type',
        'category',
        'relatesTo',
        'author',
        'authenticator',
      ];
}

function stateOf({ json, type }: Pick<Resource, 'type' | 'json'>, enteredInError: boolean): NoteEntry['state'] {
  const { docStatus } = json;
  if (enteredInError || docStatus === 'entered-in-error') return 'error';
  if (json['status'] === 'superseded') return 'superseded';
  if (type === 'ClinicalImpression') return json['status'] === 'in-progress' ? 'draft' : 'signed';
  return docStatus === 'preliminary' ? 'draft' : 'signed';
}

function contentsOf(json: JsonObject): readonly JsonObject[] {
  const contents = isArray(json['content']) ? json['content'].filter(isObject) : [];
  return contents.map(({ attachment }) => attachment).filter(isObject);
}

function loincOf(concept: JsonValue | undefined): string {
  const codings = isObject(concept) && isArray(concept['coding']) ? concept['coding'].filter(isObject) : [];
  const code = codings.find(({ system }) => system === 'http://loinc.org')?.['code'];
  return typeof code === 'string' ? code : '';
}
