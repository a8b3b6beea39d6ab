/**
 * `<pc-vital-trends .view>`: a small line for each vital sign that was taken more than once; choosing one opens its plot over the
 * years with the table of its values beside it. Systolic and diastolic share one drawing. Small lines have a scale of their
 * own and say their range.
 */
import { LitElement, css, html, nothing, svg } from 'lit';
import { ageOn } from '../../clinical/growth/age.ts';
import type { ReadableDate } from '../../clinical/readable-date.ts';
import { adultBand, adultFromYears, type VitalBand } from '../../clinical/vital-bands.ts';
import { vitalSeries, type VitalSeries } from '../../clinical/views/vital-series.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { base, card } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import './plot.ts';
import type { Plot } from './plot.ts';
import { yearTicks } from './time-ticks.ts';
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

interface TrendRow {
  readonly key: string;
  readonly when: ReadableDate;
  readonly words: string;
}

function columnsIn(unit: string): readonly Column<TrendRow>[] {
  return [
    { label: 'Date', tight: true, cell: (row) => dayOf(row.when.words) },
    { label: unit === '' ? 'Value' : unit, number: true, cell: (row) => row.words },
  ];
}

export class VitalTrends extends LitElement {
  static override properties = { view: { attribute: false }, chosen: { state: true } };
  static override styles = [
    base,
    card,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
        gap: 1px;
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      li {
        display: grid;
        /* The lines between them, and none around a place left over. */
        box-shadow: 1px 1px 0 var(--wa-color-surface-border);
      }
      button {
        all: unset;
        box-sizing: border-box;
        display: grid;
        align-content: space-between;
        gap: var(--wa-space-2xs);
        padding: var(--wa-space-s) var(--wa-space-m);
        cursor: pointer;
      }
      button:hover {
        background: var(--wa-color-surface-lowered);
      }
      button:focus-visible {
        outline: var(--wa-focus-ring);
        outline-offset: -2px;
      }
      button[aria-expanded='true'] {
        box-shadow: inset 0 3px 0 var(--wa-color-brand-fill-loud);
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
      button svg {
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
      .card {
        display: grid;
        gap: var(--wa-space-s);
      }
      .beside {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(15rem, 1fr);
        gap: var(--wa-space-m);
        align-items: start;
      }
      .table {
        max-block-size: 19rem;
        overflow: auto;
      }
      @media (max-width: 64rem) {
        .beside {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare view: ChartView;
  /** The label of the trend whose plot is open. */
  declare private chosen: string | undefined;

  override render() {
    const trends = trendsOf(vitalSeries(this.view.record)).filter((trend) => (trend.lines[0]?.points.length ?? 0) > 1);
    // An element of a grid that shows nothing would leave a gap.
    this.hidden = trends.length === 0;
    if (this.hidden) return nothing;
    const chosen = trends.find(({ label, unit }) => `${label} ${unit}` === this.chosen);
    return html`<ul aria-label="Trends">
        ${trends.map((trend) => this.renderTrend(trend))}
      </ul>
      ${chosen === undefined ? nothing : this.renderChosen(chosen)}`;
  }

  private renderTrend(trend: Trend) {
    const { label, unit, lines } = trend;
    const name = `${label} ${unit}`;
    const written = lines.map((line) => line.points.at(-1)?.written ?? '');
    // "About" is said once, for the pair.
    const newest = `${written.some(isLong) ? '≈ ' : ''}${written.map(shortened).join('/')}`;
    const when = dayOf(lines[0]?.points.at(-1)?.when.words ?? '');
    const numbers = lines.flatMap((line) => line.points.map((point) => point.number));
    const range = lines.map((line) => rangeOf(line)).join(', ');
    return html`<li>
      <button
        aria-expanded=${this.chosen === name ? 'true' : 'false'}
        @click=${() => (this.chosen = this.chosen === name ? undefined : name)}
      >
        <span>
          <span class="label">${label}<span class="only-heard">, plot and values</span></span
          ><br />
          <span><span class="value">${newest}</span> ${unit}</span><br />
          <span class="range">${when} · ${range}</span>
        </span>
        <svg viewBox="0 0 ${widthPx} ${heightPx}" preserveAspectRatio="xMinYMid meet" aria-hidden="true">
          ${lines.map((line) => drawLine(line, numbers))}
        </svg>
      </button>
    </li>`;
  }

  private renderChosen(trend: Trend) {
    const bands = isOfAdult(this.view, trend) ? trend.lines.map(({ kind }) => kind && adultBand(kind)) : [];
    return html`<section class="card" aria-label=${`${trend.label} over time`}>
      <h3>${trend.label}</h3>
      <div class="beside">
        <pc-plot .plot=${plotOf(trend, bands)}></pc-plot>
        <div class="table" tabindex="0" role="region" aria-label=${`Values of ${trend.label}`}>
          <pc-data-table
            caption=${trend.label}
            .columns=${columnsIn(trend.unit)}
            .rows=${rowsOf(trend)}
            .keyOf=${(row: TrendRow) => row.key}
          ></pc-data-table>
        </div>
      </div>
      ${bands[0] === undefined ? nothing : html`<p class="quiet">${trend.lines.length > 1 ? 'Thin lines' : 'Shaded'}: ${bands[0].source}.</p>`}
    </section>`;
  }
}

/** Bands are of adults: every point drawn is of one, or there is no band. */
function isOfAdult({ record }: ChartView, trend: Trend): boolean {
  const born = record.patient?.json['birthDate'];
  const first = trend.lines[0]?.points[0]?.when.written;
  if (typeof born !== 'string' || first === undefined) return false;
  const age = ageOn(born, first);
  return age.ok && age.value.completedYears >= adultFromYears;
}

function plotOf(trend: Trend, bands: readonly (VitalBand | undefined)[]): Plot {
  const times = trend.lines.flatMap((line) => line.points.map(({ when }) => when.sortMs));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const [band] = bands;
  // A pair has a limit each: two lines say more than a band between them would.
  const limits = trend.lines.length === 1 ? [] : bands.flatMap((each) => (each?.high === undefined ? [] : [each.high]));
  return {
    label: `${trend.label} over time, ${String(trend.lines[0]?.points.length ?? 0)} values. The table beside it has them.`,
    unit: trend.unit,
    x: { from, to, ticks: yearTicks(from, to), label: '' },
    lines: trend.lines.map((line, index) => ({
      name: line.label,
      shape: index === 0 ? 'circle' : 'square',
      points: line.points.map(({ when, number, written }) => ({
        x: when.sortMs,
        y: number,
        words: `${written}, ${when.words}`,
      })),
    })),
    curves: limits.map((limit) => ({
      name: String(limit),
      strong: false,
      points: [
        [from, limit],
        [to, limit],
      ],
    })),
    ...(band === undefined || trend.lines.length > 1 ? {} : { band }),
  };
}

/** Newest first, a pair in one row. */
function rowsOf({ lines }: Trend): readonly TrendRow[] {
  const [first, second] = lines;
  const rows = (first?.points ?? []).map(({ key, when, written }, index) => {
    const other = second?.points.find((point) => point.key === key);
    const words =
      second === undefined ? shortened(written) : `${shortened(written)}/${shortened(other?.written ?? '–')}`;
    return { key: `${key} ${String(index)}`, when, words };
  });
  return rows.reverse();
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
