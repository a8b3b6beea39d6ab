/** Decompresses Snappy (google/snappy, format_description.txt), which Chromium uses on disk. As much as can be had. */

/** A bound for what a damaged length could ask for. */
const maxBytes = 64 * 1024 * 1024;

function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number | undefined {
  let value = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += byte * 2 ** (8 * i);
  }
  return value;
}

/** What `bytes` decompress to, up to the first mistake in them; undefined when they do not begin with a length. */
export function snappyDecompress(bytes: Uint8Array): Uint8Array | undefined {
  const header = readVarint(bytes, 0);
  if (header === undefined || header.value === 0 || header.value > maxBytes) return undefined;
  const out = new Uint8Array(header.value);
  let at = header.next;
  let written = 0;
  while (written < out.length) {
    const tag = bytes[at];
    if (tag === undefined) break;
    at += 1;
    if ((tag & 3) === 0) {
      // A literal; lengths over 60 stand in the one to four bytes that follow.
      const extra = Math.max(0, (tag >> 2) - 59);
      const length = extra === 0 ? tag >> 2 : littleEndian(bytes, at, extra);
      if (length === undefined) break;
      at += extra;
      const literal = bytes.subarray(at, Math.min(at + length + 1, at + out.length - written));
      out.set(literal, written);
      written += literal.length;
      if (literal.length < length + 1) break;
      at += length + 1;
    } else {
      const wide = (tag & 3) === 1 ? 1 : (tag & 3) === 2 ? 2 : 4;
      const low = littleEndian(bytes, at, wide);
      if (low === undefined) break;
      at += wide;
      const offset = wide === 1 ? ((tag >> 5) << 8) | low : low;
      const length = wide === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      if (offset === 0 || offset > written) break;
      // Byte by byte, because a copy may overlap what it writes.
      for (let i = 0; i < length && written < out.length; i++, written++) out[written] = out[written - offset] ?? 0;
    }
  }
  return out.subarray(0, written);
}
