/** What a keeper fetches unasked (EN-10): all that is named, but of no device more than its share. */
import { expect, it } from 'vitest';
import { chartId, chunkHash, deviceId } from '../../src/base/ids.ts';
import { u32Bytes, concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { maxPartsOfDevice, withinQuota } from '../../src/replica/attachment-parts.ts';
import type { NamedChunk } from '../../src/store/store.ts';

const id = (number: number): Bytes => concatBytes(new Uint8Array(28), u32Bytes(number));
const chart = chartId(id(1));
const named = (device: number, part: number, section: NamedChunk['section'] = 'documents'): NamedChunk => ({
  ...{ chart, section, hash: chunkHash(id(part)) },
  device: deviceId(id(device)),
});

it('[EN-10] whoever names parts without end fills nobody’s disk, and takes nothing from the others', () => {
  const greedy = Array.from({ length: maxPartsOfDevice + 500 }, (_, i) => named(7, i));
  const modest = [named(8, 1_000_001), named(8, 1_000_002)];
  const { within, beyond } = withinQuota([...greedy, ...modest]);
  expect([within.length, beyond]).toEqual([maxPartsOfDevice + 2, 500]);
  // Each section has a share of its own, and a part that two entries name is one.
  const twice = [...greedy.slice(0, maxPartsOfDevice), ...greedy.slice(0, 100), named(7, 5, 'results')];
  expect(withinQuota(twice)).toMatchObject({ beyond: 0 });
  expect(withinQuota(twice).within).toHaveLength(maxPartsOfDevice + 1);
});
