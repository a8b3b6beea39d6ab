/**
 * A stream of records as sealed chunks: what backups (backup.ts) and exchange files (exchange-file.ts) have in common. Owns the
 * bytes between a header and the end of a file; who may open it and what the records say is the callers'.
 *
 *     chunks: length of box (4 bytes) ‖ secretbox(key, nonce, up to 256 KiB of the record stream)
 *     record stream: length of record (4 bytes) ‖ record, repeated
 *     nonce = chunk number (4 bytes) ‖ 1 in the last chunk, else 0 (1 byte) ‖ zeros
 *
 * The key is fresh for each file, so counted nonces never repeat. Number and mark of the last chunk are in the nonce: a file
 * that was cut off, reordered, joined or prolonged does not open (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár,
 * "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
 */
import nacl from 'tweetnacl';
import { concatBytes, u32Bytes, type Bytes } from '../base/bytes.ts';

/** Plaintext bytes of a full chunk: small enough to be sealed without a pause one could see, large enough to cost nothing. */
const chunkBytes = 256 * 1024;
/** The longest box of a chunk. */
export const maxBoxBytes = chunkBytes + nacl.secretbox.overheadLength;

/** The sealed chunks of what is pushed, in order. Nothing is kept beyond one chunk and one piece. */
export class ChunkSealer {
  readonly #key: Uint8Array;
  #number = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Plaintext bytes taken so far. */
  total = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The chunks that are full by now. Only strictly more than a chunk is sealed, so that something is left for the last one. */
  *push(...pieces: readonly Uint8Array[]): Generator<Bytes, void> {
    for (const piece of pieces) {
      this.#pending.push(piece);
      this.#pendingBytes += piece.length;
      this.total += piece.length;
    }
    if (this.#pendingBytes <= chunkBytes) return;
    const stream = concatBytes(...this.#pending);
    let start = 0;
    for (; stream.length - start > chunkBytes; start += chunkBytes) {
      yield this.#seal(false, stream.subarray(start, start + chunkBytes));
    }
    this.#pending = [stream.subarray(start)];
    this.#pendingBytes = stream.length - start;
  }

  /** The last chunk; nothing can be pushed after it. */
  last(): Bytes {
    return this.#seal(true, concatBytes(...this.#pending));
  }

  #seal(last: boolean, plaintext: Uint8Array): Bytes {
    const box = nacl.secretbox(plaintext, chunkNonce(this.#number++, last), this.#key);
    return concatBytes(u32Bytes(box.length), box);
  }
}

/** What chunk `number` holds; undefined if it is not that chunk of the file `key` belongs to. */
export function openChunk(key: Uint8Array, number: number, last: boolean, box: Uint8Array): Uint8Array | undefined {
  return nacl.secretbox.open(box, chunkNonce(number, last), key) ?? undefined;
}

/** A record as it stands in the stream. */
export function recordPieces(record: Uint8Array): readonly [length: Bytes, record: Uint8Array] {
  return [u32Bytes(record.length), record];
}

function chunkNonce(number: number, last: boolean): Bytes {
  const nonce = new Uint8Array(nacl.secretbox.nonceLength);
  nonce.set(u32Bytes(number));
  nonce[4] = last ? 1 : 0;
  return nonce;
}
