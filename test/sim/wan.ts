/**
 * How long two devices take to be of one mind after a week apart, over a line that no machine here has: modelled, in virtual
 * milliseconds. What the programs do is the product; what their work costs is not in it, only what the line costs.
 */
import './sync-crypto.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { ChartId } from '../../src/base/ids.ts';
import { mustOk } from '../access/support/practices.ts';
import { founded } from './founding.ts';
import { Machine } from './machine.ts';
import { SimNetwork, Skies, type LongLine } from './network.ts';
import type { Wires } from './powered.ts';
import { Timeline } from './timeline.ts';

const charts = 100;
const changedCharts = 25;
const editsInEach = 4;
const weekMs = 7 * 24 * 3_600_000;

export interface Modelled {
  readonly workload: string;
  /** From the first moment on which the device is switched on again. */
  readonly ms: number;
  readonly roundTrips: number;
  readonly frames: number;
  readonly bytes: number;
}

export async function afterAWeek(longLine: LongLine): Promise<Modelled> {
  const { nowMs, machines } = await founded([1, 1], false);
  const timeline = new Timeline();
  timeline.nowMs = nowMs;
  const skies = new Skies('a long line');
  const sent = { frames: 0, bytes: 0 };
  const seen = (_: unknown, __: unknown, frame: Bytes): void => {
    sent.frames += 1;
    sent.bytes += frame.length;
  };
  const init = { timeline, skies, seen, longLine };
  const wires: Wires = { timeline, sync: new SimNetwork(init), meetings: new SimNetwork(init) };
  const [here, there] = machines.map((image) => Machine.from(wires, 'a long line', image));
  if (here === undefined || there === undefined) throw new Error('two practices were founded');
  const during = <T>(act: Promise<T>): Promise<T> => over(timeline, act);
  await during(here.start());
  await during(there.start());
  const { session } = here;
  if (session === undefined || there.practiceId === undefined) throw new Error('both are on');

  const ids: ChartId[] = [];
  for (let i = 0; i < charts; i++) {
    const base = JSON.stringify({ resourceType: 'Patient', id: 'patient', name: [{ family: `Model ${i}` }] });
    const id = mustOk(await during(session.registerPatient({ kind: 'create', key: 'Patient/patient', base })));
    mustOk(await during(session.share(id, there.practiceId, ['allergies', 'medications'], 'write')));
    ids.push(id);
  }
  await timeline.pass(600_000);
  await during(there.lock());
  await during(here.lock());
  await timeline.pass(weekMs);
  await during(here.start());
  let expected = 0;
  for (const id of ids.slice(0, changedCharts)) {
    const open = mustOk(await during(here.session?.openChart(id) ?? never()));
    for (let i = 0; i < editsInEach; i++) {
      const base = JSON.stringify({
        resourceType: 'MedicationStatement',
        id: `m${i}`,
        dosage: [{ text: `${i} daily` }],
      });
      mustOk(await during(open.edit('medications', [{ kind: 'create', key: `MedicationStatement/m${i}`, base }])));
      expected += 1;
    }
    open.close();
  }
  await timeline.pass(60_000);

  let arrived = 0;
  there.onKept = ({ entries = [], covered = [] }) => {
    arrived += entries.length + covered.length;
  };
  sent.frames = 0;
  sent.bytes = 0;
  const beganMs = timeline.nowMs;
  const starting = there.start();
  await timeline.pass(600_000, () => arrived >= expected);
  await starting;
  if (arrived < expected) throw new Error(`${arrived} of ${expected} entries came in ten minutes`);
  const ms = timeline.nowMs - beganMs;
  const roundTrips = Math.round((10 * ms) / (2 * longLine.delayMs)) / 10;
  const workload = `${charts} shared charts, ${changedCharts} with ${editsInEach} edits each while one side was away`;
  return { workload, ms, roundTrips, ...sent };
}

function never(): never {
  throw new Error('the machine is on');
}

async function over<T>(timeline: Timeline, act: Promise<T>): Promise<T> {
  let isOver = false;
  const ended = act.finally(() => {
    isOver = true;
  });
  await timeline.pass(120_000, () => isOver);
  return ended;
}
