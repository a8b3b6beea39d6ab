/**
 * Which section of a chart a FHIR resource belongs to: the one table of protocol section 0. A section is the unit of
 * sharing, so moving a type here changes what a peer gets: the table is part of the format and is not edited, only a
 * new version of it could be.
 *
 * A type is placed where its facts would be looked for by someone given that section alone; claims, definitions,
 * people and places, and every type FHIR R4 does not know go to `administrative`, which no share includes unless chosen.
 */
import type { ChartSection } from '../base/sections.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';

/** FHIR R4 (4.0.1): every concrete resource type, by section. */
export const resourceTypesBySection: Readonly<Partial<Record<ChartSection, readonly string[]>>> = {
  demographics: words('Patient Person RelatedPerson'),
  allergies: words('AllergyIntolerance'),
  medications: words(`Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement`),
  problems: words(`AdverseEvent CarePlan CareTeam Condition DetectedIssue Device DeviceUseStatement FamilyMemberHistory
    Flag Goal RiskAssessment`),
  // Observation and DetectedIssue: some go elsewhere, see sectionOfResource.
  results: words('BodyStructure DiagnosticReport ImagingStudy Media MolecularSequence Observation Specimen'),
  immunizations: words('Immunization ImmunizationEvaluation ImmunizationRecommendation'),
  encounters: words(`Appointment AppointmentResponse ClinicalImpression Communication CommunicationRequest DeviceRequest
    Encounter EpisodeOfCare NutritionOrder Procedure RequestGroup ServiceRequest VisionPrescription`),
  documents: words('Binary Composition Consent DocumentManifest DocumentReference QuestionnaireResponse'),
  administrative: words(`Account ActivityDefinition AuditEvent Basic BiologicallyDerivedProduct Bundle
    CapabilityStatement CatalogEntry ChargeItem ChargeItemDefinition Claim ClaimResponse CodeSystem
    CompartmentDefinition ConceptMap Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse
    DeviceDefinition DeviceMetric EffectEvidenceSynthesis Endpoint EnrollmentRequest EnrollmentResponse EventDefinition
    Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit GraphDefinition Group GuidanceResponse
    HealthcareService ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure MeasureReport
    MedicationKnowledge MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
    MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
    MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition
    MessageHeader NamingSystem ObservationDefinition OperationDefinition OperationOutcome Organization
    OrganizationAffiliation Parameters PaymentNotice PaymentReconciliation PlanDefinition Practitioner
    PractitionerRole Provenance Questionnaire ResearchDefinition ResearchElementDefinition ResearchStudy
    ResearchSubject RiskEvidenceSynthesis Schedule SearchParameter Slot SpecimenDefinition StructureDefinition
    StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult`),
};

const sectionsByType: ReadonlyMap<string, ChartSection> = new Map(
  (Object.entries(resourceTypesBySection) as [ChartSection, readonly string[]][]).flatMap(([section, types]) =>
    types.map((type) => [type, section] as const),
  ),
);

/** The section of a resource type; `administrative` for types FHIR R4 does not know. */
export function sectionOf(resourceType: string): ChartSection {
  return sectionsByType.get(resourceType) ?? 'administrative';
}

/**
 * LOINC codes of the FHIR vital-signs profile (R4, "Vital Signs"), its panel and components, head circumference, and
 * blood pressure as 2019 systems wrote it (55284-4): for observations that carry no category.
 */
const vitalSignCodes: ReadonlySet<string> = new Set(
  words(`85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 8306-3 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4 8478-0
    55284-4 8287-5 8289-1 59576-9 77606-2`),
);

/** The section of one resource when it enters a chart. Where it was first put, it stays: a key never moves. */
export function sectionOfResource(resource: JsonObject): ChartSection {
  const type = resource['resourceType'];
  if (typeof type !== 'string') return 'administrative';
  if (type === 'Observation' && isVitalSign(resource)) return 'vitals';
  return (type === 'DetectedIssue' ? sectionOfAlert(resource) : undefined) ?? sectionOf(type);
}

/**
 * What an alert of a medication is about, by HL7 v3 ActCode (FHIR detectedissue-category): an allergy, or drugs alone. Whoever reads
 * both lists then also reads why an alert was overridden, and whoever reads the medications alone learns of no allergy.
 */
const alertSections: ReadonlyMap<string, ChartSection> = new Map([
  ['ALGY', 'allergies'],
  ['DRG', 'medications'],
  ['DRUG', 'medications'],
  ['DUPTHPY', 'medications'],
]);

function sectionOfAlert(issue: JsonObject): ChartSection | undefined {
  const sections = codesOf(issue['code'])
    .filter(({ system }) => system === 'http://terminology.hl7.org/CodeSystem/v3-ActCode')
    .map(({ code }) => alertSections.get(code));
  // Of several codes none is told to whoever reads less: one that is about something else keeps it with the problems.
  if (sections.includes(undefined)) return undefined;
  return sections.find((section) => section === 'allergies') ?? sections[0];
}

function isVitalSign(observation: JsonObject): boolean {
  const categories = codesOf(observation['category']);
  if (categories.length > 0) return categories.some(({ code }) => code === 'vital-signs');
  return codesOf(observation['code']).some(
    ({ system, code }) => system === 'http://loinc.org' && vitalSignCodes.has(code),
  );
}

/** All codings of a CodeableConcept or of a list of them. */
function codesOf(concept: JsonValue | undefined): readonly { system: string; code: string }[] {
  if (isArray(concept)) return concept.flatMap(codesOf);
  const codings = isObject(concept) ? concept['coding'] : undefined;
  return (isArray(codings) ? codings : []).filter(isObject).map((coding) => ({
    system: typeof coding['system'] === 'string' ? coding['system'] : '',
    code: typeof coding['code'] === 'string' ? coding['code'] : '',
  }));
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
