/** Names of FHIR elements, code systems and codes in a clinician's words. What is not in a table is spelled out. */

/** `dosageInstruction` → "Dosage instruction". */
export function elementWords(element: string): string {
  const bare = element.replace(/^_/, '');
  return elementNames.get(bare) ?? spelledOut(bare);
}

/** `problem-list-item` → "problem list item". */
export function codeWords(code: string): string {
  return (
    codeNames.get(code) ??
    code
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replace(/[-_]/g, ' ')
      .toLowerCase()
  );
}

/** A code system's usual name; else the end of its address. */
export function systemWords(system: string): string {
  return systemNames.get(system) ?? /^https?:\/\/.*\/([^/]+)\/?$/.exec(system)?.[1] ?? system;
}

/** `MedicationRequest` → "Medication request". */
export function typeWords(type: string): string {
  return typeNames.get(type) ?? spelledOut(type);
}

function spelledOut(name: string): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const elementNames: ReadonlyMap<string, string> = new Map([
  ['abatementDateTime', 'Ended'],
  ['assertedDate', 'Recorded'],
  ['asserter', 'Stated by'],
  ['authoredOn', 'Written'],
  ['birthDate', 'Birth date'],
  ['clinicalStatus', 'Status'],
  ['code', 'What'],
  ['dateAsserted', 'Recorded'],
  ['dosageInstruction', 'Dose'],
  ['dosage', 'Dose'],
  ['effectiveDateTime', 'When'],
  ['effectivePeriod', 'When'],
  ['expirationDate', 'Expires'],
  ['gender', 'Sex'],
  ['issued', 'Issued'],
  ['lotNumber', 'Lot'],
  ['note', 'Note'],
  ['occurrenceDateTime', 'When'],
  ['onsetDateTime', 'Began'],
  ['performedDateTime', 'When'],
  ['performedPeriod', 'When'],
  ['reasonCode', 'Reason'],
  ['reasonReference', 'Reason'],
  ['recordedDate', 'Recorded'],
  ['statusReason', 'Reason for status'],
  ['subject', 'Patient'],
  ['vaccineCode', 'Vaccine'],
  ['verificationStatus', 'Certainty'],
]);

const typeNames: ReadonlyMap<string, string> = new Map([
  ['AllergyIntolerance', 'Allergy'],
  ['ClinicalImpression', 'Note'],
  ['Condition', 'Problem'],
  ['DiagnosticReport', 'Report'],
  ['DocumentReference', 'Document'],
  ['ExplanationOfBenefit', 'Explanation of benefit'],
  ['MedicationRequest', 'Prescription'],
  ['MedicationStatement', 'Medication'],
  ['Observation', 'Result'],
  ['ServiceRequest', 'Order'],
]);

/** FHIR R4 required codes whose spelling alone would mislead or puzzle. */
const codeNames: ReadonlyMap<string, string> = new Map([
  ['entered-in-error', 'entered in error'],
  ['on-hold', 'on hold'],
  ['not-done', 'not done'],
  ['unable-to-assess', 'risk not assessed'],
  ['AMB', 'ambulatory'],
  ['EMER', 'emergency'],
  ['IMP', 'inpatient'],
  ['HH', 'home visit'],
  ['VR', 'virtual'],
  ['WELLNESS', 'wellness visit'],
]);

const systemNames: ReadonlyMap<string, string> = new Map([
  ['http://snomed.info/sct', 'SNOMED CT'],
  ['http://loinc.org', 'LOINC'],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', 'RxNorm'],
  ['http://hl7.org/fhir/sid/cvx', 'CVX'],
  ['http://hl7.org/fhir/sid/icd-10', 'ICD-10'],
  ['http://hl7.org/fhir/sid/icd-10-cm', 'ICD-10-CM'],
  ['http://hl7.org/fhir/sid/icd-9-cm', 'ICD-9-CM'],
  ['http://hl7.org/fhir/sid/ndc', 'NDC'],
  ['http://www.whocc.no/atc', 'ATC'],
  ['http://unitsofmeasure.org', 'UCUM'],
  ['http://www.ama-assn.org/go/cpt', 'CPT'],
]);
