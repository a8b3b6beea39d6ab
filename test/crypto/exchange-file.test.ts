import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesEqual, concatBytes, toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { generateBoxKeys, type BoxKeys } from '../../src/crypto/box.ts';
import { ExchangeFile, maxExchangeRecordBytes, sealExchangeFile } from '../../src/crypto/exchange-file.ts';
import { generateSignKeys } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, mustBeOk } from './fixtures.ts';

const random = seededRandom('exchange file');
const alice = generateSignKeys(random);
const bob = generateBoxKeys(random);
const bobsSecond = generateBoxKeys(random);
const bobsRoot = generateBoxKeys(random);
const bobsPractice = random.bytes(32);
const ours = [bob, bobsSecond, bobsRoot].map(({ publicKey }) => publicKey);

async function piecesOf(records: Iterable<Uint8Array>, recipients: readonly Uint8Array[] = ours): Promise<Bytes[]> {
  const pieces: Bytes[] = [];
  for await (const piece of sealExchangeFile(records, recipients, { keys: alice, log: bobsPractice }, random))
    pieces.push(piece);
  return pieces;
}

async function fileOf(records: Iterable<Uint8Array>): Promise<Bytes> {
  return concatBytes(...(await piecesOf(records)));
}

const sourceOf = (file: Uint8Array) => ({
  size: file.length,
  read: (start: number, end: number) => Promise.resolve(file.subarray(start, end)),
});

/** What a reader makes of a file: its records once they are proven, or why it takes none. */
async function read(
  file: Uint8Array,
  keys: BoxKeys = bob,
  signer = { publicKey: alice.publicKey as Uint8Array, log: bobsPractice as Uint8Array },
): Promise<readonly Bytes[] | string> {
  const opened = await ExchangeFile.open(sourceOf(file), keys);
  if (!opened.ok) return opened.reason;
  const checked = await opened.value.check(
    () => signer,
    () => Promise.resolve(),
  );
  if (!checked.ok) return checked.reason;
  const records: Bytes[] = [];
  await opened.value.records((record) => {
    records.push(record);
    return Promise.resolve(true);
  });
  return records;
}

const chunkBytes = 256 * 1024;
const threeChunks = ['one', 'two', 'three'].map(() => random.bytes(chunkBytes - 4));

