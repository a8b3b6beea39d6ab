/** Vital signs: each as a row, newest first. Numbers as written. Lines of a plot: vital-series.ts. */
import { hasCode } from '../datatypes.ts';
import type { JsonObject } from '../json.ts';
import { byNewest } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { componentsOf, measuredOf, type Measured } from './observation.ts';
import { rowOf, type Row } from './row.ts';
import { supersededKeys } from './superseded.ts';

export interface VitalRow extends Row, Measured {
  readonly bloodPressure: BloodPressure | undefined;
  readonly parts: readonly { readonly label: string; readonly value: string }[];
  /** The key of the measurement that replaces it. */
  readonly replacedBy: ResourceKey | undefined;
}

interface BloodPressure {
  /** As written; undefined when that side was not measured. */
  readonly systolic: string | undefined;
  readonly diastolic: string | undefined;
  readonly unit: string;
}

/** LOINC: the panel, and the code systems of 2019 wrote for it. */
const bloodPressureCodes: ReadonlySet<string> = new Set(['85354-9', '55284-4']);
const systolicCodes: ReadonlySet<string> = new Set(['8480-6']);
const diastolicCodes: ReadonlySet<string> = new Set(['8462-4']);

export function vitalRows(record: ChartRecord): readonly VitalRow[] {
  const superseded = supersededKeys(record);
  const rows = record
    .inSection('vitals')
    .map((resource) => ({ ...vitalRow(resource, record), replacedBy: superseded.get(resource.key) }));
  return rows.sort((a, b) => byNewest(a.when, b.when));
}

function vitalRow(resource: Resource, record: ChartRecord): Omit<VitalRow, 'replacedBy'> {
  const { json } = resource;
  const values = Object.keys(json).filter((element) => /^value[A-Z]/.test(element));
  const row = rowOf(resource, record, ['code', 'status', 'category', 'component', 'dataAbsentReason', ...values]);
  const measured = measuredOf(json, record);
  const bloodPressure = bloodPressureOf(json, record);
  const parts = componentsOf(json).map((part) => ({ label: titleOf(part), value: measuredOf(part, record).value }));
  return {
    ...row,
    ...measured,
    ...(bloodPressure === undefined ? {} : pressureWords(json, record)),
    bloodPressure,
    parts,
  };
}

export function isBloodPressure(json: JsonObject): boolean {
  return hasCode(json['code'], bloodPressureCodes);
}

/** Of a pressure's parts, one of the two that its value is made of. */
export function isPressureSide(component: JsonObject): boolean {
  return [systolicCodes, diastolicCodes].some((codes) => hasCode(component['code'], codes));
}

function bloodPressureOf(json: JsonObject, record: ChartRecord): BloodPressure | undefined {
  if (!isBloodPressure(json)) return undefined;
  const systolic = componentWith(json, systolicCodes, record)?.quantity;
  const diastolic = componentWith(json, diastolicCodes, record)?.quantity;
  if (systolic === undefined && diastolic === undefined) return undefined;
  return { systolic: systolic?.number, diastolic: diastolic?.number, unit: (systolic ?? diastolic)?.unit ?? '' };
}

/** "128/82 mmHg"; a side that is missing says why, or shows a dash. */
function pressureWords(json: JsonObject, record: ChartRecord): Pick<Measured, 'value' | 'short'> {
  const sides = [systolicCodes, diastolicCodes].map((codes) => componentWith(json, codes, record));
  const unit = sides.map((side) => side?.quantity?.unit).find((text) => text !== undefined && text !== '') ?? '';
  const bare = (text: string) => (unit !== '' && text.endsWith(` ${unit}`) ? text.slice(0, -unit.length - 1) : text);
  const join = (pick: 'value' | 'short') => {
    const pair = sides.map((side) => bare(side?.[pick] ?? '') || '–').join('/');
    // "About" is said once, for the pair.
    const about = pair.includes('≈ ') ? '≈ ' : '';
    return `${about}${pair.replaceAll('≈ ', '')} ${unit}`.trim();
  };
  return { value: join('value'), short: join('short') };
}

function componentWith(json: JsonObject, codes: ReadonlySet<string>, record: ChartRecord): Measured | undefined {
  const component = componentsOf(json).find((part) => hasCode(part['code'], codes));
  return component === undefined ? undefined : measuredOf(component, record);
}
