import { describe, expect, test } from 'vitest';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { admit, close, revokeWithEpochs, settle } from '../../src/access/charter-builders.ts';
import { resolveCharter } from '../../src/access/charter.ts';
import { setRole } from '../../src/access/roster-builders.ts';
import { admitEntry, cutFor, judgeEntries } from '../../src/access/effective.ts';
import { atTime, mustHave, mustOk, rostersOf, TestChart, testDevice, TestPractice } from './support/practices.ts';
import { fate, itemOf, judge, noOp, writeEntry, type EntryPlan } from './support/section.ts';
import { permutations } from './support/shuffled.ts';

const section = 'medications';

async function shared() {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('chart', clinic, peer);
  await chart.grant(clinic.author(), peer, [section]);
  await chart.rekey(clinic.author(), [section, 'identity']);
  return { clinic, peer, chart, write: (plan: EntryPlan) => writeEntry(chart, section, plan) };
}

async function revoke(chart: TestChart, clinic: TestPractice, peer: TestPractice, held: readonly VerifiedEntry[]) {
  const cut = cutFor(judge(chart, section, held), peer.id);
  return chart.revoke(clinic.author(), peer, [section], { [section]: cut });
}

function fates(chart: TestChart, entries: readonly VerifiedEntry[]): readonly string[] {
  const judgement = judge(chart, section, entries);
  const found = entries.map((entry) => fate(judgement, entry));
  for (const order of permutations(entries.slice(0, 5))) {
    const again = judge(chart, section, [...order, ...entries.slice(5)]);
    expect(entries.map((entry) => fate(again, entry))).toEqual(found);
  }
  return found;
}

describe('what an entry may claim', () => {
  test('[CUT-2] what a practice writes while it has the right counts everywhere, and only that may be opened', async () => {
    const { clinic, peer, chart, write } = await shared();
    const first = await write({ practice: clinic });
    const answer = await write({ practice: peer, on: [first] });
    expect(fates(chart, [answer, first])).toEqual(['effective', 'effective']);
    const judgement = judge(chart, section, [answer, first]);
    expect(admitEntry(answer, judgement)?.kind).toBe('admitted');
    expect(judgement.frontier).toHaveLength(2);
    expect(cutFor(judgement, peer.id)).toEqual([itemOf(answer)]);
  });

  test('[EN-3] without the right at the heads it cites an entry is refused', async () => {
    const { clinic, peer, chart, write } = await shared();
    const early = await write({ practice: peer, access: [mustHave(chart.ops[0]).id] });
    const stranger = await write({ practice: clinic, device: testDevice('stranger') });
    const viewer = await clinic.add('viewer', 'viewer');
    const byViewer = await write({ practice: clinic, device: viewer });
    expect(fates(chart, [early, stranger, byViewer])).toEqual([
      'refused EN-3 no-right',
      'refused EN-3 author-not-active',
      'refused EN-3 no-right',
    ]);
  });

  test('[EN-3] [ATTACK-6] a peer may read the section and still not write it', async () => {
    const { clinic, chart } = await shared();
    const reader = await TestPractice.found('reader');
    chart.practices.push(reader);
    await chart.grant(clinic.author(), reader, [section], 'read');
    const entry = await writeEntry(chart, section, { practice: reader });
    expect(fates(chart, [entry])).toEqual(['refused EN-3 no-right']);
    const identity = await writeEntry(chart, 'identity', { practice: reader });
    expect(fate(judge(chart, 'identity', [identity]), identity)).toBe('refused EN-3 no-right');
  });

  test('[EN-3] an entry that cites unknown operations or rosters waits and is not lost', async () => {
    const { clinic, peer, chart, write } = await shared();
    const unknownAccess = await write({ practice: clinic, access: [noOp] });
    const unknownRoster = await write({ practice: peer, roster: [noOp] });
    expect(fates(chart, [unknownAccess, unknownRoster])).toEqual([
      'waiting EN-3 access-unknown',
      'waiting EN-3 roster-unknown',
    ]);
  });

  test('[EN-3] the heads cited never go backwards along a chain', async () => {
    const { clinic, chart, write } = await shared();
    const oldAccess = chart.state.heads;
    const oldRoster = clinic.roster.heads;
    await clinic.add('nurse', 'nurse');
    await chart.rekey(clinic.author(), [section]);
    const first = await write({ practice: clinic });
    const access = await write({ practice: clinic, after: first, access: oldAccess });
    const roster = await write({ practice: clinic, after: first, roster: oldRoster });
    expect(fate(judge(chart, section, [first, access]), access)).toBe('refused EN-3 access-went-back');
    expect(fate(judge(chart, section, [first, roster]), roster)).toBe('refused EN-3 roster-went-back');
  });

  test('[EN-3] [ATTACK-7] an entry of one chart or section is refused in another', async () => {
    const { clinic, chart, write } = await shared();
    const other = await TestChart.begin('other', clinic);
    const entry = await write({ practice: clinic });
    expect(fate(judge(other, section, [entry]), entry)).toBe('refused EN-3 chart-mismatch');
    expect(fate(judge(chart, 'problems', [entry]), entry)).toBe('refused EN-3 chart-mismatch');
  });

  test('[EN-1] a gap in a chain waits for what is missing, and so does all that builds on it', async () => {
    const { clinic, peer, chart, write } = await shared();
    const one = await write({ practice: clinic });
    const two = await write({ practice: clinic, after: one });
    const three = await write({ practice: clinic, after: two });
    const answer = await write({ practice: peer, on: [three] });
    expect(fates(chart, [one, three, answer])).toEqual([
      'effective',
      'waiting EN-1 previous-missing',
      'waiting EN-2 builds-on-parked',
    ]);
    expect(fates(chart, [one, two, three, answer])).toEqual(Array.from({ length: 4 }, () => 'effective'));
    expect(fates(chart, [one, answer])).toEqual(['effective', 'waiting EN-2 dependency-missing']);
  });

  test('[EN-1] [EN-2] a link that says something else of an entry than is so is refused', async () => {
    const { clinic, peer, chart, write } = await shared();
    const one = await write({ practice: clinic });
    const skipped = await write({ practice: clinic, after: { ...one, header: { ...one.header, seq: 4 } } });
    const mislabelled = await write({ practice: peer, on: [{ ...one, header: { ...one.header, seq: 2 } }] });
    const onTop = await write({ practice: peer, after: mislabelled });
    expect(fates(chart, [one, skipped, mislabelled, onTop])).toEqual([
      'effective',
      'refused EN-1 link-mismatch',
      'refused EN-2 link-mismatch',
      'refused CUT-3 builds-on-refused',
    ]);
  });
});

