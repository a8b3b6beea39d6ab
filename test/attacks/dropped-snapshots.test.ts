/**
 * A writer who sends its own entries without their ciphertexts, by snapshots that nobody can open, to devices that let ciphertexts
 * go: what others wrote goes by the snapshot that was checked, whatever the bogus ones claim to cover (SN-3, RE-3).
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LooseEntries } from '../../src/app/sections/compaction.ts';
import { toHex, type Bytes } from '../../src/base/bytes.ts';
import type { DeviceId, EntryHash } from '../../src/base/ids.ts';
import { chainNameOf, type FrontierItem, type VerifiedEntry } from '../../src/crypto/entry.ts';
import { maxSnapshotsOfPractice } from '../../src/replica/snapshot-places.ts';
import { breakIn } from '../app/support/break-in.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { chainsOf, craftSnapshot, saidOf } from './support/craft-snapshot.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, told, wasTold } from './support/replicas.ts';

const section = 'problems';

/** From how many entries on: Mallory's own device must not have let go what it is to lie about. */
const worth = vi.hoisted(() => ({ from: Infinity }));
vi.mock('../../src/app/sections/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: ({ entries }: LooseEntries) => entries >= worth.from,
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

  interface Lie {
    /** Nobody has it. */
    readonly key?: Bytes;
    /** Chains that it is said to cover beside the true ones. */
    readonly beyond?: readonly FrontierItem[];
  }

  /** An entry of Mallory's without its ciphertext, by a snapshot of garbage that is said to cover all there is. */
  async function bogus(
    text: string,
    { key, beyond = [] }: Lie = {},
  ): Promise<{ readonly entry: VerifiedEntry; readonly items: readonly Bytes[] }> {
    const entry = await mallory.entry({ chart: world.chart, section, text });
    const chains = chainsOf(mallory.knows.entries(world.chart, section)).map(([chain, entries]) => {
      const { header, hash } = mustHave(entries.at(-1));
      return { item: { chain, seq: header.seq, hash }, said: entries.map((one) => saidOf(mallory, one)) };
    });
    const said = { nonce: new Uint8Array(16), changes: 1 };
    const covered = [...chains, ...beyond.map((item) => ({ item, said: [said] }))];
    covered.sort((one, other) => (one.item.chain < other.item.chain ? -1 : 1));
    const items = await craftSnapshot(mallory, {
      like: entry,
      covers: covered.map(({ item }) => item),
      body: { document: mallory.random.bytes(500), chains: covered.map((one) => one.said) },
      epochKey: key ?? mustHave(mallory.knows.keys.get(entry.header.epoch)),
      heads: [entry],
    });
    return { entry, items };
  }

  const nobodyHas = (): Lie => ({ key: mallory.random.bytes(32) });

  /** A chain that does not exist: what covers it covers more than any other, and no other covers all of it. */
  function madeUp(): FrontierItem {
    const device = toHex(mallory.random.bytes(32)) as DeviceId;
    return { chain: chainNameOf(device, ''), seq: 1, hash: toHex(mallory.random.bytes(32)) as EntryHash };
  }

  /** What lies on Alice's disk of the section: which snapshots, and which each entry goes by. */
  async function onDisk() {
    const machine = await breakIn(world.world, 'alice', world.passphrase);
    const heads = (await machine.store.heads(world.chart, section)).found;
    const names = await machine.store.snapshotNames(world.chart, section);
    machine.store.close();
    return { names: [...names], covered: new Map(heads.map(({ hash, covered }) => [hash, covered])) };
  }

  async function stateAt(name: string): Promise<string> {
    const chart = await world.open(name);
    const { state } = mustHave(chart.sections.get(section));
    chart.close();
    return state;
  }

  async function text(name: string): Promise<string> {
    const chart = await world.open(name);
    const shown = JSON.stringify([...mustHave(chart.sections.get(section)).resources.values()]);
    chart.close();
    return shown;
  }

  test("[ATTACK-56] [SN-3] a writer's bogus snapshot does not stand before the true one for whoever is given the chart later", async () => {
    const { entry, items } = await bogus('bait', nobodyHas());
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

  test('[ATTACK-56] [SN-2] one that was opened and refused goes from the disk and to nobody, is not taken again, and damages nothing', async () => {
    const { entry, items } = await bogus('withheld');
    const link = await mallory.connect('alice');
    await link.entries(world.chart, section, ...items);
    await until(() => wasTold(world, 'alice', 'snapshot: SN-2'));
    await link.entries(world.chart, section, ...items);
    await world.settle();
    const { names, covered } = await onDisk();
    expect(names).toHaveLength(1);
    expect(covered.get(entry.hash)).toMatchObject({ checked: false });
    expect(names).not.toContain(covered.get(entry.hash)?.by);
    expect(await stateAt('alice')).toBe('incomplete');
    // The others' entries are compacted all the same.
    await world.write('alice', 'written afterwards');
    await putAway();
    const after = await onDisk();
    expect(after.names).toHaveLength(1);
    expect(after.names).not.toEqual(names);
    expect([...after.covered.values()].filter((one) => one?.checked === true)).toHaveLength(3);
    await world.share('dave', [section], 'read');
    await until(async () => (await text('dave')).includes('written afterwards'));
    expect(await fateOf(world, 'dave', entry)).toBe('not kept');
    // Once it is given whole, nothing is left of it all.
    await link.deliver(entry);
    await until(async () => (await fateOf(world, 'alice', entry)) === 'effective');
    expect(await stateAt('alice')).toBe('open');
  });

  test('[ATTACK-56] as many as one likes take only the places of their own practice: the section is still compacted, others still served', async () => {
    await world.end();
    worth.from = Infinity;
    world = await AttackWorld.scene('bob', 'carol');
    mallory = await HostileDevice.takeOver(world, 'bob');
    worth.from = 1;
    world.part('alice', 'carol');
    await world.write('carol', 'compacted far away');
    const carol = await world.open('carol');
    carol.close();
    mustBeOk(await world.session('carol').exportChart(world.chart));
    const link = await mallory.connect('alice');
    for (let i = 0; i <= maxSnapshotsOfPractice; i++) {
      const { items } = await bogus(`bait ${i}`, { ...nobodyHas(), beyond: [madeUp()] });
      await link.entries(world.chart, section, ...items);
      await world.settle();
    }
    expect(told(world, 'alice').join()).toContain('too-many-snapshots');
    await world.write('alice', 'written in between');
    await putAway();
    const { names, covered } = await onDisk();
    expect(names).toHaveLength(maxSnapshotsOfPractice + 1);
    expect([...covered.values()].filter((one) => one?.checked === true)).toHaveLength(4);
    await mallory.disconnect();
    await world.restart('carol');
    await world.heal();
    await until(async () => (await text('alice')).includes('compacted far away'));
  });
});
