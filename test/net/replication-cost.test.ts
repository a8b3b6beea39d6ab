/** What is said between two real replicas over the network in memory, in frames and bytes: a change of cost is seen. */
import { describe, expect, test } from 'vitest';
import { clinicAndPharmacy, connect, cost, disconnect, quiet, sharedCharts, write } from './world.ts';

describe('what replication costs', () => {
  for (const charts of [0, 1, 100]) {
    test(`[RE-2] nothing new between two that share ${charts} charts: one hello each, whatever the number`, async () => {
      const world = await clinicAndPharmacy();
      const shared = await sharedCharts(charts, world.clinic, world.pharmacy);
      await connect(world, world.clinic, world.pharmacy);
      for (const chart of shared.slice(0, 3)) await write(world.clinic, chart, 2);
      await quiet(world);
      disconnect(world, world.clinic, world.pharmacy);
      cost(world);
      await connect(world, world.pharmacy, world.clinic);
      expect(cost(world)).toMatchInlineSnapshot(`
        {
          "bytes": 554,
          "frames": {
            "hello": 2,
          },
        }
      `);
    });
  }

  test('[RE-5] one edit while connected: one frame of entries there, one word of having back', async () => {
    const world = await clinicAndPharmacy();
    const [chart] = await sharedCharts(1, world.clinic, world.pharmacy);
    if (chart === undefined) throw new Error('one chart');
    await connect(world, world.clinic, world.pharmacy);
    cost(world);
    await write(world.clinic, chart, 1);
    await quiet(world);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 781,
        "frames": {
          "entries": 1,
          "have": 1,
        },
      }
    `);
    expect(await world.pharmacy.read(chart, 'allergies')).toHaveLength(1);
  });

  test('a cold chart of 200 entries goes over in few frames', async () => {
    const world = await clinicAndPharmacy();
    const [chart] = await sharedCharts(1, world.clinic, world.pharmacy);
    if (chart === undefined) throw new Error('one chart');
    await write(world.clinic, chart, 200);
    await connect(world, world.clinic, world.pharmacy);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 120390,
        "frames": {
          "charterOps": 1,
          "charts": 2,
          "entries": 1,
          "frontiers": 2,
          "have": 1,
          "hello": 2,
        },
      }
    `);
    expect(await world.pharmacy.read(chart, 'allergies')).toHaveLength(200);
  });

  test('[RE-3] after a break only the difference is sent', async () => {
    const world = await clinicAndPharmacy();
    const charts = await sharedCharts(20, world.clinic, world.pharmacy);
    const [chart] = charts;
    if (chart === undefined) throw new Error('charts');
    await write(world.clinic, chart, 50);
    await connect(world, world.clinic, world.pharmacy);
    disconnect(world, world.clinic, world.pharmacy);
    await write(world.clinic, chart, 1);
    await write(world.pharmacy, chart, 2);
    cost(world);
    await connect(world, world.clinic, world.pharmacy);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 8440,
        "frames": {
          "charts": 2,
          "entries": 2,
          "frontiers": 2,
          "have": 2,
          "hello": 2,
        },
      }
    `);
    for (const replica of [world.clinic, world.pharmacy])
      expect(await replica.read(chart, 'allergies')).toHaveLength(53);
  });
});
