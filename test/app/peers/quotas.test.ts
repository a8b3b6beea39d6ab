/** What a peer may fill this disk with (CUT-4), and what one thing of its does to the others beside it (OP-1). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceId, type ChartId, type DeviceId, type OpId, type PracticeId } from '../../../src/base/ids.ts';
import { makeEpochs } from '../../../src/access/charter-builders.ts';
import { encodeCharterOperation, encodeSignedOp, opIdOf, practiceIdOf } from '../../../src/access/operation.ts';
import { signOperation } from '../../../src/access/verify-operation.ts';
import { replicaParts } from '../../../src/app/peers/replica-parts.ts';
import { PracticeReplication } from '../../../src/replica/practice-replication.ts';
import type { ReplicationNews } from '../../../src/replica/parts.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import { maxSetAsideEntries } from '../../../src/replica/limits.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import type { Session } from '../../../src/app/session.ts';
import type { VerifiedEntry } from '../../../src/crypto/entry.ts';
import { generateSignKeys, type SignKeys } from '../../../src/crypto/sign.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { adaWith } from '../support/patient.ts';
import { sealBy } from '../support/seal-by.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const section = 'allergies';
const allergy = (number: number) => ({
  kind: 'create' as const,
  key: `AllergyIntolerance/a${number}`,
  base: JSON.stringify({ resourceType: 'AllergyIntolerance', id: `a${number}`, code: { text: 'Penicillin' } }),
});
const nobody: ReplicationNews = {
  chartCame: () => undefined,
  charterCame: () => undefined,
  rosterCame: () => undefined,
  confirmed: () => undefined,
};

/** Many acts of one device, one after the other, as its own program makes them. */
async function written(machine: PracticeContext, chart: ChartId, howMany: number): Promise<readonly VerifiedEntry[]> {
  const access = await accessOf(machine, chart);
  const keeper = await SectionKeeper.load(machine, access, section);
  const epoch = mustHave(access.charter.usableEpochs(section, access.broken)[0]);
  const entries: VerifiedEntry[] = [];
  for (let number = 0; number < howMany; number++) {
    const sealed = mustBeOk(await sealBy(keeper, [allergy(number)], 1_800_000_000_000, access, epoch));
    entries.push(...sealed.entries);
  }
  keeper.close();
  return entries;
}

