/**
 * `<pc-merged-strip .view>`: under the banner of a patient with several charts: that they are read as one, what each is called,
 * who reads it, where new entries go, and the way to take them apart. Never scrolls away, like the banner.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { count } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import { chartInWords, partLetter, readersInWords } from './merge-words.ts';

export class MergedStrip extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    css`
      :host {
        padding: var(--wa-space-2xs) var(--wa-space-l);
        background: var(--wa-color-surface-lowered);
        border-block-end: 1px solid var(--wa-color-surface-border);
        font-size: var(--wa-font-size-xs);
        color: var(--wa-color-text-quiet);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--wa-space-m);
      }
      .warning {
        color: var(--wa-color-warning-on-quiet);
      }
      @media (max-width: 40rem) {
        :host {
          padding-inline: var(--wa-space-m);
        }
        .readers {
          display: none;
        }
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const { session, chart } = this.view;
    const { merged } = chart;
    if (merged === undefined) return nothing;
    return html`<ul aria-label="Charts of this patient">
      ${merged.parts.map(
        ({ summary }, index) =>
          html`<li>
            <strong>${partLetter(index)}</strong> ${chartInWords(session, summary)}<span class="readers"
              >, ${readersInWords(session, summary)}</span
            >${index === 0 && merged.hasLeading ? ' · new entries go here' : ''}
          </li>`,
      )}
      ${
        merged.closed.length === 0
          ? nothing
          : html`<li class="warning">
              <wa-icon name="alert"></wa-icon> ${count(merged.closed.length, 'more chart')} of this patient
              ${merged.closed.length === 1 ? 'is' : 'are'} not readable
              here${merged.hasLeading ? '' : '. It is the leading one: nothing new can be written until it is'}
            </li>`
      }
      <li class="no-print"><a href=${chartAddress(chart.id, 'merge')}>Merged charts</a></li>
    </ul>`;
  }
}

customElements.define('pc-merged-strip', MergedStrip);
declare global {
  interface HTMLElementTagNameMap {
    'pc-merged-strip': MergedStrip;
  }
}
