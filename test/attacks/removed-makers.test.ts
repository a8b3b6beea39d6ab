/** A keeper, a stolen device that was removed, and a peer who hands on what the thief made: its snapshots stand for nothing there. */
import { afterEach, expect, test } from 'vitest';
import { addKeeper } from '../keeper/support.ts';
import { mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { chainsOf, craftSnapshot, saidOf } from './support/craft-snapshot.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { HostileLink } from './support/hostile-link.ts';

const section = 'problems';

let world: AttackWorld;
let stop: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await world.end();
  await stop();
});

for (const [removed, title] of [
  [false, 'a keeper takes the snapshot of a device of its practice for what others wrote'],
  [true, 'a keeper takes none of a device that was removed, whoever hands it on'],
] as const)
  test(`[ATTACK-56] [SN-3] ${title}`, async () => {
    world = await AttackWorld.scene('bob');
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const machine = await addKeeper(world.world, world.session('alice'));
    stop = () => machine.keeper.stop();
    await until(async () => (await machine.store.heads(world.chart, section)).found.length > 0);
    await world.settle();
    const keeperDevice = machine.keeper.state.kind === 'member' ? machine.keeper.device : undefined;
    // The laptop was a member once.
    const alice = await HostileDevice.copyOf(world, 'alice');
    const stolen = alice.withKeys('stolen');
    const added = await alice.add(stolen, 'clinician');
    const ops = removed ? [added, await alice.remove(stolen.device)] : [added];
    const entry = await alice.entry({ chart: world.chart, section, text: 'true words' });
    mallory.knows.learn(entry, ...ops);
    stolen.knows.learn(entry, ...ops);
    const connection = mustHave(await world.dialAs(mallory.device, mustHave(keeperDevice)));
    const link = new HostileLink(connection, mallory, world);
    await link.greet();
    await link.deliver(...ops);
    const chains = chainsOf(mallory.knows.entries(world.chart, section)).map(([chain, entries]) => {
      const { header, hash } = mustHave(entries.at(-1));
      return { item: { chain, seq: header.seq, hash }, said: entries.map((one) => saidOf(mallory, one)) };
    });
    const items = await craftSnapshot(stolen, {
      like: entry,
      covers: chains.map(({ item }) => item),
      body: { document: stolen.random.bytes(500), chains: chains.map(({ said }) => said) },
      epochKey: stolen.random.bytes(32),
      heads: [entry],
    });
    await link.entries(world.chart, section, ...items);
    await world.settle();
    const kept = (await machine.store.heads(world.chart, section)).found.some(({ hash }) => hash === entry.hash);
    expect(kept).toBe(!removed);
  });