describe('after a revoke', () => {
  test('[CUT-2] [ATTACK-17] a note back-dated by a revoked peer, citing old heads, enters no chart', async () => {
    const { clinic, peer, chart, write } = await shared();
    const before = await write({ practice: peer });
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, [before]);
    const forged = await write({ practice: peer, after: before, access: oldHeads });
    const open = await write({ practice: peer, after: before });
    expect(fates(chart, [before, forged])).toEqual(['effective', 'quarantined CUT-2 after-cut']);
    expect(admitEntry(forged, judge(chart, section, [before, forged]))).toBeUndefined();
    expect(fates(chart, [before, open])).toEqual(['effective', 'refused EN-3 no-right']);
  });

  test('[CUT-1] a chain the cut does not list is cut at nothing', async () => {
    const { clinic, peer, chart, write } = await shared();
    const unseen = await write({ practice: peer });
    await revoke(chart, clinic, peer, []);
    expect(fates(chart, [unseen])).toEqual(['quarantined CUT-2 after-cut']);
  });

  test('[CUT-5] [ATTACK-18] back-dated work that a partitioned colleague built on counts, flagged, on every replica', async () => {
    const { clinic, peer, chart, write } = await shared();
    const colleague = await clinic.add('colleague', 'clinician');
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, []);
    const forged = await write({ practice: peer, access: oldHeads });
    const honest = await write({ practice: clinic, device: colleague, on: [forged], access: oldHeads });
    expect(fates(chart, [forged, honest])).toEqual(['vouched', 'effective']);
  });

  test('[CUT-3] [ATTACK-19] whoever knows of the removal may not build on work beyond the cut', async () => {
    const { clinic, peer, chart, write } = await shared();
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, []);
    const forged = await write({ practice: peer, access: oldHeads });
    const knowing = await write({ practice: clinic, on: [forged] });
    const onTop = await write({ practice: clinic, after: knowing });
    expect(fates(chart, [forged, knowing, onTop])).toEqual([
      'quarantined CUT-2 after-cut',
      'refused CUT-3 builds-beyond-cut',
      'refused CUT-3 builds-on-refused',
    ]);
  });

  test('[CUT-3] what a colleague had already built on may be built on further', async () => {
    const { clinic, peer, chart, write } = await shared();
    const colleague = await clinic.add('colleague', 'clinician');
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, []);
    const late = await write({ practice: peer, access: oldHeads });
    const honest = await write({ practice: clinic, device: colleague, on: [late], access: oldHeads });
    const knowing = await write({ practice: clinic, on: [late, honest] });
    expect(fates(chart, [late, honest, knowing])).toEqual(['vouched', 'effective', 'effective']);
  });

  test('[CUT-4] [ATTACK-20] an honest note that arrives too late is set aside, and the custodian admits it everywhere', async () => {
    const { clinic, peer, chart, write } = await shared();
    const one = await write({ practice: peer });
    const oldHeads = chart.state.heads;
    const two = await write({ practice: peer, after: one, access: oldHeads });
    await revoke(chart, clinic, peer, [one]);
    expect(fates(chart, [one, two])).toEqual(['effective', 'quarantined CUT-2 after-cut']);
    chart.take(mustOk(await admit(chart.state, clinic.author(), { [section]: [itemOf(two)] }, atTime)));
    expect(fates(chart, [one, two])).toEqual(['effective', 'effective']);
    const knowing = await write({ practice: clinic, on: [two] });
    expect(fates(chart, [one, two, knowing])).toEqual(['effective', 'effective', 'effective']);
  });

  test('[CUT-2] [ATTACK-21] of two cuts by two admins the higher holds for each chain', async () => {
    const { clinic, peer, chart, write } = await shared();
    const second = await clinic.add('second', 'admin');
    const one = await write({ practice: peer });
    const next = await write({ practice: peer, after: one });
    const last = await write({ practice: peer, after: next });
    const base = chart.state;
    const end = async (held: readonly VerifiedEntry[], by = clinic.first) => {
      const cut = { [section]: cutFor(judge(chart, section, held), peer.id) };
      const ended = { practice: peer.id, sections: [section] as const, cut };
      return mustOk(await revokeWithEpochs(base, clinic.author(by), ended, chart.making, atTime));
    };
    const [low, high] = [await end([one]), await end([one, next], second)];
    chart.take(low);
    chart.take(high);
    expect(fates(chart, [one, next, last])).toEqual(['effective', 'effective', 'quarantined CUT-2 after-cut']);
  });

  test('[CUT-2] [ATTACK-22] the removal arrives before, between or after the entries it cuts: the same result', async () => {
    const { clinic, peer, chart, write } = await shared();
    const one = await write({ practice: peer });
    const two = await write({ practice: peer, after: one });
    const before = chart.ops;
    await revoke(chart, clinic, peer, [one]);
    const after = chart.ops;
    const withOps = (ops: typeof before, entries: readonly VerifiedEntry[]) => {
      chart.ops = ops;
      return fates(chart, entries);
    };
    expect(withOps(before, [one, two])).toEqual(['effective', 'effective']);
    expect(withOps(after, [one])).toEqual(['effective']);
    expect(withOps(after, [two])).toEqual(['waiting EN-1 previous-missing']);
    expect(withOps(after, [one, two])).toEqual(['effective', 'quarantined CUT-2 after-cut']);
  });

  test('[CUT-2] what lies below a cut counts although the header the cut names is not here yet', async () => {
    const { clinic, peer, chart, write } = await shared();
    const one = await write({ practice: peer });
    const two = await write({ practice: peer, after: one });
    await revoke(chart, clinic, peer, [one, two]);
    expect(fates(chart, [one])).toEqual(['effective']);
  });

  test('[CUT-2] [ATTACK-23] [ATTACK-59] two revoked peers vouch for each other in vain; an honest writer on both is heard everywhere', async () => {
    const { clinic, peer, chart, write } = await shared();
    const other = await TestPractice.found('other');
    chart.practices.push(other);
    await chart.grant(clinic.author(), other, [section]);
    const colleague = await clinic.add('colleague', 'clinician');
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, []);
    await revoke(chart, clinic, other, []);
    const x = await write({ practice: peer, access: oldHeads });
    const y = await write({ practice: other, on: [x], access: oldHeads });
    const x2 = await write({ practice: peer, after: x, on: [y], access: oldHeads });
    const quarantined = 'quarantined CUT-2 after-cut';
    expect(fates(chart, [x, y, x2])).toEqual([quarantined, quarantined, quarantined]);
    const honest = await write({ practice: clinic, device: colleague, on: [x2, y], access: oldHeads });
    expect(fates(chart, [x, y, x2, honest])).toEqual(['vouched', 'vouched', 'vouched', 'effective']);
  });

  test('[CUT-2] [ATTACK-24] honest entries that do not build on what was cut stay', async () => {
    const { clinic, peer, chart, write } = await shared();
    const colleague = await clinic.add('colleague', 'clinician');
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, []);
    const cutAway = await write({ practice: peer, access: oldHeads });
    const beside = await write({ practice: clinic, device: colleague, access: oldHeads });
    expect(fates(chart, [cutAway, beside])).toEqual(['quarantined CUT-2 after-cut', 'effective']);
  });

  test('[CUT-2] [ATTACK-47] a grant undone with its author gives nothing: its invitee writes on in vain', async () => {
    const { clinic, chart, write } = await shared();
    const second = await clinic.add('second', 'admin');
    const base = chart.ops;
    const third = await TestPractice.found('third');
    chart.practices.push(third);
    const given = await chart.grant(clinic.author(second), third, [section]);
    const invited = await write({ practice: third });
    await clinic.remove(second.id);
    chart.ops = base;
    const ended = { practice: clinic.id, device: second.id, cut: {} };
    chart.take(mustOk(await close(chart.state, clinic.author(), ended, atTime)));
    chart.ops = [...chart.ops, given];
    expect(chart.state.voided.has(given.id)).toBe(true);
    expect(fates(chart, [invited])).toEqual(['quarantined CUT-2 right-ended']);
  });

  test('[OP-5.5] [ATTACK-12] when the revoke is undone, what it cut comes back', async () => {
    const { clinic, peer, chart, write } = await shared();
    const second = await clinic.add('second', 'admin');
    const oldHeads = chart.state.heads;
    const one = await write({ practice: peer, access: oldHeads });
    const base = chart.ops;
    const ended = { practice: peer.id, sections: [section] as const, cut: {} };
    const revoked = mustOk(await revokeWithEpochs(chart.state, clinic.author(second), ended, chart.making, atTime)).op;
    chart.ops = [...base, revoked];
    expect(fates(chart, [one])).toEqual(['quarantined CUT-2 after-cut']);
    await clinic.remove(second.id);
    chart.ops = base;
    const closing = { practice: clinic.id, device: second.id, cut: {} };
    chart.take(mustOk(await close(chart.state, clinic.author(), closing, atTime)));
    chart.ops = [...chart.ops, revoked];
    expect(fates(chart, [one])).toEqual(['effective']);
  });
});

