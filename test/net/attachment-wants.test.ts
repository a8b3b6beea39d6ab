/** Names of parts that never come (EN-10): they keep nobody from what others name. */
import { describe, expect, it } from 'vitest';
import { chartId, chunkHash, deviceId, type DeviceId } from '../../src/base/ids.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { PartWants, type WantedPart } from '../../src/net/attachment-wants.ts';
import { maxPartsAsked, maxPartsWanted, partAgainMs } from '../../src/net/limits.ts';

const named = (name: string) => sha256(new TextEncoder().encode(name));
const place = { chart: chartId(named('chart')), section: 'documents' } as const;
const [alice, mallory, twin, keeper] = ['alice', 'mallory', 'twin', 'keeper'].map((name) => deviceId(named(name))) as [
  DeviceId,
  DeviceId,
  DeviceId,
  DeviceId,
];
const parts = (name: string, count: number, ...authors: DeviceId[]): readonly WantedPart[] =>
  Array.from({ length: count }, (_, i) => ({ ...place, hash: chunkHash(named(`${name} ${i}`)), authors }));
const anybody = (): boolean => true;

describe('[EN-10] [ATTACK-66] parts that are wanted', () => {
  it('and that somebody refused give way to one that may be had', () => {
    const wants = new PartWants({ nowMs: () => 0 });
    wants.add(parts('bait', maxPartsWanted, mallory));
    const [scan] = parts('scan', 1, mallory) as [WantedPart];
    expect(wants.add([scan])).toBe(1);
    expect(wants.has(scan)).toBe(false);
    for (const part of wants.ask(alice, 0, anybody)) wants.refused(alice, part);
    wants.add([scan]);
    expect([wants.has(scan), wants.size]).toEqual([true, maxPartsWanted]);
  });

  it('of whoever names most give way to those of others, until each has its share', () => {
    const wants = new PartWants({ nowMs: () => 0 });
    wants.add(parts('bait', maxPartsWanted, mallory));
    wants.add(parts('more bait', maxPartsWanted, twin));
    const scans = parts('scan', 20_000, alice);
    wants.add(scans);
    expect(scans.every((scan) => wants.has(scan))).toBe(true);
    wants.add(parts('bait', maxPartsWanted, mallory));
    expect(scans.every((scan) => wants.has(scan))).toBe(true);
    expect(wants.size).toBe(maxPartsWanted);
  });

  it('and on their way stay', () => {
    const wants = new PartWants({ nowMs: () => 0 });
    wants.add(parts('scan', maxPartsWanted, alice));
    const asked = wants.ask(keeper, 0, anybody);
    wants.add(parts('bait', 1000, mallory));
    expect(asked.every((part) => wants.has(part))).toBe(true);
  });

  it('are asked for one author after the other, however many others name parts that never come', () => {
    const clock = { now: 0, nowMs: () => clock.now };
    const wants = new PartWants(clock);
    const hostile = Array.from({ length: 3 * maxPartsAsked }, (_, i) => deviceId(named(`hostile ${i}`)));
    for (const [i, author] of hostile.entries()) wants.add(parts(`bait ${i}`, 100, author));
    const scans = parts('scan', 3, alice);
    wants.add(scans);
    const told = new Set<string>();
    for (let i = 0; i < 15; i++) {
      const asked = wants.ask(keeper, 0, anybody);
      expect(asked).toHaveLength(maxPartsAsked);
      for (const part of asked) {
        told.add(part.hash);
        wants.refused(keeper, part);
      }
      // All that was refused may be asked for again.
      clock.now += partAgainMs;
    }
    expect(scans.some(({ hash }) => told.has(hash))).toBe(true);
  });

  it('that two authors name belong to the one who names less', () => {
    const wants = new PartWants({ nowMs: () => 0 });
    const [scan] = parts('scan', 1, mallory) as [WantedPart];
    wants.add([scan, ...parts('bait', maxPartsWanted - 1, mallory)]);
    wants.add([{ ...scan, authors: [mallory, alice] }]);
    wants.add(parts('other', 100, twin));
    expect(wants.has(scan)).toBe(true);
  });
});
