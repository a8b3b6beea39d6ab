import { describe, expect, test } from 'vitest';
import {
  admit,
  close,
  createCharter,
  grant,
  offerCustody,
  revokeWithEpochs,
  takeCustody,
  withdrawOffer,
  type CharterAuthor,
} from '../../src/access/charter-builders.ts';
import type { CharterBody, Keeps } from '../../src/access/operation-bodies.ts';
import type { VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import { judgeEntries } from '../../src/access/effective.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { chartSections } from '../../src/base/sections.ts';
import { deviceId } from '../../src/base/ids.ts';
import { craft, expectSameInEveryOrder, verdict } from './support/charters.ts';
import { atTime, mustHave, mustOk, TestChart, TestPractice, type TestDevice } from './support/practices.ts';
import { itemOf, writeEntry } from './support/section.ts';

const all = [...chartSections];

function rootOf(practice: TestPractice): CharterAuthor {
  return { signKeys: practice.root.sign, roster: practice.roster };
}

function rootDevice(practice: TestPractice): TestDevice {
  const { sign, box } = practice.root;
  return { id: deviceId(sign.publicKey), signKeys: sign, boxKeys: box };
}

/** A chart of `clinic`, shared in full with `next` and in part with `peer`. */
async function world() {
  const clinic = await TestPractice.found('clinic');
  const next = await TestPractice.found('next');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('custody', clinic, next, peer);
  await chart.grant(clinic.author(), next, all);
  await chart.grant(clinic.author(), peer, ['medications']);
  await chart.rekey(clinic.author(), all);
  const offer = async (to: TestPractice, keeps: Keeps = 'read', from = clinic) =>
    chart.take(mustOk(await offerCustody(chart.state, rootOf(from), { to: to.id, keeps }, atTime)));
  const take = async (by: TestPractice, device?: TestDevice) =>
    chart.take(mustOk(await takeCustody(chart.state, by.author(device), {}, chart.making, atTime)));
  return { clinic, next, peer, chart, offer, take };
}

const grantTo = (practice: TestPractice): CharterBody => ({
  kind: 'grant',
  practice: practice.id,
  sections: ['problems'],
  right: 'write',
  until: null,
  time: atTime,
});

describe('custody that changes hands', () => {
  test('[CH-10] the root offers, an admin of the new custodian takes over, and authority is its from then on', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    const offered = await offer(next);
    expect(chart.state.custodian).toBe(clinic.id);
    expect(chart.state.offers).toMatchObject([{ op: offered.id, to: next.id, keeps: 'read' }]);
    await take(next);
    expect(chart.state).toMatchObject({ custodian: next.id, custody: offered.id, offers: [] });
    expect(chart.state.rightOf(next.id, 'problems')).toBe('write');
    expect(chart.state.rightOf(clinic.id, 'problems')).toBe('read');
    expect(chart.state.rightOf(peer.id, 'medications')).toBe('write');
    await chart.grant(next.author(), peer, ['problems']);
    expect(chart.state.rightOf(peer.id, 'problems')).toBe('write');
    expect(verdict(chart, await craft(chart, clinic, grantTo(peer)))).toBe('refused CH-2 author-may-not');
    expect(verdict(chart, await craft(chart, clinic, grantTo(peer), { device: rootDevice(clinic) }))).toBe(
      'refused CH-2 author-may-not',
    );
  });

  test('[CH-10] who kept the chart at any time is answered by the heads of that time', async () => {
    const { clinic, next, chart, offer, take } = await world();
    const before = chart.state.heads;
    const offered = await offer(next);
    await take(next);
    const { state } = chart;
    expect(state.at(before)?.custodian).toBe(clinic.id);
    expect(state.at([offered.id])?.custodian).toBe(clinic.id);
    expect(state.at([offered.id])?.rightOf(clinic.id, 'vitals')).toBe('write');
    expect(state.at(state.heads)?.custodian).toBe(next.id);
    expect(state.at(state.heads)?.rightOf(clinic.id, 'vitals')).toBe('read');
  });

  test('[CH-10] only the root of the custodian offers, and only to who can already write everything', async () => {
    const { clinic, next, peer, chart } = await world();
    const to = (practice: TestPractice): CharterBody => ({
      kind: 'offerCustody',
      to: practice.id,
      keeps: 'read',
      time: atTime,
    });
    const byAdmin = await craft(chart, clinic, to(next));
    expect(verdict(chart, byAdmin)).toBe('refused CH-10 not-by-root');
    const byOthersRoot = await craft(chart, peer, to(next), { device: rootDevice(peer) });
    expect(verdict(chart, byOthersRoot)).toBe('refused CH-10 not-by-root');
    const offered = { to: peer.id, keeps: 'read' as const };
    expect(await offerCustody(chart.state, rootOf(clinic), offered, atTime)).toMatchObject({
      reason: 'offer-to-partial-reader',
    });
    const toSelf = { to: clinic.id, keeps: 'read' as const };
    expect(await offerCustody(chart.state, rootOf(clinic), toSelf, atTime)).toMatchObject({
      reason: 'offer-to-custodian',
    });
  });

  test('[CH-10] nobody but the practice it is offered to takes a chart over, by its root or an admin', async () => {
    const { clinic, next, peer, chart, offer } = await world();
    const nurse = await next.add('nurse', 'nurse');
    const offered = await offer(next, 'write');
    const taking: CharterBody = { kind: 'takeCustody', offer: offered.id, cut: {}, epochs: null, time: atTime };
    for (const [who, device] of [
      [next, nurse],
      [peer, peer.first],
      [clinic, clinic.first],
    ] as const)
      expect(verdict(chart, await craft(chart, who, taking, { device }))).toBe('refused CH-10 author-may-not');
    expect(verdict(chart, await craft(chart, next, { ...taking, offer: mustHave(chart.ops[0]).id }))).toBe(
      'refused CH-10 no-open-offer',
    );
    expect(verdict(chart, await craft(chart, next, taking, { device: rootDevice(next) }))).toBe('in force');
    const beside = chart.state.heads;
    chart.ops = [...chart.ops, await craft(chart, next, taking)];
    // Once taken up it is open no more.
    expect(verdict(chart, await craft(chart, next, taking))).toBe('refused CH-10 no-open-offer');
    expect(verdict(chart, await craft(chart, next, taking, { prev: beside, device: rootDevice(next) }))).toBe(
      'in force',
    );
  });

  test('[CH-10] an offer is taken back by the root, replaced by a newer one, and void with the right it rests on', async () => {
    const { clinic, next, chart, offer } = await world();
    const first = await offer(next);
    const second = await offer(next, 'none');
    expect(chart.state.offers.map(({ op }) => op)).toEqual([second.id]);
    const taking: CharterBody = { kind: 'takeCustody', offer: first.id, cut: {}, epochs: null, time: atTime };
    expect(verdict(chart, await craft(chart, next, taking))).toBe('refused CH-10 no-open-offer');
    const open = chart.ops;
    chart.take(mustOk(await withdrawOffer(chart.state, rootOf(clinic), atTime)));
    expect(chart.state.offers).toEqual([]);
    expect(await takeCustody(chart.state, next.author(), {}, chart.making, atTime)).toMatchObject({
      reason: 'no-open-offer',
    });
    expect(await withdrawOffer(chart.state, rootOf(clinic), atTime)).toMatchObject({ reason: 'no-open-offer' });
    chart.ops = open;
    await chart.revoke(clinic.author(), next, ['results']);
    expect(await takeCustody(chart.state, next.author(), {}, chart.making, atTime)).toMatchObject({
      reason: 'offer-to-partial-reader',
    });
  });

  test('[CH-10] of an offer and its withdrawal that do not know of each other nothing is open', async () => {
    const { clinic, next, chart, offer } = await world();
    await offer(next);
    const before = chart.state.heads;
    await offer(next, 'write');
    const withdrawal = await craft(
      chart,
      clinic,
      { kind: 'offerCustody', to: null, keeps: 'none', time: atTime },
      { prev: before, device: rootDevice(clinic) },
    );
    chart.ops = [...chart.ops, withdrawal];
    expect(chart.state.offers).toEqual([]);
    expectSameInEveryOrder(chart, 3);
  });

  test('[CH-10] the practice book stays where it is', async () => {
    const { clinic, next } = await world();
    const book = new TestChart('book', [clinic, next]);
    book.take(mustOk(await createCharter(clinic.author(), ['work'], book.making.random, atTime)));
    const offered = { to: next.id, keeps: 'none' as const };
    expect(await offerCustody(book.state, rootOf(clinic), offered, atTime)).toMatchObject({
      reason: 'book-is-not-shared',
    });
  });
});