describe('stints', () => {
  test('[CUT-7] [ATTACK-54] a re-granted peer begins new chains; what it wrote in between stays set aside', async () => {
    const { clinic, peer, chart, write } = await shared();
    const first = await write({ practice: peer });
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, [first]);
    const between = await write({ practice: peer, after: first, access: oldHeads });
    const again = await chart.grant(clinic.author(), peer, [section]);
    const stint = mustHave(chart.state.stintOf(peer.id, peer.first.id, section));
    expect(stint).toBe(again.id);
    const fresh = await write({ practice: peer, stint, on: [first] });
    const onOldChain = await write({ practice: peer, after: first, text: 'on the old chain' });
    expect(fates(chart, [first, between, fresh])).toEqual(['effective', 'quarantined CUT-2 after-cut', 'effective']);
    expect(fates(chart, [first, onOldChain, fresh])).toEqual(['effective', 'quarantined CUT-2 after-cut', 'effective']);
    const smuggled = await write({ practice: peer, after: fresh, on: [between] });
    expect(fates(chart, [first, between, fresh, smuggled])[3]).toBe('refused CUT-3 builds-beyond-cut');
  });

  test('[CUT-7] a stint is begun by an operation that gives that practice the right, known to the author', async () => {
    const { clinic, peer, chart, write } = await shared();
    const create = mustHave(chart.ops[0]).id;
    const oldHeads = chart.state.heads;
    await revoke(chart, clinic, peer, []);
    const again = await chart.grant(clinic.author(), peer, [section]);
    const byCreate = await write({ practice: peer, stint: create });
    const unknown = await write({ practice: peer, stint: again.id, access: oldHeads });
    const ofOthers = await write({ practice: clinic, stint: again.id });
    for (const entry of [byCreate, unknown, ofOthers])
      expect(fates(chart, [entry])).toEqual(['refused CUT-7 stint-unknown']);
  });
});

