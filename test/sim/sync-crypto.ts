/**
 * WebCrypto's Ed25519 answered at once by node:crypto's synchronous functions, so that nothing in a simulated world waits for
 * a thread: what an event sets going has come to rest when the microtasks have. The same OpenSSL computes both, and the
 * product's own code around it (crypto/ed25519.ts) is untouched. Importing this file replaces it for the process.
 */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

const keys = new WeakMap<CryptoKey, KeyObject>();

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function importKey(format: 'pkcs8' | 'raw', bytes: Uint8Array): Promise<CryptoKey> {
  const handle = {} as CryptoKey;
  const key =
    format === 'pkcs8'
      ? createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' })
      : createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' });
  keys.set(handle, key);
  return Promise.resolve(handle);
}

function keyOf(handle: CryptoKey): KeyObject {
  const key = keys.get(handle);
  if (key === undefined) throw new Error('a key that was not imported here');
  return key;
}

/** Every replica asks about the same signatures, and asks again at each start. */
const verdicts = new WeakMap<KeyObject, Map<string, boolean>>();

function verdict(key: KeyObject, signature: Uint8Array, message: Uint8Array): boolean {
  const byKey = verdicts.get(key) ?? new Map<string, boolean>();
  verdicts.set(key, byKey);
  const question = Buffer.concat([signature, message]).toString('latin1');
  const known = byKey.get(question) ?? verify(null, message, key, signature);
  byKey.set(question, known);
  return known;
}

const subtle = {
  importKey: (format: 'pkcs8' | 'raw', bytes: Uint8Array) => importKey(format, bytes),
  sign: (_: string, key: CryptoKey, message: Uint8Array) => Promise.resolve(sign(null, message, keyOf(key))),
  verify: (_: string, key: CryptoKey, signature: Uint8Array, message: Uint8Array) =>
    Promise.resolve(verdict(keyOf(key), signature, message)),
};

Object.defineProperty(globalThis.crypto, 'subtle', { value: subtle, configurable: true });

// The key derivation makes a WebAssembly instance at every call; compiled and instantiated at once, it waits for nothing either.
WebAssembly.compile = (bytes) => Promise.resolve(new WebAssembly.Module(bytes));
const instantiate = (source: WebAssembly.Module | BufferSource, imports?: WebAssembly.Imports) => {
  if (source instanceof WebAssembly.Module) return Promise.resolve(new WebAssembly.Instance(source, imports));
  const module = new WebAssembly.Module(source);
  return Promise.resolve({ module, instance: new WebAssembly.Instance(module, imports) });
};
WebAssembly.instantiate = instantiate as typeof WebAssembly.instantiate;
