/** Attacks on attachments (EN-10) over the wire: parts asked for without a right, and parts nobody asked for. */
import { afterEach, describe, expect, test } from 'vitest';
import { chunkHash, type ChunkHash } from '../../src/base/ids.ts';
import { encodePartFrame, type PartMessage } from '../../src/net/attachment-wire.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import type { Store } from '../../src/store/store.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { addDocument } from '../../src/clinical/edits/document.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import { AttackWorld } from './support/attack-world.ts';
import { HostileDevice } from './support/hostile-device.ts';
import type { HostileLink } from './support/hostile-link.ts';
import { sameChartEverywhere, wasTold } from './support/replicas.ts';

const section = 'documents';
const unknown = 'cd'.repeat(32) as ChunkHash;

describe('attachments under attack', () => {
  let world: AttackWorld;
  const stores: Store[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await world.end();
  });

  async function diskOf(name: string): Promise<Store> {
    const store = mustBeOk(await openIdbStore(world.world.databaseOf(name)));
    stores.push(store);
    return store;
  }

  /** A document of three parts in Ada's chart, added by a person at alice's. */
  async function document(): Promise<readonly ChunkHash[]> {
    const chart = await world.open('alice');
    const act = {
      id: '11111111-2222-4333-8444-555555555555',
      now: '2026-03-02T10:00:00Z',
      patientKey: 'Patient/p1',
      authorName: 'Dr alice',
      record: new ChartRecord(new Map()),
    };
    const bytes = seededRandom('scan').bytes(700_000);
    const file = { name: 'scan.jpg', contentType: 'image/jpeg', bytes };
    const { outcome, taken } = addDocument(act, { title: 'Scan' }, file);
    if (outcome.kind !== 'edits') throw new Error('the form is right');
    const attached = { taken, progress: () => undefined, signal: new AbortController().signal };
    mustBeOk(await chart.editWithFiles(outcome.section, outcome.edits, attached));
    chart.close();
    const held = await (await diskOf('alice')).chunksHeld(world.chart);
    expect(held).toHaveLength(3);
    return held.map(({ hash }) => hash).toSorted();
  }

  async function ask(link: HostileLink, hashes: readonly ChunkHash[]): Promise<readonly PartMessage[]> {
    const before = link.heardParts.length;
    await link.sendBytes(encodePartFrame({ kind: 'want', chart: world.chart, section, hashes }));
    await until(() => link.heardParts.length - before >= hashes.length);
    return link.heardParts.slice(before);
  }

  test('[ATTACK-65] who may not read the section, or no longer, is given no part and cannot tell whether there is one', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    await world.share('bob', [section], 'read');
    const parts = await document();
    await world.settle();
    // Bob may read the section: the frames he sends are right, and he is given what he asks for.
    const bob = await HostileDevice.takeOver(world, 'bob');
    const link = await bob.connect('alice');
    const got = await ask(link, parts);
    expect(got.map(({ kind }) => kind)).toEqual(['part', 'part', 'part']);
    expect(await ask(link, [unknown])).toEqual([{ kind: 'none', chart: world.chart, section, hashes: [unknown] }]);
    // Carol may write other sections of the same chart.
    const carol = await (await HostileDevice.takeOver(world, 'carol')).connect('alice');
    const no = (hash: ChunkHash) => ({ kind: 'none', chart: world.chart, section, hashes: [hash] });
    const all = [...parts, unknown].toSorted();
    expect(await ask(carol, all)).toEqual(all.map(no));
    // In the section she may read it is named by nothing.
    const [first] = parts;
    await carol.sendBytes(
      encodePartFrame({ kind: 'want', chart: world.chart, section: 'problems', hashes: [mustHave(first)] }),
    );
    await until(() => carol.heardParts.some((said) => said.section === 'problems'));
    expect(carol.heardParts.every(({ kind }) => kind === 'none')).toBe(true);
    await world.stop('bob');
    await world.settle();
    expect(await ask(link, all)).toEqual(all.map(no));
  });

  test('[ATTACK-66] parts nobody asked for, or that are not what their name says, are refused, counted, and fill no disk', async () => {
    world = await AttackWorld.scene('bob', 'dave');
    for (const name of ['bob', 'dave']) await world.share(name, [section], 'read');
    const parts = await document();
    await world.settle();
    const chart = world.chart;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const link = await bob.connect('dave');
    const send = (message: PartMessage) => link.sendBytes(encodePartFrame(message));
    // Not asked for: neither made up, nor with the true name of a part dave lacks.
    const junk = seededRandom('junk').bytes(262_160);
    await send({ kind: 'part', chart, section, hash: chunkHash(sha256(junk)), bytes: junk });
    await send({ kind: 'part', chart, section, hash: mustHave(parts[0]), bytes: junk });
    await link.sendBytes(Uint8Array.of(65, 1, 0xff, 0xff));
    await link.sendBytes(new Uint8Array(300_000).fill(65));
    await world.settle();
    const dave = await diskOf('dave');
    expect(await dave.chunksHeld()).toEqual([]);
    for (const reason of ['part-not-asked', 'part-malformed', 'part-too-large'])
      expect(wasTold(world, 'dave', reason), reason).toBe(true);
    // Asked for, and answered with something else: dave gets it from alice all the same.
    world.part('alice', 'dave');
    const open = await world.open('dave');
    const data = mustHave(
      /"data":"(peerchart-attachment:[^"]+)"/.exec(
        [...(open.sections.get(section)?.resources.values() ?? [])].map(({ base }) => base).join(),
      )?.[1],
    );
    open.files.want(data);
    await until(() => link.heardParts.some(({ kind }) => kind === 'want'));
    const wanted = link.heardParts.flatMap((said) => (said.kind === 'want' ? said.hashes : []));
    expect(wanted.toSorted()).toEqual(parts);
    for (const hash of wanted) await send({ kind: 'part', chart, section, hash, bytes: junk });
    await world.settle();
    expect(wasTold(world, 'dave', 'part-wrong-hash')).toBe(true);
    expect(await dave.chunksHeld()).toEqual([]);
    expect(open.files.state(data)).toMatchObject({ kind: 'asked', partsHere: 0 });
    await world.heal();
    await until(() => open.files.state(data)?.kind === 'here');
    expect(mustBeOk(await open.files.open(data))).toHaveLength(700_000);
    open.close();
    // Asking for more than anybody may ends the connection, and costs names alone.
    const many = Array.from({ length: 16 }, (_, i) => chunkHash(sha256(Uint8Array.of(i)))).toSorted();
    for (let i = 0; i < 300 && !link.isClosed; i++) {
      await send({ kind: 'want', chart, section, hashes: many });
      await send({ kind: 'none', chart, section, hashes: many });
    }
    await until(() => link.isClosed);
    await sameChartEverywhere(world, ['alice', 'dave']);
  });
});
