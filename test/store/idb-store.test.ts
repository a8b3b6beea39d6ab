/** The contract and the platform's failures on fake-indexeddb: for behaviour only, never for a claim about speed. */
/* eslint-disable @typescript-eslint/unbound-method -- the platform's own methods are put aside and called with their `this` */
import { IDBDatabase, IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeChartTally, tallyFromHeads } from '../../src/store/chart-state.ts';
import { openIdbStore, schema } from '../../src/store/idb-store.ts';
import { encodePack, packKey } from '../../src/store/packs.ts';
import { wholeEntry, type Store } from '../../src/store/store.ts';
import { chainOfEntries, chartOne, storeContract } from '../contracts/store-contract.ts';

let opened = 0;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  opened = 0;
});

async function mustOpen(name: string): Promise<Store> {
  const store = await openIdbStore(name);
  if (!store.ok) throw new Error(store.reason);
  return store.value;
}

describe('the store in IndexedDB', () => {
  for (const { title, run } of storeContract) {
    test(title, async () => {
      const names = new Map<Store, string>();
      const openNamed = async (name: string): Promise<Store> => {
        const store = await mustOpen(name);
        names.set(store, name);
        return store;
      };
      await run({
        open: () => openNamed(`store-${opened++}`),
        reopen: (store) => openNamed(names.get(store) ?? 'never opened'),
      });
    });
  }
});

describe('what is read and written at the same time', () => {
  test('what is asked of many charts at once is two transactions, and a write holds up reads of what it touches alone', async () => {
    const store = await mustOpen('practice');
    const begun: (readonly [string, readonly string[]])[] = [];
    const transaction = IDBDatabase.prototype.transaction;
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...[stores, mode = 'readonly', options]: Parameters<typeof transaction>
    ) {
      begun.push([mode, typeof stores === 'string' ? [stores] : [...stores]]);
      return transaction.call(this, stores, mode, options);
    });
    const sections = Array.from({ length: 100 }, () => store.heads(chartOne, 'allergies'));
    const records = store.sealed('settings');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    const late = Array.from({ length: 100 }, () => store.held(chartOne));
    await Promise.all([...sections, ...late, records]);
    await store.commit({ sealed: [{ key: 'settings', bytes: new Uint8Array(1) }] });
    spy.mockRestore();
    expect(begun).toEqual([
      ['readonly', ['charts', 'heads', 'sealed']],
      ['readonly', ['held']],
      ['readwrite', ['sealed']],
    ]);
    store.close();
  });
});

describe('versions of the database', () => {
  test('[ATTACK-43] a database of a newer version is opened by nobody and left untouched', async () => {
    const newer = await openDB('practice', schema.length + 1, {
      upgrade(db) {
        for (const step of schema) step(db);
        db.createObjectStore('of-tomorrow')
          .put('kept', 'key')
          .catch(() => undefined);
      },
    });
    newer.close();
    expect(await openIdbStore('practice')).toMatchObject({ ok: false, reason: 'newer-data' });
    const again = await openDB('practice');
    expect(again.version).toBe(schema.length + 1);
    expect(await again.get('of-tomorrow', 'key')).toBe('kept');
    again.close();
  });

  test('[ATTACK-43] a newer version takes over data of an older one and keeps it', async () => {
    const before = await mustOpen('practice');
    await before.commit({ entries: chainOfEntries(3) });
    before.close();
    const next = [...schema, (db: Parameters<(typeof schema)[number]>[0]) => void db.createObjectStore('of-tomorrow')];
    const after = await openIdbStore('practice', { schema: next });
    if (!after.ok) throw new Error(after.reason);
    expect((await after.value.entries(chartOne, 'allergies')).found).toHaveLength(3);
    after.value.close();
    expect(await openIdbStore('practice')).toMatchObject({ ok: false, reason: 'newer-data' });
  });

  test('[ATTACK-43] [SN-1] a database from before there were snapshots is taken over with all it holds', async () => {
    const old = await openDB('practice', 1, { upgrade: (db) => schema[0]?.(db) });
    const entries = chainOfEntries(3).map((entry) => ({ ...entry, beside: false }));
    const { heads, ciphertexts } = encodePack(entries);
    const key = packKey(chartOne, 'allergies', 0);
    await old.put('heads', heads, key);
    await old.put('ciphertexts', ciphertexts, key);
    await old.put('charts', encodeChartTally(tallyFromHeads(chartOne, [{ key, value: heads }])), chartOne);
    old.close();
    const store = await mustOpen('practice');
    expect((await store.entries(chartOne, 'allergies')).found.map(({ hash }) => hash)).toEqual(
      entries.map(({ hash }) => hash),
    );
    expect(await store.commit({ entries: chainOfEntries(4).slice(3) })).toMatchObject({ ok: true });
    expect(await store.snapshots(chartOne, 'allergies')).toEqual({ found: [], damaged: [] });
  });

  test('a tab of the older version lets go when a newer one comes, and says why', async () => {
    const onClosed = vi.fn();
    const older = await openIdbStore('practice', { onClosed });
    if (!older.ok) throw new Error(older.reason);
    const next = [...schema, (db: Parameters<(typeof schema)[number]>[0]) => void db.createObjectStore('of-tomorrow')];
    const newer = await openIdbStore('practice', { schema: next });
    expect(newer.ok).toBe(true);
    expect(onClosed).toHaveBeenCalledExactlyOnceWith('newer-version');
    expect(await older.value.commit({ entries: chainOfEntries(1) })).toMatchObject({ ok: false, reason: 'closed' });
  });
});

