/** Snapshots as bytes (SN-1): sealed, signed, opened, and refused where anything is not as its maker wrote it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesEqual, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import {
  decodeManifest,
  encodeManifest,
  type CoveredBody,
  type CoveredChain,
} from '../../src/crypto/sealed-manifest.ts';
import { openSnapshot, sealSnapshot } from '../../src/crypto/sealed-snapshot.ts';
import { decodeSnapshot, recognizeSnapshot, verifySnapshot, type VerifiedSnapshot } from '../../src/crypto/snapshot.ts';
import { generateSignKeys } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, mustBeOk, sampleSnapshot } from './fixtures.ts';

const sample = sampleSnapshot('sealed-snapshot');
const sealed = mustBeOk(await sealSnapshot(sample.input));

describe('a snapshot', () => {
  test('[SN-1] comes back as it was sealed, signed by its maker, named by header and signature', async () => {
    const received = mustBeOk(decodeSnapshot(sealed.bytes));
    const verified = mustBeOk(await verifySnapshot(received));
    expect(verified.name).toBe(sealed.name);
    expect(verified.header).toEqual(sealed.header);
    expect(verified.header.access).toEqual(sample.input.header.access.toSorted());
    expect(mustBeOk(openSnapshot(verified, sample.epochKey)).body).toEqual(sample.input.body);
  });

  test('[SN-1] no bit of it can be changed', async () => {
    const bits = sealed.bytes.length * 8;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bits - 1 }), async (bit) => {
        const received = decodeSnapshot(flipBit(sealed.bytes, bit));
        const verified = received.ok ? await verifySnapshot(received.value) : received;
        expect(verified.ok).toBe(false);
        if (received.ok) expect(recognizeSnapshot(received.value, sealed.name)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('[SN-1] opens under the key it names alone, and not under another header', async () => {
    const random = seededRandom('another key');
    expect(openSnapshot(sealed, random.bytes(32))).toMatchObject({ ok: false, reason: 'wrong-key' });
    const [first] = sealed.header.covers;
    if (first === undefined) throw new Error('it covers something');
    const narrower = mustBeOk(
      await sealSnapshot({
        ...sample.input,
        header: { ...sample.input.header, covers: [first] },
        body: { ...sample.input.body, chains: sample.input.body.chains.slice(0, 1) },
      }),
    );
    const swapped = { ...narrower, ciphertext: sealed.ciphertext } as VerifiedSnapshot;
    expect(openSnapshot(swapped, sample.epochKey)).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('[SN-1] is signed by the device it names and for nothing else', async () => {
    const other = generateSignKeys(seededRandom('somebody else'));
    await expect(sealSnapshot({ ...sample.input, signKeys: other })).rejects.toThrow('names the device');
    const received = mustBeOk(decodeSnapshot(sealed.bytes));
    const forged = { ...received, signature: other.publicKey };
    expect((await verifySnapshot(forged as typeof received)).ok).toBe(false);
  });

  test('[ATTACK-43] a snapshot of another version is refused by name', () => {
    const newer = new Uint8Array(sealed.bytes);
    newer[0] = 2;
    expect(decodeSnapshot(newer)).toMatchObject({ ok: false, reason: 'unknown-version' });
  });
});

describe('the manifest', () => {
  const body = fc.record({
    nonce: fc.constantFrom('a', 'b', 'c').map((letter): Bytes => new Uint8Array(16).fill(letter.charCodeAt(0))),
    changes: fc.integer({ min: 1, max: 3 }),
  });
  const chain = fc.array(fc.tuple(body, fc.boolean()), { minLength: 1, maxLength: 12 }).map((bodies): CoveredChain => {
    let index = 0;
    return bodies.map(([one, inBatch]): CoveredBody => {
      if (!inBatch) return one;
      return { ...one, batch: { id: 'ab'.repeat(16), index: index++, count: 12 } };
    });
  });
  const coversOf = (chains: readonly CoveredChain[]) =>
    chains.map((bodies, i) => ({ ...itemOf(sealed, 0), chain: `${i}/` as const, seq: bodies.length })) as Parameters<
      typeof decodeManifest
    >[1];

  test('[SN-1] says of any entries what their bodies said, in one encoding', () => {
    fc.assert(
      fc.property(fc.array(chain, { minLength: 1, maxLength: 4 }), (chains) => {
        const bytes = encodeManifest(chains);
        expect(mustBeOk(decodeManifest(bytes, coversOf(chains), 1_000))).toEqual(chains);
      }),
      { numRuns: 200 },
    );
  });

  test('[SN-1] is refused when its runs could be longer, do not add up or stand for too much', () => {
    const nonce = new Uint8Array(16);
    const covers = coversOf([new Array<CoveredBody>(4).fill({ nonce, changes: 1 })]);
    const said = (value: CborValue): ReturnType<typeof decodeManifest> =>
      decodeManifest(encodeCanonical([value]), covers, 1_000);
    const changes = [[1, 4]];
    expect(said([[[nonce, 4]], changes, []]).ok).toBe(true);
    const id = new Uint8Array(16);
    const refused: readonly CborValue[] = [
      [[[nonce, 3]], changes, []],
      [[[nonce, 5]], changes, []],
      [
        [
          [nonce, 2],
          [nonce, 2],
        ],
        changes,
        [],
      ],
      [
        [[nonce, 4]],
        [
          [1, 2],
          [1, 2],
        ],
        [],
      ],
      [[[nonce, 4]], [[0, 4]], []],
      [[[nonce.subarray(1), 4]], changes, []],
      [[[nonce, 4]], changes, [[1, 5, id, 0, 9]]],
      [
        [[nonce, 4]],
        changes,
        [
          [1, 1, id, 0, 9],
          [2, 1, id, 1, 9],
        ],
      ],
      [
        [[nonce, 4]],
        changes,
        [
          [2, 1, id, 0, 9],
          [1, 1, id, 1, 9],
        ],
      ],
      [[[nonce, 4]], changes, [[1, 2, id, 8, 9]]],
      [[[nonce, 4]], changes],
    ];
    for (const value of refused) expect(said(value)).toMatchObject({ ok: false, reason: 'malformed' });
    const many = coversOf([new Array<CoveredBody>(9).fill({ nonce, changes: 1 })]);
    expect(decodeManifest(encodeManifest([[]]), many, 8)).toMatchObject({ ok: false, reason: 'too-large' });
  });

  test('[SN-1] costs next to nothing where entries are alike', () => {
    const alike = new Array<CoveredBody>(10_000).fill({ nonce: new Uint8Array(16), changes: 1 });
    expect(encodeManifest([alike]).length).toBeLessThan(64);
    expect(decodeCanonical(encodeManifest([alike])).ok).toBe(true);
  });
});

test('[SN-1] nothing of the document stands in the clear', () => {
  const { document } = sample.input.body;
  const word = toUtf8('metoprolol');
  const holds = (bytes: Uint8Array): boolean =>
    bytes.some((_, at) => bytesEqual(bytes.subarray(at, at + word.length), word));
  expect(holds(document)).toBe(true);
  expect(holds(sealed.bytes)).toBe(false);
});

function itemOf(snapshot: VerifiedSnapshot, i: number) {
  const item = snapshot.header.covers[i];
  if (item === undefined) throw new Error('it covers something');
  return item;
}
