/**
 * `<pc-empty-state icon="patients" heading="No patients yet">`: what belongs here (default slot) and the first step
 * (slot `action`). `compact` for a list inside a page.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { base } from './styles.ts';

export class EmptyState extends LitElement {
  static override properties = {
    icon: { type: String },
    heading: { type: String },
    compact: { type: Boolean, reflect: true },
  };
  static override styles = [
    base,
    css`
      div {
        display: grid;
        justify-items: start;
        gap: var(--wa-space-xs);
        max-inline-size: 34rem;
        padding: var(--wa-space-xl) 0;
      }
      :host([compact]) div {
        padding: var(--wa-space-xs) 0;
      }
      wa-icon {
        font-size: 1.75rem;
        color: var(--wa-color-text-quiet);
      }
      :host([compact]) wa-icon {
        display: none;
      }
      .text {
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  declare icon: string;
  declare heading: string;
  declare compact: boolean;

  constructor() {
    super();
    this.icon = 'info';
    this.heading = '';
    this.compact = false;
  }

  override render() {
    return html`<div>
      <wa-icon name=${this.icon}></wa-icon>
      ${this.compact ? html`<strong>${this.heading}</strong>` : html`<h2>${this.heading}</h2>`}
      <span class="text"><slot></slot></span>
      <slot name="action"></slot>
    </div>`;
  }
}

customElements.define('pc-empty-state', EmptyState);
declare global {
  interface HTMLElementTagNameMap {
    'pc-empty-state': EmptyState;
  }
}
