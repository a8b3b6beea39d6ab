/**
 * Quantities converted from one unit to another. UCUM codes (ucum.org, version 2.1), and the few other spellings that
 * records write in their place. Exact factors only: what is not in the table is not converted, never guessed.
 */
import { err, ok, type Result } from '../base/result.ts';

/** How a unit's number becomes the number in the base unit of its kind: `number * factor + offset`. */
interface Unit {
  readonly kind: string;
  readonly factor: number;
  readonly offset?: number;
}

const inchM = 0.0254; // [in_i], international yard and pound agreement of 1959
const poundG = 453.59237; // [lb_av], the same
const mercuryPa = 133.322; // mm[Hg]: UCUM gives m[Hg] as 133.322 kPa

const unitsByCode: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['m', { kind: 'length', factor: 1 }],
  ['cm', { kind: 'length', factor: 0.01 }],
  ['mm', { kind: 'length', factor: 0.001 }],
  ['[in_i]', { kind: 'length', factor: inchM }],
  ['[ft_i]', { kind: 'length', factor: 12 * inchM }],
  ['g', { kind: 'mass', factor: 1 }],
  ['kg', { kind: 'mass', factor: 1000 }],
  ['mg', { kind: 'mass', factor: 0.001 }],
  ['ug', { kind: 'mass', factor: 0.000001 }],
  ['[lb_av]', { kind: 'mass', factor: poundG }],
  ['[oz_av]', { kind: 'mass', factor: poundG / 16 }],
  ['kg/m2', { kind: 'mass by area', factor: 1 }],
  ['Pa', { kind: 'pressure', factor: 1 }],
  ['kPa', { kind: 'pressure', factor: 1000 }],
  ['mm[Hg]', { kind: 'pressure', factor: mercuryPa }],
  ['Cel', { kind: 'temperature', factor: 1 }],
  ['K', { kind: 'temperature', factor: 1, offset: -273.15 }],
  ['[degF]', { kind: 'temperature', factor: 5 / 9, offset: -160 / 9 }],
  ['/min', { kind: 'rate', factor: 1 }],
  ['%', { kind: 'fraction', factor: 1 }],
]);

/** Other spellings in records, each of one unit only. Where a word is two units ("C"), it is none. */
const codesBySpelling: ReadonlyMap<string, string> = new Map([
  ['centimeter', 'cm'],
  ['in', '[in_i]'],
  ['inch', '[in_i]'],
  ['inches', '[in_i]'],
  ['[in_us]', '[in_i]'], // by two parts in a million
  ['ft', '[ft_i]'],
  ['lb', '[lb_av]'],
  ['lbs', '[lb_av]'],
  ['oz', '[oz_av]'],
  ['mcg', 'ug'],
  ['kg/m²', 'kg/m2'],
  ['kg/m^2', 'kg/m2'],
  ['mmHg', 'mm[Hg]'],
  ['mm Hg', 'mm[Hg]'],
  ['degC', 'Cel'],
  ['°C', 'Cel'],
  ['degF', '[degF]'],
  ['°F', '[degF]'],
  ['bpm', '/min'],
  ['{beats}/min', '/min'],
  ['{breaths}/min', '/min'],
  ['beats/minute', '/min'],
  ['/minute', '/min'],
  ['breaths/minute', '/min'],
]);

/** The UCUM code that a unit's spelling means; the spelling itself where nothing is known of it. */
function ucumCode(unit: string): string {
  const trimmed = unit.trim();
  return codesBySpelling.get(trimmed) ?? trimmed;
}

/**
 * `value` in `to` instead of `from`, both UCUM codes or known spellings. Fails with 'unknown-unit' or, for kilograms in centimetres,
 * 'other-kind'. The same unit on both sides is always allowed.
 */
export function convert(value: number, from: string, to: string): Result<number, 'unknown-unit' | 'other-kind'> {
  const [fromCode, toCode] = [ucumCode(from), ucumCode(to)];
  if (fromCode === toCode) return ok(value);
  const [source, target] = [unitsByCode.get(fromCode), unitsByCode.get(toCode)];
  if (source === undefined) return err('unknown-unit', fromCode);
  if (target === undefined) return err('unknown-unit', toCode);
  if (source.kind !== target.kind) return err('other-kind');
  return ok((value * source.factor + (source.offset ?? 0) - (target.offset ?? 0)) / target.factor);
}
