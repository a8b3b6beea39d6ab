/** Allergies: added, changed, and "no known allergies". */
import { conceptWords, readPrimitive } from '../datatypes.ts';
import { codesOfConcept } from '../fhir-status.ts';
import { isArray, isObject, type JsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { authorOf, changed, coded, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, Elements, Question } from './edit.ts';
import { noneKnownEntries, retireNoneKnown } from './none-known-entries.ts';
import { typedDate, typedWords } from './typed.ts';

export interface TypedAllergy {
  readonly substance?: string;
  /** One of allergyKinds or empty. */
  readonly kind?: string;
  /** One of criticalities or empty. */
  readonly criticality?: string;
  readonly reaction?: string;
  /** One of severities or empty; of the reaction. */
  readonly severity?: string;
  readonly began?: string;
  /** 'active', 'inactive' or 'resolved'; active when empty. */
  readonly status?: string;
}

const allergyKinds = ['allergy', 'intolerance'] as const;
const criticalities = ['low', 'high', 'unable-to-assess'] as const;
const severities = ['mild', 'moderate', 'severe'] as const;
const allergyStatuses = ['active', 'inactive', 'resolved'] as const;

const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const verificationSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

export function addAllergy(act: Act, typed: TypedAllergy): EditOutcome {
  const read = readAllergy(act.now, typed);
  if (read.kind === 'errors') return read.outcome;
  const edit = creation(
    act,
    'AllergyIntolerance',
    {
      clinicalStatus: coded(clinicalSystem, read.status),
      verificationStatus: coded(verificationSystem, 'confirmed'),
      type: read.allergyKind,
      criticality: read.criticality,
      code: objectOf({ text: read.substance }),
      patient: subjectOf(act),
      onsetDateTime: read.began,
      recordedDate: act.now,
      recorder: authorOf(act),
      reaction: reactionOf(read),
    },
    'AllergyIntolerance',
  );
  const retired = noneKnownEntries(act.record, 'AllergyIntolerance').statements.flatMap(retireNoneKnown);
  const questions: Question[] = retired.length > 0 ? ['replaces-none-known'] : [];
  if (isRecorded(act, read.substance)) questions.push('same-entry-exists');
  return created(act, edit, retired, questions);
}

/** A field left as undefined is left as it is; an empty one is cleared. */
export function changeAllergy(act: Act, resource: Resource, typed: TypedAllergy): EditOutcome {
  const current = allergyToType(resource);
  const read = readAllergy(act.now, { ...current, ...typed });
  if (read.kind === 'errors') return read.outcome;
  const differs = (field: keyof TypedAllergy) =>
    typed[field] !== undefined && typed[field].trim() !== (current[field] ?? '');
  return changed(resource, {
    ...(differs('substance') ? { code: objectOf({ text: read.substance }) } : {}),
    ...(differs('kind') ? { type: read.allergyKind } : {}),
    ...(differs('criticality') ? { criticality: read.criticality } : {}),
    ...(differs('status') ? statusElements(read.status, resource.json) : {}),
    ...(differs('began') ? { onsetDateTime: read.began } : {}),
    ...(differs('reaction') || differs('severity') ? { reaction: reactionOf(read) } : {}),
  });
}

/** The typed form of what is recorded, to start a form with. */
export function allergyToType({ json }: Resource): TypedAllergy {
  const reactions = isArray(json['reaction']) ? json['reaction'].filter(isObject) : [];
  const only = reactions.length === 1 ? reactions[0] : undefined;
  const onset = json['onsetDateTime'];
  return {
    substance: titleOf(json),
    kind: readPrimitive(json, 'type'),
    criticality: readPrimitive(json, 'criticality'),
    reaction: only === undefined ? '' : conceptWords(only['manifestation']),
    severity: only === undefined ? '' : readPrimitive(only, 'severity'),
    began: typeof onset === 'string' ? onset.slice(0, 10) : '',
    status: codesOfConcept(json['clinicalStatus'])[0] ?? 'active',
  };
}

/** "No known allergy" (SNOMED CT 716186003), stated by this person now. */
export function stateNoKnownAllergies(act: Act): EditOutcome {
  if (noneKnownEntries(act.record, 'AllergyIntolerance').active.length > 0) {
    return { kind: 'refused', reason: 'has-active-entries' };
  }
  const edit = creation(
    act,
    'AllergyIntolerance',
    {
      clinicalStatus: coded(clinicalSystem, 'active'),
      verificationStatus: coded(verificationSystem, 'confirmed'),
      code: coded('http://snomed.info/sct', '716186003', 'No known allergy'),
      patient: subjectOf(act),
      recordedDate: act.now,
      recorder: authorOf(act),
    },
    'AllergyIntolerance',
  );
  return created(act, edit);
}

interface ReadAllergy {
  readonly kind: 'read';
  readonly substance: string;
  readonly allergyKind: string | undefined;
  readonly criticality: string | undefined;
  readonly reaction: string | undefined;
  readonly severity: string | undefined;
  readonly began: string | undefined;
  readonly status: string;
}

function readAllergy(now: string, typed: TypedAllergy): ReadAllergy | { kind: 'errors'; outcome: EditOutcome } {
  const substance = typedWords(typed.substance, { required: true });
  const reaction = typedWords(typed.reaction);
  const began = typedDate(typed.began, now);
  const kind = offered(typed.kind, allergyKinds);
  const criticality = offered(typed.criticality, criticalities);
  const severity = offered(typed.severity, severities);
  const status = offered(typed.status, allergyStatuses);
  const wrong = errors({
    substance: substance.reason,
    // FHIR has a severity of a reaction only: without one it would be dropped.
    reaction:
      reaction.reason ?? (severity.value !== undefined && reaction.value === undefined ? 'required' : undefined),
    began: began.reason,
    kind: kind.reason,
    criticality: criticality.reason,
    severity: severity.reason,
    status: status.reason,
  });
  if (wrong !== undefined) return { kind: 'errors', outcome: wrong };
  return {
    kind: 'read',
    substance: substance.value ?? '',
    allergyKind: kind.value,
    criticality: criticality.value,
    reaction: reaction.value,
    severity: severity.value,
    began: began.value,
    status: status.value ?? 'active',
  };
}

function offered(text: string | undefined, choices: readonly string[]) {
  const value = text === undefined || text === '' ? undefined : text;
  const reason = value !== undefined && !choices.includes(value) ? ('not-offered' as const) : undefined;
  return { value, reason };
}

function reactionOf({ reaction, severity }: ReadAllergy) {
  return reaction === undefined ? undefined : [objectOf({ manifestation: [objectOf({ text: reaction })], severity })];
}

function statusElements(status: string, current: JsonObject): Elements {
  const certainty = current['verificationStatus'];
  const kept = isObject(certainty) && !codesOfConcept(certainty).includes('entered-in-error') ? certainty : undefined;
  return {
    clinicalStatus: coded(clinicalSystem, status),
    verificationStatus: kept ?? coded(verificationSystem, 'confirmed'),
  };
}

function isRecorded(act: Act, substance: string): boolean {
  const others = act.record
    .ofTypes('AllergyIntolerance')
    .filter(({ json }) => codesOfConcept(json['clinicalStatus'])[0] === 'active');
  return others.some(({ json }) => titleOf(json).toLowerCase() === substance.toLowerCase());
}
