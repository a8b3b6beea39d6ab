/** Attacks that join what each rule alone withstands: forks, void rights, several stints, guesses from headers. */
import { decodeChange, encodeChange } from '@automerge/automerge/slim';
import { afterEach, describe, expect, test } from 'vitest';
import { changeHash, type ActorId } from '../../src/base/ids.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { actorOf, chainStart, nextChainValue } from '../../src/crypto/chain.ts';
import { chainNameOf, type VerifiedEntry } from '../../src/crypto/entry.ts';
import { mustBeOk, mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { bodyOf, noonMs, problem } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import type { Item } from './support/knowledge.ts';
import { charterFate, fateOf, fates, sameAfterRestart, sameChartEverywhere, wasTold } from './support/replicas.ts';

const section = 'problems';

describe('rules attacked together', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  /** The newest entry of a practice's device, by its own disk. */
  async function newestOf(name: string): Promise<VerifiedEntry> {
    const { knows, device } = await HostileDevice.copyOf(world, name);
    const own = knows.entries(world.chart, section).filter(({ header }) => header.device === device);
    // A new stint counts anew.
    const newest = own.filter(({ header }) => header.stint !== '');
    return mustHave((newest.length > 0 ? newest : own).sort((a, b) => a.header.seq - b.header.seq).at(-1));
  }

  test('[ATTACK-21] two devices of the custodian cut one peer at different places, and at two branches of a fork', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'dave');
    const { chart } = world;
    const annex = await world.secondDevice('alice', 'annex');
    await world.reconnected();
    const [bob, carol] = [await HostileDevice.takeOver(world, 'bob'), await HostileDevice.takeOver(world, 'carol')];
    for (const [a, b] of [
      ['alice', 'annex'],
      ['alice', 'dave'],
      ['annex', 'dave'],
    ] as const)
      world.part(a, b);
    const higher = await bob.entry({ chart, section, text: 'seen by the annex' });
    const branches = [
      await carol.asOf().entry({ chart, section, text: 'branch for alice' }),
      await carol.asOf().entry({ chart, section, text: 'branch for the annex' }),
    ] as const;
    await (await bob.connect('annex')).deliver(higher);
    await (await carol.connect('alice')).deliver(branches[0]);
    await (await carol.connect('annex')).deliver(branches[1]);
    for (const practice of [bob.practice, carol.practice])
      for (const by of [world.session('alice'), annex]) mustBeOk(await by.stopSharing(chart, practice, 'all'));
    await world.heal();
    const honest = ['alice', 'annex', 'dave'];
    await world.settle();
    expect(await fates(world, honest, higher)).toBe('effective');
    // Both branches are named at the same height: the smaller hash stands, on all replicas.
    const [stands, falls] = branches[0].hash < branches[1].hash ? branches : [branches[1], branches[0]];
    expect(await fates(world, honest, stands)).toBe('effective');
    for (const name of ['alice', 'annex']) expect(wasTold(world, name, 'fork')).toBe(true);
    const fell = await Promise.all(honest.map((name) => fateOf(world, name, falls)));
    expect(new Set(fell)).not.toContain('effective');
    const text = await sameChartEverywhere(world, honest);
    expect(text).toContain('seen by the annex');
  });

  test('[ATTACK-46] [ATTACK-47] grants back-dated by a removed admin are void everywhere, what its invitee writes under them does not count, its honest ones stand', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'dave:none');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const alice = await HostileDevice.copyOf(world, 'alice');
    const mole = alice.withKeys('mole');
    const honest = ['alice', 'carol'];
    const toBoth = async (...items: readonly Item[]): Promise<void> => {
      for (const name of honest) await (await bob.connect(name)).deliver(...items);
    };
    const addition = await alice.add(mole, 'admin');
    mole.knows.learn(addition);
    await toBoth(addition);
    const grant = (practice: string, name: 'vitals' | 'problems') =>
      ({
        kind: 'grant',
        practice: world.practiceOf(practice),
        sections: [name],
        right: 'write',
        until: null,
        time: noonMs,
      }) as const;
    const earlier = await mole.charterOp(chart, grant('carol', 'vitals'));
    await toBoth(earlier);
    alice.knows.learn(earlier);
    const stale = mole.asOf();
    const removal = await alice.remove(mole.device);
    const later = await stale.charterOp(chart, grant('dave', 'problems'));
    const dave = await HostileDevice.takeOver(world, 'dave');
    dave.knows.learn(
      ...stale.knows.charterOps(chart),
      ...stale.knows.rosterOps(alice.practice),
      ...stale.knows.rosterOps(bob.practice),
    );
    dave.knows.learn(...stale.knows.rosterOps(world.practiceOf('carol')), ...stale.knows.entries(chart, section));
    dave.knows.learnKeys(stale.knows.keys);
    const byInvitee = await dave.entry({ chart, section, text: 'by a void right' });
    expect(byInvitee.header.access).toEqual([later.id]);

    world.part('alice', 'carol');
    await (await bob.connect('alice')).deliver(removal, later, byInvitee);
    // Alice's own device signed the removal, and says at once how far the mole's work counts.
    expect(await charterFate(world, 'alice', chart, later.id)).toBe('voided: OP-5 author-removed');
    await (await bob.connect('carol')).deliver(later, byInvitee, removal);
    await world.heal();
    await world.write('alice', 'after the mole was removed');
    await world.settle();
    for (const name of honest) {
      expect(await charterFate(world, name, chart, later.id)).toBe('voided: OP-5 author-removed');
      expect(await charterFate(world, name, chart, earlier.id)).toBe('in force');
    }
    await toBoth(byInvitee);
    expect(await fates(world, honest, byInvitee)).not.toMatch(/effective|vouched/);
    const text = await sameAfterRestart(world, honest);
    expect(text).not.toContain('by a void right');
    expect(text).toContain('after the mole was removed');
  });

  test('[ATTACK-50] a second entry at an old place of its chain, years later, brings nothing down that others built on', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    await world.write('bob', 'second of bob');
    await world.settle();
    await world.write('carol', 'built on both');
    await world.settle();
    const bob = await HostileDevice.takeOver(world, 'bob');
    const own = bob.knows.entries(chart, section).filter(({ header }) => header.device === bob.device);
    const old = mustHave(own.find(({ header }) => header.seq === 1));
    const rewritten = await bob.entry({
      chart,
      section,
      text: 'years later',
      after: null,
      on: [],
      access: old.header.access,
      roster: old.header.roster,
      nonce: new Uint8Array(16),
    });
    expect(rewritten.header.seq).toBe(1);
    for (const name of ['alice', 'carol']) await (await bob.connect(name)).deliver(rewritten);
    const honest = ['alice', 'carol'];
    expect(await fates(world, honest, rewritten)).toBe('quarantined: CUT-8 after-fork');
    for (const name of honest) expect(wasTold(world, name, 'fork')).toBe(true);
    for (const entry of own) expect(await fates(world, honest, entry)).toMatch(/^(effective|vouched)$/);
    const text = await sameAfterRestart(world, honest);
    for (const words of ['first of bob', 'second of bob', 'built on both']) expect(text).toContain(words);
    expect(text).not.toContain('years later');
  });

  test('[ATTACK-51] one place of a chain in two ciphertexts to two peers: found, one stands everywhere, and all go on', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const plan = { chart, section, text: 'sealed twice' } as const;
    const [one, two] = [await bob.asOf().entry(plan), await bob.withOtherRandom().entry(plan)];
    expect(two.header.chain).toBe(one.header.chain);
    expect(two.hash).not.toBe(one.hash);
    world.part('alice', 'carol');
    await (await bob.connect('alice')).deliver(one);
    await (await bob.connect('carol')).deliver(two);
    await world.heal();
    const honest = ['alice', 'carol'];
    for (const name of honest) expect(wasTold(world, name, 'fork')).toBe(true);
    const [stands, falls] = one.hash < two.hash ? [one, two] : [two, one];
    expect(await fates(world, honest, stands)).toBe('effective');
    expect(await fates(world, honest, falls)).toBe('quarantined: CUT-8 after-fork');
    await world.write('alice', 'alice goes on');
    await world.write('carol', 'carol goes on');
    const text = await sameAfterRestart(world, honest);
    for (const words of ['sealed twice', 'alice goes on', 'carol goes on']) expect(text).toContain(words);
  });

  test('[ATTACK-53] the chain value of a header written after a removal confirms no guess of what it says', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    // The chart stays open at alice's: only the new key asks for a new nonce.
    const open = await world.open('alice');
    await world.write('alice', 'while bob could read');
    await world.settle();
    const earlier = await newestOf('alice');
    const bob = await HostileDevice.takeOver(world, 'bob');
    const oldNonce = mustHave(bodyOf(earlier, bob.knows.keys)).nonce;
    await world.stop('bob');
    await world.write('alice', 'HIV negative');
    await world.settle();
    const entry = await newestOf('alice');
    expect(bodyOf(entry, bob.knows.keys)).toBeUndefined();
    // The attacker guesses every byte of the change, all but what the nonce hides: who "wrote" it inside the document.
    const truth = mustHave(bodyOf(entry, (await HostileDevice.copyOf(world, 'alice')).knows.keys));
    const [change] = truth.changes;
    const { access, roster, device } = entry.header;
    const chainWith = (actor: ActorId): string => {
      const { hash, ...rest } = decodeChange(mustHave(change));
      expect(hash).toHaveLength(64);
      const guess = decodeChange(encodeChange({ ...rest, actor }));
      const previous = entry.header.prev === null ? chainStart : earlier.header.chain;
      return nextChainValue(previous, [changeHash(mustHave(fromHex(guess.hash)))], access, roster);
    };
    expect(entry.header.prev).toBe(earlier.hash);
    expect(chainWith(actorOf(device, chart, section, truth.nonce))).toBe(entry.header.chain);
    expect(chainWith(actorOf(device, chart, section, oldNonce))).not.toBe(entry.header.chain);
    open.close();
    expect(await sameAfterRestart(world, ['alice', 'carol'])).toContain('HIV negative');
  });

  test('[ATTACK-54] what a peer wrote while it had no right stays out when it is granted again, and its new work counts', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    await world.stop('bob');
    await world.settle();
    const between = await bob.entry({ chart, section, text: 'in between' });
    for (const name of ['alice', 'carol']) await (await bob.connect(name)).deliver(between);
    await bob.disconnect();
    mustBeOk(await world.session('alice').share(chart, bob.practice, [section], 'write'));
    await world.restart('bob');
    await world.reconnected();
    await world.write('bob', 'of the new stint');
    await world.settle();
    const again = await newestOf('bob');
    expect(again.header.stint).not.toBe('');
    // It claims the new stint for the old work, without the operation that began it in its past.
    const hostile = await HostileDevice.copyOf(world, 'bob');
    const claiming = await hostile.entry({
      chart,
      section,
      text: 'claims a stint',
      claim: { stint: again.header.access[0] ?? '', seq: 1, prev: null, access: between.header.access, deps: [] },
    });
    await world.lock('bob');
    for (const name of ['alice', 'carol']) await (await hostile.connect(name)).deliver(claiming);
    const honest = ['alice', 'carol'];
    expect(await fates(world, honest, between)).toBe('quarantined: CUT-2 after-cut');
    expect(await fates(world, honest, again)).toBe('effective');
    expect(await fates(world, honest, claiming)).toMatch(/^refused: (CUT-7 stint-unknown|EN-3 no-right)$/);
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('of the new stint');
    expect(text).not.toContain('in between');
    expect(text).not.toContain('claims a stint');
  });

  test('[ATTACK-55] a removal travels though nothing is written after it, and so do set-aside entries that others build on', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'dave');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    world.part('alice', 'carol');
    world.part('carol', 'dave');
    const entry = await bob.entry({ chart, section, text: 'only carol was told' });
    await (await bob.connect('carol')).deliver(entry);
    await world.write('carol', 'carol builds on it');
    const onTop = await newestOf('carol');
    await world.stop('bob');
    await world.settle();
    // Dave stayed connected; nothing follows the removal, and yet it is there.
    const removal = mustHave(
      (await HostileDevice.copyOf(world, 'alice')).knows.charterOps(chart).find(({ body }) => body.kind === 'revoke'),
    );
    expect(await charterFate(world, 'dave', chart, removal.id)).toBe('in force');
    expect(await fateOf(world, 'alice', entry)).toBe('not kept');
    await world.heal();
    const honest = ['alice', 'carol', 'dave'];
    expect(await charterFate(world, 'carol', chart, removal.id)).toBe('in force');
    expect(await fates(world, honest, onTop)).toBe('effective');
    expect(await fates(world, honest, entry)).toBe('vouched');
    expect(await sameAfterRestart(world, honest)).toContain('only carol was told');
  });

  test('[ATTACK-57] two devices begin the same section, and its first fact, while parted: both facts stand', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    for (const name of ['bob', 'carol']) await world.share(name, ['allergies']);
    for (const [a, b] of [
      ['alice', 'bob'],
      ['alice', 'carol'],
      ['bob', 'carol'],
    ] as const)
      world.part(a, b);
    const all = ['alice', 'bob', 'carol'];
    for (const name of all) await world.write(name, `first allergy of ${name}`, 'allergies');
    await world.heal();
    const text = await sameAfterRestart(world, all);
    for (const name of all) {
      expect(text).toContain(`first allergy of ${name}`);
      expect(
        world
          .session(name)
          .diagnostics()
          .filter(({ what }) => what === 'entry'),
      ).toEqual([]);
    }
  });

  test('[ATTACK-58] 500 mg: 1000 beside µg, a change beside an entry in error, a stop beside a change: each a listed conflict, no value that nobody wrote', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { key } = problem('500 mg');
    await world.write('alice', '500 mg');
    const extra = ['second drug', 'third drug'].map((text) => problem(text));
    for (const { key: other } of extra) expect(other).not.toBe(key);
    for (const text of ['second drug', 'third drug']) await world.write('alice', text);
    await world.settle();
    const pairs: readonly (readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>])[] = [
      [key, { dose: '{"dose":{"value":1000,"unit":"mg"}}' }, { dose: '{"dose":{"value":500,"unit":"µg"}}' }],
      [
        mustHave(extra[0]).key,
        { verificationStatus: '{"verificationStatus":{"text":"entered-in-error"}}' },
        { note: '{"note":[{"text":"more"}]}' },
      ],
      [mustHave(extra[1]).key, { status: '{"status":"stopped"}' }, { dose: '{"dose":{"value":2}}' }],
    ];
    // Bob would hand on to one what the other wrote, and then they do not write at the same time.
    for (const [a, b] of [
      ['alice', 'carol'],
      ['alice', 'bob'],
      ['bob', 'carol'],
    ] as const)
      world.part(a, b);
    for (const [which, byAlice, byCarol] of pairs)
      for (const [name, registers] of [
        ['alice', byAlice],
        ['carol', byCarol],
      ] as const) {
        const open = await world.open(name);
        mustBeOk(await open.edit(section, [{ kind: 'change', key: which, registers }]));
        open.close();
      }
    await world.heal();
    const text = await sameAfterRestart(world, ['alice', 'carol', 'bob']);
    expect(text).not.toContain('{\\"value\\":1000,\\"unit\\":\\"µg\\"}');
    for (const name of ['alice', 'bob', 'carol']) {
      const open = await world.open(name);
      const conflicts = mustHave(open.sections.get(section)).conflicts;
      expect(conflicts.map((conflict) => conflict.key).sort()).toEqual(pairs.map(([which]) => which).sort());
      // Nobody writes over one side unseen.
      if (name !== 'bob')
        expect(await open.edit(section, [{ kind: 'change', key, registers: { dose: '{}' } }])).toMatchObject({
          ok: false,
          reason: 'unsettled-conflict',
        });
      open.close();
    }
  });

  test('[ATTACK-60] what waits for a close is not lost, and enters or is set aside when it comes', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const [kept, left] = [bob.withKeys('kept'), bob.withKeys('left')];
    const added = [await bob.add(kept, 'clinician'), await bob.add(left, 'clinician')];
    for (const device of [kept, left]) device.knows.learn(...added);
    const waiting = [
      await kept.entry({ chart, section, text: 'enters by the close' }),
      await left.entry({ chart, section, text: 'left out by the close' }),
    ] as const;
    const gone = [await bob.remove(kept.device), await bob.remove(left.device)];
    const honest = ['alice', 'carol'];
    // The custodian's program is down: nobody writes a close of itself.
    await world.lock('alice');
    await (await bob.connect('carol')).deliver(...added, ...gone, ...waiting);
    for (const entry of waiting) expect(await fateOf(world, 'carol', entry)).toBe('waiting: CH-3 waits-for-close');
    await world.restart('carol');
    for (const entry of waiting) expect(await fateOf(world, 'carol', entry)).toBe('waiting: CH-3 waits-for-close');
    // An admin of its own practice says how far each counts.
    await bob.connect('carol');
    const closing = (device: HostileDevice, upTo: readonly VerifiedEntry[]) =>
      bob.charterOp(chart, {
        kind: 'close',
        practice: bob.practice,
        device: device.device,
        roster: bob.knows.roster(bob.practice).heads,
        cut: {
          [section]: upTo.map(({ header, hash }) => ({
            chain: chainNameOf(header.device, header.stint),
            seq: header.seq,
            hash,
          })),
        },
        time: noonMs,
      });
    const closes = [await closing(kept, [waiting[0]]), await closing(left, [])];
    await (await bob.connect('carol')).deliver(...closes);
    expect(await fateOf(world, 'carol', waiting[0])).toBe('effective');
    expect(await fateOf(world, 'carol', waiting[1])).toBe('quarantined: CUT-2 after-cut');
    await world.restart('alice');
    await world.reconnected();
    expect(await fates(world, honest, waiting[0])).toBe('effective');
    expect(await fates(world, honest, waiting[1])).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('enters by the close');
    expect(text).not.toContain('left out by the close');
  });
});
