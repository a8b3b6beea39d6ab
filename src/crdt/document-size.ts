/**
 * Counts what a saved document holds without loading it: whoever made it may have meant it to fill memory. Its columns may be
 * deflated, and are run-length encoded beneath that (SN-2).
 *
 * ```
 * 856f4a83 | checksum 4 | type 0 | length uleb | actors: count, (length, bytes) each | heads: count, 32 bytes each |
 * change columns: count, (spec uleb, length uleb) each | operation columns: the same | their data | an index for each head
 * ```
 */
import { inflateAtMost } from '../base/inflate.ts';
import { err, ok, type Result } from '../base/result.ts';
import { countValues, rawValues, Reader, typeOf } from './columns.ts';

const magic = [0x85, 0x6f, 0x4a, 0x83];
const documentChunk = 0;
/** In a column's spec: it is deflated. */
const deflated = 8;

/** `limits`: bytes after inflating, and values in any one column. */
export function measureDocument(
  bytes: Uint8Array,
  limits: { readonly bytes: number; readonly values: number },
): Result<void, 'malformed' | 'too-large'> {
  const read = new Reader(bytes);
  try {
    for (const byte of magic) if (read.byte() !== byte) return err('malformed', 'magic');
    read.skip(4);
    if (read.byte() !== documentChunk) return err('malformed', 'chunk type');
    // One chunk: loading would go on with whatever follows.
    if (read.uleb() !== read.left) return err('malformed', 'length');
    for (let actors = read.uleb(); actors > 0; actors--) read.skip(read.uleb());
    const heads = read.uleb();
    for (let head = 0; head < heads; head++) read.skip(32);
    const columns = [...columnsOf(read), ...columnsOf(read)];
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

function columnsOf(read: Reader): readonly { readonly spec: number; readonly length: number }[] {
  const columns: { spec: number; length: number }[] = [];
  for (let count = read.uleb(); count > 0; count--) columns.push({ spec: read.uleb(), length: read.uleb() });
  return columns;
}
