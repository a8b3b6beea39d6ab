/**
 * Two practices with many charts between them: what passes when one comes to the other, for the first time or again. What
 * is timed is what the frames say (frame-tap.ts): from the first one until what the last one brought is durable.
 */
import type { ChartSection } from '../../src/base/sections.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { automergeWasmUrl } from '../../src/crdt/wasm-url.ts';
import { RosterBook } from '../../src/replica/roster-book.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import type { Store } from '../../src/store/store.ts';
import { chartContent, contentSections, writing, type ChartSize } from '../chart-content.ts';
import { exchange, quiet, startOver, type Exchange } from './frame-tap.ts';
import { writeCharts } from './generated-charts.ts';
import { openOwnStore } from './own-store.ts';
import { current, mustBeOk, mustHave, open, share } from './practice.ts';
import { keepPlain } from './plain-sync.ts';

/** Nothing passes for so long when all has passed. Not part of any time. */
const quietMs = 1_000;

/**
 * Charts of this profile's locked practice, shared to write with the practice it met. `keepSaved`: the same documents in
 * plain are kept beside, for plain-sync.ts to send, and the charts are made as a person would; else in fewer steps.
 */
export async function generate(from: number, to: number, size: ChartSize, keepSaved: boolean): Promise<void> {
  await initCrdt(automergeWasmUrl);
  const { store, records, self } = await openOwnStore();
  const rosters = await RosterBook.open(store);
  const other = mustHave(rosters.practices.find((practice) => practice !== self.practice));
  const saved: Uint8Array<ArrayBuffer>[] = [];
  await writeCharts(from, to, {
    store,
    records,
    self,
    roster: rosters.mustGet(self.practice),
    other,
    rosterOf: (practice) => rosters.get(practice),
    sections: contentSections,
    keyedOnce: !keepSaved,
    content: (i) =>
      new Map<ChartSection, readonly SectionEdit[]>(
        [...chartContent(i, size)].map(([section, resources]) => [section, writing(resources)]),
      ),
    saved: (bytes) => saved.push(bytes),
  });
  store.close();
  if (keepSaved) await keepPlain(saved);
}

/** The receiving side, unlocked and connected to nobody yet: when everything is durable, what passed. */
export async function receive(charts: number): Promise<Exchange> {
  startOver();
  const store = mustBeOk(await openIdbStore('peerchart'));
  await quiet(quietMs);
  while ((await receivedEntries(store)) < charts * contentSections.length) await quiet(quietMs);
  store.close();
  return exchange();
}

async function receivedEntries(store: Store): Promise<number> {
  const { found } = await store.chartStates();
  return [...found.values()]
    .flatMap((sections) => [...sections])
    .filter(([section]) => (contentSections as readonly string[]).includes(section))
    .reduce((sum, [, { entries }]) => sum + entries, 0);
}

/** Resolves when so many charts are in the list. */
export async function listed(charts: number): Promise<void> {
  while (current().charts.length < charts) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every chart opened once, one after the other. Milliseconds, what the device still had to do about them included. */
export async function openAll(charts: number): Promise<number> {
  const begin = performance.now();
  await listed(charts);
  for (const { id } of current().charts) {
    const chart = await open(id);
    if ((chart.sections.get('results')?.resources.size ?? 0) === 0) throw new Error('a chart should show its results');
    chart.close();
  }
  return performance.now() - begin;
}

/** This side goes off, does `meanwhile`, and comes back: what passes until all is quiet. */
export async function comeBack(changes: number): Promise<Exchange> {
  await share(false);
  for (const { id } of current().charts.slice(0, changes)) {
    const chart = await open(id);
    const results = mustHave(chart.sections.get('results')).resources;
    const [key] = results.keys();
    const registers = { note: JSON.stringify({ note: [{ text: `Looked at ${Date.now()}` }] }) };
    mustBeOk(await chart.edit('results', [{ kind: 'change', key: mustHave(key), registers }]));
    chart.close();
  }
  await new Promise((resolve) => setTimeout(resolve, quietMs));
  startOver();
  await share(true);
  await quiet(quietMs);
  return exchange();
}
