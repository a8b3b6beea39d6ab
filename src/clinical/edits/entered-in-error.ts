/**
 * Clinical resources are never deleted (AM-4): what should not be there is marked as entered in error and stays
 * readable. Undo of any edit is here too, since undoing a creation is exactly that mark.
 */
import { jsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { registerText } from '../registers.ts';
import type { SectionEdit } from '../section-edit.ts';
import { changed, changeEdits, coded, type EditOutcome, type Elements } from './edit.ts';

/** R4 types whose `status` has the code entered-in-error. */
const typesWithErrorStatus: ReadonlySet<string> = new Set(
  `Appointment CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest Composition Consent
   Coverage DetectedIssue Device DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
   Claim Encounter EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag ImagingStudy Immunization ImmunizationEvaluation List Media
   MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation
   Procedure QuestionnaireResponse RequestGroup RiskAssessment ServiceRequest Specimen SupplyDelivery SupplyRequest Task
   VisionPrescription`.split(/\s+/),
);

const verificationSystems: Readonly<Record<string, string>> = {
  Condition: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
  AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
};

export function markEnteredInError(resource: Resource): EditOutcome {
  const elements = errorElements(resource.type);
  return elements === undefined ? { kind: 'refused', reason: 'has-no-such-status' } : changed(resource, elements);
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
