import { describe, expect, it } from 'vitest';
import type { ChartSection } from '../../src/base/sections.ts';
import { identityOf } from '../../src/clinical/identity.ts';
import { canonicalJson } from '../../src/clinical/json.ts';
import { planReimport } from '../../src/clinical/reimport.ts';
import { Chart, collection, composed, json, only, read, referenceFiles } from './support.ts';
import { needing } from '../support/reference-data.ts';

const alice = {
  resourceType: 'Patient',
  id: 'alice',
  name: [{ family: 'Example', given: ['Alice'] }],
  birthDate: '1990-02-01',
};
const metformin = (dose: string, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'active',
  subject: { reference: 'Patient/alice' },
  medicationCodeableConcept: { text: 'Metformin' },
  dosageInstruction: [{ text: dose }],
  ...more,
});
const imported = async (...resources: readonly unknown[]) => only(await read(collection(...resources))).resources;
const counts = (plan: ReturnType<typeof planReimport>) => [
  plan.unchanged.length,
  plan.added.length,
  plan.changed.length,
  plan.missing.length,
];
const registersIn = ({ edits }: ReturnType<typeof planReimport>, section: ChartSection) =>
  (edits.get(section) ?? []).flatMap((edit) => (edit.kind === 'change' ? Object.keys(edit.registers) : []));

describe('the same file again', () => {
  it.skipIf(referenceFiles('synthea', 'ips').length === 0)(
    needing('changes nothing, for every reference file', 'synthea', 'ips'),
    async () => {
      for (const { name, text } of referenceFiles('synthea', 'ips').slice(-20)) {
        const { resources } = only(await read(text));
        expect(counts(planReimport(Chart.imported(resources).sections, resources)), name).toEqual([
          resources.length,
          0,
          0,
          0,
        ]);
      }
    },
  );

  it('changes nothing where key order or spacing differ', async () => {
    const chart = Chart.imported(await imported(alice, metformin('500 mg')));
    const again = await imported(Object.fromEntries(Object.entries(alice).reverse()), metformin('500 mg'));
    expect(counts(planReimport(chart.sections, again))).toEqual([3, 0, 0, 0]);
  });

  it('shows what the file changed, register by register in words, and writes no other register', async () => {
    const chart = Chart.imported(await imported(alice, metformin('500 mg')));
    const plan = planReimport(
      chart.sections,
      await imported(alice, metformin('850 mg', { note: [{ text: 'With food' }] })),
    );
    expect(counts(plan)).toEqual([2, 0, 1, 0]);
    expect(plan.changed[0]).toMatchObject({ key: 'MedicationRequest/m', section: 'medications', label: 'Metformin' });
    expect(plan.changed[0]?.lines).toEqual([
      { name: 'Dose', before: '500 mg', after: '850 mg' },
      { name: 'Note', before: 'not recorded', after: 'With food' },
    ]);
    expect(registersIn(plan, 'medications')).toEqual(['dose', 'note', '@import']);
  });

  it('does not take back what was edited here while the file stayed the same, and does when the file changes', async () => {
    const file = await imported(alice, metformin('500 mg'));
    const chart = Chart.imported(file);
    const edit = {
      kind: 'change',
      key: 'MedicationRequest/m',
      registers: { dose: '{"dosageInstruction":[{"text":"1 g"}]}' },
    } as const;
    chart.apply('medications', [edit]);
    expect(counts(planReimport(chart.sections, file))).toEqual([3, 0, 0, 0]);
    const newer = await imported(alice, metformin('850 mg'));
    const plan = planReimport(chart.sections, newer);
    expect(plan.changed[0]?.lines).toEqual([{ name: 'Dose', before: '1 g', after: '850 mg' }]);
    chart.applyAll(plan.edits);
    chart.apply('medications', [edit]);
    expect(counts(planReimport(chart.sections, newer))).toEqual([3, 0, 0, 0]);
    expect(planReimport(chart.sections, file).changed[0]?.lines).toEqual([
      { name: 'Dose', before: '1 g', after: '500 mg' },
    ]);
  });

  it('after taking the changes the chart says what the file says', async () => {
    const chart = Chart.imported(await imported(alice, metformin('500 mg')));
    const newer = await imported({ ...alice, gender: 'female' }, metformin('850 mg', { status: 'stopped' }));
    chart.applyAll(planReimport(chart.sections, newer).edits);
    for (const { section, key, json: expected } of newer) {
      const stored = chart.stored.get(section)?.get(key);
      expect(stored && canonicalJson(composed(stored))).toBe(canonicalJson(expected));
    }
    expect(counts(planReimport(chart.sections, newer))).toEqual([3, 0, 0, 0]);
  });

  it('keeps what the file no longer has, and leaves a resource in the section where it was put', async () => {
    const pulse = {
      resourceType: 'Observation',
      id: 'p',
      status: 'final',
      code: { text: 'Pulse' },
      subject: { reference: 'Patient/alice' },
    };
    const chart = Chart.imported(await imported(alice, pulse, metformin('500 mg')));
    const plan = planReimport(
      chart.sections,
      await imported(alice, { ...pulse, category: [{ coding: [{ code: 'vital-signs' }] }] }),
    );
    expect(plan.changed[0]).toMatchObject({ key: 'Observation/p', section: 'results' });
    expect(plan.missing).toEqual([{ key: 'MedicationRequest/m', section: 'medications', label: 'Metformin' }]);
  });
});

describe('a patient', () => {
  const person = (name: object | object[], birthDate?: string) =>
    json({ resourceType: 'Patient', name: [name].flat(), birthDate });

  it('is named in a list by the official name, in spoken order', () => {
    expect(identityOf(person({ family: 'Example', given: ['Bob', 'Lee'], prefix: ['Mr.'] }, '1990')).name).toBe(
      'Bob Lee Example',
    );
    expect(identityOf(person({ text: 'Bob Lee' }))).toMatchObject({ name: 'Bob Lee', family: 'Lee', birthDate: '' });
    expect(identityOf(json({ resourceType: 'Patient' })).name).toBe('');
  });
});
