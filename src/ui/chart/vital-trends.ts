/**
 * `<pc-vital-trends .view>`: a small line for each kind of measurement that was taken more than once; the table below it has
 * every value. Systolic and diastolic share one drawing. Scales are of each line alone and say their range.
 */
import { LitElement, css, html, svg } from 'lit';
import { vitalRows, vitalSeries, type VitalSeries } from '../../clinical/views/vitals.ts';
import { base } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import { dayOf } from './topics.ts';

const widthPx = 160;
const heightPx = 40;
const marginPx = 4;
const mostPoints = 60; // a point every few pixels; older ones are in the table

interface Trend {
  readonly label: string;
  readonly unit: string;
  readonly lines: readonly VitalSeries[];
}

export class VitalTrends extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
        gap: var(--wa-space-s) var(--wa-space-l);
        padding: var(--wa-space-s) var(--wa-space-m);
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
      }
      li {
        display: grid;
        align-content: space-between;
        gap: var(--wa-space-2xs);
      }
      .value {
        font-size: var(--wa-font-size-l);
        font-weight: var(--wa-font-weight-bold);
        white-space: nowrap;
      }
      .label,
      .range {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
      }
      svg {
        inline-size: 10rem;
        max-inline-size: 100%;
        block-size: 2.5rem;
      }
      polyline {
        fill: none;
        stroke: var(--wa-color-brand-fill-loud);
        stroke-width: 1.5;
      }
      circle {
        fill: var(--wa-color-brand-fill-loud);
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const trends = trendsOf(vitalSeries(vitalRows(this.view.record))).filter(
      (trend) => (trend.lines[0]?.points.length ?? 0) > 1,
    );
    if (trends.length === 0) return html``;
    return html`<ul aria-label="Trends">
      ${trends.map((trend) => this.renderTrend(trend))}
    </ul>`;
  }

  private renderTrend({ label, unit, lines }: Trend) {
    const written = lines.map((line) => line.points.at(-1)?.written ?? '');
    // "About" is said once, for the pair.
    const newest = `${written.some(isLong) ? '≈ ' : ''}${written.map(shortened).join('/')}`;
    const when = dayOf(lines[0]?.points.at(-1)?.when.words ?? '');
    const numbers = lines.flatMap((line) => line.points.map((point) => point.number));
    const range = lines.map((line) => rangeOf(line)).join(', ');
    return html`<li>
      <div>
        <div class="label">${label}</div>
        <div><span class="value">${newest}</span> ${unit}</div>
        <div class="range">${when} · ${range}</div>
      </div>
      <svg viewBox="0 0 ${widthPx} ${heightPx}" preserveAspectRatio="xMinYMid meet" aria-hidden="true">
        ${lines.map((line) => drawLine(line, numbers))}
      </svg>
    </li>`;
  }
}

function drawLine(line: VitalSeries, all: readonly number[]) {
  const points = line.points.slice(-mostPoints);
  const low = Math.min(...all);
  const high = Math.max(...all);
  const firstMs = points[0]?.when.sortMs ?? 0;
  const spanMs = (points.at(-1)?.when.sortMs ?? 0) - firstMs;
  const places = points.map((point) => {
    const x = spanMs === 0 ? 1 : (point.when.sortMs - firstMs) / spanMs;
    const y = high === low ? 0.5 : (point.number - low) / (high - low);
    return [marginPx + x * (widthPx - 2 * marginPx), heightPx - marginPx - y * (heightPx - 2 * marginPx)] as const;
  });
  const [lastX, lastY] = places.at(-1) ?? [0, 0];
  return svg`<polyline points=${places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} vector-effect="non-scaling-stroke"></polyline>
    <circle cx=${lastX.toFixed(1)} cy=${lastY.toFixed(1)} r="2.5"></circle>`;
}

/** Systolic and diastolic in one drawing. */
function trendsOf(series: readonly VitalSeries[]): readonly Trend[] {
  const systolic = series.find((line) => line.label.startsWith('Systolic'));
  const diastolic = series.find((line) => line.label.startsWith('Diastolic') && line.unit === systolic?.unit);
  const pair = systolic !== undefined && diastolic !== undefined ? [systolic, diastolic] : [];
  const alone = series
    .filter((line) => !pair.includes(line))
    .map((line) => ({ label: line.label, unit: line.unit, lines: [line] }));
  if (systolic === undefined || pair.length === 0) return alone;
  return [{ label: 'Blood pressure', unit: systolic.unit, lines: pair }, ...alone];
}

function rangeOf(line: VitalSeries): string {
  const numbers = line.points.map((point) => point.number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)].map((number) => String(round(number)));
  return low === high ? `always ${low ?? ''}` : `${low ?? ''}–${high ?? ''}`;
}

function isLong(written: string): boolean {
  return /\.\d{3,}$/.test(written);
}

function shortened(written: string): string {
  return isLong(written) ? String(round(Number(written))) : written;
}

function round(number: number): number {
  return Number(number.toFixed(1));
}

customElements.define('pc-vital-trends', VitalTrends);
declare global {
  interface HTMLElementTagNameMap {
    'pc-vital-trends': VitalTrends;
  }
}
