/** Who gets which key (CH-4 to CH-7), when makers cheat, act at once, or go by old rosters; and who can open what follows. */
import { afterEach, describe, expect, test } from 'vitest';
import type { PracticeId } from '../../src/base/ids.ts';
import type { EpochBatch } from '../../src/access/operation-bodies.ts';
import type { VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { open } from '../../src/crypto/seal.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { bodyOf, noonMs } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { charterFate, fates, membersAt, sameAfterRestart, sameChartEverywhere, wasTold } from './support/replicas.ts';

const section = 'problems';

describe('keys under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  /** A person at that practice writes; the entry, as it lies on the disk there. */
  async function written(by: string, text: string): Promise<VerifiedEntry> {
    await world.write(by, text);
    await world.settle();
    const { knows } = await HostileDevice.copyOf(world, by);
    const own = knows.entries(world.chart, section).filter(({ header }) => header.device === world.deviceOf(by));
    return mustHave(own.sort((a, b) => a.header.seq - b.header.seq).at(-1));
  }

  /** What that practice knows by now, for an attacker to whom every byte is shown. */
  async function everyByte(device: HostileDevice, from: string): Promise<HostileDevice> {
    const { knows } = await HostileDevice.copyOf(world, from);
    const shown = device.asOf();
    shown.knows.learn(...knows.charterOps(world.chart), ...knows.entries(world.chart, section));
    for (const name of ['alice', 'bob', 'carol', 'eve']) {
      const practice = practiceOrNone(name);
      if (practice !== undefined) shown.knows.learn(...knows.rosterOps(practice));
    }
    return shown;
  }

  function practiceOrNone(name: string): PracticeId | undefined {
    try {
      return world.practiceOf(name);
    } catch {
      return undefined;
    }
  }

  const epochOp = (by: HostileDevice, epochs: EpochBatch): Promise<VerifiedCharterOp> =>
    by.asOf().charterOp(world.chart, { kind: 'epoch', epochs, time: noonMs });

  test('[ATTACK-25] a maker who leaves a reader out or slips one in is refused; one who wraps different keys is found out', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'eve:read');
    const { chart } = world;
    await world.stop('eve');
    await world.settle();
    const mallory = await HostileDevice.takeOver(world, 'bob');
    await mallory.connect('alice');
    const { batch } = mallory.epochs(chart, [section]);
    const [epoch] = batch.epochs;
    const carol = world.practiceOf('carol');
    const readers = mallory.knows.charter(chart).readersOf;
    const with_ = (change: (name: string) => readonly PracticeId[]): EpochBatch =>
      mallory.epochs(chart, [section], { readersOf: change }).batch;
    const cases: readonly (readonly [EpochBatch, string])[] = [
      [with_((name) => readers(name as never).filter((practice) => practice !== carol)), 'CH-5 wrong-readers'],
      [with_((name) => [...readers(name as never), world.practiceOf('eve')].sort()), 'CH-5 wrong-readers'],
      [
        { ...batch, rosters: batch.rosters.map((line) => (line.practice === carol ? { ...line, devices: [] } : line)) },
        'CH-5 wrong-devices',
      ],
      [{ ...batch, epochs: [{ ...mustHave(epoch), wraps: mustHave(epoch).wraps.slice(1) }] }, 'CH-5 wrong-wraps'],
    ];
    for (const [bad, reason] of cases) {
      const op = await epochOp(mallory, bad);
      for (const name of ['alice', 'carol']) {
        await (await mallory.connect(name)).deliver(op);
        expect(wasTold(world, name, reason), reason).toBe(true);
        expect(await charterFate(world, name, chart, op.id)).toBe('not kept');
      }
    }
    // Well formed, but carol's wraps hold another key: only carol can see that, and seals nothing under it.
    const made = mallory.epochs(chart, [section]);
    const other = mallory.epochs(chart, [section]);
    const line = mustHave(made.batch.epochs[0]);
    const at = line.readers
      .slice(0, line.readers.indexOf(carol))
      .reduce(
        (sum, name) => sum + 1 + mustHave(made.batch.rosters.find(({ practice }) => practice === name)).devices.length,
        0,
      );
    const wraps = line.wraps.map((wrap, i) =>
      i === at || i === at + 1 ? mustHave(mustHave(other.batch.epochs[0]).wraps[i]) : wrap,
    );
    const split = await epochOp(mallory, { ...made.batch, epochs: [{ ...line, wraps }] });
    for (const name of ['alice', 'carol']) await (await mallory.connect(name)).deliver(split);
    const byCarol = await written('carol', 'not under the split key');
    expect(byCarol.header.epoch).not.toBe(line.keyId);
    const text = await sameAfterRestart(world, ['alice', 'carol']);
    expect(text).toContain('not under the split key');
  });

  test('[ATTACK-26] a reader without the right to write makes no key, and no device makes one for a section it may not write', async () => {
    world = await AttackWorld.scene('bob', 'eve:read');
    const { chart } = world;
    const eve = await HostileDevice.takeOver(world, 'eve');
    const before = mustHave((await HostileDevice.copyOf(world, 'alice')).knows.charter(chart).usableEpochs(section)[0]);
    const byReader = await epochOp(eve, eve.epochs(chart, [section]).batch);
    const bob = await HostileDevice.copyOf(world, 'bob');
    const elsewhere = await epochOp(bob, bob.epochs(chart, ['identity']).batch);
    for (const name of ['alice', 'bob']) {
      await (await eve.connect(name)).deliver(byReader, elsewhere);
      expect(wasTold(world, name, 'CH-5 no-right')).toBe(true);
      for (const op of [byReader, elsewhere]) expect(await charterFate(world, name, chart, op.id)).toBe('not kept');
    }
    const entry = await written('alice', 'under the key as it was');
    expect(entry.header.epoch).toBe(before);
    expect(await sameAfterRestart(world, ['alice', 'bob'])).toContain('under the key as it was');
  });

  test('[ATTACK-27] two removals at the same time: neither removed practice opens what is written after both are known', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'eve:read');
    const { chart } = world;
    await world.secondDevice('alice', 'annex');
    await world.reconnected();
    const [bob, eve] = [await HostileDevice.takeOver(world, 'bob'), await HostileDevice.takeOver(world, 'eve')];
    world.part('alice', 'annex');
    world.part('alice', 'carol');
    await world.stop('bob');
    mustBeOk(await world.session('annex').stopSharing(chart, eve.practice, 'all'));
    await world.heal();
    await world.settle();
    const entry = await written('carol', 'after both removals');
    for (const removed of [bob, eve]) {
      const shown = await everyByte(removed, 'carol');
      expect(shown.opens(chart, entry.header.epoch)).toBe(false);
      expect(bodyOf(entry, shown.knows.keys)).toBeUndefined();
    }
    expect(await fates(world, ['alice', 'annex', 'carol'], entry)).toBe('effective');
    expect(await sameAfterRestart(world, ['alice', 'carol'])).toContain('after both removals');
  });

  test('[ATTACK-28] a reader added beside a new key reads in the end everything, what is under that key too', async () => {
    world = await AttackWorld.scene('bob', 'eve:none');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const made = bob.epochs(chart, [section]);
    const rotation = await bob.charterOp(chart, { kind: 'epoch', epochs: made.batch, time: noonMs });
    bob.knows.learnKeys(made.keys);
    const entry = await bob.entry({
      chart,
      section,
      text: 'under the key beside',
      epoch: mustHave([...made.keys.keys()][0]),
    });
    await world.share('eve', [section], 'read');
    await (await bob.connect('alice')).deliver(rotation, entry);
    expect(await fates(world, ['alice'], entry)).toBe('effective');
    expect(await fates(world, ['eve'], entry)).toMatch(/no-key|effective/);
    await world.write('alice', 'the next edit');
    await world.settle();
    expect(await fates(world, ['alice', 'eve'], entry)).toBe('effective');
    const text = await sameAfterRestart(world, ['alice', 'eve']);
    expect(text).toContain('under the key beside');
    expect(text).toContain('the next edit');
  });

  test('[ATTACK-29] no key travels under an older one, and nothing is written under an old one once a removal is known', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const old = new Set(bob.knows.keys.keys());
    const framesBefore = world.world.sync.frames.length;
    // The removal alone: its author died before it made a key, or stopped everything at once.
    const alice = await HostileDevice.copyOf(world, 'alice');
    const bare = await alice.asOf().charterOp(chart, {
      kind: 'revoke',
      practice: bob.practice,
      sections: [section, 'identity'],
      cut: {},
      epochs: null,
      time: noonMs,
    });
    for (const name of ['alice', 'carol']) {
      await (await bob.connect(name)).deliver(bare);
      expect(await charterFate(world, name, chart, bare.id)).toBe('in force');
    }
    // Whoever writes next, the custodian or not, makes a key that bob has not got; even two who do not see each other.
    world.part('alice', 'carol');
    const entries = [await written('alice', 'after the stop'), await written('carol', 'beside alice')];
    await world.heal();
    entries.push(await written('carol', 'after both'));
    const shown = await everyByte(bob, 'alice');
    const fresh = shown.knows.charter(chart).epochs.filter(({ keyId }) => !old.has(keyId));
    expect(fresh.length).toBeGreaterThan(0);
    for (const epoch of fresh) {
      expect(shown.opens(chart, epoch.keyId)).toBe(false);
      for (const key of bob.knows.keys.values())
        for (const sealed of [epoch.sealedPrevious, ...epoch.wraps]) expect(open(key, sealed)).toBeUndefined();
    }
    for (const entry of entries) {
      expect(old.has(entry.header.epoch)).toBe(false);
      expect(bodyOf(entry, bob.knows.keys)).toBeUndefined();
      expect(await fates(world, ['alice', 'carol'], entry)).toBe('effective');
    }
    // Nor does any frame since then hold a new key in the clear.
    const { keys } = (await HostileDevice.copyOf(world, 'alice')).knows;
    for (const { keyId } of fresh)
      for (const { frame } of world.world.sync.frames.slice(framesBefore))
        expect(Buffer.from(frame).includes(Buffer.from(mustHave(keys.get(keyId))))).toBe(false);
    expect(await sameAfterRestart(world, ['alice', 'carol'])).toContain('after the stop');
  });

  test('[ATTACK-30] a device removed from a peer stops reading at the custodian’s next edit, which nobody has to think of', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const lost = bob.withKeys('lost laptop');
    const addition = await bob.add(lost, 'clinician');
    for (const name of ['alice', 'carol']) await (await bob.connect(name)).deliver(addition);
    const before = await written('alice', 'while it was there');
    expect((await everyByte(lost, 'alice')).opens(chart, before.header.epoch)).toBe(true);
    const removal = await bob.remove(lost.device);
    for (const name of ['alice', 'carol']) await (await bob.connect(name)).deliver(removal);
    const after = await written('alice', 'after it was lost');
    const shown = await everyByte(lost, 'alice');
    shown.knows.learn(addition);
    expect(shown.opens(chart, before.header.epoch)).toBe(true);
    expect(shown.opens(chart, after.header.epoch)).toBe(false);
    const byCarol = await written('carol', 'nor what carol writes');
    expect((await everyByte(lost, 'carol')).opens(chart, byCarol.header.epoch)).toBe(false);
    expect((await everyByte(bob, 'carol')).opens(chart, byCarol.header.epoch)).toBe(true);
    expect(await lost.tryToConnect('alice')).toBeUndefined();
    expect(await sameAfterRestart(world, ['alice', 'carol'])).toContain('after it was lost');
  });

  test('[ATTACK-31] a device added later reads what was sealed before, and one added beside a new key gets that too', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const sealedBefore = await written('alice', 'sealed before it came');
    const later = bob.withKeys('later');
    const beside = bob.withKeys('beside');
    const first = await bob.add(later, 'clinician');
    await (await bob.connect('alice')).deliver(first);
    await written('alice', 'after it came');
    // Carol makes keys without knowing of the second device, alice learns of both at once.
    world.part('alice', 'carol');
    const second = await bob.add(beside, 'clinician');
    const byCarol = await written('carol', 'beside the second');
    await (await bob.connect('alice')).deliver(second);
    await world.heal();
    const after = await written('alice', 'after both');
    for (const device of [later, beside]) {
      const shown = await everyByte(device, 'alice');
      shown.knows.learn(first, second);
      for (const entry of [sealedBefore, byCarol, after]) expect(shown.opens(chart, entry.header.epoch)).toBe(true);
    }
    expect(await sameAfterRestart(world, ['alice', 'carol'])).toContain('after both');
  });

  test('[ATTACK-48] a writer who hides a removal it has seen makes no key: its roster is older than the chart’s', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'eve:read');
    const { chart } = world;
    const eve = await HostileDevice.takeOver(world, 'eve');
    const gone = eve.withKeys('gone');
    const addition = await eve.add(gone, 'clinician');
    for (const name of ['alice', 'carol']) await (await eve.connect(name)).deliver(addition);
    await written('alice', 'while it was a member');
    const stale = eve.knows.roster(eve.practice);
    const removal = await eve.remove(gone.device);
    for (const name of ['alice', 'carol']) await (await eve.connect(name)).deliver(removal);
    const current = await written('alice', 'by the newer roster');
    const bob = await HostileDevice.takeOver(world, 'bob');
    await bob.connect('alice');
    const rosterOf = (practice: PracticeId) => (practice === eve.practice ? stale : bob.knows.rosterOf(practice));
    const { batch } = bob.epochs(chart, [section], { rosterOf });
    expect(batch.rosters.find(({ practice }) => practice === eve.practice)?.devices).toContain(gone.device);
    const op = await epochOp(bob, batch);
    for (const name of ['alice', 'carol']) {
      await (await bob.connect(name)).deliver(op);
      expect(wasTold(world, name, 'CH-5 stale-roster')).toBe(true);
      expect(await charterFate(world, name, chart, op.id)).toBe('not kept');
    }
    expect((await everyByte(gone, 'alice')).opens(chart, current.header.epoch)).toBe(false);
    expect(await sameAfterRestart(world, ['alice', 'carol'])).toContain('by the newer roster');
  });

  test('[ATTACK-49] two devices removed from one roster at once, each still wrapped to by the other’s side: neither reads what follows', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'eve:read');
    const { chart } = world;
    const eve = await HostileDevice.takeOver(world, 'eve');
    const [x, y, admin] = [eve.withKeys('x'), eve.withKeys('y'), eve.withKeys('admin')];
    const added = [await eve.add(x, 'nurse'), await eve.add(y, 'nurse'), await eve.add(admin, 'admin')];
    for (const device of [x, y, admin]) device.knows.learn(...added);
    for (const name of ['alice', 'bob', 'carol']) await (await eve.connect(name)).deliver(...added);
    await written('alice', 'for all three');
    for (const [a, b] of [
      ['alice', 'carol'],
      ['alice', 'bob'],
      ['carol', 'bob'],
    ] as const)
      world.part(a, b);
    const takesX = await eve.asOf().remove(x.device);
    const takesY = await admin.remove(y.device);
    await (await eve.connect('alice')).deliver(takesX);
    await (await eve.connect('carol')).deliver(takesY);
    const one = await written('alice', 'without x');
    const two = await written('carol', 'without y');
    await (await eve.connect('alice')).deliver(takesY);
    await (await eve.connect('carol')).deliver(takesX);
    await world.heal();
    await until(async () => (await membersAt(world, 'bob', eve.practice))[x.device] === 'removed');
    const after = await written('bob', 'after both');
    const [shownX, shownY] = [await everyByte(x, 'alice'), await everyByte(y, 'alice')];
    for (const shown of [shownX, shownY]) shown.knows.learn(...added, takesX, takesY);
    expect(shownY.opens(chart, one.header.epoch)).toBe(true);
    expect(shownX.opens(chart, two.header.epoch)).toBe(true);
    for (const shown of [shownX, shownY]) expect(shown.opens(chart, after.header.epoch)).toBe(false);
    expect(await sameChartEverywhere(world, ['alice', 'bob', 'carol'])).toContain('after both');
  });
});
