/** Stopping everything with a practice at a desk where a colleague shared charts since (CH-9). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { decodeEntryHead } from '../../../src/crypto/entry.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { somebody } from '../support/patient.ts';
import { problem } from '../../attacks/support/craft-entry.ts';
import { importText, meet, mustBeOk, mustHave, opened, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const quiet = (): void => undefined;

let world: World;
let session: Session;
let peer: Session;

beforeEach(async () => {
  world = await World.start();
  session = await world.newPractice('alice');
  await importText(session, ...['Okafor', 'Moreau', 'Sato', 'Brandt'].map((name, i) => somebody(`p${i}`, name)));
  peer = await world.newPractice('bob');
  await meet(session, peer);
});

afterEach(async () => {
  for (const open of [session, peer]) await open.lock();
});

async function change(vault: string, words: string): Promise<void> {
  await session.lock();
  session = mustBeOk(await (await world.door('alice')).unlock(words, vault));
}

test('[CH-9] what a colleague shared meanwhile is stopped too, right after unlocking', async () => {
  const colleague = { personName: 'Nora Brandt', signInName: 'Nora', role: 'admin' as const, passphrase: theirs };
  mustBeOk(await session.people.addPersonHere(colleague, quiet));
  const { people } = await world.door('alice');
  await change(mustHave(people.find(({ signInName }) => signInName === 'Nora')).vault, theirs);
  await until(() => session.charts.length === 4);
  for (const { id } of session.charts) mustBeOk(await session.share(id, peer.practice.id, ['problems'], 'write'));
  await until(() => peer.charts.length === 4);
  await change('', passphrase);
  const done = mustBeOk(await session.stopSharingEverything(peer.practice.id, quiet));
  await until(() => peer.charts.every(({ access }) => access === 'ended'), 'nothing is left to the peer');
  expect(done).toEqual({ stopped: 4, left: 0 });
});

test('[CH-4] what a colleague writes right after unlocking is sealed to nobody who was stopped, restarted or not', async () => {
  const colleague = { personName: 'Nora Brandt', signInName: 'Nora', role: 'admin' as const, passphrase: theirs };
  mustBeOk(await session.people.addPersonHere(colleague, quiet));
  const { people } = await world.door('alice');
  const nora = mustHave(people.find(({ signInName }) => signInName === 'Nora')).vault;
  for (const { id } of session.charts) mustBeOk(await session.share(id, peer.practice.id, ['problems'], 'write'));
  await until(() => peer.charts.length === 4);
  await change(nora, theirs);
  await until(() => session.charts.length === 4);
  await change('', passphrase);
  // Nobody hears of it.
  world.cut(session);
  expect(mustBeOk(await session.stopSharingEverything(peer.practice.id, quiet))).toEqual({ stopped: 4, left: 0 });
  await change(nora, theirs);
  const chart = await opened(session, (name) => name.includes('Okafor'));
  mustBeOk(await chart.edit('problems', [problem('after the stop')]));
  const { id } = chart;
  chart.close();
  world.heal();
  await until(() => peer.charts.every(({ access }) => access === 'ended'));
  const [ours, theirMachine] = [await breakIn(world, 'alice', passphrase), await breakIn(world, 'bob', passphrase)];
  const { keys } = await accessOf(theirMachine, id);
  const heads = (await ours.store.heads(id, 'problems')).found;
  const newest = mustHave(heads.find(({ device }) => device === session.practice.device));
  expect([...keys.keys()]).not.toContain(mustBeOk(decodeEntryHead(newest.head)).header.epoch);
  for (const { store } of [ours, theirMachine]) store.close();
});
