/**
 * A reader who hands on true heads, so that their entries count as received, with a snapshot that never gives them: under a key
 * that nobody has, covering what does not exist, or as part of an import that never ends (SN-2, EN-9).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { EntryHash } from '../../src/base/ids.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorOf } from '../../src/crypto/chain.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import type { CoveredBody } from '../../src/crypto/sealed-manifest.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { actorOfEntry, chainsOf, craftSnapshot, opened, saidOf } from './support/craft-snapshot.ts';
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

  /** True but for the lies: a snapshot of all that is known, and the head of Alice's entry. */
  async function sealed({ key, beyond, heads = [entry], said = (body) => body }: Lies): Promise<readonly Bytes[]> {
    const all = mallory.knows.entries(world.chart, section);
    const covered = chainsOf(all).map(([chain, entries]) => {
      const newest = mustHave(entries.at(-1));
      const bodies = entries.map((one) => said(saidOf(mallory, one), one));
      if (beyond !== undefined && newest.hash === entry.hash) {
        const item = { chain, seq: newest.header.seq + 1, hash: beyond };
        return { item, bodies: [...bodies, ...bodies.slice(-1)] };
      }
      return { item: { chain, seq: newest.header.seq, hash: newest.hash }, bodies };
    });
    return craftSnapshot(mallory, {
      like: entry,
      covers: covered.map(({ item }) => item),
      body: { document: documentOf(all), chains: covered.map(({ bodies }) => bodies) },
      epochKey: key ?? mustHave(mallory.knows.keys.get(entry.header.epoch)),
      heads,
    });
  }

  function documentOf(all: readonly VerifiedEntry[]): Bytes {
    const actors = all.map((one) => actorOfEntry(mallory, one));
    const author = { actor: actorOf(mallory.device, world.chart, section, new Uint8Array(16)), device: mallory.device };
    const document = mustBeOk(
      SectionDocument.open({ changes: all.flatMap((one) => opened(mallory, one).changes), actors, author }),
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
