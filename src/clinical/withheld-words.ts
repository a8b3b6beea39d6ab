/**
 * Words of references that leave their section (protocol section 0): what a resource says of entries in *other* sections
 * does not lie in its own, so that who is given its section alone learns no more than an opaque id. The words lie in
 * the section they are about, in records of their own, and are put back where both sections are open.
 *
 * Withheld are, of a reference that leads to another section, all members but an opaque `reference` and `type`; and a
 * contained resource that belongs to another section, but for its type and id. What a person wrote as text of the resource
 * itself (narrative, note, `reasonCode.text`) stays. Why, and what is kept: docs/decisions/0014-words-of-references.md.
 */
import type { ChartSection } from '../base/sections.ts';
import { canonicalJson, jsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { ReferenceTargets } from './reference-target.ts';
import { elementsOf, isContained, membersOf, Scope, type Spot, type Visit, type WordSource } from './resource-spots.ts';
import type { StoredResource } from './section-edit.ts';
import { sectionOfResource } from './sections.ts';
import type { HeldWords, TakenWords } from './words-records.ts';

/** `json` (a resource or some of its elements) without the words that belong elsewhere; itself where there are none. */
export function takeWords(
  json: JsonObject,
  source: WordSource,
  targets: ReferenceTargets,
): { readonly json: JsonObject; readonly taken: readonly TakenWords[] } {
  const taken: TakenWords[] = [];
  const visit: Visit = (value, spot) => {
    const split = splitAt(value, spot, targets);
    if (split === undefined) {
      if (isLeft(value, spot)) spot.scope.pass(value);
      return undefined;
    }
    const { left, words, section } = split;
    const place = spot.scope.place(left);
    const within = { ...spot, section, scope: new Scope(source.key, [place]) };
    taken.push({ section, place, element: spot.top, words: membersOf(words, within, visit) });
    return left;
  };
  return { json: source.section === 'identity' ? json : elementsOf(json, source, visit), taken };
}

/** Whether anything in it may have words to take, wherever it leads: most edits have none, and need no record to tell. */
export function mayHoldWords(json: JsonObject, source: WordSource): boolean {
  let may = false;
  const visit: Visit = (value, spot) => {
    may ||= isContained(value, spot) || isReference(value);
    return undefined;
  };
  elementsOf(json, source, visit);
  return may;
}

/** The reverse, with the words that are held. Words are taken only where `takeWords` would have taken them away. */
export function restoreWords(
  json: JsonObject,
  source: WordSource,
  targets: ReferenceTargets,
  held: HeldWords,
): JsonObject {
  const words = source.section === 'identity' ? undefined : held.of(source.key);
  if (words === undefined) return json;
  const known = restoredResources.get(json);
  if (known !== undefined && sameItems(known.records, words.records)) return known.json;
  const refused = new Set<string>();
  const visit: Visit = (value, spot) => {
    if (!isLeft(value, spot)) return undefined;
    const place = spot.scope.place(value);
    const members = words.places.get(place)?.at(-1);
    if (members === undefined) return value;
    const split = splitAt(jsonObject([...Object.entries(members), ...Object.entries(value)]), spot, targets);
    // Else a writer of one section could change what an entry of another says.
    if (split === undefined || canonicalJson(split.left) !== canonicalJson(value)) {
      refused.add(place);
      return value;
    }
    const within = { ...spot, section: split.section, scope: new Scope(source.key, [place]) };
    return jsonObject([...Object.entries(value), ...Object.entries(membersOf(split.words, within, visit))]);
  };
  let restored = elementsOf(json, source, visit);
  // Where a reference to a contained resource leads is told by what that one is, so those come first.
  if (restored['contained'] !== json['contained']) {
    refused.clear();
    restored = elementsOf(json, { ...source, container: restored }, visit);
  }
  // What was refused may be taken once its target has come.
  if (refused.size === 0) restoredResources.set(json, { records: words.records, json: restored });
  return restored;
}

/** A screen that repaints puts the same words back into the same resources. */
const restoredResources = new WeakMap<
  JsonObject,
  { readonly records: readonly StoredResource[]; readonly json: JsonObject }
>();

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

// ---------------------------------------------------------------------------------------------------- the rule

interface Split {
  readonly left: JsonObject;
  readonly words: JsonObject;
  readonly section: ChartSection;
}

/** Who and where, and what a medicine is made of: what the reader of an entry needs, and no section of the chart tells. */
const typesInTheOpen: ReadonlySet<string> = new Set(
  `Practitioner PractitionerRole Organization OrganizationAffiliation Location HealthcareService Endpoint
   Substance MedicationKnowledge`.split(/\s+/),
);

export function staysInTheOpen(type: string): boolean {
  return typesInTheOpen.has(type);
}

const referenceMembers: ReadonlySet<string> = new Set(
  'id extension reference _reference type _type identifier display _display'.split(' '),
);

/** Ids say nothing; a search (`Condition?code=…`) and prose do. */
const opaqueReference =
  /^(#[A-Za-z0-9\-.]{0,64}|(https?:\/\/[^?#]*\/)?[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(\/_history\/[A-Za-z0-9\-.]{1,64})?|urn:(uuid|oid):[0-9A-Fa-f.-]+)$/;

function splitAt(value: JsonObject, spot: Spot, targets: ReferenceTargets): Split | undefined {
  const split = isContained(value, spot) ? splitContained(value) : splitReference(value, spot, targets);
  if (split === undefined || split.section === spot.section) return undefined;
  return Object.keys(split.words).length === 0 ? undefined : split;
}

function splitContained(value: JsonObject): Split | undefined {
  const { resourceType } = value;
  if (typeof resourceType !== 'string' || staysInTheOpen(resourceType)) return undefined;
  return { section: sectionOfResource(value), ...divide(value, (name) => name === 'resourceType' || name === 'id') };
}

function splitReference(value: JsonObject, spot: Spot, targets: ReferenceTargets): Split | undefined {
  if (!isReference(value)) return undefined;
  const target = targets.targetOf(value, spot);
  if (target === undefined || staysInTheOpen(target.type ?? '')) return undefined;
  const { reference } = value;
  const opaque = typeof reference === 'string' && opaqueReference.test(reference);
  // A patient's name goes with every share; further identifiers of the patient do not.
  const named = target.section === 'demographics';
  const isKept = (name: string) => (name === 'reference' && opaque) || name === 'type' || (name === 'display' && named);
  return { section: target.section, ...divide(value, isKept) };
}

/** FHIR JSON does not say what is a Reference: told by its address, or by having nothing but what a Reference has. */
function isReference(value: JsonObject): boolean {
  if (typeof value['reference'] === 'string') return true;
  const says = value['display'] ?? value['_display'] ?? value['identifier'];
  return says !== undefined && Object.keys(value).every((name) => referenceMembers.has(name));
}

function divide(value: JsonObject, isKept: (name: string) => boolean): { left: JsonObject; words: JsonObject } {
  // Only strings are left, so that what was left is known again (isLeft).
  const kept = ([name, member]: [string, JsonValue]) => isKept(name) && typeof member === 'string';
  const members = Object.entries(value);
  return { left: jsonObject(members.filter(kept)), words: jsonObject(members.filter((member) => !kept(member))) };
}

const leftOfReference: ReadonlySet<string> = new Set(['reference', 'type', 'display']);
const leftOfContained: ReadonlySet<string> = new Set(['resourceType', 'id']);

/** Whether words may have been taken from here: also true of much that never had any. */
function isLeft(value: JsonObject, spot: Spot): boolean {
  const names = isContained(value, spot) ? leftOfContained : leftOfReference;
  return Object.entries(value).every(([name, member]) => names.has(name) && typeof member === 'string');
}
