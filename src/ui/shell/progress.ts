/**
 * `<pc-progress label="Importing" unit="resources" .done=${120} .total=${2300}>`: how far a long act is, in numbers,
 * with a way out. Fires `pc-cancel` when the person stops it; set `cannotCancel` where stopping is not possible.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import { groupDigits } from './format.ts';
import { base } from './styles.ts';

export class Progress extends LitElement {
  static override properties = {
    label: { type: String },
    unit: { type: String },
    done: { type: Number },
    total: { type: Number },
    cannotCancel: { type: Boolean },
  };
  static override styles = [
    base,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-s);
      }
      wa-progress-bar {
        flex: 1 1 10rem;
        --track-height: 6px;
      }
      p {
        margin-block-end: var(--wa-space-2xs);
      }
    `,
  ];

  declare label: string;
  declare unit: string;
  declare done: number;
  /** 0: not known yet. */
  declare total: number;
  declare cannotCancel: boolean;

  constructor() {
    super();
    this.label = '';
    this.unit = '';
    this.done = 0;
    this.total = 0;
    this.cannotCancel = false;
  }

  override render() {
    const numbers = this.total > 0 ? `${groupDigits(this.done)} of ${groupDigits(this.total)} ${this.unit}` : '';
    const percent = this.total > 0 ? Math.round((100 * this.done) / this.total) : 0;
    return html`<p><strong>${this.label}</strong> ${numbers}</p>
      <div class="line">
        <wa-progress-bar label=${this.label} .value=${percent} ?indeterminate=${this.total <= 0}></wa-progress-bar>
        ${
          this.cannotCancel
            ? nothing
            : html`<wa-button size="s" appearance="outlined" @click=${() => this.cancel()}>Cancel</wa-button>`
        }
      </div>`;
  }

  private cancel(): void {
    this.dispatchEvent(new CustomEvent('pc-cancel', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-progress', Progress);
declare global {
  interface HTMLElementTagNameMap {
    'pc-progress': Progress;
  }
}
