import { describe, expect, test } from 'vitest';
import { bookSections, chartSections } from '../../src/base/sections.ts';
import {
  admit,
  close,
  createCharter,
  grant,
  makeEpochs,
  mergeCharterHeads,
  revoke,
  revokeWithEpochs,
} from '../../src/access/charter-builders.ts';
import { resolveCharter } from '../../src/access/charter.ts';
import { removeDevice, setRole } from '../../src/access/roster-builders.ts';
import type { CharterBody } from '../../src/access/operation-bodies.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { craft, expectSameInEveryOrder, verdict } from './support/charters.ts';
import { atTime, mustHave, mustOk, rostersOf, TestChart, TestPractice, type TestDevice } from './support/practices.ts';

async function shared() {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('chart', clinic, peer);
  await chart.grant(clinic.author(), peer, ['medications']);
  await chart.rekey(clinic.author(), ['medications', 'identity']);
  return { clinic, peer, chart };
}

const grantBody = (practice: TestPractice, right: 'read' | 'write' = 'write'): CharterBody => ({
  kind: 'grant',
  practice: practice.id,
  sections: ['problems'],
  right,
  until: null,
  time: atTime,
});

describe('a chart and who may share it', () => {
  test('[CH-1] the chart is its create operation, and two charts of one moment differ', async () => {
    const clinic = await TestPractice.found('clinic');
    const [a, b] = [await TestChart.begin('a', clinic), await TestChart.begin('b', clinic)];
    expect(a.state.chart).toBe(a.ops[0]?.id);
    expect(a.state.chart).not.toBe(b.state.chart);
    expect(a.state.sections).toEqual(expect.arrayContaining([...chartSections]));
  });

  test('[CH-1] a chart has sections of one kind; the practice book is a charter nobody else is let into', async () => {
    const clinic = await TestPractice.found('clinic');
    const peer = await TestPractice.found('peer');
    const random = seededRandom('book');
    const mixed = await createCharter(clinic.author(), ['work', 'problems'], random, atTime);
    expect(mixed).toMatchObject({ ok: false });
    const book = new TestChart('book', [clinic, peer]);
    book.take(mustOk(await createCharter(clinic.author(), bookSections, random, atTime)));
    book.take(mustOk(await makeEpochs(book.state, clinic.author(), bookSections, book.making, atTime)));
    expect(book.state.kind).toBe('book');
    expect(book.state.usableEpochs('work')).toHaveLength(1);
    const given = { practice: peer.id, sections: ['work'], right: 'read' } as const;
    expect(await grant(book.state, clinic.author(), given, atTime)).toMatchObject({ reason: 'book-is-not-shared' });
  });

  test('[CH-2] what is granted may be read and written, with the identity of the patient, and nothing else', async () => {
    const { peer, chart } = await shared();
    const { state } = chart;
    expect(state.rightOf(peer.id, 'medications')).toBe('write');
    expect(state.rightOf(peer.id, 'identity')).toBe('read');
    expect(state.rightOf(peer.id, 'problems')).toBe('none');
    expect(state.readersOf('medications')).toEqual(state.readersOf('identity'));
  });

  test('[CH-2] only admins of the custodian, or its root, give and take rights', async () => {
    const { clinic, peer, chart } = await shared();
    const third = await TestPractice.found('third');
    const nurse = await clinic.add('nurse', 'nurse');
    expect(verdict(chart, await craft(chart, peer, grantBody(third)))).toBe('refused CH-2 author-may-not');
    expect(verdict(chart, await craft(chart, clinic, grantBody(third), { device: nurse }))).toBe(
      'refused CH-2 author-may-not',
    );
    const root: TestDevice = { ...clinic.first, signKeys: clinic.root.sign, id: mustHave(clinic.ops[0]).signer };
    expect(verdict(chart, await craft(chart, clinic, grantBody(third), { device: root }))).toBe('in force');
  });

  test('[CH-2] a right is lowered by a revoke and a grant, never by a grant alone', async () => {
    const { clinic, peer, chart } = await shared();
    const lower = { practice: peer.id, sections: ['medications'], right: 'read' } as const;
    expect(await grant(chart.state, clinic.author(), lower, atTime)).toMatchObject({ reason: 'grant-lowers-right' });
    await chart.revoke(clinic.author(), peer, ['medications']);
    await chart.grant(clinic.author(), peer, ['medications'], 'read');
    expect(chart.state.rightOf(peer.id, 'medications')).toBe('read');
  });

  test('[OP-4] [ATTACK-6] an operation of a device that is no member is refused, whoever hands it on', async () => {
    const { clinic, peer, chart } = await shared();
    const stranger = await TestPractice.found('stranger');
    const op = await craft(chart, clinic, grantBody(peer), { device: stranger.first });
    expect(verdict(chart, op)).toBe('refused OP-4 author-not-active');
  });

  test('[OP-4] an operation that cites an unknown roster or operation waits for it', async () => {
    const { clinic, peer, chart } = await shared();
    const before = clinic.ops;
    await clinic.add('nurse', 'nurse');
    const op = await craft(chart, clinic, grantBody(peer));
    clinic.ops = before;
    expect(verdict(chart, op)).toBe('parked OP-4 roster-unknown');
    const orphan = await craft(chart, clinic, grantBody(peer), { prev: [op.id] });
    expect(verdict(chart, orphan)).toBe('parked OP-4 past-unknown');
  });

  test('[OP-4] [EN-3] an author does not go back to an older roster than its operations have shown', async () => {
    const { clinic, peer, chart } = await shared();
    const admin = await clinic.add('admin', 'admin');
    const old = clinic.roster.heads;
    await clinic.remove(admin.id);
    await chart.grant(clinic.author(), peer, ['problems']);
    const op = await craft(chart, clinic, grantBody(peer), { device: admin, roster: old });
    expect(verdict(chart, op)).toBe('refused OP-4 roster-went-back');
  });
});

