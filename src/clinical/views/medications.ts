/** What the patient takes or was prescribed: current first, then the newest. Doses as written. */
import { conceptCodes } from '../datatypes.ts';
import { dosageWords, dosagesWords } from '../dosage-words.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { isDenied } from '../modifiers.ts';
import { noneKnownOf, type NoneKnown } from '../none-known.ts';
import { byNewest } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { labelOf, rowOf, type Row } from './row.ts';

export interface MedicationRow extends Row {
  readonly kind: 'prescription' | 'statement' | 'dispense' | 'administration';
  readonly active: boolean;
  /** Empty when the record gives no dose. */
  readonly dose: string;
  /** The order says that this shall NOT be given. */
  readonly doNotPerform: boolean;
  readonly noneKnown: NoneKnown | undefined;
}

const kinds: Readonly<Record<string, MedicationRow['kind']>> = {
  MedicationRequest: 'prescription',
  MedicationStatement: 'statement',
  MedicationDispense: 'dispense',
  MedicationAdministration: 'administration',
};

export function isMedication(type: string): boolean {
  return Object.hasOwn(kinds, type);
}

/** Statuses under which the patient is, or should be, taking it. */
const activeStatuses: ReadonlySet<string> = new Set(['active', 'intended', 'in-progress', 'on-hold']);
/** What somebody prescribed, or said is taken, does not end for want of a status. */
const perhapsTaken = (kind: MedicationRow['kind'], status: JsonValue | undefined): boolean =>
  (kind === 'prescription' || kind === 'statement') && (status === undefined || status === 'unknown');

export function medicationRows(record: ChartRecord): readonly MedicationRow[] {
  const rows = record.ofTypes(...Object.keys(kinds)).map((resource) => medicationRow(resource, record));
  return rows.sort((a, b) => Number(b.active) - Number(a.active) || byNewest(a.when, b.when));
}

function medicationRow(resource: Resource, record: ChartRecord): MedicationRow {
  const { json, type } = resource;
  const row = rowOf(resource, record, [
    'status',
    'statusReason',
    'medicationCodeableConcept',
    'medicationReference',
    'dosageInstruction',
    'dosage',
    'doNotPerform',
  ]);
  const medication = medicationOf(json, record);
  const dose = json['dosageInstruction'] ?? json['dosage'];
  const status = json['status'];
  const kind = kinds[type] ?? 'statement';
  return {
    ...row,
    kind,
    label: labelOf(medication.label, resource, record),
    codes: row.codes === '' ? medication.codes : row.codes,
    active:
      !isDenied(json) && ((typeof status === 'string' && activeStatuses.has(status)) || perhapsTaken(kind, status)),
    dose: isObject(dose) ? dosageWords(dose) : dosagesWords(dose),
    doNotPerform: json['doNotPerform'] === true,
    noneKnown: noneKnownOf(json),
  };
}

/** The drug itself, whether named in place, contained, or a resource of its own. */
function medicationOf(json: JsonObject, record: ChartRecord): { label: string; codes: string } {
  const reference = json['medicationReference'];
  if (!isObject(reference)) return { label: titleOf(json), codes: '' };
  const target = typeof reference['reference'] === 'string' ? record.resolve(reference['reference'], json) : undefined;
  if (target !== undefined) return { label: titleOf(target), codes: conceptCodes(target['code']) };
  const display = reference['display'];
  return {
    label: typeof display === 'string' ? display : 'Medication not named in the part of the record held here',
    codes: '',
  };
}