describe('what the old custodian keeps', () => {
  test('[CH-10] [CH-4] when it keeps nothing, the taking brings new keys for every section, or leaves none usable', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    const offered = await offer(next, 'none');
    const before = chart.ops;
    const keyless: CharterBody = { kind: 'takeCustody', offer: offered.id, cut: {}, epochs: null, time: atTime };
    const bare = await craft(chart, next, keyless);
    expect(verdict(chart, bare)).toBe('in force');
    chart.ops = [...chart.ops, bare];
    for (const section of chart.state.sections) expect(chart.state.usableEpochs(section)).toEqual([]);
    chart.ops = before;
    await take(next);
    const { state } = chart;
    expect(state.rightOf(clinic.id, 'identity')).toBe('none');
    expect(state.readersOf('medications')).toEqual([next.id, peer.id].sort());
    for (const section of state.sections) {
      const [keyId] = state.usableEpochs(section);
      const epoch = state.epochs.find((known) => known.keyId === keyId);
      expect(epoch?.readers).not.toContain(clinic.id);
    }
    expect(state.isServed(clinic.id, 'vitals', atTime)).toBe(false);
    expect(state.stintOf(clinic.id, clinic.first.id, 'vitals')).toBeUndefined();
  });

  test('[CH-10] [CH-6] when it goes on writing, nothing is cut and the keys in use stay in use', async () => {
    const { clinic, next, chart, offer, take } = await world();
    const usable = chart.state.usableEpochs('vitals');
    const offered = await offer(next, 'write');
    const cut = { vitals: [] };
    const cutting: CharterBody = { kind: 'takeCustody', offer: offered.id, cut, epochs: null, time: atTime };
    expect(verdict(chart, await craft(chart, next, cutting))).toBe('refused CH-10 nothing-to-cut');
    await take(next);
    expect(chart.state.usableEpochs('vitals')).toEqual(usable);
    expect(chart.state.rightOf(clinic.id, 'vitals')).toBe('write');
    expect(chart.state.stintOf(clinic.id, clinic.first.id, 'vitals')).toBe('');
  });

  test('[CH-10] [CUT-1] when it only reads on, what the new custodian has of it stays and the rest is set aside', async () => {
    const { clinic, next, chart, offer } = await world();
    const write = (after: VerifiedEntry | null, text: string) =>
      writeEntry(
        chart,
        'vitals',
        { practice: clinic, device: clinic.first, after, on: [], stint: '', access: chart.state.heads, text },
        chart.state.chart,
      );
    const known = await write(null, 'known');
    const late = await write(known, 'late');
    await offer(next, 'read');
    const cut = { vitals: [itemOf(known)] };
    chart.take(mustOk(await takeCustody(chart.state, next.author(), cut, chart.making, atTime)));
    const judge = () => judgeEntries({ charter: chart.state, section: 'vitals', headers: [known, late] });
    expect([...judge().effective]).toEqual([known.hash]);
    expect(judge().quarantined.get(late.hash)?.reason).toBe('after-cut');
    // The new custodian decides what becomes of it; the old one no longer does.
    const frontier = { vitals: [itemOf(late)] };
    expect(await admit(chart.state, clinic.author(), frontier, atTime)).toMatchObject({ reason: 'author-may-not' });
    chart.take(mustOk(await admit(chart.state, next.author(), frontier, atTime)));
    expect(judge().effective.has(late.hash)).toBe(true);
  });

  test('[CH-10] [CUT-7] a custodian that lost writing begins a new stint when it is granted again or takes the chart back', async () => {
    const { clinic, next, chart, offer, take } = await world();
    await offer(next, 'read');
    await take(next);
    const stint = () => chart.state.stintOf(clinic.id, clinic.first.id, 'vitals');
    expect(stint()).toBeUndefined();
    const again = await chart.grant(next.author(), clinic, all);
    expect(stint()).toBe(again.id);
    await offer(clinic, 'none', next);
    const back = await take(clinic);
    expect(chart.state).toMatchObject({ custodian: clinic.id });
    expect([again.id, back.id]).toContain(stint());
    // The rights it had as a peer do not come back with the chart's leaving again.
    expect(chart.state.rightOf(next.id, 'vitals')).toBe('none');
  });
});

