import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesEqual, concatBytes, toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { openBackup, sealBackup } from '../../src/crypto/backup.ts';
import { generateBoxKeys, type BoxKeys } from '../../src/crypto/box.ts';
import { generatePhrase, phraseToRootKeys } from '../../src/crypto/recovery-phrase.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, mustBeOk } from './fixtures.ts';

const random = seededRandom('backup');
const rootBox = generateBoxKeys(random);

async function piecesOf(records: Iterable<Uint8Array>, keys: BoxKeys = rootBox): Promise<Bytes[]> {
  const pieces: Bytes[] = [];
  for await (const piece of sealBackup(records, keys.publicKey, random)) pieces.push(piece);
  return pieces;
}

type FivePieces = readonly [header: Bytes, first: Bytes, second: Bytes, third: Bytes, last: Bytes];

async function fivePiecesOf(records: Iterable<Uint8Array>): Promise<FivePieces> {
  const [header, first, second, third, last, ...more] = await piecesOf(records);
  if (!header || !first || !second || !third || !last || more.length > 0) throw new Error('not five pieces');
  return [header, first, second, third, last];
}

async function fileOf(records: Iterable<Uint8Array>): Promise<Bytes> {
  return concatBytes(...(await piecesOf(records)));
}

/**
 * Three records that fill a chunk each, and a short one: a chunk lost, moved or repeated would leave a stream of whole
 * records, so that nothing but the chunks' own order and end can tell.
 */
const chunkBytes = 256 * 1024;
const longRecords = [...['one', 'two', 'three'].map(() => random.bytes(chunkBytes - 4)), toUtf8('the last')];

describe('a backup', () => {
  it('made with the public key alone is opened by the recovery phrase alone', async () => {
    const phrase = generatePhrase(random);
    const keys = mustBeOk(phraseToRootKeys(phrase));
    const pieces = await piecesOf([toUtf8('a chart')], keys.box);
    const typedLater = mustBeOk(phraseToRootKeys(phrase.toUpperCase()));
    expect(mustBeOk(openBackup(concatBytes(...pieces), typedLater.box))).toEqual([toUtf8('a chart')]);
  });

  it('gives back any records, empty ones and none included, in their order', async () => {
    const records = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(records, async (made) => {
        const opened = mustBeOk(openBackup(await fileOf(made), rootBox));
        expect(opened).toEqual(made.map((record) => new Uint8Array(record)));
      }),
      { numRuns: 30 },
    );
  });

  it('gives back records that are longer than a chunk, or end exactly with one', async () => {
    for (const lengths of [
      [chunkBytes - 4],
      [chunkBytes - 3],
      [chunkBytes - 5],
      [2 * chunkBytes - 4],
      [chunkBytes - 4, chunkBytes - 4],
      [700_000, 3],
    ]) {
      const records = lengths.map((length) => random.bytes(length));
      const opened = mustBeOk(openBackup(await fileOf(records), rootBox));
      expect(opened.map((record) => record.length)).toEqual(lengths);
      expect(opened.every((record, i) => bytesEqual(record, records[i] ?? new Uint8Array(0)))).toBe(true);
    }
  });

  it('takes records as they come', async () => {
    async function* slowly(): AsyncGenerator<Bytes> {
      for (const record of longRecords) yield record;
    }
    const pieces: Bytes[] = [];
    for await (const piece of sealBackup(slowly(), rootBox.publicKey, random)) pieces.push(piece);
    expect(pieces).toHaveLength(5);
    expect(mustBeOk(openBackup(concatBytes(...pieces), rootBox))).toHaveLength(4);
  });

  it('does not open by another phrase, and says so', async () => {
    const file = await fileOf([toUtf8('a chart')]);
    expect(openBackup(file, generateBoxKeys(random))).toMatchObject({ reason: 'wrong-phrase' });
  });

  it('shows nothing of its records, and is never the same file twice', async () => {
    const canary = toUtf8('canary of a patient');
    const file = await fileOf([canary]);
    expect(toHex(file)).not.toContain(toHex(canary));
    expect(await fileOf([canary])).not.toEqual(file);
  });

  it('is told apart from other files and newer versions', async () => {
    const file = await fileOf([]);
    expect(openBackup(toUtf8('{"resourceType":"Bundle"}'), rootBox)).toMatchObject({ reason: 'not-a-backup' });
    expect(openBackup(new Uint8Array(0), rootBox)).toMatchObject({ reason: 'not-a-backup' });
    const newer = new Uint8Array(file);
    newer[16] = 2;
    expect(openBackup(newer, rootBox)).toMatchObject({ reason: 'unknown-version' });
  });

  it('[ATTACK-45] cut off anywhere, it is refused whole', async () => {
    const file = await fileOf([toUtf8('one'), toUtf8('two')]);
    for (let end = 0; end < file.length; end++) expect(openBackup(file.subarray(0, end), rootBox).ok).toBe(false);
    const pieces = await piecesOf(longRecords);
    for (let kept = 1; kept < pieces.length; kept++) {
      const cut = concatBytes(...pieces.slice(0, kept));
      expect(openBackup(cut, rootBox), `${kept} pieces`).toMatchObject({ reason: 'damaged' });
    }
  });

  it('[ATTACK-45] reordered, repeated, joined or prolonged, it is refused', async () => {
    const [header, first, second, third, last] = await fivePiecesOf(longRecords);
    const [otherHeader, otherFirst] = await fivePiecesOf(longRecords);
    const wrong = [
      [header, second, first, third, last],
      [header, first, third, second, last],
      [header, first, first, second, third, last],
      [header, first, third, last],
      [header, first, second, third, last, last],
      [header, last],
      [header, first, second, third, last, Uint8Array.of(0)],
      [header, first, second, third, last, new Uint8Array(20)],
      [header, otherFirst, second, third, last],
      [otherHeader, first, second, third, last],
    ];
    for (const pieces of wrong) expect(openBackup(concatBytes(...pieces), rootBox).ok).toBe(false);
    expect(openBackup(concatBytes(header, first, second, third, last), rootBox).ok).toBe(true);
  });

  it('[ATTACK-45] with one flipped bit anywhere, it is refused', async () => {
    const file = await fileOf([toUtf8('one')]);
    for (let bit = 0; bit < file.length * 8; bit++) {
      expect(openBackup(flipBit(file, bit), rootBox).ok, `bit ${bit}`).toBe(false);
    }
  });
});
