/**
 * `<pc-unlock .door>`: the passphrase of the practice kept here. A wrong one costs nothing but the half second of deriving its
 * key. Fires `pc-opened` with the session, and `pc-forgot` for the way by the recovery phrase.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Door } from '../../app/session.ts';
import '../shell/callout.ts';
import { textField } from '../shell/fields.ts';
import { painted } from '../shell/painted.ts';
import { base, form } from '../shell/styles.ts';
import type { Trouble } from '../shell/words.ts';
import { opened } from './opened.ts';
import { doorTrouble } from './words.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-forgot': CustomEvent;
  }
}

export class Unlock extends LitElement {
  static override properties = {
    door: { attribute: false },
    passphrase: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      form {
        max-inline-size: 24rem;
      }
    `,
  ];

  declare door: Door;
  declare private passphrase: string;
  declare private wrong: boolean;
  declare private trouble: Trouble | undefined;
  declare private busy: boolean;

  constructor() {
    super();
    this.passphrase = '';
    this.wrong = false;
    this.busy = false;
  }

  override render() {
    const { happened, safe = '', todo } = doorTrouble['wrong-passphrase'];
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.unlock();
      }}
    >
      ${textField({
        name: 'passphrase',
        label: 'Passphrase',
        type: 'password',
        value: this.passphrase,
        focusFirst: true,
        error: this.wrong ? `${happened} ${safe} ${todo}` : undefined,
        onInput: (value) => (this.passphrase = value),
      })}
      <span class="only-heard" role="alert">${this.wrong ? `${happened} ${safe}` : ''}</span>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Unlock</wa-button>
        <wa-button
          appearance="plain"
          @click=${() => this.dispatchEvent(new CustomEvent('pc-forgot', { bubbles: true, composed: true }))}
          >Forgot the passphrase?</wa-button
        >
      </div>
    </form>`;
  }

  override firstUpdated(): void {
    void this.focusField();
  }

  private async unlock(): Promise<void> {
    if (this.busy || this.passphrase === '') return;
    this.busy = true;
    this.wrong = false;
    this.trouble = undefined;
    await painted();
    const session = await this.door.unlock(this.passphrase);
    this.busy = false;
    if (session.ok) {
      this.passphrase = '';
      opened(this, session.value);
      return;
    }
    this.wrong = session.reason === 'wrong-passphrase';
    this.trouble = this.wrong ? undefined : doorTrouble[session.reason];
    if (this.wrong) void this.focusField();
  }

  private async focusField(): Promise<void> {
    await this.updateComplete;
    const field = this.renderRoot.querySelector('wa-input');
    await field?.updateComplete;
    field?.focus();
    field?.select();
  }
}

customElements.define('pc-unlock', Unlock);
declare global {
  interface HTMLElementTagNameMap {
    'pc-unlock': Unlock;
  }
}