describe('a removed device', () => {
  test('[CH-3] [ATTACK-60] its entries wait for the close; what counted before stays; the close says how far', async () => {
    const { clinic, chart, write } = await shared();
    const nurse = await clinic.add('nurse', 'nurse');
    const oldRoster = clinic.roster.heads;
    const one = await write({ practice: clinic, device: nurse });
    const two = await write({ practice: clinic, device: nurse, after: one });
    await clinic.remove(nurse.id);
    const waiting = 'waiting CH-3 waits-for-close';
    expect(fates(chart, [one, two])).toEqual([waiting, waiting]);
    const held = new Set([one.hash]);
    const judgement = judge(chart, section, [one, two], held);
    expect([fate(judgement, one), fate(judgement, two)]).toEqual(['effective', waiting]);
    const ended = { practice: clinic.id, device: nurse.id, cut: { [section]: [itemOf(one)] } };
    chart.take(mustOk(await close(chart.state, clinic.author(), ended, atTime)));
    expect(fates(chart, [one, two])).toEqual(['effective', 'quarantined CUT-2 after-cut']);
    const late = await write({
      practice: clinic,
      device: nurse,
      after: two,
      roster: oldRoster,
      access: two.header.access,
    });
    expect(fates(chart, [one, two, late])[2]).toBe('quarantined CUT-2 after-cut');
    chart.take(mustOk(await admit(chart.state, clinic.author(), { [section]: [itemOf(two)] }, atTime)));
    expect(fates(chart, [one, two])).toEqual(['effective', 'effective']);
  });

  test('[CH-3] the close of a device that got a lesser role ends the sections it lost, and no other', async () => {
    const { clinic, chart } = await shared();
    const colleague = await clinic.add('colleague', 'clinician');
    const prescribed = await writeEntry(chart, 'medications', { practice: clinic, device: colleague });
    const judged = await writeEntry(chart, 'problems', { practice: clinic, device: colleague });
    const demotion = await setRole(clinic.roster, clinic.first.signKeys, colleague.id, 'nurse', atTime);
    clinic.ops = [...clinic.ops, mustOk(demotion)];
    const ended = { practice: clinic.id, device: colleague.id, cut: { problems: [] } };
    chart.take(mustOk(await close(chart.state, clinic.author(), ended, atTime)));
    expect(fate(judge(chart, 'medications', [prescribed]), prescribed)).toBe('effective');
    expect(fate(judge(chart, 'problems', [judged]), judged)).toBe('quarantined CUT-2 after-cut');
  });

  test('[CH-3] a colleague who did not know of the removal vouches for what he built on', async () => {
    const { clinic, chart, write } = await shared();
    const nurse = await clinic.add('nurse', 'nurse');
    const colleague = await clinic.add('colleague', 'clinician');
    const one = await write({ practice: clinic, device: nurse });
    const two = await write({ practice: clinic, device: colleague, on: [one] });
    await clinic.remove(nurse.id);
    expect(fates(chart, [one, two])).toEqual(['vouched', 'effective']);
  });
});

