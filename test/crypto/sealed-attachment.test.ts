/** Sealed parts of attachments (EN-10): they open at their own place, whole, or not at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestText, parseManifest, type AttachmentManifest } from '../../src/base/attachment.ts';
import { bytesEqual, concatBytes, toHex, type Bytes } from '../../src/base/bytes.ts';
import { chartId, chunkHash, type ChunkHash } from '../../src/base/ids.ts';
import { attachmentChunkBytes, maxAttachmentBytes, maxSealedChunkBytes } from '../../src/base/limits.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { openAttachment, sealAttachment, type AttachmentPlace } from '../../src/crypto/sealed-attachment.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hashNamed, hex, readVector } from './fixtures.ts';

const place: AttachmentPlace = { chart: chartId(hashNamed('chart')), section: 'documents' };

interface Sealed {
  readonly content: Bytes;
  readonly manifest: AttachmentManifest;
  readonly parts: Map<ChunkHash, Bytes>;
}

async function sealed(name: string, size: number, where = place): Promise<Sealed> {
  const random = seededRandom(name);
  const content = random.bytes(size);
  const parts = new Map<ChunkHash, Bytes>();
  const manifest = await sealAttachment({ form: 'base64', bytes: content }, where, random, ({ hash, bytes }) => {
    parts.set(hash, bytes);
    return Promise.resolve(true);
  });
  if (manifest === undefined) throw new Error('sealed to its end');
  return { content, manifest, parts };
}

const opened = ({ manifest, parts }: Pick<Sealed, 'manifest' | 'parts'>, where = place) =>
  openAttachment(manifest, where, (hash) => Promise.resolve(parts.get(hash)));

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('this is there');
  return value;
}

/** As a reader that was led to take other bytes for the parts: names and bytes agree, so that the seal alone can tell. */
function withParts({ manifest }: Sealed, parts: readonly Bytes[]): Pick<Sealed, 'manifest' | 'parts'> {
  const named = parts.map((bytes) => [chunkHash(sha256(bytes)), bytes] as const);
  return { manifest: { ...manifest, chunks: named.map(([hash]) => hash) }, parts: new Map(named) };
}

const partsOf = ({ manifest, parts }: Sealed): Bytes[] =>
  manifest.chunks.map((hash) => parts.get(hash) ?? new Uint8Array());

