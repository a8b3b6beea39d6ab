/**
 * A writer who sends its own entries without their ciphertexts, by snapshots that nobody can open, to devices that let ciphertexts
 * go: what others wrote goes by the snapshot that was checked, whatever the bogus ones claim to cover (SN-3, RE-3).
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { maxSnapshotsOfPractice } from '../../src/replica/snapshot-places.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { chainsOf, craftSnapshot, saidOf } from './support/craft-snapshot.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf } from './support/replicas.ts';

const section = 'problems';

/** From how many entries on: Mallory's own device must not have let go what it is to lie about. */
const worth = vi.hoisted(() => ({ from: Infinity }));
vi.mock('../../src/app/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: (entries: number) => entries >= worth.from,
}));

describe('snapshots that nobody can open, among devices that let ciphertexts go', () => {
  let world: AttackWorld;
  let mallory: HostileDevice;

  beforeEach(async () => {
    world = await AttackWorld.scene('bob', 'dave:none');
    mallory = await HostileDevice.takeOver(world, 'bob');
    worth.from = 1;
    await putAway();
  });
  afterEach(async () => {
    worth.from = Infinity;
    await world.end();
  });

  /** Alice's device makes its own snapshot of what it holds. */
  async function putAway(): Promise<void> {
    (await world.open('alice')).close();
    mustBeOk(await world.session('alice').exportChart(world.chart));
  }

  /** An entry of Mallory's without its ciphertext, by a snapshot of all there is, under a key that nobody has. */
  async function bogus(text: string): Promise<{ readonly entry: VerifiedEntry; readonly items: readonly Bytes[] }> {
    const entry = await mallory.entry({ chart: world.chart, section, text });
    const chains = chainsOf(mallory.knows.entries(world.chart, section));
    const items = await craftSnapshot(mallory, {
      like: entry,
      covers: chains.map(([chain, entries]) => {
        const newest = mustHave(entries.at(-1));
        return { chain, seq: newest.header.seq, hash: newest.hash };
      }),
      body: {
        document: mallory.random.bytes(500),
        chains: chains.map(([, all]) => all.map((one) => saidOf(mallory, one))),
      },
      epochKey: mallory.random.bytes(32),
      heads: [entry],
    });
    return { entry, items };
  }

  async function text(name: string): Promise<string> {
    const chart = await world.open(name);
    const shown = JSON.stringify([...mustHave(chart.sections.get(section)).resources.values()]);
    chart.close();
    return shown;
  }

  test("[ATTACK-56] [SN-3] a writer's bogus snapshot does not stand before the true one for whoever is given the chart later", async () => {
    const { entry, items } = await bogus('bait');
    await (await mallory.connect('alice')).entries(world.chart, section, ...items);
    await world.settle();

    expect(await fateOf(world, 'alice', entry)).not.toBe('not kept');
    // What is in memory of a moment ago would be sent with its ciphertext.
    await mallory.disconnect();
    await world.restart('alice');
    await world.share('dave', [section], 'read');
    await until(async () => (await text('dave')).includes('first of bob'));
    expect(await text('dave')).toContain('Hypertension');
    await world.restart('alice');
    await world.restart('dave');
    await world.settle();
    await until(async () => (await text('dave')).includes('first of bob'));
  });
});
