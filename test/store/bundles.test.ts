/** Records of one chart that share a record of the database: nobody above it sees that they do. On fake-indexeddb. */
/* eslint-disable @typescript-eslint/unbound-method -- the platform's own method is put aside and called with its `this` */
import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import fc from 'fast-check';
import { openDB } from 'idb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { toHex, toUtf8 } from '../../src/base/bytes.ts';
import { chartId, opId, snapshotName } from '../../src/base/ids.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { openIdbStore, schema } from '../../src/store/idb-store.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import {
  charterLog,
  wholeEntry,
  type Commit,
  type NewEntry,
  type Store,
  type StoredOp,
} from '../../src/store/store.ts';
import '../support/generated-cases.ts';
import { chainOfEntries, chartOne } from '../contracts/store-contract.ts';

const sections = ['allergies', 'medications', 'vitals', 'results'] as const;
const chartTwo = chartId(sha256(toUtf8('two')));

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

async function mustOpen(name = 'practice'): Promise<Store> {
  const store = await openIdbStore(name);
  if (!store.ok) throw new Error(store.reason);
  return store.value;
}

async function mustCommit(store: Store, commit: Commit): Promise<void> {
  expect(await store.commit(commit)).toMatchObject({ ok: true });
}

const opOf = (name: string, chart = chartOne): StoredOp => ({
  log: charterLog(chart),
  id: opId(sha256(toUtf8(name))),
  bytes: toUtf8(`operation ${name}`),
});

const newChart: Commit = {
  entries: sections.flatMap((section) => chainOfEntries(2, { section })),
  ops: ['a', 'b', 'c', 'd'].map((name) => opOf(name)),
};

/** The database's own records: by store, their keys. */
async function recordsOf(name = 'practice'): Promise<Readonly<Record<string, readonly string[]>>> {
  const db = await openDB(name);
  const found: Record<string, readonly string[]> = {};
  for (const store of db.objectStoreNames) {
    const keys = (await db.getAllKeys(store)) as string[];
    if (keys.length > 0) found[store] = keys;
  }
  db.close();
  return found;
}

async function damage(change: (db: Awaited<ReturnType<typeof openDB>>) => Promise<unknown>): Promise<void> {
  const db = await openDB('practice');
  await change(db);
  db.close();
}

/** All that a store answers. */
async function answersOf(store: Store): Promise<unknown> {
  const answers: unknown[] = [];
  for (const chart of [chartOne, chartTwo]) {
    for (const section of sections) {
      const heads = await store.heads(chart, section);
      const entries = await store.entries(chart, section);
      const last = entries.found.at(-1);
      const named = last === undefined ? undefined : await store.entries(chart, section, new Set([last.hash]));
      answers.push(
        [chart, section, heads.damaged, entries.damaged],
        heads.found.map(({ hash, seq, head, covered }) => [hash, seq, toHex(head), covered]),
        [entries, named].map((some) => some?.found.map((entry) => toHex(wholeEntry(entry)))),
      );
    }
    const ops = await store.ops(charterLog(chart));
    answers.push(ops.damaged, ops.found.map(({ id, bytes }) => [id, toHex(bytes)]).toSorted());
  }
  answers.push(await store.chartStates(), [...(await store.logs('charter')).found.keys()].toSorted());
  return answers;
}