describe('a peer', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  let chart: ChartId;
  let from: { readonly clinic: DeviceId; readonly pharmacy: DeviceId };
  const machines: PracticeContext[] = [];

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, adaWith());
    await meet(clinic, pharmacy);
    chart = onlyChart(clinic).id;
    from = { clinic: clinic.practice.device, pharmacy: pharmacy.practice.device };
    mustBeOk(await clinic.share(chart, pharmacy.practice.id, [section], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    const here = mustBeOk(await clinic.openChart(chart));
    mustBeOk(await here.edit(section, [allergy(-1)]));
    const there = mustBeOk(await pharmacy.openChart(chart));
    await until(() => there.sections.get(section)?.resources.size === 1);
    await pharmacy.lock();
  });

  afterEach(async () => {
    await clinic.lock();
    await pharmacy.lock();
    for (const machine of machines.splice(0)) machine.store.close();
  });

  async function machineOf(profile: string): Promise<PracticeContext> {
    const machine = await breakIn(world, profile, passphrase);
    machines.push(machine);
    await machine.charters.get(chart);
    return machine;
  }

  test('[CUT-4] that may not write any more fills its quota and no more; the oldest are kept, the rest refused by name', async () => {
    const attacker = await machineOf('bob');
    const entries = await written(attacker, chart, maxSetAsideEntries + 5);
    mustBeOk(await clinic.stopSharing(chart, attacker.self.practice, 'all'));
    await clinic.lock();
    const machine = await machineOf('alice');
    const replication = new PracticeReplication(
      replicaParts(machine, () => undefined),
      nobody,
    );
    const before = machine.content.sections(chart).get(section)?.entries ?? 0;
    const [first = []] = await replication.receiveEntries(from.pharmacy, [
      { chart, section, entries: entries.slice(0, 600) },
    ]);
    const [again = []] = await replication.receiveEntries(from.pharmacy, [
      { chart, section, entries: entries.slice(0, 600) },
    ]);
    const [rest = []] = await replication.receiveEntries(from.pharmacy, [
      { chart, section, entries: entries.slice(600) },
    ]);
    expect(first.every(({ kind }) => kind === 'kept')).toBe(true);
    expect(again.every(({ kind }) => kind === 'known')).toBe(true);
    expect(rest.filter(({ kind }) => kind === 'kept')).toHaveLength(maxSetAsideEntries - 600);
    expect(rest.slice(maxSetAsideEntries - 600)).toEqual([
      { kind: 'refused', reason: 'quota' },
      ...Array.from({ length: 4 }, () => ({ kind: 'later', reason: 'quota' })),
    ]);
    expect(machine.content.sections(chart).get(section)?.entries).toBe(before + maxSetAsideEntries);
    // After a restart the quota is as full as it was.
    const later = new PracticeReplication(
      replicaParts(await machineOf('alice'), () => undefined),
      nobody,
    );
    const last = [{ chart, section, entries: entries.slice(-5, -4) }] as const;
    expect(await later.receiveEntries(from.pharmacy, last)).toEqual([[{ kind: 'refused', reason: 'quota' }]]);
  });

  test('[CUT-4] that may write has no quota', async () => {
    const attacker = await machineOf('bob');
    const entries = await written(attacker, chart, maxSetAsideEntries + 5);
    await clinic.lock();
    const replication = new PracticeReplication(
      replicaParts(await machineOf('alice'), () => undefined),
      nobody,
    );
    const [verdicts = []] = await replication.receiveEntries(from.pharmacy, [{ chart, section, entries: entries }]);
    expect(verdicts.every(({ kind }) => kind === 'kept')).toBe(true);
  });

  test('[OP-1] that sends one operation of an unknown version has the others in its frame taken', async () => {
    mustBeOk(await clinic.share(chart, pharmacy.practice.id, ['problems'], 'read'));
    await clinic.lock();
    const { charter } = await accessOf(await machineOf('alice'), chart);
    const machine = await machineOf('bob');
    const known = new Set((await accessOf(machine, chart)).ops.map(({ id }) => id));
    const fresh = charter.ops.filter(({ id }) => !known.has(id)).map(({ signed }) => encodeSignedOp(signed));
    const newest = Buffer.from(mustHave(fresh.at(-1)));
    // The field `v` of the operation: 1 becomes 2.
    newest[newest.indexOf(Buffer.from([0x61, 0x76, 0x01])) + 2] = 2;
    const replication = new PracticeReplication(
      replicaParts(machine, () => undefined),
      nobody,
    );
    const [verdicts] = await replication.receiveCharterOps(from.clinic, [{ chart, ops: [newest, ...fresh] }]);
    expect(verdicts).toEqual([{ kind: 'refused', reason: 'unknown-version' }, ...fresh.map(() => ({ kind: 'kept' }))]);
  });

  test('[CH-11] that makes keys for ever fills its room in the charter; the custodian’s acts are taken all the same', async () => {
    const attacker = await machineOf('bob');
    let access = await accessOf(attacker, chart);
    const made: Uint8Array[] = [];
    for (let i = 0; i < 5; i++) {
      const making = { heldKeys: access.keys, random: attacker.ports.random };
      const { op, keys } = mustBeOk(
        await makeEpochs(access.charter, attacker.author(), [section], making, 1_800_000_000_000),
      );
      access = attacker.charters.extend(access, [op], keys);
      made.push(encodeSignedOp(op.signed));
    }
    await clinic.lock();
    const machine = await machineOf('alice');
    const replication = new PracticeReplication(
      replicaParts(machine, () => undefined),
      nobody,
      { ops: 3, bytes: 1_000_000 },
    );
    const ops = made.map((bytes) => new Uint8Array(bytes));
    const [verdicts = []] = await replication.receiveCharterOps(from.pharmacy, [{ chart, ops }]);
    expect(verdicts.map(({ kind }) => kind)).toEqual(['kept', 'kept', 'kept', 'refused', 'refused']);
    expect(verdicts.at(-1)).toEqual({ kind: 'refused', reason: 'quota' });
    expect(machine.diagnostics.rows).toEqual([
      expect.objectContaining({ kind: 'quota', reason: 'quota', count: 2, who: attacker.self.practice }),
    ]);
    // Handed on by a colleague it is nobody's fault.
    const [again] = await replication.receiveCharterOps(from.clinic, [{ chart, ops: ops.slice(3) }]);
    expect(again).toEqual(Array.from({ length: 2 }, () => ({ kind: 'later', reason: 'quota' })));
  });

  test('[CH-11] that cites made-up operations for ever fills a bounded room, also by keys made up for it or as the custodian', async () => {
    const attacker = await machineOf('bob');
    await clinic.lock();
    const machine = await machineOf('alice');
    const citing = async (keys: SignKeys, of: PracticeId, roster: readonly OpId[], number: number) => {
      const [signer, prev] = [deviceId(keys.publicKey), [opIdOf(Uint8Array.of(number))]];
      const body = { kind: 'merge', time: 1 } as const;
      const bytes = encodeCharterOperation({ chart, prev, signer, practice: of, roster, body });
      return encodeSignedOp((await signOperation(bytes, [keys])).signed);
    };
    const byClinic = (number: number) =>
      citing(machine.self.sign, machine.self.practice, machine.author().roster.heads, number);
    const byNobody = (number: number) => {
      const root = generateSignKeys(attacker.ports.random);
      return citing(root, practiceIdOf(root.publicKey), [opIdOf(Uint8Array.of(0))], number);
    };
    const start = (context: PracticeContext) =>
      new PracticeReplication(
        replicaParts(context, () => undefined),
        nobody,
        { ops: 3, bytes: 1_000_000 },
      );
    const sent = async (at: ReturnType<typeof start>, from: DeviceId, made: readonly Promise<Uint8Array>[]) => {
      const ops = (await Promise.all(made)).map((bytes) => new Uint8Array(bytes));
      const [verdicts = []] = await at.receiveCharterOps(from, [{ chart, ops }]);
      return verdicts.map((verdict) => ('reason' in verdict ? `${verdict.kind} ${verdict.reason}` : verdict.kind));
    };
    const first = start(machine);
    const five = [0, 1, 2, 3, 4];
    const refused = 'refused parked-quota';
    expect(await sent(first, from.clinic, five.map(byClinic))).toEqual(['kept', 'kept', 'kept', refused, refused]);
    expect(machine.diagnostics.rows).toEqual([
      expect.objectContaining({ kind: 'quota', reason: 'parked-quota', count: 2, who: machine.self.practice }),
    ]);
    const later = 'later parked-quota';
    expect(await sent(first, from.pharmacy, five.map(byNobody))).toEqual(['kept', 'kept', 'kept', later, later]);
    // After a restart the rooms are as full as they were, and what stands on nothing unknown has its place.
    const again = await machineOf('alice');
    expect(await sent(start(again), from.clinic, [byClinic(5)])).toEqual([refused]);
    const access = await accessOf(again, chart);
    const making = { heldKeys: access.keys, random: again.ports.random };
    const { op } = mustBeOk(await makeEpochs(access.charter, again.author(), [section], making, 1_800_000_000_000));
    const sound = Promise.resolve(encodeSignedOp(op.signed));
    expect(await sent(start(again), from.clinic, [sound])).toEqual(['kept']);
  });
});
