/** Who belongs to a practice (OP-5, ID-3, ID-4), when its own devices fight over it: the wire brings each victim another order. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { DeviceId } from '../../src/base/ids.ts';
import { invitationIdOf, parseInvitation } from '../../src/access/invitation.ts';
import { decodeMeetingMessage, encodeMeetingMessage, meetingProof } from '../../src/access/meeting.ts';
import { encodeSignedOp } from '../../src/access/operation.ts';
import type { VerifiedRosterOp } from '../../src/access/verify-operation.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { phraseToRootKeys } from '../../src/crypto/recovery-phrase.ts';
import { recipientsOf } from '../../src/access/epoch-validity.ts';
import { unwrapEpochs } from '../../src/access/unwrap-epochs.ts';
import { shuffled } from '../access/support/shuffled.ts';
import { mustBeOk, mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { noonMs } from './support/craft-entry.ts';
import { encodedOp, HostileDevice } from './support/hostile-device.ts';
import type { Item } from './support/knowledge.ts';
import { fates, membersAt, rosterFate, sameAfterRestart, wasTold } from './support/replicas.ts';

const section = 'problems';
const victims = ['alice', 'carol', 'dave'] as const;
/** What may be said of the work of a device without a place: the custodian's `close` may have come by now or not. */
const withoutPlace = /^(waiting: CH-3 waits-for-close|quarantined: CUT-2 after-cut)$/;

