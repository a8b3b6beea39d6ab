/** Taking in the files of several patients. */
import { figureOf } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { median, ratios, summarize } from '../statistics.ts';

const turns = 3;

export const importRate: Measurement = {
  figures: ['import-rate', 'import-ratio'],
  run: async (site, { several }) => {
    const texts = several.map(({ text }) => text);
    const measured = [];
    for (let turn = 0; turn < turns; turn++) {
      // A practice of its own each time: the same file a second time would change nothing.
      const browser = await site.open('import');
      try {
        await browser.page.evaluate(() => bench.practice.make('A', false));
        measured.push(await browser.page.evaluate((files) => bench.importing.measure(files), texts));
      } finally {
        await browser.close();
      }
    }
    const resources = measured[0]?.resources ?? 0;
    const files = `${resources} resources of ${several.length} files, one patient each: ${several.map(({ description }) => description).join('; ')}`;
    const productMs = median(measured.map(({ product }) => product)).toFixed(0);
    const floorMs = median(measured.map(({ floor }) => floor)).toFixed(0);
    return [
      figureOf(
        {
          figure: 'import-rate',
          aim: 1000,
          unit: 'resources/s',
          better: 'higher',
          measured: `${productMs} ms`,
          workload:
            `Chromium, a new practice each of ${turns} times: session.planImport() and carryOutImport() of ${files}; ` +
            'parsed with numbers as written, compared, sealed, signed, durable in IndexedDB. An absolute figure: for this machine alone.',
        },
        summarize(measured.map((one) => (1000 * one.resources) / one.product)),
      ),
      figureOf(
        {
          figure: 'import-ratio',
          aim: 2,
          unit: '× JSON.parse + Automerge',
          better: 'lower',
          measured: `${productMs} ms, plain ${floorMs} ms`,
          workload:
            'As import-rate. Against, in the same page just before: JSON.parse() of each file, Automerge.from() with one ' +
            'immutable string of JSON a resource, Automerge.save(), kept nowhere.',
        },
        summarize(ratios(measured)),
      ),
    ];
  },
};