describe('custody under attack', () => {
  test('[CH-10.3] what the old custodian does beside the taking is void, and what rests on it', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    await offer(next);
    const before = chart.state.heads;
    const stranger = await TestPractice.found('stranger');
    chart.practices.push(stranger);
    await take(next);
    const given = await craft(chart, clinic, grantTo(stranger), { prev: before });
    const revoked = await craft(
      chart,
      clinic,
      { kind: 'revoke', practice: next.id, sections: ['vitals'], cut: {}, epochs: null, time: atTime },
      { prev: before },
    );
    const admitted = await craft(
      chart,
      clinic,
      { kind: 'admit', frontier: { vitals: [] }, time: atTime },
      { prev: before },
    );
    const root = await craft(chart, clinic, grantTo(peer), { prev: before, device: rootDevice(clinic) });
    const resting = await craft(chart, stranger, { kind: 'merge', time: atTime }, { prev: [given.id] });
    for (const op of [given, revoked, admitted, root]) expect(verdict(chart, op)).toBe('void');
    chart.ops = [...chart.ops, given, revoked, admitted, root, resting];
    const { state } = chart;
    expect(state.voided.get(given.id)).toEqual({ rule: 'CH-10', reason: 'custody-ended' });
    expect(state.rightOf(stranger.id, 'problems')).toBe('none');
    expect(state.rightOf(peer.id, 'problems')).toBe('none');
    expect(state.custodian).toBe(next.id);
    expect(state.disclosure.find((row) => row.practice === stranger.id)?.undone).toBe(true);
    expectSameInEveryOrder(chart, 5);
  });

  test('[CH-10.3] what the old custodian did before, and the taker had seen, stands', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    const seen = await chart.grant(clinic.author(), peer, ['vitals']);
    await offer(next);
    await take(next);
    expect(chart.state.voided.size).toBe(0);
    expect(chart.state.rightOf(peer.id, 'vitals')).toBe('write');
    expect(chart.state.isBefore(seen.id, mustHave(chart.state.heads[0]))).toBe(true);
  });

  test('[CH-10.3] [OP-5.5] a revoke undone by the taking is shown to the new custodian, and its subject is not served meanwhile', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    await offer(next);
    const ended = { practice: peer.id, sections: ['medications'] as const, cut: {} };
    const revoke = mustOk(await revokeWithEpochs(chart.state, clinic.author(), ended, chart.making, atTime));
    await take(next);
    chart.take(revoke);
    expect(chart.state.voided.get(revoke.op.id)?.reason).toBe('custody-ended');
    expect(chart.state.revokesToRepeat.map(({ id }) => id)).toEqual([revoke.op.id]);
    expect(chart.state.isServed(peer.id, 'medications', atTime)).toBe(false);
    await chart.grant(next.author(), peer, ['medications']);
    expect(chart.state.isServed(peer.id, 'medications', atTime)).toBe(true);
  });

  test('[CH-10.3] a withdrawal back-dated by the old root does not take the chart back', async () => {
    const { clinic, next, chart, offer, take } = await world();
    const offered = await offer(next);
    await take(next);
    const withdrawal = await craft(
      chart,
      clinic,
      { kind: 'offerCustody', to: null, keeps: 'none', time: atTime },
      { prev: [offered.id], device: rootDevice(clinic) },
    );
    chart.ops = [...chart.ops, withdrawal];
    expect(chart.state.custodian).toBe(next.id);
    expect(chart.state.voided.get(withdrawal.id)?.reason).toBe('custody-ended');
    expectSameInEveryOrder(chart, 3);
  });

  test('[CH-10.2] a chart given away is not given away again: the earlier offer stands, whoever takes up the later', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    await chart.grant(clinic.author(), peer, all);
    await chart.rekey(clinic.author(), all);
    const first = await offer(next, 'write');
    const taken = await take(next);
    const second = await craft(
      chart,
      clinic,
      { kind: 'offerCustody', to: peer.id, keeps: 'write', time: atTime },
      { prev: [first.id], device: rootDevice(clinic) },
    );
    const robbing = await craft(
      chart,
      peer,
      { kind: 'takeCustody', offer: second.id, cut: {}, epochs: null, time: atTime },
      { prev: [second.id] },
    );
    chart.ops = [...chart.ops, second, robbing];
    const mine = await craft(chart, peer, grantTo(await TestPractice.found('accomplice')), { prev: [robbing.id] });
    chart.ops = [...chart.ops, mine];
    const { state } = chart;
    expect(state.custodian).toBe(next.id);
    expect(state.voided.get(robbing.id)).toEqual({ rule: 'CH-10', reason: 'custody-taken' });
    expect(state.voided.get(mine.id)).toEqual({ rule: 'OP-5', reason: 'author-void' });
    expect(state.voided.has(taken.id)).toBe(false);
    expectSameInEveryOrder(chart, 4);
  });

  test('[CH-10.2] two offers that do not know of each other: the same one stands everywhere, whatever the takers sign', async () => {
    const { clinic, next, peer, chart } = await world();
    await chart.grant(clinic.author(), peer, all);
    await chart.rekey(clinic.author(), all);
    const at = { prev: chart.state.heads, device: rootDevice(clinic) };
    const offers = await Promise.all(
      [next, peer].map((to) =>
        craft(chart, clinic, { kind: 'offerCustody', to: to.id, keeps: 'write', time: atTime }, at),
      ),
    );
    chart.ops = [...chart.ops, ...offers];
    const winners = new Set<string>();
    for (let time = 0; time < 8; time++) {
      const takes: VerifiedCharterOp[] = [];
      for (const [i, practice] of [next, peer].entries()) {
        const { id } = mustHave(offers[i]);
        const body: CharterBody = { kind: 'takeCustody', offer: id, cut: {}, epochs: null, time: atTime + time };
        takes.push(await craft(chart, practice, body, { prev: [id] }));
      }
      const before = chart.ops;
      chart.ops = [...before, ...takes];
      winners.add(chart.state.custodian);
      if (time === 0) expectSameInEveryOrder(chart, 4);
      chart.ops = before;
    }
    const first = [...offers].sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    expect([...winners]).toEqual([first?.body.kind === 'offerCustody' ? first.body.to : undefined]);
  });

  test('[CH-10.1] two admins who take up the same offer at once begin one custody, and both their acts count', async () => {
    const { next, peer, chart, offer, take } = await world();
    const second = await next.add('second', 'admin');
    await offer(next, 'read');
    const before = chart.ops;
    await take(next);
    const byFirst = await chart.grant(next.author(), peer, ['vitals']);
    const side = chart.ops;
    chart.ops = before;
    await take(next, second);
    const bySecond = await chart.grant(next.author(second), peer, ['results']);
    chart.ops = [...side, ...chart.ops.filter((op) => !side.includes(op))];
    const { state } = chart;
    expect([state.custodian, state.voided.size]).toEqual([next.id, 0]);
    expect([state.rightOf(peer.id, 'vitals'), state.rightOf(peer.id, 'results')]).toEqual(['write', 'write']);
    expect(state.disclosure.filter((row) => row.section === 'vitals' && row.practice !== peer.id)).toHaveLength(3);
    for (const op of [byFirst, bySecond]) expect(state.voided.has(op.id)).toBe(false);
    expectSameInEveryOrder(chart, 4);
  });

  test('[CH-10.3] a taking that turns up after its practice has handed the chart on changes nothing', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    await chart.grant(clinic.author(), peer, all);
    await chart.rekey(clinic.author(), all);
    const second = await next.add('second', 'admin');
    const offered = await offer(next, 'read');
    await take(next);
    await offer(peer, 'none', next);
    await take(peer);
    await chart.grant(peer.author(), clinic, ['vitals'], 'write');
    const body: CharterBody = { kind: 'takeCustody', offer: offered.id, cut: {}, epochs: null, time: atTime };
    const late = await craft(chart, next, body, { device: second, prev: [offered.id] });
    chart.ops = [...chart.ops, late];
    expect(chart.state.custodian).toBe(peer.id);
    expect(chart.state.voided.get(late.id)?.reason).toBe('custody-ended');
    expect(chart.state.rightOf(clinic.id, 'vitals')).toBe('write');
    expectSameInEveryOrder(chart, 4);
  });

  test('[CH-10.4] [CH-3] the old custodian cannot undo a taking by closing the device that took over', async () => {
    const { clinic, next, chart, offer, take } = await world();
    const lost = await next.add('lost', 'admin');
    await offer(next);
    const before = chart.state.heads;
    await take(next, lost);
    await next.remove(lost.id);
    chart.heldBefore = new Set(chart.ops.map((op) => op.id));
    const ended = { practice: next.id, device: lost.id, roster: next.roster.heads, cut: {} };
    const byOld = await craft(chart, clinic, { kind: 'close', ...ended, time: atTime }, { prev: before });
    chart.ops = [...chart.ops, byOld];
    expect(chart.state.custodian).toBe(next.id);
    expect(chart.state.voided.get(byOld.id)?.reason).toBe('custody-ended');
    // Its own practice says how far it counts: the taking was known to the admin that closed it.
    chart.take(
      mustOk(await close(chart.state, next.author(), { practice: next.id, device: lost.id, cut: {} }, atTime)),
    );
    chart.heldBefore = new Set();
    expect(chart.state.custodian).toBe(next.id);
    expectSameInEveryOrder(chart, 3);
  });

  test('[CH-10.4] [CH-3] a taking by a device its practice has removed waits for the close, and falls if the close did not know it', async () => {
    const { clinic, next, chart, offer } = await world();
    const stolen = await next.add('stolen', 'admin');
    const oldRoster = next.roster.heads;
    const offered = await offer(next);
    const before = chart.state.heads;
    await next.remove(stolen.id);
    const body: CharterBody = { kind: 'takeCustody', offer: offered.id, cut: {}, epochs: null, time: atTime };
    const taking = await craft(chart, next, body, { device: stolen, prev: before, roster: oldRoster });
    expect(verdict(chart, taking)).toBe('parked CH-3 waits-for-close');
    chart.take(
      mustOk(await close(chart.state, next.author(), { practice: next.id, device: stolen.id, cut: {} }, atTime)),
    );
    const resting = await craft(chart, next, grantTo(clinic), { device: stolen, prev: [taking.id], roster: oldRoster });
    chart.ops = [...chart.ops, taking, resting];
    expect(chart.state.custodian).toBe(clinic.id);
    expect(chart.state.voided.get(taking.id)?.reason).toBe('author-removed');
    expect(chart.state.voided.get(resting.id)?.reason).toBe('author-void');
    expectSameInEveryOrder(chart, 3);
  });

  test('[CH-10] [CH-3] devices of others are closed by the custodian of that time, not by the one before or after', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    const lost = await peer.add('lost', 'clinician');
    await offer(next);
    await peer.remove(lost.id);
    const ended = { practice: peer.id, device: lost.id, cut: { medications: [] } };
    expect(await close(chart.state, next.author(), ended, atTime)).toMatchObject({ reason: 'author-may-not' });
    await take(next);
    expect(await close(chart.state, clinic.author(), ended, atTime)).toMatchObject({ reason: 'author-may-not' });
    expect(await close(chart.state, next.author(), ended, atTime)).toMatchObject({ ok: true });
  });

  test('[CH-10] [CH-9] the disclosure record names each custodian, from when to when, and what it kept', async () => {
    const { clinic, next, chart, offer, take } = await world();
    await offer(next, 'read');
    const taken = await take(next);
    const rows = () => chart.state.disclosure.filter((row) => row.section === 'results' && row.practice !== next.id);
    expect(rows()).toMatchObject([
      { practice: clinic.id, right: 'write', granted: { op: chart.ops[0]?.id }, ended: { op: taken.id } },
      { practice: clinic.id, right: 'read', granted: { op: taken.id, practice: next.id }, ended: null },
    ]);
    const asPeer = chart.state.disclosure.find((row) => row.section === 'results' && row.practice === next.id);
    expect(asPeer?.ended?.op).toBe(taken.id);
    const revoke = await chart.revoke(next.author(), clinic, all);
    expect(rows()[1]?.ended?.op).toBe(revoke.id);
  });

  test('[CH-10] a grant of the new custodian is no grant when its custody never came about', async () => {
    const { clinic, next, peer, chart, offer, take } = await world();
    await offer(next);
    const before = chart.ops;
    const open = chart.state.offers;
    await take(next);
    const stranger = await TestPractice.found('stranger');
    chart.practices.push(stranger);
    const given = mustOk(
      await grant(chart.state, next.author(), { practice: stranger.id, sections: ['vitals'], right: 'write' }, atTime),
    );
    const partial = new TestChart('partial', chart.practices);
    partial.ops = [...before, given.op];
    expect(partial.state.parked.get(given.op.id)?.reason).toBe('past-unknown');
    expect(partial.state.offers).toEqual(open);
    expect([clinic.id, peer.id]).toContain(partial.state.custodian);
  });
});
