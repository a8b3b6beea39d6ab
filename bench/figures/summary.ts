/** Looking at the largest chart as a clinician does: its summary opened, its longest lists scrolled. */
import { figureOf, type Figure } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { median, ratios, summarize } from '../statistics.ts';

const turns = 7;
const scrolls = 3;
const topics = ['encounters', 'other', 'results', 'problems', 'vitals'] as const;

export const summary: Measurement = {
  figures: ['open-summary', 'scroll-longest-task'],
  run: async (site, { largest }): Promise<readonly Figure[]> => {
    const browser = await site.open('summary');
    const { page } = browser;
    try {
      await page.evaluate(() => bench.practice.make('A', false));
      await page.evaluate((text) => bench.summary.prepare(text), largest.text);
      const times = await page.evaluate((number) => bench.summary.measureOpening(number), turns);
      const scrolled = [];
      for (let turn = 0; turn < scrolls; turn++)
        scrolled.push(await page.evaluate((lists) => bench.summary.scroll(lists), topics));
      const [first] = scrolled;
      return [
        figureOf(
          {
            figure: 'open-summary',
            aim: 1.5,
            unit: '× Automerge.load()',
            better: 'lower',
            measured: `${median(times.map(({ product }) => product)).toFixed(0)} ms, Automerge.load() ${median(times.map(({ floor }) => floor)).toFixed(0)} ms`,
            workload:
              `Chromium, the chart closed and its practice unlocked: the chart page put on the screen with the ${largest.description}, imported, ` +
              'until its summary and banner are drawn (Lit; layout and paint not counted): their sections read from IndexedDB, opened, its lines worked out; the one section ' +
              'that is not shown is read, and the counts beside the topics are made, after that. ' +
              'Against: Automerge.load() of the saved bytes of the ten sections that the summary and the banner show, from memory, in the same page. ' +
              `${turns} turns, alternating, after one to warm up.`,
          },
          summarize(ratios(times)),
        ),
        figureOf(
          {
            figure: 'scroll-longest-task',
            aim: 50,
            unit: 'ms',
            better: 'lower',
            measured: `${first?.rows ?? 0} rows, ${first?.count ?? 0} tasks over 50 ms`,
            workload:
              `Chromium: the lists ${topics.join(', ')} of the ${largest.description}, all their rows shown, each scrolled from end to end and ` +
              'back, a third of the window a frame. The longest task of the main thread (W3C Long Tasks; 0: none over 50 ms). An absolute figure: for this machine alone.',
          },
          summarize(scrolled.map(({ longestMs }) => longestMs)),
        ),
      ];
    } finally {
      await browser.close();
    }
  },
};