describe('membership under attack', () => {
  let world: AttackWorld;
  /** The first admin of the practice that falls apart, and further devices it added: admins two and three, four a clinician. */
  let one: HostileDevice;
  let two: HostileDevice;
  let three: HostileDevice;
  let four: HostileDevice;
  /** Keeps its place whatever happens, and brings what the others sign. */
  let courier: HostileDevice;
  afterEach(() => world.end());

  async function begin(): Promise<void> {
    world = await AttackWorld.scene('bob', 'carol', 'dave');
    one = await HostileDevice.takeOver(world, 'bob');
    [two, three, four] = [one.withKeys('two'), one.withKeys('three'), one.withKeys('four')];
    courier = one.withKeys('courier');
    const added = [
      await one.add(two, 'admin'),
      await one.add(three, 'admin'),
      await one.add(four, 'clinician'),
      await one.add(courier, 'viewer'),
    ];
    for (const device of [two, three, four, courier]) device.knows.learn(...added);
    await toAll(...added);
  }

  /** The same to every victim. */
  async function toAll(...items: readonly Item[]): Promise<void> {
    for (const name of victims) await (await one.connect(name)).deliver(...items);
  }

  /** To each victim in another order, while none hears the others; then all do. */
  async function inOrders(...orders: readonly (readonly Item[])[]): Promise<void> {
    for (const [i, name] of victims.entries()) for (const other of victims.slice(i + 1)) world.part(name, other);
    for (const [i, name] of victims.entries())
      await (await courier.connect(name)).deliver(...(orders[i % orders.length] ?? []));
    await world.heal();
  }

  async function sameMembers(): Promise<Readonly<Record<string, string>>> {
    const all = await Promise.all(victims.map((name) => membersAt(world, name, one.practice)));
    const [first = {}] = all;
    for (const other of all) expect(other).toEqual(first);
    return first;
  }

  const write = (by: HostileDevice, text: string): Promise<VerifiedEntry> =>
    by.entry({ chart: world.chart, section, text });

  async function fateEverywhere(op: VerifiedRosterOp): Promise<string> {
    const all = await Promise.all(victims.map((name) => rosterFate(world, name, op)));
    return [...new Set(all)].join(' | ');
  }

  test('[ATTACK-8] two devices that remove each other, and a cycle of three, end the same whatever comes first', async () => {
    await begin();
    const byOne = one.asOf();
    const entries = [await write(two, 'of two'), await write(three, 'of three'), await write(four, 'of four')] as const;
    // The first admin is senior: its word stands, and with it two's removal of three comes to nothing.
    const a = await byOne.remove(two.device);
    const b = await two.remove(three.device);
    const c = await three.remove(one.device);
    await inOrders([a, b, c, ...entries], [c, b, a, ...entries], [...entries, b, c, a]);
    expect(await fateEverywhere(a)).toBe('in force');
    expect(await fateEverywhere(b)).toBe('void: OP-5 remover-removed');
    expect(await fateEverywhere(c)).toBe('in force');
    expect(await sameMembers()).toMatchObject({
      [two.device]: 'removed',
      [three.device]: 'admin',
      [one.device]: 'removed',
    });
    expect(await fates(world, victims, entries[1])).toBe('effective');
    const text = await sameAfterRestart(world, victims);
    expect(text).toContain('of three');
    expect(text).toContain('of four');
  });

  test('[ATTACK-9] a colluder that removes a device and adds it again beside an honest removal does not save it', async () => {
    await begin();
    const entry = await write(four, 'of the one to be saved');
    const removal = await one.asOf().remove(four.device);
    const again = [await two.remove(four.device), await two.add(four, 'clinician')] as const;
    const later = await write(two, 'of the colluder');
    await inOrders(
      [removal, ...again, entry, later],
      [...again, removal, entry, later],
      [again[0], removal, again[1], entry, later],
    );
    expect(await sameMembers()).toMatchObject({ [four.device]: 'removed', [two.device]: 'admin' });
    expect(await fates(world, victims, entry)).toMatch(withoutPlace);
    const text = await sameAfterRestart(world, victims);
    expect(text).not.toContain('to be saved');
    expect(text).toContain('of the colluder');
  });

  test('[ATTACK-10] an admin that goes on on an old branch after its removal does nothing there, nor where it says it knew', async () => {
    await begin();
    const removal = await one.remove(two.device);
    const onOldBranch = await two.add(two.withKeys('invitee'), 'admin');
    two.knows.learn(removal);
    const knowing = await two.add(two.withKeys('another'), 'admin', 2, { prev: [removal.id] });
    await inOrders([removal, onOldBranch, knowing], [onOldBranch, removal, knowing]);
    expect(await fateEverywhere(onOldBranch)).toBe('void: OP-5 author-removed');
    expect(await fateEverywhere(knowing)).toBe('not kept');
    for (const name of victims) expect(wasTold(world, name, 'OP-4 author-not-active')).toBe(true);
    const members = await sameMembers();
    expect(members).toMatchObject({ [two.device]: 'removed' });
    expect(members[two.withKeys('invitee').device] ?? 'removed').toBe('removed');
    expect(await sameAfterRestart(world, victims)).toContain('first of bob');
  });

  test('[ATTACK-11] the whole branch of such an admin is void, its invitee’s work does not count, and the next key leaves both out', async () => {
    await begin();
    const { chart } = world;
    const invitee = two.withKeys('invitee');
    const guest = two.withKeys('guest of the invitee');
    const removal = await one.remove(two.device);
    const branch = [await two.add(invitee, 'admin')];
    invitee.knows.learn(...branch);
    branch.push(await invitee.add(guest, 'clinician'));
    guest.knows.learn(...branch);
    const entry = await write(guest, 'of the void branch');
    await inOrders(
      [...branch, removal, entry],
      [removal, ...branch, entry],
      [mustHave(branch[0]), removal, mustHave(branch[1]), entry],
    );
    const [first, second] = branch.map(fateEverywhere);
    expect(await first).toBe('void: OP-5 author-removed');
    expect(await second).toBe('void: OP-5 author-void');
    await world.write('alice', 'after the branch fell');
    await world.settle();
    const text = await sameAfterRestart(world, victims);
    expect(text).not.toContain('of the void branch');
    // A rotation was owed: the key of what is written now is wrapped to bob's standing devices alone.
    await one.connect('alice');
    const charter = one.knows.charter(chart);
    const written = mustHave(
      one.knows.entries(chart, section).findLast(({ header }) => header.device === world.deviceOf('alice')),
    );
    const epoch = mustHave(charter.epochs.find(({ keyId }) => keyId === written.header.epoch));
    const standing = recipientsOf(one.knows.roster(one.practice).devices).map(({ device }) => device);
    expect(epoch.rosters.get(one.practice)?.devices).toEqual(standing);
    expect(standing).not.toContain(guest.device);
    for (const out of [two, invitee, guest]) {
      const opened = unwrapEpochs(charter, { practice: out.practice, recipient: out.device, boxKeys: out.box });
      expect(opened.keys.has(epoch.keyId)).toBe(false);
    }
  });

  test('[ATTACK-12] when a senior removes the remover, the first removal un-happens and what its victim wrote comes back', async () => {
    await begin();
    const entry = await write(four, 'of the wrongly removed');
    const wrong = await two.remove(four.device);
    const right = await one.asOf().remove(two.device);
    await inOrders([wrong, entry, right], [right, wrong, entry], [entry, wrong, right]);
    expect(await fateEverywhere(wrong)).toBe('void: OP-5 remover-removed');
    expect(await sameMembers()).toMatchObject({ [four.device]: 'clinician', [two.device]: 'removed' });
    expect(await fates(world, victims, entry)).toBe('effective');
    expect(await sameAfterRestart(world, victims)).toContain('of the wrongly removed');
  });

  test('[ATTACK-13] neither an act beside one’s demotion, nor a ground hash, nor a minted senior wins anything', async () => {
    await begin();
    const demotion = await one.rosterOp({ kind: 'setRole', device: two.device, role: 'clinician', time: noonMs });
    const beside = await two.add(two.withKeys('beside'), 'clinician');
    await inOrders([demotion, beside], [beside, demotion]);
    expect(await fateEverywhere(beside)).toBe('void: OP-5 author-removed');
    expect(await sameMembers()).toMatchObject({ [two.device]: 'clinician' });

    // Two equals remove each other, the later with an operation ground to sort first; and once more to sort last.
    const [x, y] = [one.withKeys('x'), one.withKeys('y')];
    const added = [await one.add(x, 'admin', 5), await one.add(y, 'admin', 5)];
    for (const device of [x, y]) device.knows.learn(demotion, ...added);
    await toAll(...added);
    const [older, younger] = mustHave(added[0]).id < mustHave(added[1]).id ? [x, y] : [y, x];
    const honest = await older.remove(younger.device);
    const { prev } = honest;
    const ground: VerifiedRosterOp[] = [];
    for (let time = 1; ground.length < 2; time++) {
      const op = await younger.rosterOp({ kind: 'removeDevice', device: older.device, time }, { prev });
      if (ground.length === 0 ? op.id < honest.id : op.id > honest.id) ground.push(op);
    }
    await inOrders([honest, ...ground], [...ground, honest], [mustHave(ground[0]), honest, mustHave(ground[1])]);
    for (const op of ground) expect(await fateEverywhere(op)).toBe('void: OP-5 remover-removed');
    expect(await sameMembers()).toMatchObject({ [older.device]: 'admin', [younger.device]: 'removed' });

    // An admin of rank two mints its own seniors.
    three.knows.learn(demotion, ...added);
    for (const rank of [0, 1]) {
      const minted = await three.asOf().add(three.withKeys(`senior ${rank}`), 'admin', rank);
      await toAll(minted);
      expect(await fateEverywhere(minted)).toBe('not kept');
    }
    for (const name of victims) expect(wasTold(world, name, 'OP-5 rank-too-senior')).toBe(true);
    expect(await sameAfterRestart(world, victims)).toContain('first of bob');
  });

  test('[ATTACK-14] nobody joins another practice’s roster, and an invitation’s proof serves one guest, once, until its end', async () => {
    await begin();
    // An addition to carol's roster, by an admin of bob's; and bob's own, well signed, told as carol's.
    const smuggled = one.withKeys('smuggled');
    const carol = world.practiceOf('carol');
    one.knows.learn(...(await HostileDevice.copyOf(world, 'carol')).knows.rosterOps(carol));
    const added = { kind: 'addDevice', added: smuggled.asMember('clinician'), time: noonMs } as const;
    const elsewhere = await one.rosterOp(added, { practice: carol, alsoBy: smuggled.sign });
    const own = await one.add(smuggled, 'clinician');
    for (const name of victims) {
      const link = await one.connect(name);
      await link.deliver(elsewhere);
      await link.rosterOps(carol, encodeSignedOp(own.signed));
      await world.settle();
      expect(wasTold(world, name, 'OP-4 author-not-active')).toBe(true);
      expect(await membersAt(world, name, carol)).not.toHaveProperty(smuggled.device);
    }

    // A meeting overheard by the host's side: the stranger has every frame of it, and the invitation it was made for.
    const before = world.world.meetings.frames.length;
    const invitation = mustBeOk(await world.session('alice').createInvitation());
    const eve = await world.found('eve');
    mustBeOk(await eve.acceptInvitation(invitation.link, new AbortController().signal));
    const asked = mustHave(world.world.meetings.frames.slice(before).find(({ from }) => from === eve.practice.device));
    const stranger = one.withKeys('a stranger to all');
    expect(await answerTo(stranger, asked.frame)).toBe('refused');

    // Whoever has the secret: a second time, by a proof made for another device, and after the end.
    const host = { device: world.deviceOf('alice'), practice: world.practiceOf('alice') };
    const ask = (link: string, by: HostileDevice, guest: DeviceId): Bytes => {
      const { secret } = mustBeOk(parseInvitation(link));
      const { practice } = by;
      const proof = meetingProof('guest', secret, { host, guest: { device: guest, practice } });
      const roster = by.knows.rosterOps(practice).map(encodedOp);
      return encodeMeetingMessage({ kind: 'ask', invitation: invitationIdOf(secret), practice, roster, proof });
    };
    expect(await answerTo(one, ask(invitation.link, one, one.device))).toBe('used');
    const { link: waiting } = mustBeOk(await world.session('alice').createInvitation());
    expect(await answerTo(stranger, ask(waiting, one, one.device))).toBe('refused');
    world.world.nowMs += 8 * 24 * 60 * 60 * 1000;
    expect(await answerTo(one, ask(waiting, one, one.device))).toBe('expired');
    for (const reason of ['used', 'refused', 'expired'])
      expect(wasTold(world, 'alice', `invitation: ${reason}`)).toBe(true);
    expect(
      world
        .session('alice')
        .peers.map(({ id }) => id)
        .sort(),
    ).toEqual(['bob', 'carol', 'dave', 'eve'].map((name) => world.practiceOf(name)).sort());
    expect(await sameAfterRestart(world, victims)).toContain('first of bob');
  });

  /** The reason alice refuses what is asked, on a meeting connection of this device. */
  async function answerTo(device: HostileDevice, frame: Bytes): Promise<string> {
    const transport = world.world.meetings.transport(device.device);
    await transport.start();
    const connection = mustBeOk(await transport.dial(world.deviceOf('alice'), []));
    const answer = new Promise<Bytes>((resolve) => {
      connection.onFrame(resolve);
    });
    await connection.send(frame);
    const message = mustBeOk(decodeMeetingMessage(await answer));
    await transport.stop();
    return message.kind === 'refuse' ? message.reason : message.kind;
  }

  test('[ATTACK-15] a keeper adds nobody; when every admin is gone the root begins again', async () => {
    await begin();
    const keeper = one.withKeys('keeper');
    const asKeeper = await one.add(keeper, 'keeper');
    keeper.knows.learn(asKeeper);
    await toAll(asKeeper);
    const byKeeper = await keeper.asOf().add(keeper.withKeys('smuggled'), 'clinician');
    await toAll(byKeeper);
    for (const name of victims) expect(wasTold(world, name, 'ID-4 author-may-not')).toBe(true);
    expect(await fateEverywhere(byKeeper)).toBe('not kept');

    const gone = [
      await one.remove(two.device),
      await one.remove(three.device),
      await one.remove(four.device),
      await one.remove(one.device),
    ];
    const root = one.asRoot(mustBeOk(phraseToRootKeys(world.phraseOf('bob'))));
    const fresh = one.withKeys('fresh');
    const begun = await root.add(fresh, 'admin', 1);
    fresh.knows.learn(begun);
    const entry = await write(fresh, 'of the practice begun again');
    await inOrders(
      [...gone, begun, entry],
      [entry, ...gone, begun],
      [...gone.slice(0, 2), entry, ...gone.slice(2), begun],
    );
    expect(await sameMembers()).toMatchObject({
      [one.device]: 'removed',
      [two.device]: 'removed',
      [fresh.device]: 'admin',
    });
    await world.settle();
    expect(await fates(world, victims, entry)).toBe('effective');
    expect(await sameAfterRestart(world, victims)).toContain('begun again');
  });

  test('[ATTACK-16] the same operations in any order, some now and all later, give one state', async () => {
    await begin();
    const { chart } = world;
    const ops: VerifiedRosterOp[] = [];
    const early = [one.asOf(), two.asOf(), three.asOf()] as const;
    ops.push(await early[0].remove(four.device), await early[0].add(four.withKeys('five'), 'nurse'));
    ops.push(
      await early[1].remove(four.device),
      await early[1].add(four, 'clinician'),
      await early[1].remove(three.device),
    );
    ops.push(await early[2].rosterOp({ kind: 'setRole', device: two.device, role: 'viewer', time: noonMs }));
    ops.push(await early[2].remove(one.device));
    const alice = await HostileDevice.copyOf(world, 'alice');
    const [a, b] = [alice.asOf(), alice.asOf()];
    const grant = (sections: readonly ['allergies' | 'vitals'], right: 'read' | 'write') =>
      ({ kind: 'grant', practice: one.practice, sections, right, until: null, time: noonMs }) as const;
    const charterOps = [
      await a.charterOp(chart, grant(['allergies'], 'read')),
      await a.charterOp(chart, grant(['vitals'], 'write')),
      await b.charterOp(chart, grant(['allergies'], 'write')),
      await b.charterOp(chart, { kind: 'merge', time: 1 }),
    ];
    const all: readonly Item[] = [...ops, ...charterOps];
    for (const [i, name] of victims.entries()) {
      const link = await courier.connect(name);
      const order = shuffled(all, i + 1);
      await link.deliver(...order.slice(0, 5));
      await link.deliver(...order);
      // What stood on something unknown was not kept; a peer that has it sends it again.
      await link.deliver(...all);
    }
    // The first admin's removal is the senior word, and outlives the colluder's adding again.
    expect(await sameMembers()).toMatchObject({ [four.device]: 'removed' });
    const states = await Promise.all(ops.map(fateEverywhere));
    for (const state of states) expect(state).not.toContain('|');
    expect(states).not.toContain('not kept');
    await sameAfterRestart(world, victims);
  });
});