describe('an exchange file', () => {
  it('[RE-5] opens by every device it was sealed to and by the root, and by nobody else', async () => {
    const file = await fileOf([toUtf8('a frame')]);
    for (const keys of [bob, bobsSecond, bobsRoot]) expect(await read(file, keys)).toEqual([toUtf8('a frame')]);
    expect(await read(file, generateBoxKeys(random))).toBe('not-for-us');
  });

  it('gives back any records in their order', async () => {
    const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(records, async (made) => {
        expect(await read(await fileOf(made))).toEqual(made.map((record) => new Uint8Array(record)));
      }),
      { numRuns: 30 },
    );
  });

  it('gives back records that end with a chunk, or are the longest there may be', async () => {
    for (const lengths of [
      [chunkBytes - 4],
      [chunkBytes - 3],
      [64, 64],
      [maxExchangeRecordBytes, 3],
      [2, chunkBytes],
    ]) {
      const made = lengths.map((length) => random.bytes(length));
      const opened = await read(await fileOf(made));
      expect(typeof opened === 'string' ? opened : opened.map(({ length }) => length)).toEqual(lengths);
    }
    await expect(fileOf([random.bytes(maxExchangeRecordBytes + 1)])).rejects.toThrow('fits its limit');
  });

  it('stops where the reader stops', async () => {
    const opened = mustBeOk(await ExchangeFile.open(sourceOf(await fileOf(threeChunks)), bob));
    let seen = 0;
    expect(mustBeOk(await opened.records(() => Promise.resolve(++seen < 2)))).toBeUndefined();
    expect(seen).toBe(2);
  });

  it('[ATTACK-45] counts as written by the device alone that signed it, for the practice it signed it for', async () => {
    const file = await fileOf([toUtf8('a frame')]);
    const mallory = generateSignKeys(random);
    expect(await read(file, bob, { publicKey: mallory.publicKey, log: bobsPractice })).toBe('damaged');
    expect(await read(file, bob, { publicKey: alice.publicKey, log: random.bytes(32) })).toBe('damaged');
  });

  it('[ATTACK-45] a recipient cannot put another’s signed records into a file of its own', async () => {
    // The recipient has the records and the signature, and makes a file that opens; the signature is of another header.
    const [header, ...chunks] = await piecesOf([toUtf8('a frame')]);
    const [otherHeader, ...otherChunks] = await piecesOf([toUtf8('a frame')]);
    if (header === undefined || otherHeader === undefined) throw new Error('a file has a header');
    expect(await read(concatBytes(otherHeader, ...chunks))).toBe('damaged');
    expect(await read(concatBytes(header, ...otherChunks))).toBe('damaged');
    const wraps = new Uint8Array(header);
    // Wraps are under the signature: one changed that is not ours does not go unnoticed.
    wraps[wraps.length - 1] = (wraps[wraps.length - 1] ?? 0) ^ 1;
    expect(await read(concatBytes(wraps, ...chunks))).toBe('damaged');
  });

  it('shows nothing of its records, and is never the same file twice', async () => {
    const canary = toUtf8('canary of a patient');
    const file = await fileOf([canary]);
    expect(toHex(file)).not.toContain(toHex(canary));
    for (const id of [alice.publicKey, bobsPractice, ...ours]) expect(toHex(file)).not.toContain(toHex(id));
    expect(await fileOf([canary])).not.toEqual(file);
  });

  it('[ATTACK-61] one, two or three devices give headers of one length, and lengths of content are padded', async () => {
    const headers = [ours.slice(0, 1), ours.slice(0, 2), ours].map(async (recipients) => {
      const [header] = await piecesOf([toUtf8('a')], recipients);
      return header?.length;
    });
    expect(new Set(await Promise.all(headers)).size).toBe(1);
    const lengths = new Set<number>();
    for (let length = 3000; length < 3060; length++) lengths.add((await fileOf([random.bytes(length)])).length);
    expect(lengths.size).toBeLessThan(4);
  });

  it('is told apart from other files and newer versions', async () => {
    expect(await read(toUtf8('{"resourceType":"Bundle"}'))).toBe('not-an-exchange-file');
    expect(await read(new Uint8Array(0))).toBe('not-an-exchange-file');
    const newer = await fileOf([toUtf8('a')]);
    newer[18] = 2;
    expect(await read(newer)).toBe('unknown-version');
  });

  it('[ATTACK-45] cut off anywhere, it is refused whole', async () => {
    const file = await fileOf([toUtf8('one'), toUtf8('two')]);
    for (let end = 0; end < file.length; end++) expect(typeof (await read(file.subarray(0, end)))).toBe('string');
    const pieces = await piecesOf(threeChunks);
    for (let kept = 1; kept < pieces.length; kept++)
      expect(await read(concatBytes(...pieces.slice(0, kept)))).toBe('damaged');
  });

  it('[ATTACK-45] reordered, repeated, joined or prolonged, it is refused', async () => {
    const [header, first, second, ...rest] = await piecesOf(threeChunks);
    if (!header || !first || !second) throw new Error('a file of several chunks');
    const wrong = [
      [header, second, first, ...rest],
      [header, first, first, second, ...rest],
      [header, first, ...rest],
      [header, first, second, ...rest, ...rest],
      [header, first, second, ...rest, new Uint8Array(20)],
    ];
    for (const pieces of wrong) expect(await read(concatBytes(...pieces))).toBe('damaged');
    expect(await read(concatBytes(header, first, second, ...rest))).toHaveLength(3);
  });

  it('[ATTACK-45] with one flipped bit anywhere, it is refused', async () => {
    const file = await fileOf([toUtf8('one')]);
    for (let bit = 0; bit < file.length * 8; bit++)
      expect(typeof (await read(flipBit(file, bit))), `bit ${bit}`).toBe('string');
  });

  it('reads no more of a file at a time than a chunk, whatever lengths it states', async () => {
    const file = await fileOf(threeChunks);
    const reads: number[] = [];
    const source = {
      size: file.length,
      read: (start: number, end: number) => {
        reads.push(end - start);
        return Promise.resolve(file.subarray(start, end));
      },
    };
    const opened = mustBeOk(await ExchangeFile.open(source, bob));
    await opened.records(() => Promise.resolve(true));
    expect(Math.max(...reads)).toBeLessThanOrEqual(chunkBytes + 16);
    expect(bytesEqual(concatBytes(...threeChunks), concatBytes(...((await read(file)) as Bytes[])))).toBe(true);
  });
});
