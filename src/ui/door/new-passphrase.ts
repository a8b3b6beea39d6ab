/**
 * A new passphrase, typed twice, with how strong it is said while typing: fields for any form, and what is wrong with them.
 * Field names `passphrase` and `again`. The passphrase is taken as typed: spaces at its ends belong to it.
 */
import { html, type TemplateResult } from 'lit';
import { textField } from '../shell/fields.ts';
import { strengthOf } from './passphrase-strength.ts';
import { strengthWords } from './words.ts';

/** By field name: what was typed, or what is wrong with it. */
export type Texts = Readonly<Record<string, string>>;

export interface NewPassphraseOptions {
  readonly typed: Texts;
  readonly wrong: Texts;
  readonly type: (name: string, value: string) => void;
  /** Names of the practice and its people: no part of a good passphrase. */
  readonly known?: readonly string[];
  readonly label?: string;
}

/**
 * Browsers take the text field before a passphrase for a user's name, and write it into the file of their password manager,
 * unsealed, even when nobody saves the passphrase. This gives them a name that tells nothing.
 */
const noNameOfThePerson = html`<input type="text" autocomplete="username" value="Peerchart" readonly hidden />`;

export function newPassphraseFields(options: NewPassphraseOptions): TemplateResult {
  const { typed, wrong, type, known } = options;
  const passphrase = typed['passphrase'] ?? '';
  const strength = strengthOf(passphrase, known);
  return html`${noNameOfThePerson}
    ${textField({
      name: 'passphrase',
      label: options.label ?? 'Passphrase',
      type: 'password',
      autocomplete: 'new-password',
      value: passphrase,
      error: wrong['passphrase'],
      hint: strengthWords[strength],
      onInput: (value) => type('passphrase', value),
    })}
    <span class="only-heard" role="status">${passphrase === '' ? '' : strengthWords[strength]}</span>
    ${textField({
      name: 'again',
      label: `${options.label ?? 'Passphrase'}, again`,
      type: 'password',
      autocomplete: 'new-password',
      value: typed['again'] ?? '',
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

/** What was wrong with a field is not said any more once it is typed in again. */
export function without(texts: Texts, name: string): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([other]) => other !== name));
}
