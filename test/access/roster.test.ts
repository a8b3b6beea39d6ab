import { describe, expect, test } from 'vitest';
import { setRole, removeDevice, addDevice, mergeRosterHeads } from '../../src/access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../src/access/roster.ts';
import type { NewDevice } from '../../src/access/operation-bodies.ts';
import { encodeRosterOperation, opIdOf } from '../../src/access/operation.ts';
import { isRosterOp, signOperation, type VerifiedRosterOp } from '../../src/access/verify-operation.ts';
import { addTo, atTime, mustHave, mustOk, testDevice, TestPractice, type TestDevice } from './support/practices.ts';
import { permutations } from './support/shuffled.ts';

/** What everybody agrees on: who is a member, in which role, and what fell. */
function outcome(ops: readonly VerifiedRosterOp[]) {
  const state = mustHave(resolveRoster(ops));
  return {
    devices: [...state.devices].sort().map(([id, { status, role, rank }]) => ({ id, status, role, rank })),
    voided: [...state.voided].sort(),
    refused: [...state.refused].sort(),
    heads: state.heads,
  };
}

function expectSameInEveryOrder(ops: readonly VerifiedRosterOp[]): RosterState {
  const expected = outcome(ops);
  const [first, ...rest] = ops;
  for (const order of permutations(rest)) expect(outcome([...order, mustHave(first)])).toEqual(expected);
  return mustHave(resolveRoster(ops));
}

const status = (state: RosterState, device: TestDevice): string | undefined => state.devices.get(device.id)?.status;
const remove = async (state: RosterState, by: TestDevice, device: TestDevice): Promise<VerifiedRosterOp> =>
  mustOk(await removeDevice(state, by.signKeys, device.id, atTime));

