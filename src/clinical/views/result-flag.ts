/**
 * Whether a result is flagged: as the laboratory judged it, else by its own reference range. No range and no judgement, no flag; and
 * nothing is judged against a range that may be meant for somebody else, or that is in another unit.
 */
import { codesOfConcept } from '../fhir-status.ts';
import { isObject, JsonNumber, objects, type JsonObject, type JsonValue } from '../json.ts';
import { isModified } from '../modifiers.ts';
import { convert } from '../ucum.ts';

export interface ResultFlag {
  readonly direction: 'high' | 'low' | 'abnormal';
  readonly critical: boolean;
  /** Who says so. */
  readonly by: 'laboratory' | 'range';
}

export interface ResultRange {
  readonly low?: number;
  readonly high?: number;
}

/** HL7 ObservationInterpretation (v3), as far as it speaks of values that are not as expected. */
const flagsByCode: ReadonlyMap<string, Omit<ResultFlag, 'by'>> = new Map([
  ['H', { direction: 'high', critical: false }],
  ['HU', { direction: 'high', critical: false }],
  ['HH', { direction: 'high', critical: true }],
  ['L', { direction: 'low', critical: false }],
  ['LU', { direction: 'low', critical: false }],
  ['LL', { direction: 'low', critical: true }],
  ['AA', { direction: 'abnormal', critical: true }],
  ['A', { direction: 'abnormal', critical: false }],
  ['POS', { direction: 'abnormal', critical: false }],
  ['DET', { direction: 'abnormal', critical: false }],
  ['R', { direction: 'abnormal', critical: false }],
  ['W', { direction: 'abnormal', critical: false }],
]);

export function resultFlag(observation: JsonObject): ResultFlag | undefined {
  const judged = objects(observation['interpretation'])
    .flatMap(codesOfConcept)
    .map((code) => flagsByCode.get(code))
    .filter((flag) => flag !== undefined);
  const gravest = judged.find(({ critical }) => critical) ?? judged[0];
  // "Normal" by the laboratory does not silence a value outside the range that came with it.
  return gravest === undefined ? flagByRange(observation) : { ...gravest, by: 'laboratory' };
}

/** The one range that holds for this result, in the unit of its value. */
export function ownRange(observation: JsonObject): ResultRange | undefined {
  const value = observation['valueQuantity'];
  const normal = objects(observation['referenceRange']).filter(
    ({ type }) => type === undefined || codesOfConcept(type).includes('normal'),
  );
  const [range] = normal;
  // Of several, or of one for a group of people, it cannot be told here which holds.
  if (normal.length !== 1 || range === undefined || range['appliesTo'] !== undefined || range['age'] !== undefined) {
    return undefined;
  }
  const unit = isObject(value) ? unitOf(value) : undefined;
  const [low, high] = [range['low'], range['high']].map((limit) => limitIn(limit, unit));
  if (low === undefined && high === undefined) return undefined;
  if (low === 'other-unit' || high === 'other-unit') return undefined;
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

/** A value inside a range that holds for it: the only ground, beside its laboratory's word, on which one is called normal. */
export function isWithinOwnRange(observation: JsonObject): boolean {
  const quantity = observation['valueQuantity'];
  if (!isObject(quantity) || quantity['comparator'] !== undefined || isModified(observation)) return false;
  return (
    ownRange(observation) !== undefined &&
    quantity['value'] instanceof JsonNumber &&
    flagByRange(observation) === undefined
  );
}

function flagByRange(observation: JsonObject): ResultFlag | undefined {
  const quantity = observation['valueQuantity'];
  const range = ownRange(observation);
  if (range === undefined || !isObject(quantity) || !(quantity['value'] instanceof JsonNumber)) return undefined;
  const value = Number(quantity['value'].text);
  const { low = -Infinity, high = Infinity } = range;
  // "<5" may be anything below five: it is low only if all of that is.
  switch (quantity['comparator']) {
    case undefined:
      return value < low ? byRange('low') : value > high ? byRange('high') : undefined;
    case '<':
      return value <= low ? byRange('low') : undefined;
    case '<=':
      return value < low ? byRange('low') : undefined;
    case '>':
      return value >= high ? byRange('high') : undefined;
    case '>=':
      return value > high ? byRange('high') : undefined;
    default:
      return undefined;
  }
}

function byRange(direction: 'high' | 'low'): ResultFlag {
  return { direction, critical: false, by: 'range' };
}

function limitIn(limit: JsonValue | undefined, unit: string | undefined): number | 'other-unit' | undefined {
  if (!isObject(limit) || !(limit['value'] instanceof JsonNumber)) return undefined;
  const number = Number(limit['value'].text);
  const own = unitOf(limit);
  // A limit without a unit is in that of the value.
  if (own === undefined || unit === undefined || own === unit) return number;
  const converted = convert(number, own, unit);
  return converted.ok ? converted.value : 'other-unit';
}

function unitOf(quantity: JsonObject): string | undefined {
  const { code, unit } = quantity;
  return typeof unit === 'string' ? unit : typeof code === 'string' ? code : undefined;
}
