/**
 * Units as people write them. FHIR gives UCUM's codes, which are made for machines: "Cel", "10*6/uL", "[lb_av]".
 *
 * Only the terms below are rewritten, each for another spelling of the same unit and none with a factor; whatever is not in the
 * table is shown as written. Source: the print symbols of The Unified Code for Units of Measure (ucum.org, version 2.1,
 * tables 2–22); "mcg" and "years" from ISMP's list of error-prone abbreviations, where "µg" was read as "mg".
 */

/** UCUM term, without exponent → how it is written. */
const terms: ReadonlyMap<string, string> = new Map([
  ['Cel', '°C'],
  ['[degF]', '°F'],
  ['mm[Hg]', 'mmHg'],
  ['cm[H2O]', 'cmH₂O'],
  ['[pH]', 'pH'],
  ['[in_i]', 'in'],
  ['[in_us]', 'in'],
  ['[ft_i]', 'ft'],
  ['[lb_av]', 'lb'],
  ['[oz_av]', 'oz'],
  ['[IU]', 'IU'],
  ['m[IU]', 'mIU'],
  ['u[IU]', 'µIU'],
  ['k[IU]', 'kIU'],
  ["[arb'U]", 'arb. units'],
  ['ug', 'mcg'],
  ['uL', 'µL'],
  ['um', 'µm'],
  ['umol', 'µmol'],
  ['a', 'years'],
  ['mo', 'months'],
  ['wk', 'weeks'],
  ['deg', '°'],
  ['cm2', 'cm²'],
  ['m2', 'm²'],
  ['m3', 'm³'],
]);

/** UCUM's `10*6` and `10^6`: a power of ten. */
const powerOfTen = /^10[*^](-?\d{1,2})$/;
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A unit of measure for a person: "10*6/uL" is "10⁶/µL". Empty for "no unit" (`1`, `{score}`). */
export function unitWords(unit: string): string {
  if (unit === '1' || unit === '{score}') return '';
  return unit.split('/').map(termWords).join('/');
}

function termWords(term: string): string {
  const power = powerOfTen.exec(term)?.[1];
  if (power !== undefined) return `10${raised(power)}`;
  // An annotation, such as `{1.73_m2}`: words, with underscores for spaces.
  const annotation = /^\{([^{}]*)\}$/.exec(term)?.[1];
  if (annotation !== undefined)
    return annotation
      .split('_')
      .map((word) => terms.get(word) ?? word)
      .join(' ');
  return terms.get(term) ?? term;
}

function raised(exponent: string): string {
  return exponent.replace('-', '⁻').replace(/\d/g, (digit) => superscripts[Number(digit)] ?? digit);
}
