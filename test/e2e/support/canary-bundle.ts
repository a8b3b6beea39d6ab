/**
 * One patient's FHIR R4 Bundle with a word of its own in every kind of field, so that a leak says what leaked. The words
 * are made up, long enough never to occur by chance, and told apart by section: a pharmacy that is given medications and
 * allergies must hold theirs and those of `identity`, and no other.
 */
import type { Secret } from '../../support/secret-search.ts';

export const patientName = 'Orsolya Quellmalz';

/** Of each section: what stands in names, texts, codes, numbers, dates, references and in what no page understands. */
export const canaries = {
  identity: ['Quellmalz', 'Orsolya', '1961-07-23', 'MRN-8846-zarquon'],
  demographics: ['Wimborne-Passage-17', '+49-555-3141592', 'orsolya.q@quellmalz.example'],
  allergies: ['grapefruit-pollen-xq', 'wheezing-after-xq'],
  medications: ['Tramvolox', 'two-tablets-at-dusk-xq', 'Halden-pharmacy-note-xq'],
  problems: ['Kettlewell-syndrome', 'problem-remark-xq'],
  results: ['serum-zirconate-xq', 'value-comment-xq'],
  vitals: ['cuff-on-left-arm-xq'],
  immunizations: ['lot-ZX-99381-xq'],
  encounters: ['came-about-insomnia-xq', 'free-text-note-xq'],
  documents: ['scanned-letter-title-xq'],
  administrative: ['claim-item-xq', 'never-heard-of-type-xq', 'unknown-field-xq'],
} as const;

export type CanarySection = keyof typeof canaries;

export function canarySecrets(sections: readonly CanarySection[] = Object.keys(canaries) as CanarySection[]): Secret[] {
  return sections.flatMap((section) => canaries[section].map((text) => ({ name: `${section}: ${text}`, text })));
}

const subject = { reference: 'Patient/canary-patient' };
const code = (text: string) => ({ text });
const narrative = (text: string) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>`,
});

const resources = [
  {
    resourceType: 'Patient',
    id: 'canary-patient',
    identifier: [{ type: code('Medical record number'), value: 'MRN-8846-zarquon' }],
    name: [{ family: 'Quellmalz', given: ['Orsolya'] }],
    birthDate: '1961-07-23',
    gender: 'female',
    address: [{ line: ['Wimborne-Passage-17'], city: 'Halden' }],
    telecom: [
      { system: 'phone', value: '+49-555-3141592' },
      { system: 'email', value: 'orsolya.q@quellmalz.example' },
    ],
  },
  {
    resourceType: 'AllergyIntolerance',
    id: 'allergy-1',
    patient: subject,
    code: code('grapefruit-pollen-xq'),
    reaction: [{ manifestation: [code('wheezing-after-xq')] }],
  },
  {
    resourceType: 'MedicationRequest',
    id: 'medication-1',
    status: 'active',
    intent: 'order',
    subject,
    medicationCodeableConcept: code('Tramvolox'),
    dosageInstruction: [{ text: 'two-tablets-at-dusk-xq' }],
    note: [{ text: 'Halden-pharmacy-note-xq' }],
  },
  {
    resourceType: 'Condition',
    id: 'problem-1',
    subject,
    clinicalStatus: { coding: [{ code: 'active' }] },
    code: code('Kettlewell-syndrome'),
    note: [{ text: 'problem-remark-xq' }],
  },
  {
    resourceType: 'Observation',
    id: 'result-1',
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }],
    subject,
    code: code('serum-zirconate-xq'),
    valueQuantity: { value: 4.1, unit: 'mmol/L' },
    note: [{ text: 'value-comment-xq' }],
  },
  {
    resourceType: 'Observation',
    id: 'vital-1',
    status: 'final',
    category: [{ coding: [{ code: 'vital-signs' }] }],
    subject,
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Heart rate' },
    valueQuantity: { value: 71, unit: '/min' },
    note: [{ text: 'cuff-on-left-arm-xq' }],
  },
  {
    resourceType: 'Immunization',
    id: 'immunization-1',
    status: 'completed',
    patient: subject,
    vaccineCode: code('Influenza'),
    occurrenceDateTime: '2024-10-04',
    lotNumber: 'lot-ZX-99381-xq',
  },
  {
    resourceType: 'Encounter',
    id: 'encounter-1',
    status: 'finished',
    class: { code: 'AMB' },
    subject,
    reasonCode: [code('came-about-insomnia-xq')],
    text: narrative('free-text-note-xq'),
  },
  {
    resourceType: 'DocumentReference',
    id: 'document-1',
    status: 'current',
    subject,
    description: 'scanned-letter-title-xq',
    content: [{ attachment: { contentType: 'text/plain', title: 'scanned-letter-title-xq' } }],
  },
  {
    resourceType: 'Claim',
    id: 'claim-1',
    status: 'active',
    patient: subject,
    item: [{ sequence: 1, productOrService: code('claim-item-xq') }],
    unknownField: 'unknown-field-xq',
  },
  { resourceType: 'Basic', id: 'basic-1', subject, code: code('never-heard-of-type-xq') },
];

export const canaryBundle = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ fullUrl: `https://clinic.example/${resource.id}`, resource })),
});
