/** A FHIR bundle of about the make-up of a Synthea record, for machines without the reference data. The same every time. */

const kinds = [observation, observation, observation, medication, condition, encounter] as const;

/** `name` tells one patient from another of as many resources. */
export function generatedBundle(resources: number, name = String(resources)): string {
  const patient = {
    resourceType: 'Patient',
    id: `patient-${name}`,
    name: [{ family: `Generated ${name}`, given: ['Patient'] }],
    birthDate: '1960-01-01',
    gender: 'female',
  };
  const subject = { reference: `Patient/${patient.id}` };
  const others = Array.from({ length: resources - 1 }, (_, i) => {
    const kind = kinds[i % kinds.length];
    if (kind === undefined) throw new Error('kinds is not empty');
    return { id: `r${i}`, ...kind(i, dateAt(i)), subject };
  });
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [patient, ...others].map((resource) => ({ resource })),
  });
}

function observation(i: number, date: string) {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }], text: 'Heart rate' },
    effectiveDateTime: date,
    issued: date,
    valueQuantity: { value: 60 + (i % 40), unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  };
}

function medication(i: number, date: string) {
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: `Medication ${i}` },
    authoredOn: date,
    dosageInstruction: [
      { sequence: 1, text: `${i} mg daily`, timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } },
    ],
  };
}

function condition(i: number, date: string) {
  return {
    resourceType: 'Condition',
    clinicalStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
          code: i % 2 === 0 ? 'active' : 'resolved',
        },
      ],
    },
    code: { coding: [{ system: 'http://snomed.info/sct', code: String(100_000 + i) }], text: `Condition ${i}` },
    onsetDateTime: date,
    recordedDate: date,
  };
}

function encounter(i: number, date: string) {
  return {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    type: [{ text: `General examination ${i}` }],
    period: { start: date, end: date },
  };
}

function dateAt(i: number): string {
  return new Date(Date.UTC(2010, 0, 1 + 3 * i)).toISOString();
}
