/** `<pc-keyboard-help open>`: the keys that work on this page, by `?`. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { boundKeys } from './keyboard.ts';
import { base, table } from './styles.ts';

const always = [
  { keys: '↑ ↓', label: 'Move through a list; Enter opens' },
  { keys: 'Esc', label: 'Close the form or panel' },
];

export class KeyboardHelp extends LitElement {
  static override properties = { open: { type: Boolean } };
  static override styles = [
    base,
    table,
    css`
      kbd {
        padding: 0 var(--wa-space-2xs);
        border: 1px solid var(--wa-color-neutral-border-loud);
        border-radius: var(--wa-border-radius-s);
        font: inherit;
        font-size: var(--wa-font-size-s);
      }
      wa-dialog {
        --width: 26rem;
      }
    `,
  ];

  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  override render() {
    if (!this.open) return nothing;
    return html`<wa-dialog open label="Keyboard" @wa-after-hide=${() => (this.open = false)}>
      <table>
        <tbody>
          ${[...boundKeys(), ...always].map(
            ({ keys, label }) =>
              html`<tr>
                <th scope="row">${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</th>
                <td>${label}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </wa-dialog>`;
  }
}

customElements.define('pc-keyboard-help', KeyboardHelp);
declare global {
  interface HTMLElementTagNameMap {
    'pc-keyboard-help': KeyboardHelp;
  }
}
