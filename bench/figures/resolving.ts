/** Working out who may do what, from the signed logs: what every start, and every operation that arrives, pays. */
import { figureOf } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { summarize } from '../statistics.ts';

const turns = 5;
const devices = 50;
const operations = 1_000;
const rosterTimes = 20;
const charterTimes = 5;

const alone = 'An absolute figure: for this machine alone; there is nothing plain to hold it against.';

export const resolving: Measurement = {
  figures: ['resolve-roster', 'resolve-charter', 'extend-charter'],
  run: async (site) => {
    const browser = await site.open('resolving');
    try {
      const rosters = [];
      for (let turn = 0; turn < turns; turn++)
        rosters.push(
          await browser.page.evaluate(([count, times]) => bench.accessCost.measureRoster(count, times), [
            devices,
            rosterTimes,
          ] as const),
        );
      const charters = await browser.page.evaluate(
        ([count, times, rounds]) => bench.accessCost.measureCharter(count, times, rounds),
        [operations, charterTimes, turns] as const,
      );
      const words = { unit: 'ms', better: 'lower' } as const;
      return [
        figureOf(
          {
            ...words,
            figure: 'resolve-roster',
            aim: 20,
            workload:
              `Chromium: resolveRoster() of ${rosters[0]?.operations ?? 0} operations, signatures checked before: ${devices} devices ` +
              `of four roles added, every fifth an admin, every seventh removed again. Mean of ${rosterTimes}, ${turns} turns. ${alone}`,
          },
          summarize(rosters.map(({ ms }) => ms)),
        ),
        figureOf(
          {
            ...words,
            figure: 'resolve-charter',
            aim: 100,
            workload:
              `Chromium: resolveCharter() of ${operations} operations, signatures checked before: pairs of sections granted to ` +
              `six practices in turn, keyed, and some turns later revoked with new keys. From nothing, as at unlocking. ` +
              `Mean of ${charterTimes}, ${turns} turns. ${alone}`,
          },
          summarize(charters.map(({ fromNothingMs }) => fromNothingMs)),
        ),
        figureOf(
          {
            ...words,
            figure: 'extend-charter',
            aim: 20,
            workload:
              `As resolve-charter, but with what was said for good of the first ${operations - 1} known, as when one more ` +
              `arrives. ${alone}`,
          },
          summarize(charters.map(({ oneMoreMs }) => oneMoreMs)),
        ),
      ];
    } finally {
      await browser.close();
    }
  },
};
