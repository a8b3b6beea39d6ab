/**
 * Counts what a saved document holds without loading it: whoever made it may have meant it to fill memory. Its columns may be
 * deflated, and are run-length encoded beneath that (SN-2).
 *
 * ```
 * chunk of type 0: actors: count, (length, bytes) each | heads: count, 32 bytes each |
 * change columns: count, (spec uleb, length uleb) each | operation columns: the same | their data | an index for each head
 * ```
 */
import { inflateAtMost } from '../base/inflate.ts';
import { err, ok, type Result } from '../base/result.ts';
import {
  bodyOfChunk,
  columnSpecs,
  countValues,
  deflated,
  documentChunk,
  hashBytes,
  passActors,
  rawValues,
  Reader,
  typeOf,
} from './columns.ts';

/** `limits`: bytes after inflating, and values in any one column. */
export function measureDocument(
  bytes: Uint8Array,
  limits: { readonly bytes: number; readonly values: number },
): Result<void, 'malformed' | 'too-large'> {
  try {
    const read = bodyOfChunk(bytes, documentChunk);
    passActors(read);
    const heads = read.uleb();
    read.skip(hashBytes * heads);
    const columns = [...columnSpecs(read), ...columnSpecs(read)];
    let left = limits.bytes;
    for (const { spec, length } of columns) {
      const data = read.take(length);
      const plain = (spec & deflated) === 0 ? data : inflateAtMost(data, left);
      if (plain === undefined || plain.length > left) return err('too-large', `column ${spec}`);
      left -= plain.length;
      if (typeOf(spec) === rawValues) continue;
      const { values } = countValues(new Reader(plain), spec, limits.values);
      if (values > limits.values) return err('too-large', `column ${spec}`);
    }
    for (let head = 0; head < heads && read.left > 0; head++) read.uleb();
    return read.left === 0 ? ok(undefined) : err('malformed', 'bytes after the columns');
  } catch (error) {
    if (error instanceof RangeError) return err('malformed', error.message);
    throw error;
  }
}
