/** What a keeper fetches unasked (EN-10): all that is named, but of no device more than its share. */
import { expect, it, vi } from 'vitest';
import { chartId, chunkHash, deviceId } from '../../src/base/ids.ts';
import { u32Bytes, concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { PartWants } from '../../src/net/attachment-wants.ts';
import { AttachmentParts, maxPartsOfDevice, withinQuota } from '../../src/replica/attachment-parts.ts';
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

it('[EN-10] the names of a chart are read once for all frames that came meanwhile, and again for what came later', async () => {
  const kept = [named(7, 1)];
  const reads: (() => void)[] = [];
  const store = {
    chunksNamed: async () => {
      await new Promise<void>((resolve) => reads.push(resolve));
      return [...kept];
    },
    chunksHeld: () => Promise.resolve([]),
  };
  const parts = { store, content: {}, diagnostics: { count: () => undefined } };
  const wants = new PartWants({ nowMs: () => 0 });
  const attachments = new AttachmentParts(parts as never, {} as never, wants);
  const looks = [attachments.wantAll(chart)];
  const begun = (count: number) => vi.waitUntil(() => reads.length === count);
  await begun(1);
  for (let part = 2; part < 50; part++) {
    kept.push(named(7, part));
    looks.push(attachments.wantAll(chart));
  }
  reads[0]?.();
  await begun(2);
  reads[1]?.();
  await Promise.all(looks);
  expect([reads.length, wants.size]).toEqual([2, 49]);
});

it('[EN-10] a look that failed keeps no other from being taken', async () => {
  let fails = true;
  const store = {
    chunksNamed: () => (fails ? Promise.reject(new Error('closed')) : Promise.resolve([named(7, 1)])),
    chunksHeld: () => Promise.resolve([]),
  };
  const wants = new PartWants({ nowMs: () => 0 });
  const attachments = new AttachmentParts({ store } as never, {} as never, wants);
  await expect(attachments.wantAll(chart)).rejects.toThrow('closed');
  fails = false;
  await attachments.wantAll(chart);
  expect(wants.size).toBe(1);
});