describe('who may change a roster', () => {
  test('[ID-3] a practice begins with one admin device, signed by root and device', async () => {
    const practice = await TestPractice.found('clinic');
    expect([...practice.roster.devices.values()]).toMatchObject([{ role: 'admin', rank: 1, status: 'active' }]);
    expect(practice.ops[0]?.signed.signatures).toHaveLength(2);
  });

  test('[ID-4] [ATTACK-15] neither a keeper nor a clinician adds a member, and the replica says why', async () => {
    const practice = await TestPractice.found('clinic');
    const keeper = await practice.add('keeper', 'keeper');
    const clinician = await practice.add('clinician', 'clinician');
    for (const author of [keeper, clinician]) {
      const profile = { ...testDevice('x'), boxKey: testDevice('x').boxKeys.publicKey, label: new Uint8Array() };
      const tried = await addDevice(practice.roster, author.signKeys, { ...profile, role: 'viewer', rank: 3 }, atTime);
      expect(tried).toMatchObject({ ok: false, reason: 'author-may-not' });
    }
  });

  test('[OP-5.3] [ATTACK-13] nobody makes a device more senior than itself, and ranks 0 and 1 are for the root', async () => {
    const practice = await TestPractice.found('clinic');
    const junior = await practice.add('junior', 'admin', 5);
    const extra = testDevice('extra');
    const profile = { signKeys: extra.signKeys, boxKey: extra.boxKeys.publicKey, label: new Uint8Array() };
    const tryRank = (by: TestDevice, rank: number) =>
      addDevice(practice.roster, by.signKeys, { ...profile, role: 'admin', rank }, atTime);
    expect(await tryRank(junior, 4)).toMatchObject({ ok: false, reason: 'rank-too-senior' });
    expect(await tryRank(practice.first, 1)).toMatchObject({ ok: false, reason: 'rank-too-senior' });
    expect(await tryRank(junior, 5)).toMatchObject({ ok: true });
    const byRoot = await addDevice(practice.roster, practice.root.sign, { ...profile, role: 'admin', rank: 1 }, atTime);
    expect(byRoot).toMatchObject({ ok: true });
  });

  test('[ATTACK-15] with every admin gone the root adds a device again', async () => {
    const practice = await TestPractice.found('clinic');
    await practice.remove(practice.first.id, practice.root.sign);
    expect(status(practice.roster, practice.first)).toBe('removed');
    const device = await practice.add('new', 'admin', 1, practice.root.sign);
    expect(status(practice.roster, device)).toBe('active');
  });

  test('[OP-4] a removed device writes nothing more, and a device is not added twice', async () => {
    const practice = await TestPractice.found('clinic');
    const admin = await practice.add('admin', 'admin');
    await practice.remove(admin.id);
    expect(await setRole(practice.roster, admin.signKeys, practice.first.id, 'viewer', atTime)).toMatchObject({
      reason: 'author-not-active',
    });
    expect(await removeDevice(practice.roster, practice.first.signKeys, admin.id, atTime)).toMatchObject({
      reason: 'not-a-member',
    });
    const { signKeys, boxKeys } = practice.first;
    const again = { signKeys, boxKey: boxKeys.publicKey, role: 'admin', rank: 2, label: new Uint8Array() } as const;
    expect(await addDevice(practice.roster, signKeys, again, atTime)).toMatchObject({ reason: 'already-a-member' });
  });

  test('[OP-4] what cites something unknown is parked, not refused, and counts once the rest is here', async () => {
    const practice = await TestPractice.found('clinic');
    const admin = await practice.add('admin', 'admin');
    const [create, add] = practice.ops;
    const last = await remove(practice.roster, admin, practice.first);
    const partial = mustHave(resolveRoster([mustHave(create), last]));
    expect(partial.parked.get(last.id)).toEqual({ rule: 'OP-4', reason: 'past-unknown' });
    const full = mustHave(resolveRoster([last, mustHave(add), mustHave(create)]));
    expect(status(full, practice.first)).toBe('removed');
  });

  test('[OP-2] more than eight heads are merged before anything else is written', async () => {
    const practice = await TestPractice.found('clinic');
    const base = practice.roster;
    const branches = await Promise.all(
      Array.from({ length: 9 }, (_, i) => addTo(base, practice.first.signKeys, testDevice(`d${i}`), 'viewer', 3)),
    );
    practice.ops = [...practice.ops, ...branches];
    expect(practice.roster.heads).toHaveLength(9);
    const target = testDevice('d0').id;
    const { signKeys } = practice.first;
    expect(await removeDevice(practice.roster, signKeys, target, atTime)).toMatchObject({ reason: 'merge-first' });
    practice.ops = [...practice.ops, mustOk(await mergeRosterHeads(practice.roster, signKeys, atTime))];
    expect(practice.roster.heads).toHaveLength(2);
    expect(await removeDevice(practice.roster, signKeys, target, atTime)).toMatchObject({ ok: true });
  });
});

