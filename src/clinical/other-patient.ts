/**
 * Entries of a chart whose own words name a patient that the chart is not about. A document may hold them: its author lists them
 * there, and left a number of another system in them or means somebody else. Here nobody can tell, so the entry is shown with what
 * it says, and nothing is concluded from it.
 */
import { isArray, isObject, type JsonObject } from './json.ts';
import { namesSomebodyElse } from './named-otherwise.ts';
import type { ChartRecord, Resource } from './record.ts';
import { patientElements, referencedType } from './references.ts';

/** How the other patient is named; undefined where no other is, or nobody can say who the chart is about. */
export function otherPatient(json: JsonObject, record: ChartRecord): string | undefined {
  for (const element of patientElements) {
    const value = json[element];
    for (const item of isArray(value) ? value : [value]) {
      if (!isObject(item)) continue;
      const { reference, display, identifier } = item;
      if (typeof reference === 'string' && isOther(reference, record)) return reference;
      // Numbers and other names are told in the demographics alone.
      if (record.patient === undefined || !isWhole(record.patient, record)) continue;
      if (!namesSomebodyElse(item, json, record.patient.json)) continue;
      const number = isObject(identifier) ? identifier['value'] : undefined;
      return [display, number, reference].find((said) => typeof said === 'string') ?? 'somebody else';
    }
  }
  return undefined;
}

/** "Asthma (names another patient: Patient/7)". */
export function withOtherPatient(label: string, json: JsonObject, record: ChartRecord): string {
  const other = otherPatient(json, record);
  return other === undefined ? label : `${label} (names another patient: ${other})`;
}

function isOther(reference: string, record: ChartRecord): boolean {
  const own = patientOf(record);
  if (own === undefined || reference.startsWith('#') || /[/:]/.exec(reference) === null) return false;
  // Nearly always: what else a reference may lead to takes longer to find out.
  const bare = reference.replace(/\/_history\/[^/]*$/, '');
  if (own.names.some((name) => bare === name || bare.endsWith(`/${name}`) || bare.endsWith(`:${name}`))) return false;
  const type = referencedType(reference);
  // A bare urn may be an address of the Patient, which is told in its demographics alone.
  if (type === undefined ? !own.isWhole : type !== 'Patient') return false;
  return record.keyOf(reference) === undefined;
}

interface OwnPatient {
  readonly names: readonly string[];
  /** Its demographics are held. */
  readonly isWhole: boolean;
}

/** A record never changes in place. */
const patients = new WeakMap<ChartRecord, OwnPatient | { readonly names: undefined }>();

function patientOf(record: ChartRecord): OwnPatient | undefined {
  const known = patients.get(record);
  if (known !== undefined) return known.names === undefined ? undefined : known;
  const { patient } = record;
  const own = patient === undefined ? undefined : { names: namesOf(patient), isWhole: isWhole(patient, record) };
  patients.set(record, own ?? { names: undefined });
  return own;
}

function namesOf({ key, json }: Resource): readonly string[] {
  const { id } = json;
  return [...new Set([key.slice(key.indexOf('/') + 1), ...(typeof id === 'string' ? [id] : [])])];
}

function isWhole({ key }: Resource, record: ChartRecord): boolean {
  return record.at('demographics', key) !== undefined;
}
