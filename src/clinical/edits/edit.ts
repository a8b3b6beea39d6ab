/**
 * What a person typed becomes section edits here, or a list of what is wrong with it, by field and in named reasons (the
 * words are ui/'s). Nothing here reads a clock or makes an id: both come with the act.
 *
 * A change writes only the registers that differ, so that two people who change different statements do not overwrite
 * each other (AM-4); a resource's narrative, which repeats its data in prose, is dropped when the data change, because
 * prose that still names the old dose is a danger.
 */
import type { ChartSection } from '../../base/sections.ts';
import { isObject, jsonObject, stringifyJson, type JsonObject, type JsonValue } from '../json.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { diffResources } from '../registers.ts';
import { referenceTo } from '../resource-key.ts';
import { sectionOfResource } from '../sections.ts';
import type { ResourceKey, SectionEdit } from '../section-edit.ts';
import type { VitalKind } from '../vital-kinds.ts';

/** The act of one person on one chart. */
export interface Act {
  /** A fresh UUID, the id of what the act creates. */
  readonly id: string;
  /** FHIR dateTime with offset, as the clock of this device shows. */
  readonly now: string;
  readonly patientKey: ResourceKey;
  /** How the person is called in the resource itself; who really wrote it is proven by the entry. */
  readonly authorName: string;
  readonly record: ChartRecord;
}

export type FieldReason =
  | 'required'
  | 'too-long'
  | 'not-a-date'
  | 'in-the-future'
  | 'before-it-began'
  | 'not-a-number'
  /** "1,000": a thousand here, one with three decimals there. */
  | 'ambiguous-number'
  | 'not-positive'
  | 'needs-unit'
  | 'not-offered';

/** What is unusual and asked about once, never refused: patients are unusual too. */
export type Question =
  | 'systolic-unusual'
  | 'diastolic-unusual'
  | 'diastolic-not-below-systolic'
  | `${Exclude<VitalKind, 'systolic' | 'diastolic'>}-unusual`
  | 'replaces-none-known'
  | 'same-entry-exists'
  | 'result-without-unit'
  | 'range-reversed'
  | 'judged-against-range'
  | 'another-visit-is-open'
  | 'age-unusual'
  | 'vaccine-expired'
  | 'vaccine-given-lately';

export type EditOutcome =
  | {
      readonly kind: 'edits';
      readonly section: ChartSection;
      /** Empty when nothing differs from what the record already says. */
      readonly edits: readonly SectionEdit[];
      readonly questions: readonly Question[];
    }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, FieldReason>> }
  /** The act makes no sense on this resource or list; nothing the person typed is wrong. */
  | { readonly kind: 'refused'; readonly reason: 'has-active-entries' | 'has-no-such-status' };

export type Elements = Readonly<Record<string, JsonValue | undefined>>;

/** A new resource of the act's patient; elements given as undefined are left out. */
export function creation(act: Act, type: string, elements: Elements, list?: string): SectionEdit & { kind: 'create' } {
  const json = objectOf({ resourceType: type, id: act.id, ...elements });
  const edit = { kind: 'create', key: `${type}/${act.id}`, base: stringifyJson(json) } as const;
  return list === undefined ? edit : { ...edit, list };
}

export function subjectOf(act: Act): JsonObject {
  return objectOf({ reference: referenceTo(act.patientKey) });
}

export function authorOf(act: Act): JsonObject | undefined {
  return act.authorName.trim() === '' ? undefined : objectOf({ display: act.authorName.trim() });
}

export function created(
  act: Act,
  edit: SectionEdit & { kind: 'create' },
  more: readonly SectionEdit[] = [],
  questions: readonly Question[] = [],
): EditOutcome {
  const type = edit.key.slice(0, edit.key.indexOf('/'));
  return { kind: 'edits', section: sectionOfNew(type), edits: [edit, ...more], questions };
}

/** Elements set (or, as undefined, removed) on a resource that exists. */
export function changed(resource: Resource, elements: Elements, questions: readonly Question[] = []): EditOutcome {
  return { kind: 'edits', section: resource.section, edits: changeEdits(resource, elements), questions };
}

export function changeEdits(resource: Resource, elements: Elements): readonly SectionEdit[] {
  const next = objectOf({ ...resource.json, ...elements });
  const registers = diffResources(resource.json, next);
  if (Object.keys(registers).length === 0) return [];
  const stale = narrativeIsStale(resource.json) ? { text: '{}' } : {};
  return [{ kind: 'change', key: resource.key, registers: { ...registers, ...stale } }];
}

export function errors(reasons: Readonly<Record<string, FieldReason | undefined>>): EditOutcome | undefined {
  const found = Object.entries(reasons).filter((entry): entry is [string, FieldReason] => entry[1] !== undefined);
  return found.length === 0 ? undefined : { kind: 'errors', errors: Object.fromEntries(found) };
}

export function objectOf(elements: Elements): JsonObject {
  return jsonObject(Object.entries(elements).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** A CodeableConcept of a code that FHIR or SNOMED CT defines. */
export function coded(system: string, code: string, display?: string): JsonObject {
  return objectOf({ coding: [objectOf({ system, code, display })], text: display });
}

/** Every form of a choice element removed, with its extensions: an onset age must not survive beside a new onset date. */
export function clearedChoice(choice: string, json: JsonObject): Elements {
  const form = new RegExp(`^_?${choice}[A-Z]`);
  const present = Object.keys(json).filter((element) => form.test(element));
  return Object.fromEntries(present.map((element) => [element, undefined]));
}

/** A narrative that was made from the data; 'additional' says more than the data and stays. */
function narrativeIsStale(json: JsonObject): boolean {
  const text = json['text'];
  return isObject(text) && (text['status'] === 'generated' || text['status'] === 'extensions');
}

function sectionOfNew(type: string): ChartSection {
  // The one Observation made by hand is a vital sign; every other type lies where the table says.
  return type === 'Observation' ? 'vitals' : sectionOfResource(objectOf({ resourceType: type }));
}
