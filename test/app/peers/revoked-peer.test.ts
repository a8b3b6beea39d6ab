/**
 * A revoked pharmacy attacks for real: with its passphrase, the keys on its own disk, the product's own code, and every
 * byte the clinic wrote afterwards. What it tries to read does not open; what it tries to write is refused by a named rule.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryHash } from '../../../src/base/ids.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import type { ChartAccess } from '../../../src/app/charters/charter-book.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import type { Session } from '../../../src/app/session.ts';
import { judgeEntries } from '../../../src/access/effective.ts';
import { verifyCharterOp } from '../../../src/access/verify-operation.ts';
import { WrapReader } from '../../../src/crypto/box.ts';
import { nextChainValue } from '../../../src/crypto/chain.ts';
import { epochKeyFrom, keyIdOf } from '../../../src/crypto/epoch-key.ts';
import {
  decodeEntry,
  markAdmitted,
  signEntry,
  verifyEntry,
  type EntryHeader,
  type VerifiedEntry,
} from '../../../src/crypto/entry.ts';
import { openEntry } from '../../../src/crypto/sealed-entry.ts';
import { charterLog, newEntry, wholeEntry } from '../../../src/store/store.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { adaWith, amlodipine, dose, textOf } from '../support/patient.ts';
import { sealBy } from '../support/seal-by.ts';
import { importText, meet, mustBeOk, mustHave, opened, until, World } from '../support/world.ts';

const section = 'medications';
const passphrase = 'correct horse battery';

interface Bytewise {
  readonly access: ChartAccess;
  readonly entries: readonly VerifiedEntry[];
}

/** Everything of the chart on that machine's disk: its charter, its keys, its sealed entries. */
async function allOf(machine: PracticeContext, chart: ChartAccess['charter']['chart']): Promise<Bytewise> {
  const { found } = await machine.store.entries(chart, section);
  const entries = await Promise.all(found.map((one) => verified(wholeEntry(one))));
  return { access: await accessOf(machine, chart), entries };
}

async function verified(bytes: Uint8Array): Promise<VerifiedEntry> {
  return mustBeOk(await verifyEntry(mustBeOk(decodeEntry(bytes))));
}

/** Whether any of these keys opens it. Nobody asks an attacker whether the entry was admitted. */
function opensUnder({ keys }: ChartAccess, entry: VerifiedEntry): boolean {
  return [...keys.values()].some((key) => openEntry(markAdmitted(entry), key).ok);
}

