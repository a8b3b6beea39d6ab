/**
 * A new passphrase, typed twice, with how strong it is said while typing: fields for any form, and what is wrong with them.
 * Field names `passphrase` and `again`. The passphrase is taken as typed: spaces at its ends belong to it.
 */
import { html, type TemplateResult } from 'lit';
import type { FormState, Texts } from '../shell/form-state.ts';
import { strengthOf } from './passphrase-strength.ts';
import { strengthWords } from './words.ts';

export interface NewPassphraseOptions {
  /** Names of the practice and its people: no part of a good passphrase. */
  readonly known?: readonly string[];
  readonly label?: string;
}

/**
 * Browsers take the text field before a passphrase for a user's name, and write it into the file of their password manager,
 * unsealed, even when nobody saves the passphrase. This gives them a name that tells nothing.
 */
const noNameOfThePerson = html`<input type="text" autocomplete="username" value="Peerchart" readonly hidden />`;

export function newPassphraseFields(state: FormState, options: NewPassphraseOptions = {}): TemplateResult {
  const { known, label = 'Passphrase' } = options;
  const passphrase = state.raw('passphrase');
  const strength = strengthWords[strengthOf(passphrase, known)];
  return html`${noNameOfThePerson}
    ${state.field('passphrase', label, { type: 'password', autocomplete: 'new-password', hint: strength })}
    <span class="only-heard" role="status">${passphrase === '' ? '' : strength}</span>
    ${state.field('again', `${label}, again`, { type: 'password', autocomplete: 'new-password' })}`;
}

export function wrongNewPassphrase(typed: Texts, known: readonly string[] = []): Texts {
  const passphrase = typed['passphrase'] ?? '';
  const strength = strengthOf(passphrase, known);
  if (strength === 'too-short' || strength === 'weak') return { passphrase: strengthWords[strength] };
  return passphrase === typed['again'] ? {} : { again: 'The two are not the same. Type it again.' };
}