describe('[ATTACK-45] a disk that fails', () => {
  test('a commit over quota has that reason and leaves nothing half-written, wherever in the commit it strikes', async () => {
    const store = await mustOpen('practice');
    const [first, ...rest] = chainOfEntries(4, { size: 200_000 });
    await store.commit({ entries: first === undefined ? [] : [first] });
    const batch = { entries: rest, sealed: [{ key: 'a', bytes: new Uint8Array(9) }] };
    for (let failing = 1; failing <= 12; failing++) {
      let puts = 0;
      const { put } = IDBObjectStore.prototype;
      const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
        this: IDBObjectStore,
        ...args
      ) {
        puts += 1;
        if (puts === failing) throw new DOMException('full', 'QuotaExceededError');
        return put.apply(this, args);
      });
      const result = await store.commit(batch);
      spy.mockRestore();
      if (puts < failing) {
        expect(result.ok).toBe(true);
        expect(failing).toBeGreaterThan(4);
        return;
      }
      expect(result).toMatchObject({ ok: false, reason: 'quota' });
      expect((await store.entries(chartOne, 'allergies')).found).toHaveLength(1);
      expect((await store.heads(chartOne, 'allergies')).damaged).toEqual([]);
      expect(await store.sealed('a')).toBeUndefined();
    }
    throw new Error('the commit never ran to its end');
  });

  async function damage(work: (db: Awaited<ReturnType<typeof openDB>>) => Promise<unknown>): Promise<void> {
    const db = await openDB('practice');
    await work(db);
    db.close();
  }

  const manyEntries = chainOfEntries(6, { size: 150_000 });

  async function storeOfSixPacks(): Promise<Store> {
    const store = await mustOpen('practice');
    const result = await store.commit({ entries: manyEntries });
    expect(result.ok).toBe(true);
    return store;
  }

  const second = `${chartOne}/allergies/00000001`;

  test('a missing ciphertext is named, the rest is read, and a peer’s copy mends it', async () => {
    const store = await storeOfSixPacks();
    await damage((db) => db.delete('ciphertexts', second));
    const { found, damaged } = await store.entries(chartOne, 'allergies');
    expect(found.map((entry) => entry.seq)).toEqual([1, 3, 4, 5, 6]);
    expect(damaged).toEqual([{ store: 'ciphertexts', id: second, why: 'missing' }]);
    const lost = manyEntries.slice(1, 2);
    expect((await store.commit({ beside: lost })).ok).toBe(true);
    const mended = await store.entries(chartOne, 'allergies');
    expect(mended.found.map((entry) => entry.seq).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await store.heads(chartOne, 'allergies')).found).toHaveLength(6);
  });

  test('a corrupted head record is named and the rest is read', async () => {
    const store = await storeOfSixPacks();
    await damage((db) => db.put('heads', { v: 1, seqs: 'nonsense' }, second));
    const { found, damaged } = await store.entries(chartOne, 'allergies');
    expect(found.map((entry) => entry.seq)).toEqual([1, 3, 4, 5, 6]);
    expect(damaged).toEqual([{ store: 'heads', id: second, why: 'unreadable' }]);
    await damage((db) => db.delete('heads', second));
    expect((await store.heads(chartOne, 'allergies')).damaged).toEqual([
      { store: 'heads', id: second, why: 'missing' },
    ]);
  });

  test('a corrupted chart record is named and worked out again from the heads', async () => {
    const store = await storeOfSixPacks();
    const before = (await store.chartState(chartOne)).found;
    await damage((db) => db.put('charts', new Uint8Array(3), chartOne));
    const { found, damaged } = await store.chartState(chartOne);
    expect(damaged).toEqual([{ store: 'charts', id: chartOne, why: 'unreadable' }]);
    expect(found).toEqual(before);
    const next = chainOfEntries(7, { size: 150_000 }).slice(6);
    expect((await store.commit({ entries: next })).ok).toBe(true);
    expect((await store.chartState(chartOne)).damaged).toEqual([]);
    const whole = await store.entries(chartOne, 'allergies');
    expect(whole.found.map(wholeEntry)).toHaveLength(7);
  });

  test('a chart record that cannot be read any more is made anew by the next commit', async () => {
    const store = await storeOfSixPacks();
    const { get } = IDBObjectStore.prototype;
    let failures = 0;
    const spy = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
      if (this.name !== 'charts' || failures > 0) return get.call(this, key);
      failures += 1;
      throw new DOMException('Failed to read large IndexedDB value', 'DataError');
    });
    const result = await store.commit({ entries: chainOfEntries(7, { size: 150_000 }).slice(6) });
    spy.mockRestore();
    expect(result.ok).toBe(true);
    expect(failures).toBe(1);
    expect((await store.chartState(chartOne)).found.get('allergies')?.entries).toBe(7);
  });

  test('values the browser cannot read any more are named one by one', async () => {
    const store = await storeOfSixPacks();
    const { get, getAll } = IDBObjectStore.prototype;
    const unreadable = (): never => {
      throw new DOMException('Failed to read large IndexedDB value', 'DataError');
    };
    const spies = [
      vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, ...args) {
        return this.name === 'ciphertexts' ? unreadable() : getAll.apply(this, args);
      }),
      vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
        return this.name === 'ciphertexts' && key === second ? unreadable() : get.call(this, key);
      }),
    ];
    const { found, damaged } = await store.entries(chartOne, 'allergies');
    for (const spy of spies) spy.mockRestore();
    expect(found.map((entry) => entry.seq)).toEqual([1, 3, 4, 5, 6]);
    expect(damaged).toEqual([{ store: 'ciphertexts', id: second, why: 'unreadable' }]);
  });
});
