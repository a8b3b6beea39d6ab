/** The elements of FHIR R4 that the made-up records are built of. Plain objects: they become text at once. */

export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };

const terminology = 'http://terminology.hl7.org/CodeSystem';
const loinc = 'http://loinc.org';
const snomed = 'http://snomed.info/sct';
const ucum = 'http://unitsofmeasure.org';

export function concept(system: string, code: string, display: string) {
  return { coding: [{ system, code, display }], text: display };
}

export const byLoinc = (code: string, display: string) => concept(loinc, code, display);
export const bySnomed = (code: string, display: string) => concept(snomed, code, display);
export const byCvx = (code: string, display: string) => concept('http://hl7.org/fhir/sid/cvx', code, display);

export function term(codeSystem: string, code: string, display?: string) {
  return { coding: [{ system: `${terminology}/${codeSystem}`, code, ...(display === undefined ? {} : { display }) }] };
}

export function quantity(value: number, code: string, unit = code) {
  return { value, unit, system: ucum, code };
}

/** To so many decimals, without zeros at the end. */
export function rounded(value: number, decimals = 0): number {
  return Number(value.toFixed(decimals));
}