describe('removals that do not know of each other', () => {
  async function withAdmins(count: number) {
    const practice = await TestPractice.found('clinic');
    const admins: TestDevice[] = [];
    for (let i = 0; i < count; i++) admins.push(await practice.add(`admin ${i}`, 'admin', 2));
    return { practice, admins, base: practice.roster };
  }

  test('[OP-5.3] [ATTACK-8] of two devices that remove each other exactly one stays, in every order', async () => {
    const { practice, admins, base } = await withAdmins(2);
    const [a, b] = [mustHave(admins[0]), mustHave(admins[1])];
    const ops = [...practice.ops, await remove(base, a, b), await remove(base, b, a)];
    const state = expectSameInEveryOrder(ops);
    expect([status(state, a), status(state, b)].sort()).toEqual(['active', 'removed']);
  });

  test('[OP-5.3] [ATTACK-8] a cycle of three settles the same way everywhere', async () => {
    const { practice, admins, base } = await withAdmins(3);
    const [a, b, c] = [mustHave(admins[0]), mustHave(admins[1]), mustHave(admins[2])];
    const ops = [...practice.ops, await remove(base, a, b), await remove(base, b, c), await remove(base, c, a)];
    const state = expectSameInEveryOrder(ops);
    const left = [a, b, c].filter((device) => status(state, device) === 'active');
    // The one skipped is the one whose author fell to a removal taken before it.
    expect(left).toHaveLength(1);
    expect([...state.voided.values()]).toContainEqual({ rule: 'OP-5', reason: 'remover-removed' });
  });

  test('[OP-5.3] [ATTACK-12] a senior removes the remover: the first removal un-happens', async () => {
    const practice = await TestPractice.found('clinic');
    const junior = await practice.add('junior', 'admin', 4);
    const victim = await practice.add('victim', 'clinician', 4);
    const base = practice.roster;
    const byJunior = await remove(base, junior, victim);
    const bySenior = await remove(base, practice.first, junior);
    const state = expectSameInEveryOrder([...practice.ops, byJunior, bySenior]);
    expect([status(state, victim), status(state, junior)]).toEqual(['active', 'removed']);
    expect(state.voided.get(byJunior.id)).toEqual({ rule: 'OP-5', reason: 'remover-removed' });
  });

  test('[OP-5.2] a removal that the senior had seen stands although its author is removed afterwards', async () => {
    const practice = await TestPractice.found('clinic');
    const junior = await practice.add('junior', 'admin', 4);
    const victim = await practice.add('victim', 'clinician', 4);
    await practice.remove(victim.id, junior.signKeys);
    await practice.remove(junior.id);
    expect(status(practice.roster, victim)).toBe('removed');
  });

  test('[OP-5.1] the root stands above every rank', async () => {
    const { practice, base } = await withAdmins(1);
    const byRoot = mustOk(await removeDevice(base, practice.root.sign, practice.first.id, atTime));
    const other = mustHave([...base.devices.values()].find((device) => device.rank === 2)).device;
    const byFirst = mustOk(await removeDevice(base, practice.first.signKeys, other, atTime));
    const state = expectSameInEveryOrder([...practice.ops, byRoot, byFirst]);
    expect(state.devices.get(other)?.status).toBe('active');
    expect(status(state, practice.first)).toBe('removed');
  });

  test('[OP-5.2] [OP-5.5] [ATTACK-10] [ATTACK-11] what a removed admin does on an old branch is void, with all its invitee does', async () => {
    const { practice, admins, base } = await withAdmins(1);
    const admin = mustHave(admins[0]);
    const removal = await remove(base, practice.first, admin);
    const [invitee, second] = [testDevice('invitee'), testDevice('second invitee')];
    const invited = await addTo(base, admin.signKeys, invitee, 'admin', 3);
    const branch = mustHave(resolveRoster([...practice.ops, invited]));
    const further = await addTo(branch, invitee.signKeys, second, 'admin', 3);
    const state = expectSameInEveryOrder([...practice.ops, removal, invited, further]);
    expect([status(state, invitee), status(state, second)]).toEqual(['removed', 'removed']);
    expect(state.voided.get(invited.id)?.reason).toBe('author-removed');
    expect(state.voided.get(further.id)?.reason).toBe('author-void');
  });

  test('[OP-5.3] [ATTACK-13] a device that a removed admin mints beside its removal outranks nobody, however its addition is ground', async () => {
    const { practice, admins, base } = await withAdmins(2);
    const addedBy = (device: TestDevice): string => mustHave(base.devices.get(device.id)).addedBy;
    const inOrder = [...admins].sort((a, b) => (addedBy(a) < addedBy(b) ? -1 : 1));
    const [honest, bad] = [mustHave(inOrder[0]), mustHave(inOrder[1])];
    const removal = await remove(base, honest, bad);
    const accomplice = testDevice('accomplice');
    const added: NewDevice = {
      device: accomplice.id,
      boxKey: accomplice.boxKeys.publicKey,
      role: 'admin',
      rank: 2,
      label: new Uint8Array(),
    };
    const addition = (time: number) =>
      encodeRosterOperation({
        practice: practice.id,
        prev: base.heads,
        signer: bad.id,
        body: { kind: 'addDevice', added, time },
      });
    let time = 0;
    while (opIdOf(addition(time)) > addedBy(honest)) time++;
    const minted = await signOperation(addition(time), [bad.signKeys, accomplice.signKeys]);
    if (!isRosterOp(minted)) throw new Error('an addition is a roster operation');
    const branch = mustHave(resolveRoster([...practice.ops, minted]));
    const revenge = await remove(branch, accomplice, honest);
    const state = expectSameInEveryOrder([...practice.ops, removal, minted, revenge]);
    expect([status(state, honest), status(state, bad)]).toEqual(['active', 'removed']);
    expect(status(state, accomplice)).toBe('removed');
  });

  test('[OP-5.4] [ATTACK-9] a removal beats a concurrent remove-and-add-again; a real addition afterwards counts', async () => {
    const { practice, admins, base } = await withAdmins(2);
    const [target, colluder] = [mustHave(admins[0]), mustHave(admins[1])];
    const removal = await remove(base, practice.first, target);
    const collusion = await remove(base, colluder, target);
    const branch = mustHave(resolveRoster([...practice.ops, collusion]));
    const again = await addTo(branch, colluder.signKeys, target, 'admin', 2);
    const ops = [...practice.ops, removal, collusion, again];
    expect(status(expectSameInEveryOrder(ops), target)).toBe('removed');
    const real = await addTo(mustHave(resolveRoster(ops)), practice.first.signKeys, target, 'nurse', 2);
    const after = mustHave(resolveRoster([...ops, real]));
    expect(after.devices.get(target.id)).toMatchObject({ status: 'active', role: 'nurse' });
  });

  test('[OP-5.3] [ATTACK-13] a demotion beside an act of the demoted admin voids the act', async () => {
    const { practice, admins, base } = await withAdmins(1);
    const admin = mustHave(admins[0]);
    const demotion = mustOk(await setRole(base, practice.first.signKeys, admin.id, 'clinician', atTime));
    const invited = await addTo(base, admin.signKeys, testDevice('invitee'), 'admin', 3);
    const state = expectSameInEveryOrder([...practice.ops, demotion, invited]);
    expect(state.voided.get(invited.id)?.reason).toBe('author-removed');
    expect(state.devices.get(admin.id)).toMatchObject({ status: 'active', role: 'clinician' });
  });

  test('[OP-5.6] of two roles given at the same time the lesser holds', async () => {
    const practice = await TestPractice.found('clinic');
    const other = await practice.add('other', 'admin');
    const nurse = await practice.add('nurse', 'viewer', 4);
    const base = practice.roster;
    const up = mustOk(await setRole(base, practice.first.signKeys, nurse.id, 'clinician', atTime));
    const side = mustOk(await setRole(base, other.signKeys, nurse.id, 'frontDesk', atTime));
    const state = expectSameInEveryOrder([...practice.ops, up, side]);
    expect(state.devices.get(nurse.id)?.role).toBe('frontDesk');
  });

  test('[ATTACK-24] what others did beside a removed admin stands', async () => {
    const { practice, admins, base } = await withAdmins(2);
    const [bad, good] = [mustHave(admins[0]), mustHave(admins[1])];
    const evil = await addTo(base, bad.signKeys, testDevice('evil'), 'viewer', 3);
    const withEvil = mustHave(resolveRoster([...practice.ops, evil]));
    const honest = await addTo(withEvil, good.signKeys, testDevice('honest'), 'nurse', 3);
    const removal = await remove(base, practice.first, bad);
    const state = expectSameInEveryOrder([...practice.ops, evil, honest, removal]);
    expect(status(state, testDevice('honest'))).toBe('active');
    expect(status(state, testDevice('evil'))).toBe('removed');
  });
});
