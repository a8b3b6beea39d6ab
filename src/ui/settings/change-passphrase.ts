/** `<pc-change-passphrase .session>`: the current passphrase, and the new one twice. The recovery phrase stays the same. */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import { newPassphraseFields, wrongNewPassphrase } from '../door/new-passphrase.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { passphraseTrouble } from './words.ts';

export class ChangePassphrase extends LitElement {
  static override properties = { session: { attribute: false } };
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
  private readonly state: FormState = new FormState(this);

  override render() {
    const { state } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event)}>
      ${state.field('current', 'Passphrase now', { type: 'password' })}
      ${newPassphraseFields(state, { known: this.knownNames, label: 'New passphrase' })}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" appearance="outlined" ?loading=${state.busy}>Change the passphrase</wa-button>
      </div>
    </form>`;
  }

  private get knownNames(): readonly string[] {
    return [this.session.practice.name, this.session.practice.personName];
  }

  private submit(event: Event): void {
    const { state } = this;
    const findWrong = () => ({
      ...(state.raw('current') === '' ? { current: 'Type the passphrase that opens the practice now.' } : {}),
      ...wrongNewPassphrase(state.typed, this.knownNames),
    });
    state.submit(event, findWrong, async () => {
      const changed = await this.session.changePassphrase(state.raw('current'), state.raw('passphrase'));
      if (changed.ok) {
        state.clear();
        say(this, 'The passphrase is changed. The recovery phrase stays the same.');
      } else if (changed.reason === 'wrong-passphrase') {
        state.wrong = { current: 'That is not the passphrase. Nothing was changed.' };
      } else {
        state.trouble = passphraseTrouble[changed.reason];
      }
    });
  }
}

customElements.define('pc-change-passphrase', ChangePassphrase);
declare global {
  interface HTMLElementTagNameMap {
    'pc-change-passphrase': ChangePassphrase;
  }
}
