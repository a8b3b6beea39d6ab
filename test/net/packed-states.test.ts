/** Frontiers packed for memory: what comes out is what went in, whatever else is packed beside it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartId, entryHash } from '../../src/base/ids.ts';
import { bookSections, chartSections, type Section } from '../../src/base/sections.ts';
import type { ChainName } from '../../src/crypto/entry.ts';
import { PackedStates } from '../../src/net/packed-states.ts';
import type { SectionState } from '../../src/store/store.ts';
import '../support/generated-cases.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const count = fc.oneof(fc.nat(300), fc.nat(2 ** 40));
const state = fc.record({
  frontier: fc.array(
    fc.record({
      chain: fc.stringMatching(/^[0-9a-f]{2}(\/[a-c])?$/).map((name) => name as ChainName),
      seq: count,
      hash: bytes.map(entryHash),
    }),
    { maxLength: 4 },
  ),
  entries: count,
  bytes: count,
});
const states = fc
  .uniqueArray(fc.constantFrom<Section>(...chartSections, ...bookSections), { maxLength: 6 })
  .chain((sections) => fc.tuple(...sections.map((section) => fc.tuple(fc.constant(section), state))))
  .map((entries) => new Map<Section, SectionState>(entries));

describe('packed states', () => {
  it('are the same when they are asked for, of every chart, and as they were last set', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(90), states), { maxLength: 120 }), (settings) => {
        const packed = new PackedStates();
        const plain = new Map<number, Map<Section, SectionState>>();
        const nameOf = (chart: number) => chartId(new Uint8Array(32).fill(chart));
        for (const [chart, value] of settings) {
          packed.set(nameOf(chart), value);
          plain.set(chart, value);
          expect(packed.get(nameOf(chart))).toEqual(value);
          const version = packed.versionOf(nameOf(chart));
          packed.set(nameOf(chart), packed.get(nameOf(chart)));
          expect(packed.versionOf(nameOf(chart))).toBe(version);
        }
        for (const [chart, value] of plain) expect(packed.get(nameOf(chart))).toEqual(value);
        const entries = [...plain.values()].flatMap((value) => [...value.values()].map((one) => one.entries));
        expect(packed.entries).toBe(entries.reduce((sum, one) => sum + one, 0));
        expect([...packed.keys()].sort()).toEqual([...plain.keys()].map(nameOf).sort());
      }),
    );
  });

  it('of a chart that went are none, and a chart nobody set has none', () => {
    const packed = new PackedStates();
    const chart = chartId(new Uint8Array(32));
    const some = {
      frontier: [{ chain: 'a' as ChainName, seq: 3, hash: entryHash(new Uint8Array(32)) }],
      entries: 3,
      bytes: 900,
    };
    packed.set(chart, new Map([['vitals', some]]));
    const version = packed.versionOf(chart);
    packed.set(chart, new Map([['vitals', { ...some, entries: 4 }]]));
    expect(packed.versionOf(chart)).not.toBe(version);
    packed.delete(chart);
    expect(packed.get(chart).size).toBe(0);
    expect(packed.entries).toBe(0);
    expect([...packed.keys()]).toEqual([]);
  });

  it('of a chart with four sections of one chain weigh less than two hundred bytes', () => {
    const packed = new PackedStates();
    const chart = chartId(new Uint8Array(32).fill(1));
    const chain = 'f'.repeat(64) as ChainName;
    const hash = entryHash(new Uint8Array(32).fill(255));
    const one = { frontier: [{ chain, seq: 12, hash }], entries: 12, bytes: 20_000 };
    packed.set(chart, new Map(chartSections.slice(0, 4).map((section) => [section, one])));
    expect(packed.versionOf(chart).length).toBeLessThan(200);
    // Single bytes: an engine takes two for each letter of a text that has one beyond them.
    expect(packed.versionOf(chart)).toMatch(/^[\0-\xff]*$/);
  });
});
