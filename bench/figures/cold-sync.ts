/** A thousand charts for the first time: against automerge-repo, PouchDB and plain bytes, each into its own storage here. */
import type { Bytes } from '../../src/base/bytes.ts';
import { chartContent, jsonBytes, wholeChart } from '../chart-content.ts';
import { figureOf, type Figure } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { startAutomergeServer } from '../peers/automerge-server.ts';
import { startCouchServer } from '../peers/couch-server.ts';
import { plainDocuments } from '../peers/documents.ts';
import type { BenchSite } from '../site.ts';
import { median, ratios, summarize } from '../statistics.ts';
import { openPair, syncPair, type SyncPair } from '../sync-pair.ts';

const turns = 3;
const allCharts = 1_000;
const sectionsPerChart = 4;
/** automerge-repo is measured at these, and said per chart. */
const peerCharts = [100, 300] as const;

interface Turn {
  /** Milliseconds a chart. */
  readonly ours: number;
  readonly opening: number;
  readonly plain: number;
  readonly automerge: number;
  readonly automergeFew: number;
  readonly pouch: number;
  /** Of all charts. */
  readonly wireBytes: number;
  readonly savedBytes: number;
}

export const coldSync: Measurement = {
  figures: ['cold-sync-automerge-repo', 'cold-sync-pouchdb', 'cold-sync-plain', 'cold-sync-open', 'wire-cold'],
  run: async (site, { share }) => {
    const charts = Math.round(allCharts * share);
    const documents = await plainDocuments(peerCharts[1], wholeChart);
    const pair = await syncPair(site, charts);
    const measured: Turn[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const ours = await oursAndPlain(site, pair, charts);
      const automergeFew = await automergeTurn(site, documents, peerCharts[0]);
      const automerge = await automergeTurn(site, documents, peerCharts[1]);
      measured.push({ ...ours, automergeFew, automerge, pouch: await pouchTurn(site, charts) });
    }
    return figuresOf(charts, measured);
  },
};

async function oursAndPlain(
  site: BenchSite,
  pair: SyncPair,
  charts: number,
): Promise<Pick<Turn, 'ours' | 'opening' | 'plain' | 'wireBytes' | 'savedBytes'>> {
  const { giving, taking } = await openPair(site, pair);
  try {
    const relays = [...site.relays];
    const { device, addresses } = await taking.page.evaluate((at) => bench.plainSync.listen(at), relays);
    await giving.page.evaluate((at) => bench.plainSync.listen(at), relays);
    await giving.page.evaluate(([id, at]) => bench.plainSync.dial(id, at), [device, addresses] as const);
    const savedBytes = await giving.page.evaluate(() => bench.plainSync.prepareSending());
    const plain = await taking.page.evaluate((count) => bench.plainSync.receive(count), charts * sectionsPerChart);

    await taking.page.evaluate(() => bench.practice.unlock());
    const received = taking.page.evaluate((count) => bench.sync.receive(count), charts);
    await giving.page.evaluate(() => bench.practice.unlock());
    const { ms, bytes: wireBytes } = await received;
    const opening = await taking.page.evaluate((count) => bench.sync.openAll(count), charts);
    return { ours: ms / charts, opening: opening / charts, plain: plain / charts, wireBytes, savedBytes };
  } finally {
    await giving.close();
    await taking.close();
  }
}

async function automergeTurn(site: BenchSite, documents: readonly Bytes[], count: number): Promise<number> {
  const server = await startAutomergeServer(documents.slice(0, count * sectionsPerChart));
  const browser = await site.open('automerge');
  try {
    const ms = await browser.page.evaluate(([url, ids]) => bench.peers.syncAutomerge(url, ids), [
      server.url,
      server.documents,
    ] as const);
    return ms / count;
  } finally {
    await browser.close();
    await server.close();
  }
}

async function pouchTurn(site: BenchSite, charts: number): Promise<number> {
  const documents = new Map(
    Array.from({ length: charts }, (_, chart) =>
      [...chartContent(chart, wholeChart)].map(([section, resources]) => {
        const id = `chart-${chart}-${section}`;
        return [id, { _id: id, resources }] as const;
      }),
    ).flat(),
  );
  const server = await startCouchServer(site.folder, documents);
  const browser = await site.open('pouch', { url: server.pageUrl });
  try {
    const ms = await browser.page.evaluate(([url, count]) => bench.peers.replicatePouch(url, count), [
      server.url,
      documents.size,
    ] as const);
    return ms / charts;
  } finally {
    await browser.close();
    await server.close();
  }
}

