/** The statuses of FHIR resources by code, since displays and texts may be in any language. */
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';

export function codesOfConcept(concept: JsonValue | undefined): readonly string[] {
  const codings = isObject(concept) ? concept['coding'] : undefined;
  const codes = isArray(codings) ? codings.filter(isObject).map(({ code }) => code) : [];
  return codes.filter((code) => typeof code === 'string');
}

export function isEnteredInError(json: JsonObject): boolean {
  return (
    json['status'] === 'entered-in-error' || codesOfConcept(json['verificationStatus']).includes('entered-in-error')
  );
}
