/** `<pc-said>`: what was last said by `say()`, with its undo; read out, gone after a while or when undone. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Said } from './say.ts';
import { base } from './styles.ts';

const shownMs = 8000; // long enough to read a line and reach for Undo

export class SaidLine extends LitElement {
  static override properties = { said: { state: true } };
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset-block-end: var(--wa-space-m);
        inset-inline: 0;
        display: grid;
        justify-items: center;
        pointer-events: none;
        z-index: 10;
      }
      div.line {
        display: flex;
        align-items: center;
        gap: var(--wa-space-s);
        padding: var(--wa-space-2xs) var(--wa-space-s);
        min-block-size: 2.5rem;
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-text-normal);
        color: var(--wa-color-surface-default);
        box-shadow: var(--wa-shadow-m);
        pointer-events: auto;
      }
      button {
        all: unset;
        cursor: pointer;
        padding: var(--wa-space-2xs) var(--wa-space-xs);
        font-weight: var(--wa-font-weight-bold);
        text-decoration: underline;
      }
      button:focus-visible {
        outline: var(--wa-focus-ring);
        border-radius: var(--wa-border-radius-s);
      }
      @media (max-width: 40rem) {
        :host {
          inset-block-end: 4.5rem;
        }
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  declare private said: Said | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(said: Said): void {
    this.said = said;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.said = undefined), shownMs);
  }

  override render() {
    const said = this.said;
    return html`<div role="status">
      ${
        said === undefined
          ? nothing
          : html`<div class="line">
              ${said.text}${
                said.undo === undefined ? nothing : html`<button @click=${() => this.undo(said)}>Undo</button>`
              }
            </div>`
      }
    </div>`;
  }

  private undo(said: Said): void {
    said.undo?.();
    this.said = undefined;
  }
}

customElements.define('pc-said', SaidLine);
declare global {
  interface HTMLElementTagNameMap {
    'pc-said': SaidLine;
  }
}
