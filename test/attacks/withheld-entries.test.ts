/**
 * A reader who hands on true heads, so that their entries count as received, with a snapshot that never gives them: under a key
 * that nobody has, covering what does not exist, or as part of an import that never ends (SN-2, EN-9).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { ActorId, DeviceId, EntryHash } from '../../src/base/ids.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorOf } from '../../src/crypto/chain.ts';
import { chainNameOf, type ChainName, type VerifiedEntry } from '../../src/crypto/entry.ts';
import { keyIdOf } from '../../src/crypto/epoch-key.ts';
import type { CoveredBody } from '../../src/crypto/sealed-manifest.ts';
import { sealSnapshot } from '../../src/crypto/sealed-snapshot.ts';
import { snapshotItems } from '../../src/net/snapshot-items.ts';
import { storedSnapshot } from '../../src/store/store.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { bodyOf } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, sameAfterRestart } from './support/replicas.ts';

const section = 'problems';
const honest = ['alice', 'carol'] as const;

interface Lies {
  /** Sealed under this key instead of the newest. */
  readonly key?: Bytes;
  /** After Alice's entry one more is covered, of this name. */
  readonly beyond?: EntryHash;
  /** Whose heads go with it. */
  readonly heads?: readonly VerifiedEntry[];
  readonly said?: (body: CoveredBody, of: VerifiedEntry) => CoveredBody;
}

describe('entries that a snapshot withholds', () => {
  let world: AttackWorld;
  let mallory: HostileDevice;
  let alice: HostileDevice;
  /** By Alice, and not yet at Carol's. */
  let entry: VerifiedEntry;

  beforeEach(async () => {
    world = await AttackWorld.scene('bob:read', 'carol');
    mallory = await HostileDevice.takeOver(world, 'bob');
    world.part('alice', 'carol');
    alice = await HostileDevice.copyOf(world, 'alice');
    entry = await alice.entry({ chart: world.chart, section, text: 'true words' });
    mallory.knows.learn(entry);
    await (await mallory.connect('alice')).deliver(entry);
  });
  afterEach(() => world.end());

  const opened = (one: VerifiedEntry) => mustHave(bodyOf(one, mallory.knows.keys));

  /** True but for the lies: a snapshot of all that is known, and the head of Alice's entry. */
  async function sealed({ key, beyond, heads = [entry], said = (body) => body }: Lies): Promise<readonly Bytes[]> {
    const all = mallory.knows.entries(world.chart, section);
    const byChain = new Map<ChainName, VerifiedEntry[]>();
    for (const one of all) {
      const chain = chainNameOf(one.header.device, one.header.stint);
      byChain.set(chain, [...(byChain.get(chain) ?? []), one]);
    }
    const covered = [...byChain]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([chain, entries]) => {
        entries.sort((a, b) => a.header.seq - b.header.seq);
        const newest = mustHave(entries.at(-1));
        const bodies = entries.map((one) => {
          const { nonce, changes, batch } = opened(one);
          return said({ nonce, changes: changes.length, ...(batch === undefined ? {} : { batch }) }, one);
        });
        if (beyond !== undefined && newest.hash === entry.hash) {
          const item = { chain, seq: newest.header.seq + 1, hash: beyond };
          return { item, bodies: [...bodies, ...bodies.slice(-1)] };
        }
        return { item: { chain, seq: newest.header.seq, hash: newest.hash }, bodies };
      });
    const epochKey = key ?? mustHave(mallory.knows.keys.get(entry.header.epoch));
    const snapshot = await sealSnapshot({
      header: {
        chart: world.chart,
        section,
        device: mallory.device,
        covers: covered.map(({ item }) => item),
        access: entry.header.access,
        roster: mallory.knows.roster(mallory.practice).heads,
        epoch: keyIdOf(world.chart, section, epochKey),
      },
      body: { document: documentOf(all), chains: covered.map(({ bodies }) => bodies) },
      epochKey,
      signKeys: mallory.sign,
      random: mallory.random,
    });
    return snapshotItems(
      storedSnapshot(mustBeOk(snapshot)),
      heads.map(({ bytes, header }) => new Uint8Array(bytes.subarray(0, bytes.length - header.ctLength))),
    );
  }

  function documentOf(all: readonly VerifiedEntry[]): Bytes {
    const actors = all.map((one): readonly [ActorId, DeviceId] => [
      actorOf(one.header.device, world.chart, section, opened(one).nonce),
      one.header.device,
    ]);
    const author = { actor: actorOf(mallory.device, world.chart, section, new Uint8Array(16)), device: mallory.device };
    const document = mustBeOk(
      SectionDocument.open({ changes: all.flatMap((one) => opened(one).changes), actors, author }),
    );
    const saved = document.save();
    document.close();
    return saved;
  }

  /** Carol keeps the head, and has what it stands for once she meets its author, now and after a restart. */
  async function comesAllTheSame(items: readonly Bytes[]): Promise<void> {
    await (await mallory.connect('carol')).entries(world.chart, section, ...items);
    await world.settle();
    expect(await fateOf(world, 'carol', entry)).not.toBe('not kept');
    await mallory.disconnect();
    await world.heal();
    (await world.open('carol')).close();
    await until(async () => (await fateOf(world, 'carol', entry)) === 'effective');
    expect(await sameAfterRestart(world, honest)).toContain('true words');
  }

  test('[ATTACK-56] [SN-2] a truthful one gives them', async () => {
    await comesAllTheSame(await sealed({}));
  });

  test('[ATTACK-56] [SN-2] under a key that nobody has', async () => {
    await comesAllTheSame(await sealed({ key: mallory.random.bytes(32) }));
  });

  test('[ATTACK-56] [SN-2] covering an entry that does not exist', async () => {
    await comesAllTheSame(await sealed({ beyond: 'ab'.repeat(32) as EntryHash }));
  });

  test('[ATTACK-56] [EN-9] as the first part of an import that has no second', async () => {
    const batch = { id: 'cd'.repeat(16), index: 0, count: 2 };
    await comesAllTheSame(
      await sealed({ said: (body, { hash }) => (hash === entry.hash ? { ...body, batch } : body) }),
    );
  });

  test('[ATTACK-56] [EN-9] as an import of which a snapshot gives the beginning, as if it were none', async () => {
    const batch = { id: 'cd'.repeat(16), count: 2 };
    const place = { chart: world.chart, section } as const;
    const first = await alice.entry({ ...place, text: 'imported first', batch: { ...batch, index: 0 } });
    const second = await alice.entry({ ...place, text: 'imported second', batch: { ...batch, index: 1 } });
    mallory.knows.learn(first);
    const heads = [entry, first];
    const items = await sealed({ said: ({ nonce, changes }) => ({ nonce, changes }), heads });
    await (await mallory.connect('alice')).deliver(first, second);
    await comesAllTheSame(items);
    await until(async () => (await fateOf(world, 'carol', second)) === 'effective');
    expect(await sameAfterRestart(world, honest)).toContain('imported second');
  });
});
