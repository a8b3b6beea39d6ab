/**
 * How long this page keeps a person waiting: the tasks of its main thread that are longer than 50 ms, and, for every key
 * typed into the search among the patients, the time until what it found is painted. The page of patients is the product's.
 */
import { openDoor } from '../../src/app/browser.ts';
import '../../src/ui/patients/patients-page.ts';
import { registerIcons } from '../../src/ui/shell/icons.ts';
import '../../src/ui/shell/tokens.css';
import { generatedPractice } from '../generated-practice.ts';
import { indexRecordOf } from '../../src/app/patients/chart-index.ts';
import { openOwnStore } from './own-store.ts';
import { current, importTexts, mustBeOk, open, passphrase, use } from './practice.ts';

/** Longer is a long task by the standard (W3C Long Tasks): what a person may feel. */
export interface Tasks {
  readonly longestMs: number;
  /** What they were longer than 50 ms, added up: the time in which a key could not be answered at once. */
  readonly beyondMs: number;
  readonly count: number;
}

const longTaskMs = 50;
let tasks: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) tasks.push(duration);
});
observer.observe({ type: 'longtask' });

export function startOver(): void {
  observer.takeRecords();
  tasks = [];
}

export async function tasksSince(): Promise<Tasks> {
  // Entries are told some time after their task.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    longestMs: Math.max(0, ...tasks),
    beyondMs: tasks.reduce((sum, ms) => sum + ms - longTaskMs, 0),
    count: tasks.length,
  };
}

/** Long tasks during `work`, and how long it took. */
async function during(work: () => Promise<unknown>): Promise<Tasks & { readonly ms: number }> {
  startOver();
  const begin = performance.now();
  await work();
  const ms = performance.now() - begin;
  return { ...(await tasksSince()), ms };
}

/** Patients of this profile's locked practice in its list and nowhere else: their charts are not there to be opened. */
export async function listPatients(count: number): Promise<void> {
  await openDoor();
  const { store, records, self } = await openOwnStore();
  const patients = [...generatedPractice(count)];
  for (let done = 0; done < count; done += 1_000) {
    const sealed = patients.slice(done, done + 1_000).map((patient) => indexRecordOf(records, patient(self.practice)));
    mustBeOk(await store.commit({ sealed }));
  }
  store.close();
}

export function unlocking(): Promise<Tasks & { readonly ms: number }> {
  return during(async () => {
    use(mustBeOk(await (await openDoor()).unlock(passphrase)));
  });
}

export function importing(texts: readonly string[]): Promise<Tasks & { readonly ms: number }> {
  return during(() => importTexts(texts));
}

export async function opening(text: string): Promise<Tasks & { readonly ms: number }> {
  const [chart] = (await importTexts([text])).charts;
  if (chart === undefined) throw new Error('the file made no chart');
  return during(async () => {
    (await open(chart)).close();
  });
}

/** The page of patients on the screen, its search ready to type into. */
export async function showPatients(): Promise<void> {
  registerIcons();
  const page = document.createElement('pc-patients-page');
  page.session = current();
  page.style.blockSize = '700px';
  document.body.replaceChildren(page);
  await page.updateComplete;
  page.renderRoot.querySelector('wa-input')?.focus();
}

let latencies: number[] = [];

addEventListener(
  'keydown',
  ({ timeStamp }) => {
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => latencies.push(performance.now() - timeStamp);
      painted.port2.postMessage(undefined);
    });
  },
  { capture: true },
);

/** From the press of each key since the last call until the frame after it was painted. */
export function takeLatencies(): readonly number[] {
  const taken = latencies;
  latencies = [];
  return taken;
}