describe('rights that meet', () => {
  test('[OP-5.6] a revoke beside a grant wins, and so does the smaller of two grants, in every order', async () => {
    const { clinic, peer, chart } = await shared();
    const second = await clinic.add('second', 'admin');
    const before = chart.ops;
    const given = await craft(chart, clinic, grantBody(peer, 'write'));
    const read = await craft(chart, clinic, grantBody(peer, 'read'), { device: second });
    chart.ops = [...before, given, read];
    expect(chart.state.rightOf(peer.id, 'problems')).toBe('read');
    expectSameInEveryOrder(chart, 2);

    chart.ops = before;
    const ended = { practice: peer.id, sections: ['medications'] as const, cut: {} };
    const revoke = mustOk(await revokeWithEpochs(chart.state, clinic.author(), ended, chart.making, atTime));
    const again = await craft(chart, clinic, { ...grantBody(peer), sections: ['medications'] } as CharterBody, {
      device: second,
    });
    chart.ops = [...before, revoke.op, again];
    expect(chart.state.rightOf(peer.id, 'medications')).toBe('none');
    expectSameInEveryOrder(chart, 2);
  });

  test('[OP-2] concurrent heads are all cited by the next operation, and more than eight are merged', async () => {
    const { clinic, peer, chart } = await shared();
    const branches = await Promise.all(
      Array.from({ length: 9 }, (_, i) => craft(chart, clinic, { ...grantBody(peer), time: atTime + i })),
    );
    chart.ops = [...chart.ops, ...branches];
    const given = { practice: peer.id, sections: ['vitals'], right: 'read' } as const;
    expect(await grant(chart.state, clinic.author(), given, atTime)).toMatchObject({ reason: 'merge-first' });
    chart.take(mustOk(await mergeCharterHeads(chart.state, clinic.author(), atTime)));
    expect(mustOk(await grant(chart.state, clinic.author(), given, atTime)).op.prev).toHaveLength(2);
  });
});

