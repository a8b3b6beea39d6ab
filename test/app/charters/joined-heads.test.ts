/** A charter to which many devices wrote without knowing of each other stays writable. */
import { expect, test } from 'vitest';
import { grant } from '../../../src/access/charter-builders.ts';
import { CharterBook } from '../../../src/app/charters/charter-book.ts';
import { withJoinedHeads } from '../../../src/app/charts/chart-writer.ts';
import { RosterBook } from '../../../src/replica/roster-book.ts';
import { SealedRecords } from '../../../src/app/sealed-records.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import { atTime, mustHave, mustOk, TestChart, TestPractice } from '../../access/support/practices.ts';
import { seededRandom } from '../../support/seeded-random.ts';

test('[OP-2] more heads than an operation may cite are joined before the next act', async () => {
  const clinic = await TestPractice.found('clinic');
  const pharmacy = await TestPractice.found('pharmacy');
  const chart = await TestChart.begin('chart', clinic, pharmacy);
  const given = { practice: pharmacy.id, sections: ['vitals'], right: 'read' } as const;
  const branches = [];
  for (let i = 0; i < 20; i++) branches.push(mustOk(await grant(chart.state, clinic.author(), given, atTime + i)).op);

  const store = openMemoryStore();
  const rosters = new RosterBook();
  rosters.add(clinic.ops);
  rosters.add(pharmacy.ops);
  const random = seededRandom('joined heads');
  const reader = { practice: clinic.id, recipient: clinic.first.id, boxKeys: clinic.first.boxKeys } as const;
  const charters = new CharterBook({
    ...{ store, content: store, rosters, reader },
    records: new SealedRecords(store, random.bytes(32), random),
  });
  const context = { charters, author: () => clinic.author(), timeMs: () => atTime };
  const access = mustHave(charters.preview([...chart.ops, ...branches]));
  expect(access.charter.heads).toHaveLength(20);

  const joined = mustOk(await withJoinedHeads(context, access));
  expect(joined.access.charter.heads.length).toBeLessThanOrEqual(8);
  expect(joined.made.length).toBeGreaterThan(1);
  expect((await grant(joined.access.charter, clinic.author(), given, atTime)).ok).toBe(true);
});
