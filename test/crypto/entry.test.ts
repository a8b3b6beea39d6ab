import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concatBytes, toHex, type Bytes } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import { chartId, deviceId, entryHash, idBytes, opId, type EntryHash } from '../../src/base/ids.ts';
import { maxChunksPerEntry, maxCiphertextBytes, maxCitedHeads, maxEntryDeps } from '../../src/base/limits.ts';
import { decodeHeader } from '../../src/crypto/entry-header.ts';
import {
  chainNameOf,
  decodeEntry,
  decodeEntryHead,
  decodeEntryHeader,
  markAdmitted,
  verifyEntry,
  type AdmittedEntry,
  type ReceivedEntry,
  type VerifiedEntry,
} from '../../src/crypto/entry.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { openEntry } from '../../src/crypto/sealed-entry.ts';
import { generateSignKeys, sign } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hashNamed, mustBeOk, sealSample } from './fixtures.ts';

type Fields = Record<string, CborValue>;

const entry = await sealSample('entry format');

/** The header's fields as they are encoded, to be damaged one at a time. */
function headerFields(): Fields {
  return { ...(mustBeOk(decodeCanonical(entry.headerBytes)) as Fields) };
}

function decodeWith(change: Fields): ReturnType<typeof decodeHeader> {
  return decodeHeader(encodeCanonical({ ...headerFields(), ...change }));
}

/** The whole encoding around another header, with the same signature and ciphertext. */
function frame(headerBytes: Uint8Array, signature: Uint8Array, ciphertext: Uint8Array): Bytes {
  const prefix = Uint8Array.of(1, headerBytes.length >> 8, headerBytes.length & 255);
  return concatBytes(prefix, headerBytes, signature, ciphertext);
}

