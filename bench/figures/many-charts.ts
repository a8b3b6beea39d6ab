/** Acts that concern every chart of a large practice: they must not take longer because there are many. */
import { figureOf } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { summarize } from '../statistics.ts';

const charts = 5_000;

const setUp =
  `Chromium: a practice of two devices with ${charts} charts, four sections and the identity of each shared to write with ` +
  'another practice, a key for each of the five, content in two. The profile is generated with the builders, sealing and ' +
  'store of the product, 250 charts a commit, then unlocked with sharing on and no relay, so that all are loaded.';
const alone = 'Once a run. An absolute figure: for this machine alone.';

export const manyCharts: Measurement = {
  figures: ['remove-device', 'stop-everything'],
  run: async (site) => {
    const browser = await site.open('many-charts');
    try {
      await browser.page.evaluate((count) => bench.manyCharts.prepare(count), charts);
      const base = await browser.page.evaluate(() => bench.manyCharts.nameInFirst());
      if (!base.includes('Generated')) throw new Error('a generated chart should open');
      const removeMs = await browser.page.evaluate(() => bench.manyCharts.measureRemoving());
      const stop = await browser.page.evaluate(() => bench.manyCharts.measureStopping());
      return [
        figureOf(
          {
            figure: 'remove-device',
            aim: 50,
            unit: 'ms',
            better: 'lower',
            workload: `${setUp} session.people.remove() of the second device until durable: one operation of the roster. ${alone}`,
          },
          summarize([removeMs]),
        ),
        figureOf(
          {
            figure: 'stop-everything',
            aim: 2_000,
            unit: 'ms',
            better: 'lower',
            measured: `${(stop.ms / charts).toFixed(2)} ms a chart, longest step ${stop.longestStepMs.toFixed(0)} ms`,
            workload:
              `${setUp} session.stopSharingEverything(): a revoke for each chart, signed and durable with its terms and its index ` +
              `record; the other practice wrote in none. ${alone}`,
          },
          summarize([stop.ms]),
        ),
      ];
    } finally {
      await browser.close();
    }
  },
};
