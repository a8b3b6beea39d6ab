/** A colleague's device against the audit log (AU-2, AU-3): real keys of a member, the real wire. */
import { afterEach, expect, test } from 'vitest';
import type { ChartId } from '../../src/base/ids.ts';
import { isVolume, volumesHere } from '../../src/app/audit/audit-volumes.ts';
import { auditRecord, auditRecordKey } from '../../src/app/audit/audit-records.ts';
import type { AuditMonth } from '../../src/app/audit/audit-acts.ts';
import { breakIn } from '../app/support/break-in.ts';
import { mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, wasTold } from './support/replicas.ts';

let world: AttackWorld;
afterEach(() => world.end());

async function log(): Promise<AuditMonth> {
  const { audit } = world.session('alice');
  return audit.month(mustHave((await audit.months())[0]));
}

async function volumeOf(name: string): Promise<ChartId> {
  const machine = await breakIn(world.world, name, world.passphrase);
  const volume = mustHave(volumesHere(machine).find((chart) => isVolume(machine, chart)));
  machine.store.close();
  return volume;
}

test('[ATTACK-67] [AU-3] a colleague’s device writes over an event, invents one in another name and takes one away: all refused', async () => {
  world = await AttackWorld.scene('bob');
  const before = await log();
  const volume = await volumeOf('alice');
  const alice = await HostileDevice.copyOf(world, 'alice');
  // Word of the additions comes by a peer: rosters prove themselves.
  const courier = await (await HostileDevice.takeOver(world, 'bob')).connect('alice');
  const section = 'audit';
  const records = alice.knows.entries(volume, section);
  const first = mustHave(before.events.at(-1));
  const theirs = auditRecordKey(alice.device, first.number);

  const forgeries = [
    // The record reads otherwise, or as if it had never been of use.
    [{ kind: 'change' as const, key: theirs, registers: { events: '{"events":[]}' } }],
    [{ kind: 'settle' as const, key: theirs, registers: { events: '{"events":[]}' } }],
    // Something that Dr alice never did, after what she did.
    [
      {
        kind: 'create' as const,
        key: auditRecordKey(alice.device, 10_000),
        base: auditRecord(10_000, [{ at: 1, kind: 'chart-exported' }]),
      },
    ],
    // What is no event at all.
    [{ kind: 'create' as const, key: 'Contact/x', base: '{"value":{}}' }],
  ];
  const refused = [];
  for (const [i, edits] of forgeries.entries()) {
    const mallory = alice.withKeys(`reception ${String(i)}`);
    const addition = await alice.add(mallory, 'viewer');
    mallory.knows.learn(addition);
    const forged = await mallory.entry({ chart: volume, section, on: records, edits });
    await courier.deliver(addition);
    await (await mallory.connect('alice')).deliver(forged);
    refused.push(forged);
  }
  // An honest line of such a device is taken: viewers are written down as well.
  const viewer = alice.withKeys('reception');
  const addition = await alice.add(viewer, 'viewer');
  viewer.knows.learn(addition);
  const edits = [
    {
      kind: 'create' as const,
      key: auditRecordKey(viewer.device, 1),
      base: auditRecord(1, [{ at: 1_772_452_800_000, kind: 'chart-opened', chart: world.chart }]),
    },
  ];
  const honest = await viewer.entry({ chart: volume, section, on: records, edits });
  await courier.deliver(addition);
  await (await viewer.connect('alice')).deliver(honest);

  const after = await log();
  for (const forged of refused) expect(await fateOf(world, 'alice', forged)).toBe('bad: AU-3 not-own-record');
  expect(await fateOf(world, 'alice', honest)).toBe('effective');
  const known = new Map(after.events.map((event) => [event.id, event]));
  for (const event of before.events) expect(known.get(event.id)).toEqual(event);
  expect(after.events.filter(({ by }) => by === viewer.device)).toMatchObject([
    { kind: 'chart-opened', role: 'viewer' },
  ]);
  expect(after.events.some(({ number }) => number === 10_000)).toBe(false);
  expect(wasTold(world, 'alice', 'AU-3')).toBe(true);
});
