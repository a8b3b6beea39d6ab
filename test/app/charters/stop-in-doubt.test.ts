/** A stop whose author lost their place since (OP-5.5): nothing is sent, and an administrator says which was meant. */
import { afterEach, expect, test } from 'vitest';
import { noonMs } from '../../attacks/support/craft-entry.ts';
import { AttackWorld } from '../../attacks/support/attack-world.ts';
import { HostileDevice } from '../../attacks/support/hostile-device.ts';
import { charterFate } from '../../attacks/support/replicas.ts';
import { mustBeOk } from '../support/world.ts';

const section = 'problems';

let world: AttackWorld;
afterEach(() => world.end());

/** Alice's second administrator, removed since, had stopped sharing with Bob; the word of it comes after Alice's close. */
async function stopInDoubt(): Promise<void> {
  world = await AttackWorld.scene('bob');
  const { chart } = world;
  const bob = await HostileDevice.takeOver(world, 'bob');
  const alice = await HostileDevice.copyOf(world, 'alice');
  const colleague = alice.withKeys('colleague');
  colleague.knows.learn(await alice.add(colleague, 'admin'));
  const stale = colleague.asOf();
  const removal = await alice.remove(colleague.device);
  const sections = ['identity', section] as const;
  const epochs = stale.epochs(chart, sections, {
    readersOf: (one) =>
      alice.knows
        .charter(chart)
        .readersOf(one)
        .filter((practice) => practice !== bob.practice),
  });
  const { practice } = bob;
  const stopped = await stale.charterOp(chart, {
    kind: 'revoke',
    practice,
    sections,
    cut: {},
    epochs: epochs.batch,
    time: noonMs,
  });
  await (await bob.connect('alice')).deliver(...alice.knows.rosterOps(alice.practice), removal, stopped);
  expect(await charterFate(world, 'alice', chart, stopped.id)).toBe('voided: OP-5 author-removed');
}

const rows = async () => {
  const chart = await world.open('alice');
  const { sharing } = chart;
  chart.close();
  return sharing.filter(({ ended, undone }) => ended === undefined && !undone);
};
const inDoubt = async () => (await rows()).filter((row) => row.stopInDoubt).map((row) => row.section);

test('[OP-5.5] it is shown with the parts it was about, until they are stopped again', async () => {
  await stopInDoubt();
  expect(await inDoubt()).toEqual([section]);
  expect((await rows()).find((row) => row.section === section)?.stopInDoubt).toBe('place-lost');
  mustBeOk(await world.session('alice').stopSharing(world.chart, world.practiceOf('bob'), 'all'));
  expect(await rows()).toEqual([]);
});

test('[OP-5.5] or shared again', async () => {
  await stopInDoubt();
  const { practice, right } = (await rows()).find((row) => row.section === section) ?? {};
  if (practice === undefined || right === undefined) throw new Error('still shared');
  mustBeOk(await world.session('alice').share(world.chart, practice, await inDoubt(), right));
  expect(await inDoubt()).toEqual([]);
  expect((await rows()).map((row) => row.section)).toContain(section);
});
