/**
 * Which top-level elements of a FHIR resource form one clinical statement, and so one register (AM-4): changed whole or
 * not at all, so that no merge can pair one person's number with another's unit. Part of the stored format: elements are
 * never moved to another register, else what was written under the old name would no longer be read.
 *
 * An element not named here is a register of its own; `_element` (its extensions) goes with it; of a choice such as
 * `onset[x]` all forms are one register, so that a merge cannot leave an onset date beside an onset age.
 */

/** Register name → elements. `value[x]` stands for valueQuantity, valueString … */
type RegisterTable = Readonly<Record<string, readonly string[]>>;

const status = ['status', 'statusReason'];

const registerTables: Readonly<Record<string, RegisterTable>> = {
  // When it ended and whether it is active are one statement; so is why nobody believes it any more.
  Condition: { status: ['clinicalStatus', 'verificationStatus', 'abatement[x]'], code: ['code', 'bodySite'] },
  AllergyIntolerance: { status: ['clinicalStatus', 'verificationStatus'], kind: ['type', 'category'] },
  MedicationRequest: { status, medication: ['medication[x]', 'doNotPerform'], dose: ['dosageInstruction'] },
  MedicationStatement: { status, dose: ['dosage'] },
  MedicationDispense: {
    status: ['status', 'statusReason[x]'],
    dose: ['dosageInstruction'],
    quantity: ['quantity', 'daysSupply'],
  },
  MedicationAdministration: { status, dose: ['dosage'] },
  Immunization: {
    status,
    dose: ['doseQuantity', 'route', 'site'],
    lot: ['lotNumber', 'expirationDate', 'manufacturer'],
  },
  // A result, why it is absent and how it was judged; a blood pressure's two components are one statement.
  Observation: {
    value: ['value[x]', 'dataAbsentReason', 'interpretation', 'referenceRange'],
    code: ['code', 'bodySite', 'method'],
  },
  DiagnosticReport: { conclusion: ['conclusion', 'conclusionCode'] },
  Encounter: { status: ['status', 'statusHistory'], class: ['class', 'classHistory'], period: ['period', 'length'] },
  Procedure: { status, code: ['code', 'bodySite'] },
  ServiceRequest: { code: ['code', 'orderDetail', 'doNotPerform', 'quantity[x]', 'bodySite'] },
  ClinicalImpression: { status, wording: ['description', 'summary'] },
  DocumentReference: { status: ['status', 'docStatus'] },
  Goal: { status: ['lifecycleStatus', 'achievementStatus', 'statusDate', 'statusReason'] },
  CarePlan: { wording: ['title', 'description'] },
  FamilyMemberHistory: { age: ['age[x]', 'estimatedAge'], status: ['status', 'dataAbsentReason'] },
  RiskAssessment: { code: ['method', 'code'] },
};

const defaultTable: RegisterTable = { status };

/** Choice elements at the top level of R4 resources. */
const choices =
  /^(abatement|age|born|deceased|effective|event|identified|medication|multipleBirth|occurrence|onset|performed|product|quantity|serviced|statusReason|timing|value)([A-Z]\w*)$/;
/** What may stand for [x] in those: without this list `valueSet` would look like a choice. */
const choiceTypes: ReadonlySet<string> = new Set(
  `Age Annotation Address Attachment Boolean Code CodeableConcept Coding Count Date DateTime Decimal Distance Duration
   HumanName Identifier Instant Integer Money Period Quantity Range Ratio Reference SampledData String Time Timing Uri`
    .trim()
    .split(/\s+/),
);

const registersByElement: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(registerTables).map(([type, table]) => [type, invert(table)]),
);
const defaultRegisters = invert(defaultTable);

/** The register of a top-level element; undefined for what no register holds: `resourceType` and `id` name the resource. */
export function registerOf(resourceType: string, element: string): string | undefined {
  const bare = element.startsWith('_') ? element.slice(1) : element;
  if (element === 'resourceType' || element === 'id') return undefined;
  const choice = choices.exec(bare);
  const name = choice?.[1] !== undefined && choiceTypes.has(choice[2] ?? '') ? `${choice[1]}[x]` : bare;
  const register = (registersByElement.get(resourceType) ?? defaultRegisters).get(name);
  return register ?? name.replace('[x]', '');
}

/** The grouped registers of a type, for showing and checking the table. */
export function registersOf(resourceType: string): RegisterTable {
  return registerTables[resourceType] ?? defaultTable;
}

export const typesWithRegisterTable: readonly string[] = Object.keys(registerTables);

function invert(table: RegisterTable): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(table).flatMap(([register, elements]) => elements.map((element) => [element, register])),
  );
}
