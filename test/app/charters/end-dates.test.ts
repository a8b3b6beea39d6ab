/** Grants with an end date (CH-8): ended by an admin's device of the custodian, and by nobody who may not. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { adaWith } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const day = 24 * 60 * 60_000;

let world: World;
let clinic: Session;
let peer: Session;
const others: Session[] = [];

beforeEach(async () => {
  world = await World.start();
  clinic = await world.newPractice('alice');
  peer = await world.newPractice('bob');
  await importText(clinic, adaWith());
  await meet(clinic, peer);
});

afterEach(async () => {
  for (const session of [...others.splice(0), peer, clinic]) await session.lock();
});

async function sharedForADay(): Promise<void> {
  const endsAt = new Date(world.nowMs + day).toISOString();
  mustBeOk(await clinic.share(onlyChart(clinic).id, peer.practice.id, ['problems'], 'read', endsAt));
  await until(() => peer.charts.length === 1);
}

const shared = (): number => onlyChart(clinic).sharedWith.length;
const endings = (session: Session) => session.diagnostics().filter(({ what }) => what === 'end of a grant');

async function unlockAgain(): Promise<void> {
  await clinic.lock();
  clinic = mustBeOk(await (await world.door('alice')).unlock(passphrase));
}

test('[CH-8] an end that could not be written is counted with its reason, and tried again', async () => {
  await sharedForADay();
  await clinic.lock();
  world.nowMs += 2 * day;
  world.failCommits('alice', true);
  clinic = mustBeOk(await (await world.door('alice')).unlock(passphrase));
  await until(() => endings(clinic).length === 1, 'the failure is counted');
  expect(endings(clinic)).toMatchObject([{ reason: 'storage-full' }]);
  expect(shared()).toBe(1);
  world.failCommits('alice', false);
  await unlockAgain();
  await until(() => shared() === 0, 'the grant is ended');
  expect(endings(clinic)).toEqual([]);
});

test('[CH-8] a colleague whose role may not end a grant does not try', async () => {
  const { link } = mustBeOk(await clinic.people.inviteDevice('clinician'));
  const person = { personName: 'Nora Brandt', deviceName: 'Tablet', signInName: 'NB', passphrase };
  const told = { code: () => undefined, progress: () => undefined };
  const joined = (await world.door('tablet')).join({ invitation: link, ...person }, told, new AbortController().signal);
  await until(() => clinic.people.requests.length === 1);
  mustBeOk(await clinic.people.answer(mustHave(clinic.people.requests[0]).id, true));
  const tablet = mustBeOk(await joined);
  await sharedForADay();
  await until(() => tablet.charts.some(({ sharedWith }) => sharedWith.length === 1));
  await tablet.lock();
  await clinic.lock();
  world.nowMs += 2 * day;
  const again = mustBeOk(await (await world.door('tablet')).unlock(passphrase));
  others.push(again);
  // Whatever it does at unlocking is done once a chart opens, which waits its turn.
  const chart = mustBeOk(await again.openChart(onlyChart(again).id));
  chart.close();
  await world.untilQuiet();
  expect(endings(again)).toEqual([]);
  expect(onlyChart(again).sharedWith).toHaveLength(1);
  clinic = mustBeOk(await (await world.door('alice')).unlock(passphrase));
  await until(() => onlyChart(again).sharedWith.length === 0, 'the admin’s machine ends it');
});
