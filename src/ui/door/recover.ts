/**
 * `<pc-recover .door .vault>`: the passphrase is forgotten: the recovery phrase opens what is kept here and sets a new passphrase.
 * Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Door } from '../../app/door/door-acts.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { base, form } from '../shell/styles.ts';
import { newPassphraseFields, wrongNewPassphrase } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import { blamePhraseOrForm, noPhrase, recoveryField } from './recovery-field.ts';
import { doorTrouble } from './words.ts';

export class Recover extends LitElement {
  static override properties = { door: { attribute: false }, vault: { attribute: false } };
  static override styles = [base, form];

  declare door: Door;
  /** Whose passphrase is forgotten; undefined: the only one's. */
  declare vault: string | undefined;
  private readonly state: FormState = new FormState(this);

  override render() {
    const { state } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event)}>
      <p>
        The 24 words that were written down when the practice was made open it, and you choose a new passphrase. The
        charts stay as they are.
      </p>
      ${recoveryField(state)} ${newPassphraseFields(state, { label: 'New passphrase' })}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${state.busy}>Open with the recovery phrase</wa-button>
        <wa-button appearance="outlined" @click=${() => back(this)}>Back</wa-button>
      </div>
      <p class="quiet">
        Without the passphrase and without these words nobody can open the charts, and nobody can reset them.
      </p>
    </form>`;
  }

  private submit(event: Event): void {
    const { state } = this;
    const findWrong = () => ({ ...state.missing(noPhrase), ...wrongNewPassphrase(state.typed) });
    state.submit(event, findWrong, async () => {
      const session = await this.door.recover(state.raw('phrase'), state.raw('passphrase'), this.vault);
      if (!session.ok) {
        blamePhraseOrForm(state, session, doorTrouble);
        return;
      }
      state.clear();
      opened(this, session.value, this.vault);
    });
  }
}

customElements.define('pc-recover', Recover);
declare global {
  interface HTMLElementTagNameMap {
    'pc-recover': Recover;
  }
}
