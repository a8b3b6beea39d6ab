/** What the tests of this folder share: readable bytes, published vectors, and one entry by Alice's device. */
import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { changeHash, chartId, deviceId, entryHash, opId } from '../../src/base/ids.ts';
import type { Random } from '../../src/base/ports.ts';
import type { Result } from '../../src/base/result.ts';
import { chainStart } from '../../src/crypto/chain.ts';
import { chainNameOf, markAdmitted, type AdmittedEntry, type VerifiedEntry } from '../../src/crypto/entry.ts';
import { keyIdOf } from '../../src/crypto/epoch-key.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { sealEntry, type EntryBody, type SealEntryInput } from '../../src/crypto/sealed-entry.ts';
import type { SealSnapshotInput } from '../../src/crypto/sealed-snapshot.ts';
import { generateSignKeys, type SignKeys } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';

export function hex(text: string): Bytes {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error('not hex');
  return bytes;
}

export function mustBeOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.reason} ${result.detail ?? ''}`);
  return result.value;
}

export function readVector<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** The same bytes with one bit changed. */
export function flipBit(bytes: Uint8Array, bit: number): Bytes {
  const out = new Uint8Array(bytes);
  out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return out;
}

export function hashNamed(name: string): Bytes {
  return sha256(toUtf8(name));
}

export interface SampleEntry {
  readonly random: Random;
  readonly signKeys: SignKeys;
  readonly epochKey: Bytes;
  readonly input: SealEntryInput;
}

/** Alice's second entry in the medications of one chart: it has every field filled. */
export function sampleInput(seed: string, changes?: Partial<SealEntryInput['header']>, body?: EntryBody): SampleEntry {
  const random = seededRandom(seed);
  const signKeys = generateSignKeys(random);
  const epochKey = random.bytes(32);
  const header = {
    chart: chartId(hashNamed('chart')),
    section: 'medications' as const,
    device: deviceId(signKeys.publicKey),
    stint: '' as const,
    seq: 2,
    prev: entryHash(hashNamed('first entry')),
    deps: [
      { chain: chainNameOf(deviceId(hashNamed('Bob')), ''), seq: 7, hash: entryHash(hashNamed('by Bob')) },
      {
        chain: chainNameOf(deviceId(hashNamed('Carol')), opId(hashNamed('grant'))),
        seq: 3,
        hash: entryHash(hashNamed('by Carol')),
      },
    ],
    access: [opId(hashNamed('access 1')), opId(hashNamed('access 2'))],
    roster: [opId(hashNamed('roster'))],
    ...changes,
  };
  const input: SealEntryInput = {
    header: { ...header, epoch: keyIdOf(header.chart, header.section, epochKey) },
    previousChainValue: chainStart,
    body: body ?? {
      v: 1,
      nonce: random.bytes(16),
      changes: [toUtf8('metoprolol 25 mg'), concatBytes(toUtf8('metoprolol 50 mg'), random.bytes(40))],
      batch: { id: '00112233445566778899aabbccddeeff', index: 0, count: 2 },
    },
    changeHashes: (body?.changes ?? ['one', 'two']).map((_, i) => changeHash(hashNamed(`change ${i}`))),
    epochKey,
    signKeys,
    random,
  };
  return { random, signKeys, epochKey, input };
}

export async function sealSample(seed: string, changes?: Partial<SealEntryInput['header']>): Promise<VerifiedEntry> {
  return mustBeOk(await sealEntry(sampleInput(seed, changes).input));
}

/** What access/ does once rights are judged. */
export function admit(entry: VerifiedEntry): AdmittedEntry {
  return markAdmitted(entry);
}

export interface SampleSnapshot {
  readonly epochKey: Bytes;
  readonly input: SealSnapshotInput;
}

/** By Alice's device, of her two entries and Bob's three, which he imported. */
export function sampleSnapshot(seed: string): SampleSnapshot {
  const { random, signKeys, epochKey, input } = sampleInput(seed);
  const { chart, section, device, access, roster, epoch } = input.header;
  const [mine, his] = [random.bytes(16), random.bytes(16)];
  const covers = [
    { chain: chainNameOf(device, ''), seq: 2, hash: entryHash(hashNamed('by Alice')) },
    {
      chain: chainNameOf(deviceId(hashNamed('Bob')), opId(hashNamed('grant'))),
      seq: 3,
      hash: entryHash(hashNamed('by Bob')),
    },
  ].toSorted((a, b) => (a.chain < b.chain ? -1 : 1));
  const batch = { id: '00112233445566778899aabbccddeeff', count: 2 };
  const chains = covers.map(({ seq }) =>
    seq === 2
      ? [
          { nonce: mine, changes: 1 },
          { nonce: mine, changes: 2 },
        ]
      : [
          { nonce: his, changes: 1, batch: { ...batch, index: 0 } },
          { nonce: his, changes: 1, batch: { ...batch, index: 1 } },
          { nonce: mine, changes: 1 },
        ],
  );
  const document = concatBytes(toUtf8('metoprolol 25 mg, saved'), random.bytes(200));
  return {
    epochKey,
    input: {
      header: { chart, section, device, covers, access: [...access].reverse(), roster, epoch },
      body: { document, chains },
      epochKey,
      signKeys,
      random,
    },
  };
}
