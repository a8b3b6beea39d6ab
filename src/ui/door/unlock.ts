/**
 * `<pc-unlock .door .vault>`: the passphrase of one person of this browser. A wrong one costs nothing but the half second of deriving its
 * key. Fires `pc-opened` with the session, `pc-forgot` for the way by the recovery phrase, and `pc-other-person`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PersonHere } from '../../app/people/people-acts.ts';
import type { Door } from '../../app/door/door-acts.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { base, form } from '../shell/styles.ts';
import { opened } from './opened.ts';
import { doorTrouble } from './words.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-forgot': CustomEvent;
    /** Somebody else of those who use this browser. */
    'pc-other-person': CustomEvent;
  }
}

export class Unlock extends LitElement {
  static override properties = { door: { attribute: false }, person: { attribute: false } };
  static override styles = [
    base,
    form,
    css`
      form {
        max-inline-size: 28rem;
      }
    `,
  ];

  declare door: Door;
  /** Undefined: the only one. */
  declare person: PersonHere | undefined;
  private readonly state: FormState = new FormState(this);

  override render() {
    const { state, person } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.unlock(event)}>
      ${state.field('passphrase', person === undefined ? 'Passphrase' : `Passphrase of ${person.signInName}`, {
        type: 'password',
        focusFirst: true,
      })}
      <span class="only-heard" role="alert">${state.wrong['passphrase'] ?? ''}</span>
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${state.busy}>Unlock</wa-button>
        ${person === undefined ? nothing : html`<wa-button appearance="outlined" @click=${() => this.fire('pc-other-person')}>Somebody else</wa-button>`}
        <wa-button appearance="plain" @click=${() => this.fire('pc-forgot')}>Forgot the passphrase?</wa-button>
      </div>
    </form>`;
  }

  override firstUpdated(): void {
    void this.focusField();
  }

  private unlock(event: Event): void {
    const { state } = this;
    state.submit(
      event,
      () => ({}),
      async () => {
        if (state.raw('passphrase') === '') return;
        const session = await this.door.unlock(state.raw('passphrase'), this.person?.vault);
        if (session.ok) {
          state.clear();
          opened(this, session.value, this.person?.vault);
        } else if (session.reason === 'wrong-passphrase') {
          const { happened, safe = '', todo } = doorTrouble['wrong-passphrase'];
          state.wrong = { passphrase: `${happened} ${safe} ${todo}` };
          void this.focusField();
        } else {
          state.trouble = doorTrouble[session.reason];
        }
      },
    );
  }

  private fire(name: 'pc-forgot' | 'pc-other-person'): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
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
