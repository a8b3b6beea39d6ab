/** What is not settled never leaves as if it were: not in a file, not in the preview of a share. */
import { describe, expect, it } from 'vitest';
import { actorId, changeHash, deviceId } from '../../src/base/ids.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import { listKey, type ConcurrentBranch, type ConcurrentChange } from '../../src/clinical/conflicts.ts';
import type { EditOutcome } from '../../src/clinical/edits/edit.ts';
import { changeDose, stopMedication } from '../../src/clinical/edits/medication.ts';
import type { Registers } from '../../src/clinical/section-edit.ts';
import { sharePreview } from '../../src/clinical/share-preview.ts';
import { unsettledVersions } from '../../src/clinical/unsettled-words.ts';
import { writeBundle } from '../../src/clinical/write-bundle.ts';
import { act, Chart, json, only, read, type Example } from './support.ts';

const key = 'MedicationRequest/m';
const patient: Example = { resourceType: 'Patient', id: 'alice', name: [{ family: 'Okafor' }] };
const order: Example = {
  resourceType: 'MedicationRequest',
  id: 'm',
  meta: { tag: [{ code: 'kept' }] },
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/alice' },
  medicationCodeableConcept: { text: 'Amlodipine' },
  dosageInstruction: [{ text: '5 mg' }],
};

function by(number: number) {
  const bytes = (length: number) => new Uint8Array(length).fill(number);
  return { device: deviceId(bytes(32)), actor: actorId(bytes(16)), timeMs: number, change: changeHash(bytes(32)) };
}

function registersOf(outcome: EditOutcome): Registers {
  const edit = outcome.kind === 'edits' ? outcome.edits[0] : undefined;
  if (edit?.kind !== 'change') throw new Error('expected a change');
  return edit.registers;
}

const side = (number: number, registers: Registers): ConcurrentBranch => ({
  provenance: by(number),
  registers,
  created: false,
});

function fileOf(chart: Chart, section: ChartSection, changes: readonly ConcurrentChange[]) {
  const sections = new Map(
    [...chart.sections].map(([name, view]) => [name, { ...view, conflicts: name === section ? changes : [] }] as const),
  );
  return writeBundle(sections);
}

function resourceIn(text: string, type: string) {
  const { entry } = JSON.parse(text) as { entry: { resource: Record<string, unknown> & { resourceType: string } }[] };
  return entry.map(({ resource }) => resource).find(({ resourceType }) => resourceType === type);
}

describe('[AM-5] what nobody has settled', () => {
  const chart = Chart.of(patient, order);
  const drug = chart.resource(key);
  const doses = [
    side(1, registersOf(changeDose(act(chart), drug, { amount: '10', unit: 'mg' }))),
    side(2, registersOf(changeDose(act(chart), drug, { amount: '20', unit: 'mg' }))),
  ];

  it('is marked in a file, with both values in words; what is settled is not', () => {
    const { text, unsettled } = fileOf(chart, 'medications', [{ key, branches: doses }]);
    expect(unsettled).toBe(1);
    expect(resourceIn(text, 'MedicationRequest')).toMatchObject({
      meta: { tag: [{ code: 'kept' }, { system: 'urn:peerchart:standing', code: 'not-settled' }] },
      extension: [{ url: 'urn:peerchart:versions', valueString: 'Dose: 10 mg or 20 mg' }],
    });
    expect(resourceIn(text, 'Patient')).not.toHaveProperty('meta');
    expect(fileOf(chart, 'medications', [])).toMatchObject({ unsettled: 0 });
  });

  it('one ended while the other changed it is marked too', () => {
    const branches = [side(1, registersOf(stopMedication(drug, {}))), doses[1]].filter((one) => one !== undefined);
    const { text, unsettled } = fileOf(chart, 'medications', [{ key, branches }]);
    expect(unsettled).toBe(1);
    expect(text).toContain('Status: stopped; at the same time Dose: 20 mg');
  });

  it('both additions to one list are marked', () => {
    const two = Chart.of(patient, order, { ...order, id: 'n', medicationCodeableConcept: { text: 'Norvasc' } });
    const added = (number: number, name: string): ConcurrentBranch => ({
      ...side(number, {}),
      created: true,
      added: [name],
    });
    const branches = [added(1, key), added(2, 'MedicationRequest/n')];
    expect(fileOf(two, 'medications', [{ key: listKey('MedicationRequest'), branches }]).unsettled).toBe(2);
  });

  it('the mark is the file’s: read back, the resource is as it was, and what others tagged stays', async () => {
    const { text } = fileOf(chart, 'medications', [{ key, branches: doses }]);
    const back = only(await read(text)).resources.find((resource) => resource.key === key);
    expect(json(back?.base)).toEqual(json(order));
  });

  it('stands in the preview of a share with every version', () => {
    const versions = new Map([
      ['medications', unsettledVersions(chart.record, 'medications', [{ key, branches: doses }])] as const,
    ]);
    const [, medications] = sharePreview(chart.record, ['medications'], versions);
    expect(medications?.lines).toEqual([expect.stringContaining('(not settled: Dose: 10 mg or 20 mg)')]);
  });
});
