import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generatePhrase, phraseToRootKeys, typedWords } from '../../src/crypto/recovery-phrase.ts';
import { suggestDeviceName } from '../../src/ui/door/device-name.ts';
import { wrongNewPassphrase } from '../../src/ui/door/new-passphrase.ts';
import { leastPassphraseLength, strengthOf } from '../../src/ui/door/passphrase-strength.ts';
import { phraseError } from '../../src/ui/door/recovery-field.ts';
import { positionsToAsk, recoveryWordCount, sameWord, wordsTyped } from '../../src/ui/door/recovery-words.ts';
import { seededRandom } from '../support/seeded-random.ts';

describe('a new passphrase', () => {
  test('what everyone tries first is refused, however long', () => {
    for (const passphrase of [
      '',
      'short one',
      'aaaaaaaaaaaaaaaaaaaaaaaa',
      '12345678901234567890',
      'passwordpassword',
      'abcdefghijklmnopqrs',
      'Password Password 2026',
      'qwertyuiopasdfgh',
      'summer summer summer',
    ]) {
      expect(strengthOf(passphrase), passphrase).toMatch(/too-short|weak/);
    }
  });

  test('words that do not belong together are taken, and more of them are stronger', () => {
    expect(strengthOf('copper window tallow brisk')).toBe('fair');
    expect(strengthOf('copper window tallow brisk maple ozone harbor')).toBe('strong');
  });

  test('the names of the practice and its people count for nothing', () => {
    const passphrase = 'Birchwood Lindqvist clinic';
    expect(strengthOf(passphrase, ['Birchwood Clinic', 'Ada Lindqvist'])).toBe('weak');
  });

  test('nothing shorter than the least length is taken', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: leastPassphraseLength - 1 }), (text) => strengthOf(text) === 'too-short'),
    );
  });

  test('it must be typed the same twice, spaces at its ends included', () => {
    const passphrase = 'copper window tallow brisk';
    expect(wrongNewPassphrase({ passphrase, again: passphrase })).toEqual({});
    expect(wrongNewPassphrase({ passphrase, again: `${passphrase} ` })).toHaveProperty('again');
    expect(wrongNewPassphrase({ passphrase: 'short', again: 'short' })).toHaveProperty('passphrase');
  });
});

describe('a recovery phrase as typed', () => {
  const phrase = generatePhrase(seededRandom('door'));
  const words = phrase.split(' ');

  test('a screen counts words as the keys are derived from them', () => {
    const typed = fc.array(fc.oneof(fc.constantFrom(...words), fc.constantFrom('1.', '2)', ',', ';', '\n', 'É')));
    fc.assert(
      fc.property(typed, fc.constantFrom(' ', '\n', ', '), (parts, between) => {
        const text = parts.join(between);
        expect(wordsTyped(text)).toEqual(typedWords(text));
      }),
    );
  });

  test('a word that is none is named with its place on the sheet', () => {
    const typed = words
      .with(6, 'abandonn')
      .map((word, i) => `${String(i + 1)}. ${word.toUpperCase()}`)
      .join('\n');
    const keys = phraseToRootKeys(typed);
    expect(keys.ok).toBe(false);
    if (keys.ok) return;
    expect(phraseError(typed, keys.reason, keys.detail)).toContain('Word 7, “abandonn”');
  });

  test('missing and surplus words are counted', () => {
    expect(phraseError(words.slice(0, 21).join(' '), 'wrong-length', '21')).toContain('3 words missing');
    expect(phraseError([...words, 'able'].join(' '), 'wrong-length', '25')).toContain('1 word too many');
  });

  test('a failure that has nothing to do with the words is not blamed on them', () => {
    expect(phraseError(phrase, 'storage', undefined)).toBeUndefined();
    expect(phraseError(phrase, 'open-in-another-tab', undefined)).toBeUndefined();
  });

  test('three words are asked back, one of each third', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const asked = positionsToAsk((below) => seed % below);
        expect(asked.map((position) => Math.floor((position * 3) / recoveryWordCount))).toEqual([0, 1, 2]);
      }),
    );
  });

  test('a word asked back may be typed in capitals, and no other word passes', () => {
    expect(sameWord(' ABANDON ', 'abandon')).toBe(true);
    expect(sameWord('abandom', 'abandon')).toBe(false);
    expect(sameWord('', 'abandon')).toBe(false);
  });
});

test('a computer gets a name its owner recognises', () => {
  expect(suggestDeviceName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140')).toBe('Windows computer');
  expect(suggestDeviceName('Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari')).toBe('Android phone');
  expect(suggestDeviceName('something new')).toBe('This computer');
});