describe('a revoked pharmacy', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session | undefined;
  let attacker: PracticeContext;
  let custodian: PracticeContext;
  /** The chart as the pharmacy had it when it was last connected, and as the clinic has it now. */
  let then: Bytewise;
  let now: Bytewise;
  /** Written by the clinic after the removal. */
  let later: readonly VerifiedEntry[];

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, adaWith(amlodipine));
    await meet(clinic, pharmacy);
    const chart = mustHave(clinic.charts[0]).id;
    mustBeOk(await clinic.share(chart, pharmacy.practice.id, [section], 'write'));
    await until(() => pharmacy?.charts[0]?.name === 'Ada Okafor');
    const there = await opened(pharmacy);
    await until(() => there.sections.get(section)?.canWrite === true);
    mustBeOk(await there.edit(section, [dose('10 mg daily')]));
    const here = await opened(clinic);
    await until(() => textOf(here, section).includes('10 mg'));
    await pharmacy.lock();
    pharmacy = undefined;
    attacker = await breakIn(world, 'bob', passphrase);
    then = await allOf(attacker, chart);

    mustBeOk(await clinic.stopSharing(chart, attacker.self.practice, 'all'));
    mustBeOk(await here.edit(section, [dose('secret new dose')]));
    mustBeOk(await here.edit(section, [dose('another secret dose')]));
    custodian = await breakIn(world, 'alice', passphrase);
    now = await allOf(custodian, chart);
    const known = new Set(then.entries.map(({ hash }) => hash));
    later = now.entries.filter(({ hash }) => !known.has(hash));
  });

  afterEach(async () => {
    await pharmacy?.lock();
    await clinic.lock();
    attacker.store.close();
    custodian.store.close();
  });

  test('[ATTACK-42] opens nothing written after its removal with its own keys and every later byte; the same call opens what came before', async () => {
    expect(later).toHaveLength(2);
    expect(then.entries.length).toBeGreaterThan(1);
    for (const entry of then.entries) expect(opensUnder(then.access, entry)).toBe(true);

    const { found } = await custodian.store.ops(charterLog(then.access.charter.chart));
    const laterOps = await Promise.all(
      found.map(async ({ bytes }) => mustBeOk(await verifyCharterOp(then.access.charter.chart, bytes))),
    );
    const withEveryByte = attacker.charters.extend(then.access, laterOps);
    expect(withEveryByte.charter.heads).toEqual(now.access.charter.heads);
    for (const entry of later) {
      expect(withEveryByte.keys.has(entry.header.epoch)).toBe(false);
      expect(opensUnder(withEveryByte, entry)).toBe(false);
      // The keys that open it exist, and this call would have found them.
      expect(opensUnder(now.access, entry)).toBe(true);
    }
    for (const entry of then.entries) expect(opensUnder(withEveryByte, entry)).toBe(true);
  });

  test('[CH-4] unwraps no later key, whichever wrap it tries', () => {
    const { charter, keys } = then.access;
    const before = new Set(keys.keys());
    const fresh = now.access.charter.epochs.filter((epoch) => epoch.section === section && !before.has(epoch.keyId));
    expect(fresh.length).toBeGreaterThan(0);
    const opensAny = (box: PracticeContext['self']['box'], epochs: typeof fresh): boolean =>
      epochs.some(({ ephemeralKey, wraps, keyId }) =>
        wraps.some((wrap) => {
          const secret = new WrapReader(ephemeralKey, box).unwrap(wrap);
          if (!secret.ok) return false;
          const key = epochKeyFrom(secret.value, charter.chart, section);
          return keyIdOf(charter.chart, section, key) === keyId;
        }),
      );
    expect(opensAny(attacker.self.box, fresh)).toBe(false);
    expect(opensAny(custodian.self.box, fresh)).toBe(true);
    const former = now.access.charter.epochs.filter((epoch) => before.has(epoch.keyId) && epoch.section === section);
    expect(opensAny(attacker.self.box, former)).toBe(true);
  });

  /** An entry as the pharmacy would have written it before it knew: right keys, right chain, a real change. */
  async function backDated(text: string, timeMs: number): Promise<VerifiedEntry> {
    const keeper = await SectionKeeper.load(attacker, then.access, section);
    const [epoch] = then.access.charter.usableEpochs(section, then.access.broken);
    const sealed = mustBeOk(await sealBy(keeper, [dose(text)], timeMs, then.access, mustHave(epoch)));
    keeper.close();
    return mustHave(sealed.entries[0]);
  }

  /** The same entry with another claim in its header, signed by the pharmacy's own key. */
  function claiming({ header, ciphertext }: VerifiedEntry, claim: Partial<EntryHeader>): Promise<VerifiedEntry> {
    return signEntry({ ...header, ...claim }, ciphertext, attacker.self.sign);
  }

  /** What every honest replica says of an entry, by the charter as the custodian has it. */
  function verdict(entry: VerifiedEntry, among: readonly VerifiedEntry[] = now.entries): string {
    const headers = [...among.filter(({ hash }) => hash !== entry.hash), entry];
    const judgement = judgeEntries({ charter: now.access.charter, section, headers });
    for (const honest of now.entries)
      expect(honest.hash === entry.hash || judgement.effective.has(honest.hash)).toBe(true);
    for (const kind of ['quarantined', 'refused', 'waiting'] as const) {
      const why = judgement[kind].get(entry.hash);
      if (why !== undefined) return `${kind}: ${why.rule} ${why.reason}`;
    }
    return judgement.effective.has(entry.hash) ? 'effective' : 'unknown';
  }

  test('[ATTACK-17] a back-dated entry with old heads and a forged clock is set aside by CUT-2', async () => {
    const entry = await backDated('back-dated dose', Date.parse('2020-01-01T00:00:00Z'));
    expect(verdict(entry)).toBe('quarantined: CUT-2 after-cut');
    // By the charter as it was, the very same entry counted: it is the removal that speaks against it.
    const before = judgeEntries({ charter: then.access.charter, section, headers: [...then.entries, entry] });
    expect(before.effective.has(entry.hash)).toBe(true);
  });

  test('[ATTACK-19] an entry that cites the heads of its own removal is refused by EN-3', async () => {
    const entry = await backDated('late dose', Date.now());
    const access = now.access.charter.heads;
    const chain = nextChainValue(entry.header.chain, [], access, entry.header.roster);
    expect(verdict(await claiming(entry, { access, chain }))).toBe('refused: EN-3 no-right');
  });

  test('[ATTACK-54] an entry in a stint that nobody opened is refused by CUT-7', async () => {
    const entry = await backDated('new stint', Date.now());
    const stint = mustHave(now.access.charter.heads[0]);
    expect(verdict(await claiming(entry, { stint, seq: 1, prev: null }))).toBe('refused: CUT-7 stint-unknown');
  });

  test('[ATTACK-50] a second entry at an old position of its chain brings nothing down and does not count', async () => {
    const own = mustHave(then.entries.findLast(({ header }) => header.device === attacker.self.device));
    const entry = await backDated('rewritten past', Date.now());
    const rewritten = await claiming(entry, { seq: own.header.seq, prev: own.header.prev, deps: own.header.deps });
    expect(verdict(rewritten)).toBe('quarantined: CUT-2 after-cut');
  });

  test('[ATTACK-7] an entry replayed into another section, or under another chart, is refused', async () => {
    const own = mustHave(then.entries.findLast(({ header }) => header.device === attacker.self.device));
    const elsewhere = judgeEntries({ charter: now.access.charter, section: 'allergies', headers: [own] });
    expect(elsewhere.refused.get(own.hash)).toMatchObject({ rule: 'EN-3', reason: 'chart-mismatch' });
    const relabelled = await claiming(own, { section: 'allergies', seq: 1, prev: null, deps: [] });
    const judgement = judgeEntries({ charter: now.access.charter, section: 'allergies', headers: [relabelled] });
    expect(judgement.effective.size).toBe(0);
    expect(judgement.refused.get(relabelled.hash)?.rule).toBe('EN-3');
    // And nobody who held the section's key could open it: the header is part of the key.
    expect(opensUnder(now.access, relabelled)).toBe(false);
  });

  test('[ATTACK-5] an entry in the name of the clinic is not verified', async () => {
    const { bytes, header } = await backDated('by the clinic', Date.now());
    const forged = Buffer.from(bytes);
    Buffer.from(custodian.self.device, 'hex').copy(forged, forged.indexOf(Buffer.from(header.device, 'hex')));
    const received = mustBeOk(decodeEntry(forged));
    expect(received.header.device).toBe(custodian.self.device);
    expect(await verifyEntry(received)).toMatchObject({ ok: false, reason: 'bad-signature' });
  });

  test('[CUT-4] handed over by a pharmacy that plays on, back-dated entries reach no chart', async () => {
    const entry = await backDated('smuggled dose', Date.parse('2020-01-01T00:00:00Z'));
    mustBeOk(await attacker.content.commit({ entries: [newEntry(entry)] }));
    const here = await opened(clinic);
    pharmacy = mustBeOk(await (await world.door('bob')).unlock(passphrase));
    await until(() => here.setAside.length === 1);
    expect(here.setAside[0]).toMatchObject({ section, reason: 'after-stop' });
    const text = textOf(here, section);
    expect(text).toContain('another secret dose');
    expect(text).not.toContain('smuggled');
    // What it has in hand by now is no more than it had: the later entries never went to it.
    const held = await allOf(await breakIn(world, 'bob', passphrase), then.access.charter.chart);
    const laterHashes = new Set<EntryHash>(later.map(({ hash }) => hash));
    expect(held.entries.some(({ hash }) => laterHashes.has(hash))).toBe(false);
  });
});
