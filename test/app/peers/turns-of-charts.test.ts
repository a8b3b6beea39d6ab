/** What a device does for many charts at once it does in turns: the page answers between them, and what comes of it is the same. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCharter, grant } from '../../../src/access/charter-builders.ts';
import { resolveCharter } from '../../../src/access/charter.ts';
import { encodeSignedOp } from '../../../src/access/operation.ts';
import { replicaParts } from '../../../src/app/peers/replica-parts.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import type { Session } from '../../../src/app/session.ts';
import type { ChartOps } from '../../../src/net/replication-host.ts';
import { PracticeReplication } from '../../../src/replica/practice-replication.ts';
import { breakIn } from '../support/break-in.ts';
import { meet, mustBeOk, mustHave, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const many = 70;
const nobody = {
  chartCame: () => undefined,
  charterCame: () => undefined,
  rosterCame: () => undefined,
  confirmed: () => undefined,
};

let world: World;
let clinic: Session;
let pharmacy: Session;
let giving: PracticeContext;
let taking: PracticeContext;
/** Shared by the clinic with the pharmacy. */
let charts: readonly ChartOps[];

beforeEach(async () => {
  world = await World.start();
  clinic = await world.newPractice('alice');
  pharmacy = await world.newPractice('bob');
  await meet(clinic, pharmacy);
  await Promise.all([clinic.lock(), pharmacy.lock()]);
  giving = await breakIn(world, 'alice', passphrase);
  taking = await breakIn(world, 'bob', passphrase);
  charts = await Promise.all(Array.from({ length: many }, () => sharedChart()));
});

afterEach(() => {
  giving.store.close();
  taking.store.close();
});

async function sharedChart(): Promise<ChartOps> {
  const author = giving.author();
  const made = mustBeOk(await createCharter(author, ['problems'], giving.ports.random, giving.timeMs()));
  const charter = mustHave(resolveCharter([made.op], (practice) => giving.rosters.get(practice)));
  const given = { practice: taking.self.practice, sections: ['problems'], right: 'write' } as const;
  const granted = mustBeOk(await grant(charter, author, given, giving.timeMs()));
  return { chart: made.op.log.chart, ops: [made.op, granted.op].map(({ signed }) => encodeSignedOp(signed)) };
}

/** What a device says and takes, and how often the page had a turn while it did. */
function replicationOf(context: PracticeContext): {
  readonly replication: PracticeReplication;
  readonly turns: { count: number };
  readonly pause: () => Promise<void>;
} {
  const turns = { count: 0 };
  const pause = (): Promise<void> => {
    turns.count += 1;
    return Promise.resolve();
  };
  const parts = { ...replicaParts(context, () => undefined), pause };
  return { replication: new PracticeReplication(parts, nobody), turns, pause };
}

test('charters of a frame are judged sixteen at a time, and made ready for the disk so many at a time', async () => {
  const { replication, turns } = replicationOf(taking);
  const verdicts = await replication.receiveCharterOps(clinic.practice.device, charts);
  expect(verdicts.flat().map(({ kind }) => kind)).toEqual(Array(2 * many).fill('kept'));
  expect(turns.count).toBe(2 * Math.floor((many - 1) / 16));
  const few = replicationOf(taking);
  const again = await few.replication.receiveCharterOps(clinic.practice.device, charts.slice(0, 16));
  expect(again.flat().every(({ kind }) => kind === 'known')).toBe(true);
  expect(few.turns.count).toBe(0);
});

test('[RE-2] what a hello says of many charts is worked out in turns, and once', async () => {
  const { replication } = replicationOf(taking);
  await replication.receiveCharterOps(clinic.practice.device, charts);
  const { device } = clinic.practice;
  const inTurns = replicationOf(taking);
  await inTurns.replication.workOutLeaves(device, inTurns.pause);
  const worked = inTurns.replication.digests;
  expect(worked).toBeGreaterThanOrEqual(many);
  expect(inTurns.turns.count).toBe(Math.floor(worked / 32));
  const leaves = inTurns.replication.leavesFor(device);
  expect(inTurns.replication.digests).toBe(worked);
  expect(leaves).toEqual(replicationOf(taking).replication.leavesFor(device));
  expect(charts.every(({ chart }) => leaves.has(chart))).toBe(true);
  await inTurns.replication.workOutLeaves(device, inTurns.pause);
  expect(inTurns.replication.leavesFor(device)).toBe(leaves);
  expect(inTurns.replication.digests).toBe(worked);
});

test('[RE-2] charts that come while digests are worked out are told with the others', async () => {
  const { replication } = replicationOf(taking);
  await replication.receiveCharterOps(clinic.practice.device, charts.slice(0, 40));
  const { device } = clinic.practice;
  const inTurns = replicationOf(taking);
  let isChanged = false;
  await inTurns.replication.workOutLeaves(device, async () => {
    if (isChanged) return;
    isChanged = true;
    await inTurns.replication.receiveCharterOps(device, charts.slice(40));
  });
  expect(isChanged).toBe(true);
  const leaves = inTurns.replication.leavesFor(device);
  expect(leaves).toEqual(replicationOf(taking).replication.leavesFor(device));
  expect(charts.every(({ chart }) => leaves.has(chart))).toBe(true);
});
