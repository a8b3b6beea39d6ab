/** Opening the largest chart, and what it takes on the disk: as imported, and after a hundred edits one by one. */
import { figureOf, type Figure } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { median, ratios, summarize, type Turn } from '../statistics.ts';

const turns = 7;
const edits = 100;

export const largestChart: Measurement = {
  figures: ['open-imported', 'open-edited', 'disk-imported', 'disk-edited'],
  run: async (site, { largest }) => {
    const browser = await site.open('largest');
    const { page } = browser;
    try {
      await page.evaluate(() => bench.practice.make('A', false));
      await page.evaluate((text) => bench.largestChart.prepare(text), largest.text);
      const figures: Figure[] = [];
      for (const state of ['imported', 'edited'] as const) {
        if (state === 'edited') await page.evaluate((number) => bench.largestChart.edit(number), edits);
        const chart = `${largest.description}, imported${state === 'edited' ? ` and then edited ${edits} times, one dose a time` : ''}`;
        const times = await page.evaluate((number) => bench.largestChart.measureOpening(number), turns);
        figures.push(opening(`open-${state}`, chart, times));
        figures.push(disk(`disk-${state}`, chart, await page.evaluate(() => bench.largestChart.bytesOnDisk())));
      }
      return figures;
    } finally {
      await browser.close();
    }
  },
};

function opening(figure: string, chart: string, times: readonly Turn[]): Figure {
  const productMs = median(times.map(({ product }) => product)).toFixed(0);
  const floorMs = median(times.map(({ floor }) => floor)).toFixed(0);
  return figureOf(
    {
      figure,
      aim: 1.2,
      unit: '× Automerge.load()',
      better: 'lower',
      measured: `${productMs} ms, Automerge.load() ${floorMs} ms`,
      workload:
        `Chromium, the chart closed and its practice unlocked: session.openChart() of the ${chart}; read from IndexedDB, ` +
        'opened, indexed, every text of every section read; nothing painted. Against: Automerge.load() of the saved bytes of the ' +
        `same section documents, from memory, in the same page. ${turns} turns, alternating, after one to warm up.`,
    },
    summarize(ratios(times)),
  );
}

function disk(figure: string, chart: string, bytes: Turn): Figure {
  const kilobytes = (size: number): string => `${Math.round(size / 1000)} kB`;
  return figureOf(
    {
      figure,
      aim: 1.15,
      unit: '× Automerge.save()',
      better: 'lower',
      measured: `${kilobytes(bytes.product)}, Automerge.save() ${kilobytes(bytes.floor)}`,
      workload:
        `All records in IndexedDB under the name of the ${chart}: sealed entries with headers and signatures, charter, keys, index ` +
        '(bytes and letters as they are, eight bytes a number). Against: the sum of Automerge.save() of the same section ' +
        'documents. Exact, so measured once.',
    },
    summarize(ratios([bytes])),
  );
}
