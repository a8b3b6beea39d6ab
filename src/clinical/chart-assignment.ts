/**
 * Which chart of a file each resource goes to. One chart per Patient; what follows is decided in this order:
 *
 * 1. A resource that names its patient (subject, patient, beneficiary, for, individual) goes to that chart. One that
 *    names a patient the file does not hold, be it by a number or a name alone (named-otherwise.ts), goes to none, and what belongs to it alone (2 to 4) goes with it: filed under
 *    someone else, it would be a wrong fact. It is named, so that a person is told. Only what the document of a patient lists is
 *    kept with it even so, and shown as naming another (other-patient.ts).
 * 2. One that refers to patients elsewhere (a Group's members, an appointment's participants) goes to each of theirs.
 * 3. What a chart's resources refer to goes with them (practitioners, organisations, medications), and so on onward.
 * 4. What refers to a chart's resources goes with them (Provenance, a Composition without subject).
 * 5. What is left goes to the chart when the file is about one patient alone; to every chart when it is of a kind that is about
 *    nobody; else to none, and is named too: a finding of nobody knows which of two patients, in the file or not, has no safe place.
 */
import { err, ok, type Result } from '../base/result.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { namesSomebodyElse } from './named-otherwise.ts';
import {
  addressable,
  patientElements,
  ReferenceIndex,
  referencedType,
  referencesIn,
  type Addressed,
} from './references.ts';
import type { ResourceKey } from './section-edit.ts';

/** The file holds no Patient. */
export type AssignRefusal = 'no-patient';

interface Placed extends Addressed {
  readonly path: string;
}

/** Types that are about nobody: people who work, places, things and definitions. */
const sharedTypes: ReadonlySet<string> = new Set(
  `ActivityDefinition CapabilityStatement CatalogEntry ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
   DeviceDefinition Endpoint EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition HealthcareService
   ImplementationGuide InsurancePlan Library Location Measure Medication MedicationKnowledge MessageDefinition
   MessageHeader NamingSystem ObservationDefinition OperationDefinition OperationOutcome Organization
   OrganizationAffiliation PlanDefinition Practitioner PractitionerRole Questionnaire ResearchDefinition
   ResearchElementDefinition ResearchStudy Schedule SearchParameter Slot SpecimenDefinition StructureDefinition
   StructureMap Substance SubstanceSpecification TerminologyCapabilities ValueSet`.split(/\s+/),
);

export interface Assigned {
  /** Patient key → keys of the chart, the Patient first. */
  readonly charts: ReadonlyMap<ResourceKey, ReadonlySet<ResourceKey>>;
  /** What goes to no chart. */
  readonly aboutOthers: ReadonlyMap<ResourceKey, InNoChart>;
}

export interface InNoChart {
  readonly why: 'names-another' | 'belongs-to-such' | 'names-nobody';
  /** The element that names another. */
  readonly element?: string;
}

/** Stands for whoever is not in the file. No key is like it. */
const notInFile = '';

export function assignCharts(resources: readonly Placed[]): Result<Assigned, AssignRefusal> {
  const people = resources.filter(({ type }) => type === 'Patient');
  const patients = people.map(({ key }) => key);
  if (patients.length === 0) return err('no-patient');
  const index = new ReferenceIndex(resources.map(addressable));
  const charts = new Charts(resources, index, new Set(patients));
  const listed = listedInDocuments(resources, index, people);
  const strangers = new Map<ResourceKey, string>();
  const strays = new Set<ResourceKey>();
  for (const resource of resources) {
    if (resource.type === 'Patient') continue;
    const stranger = strangerIn(resource.json, index, people);
    const isAboutOther = stranger !== undefined && !listed.has(resource.key);
    if (isAboutOther) strangers.set(resource.key, stranger);
    charts.own(resource.key, isAboutOther ? [notInFile] : ownPatients(resource.json, index, patients));
  }
  charts.followReferences();
  charts.followReferrers();
  const only = patients.length === 1 && strangers.size === 0 ? patients[0] : undefined;
  for (const resource of resources) {
    if (charts.has(resource.key)) continue;
    if (only !== undefined) charts.own(resource.key, [only]);
    else if (sharedTypes.has(resource.type)) charts.own(resource.key, patients);
    else {
      strays.add(resource.key);
      charts.own(resource.key, [notInFile]);
    }
  }
  const whyOf = (key: ResourceKey): InNoChart => {
    const element = strangers.get(key);
    if (element !== undefined) return { why: 'names-another', element };
    return { why: strays.has(key) ? 'names-nobody' : 'belongs-to-such' };
  };
  const aboutOthers = charts.of(notInFile).map((key) => [key, whyOf(key)] as const);
  return ok({ charts: charts.keysByPatient(patients), aboutOthers: new Map(aboutOthers) });
}

