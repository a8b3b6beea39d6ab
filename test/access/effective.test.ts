import { expect, test } from 'vitest';
import { admitEntry, cutFor } from '../../src/access/effective.ts';
import { TestChart, TestPractice } from './support/practices.ts';
import { fate, judge, noOp, writeEntry } from './support/section.ts';

async function sharedChart() {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('chart', clinic, peer);
  await chart.grant(clinic.author(), peer, ['medications']);
  await chart.rekey(clinic.author(), ['medications', 'identity']);
  return { clinic, peer, chart };
}

test('[CUT-2] what a practice writes while it has the right counts everywhere', async () => {
  const { clinic, peer, chart } = await sharedChart();
  const first = await writeEntry(chart, 'medications', { practice: clinic });
  const answer = await writeEntry(chart, 'medications', { practice: peer, on: [first] });
  const judgement = judge(chart, 'medications', [answer, first]);
  expect([first, answer].map((entry) => fate(judgement, entry))).toEqual(['effective', 'effective']);
  expect(admitEntry(answer, judgement)?.kind).toBe('admitted');
  expect(cutFor(judgement, peer.id)).toHaveLength(1);
});

test('[ATTACK-17] [CUT-2] a note back-dated by a revoked peer, citing old heads, enters no chart', async () => {
  const { clinic, peer, chart } = await sharedChart();
  const before = await writeEntry(chart, 'medications', { practice: peer });
  const oldHeads = chart.state.heads;
  const cut = cutFor(judge(chart, 'medications', [before]), peer.id);
  await chart.revoke(clinic.author(), peer, ['medications'], { medications: cut });
  const forged = await writeEntry(chart, 'medications', { practice: peer, after: before, access: oldHeads });
  const open = await writeEntry(chart, 'medications', { practice: peer, after: before, text: 'open' });
  const judgement = judge(chart, 'medications', [forged, before]);
  expect(fate(judgement, before)).toBe('effective');
  expect(fate(judgement, forged)).toBe('quarantined CUT-2 after-cut');
  expect(admitEntry(forged, judgement)).toBeUndefined();
  expect(fate(judge(chart, 'medications', [before, open]), open)).toBe('refused EN-3 no-right');
});

test('[EN-3] an entry that cites unknown operations or rosters waits and is not lost', async () => {
  const { clinic, chart } = await sharedChart();
  const unknownAccess = await writeEntry(chart, 'medications', { practice: clinic, access: [noOp] });
  const unknownRoster = await writeEntry(chart, 'medications', { practice: clinic, roster: [noOp] });
  expect(fate(judge(chart, 'medications', [unknownAccess]), unknownAccess)).toBe('waiting EN-3 access-unknown');
  expect(fate(judge(chart, 'medications', [unknownRoster]), unknownRoster)).toBe('waiting EN-3 roster-unknown');
});
