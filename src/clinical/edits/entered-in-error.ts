/**
 * Clinical resources are never deleted (AM-4): what should not be there is marked as entered in error and stays
 * readable. Undo of any edit is here too, since undoing a creation is exactly that mark.
 */
import { isArray, jsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { registerText } from '../registers.ts';
import type { SectionEdit } from '../section-edit.ts';
import { changed, changeEdits, coded, errors, objectOf, type Act, type EditOutcome, type Elements } from './edit.ts';
import { typedWords } from './typed.ts';

/** R4 types whose `status` has the code entered-in-error. */
const typesWithErrorStatus: ReadonlySet<string> = new Set(
  `Appointment CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest Composition Consent
   Coverage DetectedIssue Device DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
   Claim Encounter EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag ImagingStudy Immunization ImmunizationEvaluation List Media
   MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation
   Procedure QuestionnaireResponse RequestGroup RiskAssessment ServiceRequest Specimen SupplyDelivery SupplyRequest Task
   VisionPrescription`.split(/\s+/),
);

/** Of the types with a page and the commonest others, those that have `note` in R4. */
const typesWithNotes: ReadonlySet<string> = new Set(
  `AllergyIntolerance CarePlan ClinicalImpression Condition FamilyMemberHistory Goal Immunization MedicationAdministration
   MedicationDispense MedicationRequest MedicationStatement Observation Procedure ServiceRequest`.split(/\s+/),
);

const verificationSystems: Readonly<Record<string, string>> = {
  Condition: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
  AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
};

/** What was wrong, as a person says it. */
export interface ErrorReason {
  readonly act: Act;
  readonly why: string;
}

/** With `why`, a reason is required; it is kept as a note of the resource, where its type has notes. */
export function markEnteredInError(resource: Resource, reason?: ErrorReason): EditOutcome {
  const elements = errorElements(resource.type);
  if (elements === undefined) return { kind: 'refused', reason: 'has-no-such-status' };
  if (reason === undefined) return changed(resource, elements);
  const why = typedWords(reason.why, { required: true });
  const wrong = errors({ why: why.reason });
  if (wrong !== undefined) return wrong;
  if (!typesWithNotes.has(resource.type)) return changed(resource, elements);
  const { now, authorName } = reason.act;
  const note = objectOf({ authorString: authorName, time: now, text: `Entered in error: ${why.value ?? ''}` });
  const notes = resource.json['note'];
  return changed(resource, { ...elements, note: [...(isArray(notes) ? notes : []), note] });
}

export function canBeMarkedInError(resourceType: string): boolean {
  return errorElements(resourceType) !== undefined;
}

/** What takes `edit` back, given the resource as it was before; undefined when it cannot be taken back. */
export function undoOf(edit: SectionEdit, before: Resource | undefined): SectionEdit | undefined {
  if (edit.kind === 'change' && before !== undefined) {
    const names = Object.keys(edit.registers).filter((name) => !name.startsWith('@'));
    const registers = Object.fromEntries(names.map((name) => [name, registerText(before.json, name)]));
    return { kind: 'change', key: edit.key, registers };
  }
  if (edit.kind !== 'create') return undefined;
  const type = edit.key.slice(0, edit.key.indexOf('/'));
  const elements = errorElements(type);
  if (elements === undefined) return undefined;
  const bare = { key: edit.key, section: 'administrative', type, json: jsonObject([['resourceType', type]]) } as const;
  return changeEdits(bare, elements)[0];
}

function errorElements(type: string): Elements | undefined {
  const system = verificationSystems[type];
  // FHIR con-5 and ait-2: what was entered in error has no clinical status.
  if (system !== undefined) return { verificationStatus: coded(system, 'entered-in-error'), clinicalStatus: undefined };
  if (type === 'Goal') return { lifecycleStatus: 'entered-in-error' };
  return typesWithErrorStatus.has(type) ? { status: 'entered-in-error', statusReason: undefined } : undefined;
}
