/**
 * Bytes that older versions wrote and every later one must read. Each file in test/vectors names how it was made. A test
 * that fails here means stored data would be lost: bump the format's version and keep the old file.
 *
 * Making anew (`npx vitest run test/crypto/frozen.test.ts -u`) is for a new format version alone. Sealed bytes also depend
 * on fflate's choices; should a new fflate compress otherwise, reading must still pass and only the making is renewed.
 */
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { openBackup, sealBackup } from '../../src/crypto/backup.ts';
import { boxKeysFromSeed, generateBoxKeys, WrapBatch, unwrap } from '../../src/crypto/box.ts';
import { markAdmitted, decodeEntry, verifyEntry, type EntryHeader } from '../../src/crypto/entry.ts';
import { firstDictionary } from '../../src/crypto/dictionary.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { createLockbox, openLockboxWithPassphrase, openLockboxWithRecovery } from '../../src/crypto/lockbox.ts';
import { ExchangeFile, sealExchangeFile } from '../../src/crypto/exchange-file.ts';
import { phraseToRootKeys } from '../../src/crypto/recovery-phrase.ts';
import { openEntry, sealEntry } from '../../src/crypto/sealed-entry.ts';
import { signKeysFromSeed } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openSnapshot, sealSnapshot } from '../../src/crypto/sealed-snapshot.ts';
import { decodeSnapshot, verifySnapshot, type SnapshotHeader } from '../../src/crypto/snapshot.ts';
import { hex, mustBeOk, readVector, sampleInput, sampleSnapshot } from './fixtures.ts';

const madeBy = (seed: string): string => `test/crypto/frozen.test.ts, seededRandom('${seed}')`;
const phrase = `${'abandon '.repeat(23)}art`;
const { box: rootBox } = mustBeOk(phraseToRootKeys(phrase));

async function expectFile(name: string, content: object): Promise<void> {
  await expect(`${JSON.stringify(content, undefined, 1)}\n`).toMatchFileSnapshot(`../vectors/${name}.json`);
}

describe('an entry', () => {
  const seed = 'frozen entry v1';

  it('is made byte for byte as before', async () => {
    const sample = sampleInput(seed);
    const sealed = mustBeOk(await sealEntry(sample.input));
    await expectFile('entry-v1-dictionary-1', {
      source: madeBy(seed),
      epochKey: toHex(sample.epochKey),
      header: sealed.header,
      headerBytes: toHex(sealed.headerBytes),
      hash: sealed.hash,
      nonce: toHex(sample.input.body.nonce),
      changes: sample.input.body.changes.map(toHex),
      batch: sample.input.body.batch,
      bytes: toHex(sealed.bytes),
    });
  });

  it('the dictionary it is compressed by is the one it was', () => {
    expect(firstDictionary()).toHaveLength(10_090);
    expect(toHex(sha256(firstDictionary()))).toBe('14dee2136d42a39ae19aa6028c7094193c92949e03a4de016d484848f54a28b8');
  });

  // The first was sealed before there was a dictionary.
  it.each(['entry-v1', 'entry-v1-dictionary-1'])(
    '%s, written by an older version, verifies, has the same hash and opens',
    async (name) => {
      interface EntryVector {
        readonly epochKey: string;
        readonly header: EntryHeader;
        readonly hash: string;
        readonly nonce: string;
        readonly changes: readonly string[];
        readonly batch: object;
        readonly bytes: string;
      }
      const vector = readVector<EntryVector>(name);
      const verified = mustBeOk(await verifyEntry(mustBeOk(decodeEntry(hex(vector.bytes)))));
      expect(verified.hash).toBe(vector.hash);
      expect(verified.header).toEqual(vector.header);
      const { body } = mustBeOk(openEntry(markAdmitted(verified), hex(vector.epochKey)));
      expect(body.changes.map(toHex)).toEqual(vector.changes);
      expect(toHex(body.nonce)).toBe(vector.nonce);
      expect(body.batch).toEqual(vector.batch);
    },
  );
});

describe('a snapshot', () => {
  const seed = 'frozen snapshot v1';

  it('is made byte for byte as before', async () => {
    const sample = sampleSnapshot(seed);
    const sealed = mustBeOk(await sealSnapshot(sample.input));
    await expectFile('snapshot-v1', {
      source: madeBy(seed),
      epochKey: toHex(sample.epochKey),
      header: sealed.header,
      name: sealed.name,
      document: toHex(sample.input.body.document),
      chains: sample.input.body.chains.map((bodies) => bodies.map((body) => ({ ...body, nonce: toHex(body.nonce) }))),
      bytes: toHex(sealed.bytes),
    });
  });

  it('written by an older version verifies, has the same name and opens', async () => {
    interface SnapshotVector {
      readonly epochKey: string;
      readonly header: SnapshotHeader;
      readonly name: string;
      readonly document: string;
      readonly chains: readonly (readonly {
        readonly nonce: string;
        readonly changes: number;
        readonly batch?: object;
      }[])[];
      readonly bytes: string;
    }
    const vector = readVector<SnapshotVector>('snapshot-v1');
    const verified = mustBeOk(await verifySnapshot(mustBeOk(decodeSnapshot(hex(vector.bytes)))));
    expect(verified.name).toBe(vector.name);
    expect(verified.header).toEqual(vector.header);
    const { body } = mustBeOk(openSnapshot(verified, hex(vector.epochKey)));
    expect(toHex(body.document)).toBe(vector.document);
    const chains = body.chains.map((bodies) => bodies.map((one) => ({ ...one, nonce: toHex(one.nonce) })));
    expect(chains).toEqual(vector.chains);
  });
});

