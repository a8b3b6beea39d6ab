/**
 * What is kept of whoever may not write any more (CUT-4), on the wire: it fills its room and no more, but for what a colleague
 * built on who had not heard of the removal. The room is a small one here; its size is tested in test/app/peers/quotas.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { AttackWorld } from './support/attack-world.ts';
import { problem } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, fates, sameAfterRestart, wasTold } from './support/replicas.ts';

const room = 4;
vi.mock('../../src/replica/limits.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  maxSetAsideEntries: 4,
}));

const section = 'problems';

describe('a full room for review under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  /** What the removed practice signs, one on the other; it goes to alice, who knows of the removal. */
  async function flood(): Promise<{ readonly mallory: HostileDevice; readonly entries: readonly VerifiedEntry[] }> {
    world = await AttackWorld.scene('bob', 'carol', 'dave');
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    world.part('alice', 'carol');
    world.part('carol', 'dave');
    await world.stop('bob');
    await world.settle();
    const entries: VerifiedEntry[] = [];
    for (let i = 1; i <= room + 3; i++) entries.push(await mallory.entry({ chart, section, text: `beyond ${i}` }));
    await (await mallory.connect('alice')).deliver(...entries);
    return { mallory, entries };
  }

  test('[ATTACK-18] [CUT-2] [CUT-4] what a partitioned colleague built on is taken beyond it everywhere, with all it builds on, and nothing more', async () => {
    const { mallory, entries } = await flood();
    const fatesAtAlice = await Promise.all(entries.map((entry) => fateOf(world, 'alice', entry)));
    expect(fatesAtAlice).toEqual(entries.map((_, i) => (i < room ? 'quarantined: CUT-2 after-cut' : 'not kept')));
    expect(wasTold(world, 'alice', 'quota')).toBe(true);

    const built = mustHave(entries.at(-2));
    await (await mallory.connect('carol')).deliver(...entries.slice(0, -1));
    expect(await fateOf(world, 'carol', built)).toBe('effective');
    const onTop = await world.open('carol');
    const { key } = problem(`beyond ${entries.length - 1}`);
    const note = { note: '{"note":[{"text":"seen by carol"}]}' };
    mustBeOk(await onTop.edit(section, [{ kind: 'change', key, registers: note }]));
    onTop.close();
    await mallory.disconnect();
    await world.heal();

    const honest = ['alice', 'carol', 'dave'];
    for (const entry of entries.slice(0, -1)) expect(await fates(world, honest, entry)).toBe('vouched');
    expect(await fates(world, ['alice', 'dave'], mustHave(entries.at(-1)))).toBe('not kept');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('seen by carol');
    expect(text).toContain(`beyond ${entries.length - 1}`);
    expect(text).not.toContain(`beyond ${entries.length}`);
  });

  test('[CUT-3] [CUT-4] whoever knows of the removal brings nothing in beyond it by building on it', async () => {
    const { entries } = await flood();
    const { chart } = world;
    await world.heal();
    const colluder = await HostileDevice.takeOver(world, 'carol');
    await (await colluder.connect('alice')).deliver();
    await until(() => colluder.knows.charterOps(chart).some(({ body }) => body.kind === 'revoke'));
    for (const entry of entries) colluder.knows.learn(entry);
    const counted = colluder.knows.entries(chart, section);
    const onTop = await colluder.entry({ chart, section, text: 'on top of it', on: counted });
    await (await colluder.connect('alice')).deliver(onTop, ...entries);
    await (await colluder.connect('alice')).deliver(...entries.toReversed(), onTop);
    expect(await fateOf(world, 'alice', onTop)).toBe('refused: CUT-3 builds-beyond-cut');
    const text = await sameAfterRestart(world, ['alice', 'dave']);
    expect(text).not.toContain('beyond');
    expect(text).not.toContain('on top of it');
  });
});
