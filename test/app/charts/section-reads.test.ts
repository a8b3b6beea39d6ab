/** What is asked of the disk to begin a chart and to open one, in calls: of sections that hold nothing or are not shown yet, nothing. */
import { expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import type { ChartSection } from '../../../src/base/sections.ts';
import type { Ports } from '../../../src/app/ports.ts';
import { importText, mustBeOk, onlyChart, opened, sectionOf, World } from '../support/world.ts';

const patient = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor' }], birthDate: '1961-04-02' } },
    {
      resource: { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Asthma' } },
    },
  ],
});

/** Names of records and of sections that are read, of what belongs to charts. The next pause lasts until `turn` resolves. */
class ReadingWorld extends World {
  readonly reads: string[] = [];
  turn: Promise<void> = Promise.resolve();

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    return {
      ...ports,
      pause: () => {
        const { turn } = this;
        this.turn = Promise.resolve();
        return turn;
      },
      openStore: async (closed) => {
        const opened = await ports.openStore(closed);
        if (!opened.ok) return opened;
        const store = opened.value;
        const sealed = store.sealed.bind(store);
        store.sealed = (key) => {
          const named = /(checked|clock|snapshot)\/[0-9a-f]{64}\/\w+$/.exec(key);
          if (named !== null) this.reads.push(named[0].replace(/[0-9a-f]{64}\//, ''));
          return sealed(key);
        };
        const heads = store.heads.bind(store);
        store.heads = (chart, section) => {
          this.reads.push(`heads/${section}`);
          return heads(chart, section);
        };
        return opened;
      },
    };
  }
}

test('a chart is begun without asking the disk for any of it, and opened by asking for the sections that hold something', async () => {
  await World.start();
  const world = new ReadingWorld();
  const clinic = await world.newPractice('alice');
  world.reads.length = 0;
  await importText(clinic, patient);
  const ofChart = (): readonly string[] =>
    [...world.reads].filter((read) => !/\/(schedule|work|templates|settings|audit)$/.test(read)).sort();
  expect(ofChart()).toEqual([]);
  await clinic.lock();

  const again = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
  world.reads.length = 0;
  const chart = await opened(again);
  expect(sectionOf(chart, 'problems').resources.size).toBe(1);
  expect(ofChart()).toMatchInlineSnapshot(`
    [
      "checked/demographics",
      "checked/identity",
      "checked/problems",
      "clock/demographics",
      "clock/identity",
      "clock/problems",
      "heads/demographics",
      "heads/identity",
      "heads/problems",
      "snapshot/demographics",
      "snapshot/identity",
      "snapshot/problems",
    ]
  `);
  expect(onlyChart(again).id).toBe(chart.id);
  chart.close();
  await again.lock();
});

const clinicItWasAt = '{"resource":{"resourceType":"Organization","id":"o1","name":"Hill Clinic"}}';
const withClinic = patient.replace('"entry":[', `"entry":[${clinicItWasAt},`);
const shown: readonly ChartSection[] = ['identity', 'demographics', 'problems'];

/** A chart of which a part is read at first, and the page's turn that has to come before the rest is. */
async function openedInPart(): Promise<{ world: ReadingWorld; clinic: Session; chart: OpenChart; next: () => void }> {
  await World.start();
  const world = new ReadingWorld();
  const first = await world.newPractice('alice');
  await importText(first, withClinic);
  await first.lock();
  const clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
  world.reads.length = 0;
  let next = (): void => undefined;
  world.turn = new Promise((resolve) => {
    next = resolve;
  });
  const chart = mustBeOk(await clinic.openChart(onlyChart(clinic).id, shown));
  return { world, clinic, chart, next };
}

const changed = (chart: OpenChart): Promise<unknown> =>
  new Promise((resolve) => {
    chart.addEventListener('change', resolve, { once: true });
  });

test('what is not shown at first is read when the page has had its turn, and says until then that it is being read', async () => {
  const { world, clinic, chart, next } = await openedInPart();
  expect(chart.unread).toEqual(chart.unread.filter((section) => !shown.includes(section)));
  expect(chart.unread).toContain('administrative');
  expect(sectionOf(chart, 'administrative')).toMatchObject({ state: 'reading', canWrite: false });
  expect(sectionOf(chart, 'problems')).toMatchObject({ state: 'open' });
  expect(sectionOf(chart, 'problems').resources.size).toBe(1);
  expect(world.reads.filter((read) => read.endsWith('/administrative'))).toEqual([]);
  const whole = changed(chart);
  next();
  await whole;
  expect(chart.unread).toEqual([]);
  expect(sectionOf(chart, 'administrative')).toMatchObject({ state: 'open', canWrite: true });
  expect(sectionOf(chart, 'administrative').resources.size).toBe(1);
  expect(world.reads.filter((read) => read.endsWith('/problems'))).toHaveLength(4);
  chart.close();
  await clinic.lock();
});

test('what needs the whole chart waits for it, and an edit brings it', async () => {
  const inPart = await openedInPart();
  const { changes } = await inPart.chart.changes();
  expect(new Set(changes.map(({ section }) => section))).toContain('administrative');
  expect(inPart.chart.unread).toEqual([]);
  inPart.next();
  inPart.chart.close();
  await inPart.clinic.lock();

  const past = await openedInPart();
  const before = await past.chart.asOf(Number.MAX_SAFE_INTEGER);
  expect(before.unread).toEqual([]);
  expect(sectionOf(before, 'administrative').resources.size).toBe(1);
  past.next();
  past.chart.close();
  await past.clinic.lock();

  const { clinic, chart, next } = await openedInPart();
  const base = JSON.stringify({ resourceType: 'Condition', id: 'c2', code: { text: 'Gout' } });
  expect(await chart.edit('problems', [{ kind: 'create', key: 'Condition/c2', base }])).toEqual({ ok: true });
  expect(chart.unread).toEqual([]);
  next();
  chart.close();
  await clinic.lock();
});

test('of a chart that is closed before its turn nothing more is read', async () => {
  const { world, clinic, chart, next } = await openedInPart();
  chart.close();
  next();
  await clinic.lock();
  expect(world.reads.filter((read) => read.endsWith('/administrative'))).toEqual([]);
});
