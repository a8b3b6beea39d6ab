/** A right ends at a workstation, and a colleague who signs in next has not read of it yet (RE-1, attack 42). */
import { afterEach, expect, test } from 'vitest';
import { concatBytes } from '../../../src/base/bytes.ts';
import { decodeFrame } from '../../../src/net/wire.ts';
import type { Session } from '../../../src/app/session.ts';
import { somebody, weight } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, opened, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const quiet = (): void => undefined;
const names = ['Okafor', 'Brandt'];

/** Between two charts that are caught up with, others have time to ask. */
class SlowDesk extends World {
  static override async start(): Promise<SlowDesk> {
    await World.start();
    return new SlowDesk();
  }

  isSlow = false;

  override ports(profile: string): ReturnType<World['ports']> {
    const ports = super.ports(profile);
    return {
      ...ports,
      pause: () =>
        this.isSlow && profile === 'alice' ? new Promise((resolve) => setTimeout(resolve, 1_500)) : ports.pause(),
    };
  }
}

let desk: Session;
let reader: Session;

afterEach(async () => {
  await desk.lock();
  await reader.lock();
});

test('[RE-1] [ATTACK-42] a colleague who signs in after a revocation serves nothing to whom it names, however far they have caught up', async () => {
  const world = await SlowDesk.start();
  desk = await world.newPractice('alice');
  await importText(desk, ...names.map((name, i) => somebody(`p${i}`, name)));
  reader = await world.newPractice('bob');
  await meet(desk, reader);
  for (const { id } of desk.charts) mustBeOk(await desk.share(id, reader.practice.id, ['vitals'], 'read'));
  await until(() => names.every((name) => reader.charts.some((chart) => chart.name.includes(name))));
  const person = { personName: 'Dr Ben', signInName: 'Ben', role: 'clinician', passphrase: theirs } as const;
  mustBeOk(await desk.people.addPersonHere(person, quiet));
  const ben = mustHave((await world.door('alice')).people.find((one) => one.signInName === 'Ben')).vault;
  const change = async (words: string, vault = ''): Promise<void> => {
    await desk.lock();
    desk = mustBeOk(await (await world.door('alice')).unlock(words, vault));
  };
  // Ben has read all there is.
  await change(theirs, ben);
  await until(() => desk.charts.length === 2);
  for (const { id } of desk.charts) mustBeOk(await desk.openChart(id)).close();
  await change(passphrase);

  await reader.lock();
  for (const name of names) {
    const chart = await opened(desk, (one) => one.includes(name));
    mustBeOk(await desk.stopSharing(chart.id, reader.practice.id, 'all'));
    mustBeOk(await chart.edit('vitals', [weight('after')]));
    chart.close();
  }
  world.isSlow = true;
  await change(theirs, ben);
  const before = world.sync.frames.length;
  reader = mustBeOk(await (await world.door('bob')).unlock(passphrase));
  await until(() => reader.peers.every(({ connection }) => connection !== 'none'));
  await world.untilQuiet();
  const { device } = desk.practice;
  const sent = world.sync.frames
    .slice(before)
    .flatMap(({ from, frame }) => (from === device ? [mustBeOk(decodeFrame(concatBytes(frame)))] : []));
  expect(sent.some(({ kind }) => kind === 'hello')).toBe(true);
  expect(sent.filter(({ kind }) => kind === 'entries')).toEqual([]);
});
