/**
 * The product's own chart page with the largest chart: from asking for it until its summary is drawn, and its longest lists
 * scrolled from end to end, against the saved bytes of the sections that the summary shows in plain Automerge.
 */
import * as A from '@automerge/automerge/slim';
import '../../src/ui/chart/chart-page.ts';
import { summarySections } from '../../src/ui/chart/summary-lines.ts';
import { registerIcons } from '../../src/ui/shell/icons.ts';
import type { ChartTopic } from '../../src/ui/shell/route.ts';
import '../../src/ui/shell/tokens.css';
import type { ChartId } from '../../src/base/ids.ts';
import { current, importFile, mustHave, open, pause } from './practice.ts';
import { startOver, tasksSince, type Tasks } from './responsiveness.ts';
import { sectionDocuments } from './section-documents.ts';

/** What is closed is put away in the background: it must not be counted to the next opening. */
const closingMs = 150;

let chart: ChartId | undefined;
let saved: readonly Uint8Array[] = [];

export async function prepare(text: string): Promise<void> {
  registerIcons();
  chart = await importFile(text);
  const live = await open(chart);
  const documents = sectionDocuments(live, current().practice.device);
  saved = summarySections.flatMap((section) => documents.get(section)?.save() ?? []);
  live.close();
}

/** Milliseconds of each, `turns` times, in turns. */
export async function measureOpening(turns: number): Promise<{ product: number; floor: number }[]> {
  const times = [];
  for (let turn = 0; turn <= turns; turn++) {
    await pause(closingMs);
    const beginFloor = performance.now();
    const loaded = saved.map((bytes) => A.load(bytes));
    const floor = performance.now() - beginFloor;
    loaded.forEach((document) => A.free(document));

    await pause(closingMs);
    const begin = performance.now();
    const page = show('summary');
    const summary = await drawn(page, 'pc-summary-page');
    await summary.updateComplete;
    const product = performance.now() - begin;
    if (summary.renderRoot.querySelector('li') === null) throw new Error('a summary has lines');
    page.remove();
    // The first turn warms both up.
    if (turn > 0) times.push({ product, floor });
  }
  return times;
}

/** From one end of each list to the other and back, a third of the window a frame, all its rows shown. */
export async function scroll(topics: readonly ChartTopic[]): Promise<Tasks & { readonly rows: number }> {
  const page = show('summary');
  await drawn(page, 'pc-summary-page');
  const all = { longestMs: 0, beyondMs: 0, count: 0, rows: 0 };
  for (const topic of topics) {
    page.topic = topic;
    const list = await drawn(page, 'pc-topic-page');
    for (const button of list.renderRoot.querySelectorAll('wa-button'))
      if (button.textContent.trim().startsWith('Show ')) button.click();
    await list.updateComplete;
    await pause(500);
    for (const table of list.renderRoot.querySelectorAll('pc-data-table'))
      all.rows += table.renderRoot.querySelectorAll('tbody tr').length;
    startOver();
    await scrollThrough(mustHave(page.renderRoot.querySelector('.content') ?? undefined));
    const { longestMs, beyondMs, count } = await tasksSince();
    all.longestMs = Math.max(all.longestMs, longestMs);
    all.beyondMs += beyondMs;
    all.count += count;
  }
  page.remove();
  return all;
}

async function scrollThrough(content: Element): Promise<void> {
  const step = content.clientHeight / 3;
  for (const direction of [1, -1]) {
    for (let before = -1; before !== content.scrollTop;) {
      before = content.scrollTop;
      content.scrollTop += direction * step;
      await new Promise(requestAnimationFrame);
    }
  }
}

function show(topic: ChartTopic): HTMLElementTagNameMap['pc-chart-page'] {
  const page = document.createElement('pc-chart-page');
  page.session = current();
  page.chartId = mustHave(chart);
  page.topic = topic;
  page.style.blockSize = '800px';
  document.body.replaceChildren(page);
  return page;
}

async function drawn<Name extends 'pc-summary-page' | 'pc-topic-page'>(
  page: HTMLElementTagNameMap['pc-chart-page'],
  name: Name,
): Promise<HTMLElementTagNameMap[Name]> {
  for (;;) {
    await page.updateComplete;
    const found = page.renderRoot.querySelector(name);
    if (found !== null) {
      await found.updateComplete;
      return found;
    }
    // What it waits for is the chart: its own promise is not to be had from outside.
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(undefined);
    });
  }
}
