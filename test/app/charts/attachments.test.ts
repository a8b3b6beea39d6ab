/** Large data of resources in a practice (EN-10): sealed beside the chart, given back as it was, fetched from others. */
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { parseJson } from '../../../src/clinical/json-parser.ts';
import { isArray, isObject, sameJson, type JsonObject } from '../../../src/clinical/json.ts';
import { openIdbStore } from '../../../src/store/idb-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const image = (name: string, size: number): string => Buffer.from(seededRandom(name).bytes(size)).toString('base64');
const scan = image('scan', 700_000);
const photo = image('photo', 300_000);
const waveform = '1.5 -0.25 E '.repeat(5_000).trim();

const alice = {
  resourceType: 'Patient',
  id: 'alice',
  name: [{ family: 'Example', given: ['Alice'] }],
  birthDate: '1970',
};
const letter = (data: string, more: object = {}) => ({
  resourceType: 'DocumentReference',
  id: 'letter',
  status: 'current',
  subject: { reference: 'Patient/alice' },
  content: [{ attachment: { contentType: 'image/jpeg', data, size: 700_000, hash: 'as+written=', title: 'Scan' } }],
  ...more,
});
const media = {
  resourceType: 'Media',
  id: 'photo',
  status: 'completed',
  subject: { reference: 'Patient/alice' },
  content: { contentType: 'image/png', data: photo },
};
const ecg = {
  resourceType: 'Observation',
  id: 'ecg',
  status: 'final',
  code: { text: 'ECG' },
  subject: { reference: 'Patient/alice' },
  valueSampledData: { origin: { value: 0 }, period: 10, dimensions: 1, data: waveform },
};
const bundle = (...resources: readonly object[]): string =>
  JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) });
const whole = [alice, letter(scan), media, ecg];

/** What an exported file says of a resource. */
function resourceOf(text: string, type: string): JsonObject {
  const parsed = parseJson(text);
  const entries = parsed.ok && isObject(parsed.value) ? parsed.value['entry'] : undefined;
  for (const entry of isArray(entries) ? entries : []) {
    const resource = isObject(entry) ? entry['resource'] : undefined;
    if (isObject(resource) && resource['resourceType'] === type) return resource;
  }
  throw new Error(`no ${type} in the file`);
}

const asJson = (value: object): JsonObject => {
  const parsed = parseJson(JSON.stringify(value));
  if (!parsed.ok || !isObject(parsed.value)) throw new Error('an object');
  return parsed.value;
};

async function disk(world: World, profile: string): Promise<Store> {
  return mustBeOk(await openIdbStore(world.databaseOf(profile)));
}

/** The text in place of the data of a document. */
function placeholderOf(chart: OpenChart, section: 'documents' = 'documents'): string {
  const stored = [...sectionOf(chart, section).resources.values()].map(({ base }) => base).join();
  return mustHave(/"data":"(peerchart-attachment:[^"]+)"/.exec(stored)?.[1]);
}

/** What stands for the one file, once the chart knows it: a section shows its entry a moment earlier. */
async function filePlaced(chart: OpenChart): Promise<string> {
  await until(() => sectionOf(chart, 'documents').resources.size === 1);
  const data = placeholderOf(chart);
  await until(() => chart.files.state(data) !== undefined);
  return data;
}

const exported = async (session: Session) => mustBeOk(await session.exportChart(onlyChart(session).id));

it('[EN-10] large data is kept out of the section documents, and a chart is exported as it was imported', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('clinic', { sharing: false });
  await importText(clinic, bundle(...whole));
  const chart = await opened(clinic);
  for (const view of chart.sections.values())
    for (const { base } of view.resources.values()) expect(base.length).toBeLessThan(5_000);
  const file = await exported(clinic);
  expect(file).toMatchObject({ incomplete: [], filesMissing: 0 });
  for (const resource of whole)
    expect(sameJson(resourceOf(file.text, resource.resourceType), asJson(resource)), resource.resourceType).toBe(true);

  const store = await disk(world, 'clinic');
  const held = await store.chunksHeld();
  // A photo and a waveform are results.
  const sections = held.map(({ section }) => section).toSorted();
  expect(sections).toEqual([...Array<string>(3).fill('documents'), ...Array<string>(3).fill('results')]);
  expect(new Set((await store.chunksNamed()).map(({ hash }) => hash))).toEqual(new Set(held.map(({ hash }) => hash)));
  expect(await store.sealedKeys('sealing-parts/')).toEqual([]);
  store.close();
  await clinic.lock();
});

