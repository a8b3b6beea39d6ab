/**
 * `<pc-short-code .code>`: six digits that two people compare, as large as fits, in two groups of three, read out one by one. Same on
 * the screen that asks and on the one that answers, so that eyes compare like with like.
 */
import { LitElement, css, html } from 'lit';
import { base } from './styles.ts';

export class ShortCode extends LitElement {
  static override properties = { code: { type: String } };
  static override styles = [
    base,
    css`
      p {
        display: flex;
        justify-content: center;
        gap: 0.5em;
        padding: var(--wa-space-s) var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        background: var(--wa-color-surface-default);
        font-size: clamp(2rem, 12vw, 3.5rem);
        line-height: 1.2;
        font-weight: var(--wa-font-weight-bold);
        letter-spacing: 0.08em;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare code: string;

  constructor() {
    super();
    this.code = '';
  }

  override render() {
    const half = Math.ceil(this.code.length / 2);
    return html`<p translate="no" role="img" aria-label="Code ${this.code.replace(/(?=\d)/g, ' ').trim()}">
      <span>${this.code.slice(0, half)}</span><span>${this.code.slice(half)}</span>
    </p>`;
  }
}

customElements.define('pc-short-code', ShortCode);
declare global {
  interface HTMLElementTagNameMap {
    'pc-short-code': ShortCode;
  }
}
