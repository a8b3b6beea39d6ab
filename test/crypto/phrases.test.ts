import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { practiceId } from '../../src/base/ids.ts';
import { boxKeysFromSeed } from '../../src/crypto/box.ts';
import { generatePhrase, phraseToRootKeys, typedWords } from '../../src/crypto/recovery-phrase.ts';
import { safetyPhrase } from '../../src/crypto/safety-phrase.ts';
import { signKeysFromSeed } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hashNamed, hex, mustBeOk, readVector } from './fixtures.ts';

interface Bip39Vectors {
  readonly phrases: readonly { readonly entropy: string; readonly phrase: string }[];
}

const { phrases } = readVector<Bip39Vectors>('bip39');
const phrase = phrases.at(-1)?.phrase ?? '';

/** 32 bytes of HKDF-SHA256 by another implementation. */
function hkdf(key: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), info, 32));
}

describe('the recovery phrase', () => {
  it('[ID-1] is the BIP-39 phrase of its 256 bits', () => {
    for (const vector of phrases) {
      expect(generatePhrase({ bytes: () => hex(vector.entropy) })).toBe(vector.phrase);
    }
  });

  it('[ID-1] gives the root keys that HKDF gives from its entropy, the same every time', () => {
    for (const vector of phrases) {
      const keys = mustBeOk(phraseToRootKeys(vector.phrase));
      expect(keys.sign).toEqual(signKeysFromSeed(hkdf(hex(vector.entropy), 'peerchart/root-sign/1')));
      expect(keys.box).toEqual(boxKeysFromSeed(hkdf(hex(vector.entropy), 'peerchart/root-box/1')));
      expect(toHex(keys.sign.seed)).not.toBe(toHex(keys.box.secretKey));
    }
  });

  it('is read whatever its case, spacing, line breaks, commas and numbering', () => {
    const words = phrase.split(' ');
    const ways = [
      phrase.toUpperCase(),
      `  ${words.join('   ')}\n`,
      words.map((word, i) => `${i + 1}. ${word}`).join('\n'),
      words.map((word, i) => `${i + 1}) ${word}`).join('\r\n'),
      words.join(', '),
      words.join('\u00a0'),
    ];
    const expected = mustBeOk(phraseToRootKeys(phrase));
    for (const way of ways) expect(mustBeOk(phraseToRootKeys(way)), way).toEqual(expected);
  });

  it('says which word is unknown by its position, and never repeats the word', () => {
    const words = phrase.split(' ');
    const typo = words.with(6, 'profitt').join(' ');
    expect(phraseToRootKeys(typo)).toEqual({ ok: false, reason: 'unknown-word', detail: '7' });
    expect(phraseToRootKeys(words.with(0, 'müch').join(' '))).toMatchObject({ reason: 'unknown-word', detail: '1' });
    expect(typedWords(typo)[6]).toBe('profitt');
  });

  it('says how many words it found when they are not 24', () => {
    const words = phrase.split(' ');
    expect(phraseToRootKeys(words.slice(1).join(' '))).toEqual({ ok: false, reason: 'wrong-length', detail: '23' });
    expect(phraseToRootKeys('')).toEqual({ ok: false, reason: 'wrong-length', detail: '0' });
    // A sound BIP-39 phrase of 12 words is not one of ours.
    expect(phraseToRootKeys(`${'abandon '.repeat(11)}about`)).toMatchObject({ reason: 'wrong-length', detail: '12' });
  });

  it('refuses words in another order, or one word for another, by the checksum', () => {
    const words = phrase.split(' ');
    const swapped = words.with(0, words[1] ?? '').with(1, words[0] ?? '');
    expect(phraseToRootKeys(swapped.join(' '))).toEqual({ ok: false, reason: 'bad-checksum' });
    expect(phraseToRootKeys(words.with(23, 'abandon').join(' '))).toMatchObject({ reason: 'bad-checksum' });
  });

  it('any generated phrase has 24 words and is read back', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const made = generatePhrase(seededRandom(seed));
        expect(made.split(' ')).toHaveLength(24);
        expect(phraseToRootKeys(made).ok).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('any text gives a reason, never an exception', () => {
    const anyText = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(anyText, (text) => {
        expect(phraseToRootKeys(text).ok).toBe(false);
      }),
    );
  });
});

describe('the safety phrase', () => {
  const [alice, bob, mallory] = ['Alice', 'Bob', 'Mallory'].map((name) => practiceId(hashNamed(name))) as [
    ReturnType<typeof practiceId>,
    ReturnType<typeof practiceId>,
    ReturnType<typeof practiceId>,
  ];

  it('[ID-7] is the same on both sides', () => {
    expect(safetyPhrase(alice, bob)).toBe(safetyPhrase(bob, alice));
  });

  it('[ID-7] has four words for each practice, which nobody else’s key changes', () => {
    const halves = (text: string): readonly string[] => text.split(' · ');
    expect(halves(safetyPhrase(alice, bob)).map((half) => half.split(' ').length)).toEqual([4, 4]);
    const common = halves(safetyPhrase(alice, bob)).filter((half) =>
      halves(safetyPhrase(alice, mallory)).includes(half),
    );
    expect(common).toHaveLength(1);
  });

  it('[ID-7] differs when one bit of a practice differs', () => {
    const near = practiceId(flipBit(hashNamed('Bob'), 255));
    expect(safetyPhrase(alice, near)).not.toBe(safetyPhrase(alice, bob));
  });

  it('[ID-7] is the one computed here since its first version', () => {
    expect(safetyPhrase(alice, bob)).toMatchInlineSnapshot(`"answer coconut measure boring · piano sorry derive wine"`);
  });
});
