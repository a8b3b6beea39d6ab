/** Two devices that do not converge, and what a reconnection shows while they do (RE-6). */
import { describe, expect, test } from 'vitest';
import type { ChartId, DeviceId } from '../../src/base/ids.ts';
import { mostSameDifferences, SameDifferences } from '../../src/net/same-difference.ts';
import { testDevice } from '../access/support/practices.ts';
import { clinicAndPharmacy, connect, disconnect, quiet, sharedCharts, write } from './world.ts';

describe('the same difference', () => {
  const device = testDevice('pharmacy').id;
  const chart = 'a'.repeat(64) as ChartId;
  const other = 'b'.repeat(64) as ChartId;

  /** What is told over several comparisons, each followed by a completed exchange. */
  function toldOver(
    comparisons: readonly (readonly (readonly [ChartId, string])[])[],
  ): readonly (readonly ChartId[])[] {
    const differences = new SameDifferences();
    return comparisons.map((differing) => {
      const told = differences.compared(device, new Map(differing));
      differences.completed(device);
      return told;
    });
  }

  test('[RE-6] is told once, after three completed exchanges that left it as it was', () => {
    const same = [[chart, 'ours theirs']] as const;
    expect(toldOver([same, same, same, same, same, same, same])).toEqual([[], [], [], [chart], [], [], []]);
    expect(mostSameDifferences).toBe(3);
  });

  test('[RE-6] that changed on either side, or went, is counted anew; another chart counts for itself', () => {
    const one = [[chart, 'ours theirs']] as const;
    const moved = [[chart, 'ours new']] as const;
    const both = [...one, [other, 'here there']] as const;
    expect(toldOver([one, one, one, moved, moved, moved, moved]).flat()).toEqual([chart]);
    expect(toldOver([one, one, one, [], one, one, one])).toEqual([[], [], [], [], [], [], []]);
    expect(toldOver([one, both, both, both, both])).toEqual([[], [], [], [chart], [other]]);
  });

  test('[RE-6] does not count where the exchange was cut off', () => {
    const differences = new SameDifferences();
    for (let i = 0; i < 10; i++) expect(differences.compared(device, new Map([[chart, 'same']]))).toEqual([]);
  });

  test('[RE-6] is counted on after a restart, and each device for itself', () => {
    const before = new SameDifferences();
    const differing = new Map([[chart, 'same']]);
    before.compared(device, differing);
    for (let i = 0; i < 2; i++) before.completed(device);
    const after = new SameDifferences(new Map<DeviceId, ReturnType<typeof before.of>>([[device, before.of(device)]]));
    expect(after.compared(testDevice('other').id, differing)).toEqual([]);
    after.compared(device, differing);
    after.completed(device);
    expect(after.compared(device, differing)).toEqual([chart]);
  });
});

describe('two devices', () => {
  test('[RE-6] that cannot come together are noticed by both, those that can are not', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const [broken, sound] = await sharedCharts(2, clinic, pharmacy);
    if (broken === undefined || sound === undefined) throw new Error('two charts');
    const told: [string, ChartId][] = [];
    for (const replica of [clinic, pharmacy]) {
      const differences = new SameDifferences();
      replica.compared = (device, how) => {
        for (const chart of differences.compared(device, how)) told.push([replica.name, chart]);
      };
      replica.completed = (device) => {
        differences.completed(device);
      };
    }
    // The pharmacy's disk refuses one chart and says nothing of it.
    pharmacy.refuses = broken;
    // The first brings the charter, so the difference is another afterwards; three exchanges leave that as it is.
    for (let i = 0; i < 6; i++) {
      await write(clinic, sound, 1);
      if (i === 0) await write(clinic, broken, 1);
      await connect(world, clinic, pharmacy);
      for (const { replicator } of [clinic, pharmacy]) {
        replicator?.noteQuiet();
        replicator?.noteQuiet();
      }
      expect(told.length, `after ${String(i + 1)} connections`).toBe(i < 4 ? 0 : 2);
      disconnect(world, clinic, pharmacy);
      await quiet(world);
    }
    expect(told.map(([, chart]) => chart)).toEqual([broken, broken]);
    expect(told.map(([name]) => name).sort()).toEqual(['clinic', 'pharmacy']);
  });

  test('[RE-2] after a week apart it is shown how many charts come, and nothing once they are there', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const charts = await sharedCharts(5, clinic, pharmacy);
    await connect(world, clinic, pharmacy);
    disconnect(world, clinic, pharmacy);
    for (const chart of charts.slice(0, 3)) await write(clinic, chart, 2);
    const seen = new Set<string>();
    pharmacy.replicator?.onPeers(() => {
      for (const { receiving } of pharmacy.replicator?.peers() ?? [])
        if (receiving !== undefined) seen.add(`${String(receiving.done)} of ${String(receiving.total)}`);
    });
    const sending = new Set<unknown>();
    clinic.replicator?.onPeers(() => {
      for (const { receiving } of clinic.replicator?.peers() ?? []) sending.add(receiving);
    });
    await connect(world, clinic, pharmacy);
    expect([...seen].some((text) => text.endsWith('of 3'))).toBe(true);
    expect(pharmacy.replicator?.peers().map(({ receiving }) => receiving)).toEqual([undefined]);
    expect(clinic.replicator?.peers().map(({ receiving }) => receiving)).toEqual([undefined]);
    disconnect(world, clinic, pharmacy);
    seen.clear();
    await connect(world, clinic, pharmacy);
    expect([...seen]).toEqual([]);
  });
});
