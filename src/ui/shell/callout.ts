/**
 * `<pc-callout tone="warning" icon="alert">`: one thing to know, where it matters, with its action (slot `action`).
 * `<pc-trouble .words=${writeTrouble[reason]}>`: an error, read out at once: what happened, what is safe, what to do.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { base } from './styles.ts';
import type { Trouble } from './words.ts';

/** Red is for danger to the patient or to data; amber: look at this; blue (info): good to know. */
export type Tone = 'danger' | 'warning' | 'info' | 'success' | 'neutral';

const calloutStyles = css`
  .callout {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: var(--wa-space-xs);
    padding: var(--wa-space-xs) var(--wa-space-s);
    border-inline-start: 3px solid var(--wa-color-neutral-border-loud);
    border-radius: var(--wa-border-radius-m);
    background: var(--wa-color-surface-default);
    color: var(--wa-color-text-normal);
  }
  .callout > wa-icon {
    flex: none;
    margin-block-start: 0.15em;
    font-size: 1.15em;
  }
  .text {
    flex: 1 1 14rem;
    align-self: center;
    min-inline-size: 0;
  }
  .danger {
    background: var(--wa-color-danger-fill-quiet);
    border-color: var(--wa-color-danger-border-loud);
  }
  .warning {
    background: var(--wa-color-warning-fill-quiet);
    border-color: var(--wa-color-warning-border-normal);
  }
  .info {
    background: var(--pc-info-fill);
    border-color: var(--pc-info-line);
  }
  .success {
    background: var(--wa-color-success-fill-quiet);
    border-color: var(--wa-color-success-border-loud);
  }
  .danger > wa-icon {
    color: var(--wa-color-danger-on-quiet);
  }
  .warning > wa-icon {
    color: var(--wa-color-warning-on-quiet);
  }
  .info > wa-icon {
    color: var(--pc-info-ink);
  }
  .success > wa-icon {
    color: var(--wa-color-success-on-quiet);
  }
`;

const toneIcons: Readonly<Record<Tone, string>> = {
  danger: 'alert',
  warning: 'alert',
  info: 'info',
  success: 'circle-check',
  neutral: 'info',
};

export class Callout extends LitElement {
  static override properties = { tone: { type: String }, icon: { type: String } };
  static override styles = [base, calloutStyles];

  declare tone: Tone;
  declare icon: string;

  constructor() {
    super();
    this.tone = 'info';
    this.icon = '';
  }

  override render() {
    return html`<div class="callout ${this.tone}">
      <wa-icon name=${this.icon === '' ? toneIcons[this.tone] : this.icon}></wa-icon>
      <div class="text"><slot></slot></div>
      <slot name="action"></slot>
    </div>`;
  }
}

export class TroubleMessage extends LitElement {
  static override properties = { words: { attribute: false } };
  static override styles = [base, calloutStyles];

  declare words: Trouble | undefined;

  /** Without words it takes no row of the form around it. */
  override willUpdate(): void {
    this.hidden = this.words === undefined;
  }

  override render() {
    if (this.words === undefined) return nothing;
    return html`<div class="callout danger" role="alert">
      <wa-icon name="circle-xmark"></wa-icon>
      <div class="text">
        <p><strong>${this.words.happened}</strong></p>
        ${this.words.safe === undefined ? nothing : html`<p>${this.words.safe}</p>`}
        <p>${this.words.todo}</p>
      </div>
      <slot name="action"></slot>
    </div>`;
  }
}

customElements.define('pc-callout', Callout);
customElements.define('pc-trouble', TroubleMessage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-callout': Callout;
    'pc-trouble': TroubleMessage;
  }
}