describe('ends of rights', () => {
  test('[CH-8] after its end nobody serves a grant, though it stands until it is revoked', async () => {
    const { clinic, peer, chart } = await shared();
    const given = { practice: peer.id, sections: ['vitals'], right: 'read', until: atTime + 1000 } as const;
    chart.take(mustOk(await grant(chart.state, clinic.author(), given, atTime)));
    const { state } = chart;
    expect(state.isServed(peer.id, 'vitals', atTime + 999)).toBe(true);
    expect(state.isServed(peer.id, 'vitals', atTime + 1000)).toBe(false);
    expect(state.isServed(peer.id, 'medications', atTime + 1000)).toBe(true);
    expect(state.isServed(peer.id, 'problems', atTime)).toBe(false);
    expect(state.rightOf(peer.id, 'vitals')).toBe('read');
    expect(state.expired(atTime + 1000).map((row) => row.section)).toEqual(['vitals']);
  });

  test('[CH-9] the disclosure record names who could do what, from when, by whom, and until when', async () => {
    const { clinic, peer, chart } = await shared();
    await chart.revoke(clinic.author(), peer, ['medications']);
    await chart.grant(clinic.author(), peer, ['medications'], 'read');
    const by = { practice: clinic.id, device: clinic.first.id, timeMs: atTime };
    expect(chart.state.disclosure).toMatchObject([
      { practice: peer.id, section: 'medications', right: 'write', granted: by, ended: by, undone: false },
      { practice: peer.id, section: 'medications', right: 'read', granted: by, ended: null, undone: false },
    ]);
  });
});