describe('a wrap', () => {
  const seed = 'frozen wrap v1';

  it('is made byte for byte as before', async () => {
    const random = seededRandom(seed);
    const keys = generateBoxKeys(random);
    const secrets = [random.bytes(32), random.bytes(32)];
    const batch = new WrapBatch(random);
    await expectFile('wrap-v1', {
      source: madeBy(seed),
      recipientSecretKey: toHex(keys.secretKey),
      recipientPublicKey: toHex(keys.publicKey),
      ephemeralKey: toHex(batch.ephemeralKey),
      secrets: secrets.map(toHex),
      wraps: secrets.map((secret) => toHex(batch.wrap(keys.publicKey, secret))),
    });
  });

  it('made by an older version opens', () => {
    interface WrapVector {
      readonly recipientSecretKey: string;
      readonly recipientPublicKey: string;
      readonly ephemeralKey: string;
      readonly secrets: readonly string[];
      readonly wraps: readonly string[];
    }
    const vector = readVector<WrapVector>('wrap-v1');
    const keys = { publicKey: hex(vector.recipientPublicKey), secretKey: hex(vector.recipientSecretKey) };
    const opened = vector.wraps.map((wrap) => toHex(mustBeOk(unwrap(hex(vector.ephemeralKey), hex(wrap), keys))));
    expect(opened).toEqual(vector.secrets);
  });
});

describe('a lockbox', () => {
  const seed = 'frozen lockbox v1';
  const passphrase = 'frozen Zürich passphrase';

  it('is made byte for byte as before', async () => {
    const random = seededRandom(seed);
    const kdf = { memoryKiB: 256, iterations: 2, parallelism: 1 };
    const { lockbox, vaultKey } = await createLockbox({ passphrase, rootBoxKey: rootBox.publicKey, random, kdf });
    await expectFile('lockbox-v1', {
      source: madeBy(seed),
      passphrase,
      phrase,
      vaultKey: toHex(vaultKey),
      lockbox: toHex(lockbox),
    });
  });

  it('made by an older version opens by passphrase and by phrase', async () => {
    const vector = readVector<Readonly<Record<'passphrase' | 'phrase' | 'vaultKey' | 'lockbox', string>>>('lockbox-v1');
    const lockbox = hex(vector.lockbox);
    expect(toHex(mustBeOk(await openLockboxWithPassphrase(lockbox, vector.passphrase)))).toBe(vector.vaultKey);
    const keys = mustBeOk(phraseToRootKeys(vector.phrase));
    expect(toHex(mustBeOk(openLockboxWithRecovery(lockbox, keys.box)))).toBe(vector.vaultKey);
  });
});

describe('a backup', () => {
  const seed = 'frozen backup v1';

  it('is made byte for byte as before', async () => {
    const records = [toUtf8('one record'), new Uint8Array(0), toUtf8('another')];
    const pieces: Bytes[] = [];
    for await (const piece of sealBackup(records, rootBox.publicKey, seededRandom(seed))) pieces.push(piece);
    const file = toHex(concatBytes(...pieces));
    await expectFile('backup-v1', { source: madeBy(seed), phrase, records: records.map(toHex), file });
  });

  it('made by an older version opens by the phrase', () => {
    interface BackupVector {
      readonly phrase: string;
      readonly records: readonly string[];
      readonly file: string;
    }
    const vector = readVector<BackupVector>('backup-v1');
    const keys = mustBeOk(phraseToRootKeys(vector.phrase));
    expect(mustBeOk(openBackup(hex(vector.file), keys.box)).map(toHex)).toEqual(vector.records);
  });
});

describe('an exchange file', () => {
  const seed = 'frozen exchange v1';
  const records = ['01', '02aa', '030405'].map(hex);
  const signer = signKeysFromSeed(new Uint8Array(32).fill(7));
  const reader = boxKeysFromSeed(new Uint8Array(32).fill(9));
  const log = new Uint8Array(32).fill(3);

  it('is made byte for byte as before', async () => {
    const pieces: Bytes[] = [];
    const recipients = [reader.publicKey, rootBox.publicKey];
    for await (const piece of sealExchangeFile(records, recipients, { keys: signer, log }, seededRandom(seed)))
      pieces.push(piece);
    await expectFile('exchange-v1', {
      source: madeBy(seed),
      phrase,
      signer: toHex(signer.publicKey),
      log: toHex(log),
      records: records.map(toHex),
      file: toHex(concatBytes(...pieces)),
    });
  });

  it('written by an older version is whole, signed, and gives its records', async () => {
    interface ExchangeVector {
      readonly signer: string;
      readonly log: string;
      readonly records: readonly string[];
      readonly file: string;
    }
    const vector = readVector<ExchangeVector>('exchange-v1');
    const bytes = hex(vector.file);
    const read = (start: number, end: number) => Promise.resolve(bytes.subarray(start, end));
    for (const keys of [reader, rootBox]) {
      const file = mustBeOk(await ExchangeFile.open({ size: bytes.length, read }, keys));
      const signedBy = { publicKey: hex(vector.signer), log: hex(vector.log) };
      mustBeOk(
        await file.check(
          () => signedBy,
          () => Promise.resolve(),
        ),
      );
      const found: string[] = [];
      await file.records((record) => Promise.resolve(found.push(toHex(record)) > 0));
      expect(found).toEqual(vector.records);
    }
  });
});
