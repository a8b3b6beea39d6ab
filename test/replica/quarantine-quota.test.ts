/** What the room of an author who may not write is measured by (CUT-4): all that its entries take on the disk. */
import { expect, it } from 'vitest';
import { chunkHash, deviceId } from '../../src/base/ids.ts';
import { maxChunksPerEntry } from '../../src/base/limits.ts';
import type { CharterState } from '../../src/access/charter.ts';
import { chainNameOf, type SignedHeader } from '../../src/crypto/entry.ts';
import { encodeHeader } from '../../src/crypto/entry-header.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { maxSetAsideBytes } from '../../src/replica/limits.ts';
import { QuarantineQuota } from '../../src/replica/quarantine-quota.ts';
import type { KeptHead } from '../../src/store/store.ts';
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { sealSample } from '../crypto/fixtures.ts';

const sample = await sealSample('quarantine quota');
const other = await sealSample('a colleague');
const chunks = Array.from({ length: maxChunksPerEntry }, (_, i) =>
  chunkHash(sha256(new TextEncoder().encode(`bait ${i}`))),
).sort();

/** Full of names, and next to nothing besides. */
function bait(seq: number): Pick<SignedHeader, 'header' | 'headerBytes'> {
  const header = { ...sample.header, v: 2 as const, seq, prev: sample.hash, chunks, ctLength: 64 };
  return { header, headerBytes: encodeHeader(header) };
}

const colleague = other.header.device;

/** Of two authors: one whose practice may write, and one who may not. */
function quotaOver(found: readonly KeptHead[]): QuarantineQuota {
  const practiceOf = (device: string) => (device === colleague ? 'colleagues' : undefined);
  const get = () => ({ devices: new Map([[colleague, { status: 'active', role: 'admin' }]]) });
  return new QuarantineQuota({
    rosters: { practiceOf, get } as never,
    store: { heads: () => Promise.resolve({ found, damaged: [] }) },
    content: { frontier: () => found.map(({ device, seq, hash }) => ({ chain: chainNameOf(device, ''), seq, hash })) },
  });
}

/** By somebody who may write, and had seen the other's chain up to there. */
function buildingOn(seq: number): ReturnType<typeof bait> {
  const { device } = sample.header;
  const deps = [{ chain: chainNameOf(device, ''), seq, hash: sample.hash }];
  const header = { ...other.header, deps };
  return { header, headerBytes: encodeHeader(header) };
}

const charter = (): CharterState =>
  ({
    chart: sample.header.chart,
    sections: [sample.header.section],
    cutsOf: () => [],
    admittedIn: () => [],
    stintOf: () => '',
    rightOf: (practice: string) => (practice === 'colleagues' ? 'write' : 'none'),
    settlementsIn: () => [],
  }) as never;

/** As a disk keeps it: the signature is not looked at again. */
function kept({ header, headerBytes }: ReturnType<typeof bait>): KeptHead {
  const prefix = Uint8Array.of(1, headerBytes.length >> 8, headerBytes.length & 255);
  const head: Bytes = concatBytes(prefix, headerBytes, new Uint8Array(64));
  const { chart, section, device, stint, seq } = header;
  return { ...{ chart, section, device, stint, seq, head }, hash: sample.hash, covered: undefined };
}

it('[CUT-4] names and headers count as ciphertext does, also after a restart', async () => {
  const entries = Array.from({ length: 200 }, (_, i) => bait(i + 2));
  const over = await quotaOver([]).over(charter(), entries);
  const taken = entries.length - over.size;
  const names = taken * maxChunksPerEntry;
  expect(taken).toBeGreaterThan(20);
  // A row of a name takes some 256 bytes besides the 32 in the header.
  expect(names * (256 + 32)).toBeLessThan(maxSetAsideBytes);
  const here = entries.slice(0, taken).map(kept);
  const again = await quotaOver(here).over(charter(), entries.slice(taken));
  expect(again.size).toBe(entries.length - taken);
});

it('[CUT-2] [CUT-4] what somebody built on whose word counts is taken beyond the quota: when that came before, and when it comes with it', async () => {
  const entries = Array.from({ length: 200 }, (_, i) => bait(i + 2));
  const full = await quotaOver([]).over(charter(), entries);
  const last = entries.length + 1;
  expect(full.size).toBeGreaterThan(50);
  const over = (await quotaOver([kept(buildingOn(last - 20))]).over(charter(), entries)).keys();
  expect([...over]).toEqual(Array.from({ length: 20 }, (_, i) => entries.length - 20 + i));
  const together = await quotaOver([]).over(charter(), entries, [...entries, buildingOn(last)]);
  expect(together.size).toBe(0);
});

it('[CUT-4] but not for the word of somebody who may not write either', async () => {
  const entries = Array.from({ length: 200 }, (_, i) => bait(i + 2));
  const full = await quotaOver([]).over(charter(), entries);
  const stranger = { ...buildingOn(201).header, device: deviceId(new Uint8Array(32).fill(9)) };
  const stopped = { header: stranger, headerBytes: encodeHeader(stranger) };
  expect((await quotaOver([kept(stopped)]).over(charter(), entries)).size).toBe(full.size);
  expect((await quotaOver([]).over(charter(), entries, [...entries, stopped])).size).toBe(full.size);
});

it('[CUT-4] nor for what a removed author signs below the cut now, in place of what was kept there', async () => {
  const entries = Array.from({ length: 200 }, (_, i) => bait(i + 2));
  const full = await quotaOver([]).over(charter(), entries);
  const removed = deviceId(new Uint8Array(32).fill(9));
  const signed = { ...buildingOn(201).header, device: removed, seq: 1, prev: null };
  const entry = { header: signed, headerBytes: encodeHeader(signed) };
  const cutAt = (hash: KeptHead['hash']): CharterState => ({
    ...charter(),
    cutsOf: () => [{ chain: chainNameOf(removed, ''), seq: 1, hash }],
  });
  expect((await quotaOver([kept(entry)]).over(cutAt(sample.hash), entries)).size).toBe(0);
  expect((await quotaOver([kept(entry)]).over(cutAt(other.hash), entries)).size).toBe(full.size);
  expect((await quotaOver([]).over(cutAt(other.hash), entries, [...entries, entry])).size).toBe(full.size);
});
