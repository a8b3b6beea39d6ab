import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, toUtf8, u32Bytes, type Bytes } from '../../src/base/bytes.ts';
import { encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import { changeHash, chartId, chunkHash, deviceId, entryHash, idBytes, opId } from '../../src/base/ids.ts';
import { maxChangesPerEntry } from '../../src/base/limits.ts';
import { actorOf, chainStart, nextChainValue } from '../../src/crypto/chain.ts';
import { encodeUnsealedHeader, type EntryHeader } from '../../src/crypto/entry-header.ts';
import { chainNameOf, decodeEntry, signEntry, verifyEntry, type AdmittedEntry } from '../../src/crypto/entry.ts';
import { keyIdOf } from '../../src/crypto/epoch-key.ts';
import { deriveKey, sha256, taggedHash } from '../../src/crypto/hash.ts';
import { compressAndPad, padmeLength } from '../../src/crypto/padding.ts';
import { seal } from '../../src/crypto/seal.ts';
import { openEntry, sealEntry } from '../../src/crypto/sealed-entry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { admit, hashNamed, mustBeOk, sampleInput, type SampleEntry } from './fixtures.ts';

async function sealAndAdmit(sample: SampleEntry): Promise<AdmittedEntry> {
  const sealed = mustBeOk(await sealEntry(sample.input));
  return admit(mustBeOk(await verifyEntry(mustBeOk(decodeEntry(sealed.bytes)))));
}

/** An entry signed by its device whose ciphertext is whatever the device chose to put there. */
async function entryAround(sample: SampleEntry, content: Bytes, change?: Partial<EntryHeader>): Promise<AdmittedEntry> {
  const { header } = mustBeOk(await sealEntry(sample.input));
  const key = deriveKey(sample.epochKey, 'peerchart/entry-key/1', encodeUnsealedHeader(header));
  const ciphertext = seal(key, content, sample.random);
  const ofCiphertext = { ctHash: toHex(sha256(ciphertext)), ctLength: ciphertext.length };
  return admit(await signEntry({ ...header, ...ofCiphertext, ...change }, ciphertext, sample.signKeys));
}

const bodyFields = { v: 1, nonce: new Uint8Array(16), changes: [], batch: null };

describe('sealed entries', () => {
  it('open under their epoch key to what was sealed', async () => {
    const sample = sampleInput('round trip');
    const entry = await sealAndAdmit(sample);
    const opened = mustBeOk(openEntry(entry, sample.epochKey));
    expect(opened).toEqual({ kind: 'opened', entry, body: sample.input.body });
  });

  it('open for any changes, with and without a batch', async () => {
    const change = fc.uint8Array({ maxLength: 500 }).map((bytes) => new Uint8Array(bytes));
    const batch = fc.record({
      id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toHex),
      index: fc.nat({ max: 9 }),
      count: fc.integer({ min: 10, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 6 }),
        fc.option(batch, { nil: undefined }),
        async (changes, of) => {
          const body = {
            v: 1,
            nonce: new Uint8Array(16).fill(9),
            changes,
            ...(of === undefined ? {} : { batch: of }),
          } as const;
          const sample = sampleInput('any body', {}, body);
          expect(mustBeOk(openEntry(await sealAndAdmit(sample), sample.epochKey)).body).toEqual(body);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('[CH-5] do not open under a key the header does not name', async () => {
    const sample = sampleInput('wrong key');
    const entry = await sealAndAdmit(sample);
    for (const key of [sample.random.bytes(32), new Uint8Array(0), sample.epochKey.subarray(1)]) {
      expect(openEntry(entry, key)).toMatchObject({ ok: false, reason: 'wrong-key' });
    }
  });

  it('[EN-6] [ATTACK-7] a ciphertext under any other header does not open, though its device signed both', async () => {
    const sample = sampleInput('binding');
    const entry = await sealAndAdmit(sample);
    const otherChart = chartId(hashNamed('other chart'));
    const changes: readonly Partial<EntryHeader>[] = [
      { chart: otherChart, epoch: keyIdOf(otherChart, entry.header.section, sample.epochKey) },
      { section: 'allergies', epoch: keyIdOf(entry.header.chart, 'allergies', sample.epochKey) },
      { stint: opId(hashNamed('another stint')) },
      { seq: 3 },
      { prev: entryHash(hashNamed('another entry')) },
      { chain: '11'.repeat(32) },
      { deps: [] },
      { access: entry.header.access.slice(1) },
      { roster: [opId(hashNamed('another roster'))] },
    ];
    for (const change of changes) {
      const moved = await signEntry({ ...entry.header, ...change }, entry.ciphertext, sample.signKeys);
      expect(openEntry(admit(moved), sample.epochKey), JSON.stringify(change)).toMatchObject({ reason: 'malformed' });
    }
    // Another device of the practice, which holds the key too, signs it as its own.
    const colleague = sampleInput('colleague').signKeys;
    const stolenHeader = { ...entry.header, device: deviceId(colleague.publicKey) };
    const stolen = await signEntry(stolenHeader, entry.ciphertext, colleague);
    expect(openEntry(admit(stolen), sample.epochKey)).toMatchObject({ reason: 'malformed' });
    const same = await signEntry(entry.header, entry.ciphertext, sample.signKeys);
    expect(openEntry(admit(same), sample.epochKey).ok).toBe(true);
  });

  it('[EN-10] bind the parts of attachments they name: with another list the ciphertext does not open', async () => {
    const chunks = [chunkHash(hashNamed('second part')), chunkHash(hashNamed('first part'))];
    const { input, epochKey } = sampleInput('parts', { chunks });
    const entry = mustBeOk(await sealEntry(input));
    expect(entry.header).toMatchObject({ v: 2, chunks: chunks.toSorted() });
    expect(mustBeOk(openEntry(admit(entry), epochKey)).body.changes).toEqual(input.body.changes);
    const [one] = chunks.toSorted();
    const { header } = entry;
    const other = await signEntry(
      { ...header, chunks: one === undefined ? [] : [one] },
      entry.ciphertext,
      input.signKeys,
    );
    expect(openEntry(admit(other), epochKey)).toMatchObject({ reason: 'malformed' });
  });

  it('the same body sealed twice gives unlike ciphertexts', async () => {
    const sample = sampleInput('twice');
    const [one, two] = [mustBeOk(await sealEntry(sample.input)), mustBeOk(await sealEntry(sample.input))];
    expect(one.ciphertext).not.toEqual(two.ciphertext);
  });

  it('have a size that says little: bodies a few bytes apart look alike', async () => {
    const sizes = new Set<number>();
    for (let extra = 0; extra < 16; extra++) {
      const noise = seededRandom('noise').bytes(4000 + extra);
      const sample = sampleInput('sizes', {}, { v: 1, nonce: new Uint8Array(16), changes: [noise] });
      sizes.add(mustBeOk(await sealEntry(sample.input)).header.ctLength);
    }
    expect(sizes.size).toBeLessThanOrEqual(2);
  });

  it('sort the sets they cite', async () => {
    const { input } = sampleInput('sorting');
    const { access, deps } = input.header;
    const header = { ...input.header, access: access.toReversed(), deps: deps.toReversed() };
    const sealed = mustBeOk(await sealEntry({ ...input, header }));
    expect(sealed.header.access).toEqual(access.toSorted());
    const chains = sealed.header.deps.map((item) => item.chain);
    expect(chains).toEqual(chains.toSorted());
  });

  it('too much for one entry is refused, to be cut into several', async () => {
    const nonce = new Uint8Array(16);
    const tooMuch = [
      [seededRandom('noise').bytes(1024 * 1024)],
      [new Uint8Array(5 * 1024 * 1024)],
      Array.from({ length: maxChangesPerEntry + 1 }, () => new Uint8Array(1)),
    ];
    for (const changes of tooMuch) {
      const { input } = sampleInput('too much', {}, { v: 1, nonce, changes });
      expect(await sealEntry(input)).toMatchObject({ ok: false, reason: 'too-large' });
    }
  });

  it('bugs of the sealer throw: another device, another key, a missing change hash', async () => {
    const { input } = sampleInput('bugs');
    const other = sampleInput('other');
    await expect(sealEntry({ ...input, signKeys: other.signKeys })).rejects.toThrow('device');
    await expect(sealEntry({ ...input, epochKey: other.epochKey })).rejects.toThrow('key');
    await expect(sealEntry({ ...input, changeHashes: [] })).rejects.toThrow('hash');
    await expect(sealEntry({ ...input, header: { ...input.header, access: [] } })).rejects.toThrow('malformed');
  });
});

describe('what a signed peer may put inside', () => {
  it('[ATTACK-34] an inflate bomb is refused', async () => {
    const sample = sampleInput('bomb');
    const bomb = await entryAround(sample, compressAndPad(new Uint8Array(20_000_000)));
    expect(openEntry(bomb, sample.epochKey)).toMatchObject({ reason: 'too-large' });
    const deflated = deflateSync(new Uint8Array(20_000_000));
    const lying = new Uint8Array(padmeLength(8 + deflated.length));
    lying.set(concatBytes(u32Bytes(deflated.length), u32Bytes(100), deflated));
    expect(openEntry(await entryAround(sample, lying), sample.epochKey)).toMatchObject({ reason: 'malformed' });
  });

  it.each<[name: string, body: CborValue]>([
    ['another version', { ...bodyFields, v: 2 }],
    ['a short nonce', { ...bodyFields, nonce: new Uint8Array(15) }],
    ['a nonce that is text', { ...bodyFields, nonce: '0123456789abcdef' }],
    ['changes that are no bytes', { ...bodyFields, changes: ['change'] }],
    ['changes that are no list', { ...bodyFields, changes: new Uint8Array(3) }],
    ['too many changes', { ...bodyFields, changes: Array.from({ length: 1025 }, () => new Uint8Array(1)) }],
    ['a field too many', { ...bodyFields, patient: 'x' }],
    ['a field too few', { v: 1, nonce: new Uint8Array(16), changes: [] }],
    ['a batch id that is none', { ...bodyFields, batch: { id: 'x', index: 0, count: 1 } }],
    ['a batch index beyond its count', { ...bodyFields, batch: { id: '00'.repeat(16), index: 1, count: 1 } }],
    ['half a batch index', { ...bodyFields, batch: { id: '00'.repeat(16), index: 0.5, count: 2 } }],
    ['half a batch count', { ...bodyFields, batch: { id: '00'.repeat(16), index: 0, count: 1.5 } }],
    ['a negative batch index', { ...bodyFields, batch: { id: '00'.repeat(16), index: -1, count: 1 } }],
    ['a batch of millions', { ...bodyFields, batch: { id: '00'.repeat(16), index: 0, count: 10_000_000 } }],
    ['no map at all', [1, 2, 3]],
  ])('a body with %s is refused', async (_, body) => {
    const sample = sampleInput('bodies');
    const entry = await entryAround(sample, compressAndPad(encodeCanonical(body)));
    expect(openEntry(entry, sample.epochKey)).toMatchObject({ ok: false, reason: 'malformed' });
  });

  it('a body that is not compressed, or not canonical, is refused', async () => {
    const sample = sampleInput('raw');
    const body = encodeCanonical(bodyFields);
    for (const content of [body, new Uint8Array(0), compressAndPad(concatBytes(body, Uint8Array.of(0)))]) {
      const entry = await entryAround(sample, content);
      expect(openEntry(entry, sample.epochKey)).toMatchObject({ reason: 'malformed' });
    }
    expect(openEntry(await entryAround(sample, compressAndPad(body)), sample.epochKey).ok).toBe(true);
  });
});

describe('names computed from contents', () => {
  const device = deviceId(hashNamed('device'));
  const chart = chartId(hashNamed('chart'));

  it('[CH-5] a key id commits to chart, section and key', () => {
    const key = hashNamed('key');
    const id = keyIdOf(chart, 'vitals', key);
    expect(id).toBe(toHex(taggedHash('peerchart/epoch/1', idBytes(chart), toUtf8('vitals'), key)));
    expect(keyIdOf(chart, 'results', key)).not.toBe(id);
    expect(keyIdOf(chartId(hashNamed('other')), 'vitals', key)).not.toBe(id);
    expect(keyIdOf(chart, 'vitals', hashNamed('other'))).not.toBe(id);
    expect(() => keyIdOf(chart, 'vitals', new Uint8Array(31))).toThrow('31');
  });

  it('[EN-4] an actor id depends on device, chart, section and nonce', () => {
    const nonce = new Uint8Array(16);
    const whole = taggedHash('peerchart/actor/1', idBytes(device), idBytes(chart), toUtf8('vitals'), nonce);
    const actor = actorOf(device, chart, 'vitals', nonce);
    expect(actor).toBe(toHex(whole).slice(0, 32));
    const others = [
      actorOf(deviceId(hashNamed('other')), chart, 'vitals', nonce),
      actorOf(device, chartId(hashNamed('other')), 'vitals', nonce),
      actorOf(device, chart, 'results', nonce),
      actorOf(device, chart, 'vitals', new Uint8Array(16).fill(1)),
    ];
    expect(new Set([actor, ...others]).size).toBe(5);
    expect(() => actorOf(device, chart, 'vitals', new Uint8Array(15))).toThrow('15');
  });

  it('[EN-1] a chain value depends on the one before, on each change and on each head', () => {
    const [a, b] = [changeHash(hashNamed('a')), changeHash(hashNamed('b'))];
    const [x, y] = [opId(hashNamed('x')), opId(hashNamed('y'))];
    const values = [
      nextChainValue(chainStart, [a, b], [x], [y]),
      nextChainValue('11'.repeat(32), [a, b], [x], [y]),
      nextChainValue(chainStart, [b, a], [x], [y]),
      nextChainValue(chainStart, [a], [x], [y]),
      nextChainValue(chainStart, [], [x], [y]),
      nextChainValue(chainStart, [a, b], [y], [x]),
      nextChainValue(chainStart, [a, b], [x, y], []),
      nextChainValue(chainStart, [a, b], [], [x, y]),
    ];
    expect(new Set(values).size).toBe(values.length);
    expect(() => nextChainValue('', [], [], [])).toThrow('chain value');
  });

  it('chains are named by device and stint', () => {
    expect(chainNameOf(device, '')).toBe(`${device}/`);
    expect(chainNameOf(device, opId(hashNamed('grant')))).toBe(`${device}/${toHex(hashNamed('grant'))}`);
  });
});
