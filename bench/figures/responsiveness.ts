/**
 * Whether a page of a large practice keeps a person waiting: typing into the search while charts come in, against the same
 * typing while nothing happens; and the longest task of the main thread in what a person does in a day.
 */
import { figureOf, type Figure } from '../figure.ts';
import { generatedBundle } from '../generated-bundle.ts';
import type { Measurement } from '../measurement.ts';
import type { BenchBrowser, BenchSite } from '../site.ts';
import { percentile, summarize } from '../statistics.ts';
import { openPair, syncPair } from '../sync-pair.ts';

const patients = 10_000;
const allCharts = 1_000;
const allFiles = 300;
const turns = 3;
const betweenKeysMs = 90;
const idleKeys = 120;
/** Words of names in the list, typed and taken back letter by letter. */
const typed = ['garcia', 'ben', 'mu', 'kowalski a', '1955-0', 'mrn-1004'];

interface Tasks {
  readonly longestMs: number;
  readonly beyondMs: number;
  readonly count: number;
  readonly ms: number;
}

interface Turn {
  readonly idle: readonly number[];
  readonly syncing: readonly number[];
  readonly unlocking: Tasks;
  readonly receiving: Tasks;
}

const names = ['typing-during-sync', 'main-longest-task-unlock', 'main-longest-task-sync'] as const;
const importNames = ['main-longest-task-import', 'main-longest-task-open'] as const;

export const responsiveness: Measurement = {
  figures: names,
  run: async (site, { share }) => {
    const charts = Math.round(allCharts * share);
    const pair = await syncPair(site, charts);
    const measured: Turn[] = [];
    for (let turn = 0; turn < turns; turn++) measured.push(await syncTurn(site, pair, charts));
    return figuresOf(charts, measured);
  },
};

async function syncTurn(site: BenchSite, pair: Awaited<ReturnType<typeof syncPair>>, charts: number): Promise<Turn> {
  const { giving, taking } = await openPair(site, pair);
  try {
    await taking.page.evaluate((count) => bench.responsiveness.listPatients(count), patients);
    const unlocking = await taking.page.evaluate(() => bench.responsiveness.unlocking());
    await taking.page.evaluate(() => bench.responsiveness.showPatients());
    const keys = keysOf(typed);
    await type(taking, keys, 40);
    const idle = await type(taking, keys, idleKeys);
    await taking.page.evaluate(() => bench.responsiveness.startOver());
    let isDone = false;
    const began = performance.now();
    const received = taking.page
      .evaluate((count) => bench.sync.receive(count), charts)
      .finally(() => {
        isDone = true;
      });
    await giving.page.evaluate(() => bench.practice.unlock());
    const syncing = await type(taking, keys, Infinity, () => isDone);
    await received;
    const ms = performance.now() - began;
    const receiving = { ...(await taking.page.evaluate(() => bench.responsiveness.tasksSince())), ms };
    return { idle, syncing, unlocking, receiving };
  } finally {
    await giving.close();
    await taking.close();
  }
}

/** A file, and a chart of it, in a practice that has its patients already. */
export const importingMany: Measurement = {
  figures: importNames,
  run: async (site, { share, largest }) => {
    const files = Math.max(1, Math.round(allFiles * share));
    const texts = Array.from({ length: files }, (_, i) => generatedBundle(100, `of-${String(i)}`));
    const importing: Tasks[] = [];
    const opening: Tasks[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const browser = await site.open('many-files');
      try {
        await browser.page.evaluate(() => bench.practice.make('A', false));
        await browser.page.evaluate(() => bench.practice.lock());
        await browser.page.evaluate((count) => bench.responsiveness.listPatients(count), patients);
        await browser.page.evaluate(() => bench.practice.unlock());
        await browser.page.evaluate(() => bench.responsiveness.showPatients());
        importing.push(await browser.page.evaluate((all) => bench.responsiveness.importing(all), texts));
        opening.push(await browser.page.evaluate((text) => bench.responsiveness.opening(text), largest.text));
      } finally {
        await browser.close();
      }
    }
    return [
      longest(
        'main-longest-task-import',
        `session.planImport() and carryOutImport() of ${files} generated bundles of 100 resources`,
        importing,
      ),
      longest(
        'main-longest-task-open',
        `session.openChart() of the ${largest.description}, imported and closed`,
        opening,
      ),
    ];
  },
};

function figuresOf(charts: number, measured: readonly Turn[]): readonly Figure[] {
  const what =
    `Chromium: the page of patients with ${patients} of them in the list, its search typed into, a key each ${betweenKeysMs} ms, ` +
    `while ${charts} generated charts of four sections arrive from another practice for the first time (as cold-sync-plain)`;
  const idle = percentile(
    measured.flatMap((turn) => turn.idle),
    0.95,
  );
  const syncing = percentile(
    measured.flatMap((turn) => turn.syncing),
    0.95,
  );
  return [
    figureOf(
      {
        figure: 'typing-during-sync',
        aim: 1.5,
        unit: '× idle',
        better: 'lower',
        measured: `95th percentile ${syncing.toFixed(0)} ms, idle ${idle.toFixed(0)} ms`,
        workload:
          `${what}. From the press of a key (the event's time) until after the frame that shows what was found; 95th percentile of a turn's keys. ` +
          'Against: the same in the same page just before, while nothing arrives.',
      },
      summarize(measured.map((turn) => percentile(turn.syncing, 0.95) / percentile(turn.idle, 0.95))),
    ),
    longest(
      'main-longest-task-unlock',
      `door.unlock() with ${patients} patients in the list`,
      measured.map((turn) => turn.unlocking),
    ),
    longest(
      'main-longest-task-sync',
      `${charts} generated charts of four sections arrive for the first time`,
      measured.map((turn) => turn.receiving),
    ),
  ];
}

function longest(figure: string, what: string, measured: readonly Tasks[]): Figure {
  const [first] = measured;
  return figureOf(
    {
      figure,
      aim: 50,
      unit: 'ms',
      better: 'lower',
      measured: `${first?.count ?? 0} tasks over 50 ms, ${Math.round(first?.beyondMs ?? 0)} ms beyond it in all, of ${Math.round(first?.ms ?? 0)} ms`,
      workload: `Chromium, ${patients} patients in the list: ${what}. The longest task of the main thread (W3C Long Tasks). An absolute figure: for this machine alone.`,
    },
    summarize(measured.map(({ longestMs }) => longestMs)),
  );
}

function keysOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => [...word.split(''), ...Array.from(word, () => 'Backspace')]);
}

/** Presses so many keys, or until it is done. */
async function type(
  { page }: BenchBrowser,
  keys: readonly string[],
  count: number,
  isDone: () => boolean = () => false,
): Promise<readonly number[]> {
  await page.evaluate(() => bench.responsiveness.takeLatencies());
  const latencies: number[] = [];
  for (let i = 0; i < count && !isDone(); i++) {
    // Not waited for: a person does not either. What the page is slow to answer is in its own measure.
    void page.keyboard.press(keys[i % keys.length] ?? 'a').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, betweenKeysMs));
  }
  latencies.push(...(await page.evaluate(() => bench.responsiveness.takeLatencies())));
  return latencies;
}