describe('the entry format', () => {
  it('gives back what was signed, whole or without its ciphertext', async () => {
    const received = mustBeOk(decodeEntry(entry.bytes));
    expect(received.header).toEqual(entry.header);
    expect(received).toMatchObject({ kind: 'received', hash: entry.hash, ciphertext: entry.ciphertext });
    const { header, headerBytes, signature, hash } = entry;
    expect(mustBeOk(decodeEntryHeader(entry.bytes))).toEqual({ header, headerBytes, signature, hash });
    const head = entry.bytes.subarray(0, entry.bytes.length - header.ctLength);
    expect(mustBeOk(decodeEntryHead(head))).toEqual({ header, headerBytes, signature, hash });
    expect(mustBeOk(await verifyEntry(received)).hash).toBe(entry.hash);
  });

  it('lays out version, header length, header, signature and ciphertext', () => {
    expect(frame(entry.headerBytes, entry.signature, entry.ciphertext)).toEqual(entry.bytes);
    expect(entry.hash).toBe(toHex(sha256(entry.headerBytes, entry.signature)));
    expect(entry.header.ctHash).toBe(toHex(sha256(entry.ciphertext)));
  });

  it('[ATTACK-3] refuses every truncation and any trailing byte', () => {
    for (let end = 0; end < entry.bytes.length; end++) {
      expect(decodeEntry(entry.bytes.subarray(0, end)).ok, `${end} bytes`).toBe(false);
    }
    expect(decodeEntry(concatBytes(entry.bytes, Uint8Array.of(0)))).toMatchObject({ reason: 'wrong-length' });
    const head = entry.bytes.subarray(0, entry.bytes.length - entry.header.ctLength);
    for (let end = 0; end < head.length; end++) expect(decodeEntryHead(head.subarray(0, end)).ok).toBe(false);
    expect(decodeEntryHead(entry.bytes.subarray(0, head.length + 1)).ok).toBe(false);
  });

  it('[ATTACK-5] refuses one flipped bit anywhere, at decoding or at the latest when verified', async () => {
    for (let bit = 0; bit < entry.bytes.length * 8; bit++) {
      const decoded = decodeEntry(flipBit(entry.bytes, bit));
      if (decoded.ok) expect((await verifyEntry(decoded.value)).ok, `bit ${bit}`).toBe(false);
    }
  });

  it('[ATTACK-43] refuses another version or suite by that name, whatever fields it has', () => {
    expect(decodeEntry(flipBit(entry.bytes, 1))).toMatchObject({ reason: 'unknown-version' });
    expect(decodeWith({ v: 3, extra: true })).toMatchObject({ reason: 'unknown-version' });
    expect(decodeWith({ suite: 2 })).toMatchObject({ reason: 'unknown-version' });
  });

  it('refuses more than an entry may be before it looks inside', () => {
    expect(decodeEntry(new Uint8Array(2 * 1024 * 1024))).toMatchObject({ reason: 'too-large' });
    expect(decodeWith({ ctLength: maxCiphertextBytes + 1 })).toMatchObject({ detail: 'ctLength' });
  });

  it('random bytes give a reason, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(decodeEntry(noise).ok).toBe(false);
        expect(decodeHeader(noise).ok).toBe(false);
        const framed = frame(noise, new Uint8Array(64), new Uint8Array(10));
        expect(decodeEntry(framed).ok).toBe(false);
      }),
    );
  });

  it('verifies by the device that the header names and no other', async () => {
    const mallory = generateSignKeys(seededRandom('Mallory'));
    const log = idBytes(entry.header.chart);
    const forged = await sign('entry', log, entry.headerBytes, mallory);
    const received = mustBeOk(decodeEntry(frame(entry.headerBytes, forged, entry.ciphertext)));
    expect(await verifyEntry(received)).toMatchObject({ reason: 'bad-signature' });
    const otherKind = await sign('charter-op', log, entry.headerBytes, mallory);
    const asOperation = mustBeOk(decodeEntry(frame(entry.headerBytes, otherKind, entry.ciphertext)));
    expect(await verifyEntry(asOperation)).toMatchObject({ reason: 'bad-signature' });
  });

  it('[ATTACK-5] [ATTACK-7] one verified before is known by its name: with another bit anywhere it has another, or is refused', async () => {
    const before = (name: EntryHash): boolean => name === entry.hash;
    const asked = vi.spyOn(crypto.subtle, 'verify');
    expect(mustBeOk(await verifyEntry(mustBeOk(decodeEntry(entry.bytes)), before)).hash).toBe(entry.hash);
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
    for (let bit = 0; bit < entry.bytes.length * 8; bit++) {
      const decoded = decodeEntry(flipBit(entry.bytes, bit));
      if (decoded.ok) expect((await verifyEntry(decoded.value, before)).ok, `bit ${bit}`).toBe(false);
    }
  });

  it('[ATTACK-7] a header joined to another ciphertext of the same length is refused', async () => {
    const other = new Uint8Array(entry.header.ctLength).fill(1);
    const received = mustBeOk(decodeEntry(frame(entry.headerBytes, entry.signature, other)));
    expect(await verifyEntry(received)).toMatchObject({ reason: 'bad-ciphertext-hash' });
  });
});

