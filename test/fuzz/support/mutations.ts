/**
 * Real bytes made wrong: bits flipped, ends cut, pieces of others put in, lengths that promise gigabytes, nesting without end.
 * What comes out depends on the numbers given and nothing else, so that a failing case can be had again.
 *
 * `PEERCHART_FUZZ=50 npx vitest run test/fuzz` runs fifty times as many cases; `PEERCHART_SEED=random` other ones.
 */
import fc from 'fast-check';
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';

const times = Number(process.env['PEERCHART_FUZZ'] ?? 1);

/** How many cases of a property are run. */
export const cases = (usual: number): { readonly numRuns: number } => ({ numRuns: Math.ceil(usual * times) });

/** Lengths as formats write them: four bytes, CBOR heads of strings, lists and maps, a chunk's and a record's. */
const lengthBombs: readonly Bytes[] = [
  Uint8Array.of(0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x7f, 0xff, 0xff, 0xff),
  Uint8Array.of(0x5a, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x5b, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x7a, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xba, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x9f),
  Uint8Array.of(0x5f),
];

/** One change of `bytes`, chosen by the numbers. */
function mutate(bytes: Uint8Array, other: Uint8Array, [kind, at, more]: readonly [number, number, number]): Bytes {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const out = new Uint8Array(bytes);
  switch (kind % 8) {
    case 0:
      if (out.length > 0) out[place] = (out[place] ?? 0) ^ (1 << (more & 7));
      return out;
    case 1:
      return out.slice(0, place);
    case 2:
      return concatBytes(out.subarray(0, place), out.subarray(place + 1 + (more % 40)));
    case 3:
      return concatBytes(out.subarray(0, place), other.subarray(more % Math.max(1, other.length)));
    case 4:
      return concatBytes(out, out.subarray(place));
    case 5: {
      const bomb = lengthBombs[more % lengthBombs.length] ?? new Uint8Array();
      return concatBytes(out.subarray(0, place), bomb, out.subarray(place + (more % 2) * bomb.length));
    }
    case 6:
      return concatBytes(out.subarray(0, place), nested(more % 5_000), out.subarray(place));
    default:
      if (out.length > 0) out[place] = more & 255;
      return out;
  }
}

/** Lists in lists, `depth` deep. */
export function nested(depth: number): Bytes {
  return new Uint8Array(depth + 1).fill(0x81, 0, depth);
}

/** Now and then a sample as it is; else with one to four changes, or bytes that never were a sample. */
export function mutated(samples: readonly Uint8Array[]): fc.Arbitrary<Bytes> {
  const number = fc.nat(0xffffff);
  const change = fc.tuple(number, number, number);
  const sample = fc.nat(samples.length - 1).map((i) => samples[i] ?? new Uint8Array());
  return fc.oneof(
    { weight: 1, arbitrary: sample.map((bytes) => new Uint8Array(bytes)) },
    {
      weight: 20,
      arbitrary: fc
        .tuple(sample, sample, fc.array(change, { minLength: 1, maxLength: 4 }))
        .map(([bytes, other, changes]) =>
          changes.reduce<Bytes>((sofar, one) => mutate(sofar, other, one), new Uint8Array(bytes)),
        ),
    },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)) },
  );
}

/** The same for what people paste: characters instead of bytes, and only such as a keyboard has. */
export function mutatedText(samples: readonly string[]): fc.Arbitrary<string> {
  const latin = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
  return mutated(samples.map(latin)).map((bytes) => String.fromCharCode(...bytes.subarray(0, 60_000)));
}

/** The most memory that `act` held at once beyond what was held before, in bytes; an upper bound that no collection lowers. */
export function memoryTakenBy(act: () => unknown): number {
  const before = process.memoryUsage();
  act();
  const after = process.memoryUsage();
  return Math.max(0, after.arrayBuffers - before.arrayBuffers) + Math.max(0, after.heapUsed - before.heapUsed);
}
