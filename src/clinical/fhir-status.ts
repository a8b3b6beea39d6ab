/** The statuses of FHIR resources by code, since displays and texts may be in any language. */
import { isArray, isObject, textOf, type JsonObject, type JsonValue } from './json.ts';

export function codesOfConcept(concept: JsonValue | undefined): readonly string[] {
  const codings = isObject(concept) ? concept['coding'] : undefined;
  const codes = isArray(codings) ? codings.filter(isObject).map(({ code }) => code) : [];
  return codes.filter((code) => typeof code === 'string');
}

const clinicalStatuses: ReadonlySet<string> = new Set(
  `active recurrence relapse inactive remission resolved unknown unconfirmed provisional differential presumed confirmed refuted
   entered-in-error`.split(/\s+/),
);

/** A clinical or verification status: coded, as the bare code that it was before R4, or in FHIR's own words. */
export function statusCode(status: JsonValue | undefined): string | undefined {
  const words = isObject(status) ? status['text'] : status;
  const spoken = typeof words === 'string' ? words.trim().toLowerCase().replaceAll(' ', '-') : '';
  return codesOfConcept(status)[0] ?? (clinicalStatuses.has(spoken) ? spoken : undefined);
}

export function isEnteredInError(json: JsonObject): boolean {
  return (
    json['status'] === 'entered-in-error' ||
    codesOfConcept(json['verificationStatus']).includes('entered-in-error') ||
    statusCode(json['verificationStatus']) === 'entered-in-error'
  );
}

const correctedStatuses: ReadonlySet<string> = new Set(['corrected', 'amended', 'appended']);

/** Its laboratory changed it after it was final. */
export function isCorrected(json: JsonObject): boolean {
  return correctedStatuses.has(textOf(json['status']));
}

const unfinishedStatuses: ReadonlySet<string> = new Set([
  'registered',
  'partial',
  'preliminary',
  'cancelled',
  'unknown',
]);

/** Its laboratory does not stand by it, or not yet. */
export function isUnfinished(json: JsonObject): boolean {
  return unfinishedStatuses.has(textOf(json['status']));
}
