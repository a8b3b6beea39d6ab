/** Snapshots that nobody waits for (SN-3): of a chart that stays open, of what an import brought, and never while somebody works. */
import { afterEach, describe, expect, test } from 'vitest';
import { IdleCompaction } from '../../../src/app/sections/idle-compaction.ts';
import { isWorthASnapshot, isWorthOpening } from '../../../src/app/sections/compaction.ts';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import type { Session } from '../../../src/app/session.ts';
import { toHex } from '../../../src/base/bytes.ts';
import type { ChartId } from '../../../src/base/ids.ts';
import type { KeptHead } from '../../../src/store/store.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { breakIn } from '../support/break-in.ts';
import { adaWith, amlodipine, dose, medicationKey, textOf } from '../support/patient.ts';
import { importText, mustBeOk, onlyChart, opened, until, World } from '../support/world.ts';

describe('[SN-3] what is worth a snapshot', () => {
  const loose = { entries: 1, bytes: 400, snapshotBytes: 0 };

  test.each([
    ['sixteen entries', { ...loose, entries: 16 }, true],
    ['fifteen', { ...loose, entries: 15 }, false],
    ['8 KiB', { ...loose, bytes: 8 * 1024 }, true],
    ['an eighth of a snapshot of 1 MiB', { ...loose, bytes: 128 * 1024, snapshotBytes: 1024 * 1024 }, true],
    ['less than that', { ...loose, bytes: 127 * 1024, entries: 255, snapshotBytes: 1024 * 1024 }, false],
    ['an entry for each 4 KiB of it', { ...loose, entries: 256, snapshotBytes: 1024 * 1024 }, true],
  ])('%s', (_, one, worth) => {
    expect(isWorthASnapshot(one)).toBe(worth);
  });

  test('of an open chart four times as much', () => {
    expect(isWorthASnapshot({ ...loose, entries: 63 }, { isOpen: true })).toBe(false);
    expect(isWorthASnapshot({ ...loose, entries: 64 }, { isOpen: true })).toBe(true);
  });

  test('a closed section is looked into for its ciphertexts, not for its heads', () => {
    expect(isWorthOpening(1, 9_000)).toBe(true);
    expect(isWorthOpening(100, 40_000)).toBe(false);
  });
});

describe('[SN-3] idle moments', () => {
  const [one, two] = ['1', '2'].map((digit) => digit.repeat(64) as ChartId) as [ChartId, ChartId];

  function scene(meanwhile: () => void) {
    const done: ChartId[] = [];
    const due: (() => void)[] = [];
    const count = { asked: 0 };
    const idle = new IdleCompaction(
      {
        get asked() {
          return count.asked;
        },
        exclusively: (act) => {
          count.asked += 1;
          return act();
        },
        inBackground: () => undefined,
        ports: {
          pause: () => Promise.resolve(),
          timers: { after: (_: number, run: () => void) => due.push(run) },
        } as never,
      },
      (chart) => {
        done.push(chart);
        meanwhile();
        return Promise.resolve();
      },
    );
    const wait = async (): Promise<void> => {
      due.shift()?.();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    };
    return { idle, done, due, count, wait };
  }

  test('are those in which nobody asked for anything, between any two charts', async () => {
    const { idle, done, due, count, wait } = scene(() => {
      // Somebody opens it meanwhile.
      count.asked += 1;
    });
    idle.note(one);
    idle.note(two);
    count.asked += 1;
    await wait();
    expect(done).toEqual([]);
    await wait();
    expect(done).toEqual([one]);
    await wait();
    expect(done).toEqual([one, two]);
    expect(due).toEqual([]);
  });

  test('are over once the practice is being locked, however long that takes', async () => {
    const { idle, done, due, wait } = scene(() => undefined);
    idle.note(one);
    idle.close();
    await wait();
    idle.note(two);
    await wait();
    expect(done).toEqual([]);
    expect(due).toEqual([]);
  });
});

describe('[SN-3] a practice whose sections are worth a snapshot from a few entries on', () => {
  let world: World;
  let clinic: Session;

  afterEach(async () => {
    await clinic.lock();
  });

  async function headsOnDisk(): Promise<readonly KeptHead[]> {
    const { store } = await breakIn(world, 'alice', 'correct horse battery');
    const { found } = await store.heads(onlyChart(clinic).id, 'medications');
    store.close();
    return found;
  }

  test('makes none while it is being locked, however long its connections take to end', async () => {
    world = await World.start();
    const ports = world.ports('alice');
    let endLines: (() => void) | undefined;
    const door = await openPracticeDoor({
      ...ports,
      createTransport: async (options) => {
        const transport = await ports.createTransport(options);
        const stop = transport.stop.bind(transport);
        transport.stop = () => new Promise<void>((resolve) => (endLines = resolve)).then(stop);
        return transport;
      },
    });
    clinic = await world.newPractice('alice', {}, door);
    await importText(clinic, adaWith(amlodipine));
    const here = await opened(clinic);
    for (let i = 0; i < 64; i++) mustBeOk(await here.edit('medications', [dose(`${i} mg daily`)]));
    const locking = clinic.lock();
    await until(() => endLines !== undefined);
    // Far longer than idle moments are in this world.
    await new Promise((resolve) => setTimeout(resolve, 400));
    endLines?.();
    await locking;
    expect((await headsOnDisk()).some(({ covered }) => covered !== undefined)).toBe(false);
  });

  test('makes one of a chart that stays open, which goes on as it was', async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    await importText(clinic, adaWith(amlodipine));
    const here = await opened(clinic);
    for (let i = 0; i < 64; i++) mustBeOk(await here.edit('medications', [dose(`${i} mg daily`)]));
    await until(
      async () => (await headsOnDisk()).some(({ covered }) => covered?.checked === true),
      'covered on the disk',
    );
    expect((await headsOnDisk()).every(({ covered }) => covered?.checked === true)).toBe(true);
    mustBeOk(await here.edit('medications', [dose('100 mg daily')]));
    expect(textOf(here, 'medications')).toContain('100 mg');
    expect(here.history('medications', medicationKey)).toHaveLength(66);
    expect(clinic.diagnostics()).toEqual([]);
  });

  test('makes one of a large section that was imported and never opened', async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    const random = seededRandom('a large section');
    const many = Array.from({ length: 400 }, (_, i) => {
      return { ...amlodipine, id: `m${i}`, note: [{ text: toHex(random.bytes(40)) }] };
    });
    await importText(clinic, adaWith(...many));
    await until(
      async () => (await headsOnDisk()).some(({ covered }) => covered?.checked === true),
      'covered on the disk',
    );
  });
});
