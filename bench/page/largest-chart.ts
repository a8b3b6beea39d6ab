/** One chart opened from the disk, and what it takes there, against the saved bytes of the same documents in plain Automerge. */
import * as A from '@automerge/automerge/slim';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { ChartId } from '../../src/base/ids.ts';
import { doseEdit, editedSection, medicationRequests } from './edits.ts';
import { current, importFile, mustBeOk, open, pause } from './practice.ts';
import { sectionDocuments, type SectionDocuments } from './section-documents.ts';

/** Closing a chart is done in the background: it must not be counted to the next opening. */
const closingMs = 150;

let chart: ChartId | undefined;
let documents: SectionDocuments = new Map();

function mustBeImported(): ChartId {
  if (chart === undefined) throw new Error('import a chart first');
  return chart;
}

export async function prepare(text: string): Promise<void> {
  chart = await importFile(text);
  const live = await open(chart);
  documents = sectionDocuments(live, current().practice.device);
  live.close();
}

/** One after the other, each its own entry; the plain documents get the same. */
export async function edit(edits: number): Promise<void> {
  const live = await open(mustBeImported());
  const document = documents.get(editedSection);
  const keys = medicationRequests(live.sections.get(editedSection)?.resources ?? new Map<never, never>());
  for (let dose = 1; dose <= edits; dose++) {
    const edit = doseEdit(keys[dose % keys.length] ?? '', dose);
    mustBeOk(await live.edit(editedSection, [edit]));
    mustBeOk(document?.edit([edit], Date.now()) ?? { ok: false, reason: 'no such section' });
  }
  await mustBeTheSame();
  live.close();
  await pause(closingMs);
}

/** Or the comparison would say nothing. */
async function mustBeTheSame(): Promise<void> {
  const live = await open(mustBeImported());
  for (const [section, document] of documents) {
    const sorted = (resources: ReadonlyMap<string, unknown>): string =>
      JSON.stringify([...resources].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const shown = live.sections.get(section)?.resources ?? new Map<never, never>();
    if (sorted(shown) !== sorted(document.resources())) throw new Error(`${section} should hold the same resources`);
  }
  live.close();
}

/** Milliseconds of each, `turns` times, in turns. */
export async function measureOpening(turns: number): Promise<{ product: number; floor: number }[]> {
  const id = mustBeImported();
  const saved = [...documents.values()].map((document) => document.save());
  const times = [];
  for (let turn = 0; turn <= turns; turn++) {
    await pause(closingMs);
    const beginFloor = performance.now();
    const loaded = saved.map((bytes) => A.load(bytes));
    const floor = performance.now() - beginFloor;
    loaded.forEach((document) => A.free(document));

    await pause(closingMs);
    const begin = performance.now();
    const live = await open(id);
    if (letters(live) === 0) throw new Error('a chart has texts');
    const product = performance.now() - begin;
    live.close();
    // The first turn warms both up.
    if (turn > 0) times.push({ product, floor });
  }
  await pause(closingMs);
  return times;
}

/** Every text of every section, which are read when somebody asks for them. */
function letters(live: OpenChart): number {
  let count = 0;
  for (const { resources } of live.sections.values())
    for (const { base, registers } of resources.values())
      count += Object.values(registers).reduce((sum, text) => sum + text.length, base.length);
  return count;
}

export async function bytesOnDisk(): Promise<{ product: number; floor: number }> {
  const floor = [...documents.values()].reduce((sum, document) => sum + document.save().length, 0);
  return { product: await recordBytes(mustBeImported()), floor };
}

/** Everything in the browser's database under the chart's name: entries, charter, keys, index. */
async function recordBytes(id: ChartId): Promise<number> {
  const database = await asked(indexedDB.open('peerchart'));
  let bytes = 0;
  for (const name of database.objectStoreNames) {
    const objects = database.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([
      asked(objects.getAllKeys()),
      asked(objects.getAll() as IDBRequest<unknown[]>),
    ]);
    for (const [i, key] of keys.entries())
      if (typeof key === 'string' && key.includes(id)) bytes += sizeOf(key) + sizeOf(values[i]);
  }
  database.close();
  return bytes;
}

/** Bytes and letters as they are, eight for a number: about what a structured clone takes. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).reduce(
      (sum, [key, one]) => sum + (Array.isArray(value) ? 0 : key.length) + sizeOf(one),
      0,
    );
  return 8;
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database refused'));
  });
}
