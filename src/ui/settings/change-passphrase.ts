/** `<pc-change-passphrase .session>`: the current passphrase, and the new one twice. The recovery phrase stays the same. */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import { newPassphraseFields, without, wrongNewPassphrase, type Texts } from '../door/new-passphrase.ts';
import '../shell/callout.ts';
import { focusFirstWrong, textField } from '../shell/fields.ts';
import { painted } from '../shell/painted.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import type { Trouble } from '../shell/words.ts';
import { passphraseTrouble } from './words.ts';

export class ChangePassphrase extends LitElement {
  static override properties = {
    session: { attribute: false },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      form {
        max-inline-size: var(--pc-form-width);
      }
    `,
  ];

  declare session: Session;
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
        void this.change();
      }}
    >
      ${textField({
        name: 'current',
        label: 'Passphrase now',
        type: 'password',
        value: this.typed['current'] ?? '',
        error: this.wrong['current'],
        onInput: (value) => type('current', value),
      })}
      ${newPassphraseFields({
        typed: this.typed,
        wrong: this.wrong,
        type,
        known: this.knownNames,
        label: 'New passphrase',
      })}
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" appearance="outlined" ?loading=${this.busy}>Change the passphrase</wa-button>
      </div>
    </form>`;
  }

  private get knownNames(): readonly string[] {
    return [this.session.practice.name, this.session.practice.personName];
  }

  private async change(): Promise<void> {
    if (this.busy) return;
    const { current = '', passphrase = '' } = this.typed;
    this.trouble = undefined;
    this.wrong = {
      ...(current === '' ? { current: 'Type the passphrase that opens the practice now.' } : {}),
      ...wrongNewPassphrase(this.typed, this.knownNames),
    };
    if (Object.keys(this.wrong).length === 0) {
      this.busy = true;
      await painted();
      const changed = await this.session.changePassphrase(current, passphrase);
      this.busy = false;
      if (changed.ok) {
        this.typed = {};
        say(this, 'The passphrase is changed. The recovery phrase stays the same.');
        return;
      }
      if (changed.reason === 'wrong-passphrase')
        this.wrong = { current: 'That is not the passphrase. Nothing was changed.' };
      else this.trouble = passphraseTrouble[changed.reason];
    }
    await this.updateComplete;
    focusFirstWrong(this.renderRoot);
  }
}

customElements.define('pc-change-passphrase', ChangePassphrase);
declare global {
  interface HTMLElementTagNameMap {
    'pc-change-passphrase': ChangePassphrase;
  }
}
