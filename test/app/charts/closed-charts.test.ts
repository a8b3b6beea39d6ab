/** What a practice of many charts does about those nobody looks at, in charters read from the disk: nothing, unless asked. */
import { expect, test } from 'vitest';
import type { StoredLog } from '../../../src/store/store.ts';
import type { Ports } from '../../../src/app/ports.ts';
import { importText, meet, mustBeOk, until, World } from '../support/world.ts';

const names = Array.from({ length: 8 }, (_, i) => `Family${i}`);
const patient = (name: string): string =>
  JSON.stringify([
    { resourceType: 'Patient', id: name, name: [{ family: name }], birthDate: '1961-04-02' },
    { resourceType: 'Condition', id: `c-${name}`, subject: { reference: `Patient/${name}` }, code: { text: 'Asthma' } },
  ]);

/** Notes which charters are read, by profile. */
class ReadingWorld extends World {
  readonly read = new Map<string, StoredLog[]>();

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    return {
      ...ports,
      openStore: async (closed) => {
        const opened = await ports.openStore(closed);
        if (!opened.ok) return opened;
        const ops = opened.value.ops.bind(opened.value);
        opened.value.ops = (log) => {
          this.read.set(profile, [...(this.read.get(profile) ?? []), log]);
          return ops(log);
        };
        return opened;
      },
    };
  }

  /** Those read since the last time this was asked, but for the practice book, which is read at every start. */
  chartersRead(profile: string, book: StoredLog): readonly StoredLog[] {
    const read = this.read.get(profile) ?? [];
    this.read.set(profile, []);
    return read.filter((log) => log !== book);
  }
}

test('[RE-2] a charter is read when something is done with its chart: not at unlocking, not at a reconnection without news', async () => {
  await World.start();
  const world = new ReadingWorld();
  let clinic = await world.newPractice('clinic');
  const [book] = world.read.get('clinic') ?? [];
  if (book === undefined) throw new Error('a practice reads its book at the start');
  let pharmacy = await world.newPractice('pharmacy');
  const [theirBook] = world.read.get('pharmacy') ?? [];
  if (theirBook === undefined) throw new Error('a practice reads its book at the start');
  await meet(clinic, pharmacy);
  await importText(clinic, ...names.map(patient));
  for (const { id } of clinic.charts) mustBeOk(await clinic.share(id, pharmacy.practice.id, ['problems'], 'write'));
  await until(() => pharmacy.charts.filter(({ name, access }) => access === 'write' && name !== '').length === 8);
  await until(() => clinic.peers[0]?.waiting === 0 && pharmacy.peers[0]?.waiting === 0);
  await until(() => clinic.status.chartsOnlyHere === 8);
  await world.untilQuiet();
  await clinic.lock();
  await pharmacy.lock();

  const unlock = async (profile: string) => mustBeOk(await (await world.door(profile)).unlock('correct horse battery'));
  world.chartersRead('clinic', book);
  world.chartersRead('pharmacy', theirBook);
  clinic = await unlock('clinic');
  expect(clinic.charts).toHaveLength(8);
  expect(world.chartersRead('clinic', book), 'unlocking').toEqual([]);

  pharmacy = await unlock('pharmacy');
  await until(() => clinic.peers[0]?.connection === 'direct' && pharmacy.peers[0]?.connection === 'direct');
  await until(() => clinic.peers[0]?.waiting === 0 && pharmacy.peers[0]?.waiting === 0);
  await world.untilQuiet();
  const reads = [world.chartersRead('clinic', book), world.chartersRead('pharmacy', theirBook)];
  expect(reads, 'a connection without news').toEqual([[], []]);

  const [first] = clinic.charts;
  if (first === undefined) throw new Error('there are charts');
  world.cut(clinic);
  const open = mustBeOk(await clinic.openChart(first.id));
  const key = `Condition/c-${names.find((name) => first.name.includes(name)) ?? ''}`;
  const change = { kind: 'change' as const, key, registers: { code: JSON.stringify({ code: { text: 'Eczema' } }) } };
  mustBeOk(await open.edit('problems', [change]));
  open.close();
  world.chartersRead('clinic', book);
  world.heal();
  await until(() => pharmacy.charts.find(({ id }) => id === first.id)?.changedAt !== undefined);
  await until(() => clinic.peers[0]?.waiting === 0 && pharmacy.peers[0]?.waiting === 0);
  await world.untilQuiet();
  // Sent without its charter being read; there it is read once, to show what came.
  expect(world.chartersRead('clinic', book), 'one changed chart, at its author').toEqual([]);
  expect(new Set(world.chartersRead('pharmacy', theirBook)), 'one changed chart, at the peer').toEqual(
    new Set([`charter/${first.id}`]),
  );

  await clinic.lock();
  await pharmacy.lock();
});
