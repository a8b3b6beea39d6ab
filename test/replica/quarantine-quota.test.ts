/** What the room of an author who may not write is measured by (CUT-4): all that its entries take on the disk. */
import { expect, it } from 'vitest';
import { chunkHash } from '../../src/base/ids.ts';
import { maxChunksPerEntry } from '../../src/base/limits.ts';
import type { CharterState } from '../../src/access/charter.ts';
import type { SignedHeader } from '../../src/crypto/entry.ts';
import { encodeHeader } from '../../src/crypto/entry-header.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { maxSetAsideBytes, QuarantineQuota } from '../../src/replica/quarantine-quota.ts';
import type { KeptHead } from '../../src/store/store.ts';
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { sealSample } from '../crypto/fixtures.ts';

const sample = await sealSample('quarantine quota');
const chunks = Array.from({ length: maxChunksPerEntry }, (_, i) =>
  chunkHash(sha256(new TextEncoder().encode(`bait ${i}`))),
).sort();

/** Full of names, and next to nothing besides. */
function bait(seq: number): Pick<SignedHeader, 'header' | 'headerBytes'> {
  const header = { ...sample.header, v: 2 as const, seq, prev: sample.hash, chunks, ctLength: 64 };
  return { header, headerBytes: encodeHeader(header) };
}

function quotaOver(found: readonly KeptHead[]): QuarantineQuota {
  return new QuarantineQuota({
    rosters: { practiceOf: () => undefined } as never,
    store: { heads: () => Promise.resolve({ found, damaged: [] }) },
    content: { frontier: () => [] },
  });
}

const charter = (): CharterState =>
  ({
    chart: sample.header.chart,
    sections: [sample.header.section],
    cutsOf: () => [],
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
