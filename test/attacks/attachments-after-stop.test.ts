/** A practice that was stopped, and the parts of attachments (EN-10): those of before, which it never fetched, and newer ones. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ChunkHash } from '../../src/base/ids.ts';
import { encodePartFrame, type PartMessage } from '../../src/net/attachment-wire.ts';
import { addDocument } from '../../src/clinical/edits/document.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { HostileDevice } from './support/hostile-device.ts';
import type { HostileLink } from './support/hostile-link.ts';

const section = 'documents';

describe('attachments after a stop', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  /** Of one part. */
  async function document(title: string): Promise<ChunkHash> {
    const before = await partsOf('alice');
    const chart = await world.open('alice');
    const act = {
      id: `11111111-2222-4333-8444-${title.padStart(12, '0')}`,
      now: '2026-03-02T10:00:00Z',
      patientKey: 'Patient/p1',
      authorName: 'Dr alice',
      record: new ChartRecord(new Map()),
    };
    const file = { name: `${title}.jpg`, contentType: 'image/jpeg', bytes: seededRandom(title).bytes(70_000) };
    const { outcome, taken } = addDocument(act, { title }, file);
    if (outcome.kind !== 'edits') throw new Error('the form is right');
    const attached = { taken, progress: () => undefined, signal: new AbortController().signal };
    mustBeOk(await chart.editWithFiles(outcome.section, outcome.edits, attached));
    chart.close();
    const fresh = (await partsOf('alice')).filter((hash) => !before.includes(hash));
    expect(fresh).toHaveLength(1);
    return mustHave(fresh[0]);
  }

  async function partsOf(name: string): Promise<readonly ChunkHash[]> {
    const store = mustBeOk(await openIdbStore(world.world.databaseOf(name)));
    try {
      return (await store.chunksHeld(world.chart)).map(({ hash }) => hash);
    } finally {
      store.close();
    }
  }

  async function ask(link: HostileLink, hash: ChunkHash): Promise<PartMessage['kind']> {
    const answer = () => link.heardParts.find((said) => said.kind === 'part' || said.kind === 'none');
    link.heardParts.length = 0;
    await link.sendBytes(encodePartFrame({ kind: 'want', chart: world.chart, section, hashes: [hash] }));
    await until(() => answer() !== undefined);
    return mustHave(answer()).kind;
  }

  /** An entry of its own that says it writes this part. */
  async function claim(device: HostileDevice, link: HostileLink, hash: ChunkHash): Promise<void> {
    const claiming = await device.entry({
      ...{ chart: world.chart, section, text: 'mine, I say' },
      claim: { v: 2, chunks: [hash] },
    });
    await link.deliver(claiming);
  }

  test('[ATTACK-65] who was stopped gets no part by naming it in an entry of its own', async () => {
    world = await AttackWorld.scene('bob');
    await world.share('bob', [section], 'read');
    const old = await document('1');
    await world.settle();
    await world.stop('bob');
    await world.settle();
    const bob = await HostileDevice.takeOver(world, 'bob');
    const link = await bob.connect('alice');
    expect(await ask(link, old)).toBe('none');
    await claim(bob, link, old);
    expect(await ask(link, old)).toBe('none');
  });

  test('[ATTACK-65] who was stopped is not asked for parts of what was written since, so that it learns of none', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    for (const name of ['bob', 'carol']) await world.share(name, [section], 'read');
    await document('1');
    await world.settle();
    await world.stop('bob');
    const fresh = await document('2');
    await world.settle();
    const bob = await HostileDevice.takeOver(world, 'bob');
    const link = await bob.connect('carol');
    world.part('alice', 'carol');
    const open = await world.open('carol');
    const texts = [...(open.sections.get(section)?.resources.values() ?? [])].map(({ base }) => base).join();
    for (const [, data] of texts.matchAll(/"data":"(peerchart-attachment:[^"]+)"/g)) open.files.want(mustHave(data));
    await world.settleAgain();
    const wanted = link.heardParts.flatMap((said) => (said.kind === 'want' ? said.hashes : []));
    open.close();
    expect(wanted).not.toContain(fresh);
    expect(wanted).toEqual([]);
  });
});
