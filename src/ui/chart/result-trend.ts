/** `<pc-result-trend .view .key>`: a numeric result through time with its own reference range; nothing for a single value. */
import { LitElement, css, html, nothing } from 'lit';
import { resultSeries } from '../../clinical/views/result-series.ts';
import { base } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import './plot.ts';
import type { Plot } from './plot.ts';
import { yearTicks } from './time-ticks.ts';
import { dayOf } from './topics.ts';

export class ResultTrend extends LitElement {
  static override properties = { view: { attribute: false }, key: { attribute: false } };
  static override styles = [
    base,
    css`
      li {
        display: flex;
        justify-content: space-between;
        gap: var(--wa-space-s);
        border-block-start: 1px solid var(--wa-color-surface-border);
        padding-block: var(--wa-space-2xs);
      }
      ul {
        max-block-size: 14rem;
        overflow: auto;
      }
    `,
  ];

  declare view: ChartView;
  declare key: string;

  override render() {
    const series = resultSeries(this.view.record, this.key);
    if (series === undefined || series.points.length < 2) return nothing;
    const times = series.points.map(({ when }) => when.sortMs);
    const [from, to] = [Math.min(...times), Math.max(...times)];
    const { range } = series;
    const plot: Plot = {
      label: `${series.label} over time, ${String(series.points.length)} values. The list below has them.`,
      unit: series.unit,
      x: { from, to, ticks: yearTicks(from, to), label: '' },
      lines: [
        {
          name: series.label,
          shape: 'circle',
          points: series.points.map(({ when, number, written }) => ({
            x: when.sortMs,
            y: number,
            words: `${written}, ${when.words}`,
          })),
        },
      ],
      ...(range === undefined ? {} : { band: range }),
    };
    return html`<h3>Through time</h3>
      <pc-plot .plot=${plot}></pc-plot>
      ${range === undefined ? html`<p class="quiet">The newest value has no reference range of its own.</p>` : html`<p class="quiet">Shaded: the newest value’s own reference range.</p>`}
      <ul tabindex="0" aria-label=${`Values of ${series.label}`}>
        ${series.points
          .toReversed()
          .map(
            ({ when, written }) =>
              html`<li><span>${dayOf(when.words)}</span><span class="number">${written} ${series.unit}</span></li>`,
          )}
      </ul>`;
  }
}

customElements.define('pc-result-trend', ResultTrend);
declare global {
  interface HTMLElementTagNameMap {
    'pc-result-trend': ResultTrend;
  }
}
