/**
 * What frames of many charts repeat goes over the wire once: ids, rights and names of fields in operations and headers. The map of
 * the frame is deflated; ciphertexts, which no compression makes smaller, follow as they are. Never reads what it packs.
 *
 *     packed = inflated length (4 bytes) ‖ deflated length (4) ‖ deflate (RFC 1951) of a canonical map ‖ what was cut off items, joined
 */
import { deflateSync } from 'fflate';
import { concatBytes, u32At, u32Bytes, type Bytes } from '../base/bytes.ts';
import { inflateAtMost } from '../base/inflate.ts';
import { maxFrameBytes } from './limits.ts';

const prefixBytes = 8;

export function packFrame(map: Bytes, rest: readonly Uint8Array[]): Bytes {
  if (map.length > maxFrameBytes) throw new Error(`a map of ${map.length} bytes is more than its reader inflates`);
  const deflated = deflateSync(map, { level: 6 });
  return concatBytes(u32Bytes(map.length), u32Bytes(deflated.length), deflated, ...rest);
}

export function unpackFrame(packed: Uint8Array): { readonly map: Bytes; readonly rest: Uint8Array } | undefined {
  if (packed.length < prefixBytes) return undefined;
  const inflatedLength = u32At(packed, 0);
  const end = prefixBytes + u32At(packed, 4);
  if (inflatedLength > maxFrameBytes || end > packed.length) return undefined;
  const map = inflateAtMost(packed.subarray(prefixBytes, end), inflatedLength);
  return map?.length === inflatedLength ? { map, rest: packed.subarray(end) } : undefined;
}