describe('forks', () => {
  async function forked() {
    const found = await shared();
    const { peer, write } = found;
    const start = await write({ practice: peer });
    const a = await write({ practice: peer, after: start, text: 'a' });
    const b = await write({ practice: peer, after: start, text: 'b' });
    const [small, large] = a.hash < b.hash ? [a, b] : [b, a];
    return { ...found, start, small, large };
  }

  test('[CUT-8] [ATTACK-51] two headers at one place: one stands by the smaller hash, and the chain takes no more', async () => {
    const { chart, peer, write, start, small, large } = await forked();
    const onSmall = await write({ practice: peer, after: small });
    const onLarge = await write({ practice: peer, after: large });
    const judgement = judge(chart, section, [start, small, large, onSmall, onLarge]);
    expect(judgement.forks).toMatchObject([{ seq: 2, hashes: [small.hash, large.hash], standing: small.hash }]);
    const aside = 'quarantined CUT-8 after-fork';
    expect(fates(chart, [start, small, large, onSmall, onLarge])).toEqual([
      'effective',
      'effective',
      aside,
      aside,
      aside,
    ]);
    expect(fates(chart, [start, large, onLarge])).toEqual(['effective', 'effective', 'effective']);
  });

  test('[CUT-8] [ATTACK-50] a second entry at an old place un-happens nothing that colleagues built on', async () => {
    const { chart, clinic, peer, write, start, small, large } = await forked();
    const other = await TestPractice.found('other');
    chart.practices.push(other);
    await chart.grant(clinic.author(), other, [section]);
    const later = await write({ practice: peer, after: large });
    const byOther = await write({ practice: other, on: [later] });
    expect(fates(chart, [start, small, large, later, byOther])).toEqual([
      'effective',
      'quarantined CUT-8 after-fork',
      'effective',
      'vouched',
      'effective',
    ]);
    const byCustodian = await write({ practice: clinic, on: [small] });
    const judgement = judge(chart, section, [start, small, large, later, byOther, byCustodian]);
    expect(judgement.forks[0]?.standing).toBe(small.hash);
    // What the other practice built on stays in, flagged, though its branch does not stand.
    expect(fate(judgement, large)).toBe('vouched');
  });

  test('[CUT-8] [ATTACK-21] a cut or a settlement decides before anything else, with all below it', async () => {
    const { chart, clinic, peer, write, start, small, large } = await forked();
    const tip = await write({ practice: peer, after: large });
    const fork = { section, chain: itemOf(tip).chain, seq: tip.header.seq, standing: tip.hash } as const;
    chart.take(mustOk(await settle(chart.state, clinic.author(), fork, atTime)));
    expect(fates(chart, [start, small, large, tip])).toEqual([
      'effective',
      'quarantined CUT-8 after-fork',
      'effective',
      'effective',
    ]);
    await chart.revoke(clinic.author(), peer, [section], { [section]: [itemOf(small)] });
    // The cut leaves `small` standing; the settlement named a branch of a chain that has ended since.
    expect(fates(chart, [start, small, large, tip]).slice(0, 2)).toEqual(['effective', 'effective']);
  });

  test('[CUT-8] after a settlement the device goes on in a stint of its own', async () => {
    const { chart, clinic, peer, write, start, small, large } = await forked();
    const fork = { section, chain: itemOf(small).chain, seq: 2, standing: small.hash } as const;
    const settled = chart.take(mustOk(await settle(chart.state, clinic.author(), fork, atTime)));
    expect(chart.state.stintOf(peer.id, small.header.device, section)).toBe(settled.id);
    const fresh = await write({ practice: peer, stint: settled.id, on: [small] });
    expect(fates(chart, [start, small, large, fresh])[3]).toBe('effective');
  });
});

