/** What one edit costs before it is on the disk: sealing and signing; and what its signature costs whoever gets it. */
import { toUtf8 } from '../../src/base/bytes.ts';
import { changeHash, chartId, deviceId, opId } from '../../src/base/ids.ts';
import type { Random } from '../../src/base/ports.ts';
import { chainStart } from '../../src/crypto/chain.ts';
import { findWebCryptoEd25519, tweetnaclEd25519 } from '../../src/crypto/ed25519.ts';
import { keyIdOf } from '../../src/crypto/epoch-key.ts';
import { sealEntry, type SealEntryInput } from '../../src/crypto/sealed-entry.ts';
import { generateSignKeys, verifyWith } from '../../src/crypto/sign.ts';
import { mustBeOk } from './practice.ts';

const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
const changeBytes = 200;

/** Milliseconds for one entry, as the mean of `entries`. */
export async function measureSealing(entries: number): Promise<number> {
  const input = entryInput();
  mustBeOk(await sealEntry(input));
  const begin = performance.now();
  for (let i = 0; i < entries; i++) mustBeOk(await sealEntry(input));
  return (performance.now() - begin) / entries;
}

/** Milliseconds for one signature by WebCrypto and by tweetnacl, as the mean of `signatures`. */
export async function measureVerifying(
  signatures: number,
): Promise<{ readonly webCrypto: number; readonly tweetnacl: number } | undefined> {
  const webCrypto = await findWebCryptoEd25519();
  if (webCrypto === undefined) return undefined;
  const keys = generateSignKeys(random);
  const message = toUtf8('a header of an entry is about this long. '.repeat(16));
  const signature = await webCrypto.sign(message, keys);
  const times = { webCrypto: 0, tweetnacl: 0 };
  for (const [name, implementation] of [
    ['webCrypto', webCrypto],
    ['tweetnacl', tweetnaclEd25519],
  ] as const) {
    const begin = performance.now();
    for (let i = 0; i < signatures; i++)
      if (!(await verifyWith(implementation, message, signature, keys.publicKey))) throw new Error('a good signature');
    times[name] = (performance.now() - begin) / signatures;
  }
  return times;
}

function entryInput(): SealEntryInput {
  const signKeys = generateSignKeys(random);
  const epochKey = random.bytes(32);
  const chart = chartId(random.bytes(32));
  return {
    header: {
      chart,
      section: 'medications',
      device: deviceId(signKeys.publicKey),
      stint: '',
      seq: 1,
      prev: null,
      deps: [],
      access: [opId(random.bytes(32))],
      roster: [opId(random.bytes(32))],
      epoch: keyIdOf(chart, 'medications', epochKey),
    },
    previousChainValue: chainStart,
    body: { v: 1, nonce: random.bytes(16), changes: [random.bytes(changeBytes)] },
    changeHashes: [changeHash(random.bytes(32))],
    epochKey,
    signKeys,
    random,
  };
}