describe('a device that lost its place', () => {
  async function withSecondAdmin() {
    const found = await shared();
    const second = await found.clinic.add('second', 'admin');
    return { ...found, second, oldRoster: found.clinic.roster.heads };
  }

  test('[CH-3] [OP-5.2] [ATTACK-46] grants back-dated by a removed admin are void everywhere, and its honest ones stand', async () => {
    const { clinic, peer, chart, second, oldRoster } = await withSecondAdmin();
    const honest = await chart.grant(clinic.author(second), peer, ['vitals']);
    const oldHeads = chart.state.heads;
    await clinic.remove(second.id);
    chart.heldBefore = new Set([honest.id]);
    chart.take(
      mustOk(await close(chart.state, clinic.author(), { practice: clinic.id, device: second.id, cut: {} }, atTime)),
    );
    const forged = await craft(chart, clinic, grantBody(peer), { device: second, prev: oldHeads, roster: oldRoster });
    expect(verdict(chart, forged)).toBe('void');
    chart.ops = [...chart.ops, forged];
    chart.heldBefore = new Set();
    expectSameInEveryOrder(chart, 4);
    expect(chart.state.voided.has(honest.id)).toBe(false);
    expect(chart.state.rightOf(peer.id, 'vitals')).toBe('write');
    expect(chart.state.rightOf(peer.id, 'problems')).toBe('none');
    expect(chart.state.disclosure.find((row) => row.section === 'problems')?.undone).toBe(true);
  });

  test('[CH-3] until the close, what turns up of a removed device waits, and what was in force stays', async () => {
    const { clinic, peer, chart, second, oldRoster } = await withSecondAdmin();
    const before = chart.ops;
    const honest = await craft(chart, clinic, grantBody(peer), { device: second });
    await clinic.remove(second.id);
    expect(verdict(chart, honest)).toBe('parked CH-3 waits-for-close');
    const rosterOf = rostersOf(clinic, peer);
    const held = mustHave(resolveCharter([...before, honest], rosterOf, { heldBefore: new Set([honest.id]) }));
    expect(held.rightOf(peer.id, 'problems')).toBe('write');
    // Whoever holds it closes over it; then it counts for everyone, and what comes later does not.
    const closed = mustOk(
      await close(held, clinic.author(), { practice: clinic.id, device: second.id, cut: {} }, atTime),
    );
    const late = await craft(chart, clinic, { ...grantBody(peer), sections: ['results'] } as CharterBody, {
      device: second,
      prev: [honest.id],
      roster: oldRoster,
    });
    const everywhere = mustHave(resolveCharter([late, closed.op, honest, ...before], rosterOf));
    expect(everywhere.rightOf(peer.id, 'problems')).toBe('write');
    expect(everywhere.rightOf(peer.id, 'results')).toBe('none');
  });

  test('[CH-3] what a colluding peer builds on a waiting operation waits with it', async () => {
    const { clinic, peer, chart, second, oldRoster } = await withSecondAdmin();
    await clinic.remove(second.id);
    const forged = await craft(chart, clinic, grantBody(peer), { device: second, roster: oldRoster });
    chart.ops = [...chart.ops, forged];
    const { heads } = chart.state;
    const vouching = await craft(chart, peer, { kind: 'merge', time: atTime }, { prev: [forged.id] });
    expect(verdict(chart, vouching)).toBe('parked CH-3 builds-on-parked');
    chart.ops = [...chart.ops, vouching];
    expect(chart.state.heads).toEqual(heads);
  });

  test('[CH-3] [OP-5.3] a close is no weapon: it needs a removal, and falls with it', async () => {
    const { clinic, peer, chart, second } = await withSecondAdmin();
    const ended = { practice: clinic.id, device: second.id, cut: {} };
    expect(await close(chart.state, clinic.author(), ended, atTime)).toMatchObject({ reason: 'device-not-removed' });
    await clinic.remove(second.id);
    expect(await close(chart.state, peer.author(), ended, atTime)).toMatchObject({ reason: 'author-may-not' });
    const item = { chain: `${clinic.first.id}/` as const, seq: 1, hash: 'a'.repeat(64) as never };
    const ofOthers = { ...ended, cut: { medications: [item] } };
    expect(await close(chart.state, clinic.author(), ofOthers, atTime)).toMatchObject({ reason: 'cut-of-others' });
  });

  test('[CH-3] a close whose removal came to nothing in the roster settles nothing', async () => {
    const { clinic, peer, chart, second } = await withSecondAdmin();
    const base = clinic.ops;
    // The second admin removes the first and closes it; the first, senior, had removed the second.
    await clinic.remove(clinic.first.id, second.signKeys);
    const byJunior = mustHave(clinic.ops.at(-1));
    const given = await chart.grant(clinic.author(second), peer, ['vitals']);
    const write = mustOk(
      await close(
        chart.state,
        clinic.author(second),
        { practice: clinic.id, device: clinic.first.id, cut: {} },
        atTime,
      ),
    );
    clinic.ops = base;
    await clinic.remove(second.id);
    clinic.ops = [...clinic.ops, byJunior];
    expect(clinic.roster.devices.get(clinic.first.id)?.status).toBe('active');
    chart.ops = [...chart.ops.filter((op) => op.id !== given.id), given, write.op];
    const { state } = chart;
    expect(state.voided.size).toBe(0);
    expect(state.parked.get(given.id)?.reason).toBe('waits-for-close');
    expect(state.rightOf(peer.id, 'medications')).toBe('write');
  });

  test('[OP-5.5] a revoke undone with its author is shown to be repeated, and its subject is not served meanwhile', async () => {
    const { clinic, peer, chart, second, oldRoster } = await withSecondAdmin();
    const ended = { practice: peer.id, sections: ['medications'] as const, cut: {} };
    const revoke = mustOk(await revokeWithEpochs(chart.state, clinic.author(second), ended, chart.making, atTime));
    expect(revoke.op.roster).toEqual(oldRoster);
    await clinic.remove(second.id);
    const closing = { practice: clinic.id, device: second.id, cut: {} };
    chart.take(mustOk(await close(chart.state, clinic.author(), closing, atTime)));
    chart.ops = [...chart.ops, revoke.op];
    expect(chart.state.voided.get(revoke.op.id)?.reason).toBe('author-removed');
    expect(chart.state.rightOf(peer.id, 'medications')).toBe('write');
    expect(chart.state.isServed(peer.id, 'medications', atTime)).toBe(false);
    expect(chart.state.revokesToRepeat.map((op) => op.id)).toEqual([revoke.op.id]);
    await chart.grant(clinic.author(), peer, ['medications']);
    expect(chart.state.revokesToRepeat).toEqual([]);
    expect(chart.state.isServed(peer.id, 'medications', atTime)).toBe(true);
  });

  test('[CH-3] [OP-5.3] of two devices that close each other, both lost since, the senior’s close stands in every order', async () => {
    const { clinic, peer, chart } = await shared();
    for (const [senior, junior] of [
      ['second', 'third'],
      ['fourth', 'fifth'],
      ['sixth', 'seventh'],
      ['eighth', 'ninth'],
      ['tenth', 'eleventh'],
    ] as const) {
      const [a, b] = [await peer.add(senior, 'admin', 2), await peer.add(junior, 'admin', 3)];
      const [base, { heads: prev }] = [peer.ops, chart.state];
      const closeBy = async (by: TestDevice, device: TestDevice) => {
        peer.ops = base;
        const removal = await peer.remove(device.id, by.signKeys);
        const roster = peer.roster.heads;
        const body: CharterBody = {
          kind: 'close',
          practice: peer.id,
          device: device.id,
          roster,
          cut: {},
          time: atTime,
        };
        return { removal, op: await craft(chart, peer, body, { device: by, prev }) };
      };
      const [bySenior, byJunior] = [await closeBy(a, b), await closeBy(b, a)];
      peer.ops = [...base, bySenior.removal, byJunior.removal];
      await peer.remove(a.id, peer.root.sign);
      chart.ops = [...chart.ops, bySenior.op, byJunior.op];
      // An admin of the custodian builds on both, so both are weighed.
      const vouching = await craft(
        chart,
        clinic,
        { kind: 'merge', time: atTime },
        { prev: [bySenior.op.id, byJunior.op.id] },
      );
      chart.ops = [...chart.ops, vouching];
      expect(chart.state.voided.has(bySenior.op.id)).toBe(false);
      expect(chart.state.voided.get(byJunior.op.id)?.reason).toBe('remover-removed');
      expectSameInEveryOrder(chart, 3);
    }
  });

  test('[CH-3] a peer goes on by a grant that was in force when its author was removed, and nothing of it is lost', async () => {
    const { clinic, peer, chart, second } = await withSecondAdmin();
    await chart.grant(clinic.author(second), peer, ['vitals']);
    chart.heldBefore = new Set(chart.ops.map((op) => op.id));
    await clinic.remove(second.id);
    const made = await chart.rekey(peer.author(), ['vitals']);
    expect(chart.state.parked.size).toBe(0);
    expect(chart.state.usableEpochs('vitals')).toHaveLength(1);
    // Where the grant came too late, both wait for the close; it was made where both were known.
    const elsewhere = mustHave(resolveCharter(chart.ops, rostersOf(clinic, peer)));
    expect(elsewhere.parked.get(made.id)?.reason).toBe('builds-on-parked');
    chart.take(
      mustOk(await close(chart.state, clinic.author(), { practice: clinic.id, device: second.id, cut: {} }, atTime)),
    );
    expect(mustHave(resolveCharter(chart.ops, rostersOf(clinic, peer))).parked.size).toBe(0);
  });

  test('[CH-3] a close by a device that itself lost its place counts as soon as that device is closed with knowledge of it', async () => {
    const { peer, chart } = await shared();
    const [second, third] = [await peer.add('second', 'admin'), await peer.add('third', 'admin')];
    const before = { prev: chart.state.heads, roster: peer.roster.heads };
    const late = await craft(chart, peer, { kind: 'merge', time: atTime }, { device: third, ...before });
    await peer.remove(third.id, second.signKeys);
    const endThird = { practice: peer.id, device: third.id, cut: {} };
    chart.take(mustOk(await close(chart.state, peer.author(second), endThird, atTime)));
    // Known where it was held; elsewhere it waits, and what the third did waits with it.
    const held = new Set(chart.ops.map((op) => op.id));
    await peer.remove(second.id);
    expect(verdict(chart, late)).toBe('parked CH-3 waits-for-close');
    chart.heldBefore = held;
    const endSecond = { practice: peer.id, device: second.id, cut: {} };
    chart.take(mustOk(await close(chart.state, peer.author(), endSecond, atTime)));
    chart.heldBefore = new Set();
    expect(verdict(chart, late)).toBe('void');
  });

  test('[CH-3] [OP-5.5] a device whose addition came to nothing is out, and what it did here is closed like that of any other', async () => {
    const { clinic, peer, chart, second, oldRoster } = await withSecondAdmin();
    const removed = await removeDevice(clinic.roster, clinic.first.signKeys, second.id, atTime);
    // Beside its removal the second admin adds another, which shares the chart.
    const invitee = await clinic.add('invitee', 'admin', 3, second.signKeys);
    const shared = await craft(chart, clinic, grantBody(peer), { device: invitee });
    clinic.ops = [...clinic.ops, mustOk(removed)];
    expect(clinic.roster.covers(clinic.roster.heads, oldRoster)).toBe(true);
    expect(verdict(chart, shared)).toBe('parked CH-3 waits-for-close');
    const ended = { practice: clinic.id, device: invitee.id, cut: {} };
    chart.take(mustOk(await close(chart.state, clinic.author(), ended, atTime)));
    expect(verdict(chart, shared)).toBe('void');
  });

  test('[CH-3] a demoted admin goes on writing, while what it shares beside the demotion is closed', async () => {
    const { clinic, peer, chart, second, oldRoster } = await withSecondAdmin();
    const demotion = await setRole(clinic.roster, clinic.first.signKeys, second.id, 'clinician', atTime);
    clinic.ops = [...clinic.ops, mustOk(demotion)];
    const forged = await craft(chart, clinic, grantBody(peer), { device: second, roster: oldRoster });
    expect(verdict(chart, forged)).toBe('parked CH-3 waits-for-close');
    const ended = { practice: clinic.id, device: second.id };
    const withCut = await close(chart.state, clinic.author(), { ...ended, cut: { problems: [] } }, atTime);
    expect(withCut).toMatchObject({ reason: 'device-not-removed' });
    chart.take(mustOk(await close(chart.state, clinic.author(), { ...ended, cut: null }, atTime)));
    expect(verdict(chart, forged)).toBe('void');
    const { state } = chart;
    expect(state.stintOf(clinic.id, second.id, 'problems')).toBe('');
    expect(state.canWrite(second.id, 'problems', state.heads, clinic.roster.heads)).toBe(true);
  });
});