test('[RE-4] judging thousands of headers costs little more than reading them', async () => {
  const { clinic, peer, chart } = await shared();
  const { charter, entries } = await longSection(chart, clinic, peer, 1000);
  // What this process worked, not what passed meanwhile on a machine that had other things to do.
  const begun = process.cpuUsage();
  const judgement = judgeEntries({ charter, section, headers: entries });
  const tookMs = process.cpuUsage(begun).user / 1_000;
  expect(judgement.effective.size).toBe(entries.length);
  // Generous: some 20 ms on the machine it was written on, against minutes for anything quadratic in walks.
  expect(tookMs).toBeLessThan(2000);
});

async function longSection(chart: TestChart, clinic: TestPractice, peer: TestPractice, count: number) {
  const charter = mustHave(resolveCharter(chart.ops, rostersOf(clinic, peer)));
  const access = charter.heads;
  const rosters = new Map([clinic, peer].map((practice) => [practice, practice.roster.heads]));
  const last = new Map<TestPractice, VerifiedEntry>();
  const entries: VerifiedEntry[] = [];
  for (let i = 0; i < count; i++) {
    const [own, other] = i % 2 === 0 ? [clinic, peer] : [peer, clinic];
    const on = last.get(other);
    const plan: EntryPlan = {
      practice: own,
      after: last.get(own) ?? null,
      on: on ? [on] : [],
      access,
      roster: mustHave(rosters.get(own)),
    };
    const entry = await writeEntry(chart, section, plan, charter.chart);
    last.set(own, entry);
    entries.push(entry);
  }
  return { charter, entries };
}
