/** What replicas tell and do not tell each other, and what they make of a peer that lies. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import { encodeCanonical } from '../../src/base/codec.ts';
import { entryHash, type ChartId } from '../../src/base/ids.ts';
import { maxFaultsPerConnection } from '../../src/net/limits.ts';
import { rostersDigest } from '../../src/net/summary.ts';
import { encodeFrame, wireVersion, type Message } from '../../src/net/wire.ts';
import { wholeEntry } from '../../src/store/store.ts';
import { mustHave, testDevice } from '../access/support/practices.ts';
import { hostile, mustDecode } from './hostile-end.ts';
import type { Replica } from './replica.ts';
import {
  clinicAndPharmacy,
  connect,
  cost,
  disconnect,
  quiet,
  sharedCharts,
  still,
  worldOf,
  write,
  type World,
} from './world.ts';

async function threePractices() {
  const world = await worldOf('clinic', 'pharmacy', 'laboratory');
  const [clinic, pharmacy, laboratory] = world.replicas;
  if (clinic === undefined || pharmacy === undefined || laboratory === undefined) throw new Error('three replicas');
  return { ...world, clinic, pharmacy, laboratory };
}

describe('replication between practices', () => {
  test('[ATTACK-6] a pharmacy that was given medications holds these and identity, and is sent nothing else', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const chart = await clinic.createChart();
    for (const section of ['identity', 'medications', 'problems'] as const)
      await clinic.edit(chart, section, `of ${section}`);
    await clinic.share(chart, pharmacy.self.practice, ['medications'], 'read');
    await connect(world, clinic, pharmacy);
    for (const section of ['identity', 'medications'] as const) {
      await clinic.edit(chart, section, `more of ${section}`);
      await quiet(world);
      expect(await pharmacy.read(chart, section)).toEqual([`more of ${section}`, `of ${section}`]);
    }
    await clinic.edit(chart, 'problems', 'more of problems');
    await quiet(world);
    const { found } = await pharmacy.store.chartState(chart);
    expect([...found.keys()].sort()).toEqual(['identity', 'medications']);
    for (const { frame } of world.network.frames) {
      const message = mustDecode(frame);
      if (message.kind === 'entries') expect(message.sections.map(({ section }) => section)).not.toContain('problems');
    }
  });

  test('[RE-5] a share, an edit and a second section shared while connected arrive at once', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    await connect(world, clinic, pharmacy);
    const chart = await clinic.createChart();
    await clinic.edit(chart, 'problems', 'a problem');
    await clinic.edit(chart, 'allergies', 'an allergy');
    await clinic.share(chart, pharmacy.self.practice, ['allergies'], 'write');
    await quiet(world);
    expect(await pharmacy.read(chart, 'allergies')).toEqual(['an allergy']);
    expect((await pharmacy.edit(chart, 'allergies', 'from the pharmacy')).ok).toBe(true);
    await quiet(world);
    expect(await clinic.read(chart, 'allergies')).toEqual(['an allergy', 'from the pharmacy']);
    await clinic.share(chart, pharmacy.self.practice, ['problems'], 'read');
    await quiet(world);
    expect(await pharmacy.read(chart, 'problems')).toEqual(['a problem']);
  });

  test('entries reach a reader by way of another reader when the author is away', async () => {
    const world = await threePractices();
    const { clinic, pharmacy, laboratory } = world;
    const chart = await clinic.createChart();
    for (const other of [pharmacy, laboratory]) await clinic.share(chart, other.self.practice, ['results'], 'write');
    await connect(world, clinic, pharmacy);
    await connect(world, clinic, laboratory);
    disconnect(world, clinic, laboratory);
    await clinic.edit(chart, 'results', 'from the clinic');
    await quiet(world);
    disconnect(world, clinic, pharmacy);
    await connect(world, pharmacy, laboratory);
    expect(await laboratory.read(chart, 'results')).toEqual(['from the clinic']);
  });

  test('who holds what is known from what each said to have made durable', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const [chart] = await sharedCharts(1, clinic, pharmacy);
    const shared = mustHave(chart);
    await write(clinic, shared, 3);
    expect(heldAt(clinic, pharmacy, shared)).toBeUndefined();
    await connect(world, clinic, pharmacy);
    expect(heldAt(clinic, pharmacy, shared)).toBe(3);
    await write(clinic, shared, 1);
    await quiet(world);
    expect(heldAt(clinic, pharmacy, shared)).toBe(4);
  });

  test('[ATTACK-42] a revoked practice learns of its removal, hands over what it wrote, and gets nothing later', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const [first] = await sharedCharts(1, clinic, pharmacy);
    const chart = mustHave(first);
    await connect(world, clinic, pharmacy);
    await write(pharmacy, chart, 1);
    await quiet(world);
    disconnect(world, clinic, pharmacy);
    await clinic.stopSharing(chart, pharmacy.self.practice);
    await clinic.edit(chart, 'allergies', 'written after the removal');
    await pharmacy.edit(chart, 'allergies', 'written without knowing of it');
    cost(world);
    const before = clinic.frontier(chart, 'allergies');
    await connect(world, pharmacy, clinic);
    expect(pharmacy.charter(chart).rightOf(pharmacy.self.practice, 'allergies')).toBe('none');
    const sent = world.network.frames
      .filter(({ from }) => from === clinic.self.device)
      .map(({ frame }) => mustDecode(frame));
    expect(sent.some(({ kind }) => kind === 'entries')).toBe(false);
    const newest = mustHave(before.find(({ chain }) => chain.startsWith(clinic.self.device)));
    expect(sent.map((message) => JSON.stringify(message)).join()).not.toContain(newest.hash);
    const judgement = await clinic.judge(chart, 'allergies');
    expect(judgement.quarantined.size).toBe(1);
    expect(await clinic.read(chart, 'allergies')).not.toContain('written without knowing of it');
    await clinic.edit(chart, 'allergies', 'later still');
    await quiet(world);
    expect(
      pharmacy.frontier(chart, 'allergies').find(({ chain }) => chain.startsWith(clinic.self.device)),
    ).toBeUndefined();
  });
});

describe('strangers', () => {
  test('[ATTACK-39] a stranger is told nothing: not a hello, not that anything exists', async () => {
    const world = await clinicAndPharmacy();
    await sharedCharts(1, world.clinic, world.pharmacy);
    const { connection, received } = await hostile(world, world.clinic, testDevice('stranger').id);
    for (const message of probes(mustHave(world.clinic.charts()[0]))) await connection.send(encodeFrame(message));
    await quiet(world);
    expect(received).toEqual([]);
  });

  test('[ID-7] strangers say nothing to each other, and replication begins once each knows the other', async () => {
    const world = await worldOf('clinic');
    const clinic = mustHave(world.replicas[0]);
    const other = await worldOf('pharmacy');
    const pharmacy = mustHave(other.replicas[0]);
    const transport = world.network.transport(pharmacy.self.device);
    await transport.start();
    pharmacy.join(transport);
    const both: World = { ...world, replicas: [clinic, pharmacy], transports: [...world.transports, transport] };
    await connect(both, pharmacy, clinic);
    expect(cost(both).frames).toEqual({});
    await clinic.meet(mustHave(other.practices[0]));
    await still(both);
    await pharmacy.meet(mustHave(world.practices[0]));
    await quiet(both);
    expect(clinic.replicator?.peers()).toMatchObject([{ known: true, settled: true }]);
    const chart = await clinic.createChart();
    await clinic.share(chart, pharmacy.self.practice, ['vitals'], 'read');
    await clinic.edit(chart, 'vitals', 'a pulse');
    await quiet(both);
    expect(await pharmacy.read(chart, 'vitals')).toEqual(['a pulse']);
  });
});

describe('a peer that sends what it should not', () => {
  test('garbage is counted by reason, and too much of it ends the connection with a word', async () => {
    const world = await clinicAndPharmacy();
    const { connection, received, closed } = await hostile(world, world.clinic, world.pharmacy.self.device);
    for (let i = 0; i <= maxFaultsPerConnection; i++) await connection.send(new Uint8Array([wireVersion, 0xff]));
    await still(world);
    expect(world.clinic.replicator?.diagnostics()).toMatchObject([
      { reason: 'not-canonical', count: maxFaultsPerConnection + 1 },
    ]);
    expect(received.at(-1)).toEqual({ kind: 'bye', reason: 'too-many-faults' });
    expect(closed).toEqual(['closed-there']);
  });

  test('[ATTACK-43] a frame of another version is answered in words, not by a crash', async () => {
    const world = await clinicAndPharmacy();
    const { connection, received, closed } = await hostile(world, world.clinic, world.pharmacy.self.device);
    await connection.send(new Uint8Array([wireVersion + 1, ...encodeCanonical({ kind: 'hello' })]));
    await still(world);
    expect(received.at(-1)).toEqual({ kind: 'bye', reason: 'unknown-version' });
    expect(closed).toEqual(['closed-there']);
  });

  test('messages out of turn, of unknown charts and false confirmations are counted and change nothing', async () => {
    const world = await clinicAndPharmacy();
    const [first] = await sharedCharts(1, world.clinic, world.pharmacy);
    const chart = mustHave(first);
    const { connection } = await hostile(world, world.clinic, world.pharmacy.self.device);
    const unknown = 'ab'.repeat(32) as ChartId;
    for (const message of probes(chart)) await connection.send(encodeFrame(message));
    await connection.send(encodeFrame(helloOf(world.pharmacy, world)));
    for (const message of probes(unknown)) await connection.send(encodeFrame(message));
    await connection.send(encodeFrame({ kind: 'have', frames: 9, except: [] }));
    await still(world);
    const reasons = world.clinic.replicator?.diagnostics().map(({ reason }) => reason);
    expect(reasons).toEqual(
      expect.arrayContaining([
        'frontiers-before-hello',
        'have-before-hello',
        'unknown-chart',
        'confirmed-more-than-sent',
      ]),
    );
    expect((await world.clinic.store.chartStates()).found.size).toBe(0);
  });

  test('[RE-4] an entry with a flipped bit anywhere is not kept, and the honest one still is', async () => {
    const world = await clinicAndPharmacy();
    const [first] = await sharedCharts(1, world.clinic, world.pharmacy);
    const chart = mustHave(first);
    await connect(world, world.clinic, world.pharmacy);
    disconnect(world, world.clinic, world.pharmacy);
    await write(world.pharmacy, chart, 1);
    const bytes = wholeEntry(mustHave((await world.pharmacy.store.entries(chart, 'allergies')).found[0]));
    const { connection } = await hostile(world, world.clinic, world.pharmacy.self.device);
    await connection.send(encodeFrame(helloOf(world.pharmacy, world)));
    await connection.send(encodeFrame({ kind: 'charts', charts: [], lacking: [], more: false }));
    const send = (entry: Bytes) =>
      connection.send(encodeFrame({ kind: 'entries', sections: [{ chart, section: 'allergies', entries: [entry] }] }));
    for (let at = 0; at < bytes.length; at += 7) await send(bytes.map((byte, i) => (i === at ? byte ^ 4 : byte)));
    await send(bytes.slice(0, -1));
    await still(world);
    expect(world.clinic.frontier(chart, 'allergies')).toEqual([]);
    await send(bytes);
    await still(world);
    expect(world.clinic.frontier(chart, 'allergies')).toHaveLength(1);
  });
});

function heldAt(at: Replica, by: Replica, chart: ChartId): number | undefined {
  return at.heldByOthers.get([by.self.device, chart, 'allergies', `${at.self.device}/`].join('/'))?.seq;
}

function helloOf(replica: Replica, world: World): Message {
  const rosters = rostersDigest(world.practices.map(({ id }) => ({ practice: id, heads: replica.rosterHeads(id) })));
  return {
    kind: 'hello',
    practice: replica.self.practice,
    rosters,
    leaves: { count: 1, fingerprint: new Uint8Array(16) },
  };
}

function probes(chart: ChartId): readonly Message[] {
  return [
    {
      kind: 'frontiers',
      charts: [{ chart, heads: [], sections: [{ section: 'allergies', frontier: [] }] }],
      asks: true,
    },
    { kind: 'have', frames: 0, except: [] },
    { kind: 'want', chart, section: 'allergies', hashes: [entryHash(new Uint8Array(32))] },
    { kind: 'entries', sections: [{ chart, section: 'allergies', entries: [new Uint8Array([1, 2, 3])] }] },
    { kind: 'charterOps', charters: [{ chart, ops: [new Uint8Array([1, 2, 3])] }] },
  ];
}