describe('beginning again', () => {
  test('[CUT-7] a stint is named by the grant that began it again, and is empty for those who were never ended', async () => {
    const { clinic, peer, chart } = await shared();
    const stint = () => chart.state.stintOf(peer.id, peer.first.id, 'medications');
    expect(stint()).toBe('');
    await chart.revoke(clinic.author(), peer, ['medications']);
    expect(stint()).toBeUndefined();
    const again = await chart.grant(clinic.author(), peer, ['medications']);
    expect(stint()).toBe(again.id);
    await chart.grant(clinic.author(), peer, ['medications']);
    expect(stint()).toBe(again.id);
    expect(chart.state.stintOf(clinic.id, clinic.first.id, 'medications')).toBe('');
  });

  test('[CUT-4] only the custodian admits, and only in sections of the chart', async () => {
    const { clinic, peer, chart } = await shared();
    const write = (by: TestPractice, section: 'medications' | 'work'): Promise<{ ok: boolean }> =>
      admit(chart.state, by.author(), { [section]: [] }, atTime);
    expect(await write(clinic, 'medications')).toMatchObject({ ok: true });
    expect(await write(clinic, 'work')).toMatchObject({ reason: 'section-not-in-chart' });
    expect(await write(peer, 'medications')).toMatchObject({ reason: 'author-may-not' });
  });
});

test('[CH-9] the keys of one batch share an ephemeral key; a revoke without keys ends every right as one with keys does (CH-4)', async () => {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('one', clinic, peer);
  await chart.grant(clinic.author(), peer, ['medications', 'problems']);
  await chart.rekey(clinic.author(), ['medications', 'problems', 'identity']);
  const ended = { practice: peer.id, sections: chart.state.sections, cut: {} };
  const withKeys = mustOk(await revokeWithEpochs(chart.state, clinic.author(), ended, chart.making, atTime));
  const without = mustOk(await revoke(chart.state, clinic.author(), ended, atTime));
  const made = withKeys.op.body.kind === 'revoke' ? withKeys.op.body.epochs : undefined;
  expect(made?.epochs.length).toBe(3);
  expect(made?.ephemeralKey.length).toBe(32);
  expect(withKeys.keys.size).toBe(3);
  expect(without.op.body).toMatchObject({ kind: 'revoke', epochs: null });
  expect(without.keys.size).toBe(0);
  for (const { after } of [withKeys, without]) expect(after.members).toEqual([clinic.id]);
});
