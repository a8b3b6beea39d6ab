/** Practices that no network connects, and the files they hand each other (RE-5). Real sessions; every line between them is cut. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import type { SavedExchange, TakenIn } from '../../../src/app/exchange/exchange-acts.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import {
  adaWith,
  amlodipine,
  dose,
  medicationKey,
  newProblemText,
  problem,
  somebody,
  textOf,
  weight,
} from '../support/patient.ts';
import { breakIn } from '../support/break-in.ts';
import { importText, meet, mustBeOk, mustHave, opened, sectionOf, until, World } from '../support/world.ts';

const quiet = (): void => undefined;
const never = new AbortController().signal;

async function save(
  from: Session,
  to: Session,
  what: 'lacking' | 'everything' = 'lacking',
  answering?: TakenIn,
): Promise<SavedExchange> {
  return mustBeOk(await from.exchange.save({ practice: to.practice.id }, what, quiet, never, answering));
}

const takeIn = async (at: Session, { file }: SavedExchange) => at.exchange.takeIn(file, quiet, never);

const bytesOf = async (file: Blob): Promise<Bytes> => new Uint8Array(await file.arrayBuffer());

describe('two practices that no network connects', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, adaWith(amlodipine, problem()));
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(mustHave(clinic.charts[0]).id, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor' && clinic.peers[0]?.waiting === 0);
    apart();
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), clinic, pharmacy]) await session.lock();
  });

  function apart(): void {
    for (const session of [clinic, pharmacy, ...others]) world.cut(session);
  }

  const doseAt = (chart: OpenChart): string => textOf(chart, 'medications');

  test('[RE-5] what one writes is shown at the other by a file, and the answer comes back the same way', async () => {
    const here = await opened(clinic);
    const there = await opened(pharmacy);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    expect(doseAt(there)).toContain('5 mg daily');

    const saved = await save(clinic, pharmacy);
    expect(saved).toMatchObject({ charts: 1, ofCharts: 1, entries: 1 });
    const taken = mustBeOk(await takeIn(pharmacy, saved));
    expect(taken).toMatchObject({ changedCharts: 1, newCharts: 0, sameCharts: 0, notTaken: [], stopped: false });
    expect(taken.from).toMatchObject({
      practice: clinic.practice.id,
      practiceName: 'Clinic alice',
      personName: 'Dr alice',
    });
    await until(() => doseAt(there).includes('10 mg daily'));

    mustBeOk(await there.edit('medications', [dose('10 mg in the evening')]));
    const answered = mustBeOk(await takeIn(clinic, await save(pharmacy, clinic, 'lacking', taken)));
    expect(answered.changedCharts).toBe(1);
    await until(() => doseAt(here).includes('10 mg in the evening'));
  });

  test('[RE-5] a file holds what they are not known to hold, until they say so; the whole of it can be asked for', async () => {
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    expect((await save(clinic, pharmacy)).entries).toBe(1);
    // A file that was saved may have been lost: only their word counts.
    const saved = await save(clinic, pharmacy);
    expect(saved.entries).toBe(1);
    const taken = mustBeOk(await takeIn(pharmacy, saved));
    mustBeOk(await takeIn(clinic, await save(pharmacy, clinic, 'lacking', taken)));
    expect(await save(clinic, pharmacy)).toMatchObject({ charts: 0, entries: 0 });
    expect((await save(clinic, pharmacy, 'everything')).entries).toBeGreaterThan(1);
  });

  test('[RE-6] a file says what its writer holds: a chart is confirmed at the other practice by its answer', async () => {
    const here = await opened(clinic);
    await until(() => here.held[0]?.lacking === 0);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    await until(() => here.held[0]?.lacking === 1);
    const taken = mustBeOk(await takeIn(pharmacy, await save(clinic, pharmacy)));
    expect(here.held).toMatchObject([{ kind: 'practice', name: 'Clinic bob', lacking: 1 }]);
    mustBeOk(await takeIn(clinic, await save(pharmacy, clinic, 'lacking', taken)));
    await until(() => here.held[0]?.lacking === 0);
  });

  test('[RE-5] a file taken twice changes nothing, and an old one takes nothing back', async () => {
    const here = await opened(clinic);
    const there = await opened(pharmacy);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    const first = await save(clinic, pharmacy);
    mustBeOk(await here.edit('medications', [dose('20 mg daily')]));
    const second = await save(clinic, pharmacy);
    mustBeOk(await takeIn(pharmacy, second));
    await until(() => doseAt(there).includes('20 mg daily'));
    for (const again of [first, second]) {
      const taken = mustBeOk(await takeIn(pharmacy, again));
      expect(taken).toMatchObject({ changedCharts: 0, sameCharts: 1, notTaken: [] });
    }
    expect(doseAt(there)).toContain('20 mg daily');
    expect(sectionOf(there, 'medications').conflicts).toEqual([]);
  });

  test('[RE-1] a file carries what they may have when it is saved: the end of sharing, and nothing written after it', async () => {
    const chart = mustHave(clinic.charts[0]).id;
    const before = await save(clinic, pharmacy, 'everything');
    mustBeOk(await clinic.stopSharing(chart, pharmacy.practice.id, 'all'));
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('canary after the end')]));
    const saved = await save(clinic, pharmacy, 'everything');
    mustBeOk(await takeIn(pharmacy, saved));
    await until(() => pharmacy.charts[0]?.access === 'ended');
    const there = await opened(pharmacy);
    expect(doseAt(there)).not.toContain('canary');
    // Nor does a file from before bring the right back.
    mustBeOk(await takeIn(pharmacy, before));
    expect(pharmacy.charts[0]?.access).toBe('ended');
  });

  test('[RE-5] a chart shared for the first time comes whole by a file', async () => {
    await importText(clinic, somebody('p2', 'Brandt'));
    const brandt = mustHave(clinic.charts.find(({ name }) => name.includes('Brandt')));
    mustBeOk(await clinic.share(brandt.id, pharmacy.practice.id, ['medications', 'demographics'], 'read'));
    const taken = mustBeOk(await takeIn(pharmacy, await save(clinic, pharmacy)));
    expect(taken).toMatchObject({ newCharts: 1, changedCharts: 1, notTaken: [] });
    const received = () => pharmacy.notices.filter(({ kind }) => kind === 'chart-received').length;
    await until(() => pharmacy.charts.some(({ name }) => name.includes('Brandt')) && received() === 2);
  });

  test('[ATTACK-61] a file for another practice does not open, and says of nobody what is in it', async () => {
    const carol = await world.newPractice('carol');
    others.push(carol);
    const { file } = await save(clinic, pharmacy, 'everything');
    expect(await carol.exchange.takeIn(file, quiet, never)).toMatchObject({ reason: 'not-for-us' });
    expect(carol.charts).toEqual([]);
  });

  test('[ATTACK-61] damaged or cut off anywhere, nothing of a file is kept', async () => {
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    const bytes = await bytesOf((await save(clinic, pharmacy)).file);
    const there = await opened(pharmacy);
    for (const end of [0, 10, 60, 300, Math.floor(bytes.length / 2), bytes.length - 1])
      expect((await pharmacy.exchange.takeIn(new Blob([bytes.slice(0, end)]), quiet, never)).ok, `${end}`).toBe(false);
    const flipped = new Uint8Array(bytes);
    flipped[bytes.length - 5] = (flipped[bytes.length - 5] ?? 0) ^ 1;
    expect(await pharmacy.exchange.takeIn(new Blob([flipped]), quiet, never)).toMatchObject({ reason: 'damaged' });
    expect(await pharmacy.exchange.takeIn(new Blob(['{}']), quiet, never)).toMatchObject({
      reason: 'not-an-exchange-file',
    });
    expect(doseAt(there)).toContain('5 mg daily');
    expect(mustBeOk(await pharmacy.exchange.takeIn(new Blob([bytes]), quiet, never)).changedCharts).toBe(1);
  });

  test('[RE-5] stopped in the middle, what was taken is whole and the same file brings the rest', async () => {
    for (let i = 0; i < 5; i++) {
      await importText(clinic, somebody(`q${String(i)}`, `Family${String(i)}`));
      const chart = mustHave(clinic.charts.find(({ name }) => name.includes(`Family${String(i)}`)));
      mustBeOk(await clinic.share(chart.id, pharmacy.practice.id, ['medications'], 'read'));
    }
    const saved = await save(clinic, pharmacy);
    const stop = new AbortController();
    let frames = 0;
    const taken = mustBeOk(
      await pharmacy.exchange.takeIn(
        saved.file,
        ({ phase }) => {
          // Who wrote it, two rosters, what is held, the charters: then entries would come.
          if (phase === 'taking-in' && ++frames === 5) stop.abort();
        },
        stop.signal,
      ),
    );
    expect(taken.stopped).toBe('cancelled');
    expect(pharmacy.charts.filter(({ name }) => name.includes('Family')).length).toBeLessThan(5);
    const rest = mustBeOk(await takeIn(pharmacy, saved));
    expect(rest.stopped).toBe(false);
    expect(rest.newCharts + taken.newCharts).toBe(5);
    await until(() => pharmacy.charts.filter(({ name }) => name.includes('Family')).length === 5);
  });

  test('[RE-5] a full disk stops it with everything before kept, and says so', async () => {
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    const saved = await save(clinic, pharmacy);
    world.failCommits('bob', true);
    expect(mustBeOk(await takeIn(pharmacy, saved))).toMatchObject({ changedCharts: 0, stopped: 'no-room' });
    world.failCommits('bob', false);
    expect(mustBeOk(await takeIn(pharmacy, saved))).toMatchObject({ changedCharts: 1, stopped: false });
  });

  test('[RE-6] an old answer takes back nothing of what was confirmed since', async () => {
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    const old = await save(pharmacy, clinic, 'everything');
    const taken = mustBeOk(await takeIn(pharmacy, await save(clinic, pharmacy)));
    mustBeOk(await takeIn(clinic, await save(pharmacy, clinic, 'lacking', taken)));
    await until(() => here.held[0]?.lacking === 0);
    const { store } = await breakIn(world, 'alice', 'correct horse battery');
    const before = await store.held(here.id);
    mustBeOk(await takeIn(clinic, old));
    expect(await store.held(here.id)).toEqual(before);
    expect(here.held).toMatchObject([{ lacking: 0 }]);
  });

  test('[AM-4] both wrote apart: the file puts both doses side by side, nothing is lost', async () => {
    const here = await opened(clinic);
    const there = await opened(pharmacy);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    mustBeOk(await there.edit('medications', [dose('2.5 mg daily')]));
    const taken = mustBeOk(await takeIn(pharmacy, await save(clinic, pharmacy)));
    await until(() => sectionOf(there, 'medications').conflicts.length === 1);
    mustBeOk(await takeIn(clinic, await save(pharmacy, clinic, 'lacking', taken)));
    await until(() => sectionOf(here, 'medications').conflicts.length === 1);
    expect([...sectionOf(here, 'medications').resources.keys()]).toEqual([medicationKey]);
  });

  test('[CUT-4] what a pharmacy wrote after the end of sharing comes by file as set aside', async () => {
    const chart = mustHave(clinic.charts[0]).id;
    mustBeOk(await clinic.stopSharing(chart, pharmacy.practice.id, 'all'));
    const there = await opened(pharmacy);
    mustBeOk(await there.edit('medications', [dose('after the end')]));
    const taken = mustBeOk(await takeIn(clinic, await save(pharmacy, clinic)));
    expect(taken.changedCharts).toBe(1);
    await until(() => clinic.charts[0]?.setAside === 1);
    expect(textOf(await opened(clinic), 'medications')).not.toContain('after the end');
  });

  test('[EN-8] a chart the clinic keeps to itself is in no file, and problems are in none of medications', async () => {
    await importText(clinic, somebody('p3', 'Secret'));
    const here = await opened(clinic, (name) => name.includes('Okafor'));
    mustBeOk(await here.edit('problems', [newProblemText('Hidden')]));
    const saved = await save(clinic, pharmacy, 'everything');
    expect(saved.ofCharts).toBe(1);
    mustBeOk(await takeIn(pharmacy, saved));
    expect(pharmacy.charts).toHaveLength(1);
    expect((await opened(pharmacy)).sections.get('problems')?.state).toBe('not-shared');
  });
});

test('[RE-5] two machines of one practice come together by files, what one lacks goes to it and the chart says who holds it', async () => {
  const world = await World.start();
  const desk = await world.newPractice('alice');
  await importText(desk, somebody('p1', 'Okafor'));
  const { link } = mustBeOk(await desk.people.inviteDevice('clinician'));
  const door = await world.door('tablet');
  const joining = door.join(
    {
      invitation: link,
      personName: 'Nora',
      deviceName: 'Tablet',
      signInName: 'N',
      passphrase: 'correct horse battery',
    },
    { code: quiet, progress: quiet },
    never,
  );
  await until(() => desk.people.requests.length === 1);
  mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
  const tablet = mustBeOk(await joining);
  await until(() => tablet.charts.some(({ name }) => name.includes('Okafor')));
  for (const session of [desk, tablet]) world.cut(session);

  const here = await opened(desk);
  mustBeOk(await here.edit('vitals', [weight('o1', '64 kg at the desk')]));
  await until(() => here.held.some(({ kind, name, lacking }) => kind === 'device' && name === 'Tablet' && lacking > 0));
  const to = { practice: desk.practice.id, device: tablet.practice.device };
  const saved = mustBeOk(await desk.exchange.save(to, 'lacking', quiet, never));
  const taken = mustBeOk(await takeIn(tablet, saved));
  expect(taken.from).toMatchObject({ personName: 'Dr alice', device: desk.practice.device });
  const there = await opened(tablet);
  await until(() => textOf(there, 'vitals').includes('64 kg at the desk'));

  const back = { practice: desk.practice.id, device: desk.practice.device };
  const answer = mustBeOk(await tablet.exchange.save(back, 'lacking', quiet, never, taken));
  mustBeOk(await takeIn(desk, answer));
  await until(() => here.held.every(({ lacking }) => lacking === 0));
  expect(await takeIn(desk, saved)).toMatchObject({ reason: 'not-for-us' });
  for (const session of [tablet, desk]) await session.lock();
});
