/** Ten thousand charts that both sides hold: coming back, with nothing new and with a little; and what they cost in memory. */
import type { Bytes } from '../../src/base/bytes.ts';
import { smallChart } from '../chart-content.ts';
import { figureOf, type Figure, type FigureWords } from '../figure.ts';
import { heapOf } from '../heap.ts';
import type { Measurement } from '../measurement.ts';
import { startAutomergeServer } from '../peers/automerge-server.ts';
import { plainDocuments } from '../peers/documents.ts';
import type { BenchBrowser, BenchSite, KeptProfile } from '../site.ts';
import { median, summarize } from '../statistics.ts';
import { meetingPair } from '../sync-pair.ts';

const turns = 3;
const wholePractice = 10_000;
const changed = 10;
const openCharts = 5;
const sectionsPerChart = 4;
/** automerge-repo is measured at these, and said per chart. */
const peerCharts = [100, 300] as const;

interface Passed {
  readonly ms: number;
  readonly bytes: number;
  readonly rounds: number;
}

interface Measured {
  readonly charts: number;
  readonly unchanged: readonly Passed[];
  readonly few: readonly Passed[];
  /** Of automerge-repo, with nothing new, for the greater number of charts. */
  readonly automerge: readonly { readonly ms: number; readonly bytes: number }[];
  readonly automergeFew: readonly { readonly ms: number; readonly bytes: number }[];
  /** Bytes a closed chart, of everything and of the list alone. */
  readonly memory: { readonly all: number; readonly index: number };
}

export const reconnect: Measurement = {
  figures: [
    'reconnect-rounds',
    'reconnect-bytes',
    'reconnect-time-automerge-repo',
    'reconnect-bytes-automerge-repo',
    'reconnect-10-rounds',
    'reconnect-10-bytes',
    'memory-closed-chart',
  ],
  run: async (site, { share }) => {
    const charts = Math.round(wholePractice * share);
    const documents = await plainDocuments(peerCharts[1], smallChart);
    const { giving, taking, memory } = await prepare(site, charts);
    try {
      const unchanged: Passed[] = [];
      const few: Passed[] = [];
      const automerge = [];
      const automergeFew = [];
      for (let turn = 0; turn < turns; turn++) {
        unchanged.push(await giving.page.evaluate((count) => bench.sync.comeBack(count), 0));
        few.push(await giving.page.evaluate((count) => bench.sync.comeBack(count), changed));
        automergeFew.push(await automergeTurn(site, documents, peerCharts[0]));
        automerge.push(await automergeTurn(site, documents, peerCharts[1]));
      }
      return figuresOf({ charts, unchanged, few, automerge, automergeFew, memory });
    } finally {
      await giving.close();
      await taking.close();
    }
  },
};

/** Both hold everything and are connected. */
async function prepare(
  site: BenchSite,
  charts: number,
): Promise<{ readonly giving: BenchBrowser; readonly taking: BenchBrowser; readonly memory: Measured['memory'] }> {
  const tenth = Math.round(charts / 10);
  const { giving: begun, taking } = await meetingPair(site);
  await begun.page.evaluate(([to, size]) => bench.sync.generate(0, to, size, false), [tenth, smallChart] as const);
  const small = await begun.closeKept();
  const grown = await site.openCopy('giving', small, { relayedOnly: true });
  await grown.page.evaluate(([from, to, size]) => bench.sync.generate(from, to, size, false), [
    tenth,
    charts,
    smallChart,
  ] as const);
  const large = await grown.closeKept();
  const [few, many] = [await heaps(site, small), await heaps(site, large)];
  const closed = charts - tenth;
  const memory = { all: (many.all - few.all) / closed, index: (many.index - few.index) / closed };

  await taking.page.evaluate(() => bench.practice.unlock());
  const received = taking.page.evaluate((count) => bench.sync.receive(count), charts);
  const giving = await site.openCopy('giving', large, { relayedOnly: true });
  await giving.page.evaluate(() => bench.practice.unlock());
  await received;
  await taking.page.evaluate((count) => bench.sync.listed(count), charts);
  await small.remove();
  await large.remove();
  return { giving, taking, memory };
}

async function heaps(site: BenchSite, profile: KeptProfile): Promise<{ readonly all: number; readonly index: number }> {
  const browser = await site.openCopy('memory', profile, { relayedOnly: true });
  try {
    const before = await heapOf(browser.page);
    await browser.page.evaluate(() => bench.memory.holdIndex());
    const index = (await heapOf(browser.page)) - before;
    await browser.page.evaluate(() => bench.memory.held.splice(0));
    await browser.page.evaluate(() => bench.practice.unlock());
    await browser.page.evaluate((count) => bench.memory.openSome(count), openCharts);
    return { all: await heapOf(browser.page), index };
  } finally {
    await browser.close();
  }
}

