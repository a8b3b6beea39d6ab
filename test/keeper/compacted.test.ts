/**
 * A keeper among devices that let ciphertexts go (SN-3): it opens nothing, so it takes a snapshot for others' entries on the word
 * of its own practice alone, and on a foreign practice's word for what that practice wrote itself.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LooseEntries } from '../../src/app/sections/compaction.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../src/app/session.ts';
import { adaWith, amlodipine, dose, medicationKey } from '../app/support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../app/support/world.ts';
import { addKeeper, entriesAt, startKeeper, type KeeperMachine } from './support.ts';

const section = 'medications';

vi.mock('../../src/app/sections/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: ({ entries }: LooseEntries) => entries > 0,
}));

describe('[SN-3] a keeper of a clinic that shares with a pharmacy, all of whose devices let ciphertexts go', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  let machine: KeeperMachine;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, adaWith(amlodipine));
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, [section], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    machine = await addKeeper(world, clinic, startKeeper(world, {}));
    await settled();
  });

  afterEach(async () => {
    await clinic.lock();
    await pharmacy.lock();
    await machine.keeper.stop();
    expect(machine.failures).toEqual([]);
  });

  async function settled(): Promise<void> {
    let before = -1;
    await until(async () => {
      const { state } = machine.keeper;
      const isQuiet = state.kind === 'member' && state.connected.every((peer) => peer.settled);
      const isSame = entriesAt(machine) === before && before > 0;
      before = entriesAt(machine);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isQuiet && isSame;
    }, 'the keeper has what there is, and nothing more comes');
  }

  async function share(session: Session, sharing: boolean): Promise<void> {
    mustBeOk(await session.updateSettings({ sharing }));
  }

  /** With nothing of a moment ago in memory. */
  async function restarted(profile: string, session: Session): Promise<Session> {
    await session.lock();
    return mustBeOk(await (await world.door(profile)).unlock('correct horse battery'));
  }

  const doseIn = (chart: OpenChart): string =>
    sectionOf(chart, section).resources.get(medicationKey)?.registers['dose'] ?? '';

  /** Everyone but the keeper is away: an edit there, put away, and nothing of it left but a snapshot. */
  async function editedAndCompacted(text: string): Promise<void> {
    await share(clinic, false);
    await share(pharmacy, false);
    const there = await opened(pharmacy);
    mustBeOk(await there.edit(section, [dose(text)]));
    there.close();
    mustBeOk(await pharmacy.exportChart(there.id));
    pharmacy = await restarted('bob', pharmacy);
  }

  test('carries what the pharmacy wrote and compacted before it was there again', async () => {
    await editedAndCompacted('2.5 mg daily');
    const before = entriesAt(machine);
    await share(pharmacy, true);
    await until(() => entriesAt(machine) > before, 'the keeper has it');
    await share(pharmacy, false);
    await share(clinic, true);
    const here = await opened(clinic);
    await until(() => doseIn(here).includes('2.5 mg daily'), 'the clinic has it from the keeper');
    expect(clinic.diagnostics()).toEqual([]);
  });

  test("[ATTACK-56] takes nobody else's entries on the pharmacy's word, and has them once the clinic is there", async () => {
    await editedAndCompacted('2.5 mg daily');
    const chart = onlyChart(pharmacy).id;
    await machine.keeper.stop();
    const disk = machine.disk.copy();
    for (const lost of ['charts', 'heads', 'ciphertexts', 'snapshots', 'held'] as const) disk.tables.get(lost)?.clear();
    machine = await startKeeper(world, { seed: machine.seed, disk });
    await share(pharmacy, true);
    const kept = async () => (await machine.store.heads(chart, section)).found;
    await until(async () => (await kept()).length > 0);
    for (const { device } of await kept()) expect(device).toBe(pharmacy.practice.device);
    await share(clinic, true);
    await until(
      async () => (await kept()).some(({ device }) => device === clinic.practice.device),
      'the clinic filled it',
    );
    await settled();
    expect((await kept()).length).toBe(2);
  });
});