describe('[EN-10] an attachment in sealed parts', () => {
  it.each([1, 2, 1000, attachmentChunkBytes - 1, attachmentChunkBytes, attachmentChunkBytes + 1, 700_001])(
    'of %i bytes comes back byte for byte',
    async (size) => {
      const one = await sealed(`of ${size}`, size);
      const content = await opened(one);
      expect(content.ok && bytesEqual(content.value, one.content)).toBe(true);
      expect([...one.parts.values()].every(({ length }) => length <= maxSealedChunkBytes)).toBe(true);
    },
  );

  it('hides the exact size: contents a few bytes apart have parts of the same length', async () => {
    const [a, b] = [await sealed('a', 600_001), await sealed('b', 600_123)];
    expect(partsOf(a).map(({ length }) => length)).toEqual(partsOf(b).map(({ length }) => length));
  });

  it('shows nothing of the content, and the same content twice has no part in common', async () => {
    const random = seededRandom('twice');
    const bytes = random.bytes(300_000);
    const parts: Bytes[] = [];
    for (let i = 0; i < 2; i++)
      await sealAttachment({ form: 'base64', bytes }, place, random, (part) => {
        parts.push(part.bytes);
        return Promise.resolve(true);
      });
    expect(parts).toHaveLength(4);
    expect(new Set(parts.map(toHex)).size).toBe(4);
  });

  it('stops where a part cannot be kept', async () => {
    let asked = 0;
    const manifest = await sealAttachment(
      { form: 'text', bytes: new Uint8Array(900_000) },
      place,
      seededRandom('full'),
      () => Promise.resolve(++asked < 2),
    );
    expect([manifest, asked]).toEqual([undefined, 2]);
  });

  it('is missing, not damaged, while a part is not here', async () => {
    const one = await sealed('missing', 700_000);
    one.parts.delete(mustHave(one.manifest.chunks[1]));
    expect(await opened(one)).toMatchObject({ ok: false, reason: 'missing', detail: one.manifest.chunks[1] });
  });

  it('[ATTACK-62] does not open with two of its parts in each other’s place', async () => {
    const one = await sealed('swapped', 700_000);
    const [first, second, third] = partsOf(one) as [Bytes, Bytes, Bytes];
    expect((await opened(withParts(one, [first, second, third]))).ok).toBe(true);
    expect(await opened(withParts(one, [second, first, third]))).toMatchObject({ reason: 'damaged' });
  });

  it('[ATTACK-63] does not open with a part of another attachment, of another chart or of another section', async () => {
    const one = await sealed('mine', 700_000);
    const [, second, third] = partsOf(one) as [Bytes, Bytes, Bytes];
    // Sealed under the very same key, by a writer who uses it twice: id, chart and section still tell them apart.
    const sameKey = (id: Bytes, where = place) =>
      sealAttachment(
        { form: 'base64', bytes: seededRandom('theirs').bytes(700_000) },
        where,
        { bytes: (length) => (length === 16 ? id : one.manifest.key) },
        ({ bytes }) => {
          theirs.push(bytes);
          return Promise.resolve(true);
        },
      );
    let theirs: Bytes[] = [];
    await sameKey(new Uint8Array(16));
    expect(await opened(withParts(one, [mustHave(theirs[0]), second, third]))).toMatchObject({ reason: 'damaged' });
    theirs = [];
    await sameKey(one.manifest.id, { ...place, section: 'results' });
    expect(await opened(withParts(one, [mustHave(theirs[0]), second, third]))).toMatchObject({ reason: 'damaged' });
    expect(await opened(one, { ...place, chart: chartId(hashNamed('another')) })).toMatchObject({ reason: 'damaged' });
    expect(await opened(one, { ...place, section: 'results' })).toMatchObject({ reason: 'damaged' });
    // With its own id and place it is the digest of the whole content that does not agree.
    theirs = [];
    await sameKey(one.manifest.id);
    expect(await opened(withParts(one, [mustHave(theirs[0]), second, third]))).toMatchObject({ reason: 'damaged' });
  });

  it('[ATTACK-64] does not open cut short, prolonged, or with a part twice', async () => {
    const one = await sealed('cut', 700_000);
    const parts = partsOf(one);
    const [first, second, third] = parts as [Bytes, Bytes, Bytes];
    expect(await opened(withParts(one, [first, second]))).toMatchObject({ reason: 'damaged' });
    expect(await opened(withParts(one, [...parts, third]))).toMatchObject({ reason: 'damaged' });
    expect(await opened(withParts(one, [first, second, second]))).toMatchObject({ reason: 'damaged' });
    const cut = withParts(one, [first, second]);
    expect(await opened({ ...cut, manifest: { ...cut.manifest, size: 500_000 } })).toMatchObject({ reason: 'damaged' });
    const short = withParts(one, [first, second, third.slice(0, -1)]);
    expect(await opened(short)).toMatchObject({ reason: 'damaged' });
  });

  it('does not open with a bit changed in a part, in its key, its id or its size', async () => {
    const one = await sealed('bits', 300_000);
    const [first, second] = partsOf(one) as [Bytes, Bytes];
    for (const bit of [0, 100_000, (first.length - 1) * 8])
      expect(await opened(withParts(one, [flipBit(first, bit), second]))).toMatchObject({ reason: 'damaged' });
    for (const change of [
      { key: flipBit(one.manifest.key, 3) },
      { id: flipBit(one.manifest.id, 3) },
      { size: 299_999 },
    ])
      expect(await opened({ ...one, manifest: { ...one.manifest, ...change } })).toMatchObject({ reason: 'damaged' });
  });

  it('does not take bytes under a name that is not theirs', async () => {
    const one = await sealed('named', 300_000);
    const [first] = one.manifest.chunks as [ChunkHash];
    const parts = new Map([...one.parts, [first, flipBit(mustHave(one.parts.get(first)), 7)] as const]);
    expect(await opened({ ...one, parts })).toMatchObject({ reason: 'damaged', detail: first });
  });

  it('stays what it is: frozen bytes of a first version open', async () => {
    const { text, parts, contentDigest } = readVector<{ text: string; parts: string[]; contentDigest: string }>(
      'attachment-v1',
    );
    const manifest = parseManifest(text);
    if (manifest === undefined) throw new Error('the frozen manifest is one');
    const bytes = parts.map(hex);
    const content = await openAttachment(manifest, place, (hash) =>
      Promise.resolve(bytes.find((part) => chunkHash(sha256(part)) === hash)),
    );
    expect(content.ok && toHex(sha256(content.value))).toBe(contentDigest);
    const again = await sealed('vector', 3000);
    expect([manifestText(again.manifest), partsOf(again).map(toHex)]).toEqual([text, parts]);
  });
});

