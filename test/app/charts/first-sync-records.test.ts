/** What a first sync costs the disk it comes to, in records and transactions of the database: a change of cost is seen. On fake-indexeddb. */
/* eslint-disable @typescript-eslint/unbound-method -- the platform's own methods are put aside and called with their `this` */
import 'fake-indexeddb/auto';
import { IDBDatabase, IDBObjectStore } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import type { Ports } from '../../../src/app/ports.ts';
import { openIdbStore } from '../../../src/store/idb-store.ts';
import { importText, meet, mustBeOk, until, World } from '../support/world.ts';

const charts = 6;

const patient = (i: number): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        resource: {
          resourceType: 'Patient',
          id: `p${i}`,
          name: [{ family: `Okafor${i}` }],
          birthDate: `19${60 + i}-04-02`,
        },
      },
      {
        resource: {
          resourceType: 'MedicationRequest',
          id: 'm1',
          status: 'active',
          intent: 'order',
          subject: { reference: `Patient/p${i}` },
          medicationCodeableConcept: { text: 'Amlodipine' },
        },
      },
      {
        resource: {
          resourceType: 'AllergyIntolerance',
          id: 'a1',
          patient: { reference: `Patient/p${i}` },
          code: { text: 'Penicillin' },
        },
      },
    ],
  });

class WorldWithDatabase extends World {
  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    return profile === 'bob' ? { ...ports, openStore: (onClosed) => openIdbStore('bob', { onClosed }) } : ports;
  }
}

test('[RE-3] charts that come for the first time are a record each of operations, terms, heads, ciphertexts and frontiers, and a commit a frame', async () => {
  await World.start();
  const world = new WorldWithDatabase();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await meet(clinic, pharmacy);
  mustBeOk(await pharmacy.updateSettings({ sharing: false }));
  for (let i = 0; i < charts; i++) await importText(clinic, patient(i));
  for (const { id } of clinic.charts)
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications', 'allergies'], 'write'));

  const records = new Map<string, number>();
  const commits = { ofEntries: 0, ofOperations: 0 };
  const { put } = IDBObjectStore.prototype;
  const { transaction } = IDBDatabase.prototype;
  const spies = [
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      const kind = this.name === 'sealed' ? `sealed ${typeof key === 'string' ? key.split('/')[0] : ''}` : this.name;
      records.set(kind, (records.get(kind) ?? 0) + 1);
      return put.call(this, value, key);
    }),
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      names,
      mode,
      options,
    ) {
      const touched = typeof names === 'string' ? [names] : [...names];
      if (mode === 'readwrite' && touched.includes('ciphertexts')) commits.ofEntries += 1;
      if (mode === 'readwrite' && touched.includes('ops') && touched.includes('sealed')) commits.ofOperations += 1;
      return transaction.call(this, names, mode, options);
    }),
  ];
  mustBeOk(await pharmacy.updateSettings({ sharing: true }));
  await until(() => pharmacy.charts.filter(({ name }) => name.includes('Okafor')).length === charts);
  for (const spy of spies) spy.mockRestore();

  const ofCharts = ['ops', 'sealed standing', 'heads', 'ciphertexts', 'charts'].map((kind) => [
    kind,
    records.get(kind),
  ]);
  expect(Object.fromEntries(ofCharts)).toEqual({
    ops: charts,
    'sealed standing': charts,
    heads: charts,
    ciphertexts: charts,
    charts,
  });
  expect(commits).toEqual({ ofEntries: 1, ofOperations: 1 });
});
