/**
 * `<pc-who .people>`: who of those that use this browser wants to work. One press, or arrow keys and Enter. Fires `pc-chosen` with the
 * person. Only sign-in names are known here: everything else is sealed until the passphrase opens it.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonHere } from '../../app/people/people-acts.ts';
import { base } from '../shell/styles.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-chosen': CustomEvent<PersonHere>;
  }
}

export class Who extends LitElement {
  static override properties = { people: { attribute: false } };
  static override styles = [
    base,
    css`
      ul {
        display: grid;
        gap: var(--wa-space-xs);
        max-inline-size: 24rem;
      }
      button {
        display: flex;
        align-items: center;
        gap: var(--wa-space-s);
        inline-size: 100%;
        padding: var(--wa-space-s) var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        background: var(--wa-color-surface-default);
        color: inherit;
        font: inherit;
        font-weight: var(--wa-font-weight-bold);
        text-align: start;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      button:hover {
        background: var(--wa-color-brand-fill-quiet);
      }
      wa-icon {
        flex: none;
        font-size: 1.4em;
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  declare people: readonly PersonHere[];

  override render() {
    return html`<ul @keydown=${(event: KeyboardEvent) => this.moveFocus(event)}>
      ${this.people.map(
        (person) =>
          html`<li>
            <button @click=${() => this.choose(person)}><wa-icon name="user"></wa-icon>${person.signInName}</button>
          </li>`,
      )}
    </ul>`;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  private choose(person: PersonHere): void {
    this.dispatchEvent(new CustomEvent('pc-chosen', { detail: person, bubbles: true, composed: true }));
  }

  private moveFocus(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...this.renderRoot.querySelectorAll('button')];
    const here = buttons.findIndex((button) => button.matches(':focus'));
    event.preventDefault();
    buttons[here + step]?.focus();
  }
}

customElements.define('pc-who', Who);
declare global {
  interface HTMLElementTagNameMap {
    'pc-who': Who;
  }
}