describe('records that lie together', () => {
  test('a chart that comes whole is four records, however many sections and operations', async () => {
    const store = await mustOpen();
    await mustCommit(store, newChart);
    store.close();
    const records = await recordsOf();
    expect(Object.keys(records).toSorted()).toEqual(['charts', 'ciphertexts', 'heads', 'ops']);
    expect(Object.values(records).flat()).toHaveLength(4);
  });

  const acts = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('entries' as const),
        chart: fc.constantFrom(chartOne, chartTwo),
        of: fc.uniqueArray(fc.constantFrom(...sections), { minLength: 1 }),
        count: fc.integer({ min: 1, max: 3 }),
        size: fc.constantFrom(100, 30_000),
      }),
      fc.record({
        kind: fc.constant('ops' as const),
        chart: fc.constantFrom(chartOne, chartTwo),
        names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
      }),
      fc.record({ kind: fc.constant('replaced' as const), of: fc.constantFrom(...sections) }),
      fc.record({ kind: fc.constant('removed' as const), chart: fc.constantFrom(chartOne, chartTwo) }),
    ),
    { maxLength: 8 },
  );

  test('[EN-8] [SN-3] whatever is kept, replaced and removed, they read as they would one by one', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(acts, async (done) => {
        const name = `practice-${run++}`;
        const stores = [await mustOpen(name), openMemoryStore()] as const;
        const written = new Map<string, NewEntry[]>();
        for (const act of done) {
          for (const store of stores) {
            if (act.kind === 'removed') await store.removeChart(act.chart);
            else await mustCommit(store, commitOf(act, written));
          }
          noteWritten(act, written);
          expect(await answersOf(stores[0])).toEqual(await answersOf(stores[1]));
        }
        stores[0].close();
        const again = await mustOpen(name);
        expect(await answersOf(again)).toEqual(await answersOf(stores[1]));
        again.close();
      }),
      { numRuns: 25 },
    );
  });

  type Act = (typeof acts extends fc.Arbitrary<infer T> ? T : never)[number];

  function fresh(
    { chart, of, count, size }: Extract<Act, { kind: 'entries' }>,
    written: ReadonlyMap<string, NewEntry[]>,
  ): NewEntry[] {
    return of.flatMap((section) => {
      const before = written.get(`${chart}/${section}`)?.length ?? 0;
      return chainOfEntries(before + count, { chart, section, size }).slice(before);
    });
  }

  function commitOf(act: Exclude<Act, { kind: 'removed' }>, written: ReadonlyMap<string, NewEntry[]>): Commit {
    switch (act.kind) {
      case 'entries':
        return { entries: fresh(act, written) };
      case 'ops':
        return { ops: act.names.map((op) => opOf(op, act.chart)) };
      case 'replaced': {
        const entries = written.get(`${chartOne}/${act.of}`) ?? [];
        const name = snapshotName(sha256(toUtf8(`${act.of} ${entries.length}`)));
        const place = { chart: chartOne, section: act.of };
        const hashes = new Set(entries.slice(0, -1).map(({ hash }) => hash));
        const snapshots = [{ ...place, name, bytes: toUtf8('a snapshot') }];
        return { snapshots, replaced: [{ ...place, by: name, entries: hashes }] };
      }
    }
  }

  function noteWritten(act: Act, written: Map<string, NewEntry[]>): void {
    if (act.kind === 'removed') for (const section of sections) written.delete(`${act.chart}/${section}`);
    if (act.kind !== 'entries') return;
    for (const entry of fresh(act, written)) {
      const name = `${entry.chart}/${entry.section}`;
      written.set(name, [...(written.get(name) ?? []), entry]);
    }
  }

  test('[SN-3] a ciphertext that a snapshot stands for is on the disk no more', async () => {
    const store = await mustOpen();
    await mustCommit(store, newChart);
    const name = snapshotName(sha256(toUtf8('snapshot')));
    for (const section of sections) {
      const place = { chart: chartOne, section };
      const entries = new Set((await store.entries(chartOne, section)).found.map(({ hash }) => hash));
      await mustCommit(store, {
        snapshots: [{ ...place, name, bytes: toUtf8('a snapshot') }],
        replaced: [{ ...place, by: name, entries }],
      });
    }
    store.close();
    expect((await recordsOf())['ciphertexts']).toBeUndefined();
  });

  test('operations that are written again, with others or alone, take no other with them', async () => {
    const store = await mustOpen();
    for (const names of [['a', 'b', 'c'], ['a', 'd'], ['a'], ['b', 'c']])
      await mustCommit(store, { ops: names.map((name) => opOf(name)) });
    const { found } = await store.ops(charterLog(chartOne));
    expect(found.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => opOf(name).id).toSorted());
    store.close();
  });

  test('one that is damaged is named, takes no other chart with it, and the chart goes on', async () => {
    const store = await mustOpen();
    await mustCommit(store, newChart);
    const others = sections.flatMap((section) => chainOfEntries(1, { chart: chartTwo, section }));
    await mustCommit(store, { entries: others });
    await damage((db) => db.put('ciphertexts', 'nonsense', `${chartOne}/+`));
    const { found, damaged } = await store.entries(chartOne, 'vitals');
    expect(found).toEqual([]);
    expect(damaged.map(({ store: name }) => name)).toContain('ciphertexts');
    await damage((db) => db.put('heads', 'nonsense', `${chartOne}/+`));
    expect((await store.heads(chartOne, 'vitals')).damaged.map(({ id }) => id)).toContain(`${chartOne}/+`);
    expect((await store.entries(chartTwo, 'vitals')).found).toHaveLength(1);
    await mustCommit(store, { entries: chainOfEntries(3, { section: 'vitals' }).slice(2) });
    expect((await store.entries(chartOne, 'vitals')).found.map(({ seq }) => seq)).toEqual([3]);
    store.close();
  });

  test('[ATTACK-41] one that the browser cannot read any more makes no position free: what is next is kept, what was is refused', async () => {
    const store = await mustOpen();
    await mustCommit(store, newChart);
    const before = (await store.chartState(chartOne)).found;
    const { get, getAll } = IDBObjectStore.prototype;
    const bundle = `${chartOne}/+`;
    const unreadable = (): never => {
      throw new DOMException('Failed to read large IndexedDB value', 'DataError');
    };
    const spies = [
      vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
        return this.name === 'heads' && key === bundle ? unreadable() : get.call(this, key);
      }),
      vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, ...args) {
        const [range] = args;
        const isIn = range instanceof IDBKeyRange && range.includes(bundle);
        return this.name === 'heads' && isIn ? unreadable() : getAll.apply(this, args);
      }),
    ];
    const again = await store.commit({ entries: chainOfEntries(1, { section: 'vitals', salt: 1 }) });
    const states = (await store.chartState(chartOne)).found;
    const next = await store.commit({ entries: chainOfEntries(3, { section: 'vitals' }).slice(2) });
    for (const spy of spies) spy.mockRestore();
    expect(again).toMatchObject({ ok: false });
    expect(states).toEqual(before);
    expect(next).toMatchObject({ ok: true });
    expect((await store.chartState(chartOne)).found.get('vitals')).toMatchObject({
      entries: 3,
      frontier: [{ seq: 3 }],
    });
    expect((await store.entries(chartOne, 'vitals')).found.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    store.close();
  });

  test('[ATTACK-43] a database of before, in which each record lies alone, is read and written on', async () => {
    const old = await openIdbStore('practice', { schema: schema.slice(0, 3) });
    if (!old.ok) throw new Error(old.reason);
    // One section a commit: what was never written together lies as it did then.
    for (const section of sections) await mustCommit(old.value, { entries: chainOfEntries(2, { section }) });
    for (const op of newChart.ops ?? []) await mustCommit(old.value, { ops: [op] });
    old.value.close();
    expect((await recordsOf())['ops']).toHaveLength(4);
    const store = await mustOpen();
    const whole = openMemoryStore();
    await mustCommit(whole, newChart);
    expect(await answersOf(store)).toEqual(await answersOf(whole));
    store.close();
  });
});
