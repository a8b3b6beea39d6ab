/** Medication alerts of a person with several charts: in the inbox as soon as the charts are read as one, while none is open. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { checkChart } from '../../../src/clinical/checks/medication-check.ts';
import { addMedication } from '../../../src/clinical/edits/medication.ts';
import { overrideAlerts } from '../../../src/clinical/edits/override.ts';
import { ChartRecord } from '../../../src/clinical/record.ts';
import type { SectionEdit } from '../../../src/clinical/section-edit.ts';
import { UnionRecord } from '../../../src/clinical/union/union-record.ts';
import { importText, mustBeOk, mustHave, World } from '../support/world.ts';

const person = (id: string, family: string, birthDate: string, ...resources: readonly object[]): string =>
  JSON.stringify([{ resourceType: 'Patient', id, name: [{ family, given: ['Ada'] }], birthDate }, ...resources]);
const takes = (patient: string, id: string, text: string, more: object = {}) => ({
  ...{ resourceType: 'MedicationRequest', id, status: 'active', intent: 'order' },
  subject: { reference: `Patient/${patient}` },
  medicationCodeableConcept: { text },
  ...more,
});
const allergy = (patient: string, id: string, text: string) => ({
  ...{ resourceType: 'AllergyIntolerance', id, code: { text } },
  patient: { reference: `Patient/${patient}` },
  clinicalStatus: { coding: [{ code: 'active' }] },
});
const isNew = (resource: { readonly resourceType: string; readonly id: string }): SectionEdit => ({
  kind: 'create',
  key: `${resource.resourceType}/${resource.id}`,
  base: JSON.stringify(resource),
});
const chartNamed = ({ charts }: Session, family: string): ChartId =>
  mustHave(charts.find(({ name }) => name.includes(family))).id;
const told = ({ work }: Session) =>
  work.inbox.alerts.map(({ alert }) => `${alert.drug.label} / ${alert.against.label}`);

function actOn(chart: OpenChart, id: string) {
  const merged = mustHave(chart.merged);
  const parts = merged.parts.map(({ sections }) => new ChartRecord(sections));
  const record = new UnionRecord(parts, merged.keys);
  return { id, now: '2026-03-01T10:00:00Z', patientKey: 'Patient/a', authorName: 'Alice', record };
}

describe('alerts of charts that are merged', () => {
  let world: World;
  let desk: Session;
  beforeEach(async () => {
    world = await World.start();
    desk = await world.newPractice('alice', { role: 'admin' });
  });
  afterEach(async () => {
    await desk.lock();
  });

  async function twoCharts(mine: readonly object[], theirs: readonly object[]): Promise<readonly [ChartId, ChartId]> {
    const [a, b] = [person('a', 'Okafor', '1961-04-02', ...mine), person('b', 'Berg', '1972-02-04', ...theirs)];
    await importText(desk, a, b);
    return [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
  }

  test('an allergy of one and a drug of the other wait once, from the merge to its undoing', async () => {
    const [a, b] = await twoCharts([takes('a', 'm1', 'Amoxicillin 500 mg')], [allergy('b', 'a1', 'Penicillin')]);
    expect(told(desk)).toEqual([]);
    mustBeOk(await desk.merges.merge(b, a));
    expect(told(desk)).toEqual(['Amoxicillin 500 mg / Penicillin']);
    expect(desk.work.inbox.alerts.map(({ chart }) => chart)).toEqual([b]);
    mustBeOk(await desk.merges.undo(a, b));
    expect(told(desk)).toEqual([]);
  });

  test('what either chart gets later is compared with the other, which is not open, and known at the next unlocking', async () => {
    const [a, b] = await twoCharts([], [allergy('b', 'a1', 'Penicillin')]);
    mustBeOk(await desk.merges.merge(a, b));
    const chart = mustBeOk(await desk.openChart(a));
    mustBeOk(await chart.edit('medications', [isNew(takes('a', 'm1', 'Amoxicillin 500 mg'))]));
    chart.close();
    expect(told(desk)).toEqual(['Amoxicillin 500 mg / Penicillin']);
    await desk.lock();
    desk = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    expect(told(desk)).toEqual(['Amoxicillin 500 mg / Penicillin']);
  });

  test('an alert of each chart is one, and the same entry in both is not taken twice', async () => {
    const both = [allergy('a', 'a1', 'Penicillin'), takes('a', 'm1', 'Amoxicillin 500 mg')];
    await importText(desk, person('a', 'Okafor', '1961-04-02', ...both));
    await importText(desk, person('a', 'Berg', '1972-02-04', ...both));
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
    expect(told(desk)).toHaveLength(2);
    mustBeOk(await desk.merges.merge(a, b));
    expect(told(desk)).toEqual(['Amoxicillin 500 mg / Penicillin']);
  });

  test('a reason given in one of them counts for all, also with a new order; one that a file brought counts for nothing', async () => {
    const foreign = {
      ...{ resourceType: 'DetectedIssue', id: 'alert-x-0', status: 'final' },
      identifier: [{ system: 'urn:peerchart:medication-alert', value: 'allergy amoxicillin / penicillin' }],
    };
    const drug = takes('a', 'm1', 'Amoxicillin 500 mg', { contained: [foreign] });
    const [a, b] = await twoCharts([drug], [allergy('b', 'a1', 'Penicillin')]);
    mustBeOk(await desk.merges.merge(b, a));
    expect(told(desk)).toEqual(['Amoxicillin 500 mg / Penicillin']);
    const chart = mustBeOk(await desk.openChart(a));
    const act = actOn(chart, 'o1');
    const resource = mustHave(act.record.get('MedicationRequest/m1'));
    const { alerts } = checkChart(act.record);
    const outcome = overrideAlerts(act, resource, alerts, { reason: 'Skin test was negative' });
    if (outcome.kind !== 'edits') throw new Error(outcome.kind);
    mustBeOk(await chart.edit(outcome.section, outcome.edits));
    expect(told(desk)).toEqual([]);

    // Of the drug in one chart, and an order in the chart that leads.
    const order = addMedication(actOn(chart, 'o2'), { medication: 'Ampicillin 1 g', override: 'Desensitised' });
    if (order.kind !== 'edits') throw new Error(order.kind);
    mustBeOk(await chart.edit(order.section, order.edits));
    expect(told(desk)).toEqual([]);
    expect(checkChart(actOn(chart, 'o3').record).alerts.length).toBeGreaterThan(1);
    chart.close();
  });
});
