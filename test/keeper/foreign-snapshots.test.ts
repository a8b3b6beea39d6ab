/**
 * A reader's keeper, where the custodian has let ciphertexts of several writers go before the reader was given the chart (SN-3):
 * the reader's device has checked the custodian's snapshot, so its keeper can have all of it on the reader's word.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LooseEntries } from '../../src/app/sections/compaction.ts';
import type { Session } from '../../src/app/session.ts';
import { adaWith, amlodipine, dose } from '../app/support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, until, World } from '../app/support/world.ts';
import { addKeeper, startKeeper, type KeeperMachine } from './support.ts';

const section = 'medications';

vi.mock('../../src/app/sections/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: ({ entries }: LooseEntries) => entries > 0,
}));

describe('[SN-3] a keeper of a practice that was given a compacted chart', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  let reader: Session;
  let machine: KeeperMachine | undefined;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    reader = await world.newPractice('dave');
    await importText(clinic, adaWith(amlodipine));
    await meet(clinic, pharmacy);
    await meet(clinic, reader);
    mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, [section], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
  });

  afterEach(async () => {
    for (const session of [clinic, pharmacy, reader]) await session.lock();
    await machine?.keeper.stop();
  });

  test('holds what every writer wrote', async () => {
    const there = await opened(pharmacy);
    mustBeOk(await there.edit(section, [dose('2.5 mg daily')]));
    there.close();
    const chart = onlyChart(clinic).id;
    const here = await opened(clinic);
    await until(() => JSON.stringify([...(here.sections.get(section)?.resources.values() ?? [])]).includes('2.5 mg'));
    here.close();
    mustBeOk(await clinic.exportChart(chart));
    // Nothing of a moment ago in memory.
    await clinic.lock();
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    await until(() => clinic.peers.every(({ connection }) => connection !== 'none'));
    mustBeOk(await clinic.share(chart, reader.practice.id, [section], 'read'));
    await until(() => reader.charts[0]?.name === 'Ada Okafor');
    machine = await addKeeper(world, reader, startKeeper(world, {}));
    const { store } = machine;
    const authors = async () =>
      new Set((await store.heads(chart, section)).found.map(({ device }) => device === pharmacy.practice.device));
    await until(async () => (await authors()).has(false), 'the keeper has what the clinic wrote');
    await until(async () => (await authors()).has(true), 'the keeper has what the pharmacy wrote');
    expect((await authors()).size).toBe(2);
  });
});
