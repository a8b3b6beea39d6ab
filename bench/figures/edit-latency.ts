/** From one person's edit to the other's screen, over WebRTC and over the relay. */
import { directConnectionsImpossible } from '../../test/support/profiles.ts';
import { figureOf, type Figure } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import type { BenchBrowser, BenchSite } from '../site.ts';
import { median, ratios, summarize } from '../statistics.ts';
import type { Workload } from '../workload.ts';

type Path = 'direct' | 'relayed';

const turns = 5;
const editsPerTurn = 12;
const editsInBurst = 30;

const ways = { direct: 'over WebRTC', relayed: 'by way of the relay, WebRTC taken away from both pages' };

export function editLatency(path: Path): Measurement {
  return {
    figures: [`edit-visible-${path}`, `edit-automerge-repo-${path}`, `edit-burst-${path}`],
    run: async (site, workload) => {
      const impossible = path === 'direct' ? directConnectionsImpossible() : undefined;
      if (impossible === undefined) return measured(path, site, workload);
      console.error(`edit-visible-direct: not measured, ${impossible}`);
      return [];
    },
  };
}

async function measured(path: Path, site: BenchSite, { ordinary }: Workload): Promise<readonly Figure[]> {
  const relayedOnly = path === 'relayed';
  const editing = await site.open('editing', { relayedOnly });
  const watching = await site.open('watching', { relayedOnly });
  try {
    const resources = await prepare(site, path, ordinary.text, editing, watching);
    // The first edits warm up both sides, and are not counted.
    await editing.page.evaluate((edits) => bench.editLatency.measure(edits), editsPerTurn);
    const times = [];
    const bursts = [];
    for (let turn = 0; turn < turns; turn++) {
      const { product, plain, repo, roundTrip } = await editing.page.evaluate(
        (edits) => bench.editLatency.measure(edits),
        editsPerTurn,
      );
      const answerMs = median(roundTrip) / 2;
      times.push({
        product: median(product) - answerMs,
        floor: median(plain) - answerMs,
        repo: median(repo) - answerMs,
      });
      bursts.push(await editing.page.evaluate((edits) => bench.editLatency.measureBurst(edits), editsInBurst));
    }
    const productMs = median(times.map(({ product }) => product)).toFixed(1);
    const floorMs = median(times.map(({ floor }) => floor)).toFixed(1);
    const visible = figureOf(
      {
        figure: `edit-visible-${path}`,
        aim: 1.5,
        unit: '× plain change bytes',
        better: 'lower',
        measured: `${productMs} ms, plain ${floorMs} ms`,
        workload:
          `Two Chromium profiles, two practices that met by an invitation, connected ${ways[path]}; ` +
          `the medications (${resources} resources) of the ${ordinary.description} shared to write and open on both sides. ` +
          "One change of a dose: from the call of edit() until the other side's open chart shows it " +
          '(sealed, signed, durable here and there, checked, tried, merged; nothing painted). Against: the same ' +
          "change in plain Automerge, its bytes over a second connection of the same transport, applied on arrival. The editing page's " +
          'clock, until an answer on that connection, less half a round trip of an empty frame; ' +
          `${turns} turns of ${editsPerTurn} edits each, alternating, 40 ms apart, median of each turn.`,
      },
      summarize(ratios(times)),
    );
    const words =
      `As edit-visible-${path}. Against: automerge-repo 2.5.6 as it comes, the same document in it at both ends, kept in IndexedDB, its messages over ` +
      'the connection of the plain changes, until its change event there.';
    return [
      visible,
      figureOf(
        {
          figure: `edit-automerge-repo-${path}`,
          aim: 2,
          unit: '× faster than automerge-repo',
          better: 'higher',
          measured: `${productMs} ms, automerge-repo ${median(times.map(({ repo }) => repo)).toFixed(1)} ms`,
          workload: words,
        },
        summarize(times.map(({ product, repo }) => repo / product)),
      ),
      figureOf(
        {
          figure: `edit-burst-${path}`,
          aim: 40,
          unit: '× faster than automerge-repo',
          better: 'higher',
          measured:
            `${median(bursts.map(({ product }) => product)).toFixed(0)} ms, ` +
            `automerge-repo ${median(bursts.map(({ repo }) => repo)).toFixed(0)} ms`,
          workload: `${words} ${editsInBurst} edits made without waiting in between, until the last is shown; ${turns} turns.`,
        },
        summarize(bursts.map(({ product, repo }) => repo / product)),
      ),
    ];
  } finally {
    await Promise.all([editing.close(), watching.close()]);
  }
}

/** Answers how many resources the edited section holds. */
async function prepare(
  site: BenchSite,
  path: Path,
  text: string,
  editing: BenchBrowser,
  watching: BenchBrowser,
): Promise<number> {
  await editing.page.evaluate(() => bench.practice.make('A', true));
  await watching.page.evaluate(() => bench.practice.make('B', true));
  const link = await editing.page.evaluate(() => bench.practice.invite());
  await watching.page.evaluate((invitation) => bench.practice.accept(invitation), link);
  await both(editing, watching, ({ page }) => page.evaluate((way) => bench.practice.connectedBy(way), path));

  const relays = [...site.relays];
  const { device, addresses } = await watching.page.evaluate((at) => bench.editLatency.listen(at), relays);
  await editing.page.evaluate((at) => bench.editLatency.listen(at), relays);
  await editing.page.evaluate(([id, at]) => bench.editLatency.dial(id, at), [device, addresses] as const);
  await both(editing, watching, ({ page }) => page.evaluate((way) => bench.editLatency.connectedBy(way), path));

  const prepared = await editing.page.evaluate((file) => bench.editLatency.prepareEditing(file), text);
  await watching.page.evaluate((start) => bench.editLatency.prepareWatching(start), prepared);
  // The watching side's repo is started second: it finds the other one waiting.
  const name = await editing.page.evaluate((start) => bench.editLatency.shareInRepo(start), prepared.document);
  await watching.page.evaluate(([id, key]) => bench.editLatency.watchInRepo(id, key), [name, prepared.key] as const);
  return prepared.resources;
}

async function both(
  one: BenchBrowser,
  other: BenchBrowser,
  act: (browser: BenchBrowser) => Promise<void>,
): Promise<void> {
  await Promise.all([act(one), act(other)]);
}
