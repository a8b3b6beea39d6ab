/**
 * What the charts of the replication figures say: four sections of resources about as long, and about as hard to compress,
 * as those of an ordinary Synthea record. From a number, so that the product and its peers get the same, every time.
 */
import type { SectionEdit } from '../src/clinical/section-edit.ts';

export const contentSections = ['identity', 'medications', 'problems', 'results'] as const;
export type ContentSection = (typeof contentSections)[number];

type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };

/** `resources`: how many each section holds beside the patient. 14 make about 40 KB of JSON a chart. */
export interface ChartSize {
  readonly resources: number;
}

export const wholeChart: ChartSize = { resources: 14 };
export const smallChart: ChartSize = { resources: 1 };

export function chartContent(
  chart: number,
  { resources }: ChartSize,
): ReadonlyMap<ContentSection, readonly Resource[]> {
  const chance = new Chance(chart + 1);
  const list = (make: (chance: Chance, subject: object) => Resource): readonly Resource[] =>
    Array.from({ length: resources }, () => make(chance, { reference: `Patient/patient-${chart}` }));
  return new Map<ContentSection, readonly Resource[]>([
    ['identity', [patient(chart)]],
    ['medications', list(medication)],
    ['problems', list(condition)],
    ['results', list(observation)],
  ]);
}

export function writing(resources: readonly Resource[]): readonly SectionEdit[] {
  return resources.map((resource) => ({
    kind: 'create',
    key: `${resource.resourceType}/${resource.id}`,
    base: JSON.stringify(resource),
  }));
}

export function jsonBytes(content: ReadonlyMap<ContentSection, readonly Resource[]>): number {
  return [...content.values()].flat().reduce((sum, resource) => sum + JSON.stringify(resource).length, 0);
}

export function patient(chart: number): Resource {
  return {
    resourceType: 'Patient',
    id: `patient-${chart}`,
    name: [{ family: `Generated ${chart}`, given: ['Patient'] }],
    birthDate: '1960-01-01',
    gender: 'female',
  };
}

function medication(chance: Chance, subject: object): Resource {
  const name = chance.words(3);
  return {
    resourceType: 'MedicationRequest',
    id: chance.uuid(),
    status: chance.of(['active', 'completed', 'stopped']),
    intent: 'order',
    medicationCodeableConcept: {
      coding: [
        {
          system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
          code: chance.digits(6),
          display: `${name} Oral Tablet`,
        },
      ],
      text: `${name} ${chance.digits(2)} MG Oral Tablet`,
    },
    subject,
    encounter: { reference: `urn:uuid:${chance.uuid()}` },
    authoredOn: chance.date(),
    requester: { reference: `urn:uuid:${chance.uuid()}`, display: `Dr. ${chance.words(2)}` },
    reasonReference: [{ reference: `urn:uuid:${chance.uuid()}` }],
    dosageInstruction: [
      {
        sequence: 1,
        text: `${chance.words(8)}.`,
        asNeededBoolean: false,
        timing: { repeat: { frequency: 1 + chance.below(4), period: 1, periodUnit: 'd' } },
        doseAndRate: [
          {
            type: {
              coding: [{ system: 'http://terminology.hl7.org/CodeSystem/dose-rate-type', code: 'ordered' }],
            },
            doseQuantity: { value: 1 + chance.below(20) },
          },
        ],
      },
    ],
  };
}

function condition(chance: Chance, subject: object): Resource {
  const name = chance.words(4);
  const status = (system: string, code: string): object => ({
    coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${system}`, code }],
  });
  return {
    resourceType: 'Condition',
    id: chance.uuid(),
    clinicalStatus: status('clinical', chance.of(['active', 'resolved', 'remission'])),
    verificationStatus: status('ver-status', 'confirmed'),
    code: { coding: [{ system: 'http://snomed.info/sct', code: chance.digits(9), display: name }], text: name },
    subject,
    encounter: { reference: `urn:uuid:${chance.uuid()}` },
    onsetDateTime: chance.date(),
    recordedDate: chance.date(),
    recorder: { reference: `urn:uuid:${chance.uuid()}`, display: `Dr. ${chance.words(2)}` },
    note: [{ time: chance.date(), text: `${chance.words(16)}.` }],
  };
}

function observation(chance: Chance, subject: object): Resource {
  const name = chance.words(4);
  const code = (system: string, value: string, display: string): object => ({
    coding: [{ system, code: value, display }],
    text: display,
  });
  return {
    resourceType: 'Observation',
    id: chance.uuid(),
    status: 'final',
    category: [code('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory', 'laboratory')],
    code: code('http://loinc.org', `${chance.digits(5)}-${chance.digits(1)}`, `${name} in Blood`),
    subject,
    encounter: { reference: `urn:uuid:${chance.uuid()}` },
    effectiveDateTime: chance.date(),
    issued: chance.date(),
    performer: [{ reference: `urn:uuid:${chance.uuid()}`, display: `${chance.words(3)} laboratory` }],
    valueQuantity: {
      value: chance.below(1_000_000) / 1000,
      unit: 'mmol/L',
      system: 'http://unitsofmeasure.org',
      code: 'mmol/L',
    },
    note: [{ text: `${chance.words(12)}.` }],
  };
}

const syllables =
  'ab al an ar bi cal cor da di en fen gal ha il ket la lo ma mi na ol pa pra ri ro sal ta ti vo xin'.split(' ');

/** Numbers that look like chance and are the same every time (mulberry32). */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1);
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  of<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('there is something to choose from');
    return chosen;
  }

  words(count: number): string {
    const word = (): string => Array.from({ length: 2 + this.below(3) }, () => this.of(syllables)).join('');
    return Array.from({ length: count }, word).join(' ');
  }

  digits(count: number): string {
    return String(10 ** count + this.below(10 ** count)).slice(1);
  }

  uuid(): string {
    const hex = Array.from({ length: 32 }, () => this.below(16).toString(16)).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  date(): string {
    return new Date(Date.UTC(2005, 0, 1) + this.below(20 * 365 * 24 * 3600) * 1000).toISOString();
  }
}