describe('the header', () => {
  const id = (name: string): Bytes => hashNamed(name);
  const sorted = (count: number): Bytes[] =>
    Array.from({ length: count }, (_, i) => id(`id ${i}`)).sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1));
  const depsOf = (devices: readonly Bytes[]): CborValue =>
    devices.map((device) => [device, new Uint8Array(0), 1, id('h')]);

  it('decodes with every field as encoded', () => {
    expect(mustBeOk(decodeHeader(entry.headerBytes))).toEqual(entry.header);
  });

  it.each<[field: string, wrong: readonly CborValue[]]>([
    ['chart', [null, new Uint8Array(31), new Uint8Array(33), 'chart']],
    ['section', ['Medications', 'genetics', '', 5]],
    ['device', [new Uint8Array(0), new Uint8Array(31), 'device']],
    ['stint', [null, new Uint8Array(1), new Uint8Array(31), '']],
    ['seq', [0, -1, 2 ** 32, 1.5, '2', null]],
    ['prev', [null, new Uint8Array(31), 'prev']],
    ['chain', [null, new Uint8Array(31), 'chain']],
    ['deps', [null, [[id('a'), new Uint8Array(0), 1]], [[id('a'), new Uint8Array(0), 0, id('h')]], [id('a')]]],
    ['access', [[], [new Uint8Array(31)], null, [id('a'), id('a')]]],
    ['roster', [[], ['head'], id('a'), [id('a'), id('a')]]],
    ['epoch', [null, new Uint8Array(31)]],
    ['ctHash', [null, new Uint8Array(20)]],
    ['ctLength', [0, -5, 1.5, null]],
  ])('names %s when it is malformed', (field, wrong) => {
    for (const value of wrong) {
      expect(decodeWith({ [field]: value }), JSON.stringify(value)).toMatchObject({
        reason: 'malformed',
        detail: field,
      });
    }
  });

  it('has a predecessor exactly when it is not the first of its chain', () => {
    expect(decodeWith({ seq: 1, prev: null }).ok).toBe(true);
    expect(decodeWith({ seq: 1 })).toMatchObject({ detail: 'prev' });
    expect(decodeWith({ seq: 2, prev: null })).toMatchObject({ detail: 'prev' });
  });

  it('[ATTACK-3] has its sets sorted and nothing in them twice', () => {
    const [a, b] = [id('a'), id('b')].sort((x, y) => (toHex(x) < toHex(y) ? -1 : 1)) as [Bytes, Bytes];
    for (const field of ['access', 'roster']) {
      expect(decodeWith({ [field]: [a, b] }).ok).toBe(true);
      expect(decodeWith({ [field]: [b, a] })).toMatchObject({ detail: field });
    }
    expect(decodeWith({ deps: depsOf([a, b]) }).ok).toBe(true);
    expect(decodeWith({ deps: depsOf([b, a]) })).toMatchObject({ detail: 'deps' });
    expect(decodeWith({ deps: depsOf([a, a]) })).toMatchObject({ detail: 'deps' });
  });

  it('[EN-2] never names its own chain in deps, but may name an earlier stint of its device', () => {
    const own = idBytes(entry.header.device);
    expect(decodeWith({ deps: depsOf([own]) })).toMatchObject({ detail: 'deps name their own chain' });
    expect(decodeWith({ deps: [[own, id('stint'), 1, id('h')]] }).ok).toBe(true);
  });

  it('keeps to its bounds on heads and deps, and accepts what just meets them', () => {
    expect(decodeWith({ access: sorted(maxCitedHeads) }).ok).toBe(true);
    expect(decodeWith({ access: sorted(maxCitedHeads + 1) })).toMatchObject({ detail: 'access' });
    expect(decodeWith({ deps: depsOf(sorted(maxEntryDeps)) }).ok).toBe(true);
    expect(decodeWith({ deps: depsOf(sorted(maxEntryDeps + 1)) }).ok).toBe(false);
    const most = { access: sorted(maxCitedHeads), roster: sorted(maxCitedHeads) };
    const longDeps = sorted(maxEntryDeps).map((device) => [device, id('stint'), 2 ** 32 - 1, id('h')]);
    expect(encodeCanonical({ ...headerFields(), ...most, deps: longDeps }).length).toBeLessThan(65_536);
  });

  it('[EN-10] names parts of attachments in version 2, sorted and bounded, and has none in version 1', () => {
    const parts = sorted(3);
    expect(mustBeOk(decodeWith({ v: 2, chunks: parts })).chunks).toEqual(parts.map(toHex));
    expect(decodeWith({ v: 2, chunks: sorted(maxChunksPerEntry) }).ok).toBe(true);
    for (const chunks of [
      null,
      [],
      parts.toReversed(),
      [...parts, ...parts],
      [new Uint8Array(31)],
      'parts',
      sorted(maxChunksPerEntry + 1),
    ])
      expect(decodeWith({ v: 2, chunks })).toMatchObject({ reason: 'malformed', detail: 'chunks' });
    expect(decodeWith({ v: 2 })).toMatchObject({ reason: 'malformed' });
    expect(decodeWith({ v: 1, chunks: parts })).toMatchObject({ reason: 'malformed' });
    expect(decodeWith({ v: 2, chunks: parts, extra: 1 })).toMatchObject({ reason: 'malformed' });
  });

  it('has exactly its fields', () => {
    expect(decodeWith({ patient: 'x' })).toMatchObject({ reason: 'malformed' });
    for (const field of Object.keys(headerFields()).filter((name) => name !== 'v' && name !== 'suite')) {
      const { [field]: _, ...rest } = headerFields();
      expect(decodeHeader(encodeCanonical(rest)), field).toMatchObject({ reason: 'malformed' });
    }
  });

  it('[ATTACK-3] is refused in any encoding but the canonical one', () => {
    expect(decodeHeader(concatBytes(entry.headerBytes, Uint8Array.of(0)))).toMatchObject({ reason: 'not-canonical' });
    // v: 1 as 0x18 0x01, an integer in a longer form than it needs.
    const at = entry.headerBytes.indexOf(0x76) + 1;
    const longer = concatBytes(entry.headerBytes.subarray(0, at), Uint8Array.of(0x18), entry.headerBytes.subarray(at));
    expect(entry.headerBytes[at]).toBe(1);
    expect(decodeHeader(longer)).toMatchObject({ reason: 'not-canonical' });
  });

  it('comes back from any well-formed header', async () => {
    const name = fc.string().map((text) => hashNamed(text));
    const heads = fc.uniqueArray(name.map(opId), { minLength: 1, maxLength: 5 });
    const stint = fc.oneof(fc.constant('' as const), name.map(opId));
    const dep = fc.record({
      device: name.map(deviceId),
      stint,
      seq: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      hash: name,
    });
    const deps = fc.uniqueArray(dep, { selector: (item) => chainNameOf(item.device, item.stint), maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(name, stint, heads, heads, deps, async (chart, ownStint, access, roster, items) => {
        const sealed = await sealSample('any header', {
          chart: chartId(chart),
          stint: ownStint,
          access,
          roster,
          deps: items.map((item) => ({
            chain: chainNameOf(item.device, item.stint),
            seq: item.seq,
            hash: entryHash(item.hash),
          })),
        });
        expect(mustBeOk(decodeEntry(sealed.bytes)).header).toEqual(sealed.header);
        expect(sealed.header.access).toEqual([...access].sort());
      }),
      { numRuns: 30 },
    );
  });
});

describe('the stages of an entry', () => {
  it('cannot be taken in the wrong order: this test is the compiler', () => {
    const key = new Uint8Array(32);
    const received = mustBeOk(decodeEntry(entry.bytes));
    const wrongOrders = (verified: VerifiedEntry): void => {
      // @ts-expect-error only an admitted entry opens, not bytes from a peer
      openEntry(entry.bytes, key);
      // @ts-expect-error only an admitted entry opens, not a received one
      openEntry(received, key);
      // @ts-expect-error only an admitted entry opens, not one that is merely signed
      openEntry(verified, key);
      // @ts-expect-error rights are judged of verified entries only
      markAdmitted(received);
      // @ts-expect-error no other file can write a stage down
      const forged: ReceivedEntry = { ...entry, kind: 'received' };
      // @ts-expect-error renaming a stage does not make it one
      const promoted: AdmittedEntry = { ...verified, kind: 'admitted' };
      expect([forged, promoted]).toBeDefined();
    };
    expect(wrongOrders).toBeTypeOf('function');
    expect(markAdmitted(entry).kind).toBe('admitted');
  });
});
