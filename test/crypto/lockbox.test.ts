import { argon2id } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import { generateBoxKeys } from '../../src/crypto/box.ts';
import {
  createLockbox,
  openLockboxWithPassphrase,
  openLockboxWithRecovery,
  rewrapPassphrase,
} from '../../src/crypto/lockbox.ts';
import { defaultKdfCost, passphraseKey } from '../../src/crypto/passphrase.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, mustBeOk, readVector } from './fixtures.ts';

/** Cheap on purpose: what is tested here is not the cost. */
const kdf = { memoryKiB: 8, iterations: 1, parallelism: 1 };
const random = seededRandom('lockbox');
const rootBox = generateBoxKeys(random);
const passphrase = 'correct horse battery';

function newLockbox(): Promise<{ readonly lockbox: Bytes; readonly vaultKey: Bytes }> {
  return createLockbox({ passphrase, rootBoxKey: rootBox.publicKey, random, kdf });
}

function withFields(lockbox: Bytes, change: Record<string, CborValue>): Bytes {
  return encodeCanonical({ ...(mustBeOk(decodeCanonical(lockbox)) as Record<string, CborValue>), ...change });
}

describe('the passphrase key', () => {
  interface Argon2Vectors {
    readonly password: string;
    readonly cases: readonly {
      readonly salt: string;
      readonly memoryKiB: number;
      readonly iterations: number;
      readonly parallelism: number;
      readonly hash: string;
    }[];
  }

  it('Argon2id gives the hashes of its reference implementation', async () => {
    const { password, cases } = readVector<Argon2Vectors>('argon2id');
    for (const { salt, memoryKiB, hash, ...rest } of cases) {
      const options = { ...rest, memorySize: memoryKiB, hashLength: 32, outputType: 'hex' } as const;
      expect(await argon2id({ ...options, password, salt: toUtf8(salt) })).toBe(hash);
    }
  });

  it('costs 64 MiB and three passes unless told otherwise', () => {
    expect(defaultKdfCost).toEqual({ memoryKiB: 65_536, iterations: 3, parallelism: 1 });
  });

  it('is the same for the same text typed in other code points', async () => {
    const params = { ...kdf, salt: new Uint8Array(16) };
    expect(await passphraseKey('Zürich ﬁve', params)).toEqual(await passphraseKey('Zu\u0308rich five', params));
    expect(await passphraseKey('Zürich', params)).not.toEqual(await passphraseKey('Zurich', params));
  });

  it('is not computed beyond its bounds', async () => {
    const params = { ...kdf, memoryKiB: 1024 * 1024, salt: new Uint8Array(16) };
    await expect(passphraseKey('x', params)).rejects.toThrow('out of bounds');
  });
});

