/**
 * `<pc-recover .door>`: the passphrase is forgotten: the recovery phrase opens what is kept here and sets a new passphrase.
 * Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Door } from '../../app/session.ts';
import '../shell/callout.ts';
import { focusFirstWrong } from '../shell/fields.ts';
import { painted } from '../shell/painted.ts';
import { base, form } from '../shell/styles.ts';
import type { Trouble } from '../shell/words.ts';
import { newPassphraseFields, without, wrongNewPassphrase, type Texts } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import { phraseError, recoveryField } from './recovery-field.ts';
import { doorTrouble } from './words.ts';

export class Recover extends LitElement {
  static override properties = {
    door: { attribute: false },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  static override styles = [base, form];

  declare door: Door;
  declare private typed: Texts;
  declare private wrong: Texts;
  declare private trouble: Trouble | undefined;
  declare private busy: boolean;

  constructor() {
    super();
    this.typed = {};
    this.wrong = {};
    this.busy = false;
  }

  override render() {
    const type = (name: string, value: string): void => {
      this.typed = { ...this.typed, [name]: value };
      this.wrong = without(this.wrong, name);
    };
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.recover();
      }}
    >
      <p>
        The 24 words that were written down when the practice was made open it, and you choose a new passphrase. The
        charts stay as they are.
      </p>
      ${recoveryField({
        value: this.typed['phrase'] ?? '',
        error: this.wrong['phrase'],
        onInput: (value) => type('phrase', value),
      })}
      ${newPassphraseFields({ typed: this.typed, wrong: this.wrong, type, label: 'New passphrase' })}
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Open with the recovery phrase</wa-button>
        <wa-button appearance="outlined" @click=${() => back(this)}>Back</wa-button>
      </div>
      <p class="quiet">
        Without the passphrase and without these words nobody can open the charts, and nobody can reset them.
      </p>
    </form>`;
  }

  private async recover(): Promise<void> {
    if (this.busy) return;
    const phrase = this.typed['phrase'] ?? '';
    this.wrong = {
      ...(phrase.trim() === '' ? { phrase: 'Type the 24 words.' } : {}),
      ...wrongNewPassphrase(this.typed),
    };
    this.trouble = undefined;
    if (Object.keys(this.wrong).length === 0) {
      this.busy = true;
      await painted();
      const session = await this.door.recover(phrase, this.typed['passphrase'] ?? '');
      this.busy = false;
      if (session.ok) {
        this.typed = {};
        opened(this, session.value);
        return;
      }
      const error = phraseError(phrase, session.reason, session.detail);
      if (error === undefined) this.trouble = doorTrouble[session.reason];
      else this.wrong = { phrase: error };
    }
    await this.updateComplete;
    focusFirstWrong(this.renderRoot);
  }
}

customElements.define('pc-recover', Recover);
declare global {
  interface HTMLElementTagNameMap {
    'pc-recover': Recover;
  }
}
