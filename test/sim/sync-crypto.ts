/**
 * WebCrypto's Ed25519 and AES-GCM answered at once by node:crypto's synchronous functions, so that nothing in a simulated world waits for
 * a thread: what an event sets going has come to rest when the microtasks have. The same OpenSSL computes both, and the
 * product's own code around it (crypto/ed25519.ts) is untouched. Importing this file replaces it for the process.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

const keys = new WeakMap<CryptoKey, KeyObject>();

interface Gcm {
  readonly iv: Uint8Array;
  readonly additionalData: Uint8Array;
}

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function importKey(format: 'pkcs8' | 'raw', bytes: Uint8Array, algorithm: string): Promise<CryptoKey> {
  const handle = {} as CryptoKey;
  keys.set(handle, algorithm === 'AES-GCM' ? createSecretKey(bytes) : signingKey(format, bytes));
  return Promise.resolve(handle);
}

function signingKey(format: 'pkcs8' | 'raw', bytes: Uint8Array): KeyObject {
  return format === 'pkcs8'
    ? createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' })
    : createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' });
}

const tagBytes = 16;

/** Attached files: AES-256-GCM, the tag behind the ciphertext as WebCrypto puts it. */
function encrypt({ iv, additionalData }: Gcm, key: CryptoKey, plain: Uint8Array): Promise<ArrayBuffer> {
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), iv).setAAD(additionalData);
  const sealed = new Uint8Array([...cipher.update(plain), ...cipher.final(), ...cipher.getAuthTag()]);
  return Promise.resolve(sealed.buffer);
}

function decrypt({ iv, additionalData }: Gcm, key: CryptoKey, sealed: Uint8Array): Promise<ArrayBuffer> {
  const cipher = createDecipheriv('aes-256-gcm', keyOf(key), iv).setAAD(additionalData);
  cipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const plain = new Uint8Array([...cipher.update(sealed.subarray(0, -tagBytes)), ...cipher.final()]);
    return Promise.resolve(plain.buffer);
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
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
  importKey: (format: 'pkcs8' | 'raw', bytes: Uint8Array, algorithm: string) => importKey(format, bytes, algorithm),
  encrypt,
  decrypt,
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
