/** Plants each form of a leak and finds it: without this, a search that finds nothing would prove nothing. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressAndPad } from '../../src/crypto/padding.ts';
import { inflateAnywhere } from './inflate-anywhere.ts';
import { logRecords } from './leveldb-files.ts';
import { searchFolder, secretSearch } from './secret-search.ts';
import { snappyDecompress } from './snappy.ts';

const text = 'Amoxicillin-canary Zoë';
const key = createHash('sha256').update('a key').digest();
const search = secretSearch([
  { name: 'text', text },
  { name: 'key', bytes: key },
]);

/** Reproducible bytes without any pattern, like sealed ones. */
function noise(length: number, seed: string): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) blocks.push(createHash('sha256').update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const around = (middle: Uint8Array | string, before = 1_001): Buffer =>
  Buffer.concat([noise(before, 'before'), Buffer.from(middle), noise(777, 'after')]);

function found(bytes: Uint8Array): readonly string[] {
  return search(bytes, 'here').map(({ secret, form }) => `${secret}: ${form}`);
}

describe('a search for secrets', () => {
  it('finds nothing in noise', () => {
    expect(found(noise(200_000, 'nothing here'))).toEqual([]);
  });

  it.each([
    ['utf-8', Buffer.from(text)],
    ['latin-1', Buffer.from(text, 'latin1')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', Buffer.from(text, 'utf16le').swap16()],
    ['hex', Buffer.from(text).toString('hex')],
    ['hex', Buffer.from(text).toString('hex').toUpperCase()],
  ])('finds text as %s', (form, bytes) => {
    expect(found(around(bytes))).toContain(`text: ${form}`);
  });

  it.each([0, 1, 2, 3])('finds text and keys in base64 behind %i other bytes', (before) => {
    const line = (secret: Uint8Array, coding: 'base64' | 'base64url'): Buffer =>
      around(Buffer.concat([noise(before, 'x'), secret, noise(5, 'y')]).toString(coding));
    expect(found(line(Buffer.from(text), 'base64'))).toContain('text: base64');
    expect(found(line(Buffer.from(text), 'base64url')).join()).toMatch(/text: base64(url)?/);
    expect(found(line(key, 'base64')).join()).toMatch(/key: base64(url)?/);
    expect(found(line(key, 'base64url')).join()).toMatch(/key: base64(url)?/);
  });

  it('finds a key as bytes and as hex', () => {
    expect(found(around(key))).toContain('key: bytes');
    expect(found(around(key.toString('hex')))).toContain('key: hex');
  });

  it.each([
    ['raw deflate', deflateRawSync],
    ['zlib', deflateSync],
    ['gzip', gzipSync],
  ])('finds text after inflating %s, short (fixed codes) and long (own codes), at any offset', (_name, compress) => {
    const long = Buffer.from(
      `${'The patient reports no pain today, again. '.repeat(40)}${noise(64, 'z').toString('hex')}${text}`,
    );
    for (const plain of [Buffer.from(text), long]) {
      for (const before of [0, 1, 513, 4_097]) {
        expect(found(around(compress(plain), before)), `${plain.length} bytes at ${before}`).toContain(
          'text: deflate > utf-8',
        );
      }
    }
  });

  it('finds text among what an entry took from the product’s dictionary', () => {
    const said = `"resourceType":"AllergyIntolerance","clinicalStatus":{"coding":[{"code":"active"}]},"text":"${text}"`;
    expect(found(around(compressAndPad(Buffer.from(said), 1), 513))).toContain('text: deflate > utf-8');
  });

  it('finds text before the place where a compressed stream was cut off', () => {
    const compressed = deflateRawSync(Buffer.concat([Buffer.from(text.repeat(3)), noise(9_000, 'tail')]));
    expect(found(compressed.subarray(0, compressed.length - 3_000))).toContain('text: deflate > utf-8');
  });

  it('finds what was compressed before it became base64, and what was compressed twice', () => {
    const packed = deflateSync(Buffer.from(`${text} ${text} and more of the same`));
    expect(found(around(`"${packed.toString('base64')}"`)).join()).toContain('base64 > deflate > utf-8');
    expect(found(around(gzipSync(packed))).join()).toContain('deflate > ');
  });

  it('finds text in a value that the browser compressed by Snappy', () => {
    // Length, then a literal of everything: the plainest Snappy there is.
    const plain = Buffer.from(`${text}!`);
    const literal = Buffer.concat([Buffer.from([plain.length, (plain.length - 1) << 2]), plain]);
    const copied = Buffer.from([10, 1 << 2, 0x61, 0x62, (7 << 2) | 2, 2, 0]);
    expect(Buffer.from(snappyDecompress(copied) ?? []).toString()).toBe('ababababab');
    // A copy inside the secret hides it from a plain look.
    const halves = Buffer.concat([
      Buffer.from([46, 22 << 2]),
      Buffer.from(text),
      Buffer.from([((23 - 1) << 2) | 2, 23, 0]),
    ]);
    expect(Buffer.from(snappyDecompress(halves) ?? []).toString()).toBe(text + text);
    expect(found(around(Buffer.concat([Buffer.from([0xff, 0x11, 0x02]), literal])))).toContain('text: snappy > utf-8');
  });

  it('joins a record of a LevelDB log that a block boundary cuts in two', async () => {
    const first = noise(32_768 - 7 - 7 - 10, 'first');
    const secret = Buffer.from(text);
    const head = (length: number, type: number): Buffer => {
      const header = Buffer.alloc(7);
      header.writeUInt16LE(length, 4);
      header[6] = type;
      return header;
    };
    const file = Buffer.concat([
      head(first.length, 1),
      first,
      head(10, 2),
      secret.subarray(0, 10),
      head(secret.length - 10, 4),
      secret.subarray(10),
    ]);
    expect(found(file)).toEqual([]);
    expect(logRecords(file).map((record) => record.length)).toEqual([first.length, secret.length]);
    const folder = await mkdtemp(join(tmpdir(), 'peerchart-leveldb-'));
    await writeFile(join(folder, '000003.log'), file);
    expect((await searchFolder(folder, search)).map(({ form }) => form)).toEqual(['utf-8']);
  });

  it('refuses secrets that chance would find', () => {
    expect(() => secretSearch([{ name: 'initials', text: 'AB' }])).toThrow('too short');
  });
});

describe('inflating anywhere', () => {
  it('begins at the right byte and gives back the whole text', () => {
    const plain = Buffer.from('penicillin, penicillin, penicillin');
    const streams = [...inflateAnywhere(around(deflateRawSync(plain), 300), 10)];
    expect(streams.find(({ offset }) => offset === 300)?.bytes.toString()).toBe(plain.toString());
  });
});
