/**
 * Questions about Ed25519 signatures with the one answer that every implementation has to give (OP-6): published vectors, and
 * what can be made from a good signature by anyone. Asked in Node (sign.test.ts) and in Chromium (e2e).
 */
import { toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { keysFromSeed, tweetnaclEd25519 } from '../../src/crypto/ed25519.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hex, readVector } from './fixtures.ts';

export interface SignatureCase {
  readonly what: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly accepted: boolean;
}

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
const fieldPrime = 2n ** 255n - 19n;

function littleEndian(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

export async function signatureCases(): Promise<readonly SignatureCase[]> {
  return [...published(), ...(await fromGoodOne())];
}

function published(): readonly SignatureCase[] {
  const { rfc8032, edgeCases } = readVector<{
    readonly rfc8032: readonly Omit<SignatureCase, 'what' | 'accepted'>[];
    readonly edgeCases: readonly SignatureCase[];
  }>('ed25519');
  const { tests } = readVector<{ readonly tests: readonly (SignatureCase & { readonly id: number })[] }>(
    'ed25519-wycheproof',
  );
  return [
    ...rfc8032.map((vector, i) => ({ ...vector, what: `RFC 8032 no. ${i + 1}`, accepted: true })),
    ...edgeCases.map((vector) => ({ ...vector, what: `speccheck: ${vector.what}` })),
    ...tests.map((vector) => ({ ...vector, what: `Wycheproof ${vector.id}: ${vector.what}` })),
  ];
}

/** What a forger may try with a signature that is good: malleated, cut, with points of small order, and so on. */
async function fromGoodOne(): Promise<readonly SignatureCase[]> {
  const keys = keysFromSeed(seededRandom('signature cases').bytes(32));
  const message = toUtf8('a grant');
  const signature = await tweetnaclEd25519.sign(message, keys);
  const [r, s] = [signature.subarray(0, 32), toBigInt(signature.subarray(32))];
  const of = (what: string, changed: Uint8Array, publicKey: Uint8Array = keys.publicKey): SignatureCase => ({
    what,
    publicKey: toHex(publicKey),
    message: toHex(message),
    signature: toHex(changed),
    accepted: false,
  });
  const joined = (first: Uint8Array, second: Uint8Array): Bytes => Uint8Array.from([...first, ...second]);
  const smallYs = [0n, 1n, fieldPrime - 1n, fieldPrime, fieldPrime + 1n].map(littleEndian);
  const order8 = [
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ].map(hex);
  const smallPoints = [...smallYs, ...order8].flatMap((y) => [y, flipBit(y, 255)]);
  return [
    { ...of('the good one', signature), accepted: true },
    ...[1n, 2n, 7n, 15n].map((n) => of(`S + ${n} L`, joined(r, littleEndian(s + n * groupOrder)))),
    of('S = L', joined(r, littleEndian(groupOrder))),
    of('S = L − 1', joined(r, littleEndian(groupOrder - 1n))),
    of('S = 0', joined(r, littleEndian(0n))),
    of('−S', joined(r, littleEndian(groupOrder - s))),
    of('R and S exchanged', joined(signature.subarray(32), r)),
    of('R with the other sign of x', flipBit(signature, 255)),
    of('A with the other sign of x', signature, flipBit(keys.publicKey, 255)),
    of('all zeros', new Uint8Array(64)),
    of('all ones', new Uint8Array(64).fill(255)),
    of('nothing', new Uint8Array()),
    of('one byte short', signature.subarray(0, 63)),
    of('one byte long', joined(signature, Uint8Array.of(0))),
    of('twice', joined(signature, signature)),
    of('a key of 31 bytes', signature, keys.publicKey.subarray(0, 31)),
    of('a key of 33 bytes', signature, joined(keys.publicKey, Uint8Array.of(0))),
    ...smallPoints.flatMap((point) => [
      of(`R of small order ${toHex(point)}`, joined(point, signature.subarray(32))),
      of(`A and R of small order ${toHex(point)}, S = 0`, joined(point, littleEndian(0n)), point),
    ]),
    ...Array.from({ length: 19 }, (_, i) =>
      of(`R with y = p + ${i}`, joined(littleEndian(fieldPrime + BigInt(i)), signature.subarray(32))),
    ),
    ...Array.from({ length: 64 }, (_, i) => of(`bit ${8 * i + (i % 8)} flipped`, flipBit(signature, 8 * i + (i % 8)))),
  ];
}
