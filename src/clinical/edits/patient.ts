/** A patient registered by hand. */
import type { ChartSection } from '../../base/sections.ts';
import { objectOf, errors, type FieldReason } from './edit.ts';
import { stringifyJson } from '../json.ts';
import type { SectionEdit } from '../section-edit.ts';
import { typedDate, typedWords } from './typed.ts';

export interface TypedPatient {
  readonly given?: string;
  readonly family?: string;
  /** Whole or partial; a patient of unknown age is still a patient. */
  readonly birthDate?: string;
  /** One of genders or empty. */
  readonly gender?: string;
  readonly identifier?: string;
}

const genders = ['female', 'male', 'other', 'unknown'] as const;

export type NewPatient =
  | {
      readonly kind: 'patient';
      readonly section: ChartSection;
      readonly edit: SectionEdit & { readonly kind: 'create' };
    }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, FieldReason>> };

/** `id`: a fresh UUID; `now`: FHIR dateTime. The identity section's part follows from it (identity.ts). */
export function newPatient(act: { readonly id: string; readonly now: string }, typed: TypedPatient): NewPatient {
  const given = typedWords(typed.given);
  const family = typedWords(typed.family);
  const birthDate = typedDate(typed.birthDate, act.now);
  const identifier = typedWords(typed.identifier);
  const gender = typed.gender ?? '';
  const nameless = given.value === undefined && family.value === undefined;
  const wrong = errors({
    given: given.reason,
    family: family.reason ?? (nameless ? 'required' : undefined),
    birthDate: birthDate.reason,
    gender: gender !== '' && !(genders as readonly string[]).includes(gender) ? 'not-offered' : undefined,
    identifier: identifier.reason,
  });
  if (wrong?.kind === 'errors') return wrong;
  const json = objectOf({
    resourceType: 'Patient',
    id: act.id,
    identifier: identifier.value === undefined ? undefined : [objectOf({ use: 'usual', value: identifier.value })],
    active: true,
    name: [objectOf({ use: 'official', family: family.value, given: given.value?.split(/\s+/) })],
    gender: gender === '' ? undefined : gender,
    birthDate: birthDate.value,
  });
  return {
    kind: 'patient',
    section: 'demographics',
    edit: { kind: 'create', key: `Patient/${act.id}`, base: stringifyJson(json) },
  };
}
