import { expect, test } from 'vitest';
import { unwrapEpochs } from '../../src/access/unwrap-epochs.ts';
import { TestChart, TestPractice } from './support/practices.ts';

test('[CH-2] what is granted may be read and written, with the identity of the patient, and nothing else', async () => {
  const clinic = await TestPractice.found('clinic');
  const pharmacy = await TestPractice.found('pharmacy');
  const chart = await TestChart.begin('chart', clinic, pharmacy);
  await chart.grant(clinic.author(), pharmacy, ['medications', 'allergies']);
  await chart.rekey(clinic.author(), ['medications', 'allergies', 'identity']);
  const { state } = chart;
  expect(state.refused.size + state.parked.size).toBe(0);
  expect(state.rightOf(pharmacy.id, 'medications')).toBe('write');
  expect(state.rightOf(pharmacy.id, 'identity')).toBe('read');
  expect(state.rightOf(pharmacy.id, 'problems')).toBe('none');
  const opened = unwrapEpochs(state, {
    practice: pharmacy.id,
    recipient: pharmacy.first.id,
    boxKeys: pharmacy.first.boxKeys,
  });
  const sections = state.epochs.filter((epoch) => opened.keys.has(epoch.keyId)).map((epoch) => epoch.section);
  expect([...new Set(sections)].sort()).toEqual(['allergies', 'identity', 'medications']);
  expect(sections).toHaveLength(6);
  await chart.revoke(clinic.author(), pharmacy, ['medications', 'allergies']);
  const after = chart.state;
  expect(after.rightOf(pharmacy.id, 'identity')).toBe('none');
  expect(after.usableEpochs('identity')).toHaveLength(1);
  expect(after.disclosure).toHaveLength(2);
});
