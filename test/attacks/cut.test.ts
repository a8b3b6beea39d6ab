/** Work beyond a removal's cut (CUT-1 to CUT-5), on the wire: whoever brings it, in whatever order. */
import { afterEach, describe, expect, test } from 'vitest';
import { AttackWorld } from './support/attack-world.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fates, sameAfterRestart } from './support/replicas.ts';

describe('cuts under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  test('[ATTACK-17] a back-dated entry with old heads and a forged clock, of a revoked practice, is set aside everywhere', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const { chart } = world;
    const entry = await mallory.entry({ chart, section: 'problems', text: 'back-dated', timeMs: Date.UTC(2020, 0, 1) });
    await world.stop('bob');
    await world.settle();
    await (await mallory.connect('alice')).deliver(entry);
    await (await mallory.connect('carol')).deliver(entry);
    expect(await fates(world, ['alice', 'carol'], entry)).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, ['alice', 'carol']);
    expect(text).toContain('first of bob');
    expect(text).not.toContain('back-dated');
    expect((await world.open('alice')).setAside).toHaveLength(1);
  });
});
