/** Peers that flood, dawdle, or lie about what they have: what they cost is bounded, and nobody else pays for it (section 9). */
import { describe, expect, test } from 'vitest';
import { toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { chartId, deviceId, practiceId, type ChartId } from '../../src/base/ids.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { fingerprintOf, Leaves } from '../../src/net/leaves.ts';
import {
  fullFrameBytes,
  linkWindowBytes,
  maxListedLeaves,
  maxQuestions,
  maxSectionsPerFrame,
  maxUnconfirmedFrames,
} from '../../src/net/limits.ts';
import { encodeMessage, endless } from '../../src/net/negentropy.ts';
import { newPeer } from '../../src/net/peer-state.ts';
import { step } from '../../src/net/replication.ts';
import type { HostView, PeerState } from '../../src/net/replication-state.ts';
import { rostersDigest } from '../../src/net/summary.ts';
import { encodeFrame, type Message } from '../../src/net/wire.ts';
import { wholeEntry } from '../../src/store/store.ts';
import { mustHave, mustOk } from '../access/support/practices.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { hostile, mustDecode } from './hostile-end.ts';
import type { Replica } from './replica.ts';
import { clinicAndPharmacy, connect, disconnect, sharedCharts, still, worldOf, write, type World } from './world.ts';

/** As `replica`'s device would say it, with as many charts as the test likes. */
function helloOf(replica: Replica, world: World, count: number): Message {
  const rosters = rostersDigest(world.practices.map(({ id }) => ({ practice: id, heads: replica.rosterHeads(id) })));
  return {
    kind: 'hello',
    practice: replica.self.practice,
    rosters,
    leaves: { count, fingerprint: new Uint8Array(16) },
  };
}

const paper = (count: number): ReadonlyMap<ChartId, Bytes> => {
  const ids = Array.from({ length: count }, (_, i) => sha256(toUtf8(`chart ${i}`)));
  return new Map(ids.map((id) => [chartId(id), id]));
};

describe('a slow or silent peer', () => {
  async function muchToSend() {
    const world = await clinicAndPharmacy();
    const charts = await sharedCharts(25, world.clinic, world.pharmacy);
    const random = seededRandom('much to send');
    for (const chart of charts)
      for (const section of ['allergies', 'medications'] as const)
        mustOk(await world.clinic.edit(chart, section, toHex(random.bytes(100_000))));
    return { ...world, charts };
  }

  test('that confirms nothing is sent eight frames of entries, whatever else there is, and the rest when it does', async () => {
    const world = await muchToSend();
    const { clinic, pharmacy } = world;
    const { connection, received } = await hostile(world, clinic, pharmacy.self.device);
    await connection.send(encodeFrame(helloOf(pharmacy, world, 0)));
    await connection.send(encodeFrame({ kind: 'charts', charts: [], lacking: [], more: false }));
    await still(world);
    for (const said of received.filter((message) => message.kind === 'frontiers'))
      await connection.send(
        encodeFrame({
          ...said,
          charts: said.charts.map((one) => ({
            ...one,
            sections: one.sections.map(({ section }) => ({ section, frontier: [] })),
          })),
        }),
      );
    await still(world);
    const entries = (): number => received.filter(({ kind }) => kind === 'entries').length;
    const first = entries();
    expect(first).toBeGreaterThanOrEqual(maxUnconfirmedFrames);
    expect(first).toBeLessThanOrEqual(maxUnconfirmedFrames + 2);
    for (const chart of world.charts) await write(clinic, chart, 1);
    await still(world);
    expect(entries()).toBe(first);
    await connection.send(encodeFrame({ kind: 'have', frames: first, except: [] }));
    await still(world);
    expect(entries()).toBeGreaterThan(first);
  });

  test('that takes nothing off the line keeps no more than its credit under way, though everything here changes', async () => {
    const world = await muchToSend();
    const { clinic, pharmacy } = world;
    const transport = world.network.transport(pharmacy.self.device);
    await transport.start();
    const connection = mustOk(await transport.dial(clinic.self.device, []));
    let taken = 0;
    // Hears the greeting and the frontiers, and from the first entries on nothing.
    connection.onFrame((frame) => {
      taken += 1;
      return mustDecode(frame).kind === 'entries' ? new Promise(() => undefined) : undefined;
    });
    await connection.send(encodeFrame(helloOf(pharmacy, world, 0)));
    await connection.send(encodeFrame({ kind: 'charts', charts: [], lacking: [], more: false }));
    const none = world.charts.map((chart) => ({
      ...{ chart, heads: [] },
      sections: (['identity', 'allergies', 'medications'] as const).map((section) => ({ section, frontier: [] })),
    }));
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    await connection.send(encodeFrame({ kind: 'frontiers', charts: none, asks: false }));
    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
    const handedOver = (): number => {
      const sent = world.network.frames.filter(({ from }) => from === clinic.self.device);
      return sent.slice(taken - 1).reduce((sum, { frame }) => sum + frame.length, 0);
    };
    const before = handedOver();
    expect(before).toBeGreaterThan(fullFrameBytes / 2);
    expect(before).toBeLessThanOrEqual(linkWindowBytes);
    for (let round = 0; round < 20; round++) for (const chart of world.charts) clinic.replicator?.chartChanged(chart);
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(handedOver()).toBe(before);
  });
});

describe('a flood', () => {
  test('from one peer leaves another its turn: frame by frame, whatever the first sends', async () => {
    const world = await worldOf('clinic', 'pharmacy', 'laboratory');
    const [clinic, pharmacy, laboratory] = world.replicas.map(mustHave) as [Replica, Replica, Replica];
    const flooded = mustHave((await sharedCharts(1, clinic, pharmacy))[0]);
    const honest = mustHave((await sharedCharts(1, clinic, laboratory))[0]);
    for (const [other, chart] of [
      [pharmacy, flooded],
      [laboratory, honest],
    ] as const) {
      await connect(world, clinic, other);
      disconnect(world, clinic, other);
      await write(other, chart, 20);
    }
    const framesFrom = async (other: Replica, chart: ChartId): Promise<readonly Bytes[]> =>
      (await other.store.entries(chart, 'allergies')).found.map((entry) =>
        encodeFrame({ kind: 'entries', sections: [{ chart, section: 'allergies', entries: [wholeEntry(entry)] }] }),
      );
    const flood = await framesFrom(pharmacy, flooded);
    const work = await framesFrom(laboratory, honest);
    const [from, by] = [
      await hostile(world, clinic, pharmacy.self.device),
      await hostile(world, clinic, laboratory.self.device),
    ];
    for (const [end, other] of [
      [from, pharmacy],
      [by, laboratory],
    ] as const) {
      await end.connection.send(encodeFrame(helloOf(other, world, 1)));
      await end.connection.send(encodeFrame({ kind: 'charts', charts: [], lacking: [], more: false }));
    }
    await still(world);
    // Three hundred frames lie there before the first of the other comes.
    for (let i = 0; i < 15; i++) for (const frame of flood) void from.connection.send(frame);
    for (const frame of work) void by.connection.send(frame);
    const confirmedTo = ({ received }: typeof from): number =>
      received.reduce((most, message) => (message.kind === 'have' ? Math.max(most, message.frames) : most), 0);
    while (confirmedTo(by) < work.length) await new Promise((resolve) => setImmediate(resolve));
    expect(confirmedTo(from)).toBeLessThanOrEqual(2 * work.length);
    await still(world);
    expect(confirmedTo(from)).toBe(15 * flood.length);
    expect(await clinic.read(honest, 'allergies')).toHaveLength(20);
  });
});

describe('lies about what is there', () => {
  /** The clinic with more charts than are listed at once, and a peer that said hello with `count` of them. */
  async function greeted(count: number) {
    const world = await clinicAndPharmacy();
    world.clinic.paper = paper(maxListedLeaves + 10);
    const end = await hostile(world, world.clinic, world.pharmacy.self.device);
    await end.connection.send(encodeFrame(helloOf(world.pharmacy, world, count)));
    await still(world);
    const asks = world.clinic.self.device < world.pharmacy.self.device;
    const say = async (message: Message): Promise<void> => {
      await end.connection.send(encodeFrame(message));
      await still(world);
    };
    const reasons = (): readonly string[] => world.clinic.replicator?.diagnostics().map(({ reason }) => reason) ?? [];
    return { ...end, say, reasons, asks };
  }
  const ended = { kind: 'bye', reason: 'too-many-faults' };
  const difference: Message = {
    kind: 'ranges',
    message: encodeMessage([{ mode: 'fingerprint', end: endless, fingerprint: new Uint8Array(16) }]),
  };

  test('[RE-2] ranges that nobody asked for, that are none, or that never end, end the connection by name', async () => {
    const same = await greeted(0);
    await same.say(difference);
    expect(same.reasons()).toEqual(['ranges-unasked']);
    expect(same.received.at(-1)).toEqual(ended);

    const malformed = await greeted(100);
    await malformed.say({ kind: 'ranges', message: Uint8Array.of(0x61, 0x80) });
    expect(malformed.reasons()).toEqual(['ranges-number']);
    expect(malformed.received.at(-1)).toEqual(ended);

    const endlessly = await greeted(100);
    for (let i = 0; i <= maxQuestions; i++) await endlessly.connection.send(encodeFrame(difference));
    for (let looks = 0; looks < 2_000 && endlessly.reasons().length === 0; looks++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(endlessly.reasons()).toEqual(['ranges-endless']);
    expect(endlessly.received.at(-1)).toEqual(ended);
  });

  test('[RE-2] whoever lists more charts than its hello said, or leaves that are not there, is cut off', async () => {
    const lines = (count: number) =>
      [...paper(count).keys()].map((chart) => ({ chart, heads: [], digest: new Uint8Array(32), sections: null }));
    const liar = await greeted(0);
    await liar.say({ kind: 'charts', charts: lines(1).slice(0, 1), lacking: [], more: true });
    expect(liar.reasons()).toEqual(['charts-more-than-it-has']);
    expect(liar.received.at(-1)).toEqual(ended);

    const listed = await greeted(0);
    await listed.say({ kind: 'charts', charts: [], lacking: [new Uint8Array(32)], more: true });
    expect(listed.reasons()).toEqual(['charts-unexpected-leaf']);
    expect(listed.received.at(-1)).toEqual(ended);

    const inventor = await greeted(100);
    await inventor.say({ kind: 'charts', charts: [], lacking: [new Uint8Array(32)], more: true });
    expect(inventor.reasons()).toEqual([inventor.asks ? 'unexpected-charts' : 'charts-unknown-leaf']);
  });

  test('[ATTACK-39] the fingerprint of a set says nothing to another pair: the same charts look different to each', async () => {
    const world = await worldOf('clinic', 'pharmacy', 'laboratory');
    const [clinic, pharmacy, laboratory] = world.replicas.map(mustHave) as [Replica, Replica, Replica];
    clinic.paper = paper(50);
    const heard: string[] = [];
    for (const other of [pharmacy, laboratory]) {
      const { received } = await hostile(world, clinic, other.self.device);
      await still(world);
      const hello = received.find((message) => message.kind === 'hello');
      heard.push(toHex(mustHave(hello).leaves.fingerprint));
    }
    expect(heard[0]).not.toBe(heard[1]);
    expect(heard).not.toContain(toHex(fingerprintOf([...paper(50).values()])));
  });
});

describe('what one connection remembers', () => {
  const view: HostView = {
    self: { practice: practiceId(new Uint8Array(32)), device: deviceId(new Uint8Array(32)) },
    practiceOf: () => undefined,
    rostersFor: () => [],
    rostersOf: () => [],
    rosterHeads: () => [],
    chartFor: () => undefined,
    readyCharts: () => [],
    missingIn: () => new Map(),
    chartsMissing: () => [],
  };
  const open = (): PeerState => ({
    ...newPeer(deviceId(new Uint8Array(32).fill(1))),
    phase: 'open',
    leaves: new Leaves(new Map(), []),
  });
  const charts = [...paper(maxSectionsPerFrame + 1).keys()];

  test('of charts that are not ours nothing is kept, however many it names', () => {
    const state = open();
    for (const chart of charts) {
      step(
        state,
        { kind: 'received', message: { kind: 'frontiers', charts: [{ chart, heads: [], sections: [] }], asks: true } },
        view,
      );
      step(state, { kind: 'charterOpsKept', charters: [{ chart, ids: [], verdicts: [] }] }, view);
      step(state, { kind: 'chartReady', chart }, view);
    }
    expect([state.charts.size, state.tasks.frontiers.size, state.tasks.asking.size]).toEqual([0, 0, 0]);
    const unknown = { kind: 'rosterOpsKept', ids: [], verdicts: [{ kind: 'refused', reason: 'whim' }] } as const;
    for (let i = 0; i < 10; i++) step(state, { ...unknown, practice: practiceId(new Uint8Array(32).fill(i)) }, view);
    expect(state.rosters.size).toBe(0);
  });

  test('whoever sends on without hearing what was not taken is cut off', () => {
    const state = open();
    const untaken = (some: readonly ChartId[]) =>
      step(
        state,
        {
          kind: 'entriesKept',
          sections: some.map((chart) => ({
            chart,
            section: 'allergies' as const,
            entries: [],
            faults: ['entry-other'],
          })),
        },
        view,
      );
    state.faults = -charts.length;
    untaken(charts.slice(1));
    expect(state.phase).toBe('open');
    expect(untaken(charts.slice(0, 1)).at(-1)).toEqual({ kind: 'close', saying: 'too-many-faults' });
  });

  test('one word confirms however many frames came, and names each section once of which something was not taken', () => {
    const state = open();
    const [chart = chartId(new Uint8Array(32))] = charts;
    const some = { chart, section: 'allergies' as const, entries: [], faults: ['entry-other'] };
    for (let i = 0; i < 100; i++) step(state, { kind: 'entriesKept', sections: [some] }, view);
    expect(step(state, { kind: 'idle' }, view)).toEqual([
      { kind: 'send', message: { kind: 'have', frames: 100, except: [{ chart, section: 'allergies' }] } },
    ]);
    expect(step(state, { kind: 'idle' }, view)).toEqual([]);
  });

  test('the roster heads of the other side are heard once', () => {
    const state = open();
    const said = { kind: 'received', message: { kind: 'rosters', rosters: [] } } as const;
    expect(step(state, said, view)).toEqual([]);
    expect(step(state, said, view)).toEqual([{ kind: 'count', reason: 'second-rosters' }]);
  });
});
