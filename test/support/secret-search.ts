/**
 * Looks for secrets where there should be none: names, clinical text, keys, in whatever form a leak could take: UTF-8,
 * UTF-16, Latin-1, hex, base64 at each alignment, deflated (zlib and gzip too), in Snappy, in the blocks and logs of a LevelDB. A
 * search that finds nothing proves something only because secret-search.test.ts plants every form and finds it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateAnywhere } from './inflate-anywhere.ts';
import { isTable, logRecords, tableBlocks } from './leveldb-files.ts';
import { snappyDecompress } from './snappy.ts';

export type Secret =
  | { readonly name: string; readonly text: string }
  /** A key, or whatever else is not text. */
  | { readonly name: string; readonly bytes: Uint8Array };

export interface Finding {
  readonly secret: string;
  /** `utf-8`, `base64`, …, with how it was unpacked before it: `deflate > utf-8`. */
  readonly form: string;
  /** File, store or message. */
  readonly where: string;
}

interface Pattern {
  readonly secret: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Shorter ones would be found by chance. */
const leastSecretBytes = 5;
/** Compressed within base64 within compressed: nobody nests deeper by accident. */
const maxDepth = 3;
/** Of all that is unpacked from one buffer, so much is unpacked further: chance makes streams that only cost time. */
const maxInnerBytes = 4 * 1024 * 1024;
const base64Run = /[A-Za-z0-9+/_-]{24,}/g;
/** Marks a value that Chromium compressed by Snappy before it went into IndexedDB. */
const snappyValueMark = Buffer.from([0xff, 0x11, 0x02]);

export type SecretSearch = (bytes: Uint8Array, where: string) => readonly Finding[];

/** A search for these secrets, to be used on many buffers. */
export function secretSearch(secrets: readonly Secret[]): SecretSearch {
  const patterns = secrets.flatMap(patternsOf);
  const patternsIn = onePassSearch(patterns);
  const leastBytes = Math.min(...patterns.map(({ bytes }) => bytes.length));
  return (bytes, where) => {
    const found = new Map<string, Finding>();
    const search = { patternsIn, leastBytes, where, found, innerBytesLeft: maxInnerBytes };
    look(search, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), '', 0);
    return [...found.values()];
  };
}

/** Every file below a folder: as it lies there, and what it holds when it belongs to a LevelDB. */
export async function searchFolder(folder: string, search: SecretSearch): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const file = await readFile(path).catch(() => Buffer.alloc(0));
    findings.push(...search(file, path));
    if (isTable(file)) for (const block of tableBlocks(file)) findings.push(...search(block, `${path} (block)`));
    else if (entry.name.endsWith('.log')) {
      for (const record of logRecords(file)) findings.push(...search(record, `${path} (record)`));
    }
  }
  return findings;
}

/**
 * All patterns in one pass over the bytes: a profile is large, and every secret has some forty forms. No pattern is shorter
 * than the four bytes it is looked up by.
 */
function onePassSearch(patterns: readonly Pattern[]): (bytes: Buffer) => ReadonlySet<Pattern> {
  const mayBegin = new Uint8Array(0x1_0000);
  const byStart = new Map<number, Pattern[]>();
  for (const pattern of patterns) {
    mayBegin[pattern.bytes.readUInt16BE(0)] = 1;
    const start = pattern.bytes.readUInt32BE(0);
    byStart.set(start, [...(byStart.get(start) ?? []), pattern]);
  }
  return (bytes) => {
    const found = new Set<Pattern>();
    for (let at = 0; at + 4 <= bytes.length; at++) {
      if (mayBegin[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] === 0) continue;
      for (const pattern of byStart.get(bytes.readUInt32BE(at)) ?? [])
        if (bytes.subarray(at, at + pattern.bytes.length).equals(pattern.bytes)) found.add(pattern);
    }
    return found;
  };
}

interface Search {
  readonly patternsIn: (bytes: Buffer) => ReadonlySet<Pattern>;
  readonly leastBytes: number;
  readonly where: string;
  readonly found: Map<string, Finding>;
  innerBytesLeft: number;
}

function look(search: Search, bytes: Buffer, unpacked: string, depth: number): void {
  for (const pattern of search.patternsIn(bytes)) {
    const form = unpacked + pattern.form;
    search.found.set(`${pattern.secret} ${form}`, { secret: pattern.secret, form, where: search.where });
  }
  if (depth === maxDepth) return;
  if (depth > 0) search.innerBytesLeft -= bytes.length;
  if (search.innerBytesLeft < 0) return;

  for (const { bytes: inflated, isWhole } of inflateAnywhere(bytes, search.leastBytes)) {
    // What only looks like a stream is searched, but not taken apart any further.
    look(search, inflated, `${unpacked}deflate > `, isWhole ? depth + 1 : maxDepth);
  }
  for (let at = bytes.indexOf(snappyValueMark); at >= 0; at = bytes.indexOf(snappyValueMark, at + 1)) {
    const value = snappyDecompress(bytes.subarray(at + snappyValueMark.length));
    if (value !== undefined) look(search, Buffer.from(value), `${unpacked}snappy > `, depth + 1);
  }
  // Text in base64 is found by its patterns; this is for what was compressed before it became base64.
  for (const [run] of bytes.toString('latin1').matchAll(base64Run)) {
    look(search, Buffer.from(run, 'base64'), `${unpacked}base64 > `, depth + 1);
  }
}

function patternsOf(secret: Secret): readonly Pattern[] {
  const plain: readonly (readonly [string, Buffer])[] =
    'bytes' in secret
      ? [['bytes', Buffer.from(secret.bytes)]]
      : [
          ['utf-8', Buffer.from(secret.text)],
          ['latin-1', Buffer.from(secret.text, 'latin1')],
          ['utf-16le', Buffer.from(secret.text, 'utf16le')],
          ['utf-16be', Buffer.from(secret.text, 'utf16le').swap16()],
        ];
  const patterns = new Map<string, Pattern>();
  for (const [form, bytes] of plain) {
    if (bytes.length < leastSecretBytes) throw new Error(`${secret.name} is too short to search for`);
    const add = (name: string, pattern: Buffer): void => {
      const key = pattern.toString('latin1');
      if (!patterns.has(key)) patterns.set(key, { secret: secret.name, form: name, bytes: pattern });
    };
    add(form, bytes);
    const of = form === 'utf-8' || form === 'bytes' ? '' : ` of ${form}`;
    add(`hex${of}`, Buffer.from(bytes.toString('hex')));
    add(`hex${of}`, Buffer.from(bytes.toString('hex').toUpperCase()));
    for (const text of base64Alignments(bytes)) {
      add(`base64${of}`, Buffer.from(text));
      add(`base64url${of}`, Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_')));
    }
  }
  return [...patterns.values()];
}

/** The characters that stand for these bytes alone, when they begin at each of the three places in a group of three. */
function base64Alignments(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}
