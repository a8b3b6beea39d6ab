/**
 * `<pc-merged-sharing .view>`: who reads which part of a merged patient. Each chart has its own readers and its own acts, so each
 * stands here as it would alone; a merge shares nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import '../shell/callout.ts';
import { base, page } from '../shell/styles.ts';
import { viewOf, type ChartView } from './chart-view.ts';
import { chartInWords, partLetter, readersInWords } from './merge-words.ts';
import './received-sharing.ts';
import './sharing-page.ts';

export class MergedSharing extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
        border-block-start: 2px solid var(--wa-color-neutral-border-loud);
        padding-block-start: var(--wa-space-s);
      }
      pc-sharing-page,
      pc-received-sharing {
        padding: 0;
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const { session, chart } = this.view;
    const parts = chart.merged?.parts ?? [];
    return html`<pc-callout tone="info">
        <strong>Each chart keeps its own readers.</strong> Merging shows nobody anything new:
        ${parts.map(
          ({ summary }, index) =>
            html`${index === 0 ? nothing : '; '}${partLetter(index)}, ${chartInWords(session, summary)}, is
            ${readersInWords(session, summary)}`,
        )}.
      </pc-callout>
      ${parts.map((part, index) => {
        const words = chartInWords(session, part.summary);
        return html`<section aria-label=${`Sharing of ${words}`}>
          <h2>${partLetter(index)} · ${words}</h2>
          ${
            part.summary.own
              ? html`<pc-sharing-page .view=${viewOf(session, part)}></pc-sharing-page>`
              : html`<pc-received-sharing .view=${viewOf(session, part)}></pc-received-sharing>`
          }
        </section>`;
      })}`;
  }
}

customElements.define('pc-merged-sharing', MergedSharing);
declare global {
  interface HTMLElementTagNameMap {
    'pc-merged-sharing': MergedSharing;
  }
}
