/** `<pc-badge tone="warning" icon="alert">2 to settle</pc-badge>`: a state in words; colour never says it alone. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Tone } from './callout.ts';
import { base } from './styles.ts';

export class Badge extends LitElement {
  static override properties = { tone: { type: String }, icon: { type: String } };
  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
        max-inline-size: 100%;
      }
      span {
        display: inline-flex;
        align-items: center;
        gap: var(--wa-space-2xs);
        max-inline-size: 100%;
        padding: 0 var(--wa-space-2xs);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-s);
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
        line-height: 1.5;
      }
      .danger {
        color: var(--wa-color-danger-on-quiet);
        border-color: var(--wa-color-danger-border-normal);
        background: var(--wa-color-danger-fill-quiet);
      }
      .warning {
        color: var(--wa-color-warning-on-quiet);
        border-color: var(--wa-color-warning-border-normal);
        background: var(--wa-color-warning-fill-quiet);
      }
      .info {
        color: var(--pc-info-ink);
        border-color: var(--pc-info-line);
        background: var(--pc-info-fill);
      }
      .success {
        color: var(--wa-color-success-on-quiet);
        border-color: var(--wa-color-success-border-normal);
        background: var(--wa-color-success-fill-quiet);
      }
    `,
  ];

  declare tone: Tone;
  declare icon: string;

  constructor() {
    super();
    this.tone = 'neutral';
    this.icon = '';
  }

  override render() {
    return html`<span class=${this.tone}
      >${this.icon === '' ? nothing : html`<wa-icon name=${this.icon}></wa-icon>`}<slot></slot
    ></span>`;
  }
}

customElements.define('pc-badge', Badge);
declare global {
  interface HTMLElementTagNameMap {
    'pc-badge': Badge;
  }
}
