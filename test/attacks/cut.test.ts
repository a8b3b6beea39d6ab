/** Work beyond a removal's cut (CUT-1 to CUT-5), on the wire: whoever brings it, in whatever order. */
import { afterEach, describe, expect, test } from 'vitest';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { problem } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, fates, sameAfterRestart, sameChartEverywhere } from './support/replicas.ts';

const section = 'problems';
const others = ['bob', 'carol', 'dave'] as const;

describe('cuts under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  /** What alice's charter says by now, for a device that hears it by the wire. */
  const removalOf = async (device: HostileDevice) => {
    await device.connect('alice');
    const { chart } = world;
    return mustHave(
      device.knows.charterOps(chart).find(({ body }) => body.kind === 'revoke' && body.practice === device.practice),
    );
  };

  test('[ATTACK-17] a back-dated entry with old heads and a forged clock, of a revoked practice, is set aside everywhere', async () => {
    world = await AttackWorld.scene(...others);
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const { chart } = world;
    const entry = await mallory.entry({ chart, section, text: 'back-dated', timeMs: Date.UTC(2020, 0, 1) });
    await world.stop('bob');
    await world.settle();
    await (await mallory.connect('alice')).deliver(entry);
    await (await mallory.connect('carol')).deliver(entry);
    expect(await fates(world, ['alice', 'carol'], entry)).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, ['alice', 'carol']);
    expect(text).toContain('first of bob');
    expect(text).not.toContain('back-dated');
    const open = await world.open('alice');
    expect(open.setAside).toMatchObject([{ practiceName: 'Clinic bob', section, reason: 'after-stop' }]);
  });

  test('[ATTACK-18] fed only to a partitioned colleague who builds on it, it counts with that work everywhere, and is marked', async () => {
    world = await AttackWorld.scene(...others);
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    world.part('alice', 'carol');
    world.part('carol', 'dave');
    await world.stop('bob');
    await world.settle();
    const entry = await mallory.entry({ chart, section, text: 'beyond the cut' });
    await (await mallory.connect('alice')).deliver(entry);
    await (await mallory.connect('carol')).deliver(entry);
    expect(await fateOf(world, 'alice', entry)).toBe('quarantined: CUT-2 after-cut');
    expect(await fateOf(world, 'carol', entry)).toBe('effective');
    const onTop = await world.open('carol');
    mustBeOk(
      await onTop.edit(section, [
        {
          kind: 'change',
          key: problem('beyond the cut').key,
          registers: { note: '{"note":[{"text":"seen by carol"}]}' },
        },
      ]),
    );
    onTop.close();
    await world.heal();
    const honest = ['alice', 'carol', 'dave'];
    expect(await fates(world, honest, entry)).toBe('vouched');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('beyond the cut');
    expect(text).toContain('seen by carol');
    for (const name of honest) {
      const open = await world.open(name);
      const rows = open.history(section, problem('beyond the cut').key);
      expect(rows.filter(({ author }) => author.vouchedBy === true).map(({ author }) => author.practiceName)).toEqual([
        'Clinic bob',
      ]);
      open.close();
    }
  });

  test('[ATTACK-19] who knows of the removal and builds on work beyond it is refused, whatever comes first', async () => {
    world = await AttackWorld.scene(...others);
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const entry = await mallory.entry({ chart, section, text: 'beyond the cut' });
    await world.stop('bob');
    await world.settle();
    const colluder = await HostileDevice.takeOver(world, 'carol');
    colluder.knows.learn(entry);
    const counted = colluder.knows.entries(chart, section);
    const onTop = await colluder.entry({ chart, section, text: 'on top of it', on: counted });
    expect(onTop.header.deps.map(({ hash }) => hash)).toContain(entry.hash);
    await (await colluder.connect('alice')).deliver(entry, onTop);
    await (await colluder.connect('dave')).deliver(onTop, entry);
    const honest = ['alice', 'dave'];
    expect(await fates(world, honest, onTop)).toBe('refused: CUT-3 builds-beyond-cut');
    expect(await fates(world, honest, entry)).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, honest);
    expect(text).not.toContain('on top of it');
    expect(text).not.toContain('beyond the cut');
  });

  test('[ATTACK-20] an honest note written before the removal and arriving after it is set aside, then admitted, the same everywhere', async () => {
    world = await AttackWorld.scene(...others);
    world.world.cut(world.session('bob'));
    await world.write('bob', 'written in good faith');
    const [note] = (await HostileDevice.copyOf(world, 'bob')).knows.entries(world.chart, section).slice(-1);
    await world.stop('bob');
    await world.heal();
    const open = await world.open('alice');
    await until(() => open.setAside.length === 1);
    const honest = ['alice', 'carol', 'dave'];
    expect(await fateOf(world, 'alice', mustHave(note))).toBe('quarantined: CUT-2 after-cut');
    expect(await sameChartEverywhere(world, honest)).not.toContain('in good faith');
    mustBeOk(await open.admit(open.setAside.map(({ id }) => id)));
    open.close();
    await world.settle();
    expect(await fates(world, honest, mustHave(note))).toBe('effective');
    expect(await sameAfterRestart(world, honest)).toContain('written in good faith');
  });

  test('[ATTACK-22] [CUT-6] the removal arrives before, between and after what it cuts: the same documents', async () => {
    world = await AttackWorld.scene(...others);
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const first = await mallory.entry({ chart, section, text: 'cut one' });
    const second = await mallory.entry({ chart, section, text: 'cut two' });
    for (const [a, b] of [
      ['alice', 'carol'],
      ['alice', 'dave'],
      ['carol', 'dave'],
    ] as const)
      world.part(a, b);
    await world.stop('bob');
    const removal = await removalOf(mallory);
    await (await mallory.connect('alice')).deliver(first, second);
    const atCarol = await mallory.connect('carol');
    await atCarol.deliver(first);
    expect(await fateOf(world, 'carol', first)).toBe('effective');
    await atCarol.deliver(removal, second);
    const atDave = await mallory.connect('dave');
    await atDave.deliver(first, second);
    expect(await fateOf(world, 'dave', second)).toBe('effective');
    await atDave.deliver(removal);
    const honest = ['alice', 'carol', 'dave'];
    for (const entry of [first, second]) expect(await fates(world, honest, entry)).toBe('quarantined: CUT-2 after-cut');
    const apart = await sameChartEverywhere(world, honest);
    expect(apart).not.toContain('cut one');
    await world.heal();
    expect(await sameAfterRestart(world, honest)).toBe(apart);
  });

  test('[ATTACK-23] two removed devices that vouch for each other bring nothing in', async () => {
    world = await AttackWorld.scene(...others);
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const carol = await HostileDevice.takeOver(world, 'carol');
    const colluding = async (
      by: HostileDevice,
      text: string,
      after: readonly VerifiedEntry[],
    ): Promise<VerifiedEntry> => {
      by.knows.learn(...after);
      return by.entry({ chart, section, text });
    };
    const one = await colluding(bob, 'bob one', []);
    const two = await colluding(carol, 'carol two', [one]);
    const three = await colluding(bob, 'bob three', [two]);
    const four = await colluding(carol, 'carol four', [three]);
    expect(four.header.deps.map(({ hash }) => hash)).toContain(three.hash);
    await world.stop('bob');
    await world.stop('carol');
    await world.settle();
    await (await bob.connect('alice')).deliver(one, three);
    await (await carol.connect('dave')).deliver(two, four, one, three);
    await (await carol.connect('alice')).deliver(two, four);
    const honest = ['alice', 'dave'];
    for (const entry of [one, two, three, four])
      expect(await fates(world, honest, entry)).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, honest);
    for (const words of ['bob one', 'carol two', 'bob three', 'carol four']) expect(text).not.toContain(words);
  });

  test('[ATTACK-24] with a removed author’s entries go only those that build on them', async () => {
    world = await AttackWorld.scene(...others);
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const entry = await mallory.entry({ chart, section, text: 'to be dropped' });
    world.part('alice', 'dave');
    world.part('carol', 'dave');
    const atDave = await mallory.connect('dave');
    await atDave.deliver(entry);
    await world.stop('bob');
    await world.write('carol', 'independent of bob');
    await world.settle();
    expect(await fateOf(world, 'dave', entry)).toBe('effective');
    await world.heal();
    const honest = ['alice', 'carol', 'dave'];
    expect(await fateOf(world, 'dave', entry)).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, honest);
    expect(text).not.toContain('to be dropped');
    expect(text).toContain('independent of bob');
    expect(text).toContain('first of bob');
  });

  test('[ATTACK-59] two removed writers each beyond the other’s cut, and a colleague who knew of neither removal on both', async () => {
    world = await AttackWorld.scene(...others);
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const carol = await HostileDevice.takeOver(world, 'carol');
    world.part('alice', 'dave');
    const one = await bob.entry({ chart, section, text: 'bob beyond' });
    carol.knows.learn(one);
    const two = await carol.entry({ chart, section, text: 'carol on bob' });
    bob.knows.learn(two);
    const three = await bob.entry({ chart, section, text: 'bob on carol' });
    await world.stop('bob');
    await world.stop('carol');
    await world.settle();
    const atDave = await bob.connect('dave');
    await atDave.deliver(one);
    await (await carol.connect('dave')).deliver(two);
    await atDave.deliver(three);
    await (await carol.connect('alice')).deliver(one, two, three);
    for (const entry of [one, two, three])
      expect(await fateOf(world, 'alice', entry)).toBe('quarantined: CUT-2 after-cut');
    await world.write('dave', 'dave on both');
    await world.heal();
    const honest = ['alice', 'dave'];
    // Dave's section is one document: what it writes builds on all that stood in it.
    for (const entry of [one, two, three]) expect(await fates(world, honest, entry)).toBe('vouched');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('dave on both');
    expect(text).toContain('bob on carol');
  });
});