describe('AES-256-GCM as this platform computes it', () => {
  it('agrees with the test cases of McGrew and Viega, “The Galois/Counter Mode of Operation”, appendix B', async () => {
    const { cases } = readVector<{
      cases: readonly { name: string; key: string; iv: string; aad: string; plain: string; sealed: string }[];
    }>('aes-256-gcm');
    expect(cases).toHaveLength(4);
    for (const { name, key, iv, aad, plain, sealed: expected } of cases) {
      const cryptoKey = await crypto.subtle.importKey('raw', hex(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
      const params = { name: 'AES-GCM', iv: hex(iv), additionalData: hex(aad), tagLength: 128 };
      const out = new Uint8Array(await crypto.subtle.encrypt(params, cryptoKey, hex(plain)));
      expect(toHex(out), name).toBe(expected);
      expect(toHex(new Uint8Array(await crypto.subtle.decrypt(params, cryptoKey, hex(expected)))), name).toBe(plain);
    }
  });
});

describe('[EN-10] the manifest', () => {
  it('is read back, and nothing else is', async () => {
    const { manifest } = await sealed('text', 700_000);
    const text = manifestText(manifest);
    expect(parseManifest(text)).toEqual(manifest);
    expect(text).toMatch(/^peerchart-attachment:[A-Za-z0-9_-]+$/);
    for (const wrong of [
      '',
      'peerchart-attachment:',
      `${text}A`,
      ` ${text}`,
      text.replace('peerchart', 'Peerchart'),
      text.slice(0, -4),
      `${text}=`,
      manifestText({ ...manifest, size: 0 }),
      manifestText({ ...manifest, size: maxAttachmentBytes + 1 }),
      manifestText({ ...manifest, size: 1.5 }),
      manifestText({ ...manifest, chunks: [] }),
      manifestText({ ...manifest, chunks: [...manifest.chunks, ...manifest.chunks] }),
      manifestText({ ...manifest, key: new Uint8Array(31) }),
      manifestText({ ...manifest, id: new Uint8Array(15) }),
      manifestText({ ...manifest, digest: concatBytes(manifest.digest, new Uint8Array(1)) }),
      manifestText({ ...manifest, form: 'html' as 'text' }),
      manifestText({
        ...manifest,
        chunks: Array.from({ length: 257 }, (_, i) => chunkHash(sha256(Uint8Array.of(i >> 8, i)))),
      }),
    ])
      expect(parseManifest(wrong)).toBeUndefined();
  });

  it('with any of its letters changed is refused, or says something else in its one encoding', async () => {
    const { manifest } = await sealed('letters', 700_000);
    const text = manifestText(manifest);
    const letters = 'ABCDwxyz0189-_=+ ';
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.nat(letters.length - 1),
        fc.integer({ min: 0, max: 2 }),
        (at, letter, cut) => {
          const changed = text.slice(0, at) + (letters[letter] ?? '') + text.slice(at + 1, text.length - cut);
          const parsed = parseManifest(changed);
          if (parsed !== undefined) expect(manifestText(parsed)).toBe(changed);
        },
      ),
      { numRuns: 500 },
    );
  });
});