it('[EN-10] the same file again changes nothing and seals nothing; another scan in it is one change', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('clinic', { sharing: false });
  await importText(clinic, bundle(...whole));
  const store = await disk(world, 'clinic');
  const before = await store.chunksHeld();
  const { signal } = new AbortController();
  const plan = async (text: string) =>
    (
      await clinic.planImport([{ name: 'again', text: () => Promise.resolve(text) }], () => undefined, signal)
    ).items.map(({ outcome }) => outcome.kind);
  expect(await plan(bundle(...whole))).toEqual(['unchanged']);
  const other = bundle(alice, letter(image('another scan', 700_000)), media, ecg);
  expect(await plan(other)).toEqual(['changed']);
  await importText(clinic, other);
  expect((await store.chunksHeld()).length).toBe(before.length + 3);
  const file = await exported(clinic);
  expect(sameJson(resourceOf(file.text, 'DocumentReference'), asJson(letter(image('another scan', 700_000))))).toBe(
    true,
  );
  store.close();
  await clinic.lock();
});

it('[EN-10] a full disk, or a cancelled import, leaves no part behind, and the chart as it was', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('clinic', { sharing: false });
  await importText(clinic, bundle(alice));
  const store = await disk(world, 'clinic');
  let commits = 0;
  world.refuseCommits('clinic', () => ++commits === 2);
  await expect(importText(clinic, bundle(...whole))).rejects.toThrow('storage-full');
  world.refuseCommits('clinic', undefined);
  await until(async () => (await store.chunksHeld()).length === 0);
  expect(await store.sealedKeys('sealing-parts/')).toEqual([]);
  expect((await opened(clinic)).sections.get('documents')?.resources.size).toBe(0);

  const cancel = new AbortController();
  const files = [{ name: 'f', text: () => Promise.resolve(bundle(...whole)) }];
  const plan = await clinic.planImport(files, () => undefined, cancel.signal);
  const answers = new Map(plan.items.map(({ id }) => [id, 'apply'] as const));
  const said: number[] = [];
  const outcome = await clinic.carryOutImport(
    plan,
    answers,
    ({ attached }) => {
      if (attached !== undefined) said.push(attached.bytesDone);
      if (said.length === 2) cancel.abort();
    },
    cancel.signal,
  );
  expect(outcome.failed).toMatchObject([{ reason: 'cancelled' }]);
  expect(await store.chunksHeld()).toEqual([]);
  expect(said.length).toBeGreaterThan(1);
  await importText(clinic, bundle(...whole));
  expect((await exported(clinic)).filesMissing).toBe(0);
  store.close();
  await clinic.lock();
});

it('[EN-10] parts whose entry never came, because the machine stopped, are swept at the next start', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('clinic', { sharing: false });
  await importText(clinic, bundle(alice));
  let commits = 0;
  // From the second commit on nothing reaches the disk any more, as if it had stopped.
  world.refuseCommits('clinic', () => ++commits > 1);
  await expect(importText(clinic, bundle(alice, letter(image('large', 1_500_000))))).rejects.toThrow();
  const store = await disk(world, 'clinic');
  await store.commit({
    chunks: [
      { chart: onlyChart(clinic).id, section: 'documents', hash: 'ab'.repeat(32) as never, bytes: new Uint8Array(5) },
    ],
    sealed: [{ key: `sealing-parts/${onlyChart(clinic).id}`, bytes: Uint8Array.of(1) }],
  });
  await clinic.lock();
  expect((await store.chunksHeld()).length).toBeGreaterThan(0);
  world.refuseCommits('clinic', undefined);
  const again = mustBeOk(await (await world.door('clinic')).unlock('correct horse battery'));
  expect(await store.chunksHeld()).toEqual([]);
  expect(await store.sealedKeys('sealing-parts/')).toEqual([]);
  store.close();
  await again.lock();
});

