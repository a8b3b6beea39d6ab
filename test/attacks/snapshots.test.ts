/** Snapshots by a reader who lies (SN-2): other words under somebody's name, or garbage in place of what everyone wrote. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import type { SnapshotBody } from '../../src/crypto/sealed-snapshot.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { problem } from './support/craft-entry.ts';
import { actorOfEntry, chainsOf, craftSnapshot, opened, saidOf } from './support/craft-snapshot.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, sameAfterRestart, wasTold } from './support/replicas.ts';

const section = 'problems';
const honest = ['alice', 'carol'] as const;

describe('snapshots under attack', () => {
  let world: AttackWorld;
  let mallory: HostileDevice;
  /** By Alice, and not yet at Carol's. */
  let entry: VerifiedEntry;

  beforeEach(async () => {
    world = await AttackWorld.scene('bob', 'carol');
    mallory = await HostileDevice.takeOver(world, 'bob');
    const alice = await HostileDevice.copyOf(world, 'alice');
    entry = await alice.entry({ chart: world.chart, section, text: 'true words' });
    mallory.knows.learn(entry);
  });
  afterEach(() => world.end());

  /** A snapshot of all that is known, `entry` in last place of its chain, with a body that may be anything. */
  async function sealedBy(change: (body: SnapshotBody) => SnapshotBody): Promise<readonly Bytes[]> {
    const chains = chainsOf(mallory.knows.entries(world.chart, section));
    return craftSnapshot(mallory, {
      like: entry,
      covers: chains.map(([chain, entries]) => {
        const newest = mustHave(entries.at(-1));
        return { chain, seq: newest.header.seq, hash: newest.hash };
      }),
      body: change({
        document: documentOf('forged words'),
        chains: chains.map(([, entries]) => entries.map((one) => saidOf(mallory, one))),
      }),
      epochKey: mustHave(mallory.knows.keys.get(entry.header.epoch)),
      heads: [entry],
    });
  }

  /** What everyone wrote, and in the place of Alice's entry a change of these words by her actor. */
  function documentOf(text: string): Bytes {
    const others = mallory.knows.entries(world.chart, section).filter(({ hash }) => hash !== entry.hash);
    const [actor, device] = actorOfEntry(mallory, entry);
    const document = mustBeOk(
      SectionDocument.open({
        changes: others.flatMap((one) => opened(mallory, one).changes),
        actors: others.map((one) => actorOfEntry(mallory, one)),
        author: { actor, device },
      }),
    );
    mustBeOk(document.edit([problem(text)], 1_772_452_800_000));
    const saved = document.save();
    document.close();
    return saved;
  }

  /** Carol is told, asks for the entry by name, and has it once somebody honest gives it. */
  async function refused(items: readonly Bytes[], reason: string): Promise<void> {
    const link = await mallory.connect('carol');
    await link.entries(world.chart, section, ...items);
    await world.settle();
    await until(() => wasTold(world, 'carol', reason));
    const asked = link.heardOf('want').flatMap(({ hashes }) => hashes);
    expect(asked).toEqual([entry.hash]);
    const before = await world.open('carol');
    const shown = JSON.stringify([...mustHave(before.sections.get(section)).resources.values()]);
    expect(shown).not.toContain('forged words');
    expect(shown).toContain('first of carol');
    before.close();
    await (await mallory.connect('alice')).deliver(entry);
    await mallory.disconnect();
    // A device is asked once a connection: at the first, it had nothing to give.
    await world.restart('carol');
    await world.reconnected();
    await until(async () => {
      const carol = await world.open('carol');
      const text = JSON.stringify([...mustHave(carol.sections.get(section)).resources.values()]);
      carol.close();
      return text.includes('true words');
    });
    expect(await fateOf(world, 'carol', entry)).toBe('effective');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('true words');
    expect(text).not.toContain('forged words');
  }

  test('[ATTACK-37] a snapshot that gives a colleague other words than they signed is refused, its maker named, the entry asked for', async () => {
    await refused(await sealedBy((body) => body), 'SN-2 chain-mismatch');
  });

  test('[ATTACK-56] garbage in the place of good entries displaces none of them', async () => {
    await refused(
      await sealedBy((body) => ({ ...body, document: mallory.random.bytes(500) })),
      'SN-2 document-malformed',
    );
  });

  test('[ATTACK-56] a snapshot with changes that nobody signed beside good ones is refused whole', async () => {
    const more = await sealedBy((body) => {
      const bodies = body.chains.map((chain, i) =>
        i === 0 ? chain.map((one, at) => (at === 0 ? { ...one, changes: one.changes + 1 } : one)) : chain,
      );
      return { ...body, chains: bodies };
    });
    await refused(more, 'snapshot: SN-2');
  });
});
