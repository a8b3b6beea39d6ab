/** One numeric result through time: every value of the same test in the same unit, oldest first. */
import { codingsOf } from '../datatypes.ts';
import { isEnteredInError } from '../fhir-status.ts';
import { isObject, JsonNumber, type JsonObject } from '../json.ts';
import { isModified } from '../modifiers.ts';
import { otherPatient } from '../other-patient.ts';
import { readDate, type ReadableDate } from '../readable-date.ts';
import type { ChartRecord } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { unitWords } from '../units.ts';
import { ownRange, type ResultRange } from './result-flag.ts';
import { supersededKeys } from './superseded.ts';

export interface ResultSeries {
  readonly label: string;
  readonly unit: string;
  readonly points: readonly {
    readonly key: ResourceKey;
    readonly when: ReadableDate;
    readonly written: string;
    readonly number: number;
  }[];
  /** Of the newest value; older ones may have had another. */
  readonly range: ResultRange | undefined;
}

/** The series that a result belongs to; undefined when it is no plain number. What was replaced is on no line. */
export function resultSeries(record: ChartRecord, key: ResourceKey): ResultSeries | undefined {
  const of = record.get(key)?.json;
  const own = of === undefined ? undefined : quantityOf(of);
  if (of === undefined || own === undefined) return undefined;
  const test = testOf(of);
  const superseded = supersededKeys(record);
  const points = record.inSection('results').flatMap((resource) => {
    const quantity = quantityOf(resource.json);
    const when = readDate(resource.json['effectiveDateTime'] ?? resource.json['issued']);
    const isSame = testOf(resource.json) === test && quantity?.unit === own.unit;
    const counts =
      !isEnteredInError(resource.json) &&
      !isModified(resource.json) &&
      otherPatient(resource.json, record) === undefined &&
      !superseded.has(resource.key);
    if (!isSame || !counts || when === undefined || Number.isNaN(when.sortMs)) return [];
    return [
      { key: resource.key, when, written: quantity.written, number: Number(quantity.written), json: resource.json },
    ];
  });
  points.sort((a, b) => a.when.sortMs - b.when.sortMs);
  const newest = points.at(-1);
  return {
    label: titleOf(of),
    unit: unitWords(own.unit),
    points: points.map(({ key: point, when, written, number }) => ({ key: point, when, written, number })),
    range: newest === undefined ? undefined : ownRange(newest.json),
  };
}

function quantityOf(json: JsonObject): { readonly written: string; readonly unit: string } | undefined {
  const quantity = json['valueQuantity'];
  if (!isObject(quantity) || quantity['comparator'] !== undefined) return undefined;
  const { value, unit, code } = quantity;
  if (!(value instanceof JsonNumber)) return undefined;
  return { written: value.text, unit: typeof unit === 'string' ? unit : typeof code === 'string' ? code : '' };
}

/** By its first code with its system; by its name where it has none. A code of no system is one test's here and another's there: with its name. */
export function testOf(json: JsonObject): string {
  const [coding] = codingsOf(json['code']);
  const { system, code } = coding ?? {};
  const name = titleOf(json).toLowerCase();
  if (typeof code !== 'string') return name;
  return typeof system === 'string' && system !== '' ? `${system}|${code}` : `|${code}|${name}`;
}