function figuresOf(charts: number, measured: readonly Turn[]): readonly Figure[] {
  const perChart = (of: (turn: Turn) => number): string => `${median(measured.map(of)).toPrecision(3)} ms a chart`;
  const json = Math.round(jsonBytes(chartContent(0, wholeChart)) / 1000);
  const saved = Math.round((measured[0]?.savedBytes ?? 0) / charts / 1000);
  const workload =
    `Two Chromium profiles, two practices that met, connected by way of the relay (WebSockets; WebRTC taken away): ` +
    `${charts} generated charts of four sections (seed: the chart's number; ${json} kB of JSON, ${saved} kB saved), shared to write, ` +
    'arrive at the other for the first time: charters checked and resolved, entries verified and durable in IndexedDB. From the first frame ' +
    `of the connection until what the last one brought is durable. ${turns} turns, alternating, each from copies of the same two profiles.`;
  const ours = perChart((turn) => turn.ours);
  const automergeWords =
    `Against: automerge-repo 2.5.6, its WebSocket adapters and storages (files at the server in Node, IndexedDB in the browser), the same sections as ` +
    `four documents a chart, plain, until every document is ready and flushed. Measured at ${peerCharts.join(' and ')} charts and said per chart (extrapolated to ${charts} from ${peerCharts[1]}).`;
  const automergeMeasured = `automerge-repo ${perChart((turn) => turn.automerge)} at ${peerCharts[1]}, ${perChart((turn) => turn.automergeFew)} at ${peerCharts[0]}`;
  return [
    figureOf(
      {
        figure: 'cold-sync-automerge-repo',
        aim: 50,
        unit: '× faster than automerge-repo',
        better: 'higher',
        measured: `${ours}, ${automergeMeasured}`,
        workload: `${workload} ${automergeWords}`,
      },
      summarize(measured.map((turn) => turn.automerge / turn.ours)),
    ),
    figureOf(
      {
        figure: 'cold-sync-pouchdb',
        aim: 5,
        unit: '× faster than PouchDB',
        better: 'higher',
        measured: `${ours}, PouchDB ${perChart((turn) => turn.pouch)}`,
        workload:
          `As cold-sync-automerge-repo. Against: PouchDB 9.0.0 in the browser with its IndexedDB storage, replicating ${charts * sectionsPerChart} documents ` +
          "(the JSON of a section each) from a source in memory in Node that answers CouchDB's protocol over HTTP.",
      },
      summarize(measured.map((turn) => turn.pouch / turn.ours)),
    ),
    figureOf(
      {
        figure: 'cold-sync-plain',
        aim: 1.4,
        unit: '× plain bytes',
        better: 'lower',
        measured: `${ours}, plain ${perChart((turn) => turn.plain)}`,
        workload:
          'As cold-sync-automerge-repo. Against: the saved bytes of the same documents from memory, by another connection of the same transport ' +
          'between the same two pages, one record a document in IndexedDB, each transaction durable.',
      },
      summarize(ratios(measured.map((turn) => ({ product: turn.ours, floor: turn.plain })))),
    ),
    figureOf(
      {
        figure: 'cold-sync-open',
        aim: 4,
        unit: '× faster than automerge-repo',
        better: 'higher',
        measured: `${perChart((turn) => turn.ours + turn.opening)}, ${automergeMeasured}`,
        workload:
          'As cold-sync-automerge-repo, then session.openChart() of every chart, one after the other, what the device itself looks at first of each ' +
          `new chart included. ${automergeWords} automerge-repo has every document open when it has synced.`,
      },
      summarize(measured.map((turn) => turn.automerge / (turn.ours + turn.opening))),
    ),
    figureOf(
      {
        figure: 'wire-cold',
        aim: 1.15,
        unit: '× Automerge.save()',
        better: 'lower',
        measured: `${((measured[0]?.wireBytes ?? 0) / charts / 1000).toFixed(1)} kB a chart, saved ${((measured[0]?.savedBytes ?? 0) / charts / 1000).toFixed(1)} kB`,
        workload:
          'As cold-sync-automerge-repo: bytes of all frames in both directions before the transport encrypts them, charters and confirmations included. ' +
          'Against: the sum of Automerge.save() of the same documents.',
      },
      summarize(ratios(measured.map((turn) => ({ product: turn.wireBytes, floor: turn.savedBytes })))),
    ),
  ];
}
