/**
 * Vital signs as lines of a plot, oldest first: one line for a sign whatever code system, code or unit its records were written
 * in. What was entered in error or replaced, is no plain number ("<30") or has no date is on no line; the table has it.
 */
import { isEnteredInError } from '../fhir-status.ts';
import { isObject, JsonNumber, type JsonObject } from '../json.ts';
import { isModified } from '../modifiers.ts';
import { otherPatient } from '../other-patient.ts';
import { readDate, type ReadableDate } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { convert } from '../ucum.ts';
import { unitWords } from '../units.ts';
import { vitalSpec, vitalSpecOf, vitalSpecs, type VitalKind } from '../vital-kinds.ts';
import { componentsOf } from './observation.ts';
import { supersededKeys } from './superseded.ts';

export interface VitalPoint {
  readonly key: ResourceKey;
  readonly when: ReadableDate;
  /** Undefined for a measurement that is not in the table of vital signs. */
  readonly kind: VitalKind | undefined;
  readonly label: string;
  /** The UCUM code if the record gives one, else the unit as written. */
  readonly unit: string;
  /** The number as written. */
  readonly written: string;
  readonly number: number;
}

export interface VitalSeries {
  readonly kind: VitalKind | undefined;
  readonly label: string;
  /** Of all its points, in words. */
  readonly unit: string;
  readonly points: readonly {
    readonly key: ResourceKey;
    readonly when: ReadableDate;
    /** As written, with its unit only where that is not the line's. */
    readonly written: string;
    readonly number: number;
  }[];
}

export function vitalPoints(record: ChartRecord): readonly VitalPoint[] {
  const superseded = supersededKeys(record);
  const points = record
    .inSection('vitals')
    .filter(({ key, json }) => otherPatient(json, record) === undefined && !superseded.has(key))
    .flatMap(pointsOf);
  return points.sort((a, b) => a.when.sortMs - b.when.sortMs);
}

export function vitalSeries(record: ChartRecord): readonly VitalSeries[] {
  const series = new Map<string, VitalSeries & { points: VitalSeries['points'][number][] }>();
  for (const point of vitalPoints(record)) {
    const { key, when, kind } = point;
    const { unit, number, written } = inUnitOfLine(point);
    const label = kind === undefined ? point.label : vitalSpec(kind).label;
    // What cannot be converted is a line of its own: kilograms and an unknown unit make no line.
    const name = `${kind ?? label} ${unit}`;
    const line = series.get(name) ?? { kind, label, unit, points: [] };
    line.points.push({ key, when, written, number });
    series.set(name, line);
  }
  const place = ({ kind }: VitalSeries) => vitalSpecs.findIndex((spec) => spec.kind === kind);
  const known = [...series.values()].filter((line) => line.kind !== undefined);
  const others = [...series.values()].filter((line) => line.kind === undefined);
  return [...known.sort((a, b) => place(a) - place(b)), ...others];
}

function inUnitOfLine(point: VitalPoint): { unit: string; number: number; written: string } {
  const spec = point.kind === undefined ? undefined : vitalSpec(point.kind);
  const converted = spec === undefined ? undefined : convert(point.number, point.unit, spec.unit);
  if (spec === undefined || converted?.ok !== true) {
    return { unit: unitWords(point.unit), number: point.number, written: point.written };
  }
  const isSame = converted.value === point.number;
  return {
    unit: unitWords(spec.unit),
    number: converted.value,
    written: isSame ? point.written : `${point.written} ${unitWords(point.unit)}`,
  };
}

function pointsOf({ key, json }: Resource): readonly VitalPoint[] {
  const when = dateOf(json);
  if (when === undefined || Number.isNaN(when.sortMs) || isEnteredInError(json) || isModified(json)) return [];
  return [json, ...componentsOf(json)].flatMap((part) => {
    const quantity = part['valueQuantity'];
    if (!isObject(quantity) || quantity['comparator'] !== undefined) return [];
    const { value, unit, code } = quantity;
    if (!(value instanceof JsonNumber)) return [];
    const measure = typeof code === 'string' ? code : typeof unit === 'string' ? unit : '';
    const label = titleOf(part);
    const kind = vitalSpecOf(part)?.kind;
    return [{ key, when, kind, label, unit: measure, written: value.text, number: Number(value.text) }];
  });
}

function dateOf(json: JsonObject): ReadableDate | undefined {
  const period = json['effectivePeriod'];
  const start = isObject(period) ? (period['start'] ?? period['end']) : undefined;
  return readDate(json['effectiveDateTime'] ?? json['effectiveInstant'] ?? start ?? json['issued']);
}
