/** Into which volume of the audit log a device writes, whatever clocks said when the others were begun (AU-1). */
import { expect, test } from 'vitest';
import { AuditVolumes } from '../../../src/app/audit/audit-volumes.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';

/** A device whose role may begin none, in March 2026. */
function volumesBegun(...times: readonly number[]): AuditVolumes {
  const charts = times.map((_, i) => `volume ${i}`);
  const shape = { custodian: 'practice', sections: ['audit'] };
  const context = {
    self: { practice: 'practice', device: 'device' },
    timeMs: () => Date.UTC(2026, 2, 2),
    rosters: { mustGet: () => ({ devices: new Map([['device', { status: 'active', role: 'keeper' }]]) }) },
    charters: {
      allTerms: new Map(charts.map((chart) => [chart, { shape }])),
      terms: () => ({ shape }),
      get: (chart: string) => {
        const create = { body: { kind: 'create', time: times[charts.indexOf(chart)] } };
        return Promise.resolve({ charter: { chart, ops: [create] } });
      },
    },
  };
  return new AuditVolumes(context as unknown as PracticeContext);
}

const [january, february, march, year9999] = [
  Date.UTC(2026, 0, 5),
  Date.UTC(2026, 1, 5),
  Date.UTC(2026, 2, 1),
  Date.UTC(9999, 5, 1),
];

test.each([
  ['this month’s', [january, year9999, march, february], 2],
  ['else the newest that is not of a month to come', [january, year9999, february], 2],
  ['else the first of those', [year9999, Date.UTC(2027, 0, 1)], 1],
])('[AU-1] %s', async (_, times, chosen) => {
  const open = await volumesBegun(...times).current();
  expect(open?.access.charter.chart).toBe(`volume ${chosen}`);
});