describe('the lockbox', () => {
  it('[ID-6] opens by the passphrase and by the recovery phrase, to the same vault key', async () => {
    const { lockbox, vaultKey } = await newLockbox();
    expect(vaultKey).toHaveLength(32);
    expect(mustBeOk(await openLockboxWithPassphrase(lockbox, passphrase))).toEqual(vaultKey);
    expect(mustBeOk(openLockboxWithRecovery(lockbox, rootBox))).toEqual(vaultKey);
  });

  it('[ID-6] says so when the passphrase or phrase is another', async () => {
    const { lockbox } = await newLockbox();
    for (const wrong of ['Correct horse battery', `${passphrase} `, '']) {
      expect(await openLockboxWithPassphrase(lockbox, wrong)).toMatchObject({ reason: 'wrong-passphrase' });
    }
    expect(openLockboxWithRecovery(lockbox, generateBoxKeys(random))).toMatchObject({ reason: 'wrong-phrase' });
  });

  it('[ID-6] a changed passphrase opens the same vault, the old one no longer, the recovery phrase still', async () => {
    const { lockbox, vaultKey } = await newLockbox();
    const rewrapped = mustBeOk(await rewrapPassphrase({ lockbox, vaultKey, passphrase: 'new words', random, kdf }));
    expect(mustBeOk(await openLockboxWithPassphrase(rewrapped, 'new words'))).toEqual(vaultKey);
    expect(await openLockboxWithPassphrase(rewrapped, passphrase)).toMatchObject({ reason: 'wrong-passphrase' });
    expect(mustBeOk(openLockboxWithRecovery(rewrapped, rootBox))).toEqual(vaultKey);
  });

  it('is never rewritten around another vault key', async () => {
    const { lockbox } = await newLockbox();
    const wrong = rewrapPassphrase({ lockbox, vaultKey: random.bytes(32), passphrase: 'x', random, kdf });
    expect(await wrong).toMatchObject({ reason: 'wrong-vault-key' });
  });

  it('an empty passphrase is a bug of the screen, not a lockbox', async () => {
    const empty = createLockbox({ passphrase: '', rootBoxKey: rootBox.publicKey, random, kdf });
    await expect(empty).rejects.toThrow('empty');
  });

  it('holds neither vault key nor passphrase, and no two are alike', async () => {
    const { lockbox, vaultKey } = await newLockbox();
    expect(toHex(lockbox)).not.toContain(toHex(vaultKey));
    expect(toHex(lockbox)).not.toContain(toHex(toUtf8(passphrase)));
    const other = await newLockbox();
    expect(other.vaultKey).not.toEqual(vaultKey);
    expect(other.lockbox).not.toEqual(lockbox);
  });

  it('a crafted lockbox cannot ask for the machine’s memory or time', async () => {
    const { lockbox } = await newLockbox();
    const salt = new Uint8Array(16);
    const costly = [
      { ...kdf, memoryKiB: 100 * 1024 * 1024 },
      { ...kdf, iterations: 1_000_000 },
      { ...kdf, parallelism: 1000, memoryKiB: 8000 },
      { ...kdf, memoryKiB: 7 },
      { ...kdf, iterations: 0 },
      { ...kdf, parallelism: 0 },
      { ...kdf, memoryKiB: 64.5 },
    ];
    for (const cost of costly) {
      const crafted = withFields(lockbox, { kdf: { name: 'argon2id', ...cost, salt } });
      expect(await openLockboxWithPassphrase(crafted, passphrase), JSON.stringify(cost)).toMatchObject({
        reason: 'malformed',
        detail: 'kdf',
      });
    }
    for (const other of [
      { name: 'scrypt', ...kdf, salt },
      { name: 'argon2id', ...kdf, salt: new Uint8Array(8) },
      null,
    ]) {
      const crafted = withFields(lockbox, { kdf: other });
      expect(await openLockboxWithPassphrase(crafted, passphrase)).toMatchObject({ reason: 'malformed' });
    }
  });

  it('[ATTACK-45] every truncation and a trailing byte is refused with a reason', async () => {
    const { lockbox } = await newLockbox();
    for (let end = 0; end < lockbox.length; end++) {
      expect((await openLockboxWithPassphrase(lockbox.subarray(0, end), passphrase)).ok).toBe(false);
      expect(openLockboxWithRecovery(lockbox.subarray(0, end), rootBox).ok).toBe(false);
    }
    const trailing = concatBytes(lockbox, Uint8Array.of(0));
    expect(await openLockboxWithPassphrase(trailing, passphrase)).toMatchObject({ reason: 'malformed' });
  });

  it('[ATTACK-45] a flipped bit in any byte closes at least one of the two ways in, and opens none wrongly', async () => {
    const { lockbox, vaultKey } = await newLockbox();
    for (let at = 0; at < lockbox.length; at++) {
      const flipped = flipBit(lockbox, 8 * at + (at % 8));
      const results = [await openLockboxWithPassphrase(flipped, passphrase), openLockboxWithRecovery(flipped, rootBox)];
      expect(
        results.some((result) => !result.ok),
        `byte ${at}`,
      ).toBe(true);
      for (const result of results) if (result.ok) expect(result.value).toEqual(vaultKey);
    }
  });

  it('[ATTACK-43] another version is refused by that name', async () => {
    const { lockbox, vaultKey } = await newLockbox();
    const newer = withFields(lockbox, { v: 2, more: true });
    expect(await openLockboxWithPassphrase(newer, passphrase)).toMatchObject({ reason: 'unknown-version' });
    expect(openLockboxWithRecovery(newer, rootBox)).toMatchObject({ reason: 'unknown-version' });
    expect(await rewrapPassphrase({ lockbox: newer, vaultKey, passphrase, random, kdf })).toMatchObject({
      reason: 'unknown-version',
    });
  });
});
