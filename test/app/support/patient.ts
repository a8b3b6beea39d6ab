/** The patient most stories are about, and what is written about her: whatever matters to a test stands in the test itself. */
import type { ChartSection } from '../../../src/base/sections.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import { sectionOf } from './world.ts';

const adaOkafor = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: 'Okafor', given: ['Ada'] }],
  birthDate: '1961-04-02',
};
const subject = { reference: 'Patient/p1' };

export const problemKey = 'Condition/c1';
export const medicationKey = 'MedicationRequest/m1';

export const problem = (text = 'Hypertension') => ({
  resourceType: 'Condition',
  id: 'c1',
  subject,
  code: { text },
});

export const amlodipine = {
  resourceType: 'MedicationRequest',
  id: 'm1',
  status: 'active',
  intent: 'order',
  subject,
  medicationCodeableConcept: { text: 'Amlodipine' },
  dosageInstruction: [{ text: '5 mg daily' }],
};

/** A file about Ada Okafor, and these. */
export const adaWith = (...resources: readonly object[]): string => JSON.stringify([adaOkafor, ...resources]);

/** A file about somebody else of the family's name, who has asthma. */
export const somebody = (id: string, family: string, ...resources: readonly object[]): string =>
  JSON.stringify([
    { ...adaOkafor, id, name: [{ family, given: ['Ada'] }] },
    { ...problem('Asthma'), id: `c-${id}`, subject: { reference: `Patient/${id}` } },
    ...resources,
  ]);

export const newProblemText = (text: string) => ({
  kind: 'change' as const,
  key: problemKey,
  registers: { code: JSON.stringify({ code: { text } }) },
});

export const dose = (text: string) => ({
  kind: 'change' as const,
  key: medicationKey,
  registers: { dose: JSON.stringify({ dosageInstruction: [{ text }] }) },
});

export const weight = (id: string, text = '71 kg') => ({
  kind: 'create' as const,
  key: `Observation/${id}`,
  base: JSON.stringify({ resourceType: 'Observation', id, status: 'final', valueString: text }),
});

/** All that is in a section, for a look whether something is among it. */
export function textOf(chart: OpenChart, section: ChartSection): string {
  return JSON.stringify([...sectionOf(chart, section).resources.values()]);
}
