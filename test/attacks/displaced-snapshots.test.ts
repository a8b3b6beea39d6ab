/**
 * A true snapshot that waits for its key, and a bogus one that a mere reader sends for the same entry meanwhile: what came first
 * is not thrown away for it (SN-2, ATTACK-56).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorOf } from '../../src/crypto/chain.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import type { VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { actorOfEntry, chainsOf, craftSnapshot, opened, saidOf } from './support/craft-snapshot.ts';
import { noonMs } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf } from './support/replicas.ts';

const section = 'problems';

describe('a snapshot that waits for its key', () => {
  let world: AttackWorld;
  let mallory: HostileDevice;
  let alice: HostileDevice;
  let entry: VerifiedEntry;
  let epoch: VerifiedCharterOp;
  let key: Bytes;

  beforeEach(async () => {
    world = await AttackWorld.scene('bob:read', 'carol');
    mallory = await HostileDevice.takeOver(world, 'bob');
    world.part('alice', 'carol');
    alice = await HostileDevice.copyOf(world, 'alice');
    entry = await alice.entry({ chart: world.chart, section, text: 'true words' });
    mallory.knows.learn(entry);
    const { batch, keys } = alice.epochs(world.chart, [section]);
    key = mustHave([...keys.values()][0]);
    epoch = await alice.charterOp(world.chart, { kind: 'epoch', epochs: batch, time: noonMs });
  });
  afterEach(() => world.end());

  async function sealed(maker: HostileDevice, epochKey: Bytes): Promise<readonly Bytes[]> {
    const all = mallory.knows.entries(world.chart, section);
    const chains = chainsOf(all).map(([chain, entries]) => {
      const newest = mustHave(entries.at(-1));
      return {
        item: { chain, seq: newest.header.seq, hash: newest.hash },
        said: entries.map((one) => saidOf(mallory, one)),
      };
    });
    const actors = all.map((one) => actorOfEntry(mallory, one));
    const author = { actor: actorOf(maker.device, world.chart, section, new Uint8Array(16)), device: maker.device };
    const changes = all.flatMap((one) => opened(mallory, one).changes);
    const document = mustBeOk(SectionDocument.open({ changes, actors, author }));
    const body = { document: document.save(), chains: chains.map(({ said }) => said) };
    document.close();
    const covers = chains.map(({ item }) => item);
    return craftSnapshot(maker, { like: entry, covers, body, epochKey, heads: [entry] });
  }

  async function comes(displaced: boolean): Promise<void> {
    const link = await mallory.connect('carol');
    await link.entries(world.chart, section, ...(await sealed(alice, key)));
    await world.settle();
    expect(await fateOf(world, 'carol', entry)).not.toBe('effective');
    if (displaced) {
      await link.entries(world.chart, section, ...(await sealed(mallory, mallory.random.bytes(32))));
      await world.settleAgain();
    }
    await link.deliver(epoch);
    await mallory.disconnect();
    await until(async () => (await fateOf(world, 'carol', entry)) === 'effective');
  }

  test('[ATTACK-56] gives its entries once the key comes', () => comes(false));

  test('[ATTACK-56] is kept beside a bogus one that came for the same entry', () => comes(true));
});
