/**
 * From a passphrase to a key: Argon2id (RFC 9106) in WebAssembly, the one slow and memory-hungry step of the program. Its
 * parameters lie beside what the key seals, so they can be raised later; whoever can write there must not be able to ask
 * for the machine's whole memory, so they are bounded before use.
 */
import { argon2id } from 'hash-wasm';
import type { Bytes } from '../base/bytes.ts';
import { exactFields, type CborValue } from '../base/codec.ts';

export interface KdfCost {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
}

export interface KdfParams extends KdfCost {
  /** 16 random bytes. */
  readonly salt: Bytes;
}

/** RFC 9106 section 4, the second recommended option, with one lane: WebAssembly has one thread. 0.3–0.5 s measured. */
export const defaultKdfCost: KdfCost = { memoryKiB: 64 * 1024, iterations: 3, parallelism: 1 };

/**
 * The most that is ever computed: 256 MiB, some seconds. Room to raise the default fourfold, and little enough for a phone
 * to survive a crafted lockbox.
 */
const mostKdfCost: KdfCost = { memoryKiB: 256 * 1024, iterations: 16, parallelism: 4 };

export const kdfSaltBytes = 16;

/** The derivation, wherever it is done: in a page, by a thread that does not keep it from answering. */
export type DeriveKey = (passphrase: string, params: KdfParams) => Promise<Bytes>;

/** 32 bytes. NFKC first: the same passphrase typed on another system may arrive in other code points. */
export async function passphraseKey(passphrase: string, params: KdfParams): Promise<Bytes> {
  if (!isBearable(params)) throw new Error('key derivation costs are out of bounds and should have been checked');
  const key = await argon2id({
    password: passphrase.normalize('NFKC'),
    salt: params.salt,
    memorySize: params.memoryKiB,
    iterations: params.iterations,
    parallelism: params.parallelism,
    hashLength: 32,
    outputType: 'binary',
  });
  return new Uint8Array(key);
}

export function encodeKdfParams(params: KdfParams): CborValue {
  const { memoryKiB, iterations, parallelism, salt } = params;
  return { name: 'argon2id', memoryKiB, iterations, parallelism, salt };
}

/** Parameters that may be computed, else undefined. */
export function decodeKdfParams(value: CborValue): KdfParams | undefined {
  const fields = exactFields(value, ['name', 'memoryKiB', 'iterations', 'parallelism', 'salt']);
  if (fields?.name !== 'argon2id') return undefined;
  const { memoryKiB, iterations, parallelism, salt } = fields;
  if (typeof memoryKiB !== 'number' || typeof iterations !== 'number' || typeof parallelism !== 'number')
    return undefined;
  if (!(salt instanceof Uint8Array) || salt.length !== kdfSaltBytes) return undefined;
  const params = { memoryKiB, iterations, parallelism, salt: new Uint8Array(salt) };
  return isBearable(params) ? params : undefined;
}

/** Within Argon2's own limits (RFC 9106 section 3.1) below and ours above. */
function isBearable({ memoryKiB, iterations, parallelism }: KdfCost): boolean {
  return (
    [memoryKiB, iterations, parallelism].every(Number.isInteger) &&
    parallelism >= 1 &&
    parallelism <= mostKdfCost.parallelism &&
    memoryKiB >= 8 * parallelism &&
    memoryKiB <= mostKdfCost.memoryKiB &&
    iterations >= 1 &&
    iterations <= mostKdfCost.iterations
  );
}
