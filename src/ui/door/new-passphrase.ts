/**
 * A new passphrase, typed twice, with how strong it is said while typing: fields for any form, and what is wrong with them.
 * Field names `passphrase` and `again`. The passphrase is taken as typed: spaces at its ends belong to it.
 */
import { html, nothing, type TemplateResult } from 'lit';
import '../shell/badge.ts';
import type { Tone } from '../shell/callout.ts';
import { textField } from '../shell/fields.ts';
import { strengthOf, type PassphraseStrength } from './passphrase-strength.ts';
import { strengthWords } from './words.ts';

type Texts = Readonly<Record<string, string>>;

export interface NewPassphraseOptions {
  readonly typed: Texts;
  readonly wrong: Texts;
  readonly type: (name: string, value: string) => void;
  /** Names of the practice and its people: no part of a good passphrase. */
  readonly known?: readonly string[];
  readonly label?: string;
}

const tones: Readonly<Record<PassphraseStrength, Tone>> = {
  'too-short': 'neutral',
  weak: 'warning',
  fair: 'info',
  strong: 'success',
};

const names: Readonly<Record<PassphraseStrength, string>> = {
  'too-short': 'Too short',
  weak: 'Weak',
  fair: 'Fair',
  strong: 'Strong',
};

export function newPassphraseFields(options: NewPassphraseOptions): TemplateResult {
  const { typed, wrong, type, known } = options;
  const passphrase = typed['passphrase'] ?? '';
  const strength = strengthOf(passphrase, known);
  return html`${textField({
      name: 'passphrase',
      label: options.label ?? 'Passphrase',
      type: 'password',
      value: passphrase,
      required: true,
      error: wrong['passphrase'],
      hint: strengthWords[strength],
      onInput: (value) => type('passphrase', value),
    })}
    <div role="status">
      ${
        passphrase === ''
          ? nothing
          : html`<pc-badge tone=${tones[strength]}
              ><span class="only-heard">Strength: </span>${names[strength]}</pc-badge
            >`
      }
    </div>
    ${textField({
      name: 'again',
      label: `${options.label ?? 'Passphrase'}, again`,
      type: 'password',
      value: typed['again'] ?? '',
      required: true,
      error: wrong['again'],
      onInput: (value) => type('again', value),
    })}`;
}

export function wrongNewPassphrase(typed: Texts, known: readonly string[] = []): Texts {
  const passphrase = typed['passphrase'] ?? '';
  const strength = strengthOf(passphrase, known);
  if (strength === 'too-short' || strength === 'weak') return { passphrase: strengthWords[strength] };
  return passphrase === typed['again'] ? {} : { again: 'The two are not the same. Type it again.' };
}