it('[EN-10] [RE-1] another practice gets the parts when a person there opens the document, and its export says what is missing before', async () => {
  const world = await World.start();
  const [clinic, pharmacy] = [await world.newPractice('clinic'), await world.newPractice('pharmacy')];
  await importText(clinic, bundle(...whole));
  await meet(clinic, pharmacy);
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['identity', 'documents'], 'read'));
  await until(() => pharmacy.charts.length === 1);
  const chart = await opened(pharmacy);
  const data = await filePlaced(chart);
  expect(chart.files.state(data)).toMatchObject({ kind: 'elsewhere', partsHere: 0, size: 700_000 });
  expect(await chart.files.open(data)).toMatchObject({ ok: false, reason: 'missing' });

  const early = await exported(pharmacy);
  expect(early).toMatchObject({ filesMissing: 1, incomplete: ['documents'] });
  expect(JSON.stringify(resourceOf(early.text, 'DocumentReference'))).toContain('data-absent-reason');
  expect(early.text).not.toContain('peerchart-attachment');

  chart.files.want(data);
  expect(chart.files.state(data)?.kind).toBe('asked');
  await until(() => chart.files.state(data)?.kind === 'here');
  const content = mustBeOk(await chart.files.open(data));
  expect(Buffer.from(content).toString('base64')).toBe(scan);
  expect(await exported(pharmacy)).toMatchObject({ filesMissing: 0, incomplete: [] });
  expect(pharmacy.diagnostics()).toEqual([]);
  await Promise.all([clinic, pharmacy].map((session) => session.lock()));
});

it('[EN-10] a backup holds the parts, and a practice restored from it has its documents', async () => {
  const world = await World.start();
  const door = await world.door('clinic');
  const recoveryPhrase = door.newRecoveryPhrase();
  const clinic = await world.newPractice('clinic', { sharing: false, recoveryPhrase });
  await importText(clinic, bundle(...whole));
  const quiet = (): void => undefined;
  const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
  const before = (await exported(clinic)).text;
  await clinic.lock();
  const restored = mustBeOk(
    await (await world.door('other')).restore(file, recoveryPhrase, 'correct horse battery', 'other', quiet),
  );
  await until(() => restored.charts.length === 1);
  expect(await exported(restored)).toMatchObject({ text: before, filesMissing: 0 });
  await restored.lock();
});

it('[EN-10] [RE-5] an exchange file brings the parts along with the entries that name them', async () => {
  const world = await World.start();
  const [clinic, pharmacy] = [await world.newPractice('clinic'), await world.newPractice('pharmacy')];
  await importText(clinic, bundle(alice));
  await meet(clinic, pharmacy);
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['identity', 'documents'], 'read'));
  await until(() => pharmacy.charts.length === 1);
  world.cut(clinic);
  await importText(clinic, bundle(alice, letter(scan), media));
  const { signal } = new AbortController();
  const quiet = (): void => undefined;
  const to = { practice: pharmacy.practice.id };
  const { file } = mustBeOk(await clinic.exchange.save(to, 'lacking', quiet, signal));
  mustBeOk(await pharmacy.exchange.takeIn(file, quiet, signal));
  const chart = await opened(pharmacy);
  const data = await filePlaced(chart);
  expect(chart.files.state(data)).toMatchObject({ kind: 'here' });
  expect(Buffer.from(mustBeOk(await chart.files.open(data))).toString('base64')).toBe(scan);
  // Results are not shared, so their photo is not in it.
  const store = await disk(world, 'pharmacy');
  expect((await store.chunksHeld()).map(({ section }) => section)).toEqual(['documents', 'documents', 'documents']);
  store.close();
  await Promise.all([clinic, pharmacy].map((session) => session.lock()));
});

it('[EN-10] a part that is gone or damaged on the disk is noticed where the file is opened, and fetched again', async () => {
  const world = await World.start();
  const [clinic, pharmacy] = [await world.newPractice('clinic'), await world.newPractice('pharmacy')];
  await importText(clinic, bundle(alice, letter(scan)));
  await meet(clinic, pharmacy);
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['identity', 'documents'], 'read'));
  await until(() => pharmacy.charts.length === 1);
  const chart = await opened(pharmacy);
  const data = await filePlaced(chart);
  chart.files.want(data);
  await until(() => chart.files.state(data)?.kind === 'here');
  const store = await disk(world, 'pharmacy');
  const [part] = await store.chunksHeld();
  mustBeOk(await store.commit({ chunks: [{ ...mustHave(part), bytes: new Uint8Array(1000) }] }));
  expect(await chart.files.open(data)).toMatchObject({ ok: false, reason: 'damaged' });
  expect(chart.files.state(data)).toMatchObject({ kind: 'elsewhere', partsHere: 2 });
  chart.files.want(data);
  await until(() => chart.files.state(data)?.kind === 'here');
  expect(Buffer.from(mustBeOk(await chart.files.open(data))).toString('base64')).toBe(scan);
  store.close();
  await Promise.all([clinic, pharmacy].map((session) => session.lock()));
});