/** Divided by the number of charts. */
async function automergeTurn(
  site: BenchSite,
  documents: readonly Bytes[],
  count: number,
): Promise<{ readonly ms: number; readonly bytes: number }> {
  const server = await startAutomergeServer(documents.slice(0, count * sectionsPerChart));
  const browser = await site.open('automerge');
  try {
    await browser.page.evaluate(([url, ids]) => bench.peers.syncAutomerge(url, ids), [
      server.url,
      server.documents,
    ] as const);
    await browser.page.evaluate(() => bench.peers.goOff());
    const { ms, bytes } = await browser.page.evaluate(() => bench.peers.comeBack());
    return { ms: ms / count, bytes: bytes / count };
  } finally {
    await browser.close();
    await server.close();
  }
}

function figuresOf({ charts, unchanged, few, automerge, automergeFew, memory }: Measured): readonly Figure[] {
  const setUp =
    `Two Chromium profiles, two practices that met, by way of the relay (WebSockets); ${charts} generated charts of four sections with ` +
    `${smallChart.resources} resource each, shared to write and held by both. One side turns sharing off and on again`;
  const counted =
    'Frames of the new connection in both directions before the transport encrypts them, from the first one until all is quiet and durable; a round ' +
    'trip is counted where the side that came back had said something and heard something.';
  const peer =
    `Against: automerge-repo 2.5.6, ${sectionsPerChart} documents a chart of the same content, all of them still open in memory at both ends: WebSocket closed and opened ` +
    `again, until nothing passes any more. Measured at ${peerCharts.join(' and ')} charts, said per chart and multiplied by ${charts} (extrapolated from ${peerCharts[1]}).`;
  const of = (turns: readonly Passed[], what: keyof Passed): number[] => turns.map((turn) => turn[what]);
  const ms = (values: readonly number[]): string => `${median(values).toPrecision(3)} ms`;
  const kilobytes = (values: readonly number[]): string => `${(median(values) / 1000).toPrecision(3)} kB`;
  const words = (figure: string, aim: number, unit: string, workload: string): FigureWords => ({
    figure,
    aim,
    unit,
    workload,
    better: unit.startsWith('×') && !unit.includes('index') ? 'higher' : 'lower',
  });
  const times = automerge.map((turn) => turn.ms * charts);
  const traffic = automerge.map((turn) => turn.bytes * charts);
  const nothingNew = `${setUp}, with nothing new. ${counted}`;
  const someNew = `${setUp}, after ${changed} of the charts got one edit each meanwhile. ${counted}`;
  const compared = (values: readonly number[], those: readonly number[]): number[] =>
    those.map((one, i) => one / (values[i] ?? Number.NaN));
  return [
    figureOf(words('reconnect-rounds', 1, 'round trips', nothingNew), summarize(of(unchanged, 'rounds'))),
    figureOf(words('reconnect-bytes', 1024, 'bytes', nothingNew), summarize(of(unchanged, 'bytes'))),
    figureOf(
      {
        ...words('reconnect-time-automerge-repo', 100, '× less time than automerge-repo', `${nothingNew} ${peer}`),
        measured:
          `${ms(of(unchanged, 'ms'))}, automerge-repo ${ms(times)} by ${ms(automerge.map((turn) => turn.ms))} a chart at ${peerCharts[1]}, ` +
          `${ms(automergeFew.map((turn) => turn.ms))} at ${peerCharts[0]}`,
      },
      summarize(compared(of(unchanged, 'ms'), times)),
    ),
    figureOf(
      {
        ...words('reconnect-bytes-automerge-repo', 100, '× fewer bytes than automerge-repo', `${nothingNew} ${peer}`),
        measured:
          `${kilobytes(of(unchanged, 'bytes'))}, automerge-repo ${kilobytes(traffic)} by ${kilobytes(automerge.map((turn) => turn.bytes))} a chart at ${peerCharts[1]}, ` +
          `${kilobytes(automergeFew.map((turn) => turn.bytes))} at ${peerCharts[0]}`,
      },
      summarize(compared(of(unchanged, 'bytes'), traffic)),
    ),
    figureOf(
      { ...words('reconnect-10-rounds', 4, 'round trips', someNew), measured: ms(of(few, 'ms')) },
      summarize(of(few, 'rounds')),
    ),
    figureOf(words('reconnect-10-bytes', 100_000, 'bytes', someNew), summarize(of(few, 'bytes'))),
    figureOf(
      {
        ...words(
          'memory-closed-chart',
          1,
          '× its index',
          `Chromium, heap after a collection (JavaScript heap and buffers) with the practice unlocked, sharing on and ${openCharts} charts open: what it grew by from ` +
            `${Math.round(charts / 10)} to ${charts} such charts, a chart. Against: the same of the list of patients with its search alone, in a page with nothing else open. Once a run.`,
        ),
        measured: `${memory.all.toFixed(0)} bytes a closed chart, index ${memory.index.toFixed(0)} bytes`,
      },
      summarize([memory.all / memory.index]),
    ),
  ];
}