function ownPatients(
  json: JsonObject,
  index: ReferenceIndex,
  patients: readonly ResourceKey[],
): readonly ResourceKey[] {
  const known = new Set(patients);
  const resolved = (value: JsonValue | undefined): readonly ResourceKey[] =>
    value === undefined
      ? []
      : referencesIn(value)
          .map((reference) => index.resolve(reference))
          .filter((key) => key !== undefined)
          .filter((key) => known.has(key));
  const named = patientElements.flatMap((element) => resolved(json[element]));
  return named.length > 0 ? named : resolved(json);
}

/** What the Composition of a patient's document lists: its author says that it belongs there, whomever it names itself. */
function listedInDocuments(
  resources: readonly Placed[],
  index: ReferenceIndex,
  people: readonly Placed[],
): ReadonlySet<ResourceKey | undefined> {
  const patients = new Set<ResourceKey | undefined>(people.map(({ key }) => key));
  const documents = resources.filter(
    ({ type, json }) =>
      type === 'Composition' &&
      strangerIn(json, index, people) === undefined &&
      referencesIn(json['subject'] ?? null).some((reference) => patients.has(index.resolve(reference))),
  );
  return new Set(
    documents.flatMap(({ json }) => referencesIn(json['section'] ?? null).map((reference) => index.resolve(reference))),
  );
}

/** The element that names a patient who is not in the file. */
function strangerIn(json: JsonObject, index: ReferenceIndex, patients: readonly Placed[]): string | undefined {
  return patientElements.find((element) => {
    const value = json[element];
    return (isArray(value) ? value : [value]).some((item) => {
      if (!isObject(item)) return false;
      const { reference } = item;
      if (typeof reference !== 'string' || reference.startsWith('#'))
        return patients.every((patient) => namesSomebodyElse(item, json, patient.json));
      if (index.resolve(reference) !== undefined) return false;
      // A bare urn names no type; standing where the patient is named, it is taken for one.
      return (referencedType(reference) ?? 'Patient') === 'Patient';
    });
  });
}

class Charts {
  readonly #resources: ReadonlyMap<ResourceKey, Placed>;
  readonly #targets: ReadonlyMap<ResourceKey, readonly ResourceKey[]>;
  readonly #patients: ReadonlySet<ResourceKey>;
  readonly #owners = new Map<ResourceKey, Set<ResourceKey>>();
  /** About a patient in itself, not merely referred to: what refers to these belongs with them. */
  readonly #personal = new Set<ResourceKey>();

  constructor(resources: readonly Placed[], index: ReferenceIndex, patients: ReadonlySet<ResourceKey>) {
    this.#resources = new Map(resources.map((resource) => [resource.key, resource]));
    this.#patients = patients;
    this.#targets = new Map(
      resources.map(({ key, json }) => [
        key,
        referencesIn(json)
          .map((reference) => index.resolve(reference))
          .filter((target) => target !== undefined && target !== key && !patients.has(target))
          .filter((target) => target !== undefined),
      ]),
    );
    for (const patient of patients) this.own(patient, [patient]);
  }

  has(key: ResourceKey): boolean {
    return this.#owners.has(key);
  }

  own(key: ResourceKey, patients: readonly ResourceKey[]): void {
    if (patients.length === 0) return;
    this.#personal.add(key);
    this.#owners.set(key, new Set(patients));
  }

  followReferences(): void {
    const pending = [...this.#owners.keys()];
    for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
      for (const target of this.#targets.get(key) ?? []) {
        if (this.#personal.has(target)) continue;
        const owners = this.#owners.get(target) ?? new Set();
        const before = owners.size;
        for (const patient of this.#owners.get(key) ?? []) owners.add(patient);
        this.#owners.set(target, owners);
        if (owners.size > before) pending.push(target);
      }
    }
  }

  followReferrers(): void {
    for (let found = true; found;) {
      found = false;
      for (const key of this.#resources.keys()) {
        if (this.has(key)) continue;
        const targets = (this.#targets.get(key) ?? []).filter((target) => this.#personal.has(target));
        const patients = new Set(targets.flatMap((target) => [...(this.#owners.get(target) ?? [])]));
        if (patients.size === 0) continue;
        this.own(key, [...patients]);
        found = true;
      }
    }
    this.followReferences();
  }

  /** What is of this one and of nobody else. */
  of(patient: ResourceKey): readonly ResourceKey[] {
    const owned = [...this.#owners].filter(([, owners]) => owners.size === 1 && owners.has(patient));
    return owned.map(([key]) => key);
  }

  keysByPatient(patients: readonly ResourceKey[]): ReadonlyMap<ResourceKey, ReadonlySet<ResourceKey>> {
    const charts = new Map(patients.map((patient) => [patient, new Set([patient])]));
    for (const key of this.#resources.keys()) {
      if (this.#patients.has(key)) continue;
      for (const patient of this.#owners.get(key) ?? []) charts.get(patient)?.add(key);
    }
    return charts;
  }
}
