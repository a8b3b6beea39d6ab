/** Reading what somebody else compressed without being flooded by it. Pure. */
import { Inflate, inflateSync } from 'fflate';
import { concatBytes, type Bytes } from './bytes.ts';

/**
 * Compressed bytes handed to the inflater at a time. Deflate grows at most 1032-fold, so a bomb is noticed after at most
 * 4 MiB beyond the cap, or where more is expected 32 times the cap, at most 8 MiB: each step costs a window of its own.
 */
const leastStepBytes = 4096;
const mostStepBytes = 8 * 1024;
const stepBytesFor = (maxBytes: number): number =>
  Math.min(mostStepBytes, Math.max(leastStepBytes, Math.floor(maxBytes / 32)));

/**
 * What a deflate stream (RFC 1951) inflates to; undefined if it is none, or as soon as that is more than `maxBytes`. `dictionary`:
 * what it may refer back to, as if it stood before it.
 */
export function inflateAtMost(compressed: Uint8Array, maxBytes: number, dictionary?: Bytes): Bytes | undefined {
  const stepBytes = stepBytesFor(maxBytes);
  if (compressed.length <= stepBytes) return inflateWhole(compressed, maxBytes, dictionary);
  const chunks: Uint8Array[] = [];
  const read = { bytes: 0, ended: false };
  const stream = new Inflate(dictionary === undefined ? {} : { dictionary }, (chunk, final) => {
    read.bytes += chunk.length;
    read.ended ||= final;
    if (read.bytes <= maxBytes) chunks.push(chunk);
  });
  try {
    for (let at = 0; at < compressed.length && read.bytes <= maxBytes; at += stepBytes) {
      const end = Math.min(at + stepBytes, compressed.length);
      stream.push(compressed.subarray(at, end), end === compressed.length);
    }
  } catch {
    return undefined;
  }
  return read.ended && read.bytes <= maxBytes ? concatBytes(...chunks) : undefined;
}

/** In one go: several times faster, and no more than one step's bomb. */
function inflateWhole(compressed: Uint8Array, maxBytes: number, dictionary?: Bytes): Bytes | undefined {
  try {
    const inflated = inflateSync(compressed, dictionary === undefined ? {} : { dictionary });
    return inflated.length <= maxBytes ? new Uint8Array(inflated) : undefined;
  } catch {
    return undefined;
  }
}
