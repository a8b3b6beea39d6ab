/**
 * `<pc-growth-chart .view>`: a child's growth and blood pressure among the percentiles of a named reference, with every
 * measurement in the table beside it. Draws nothing for an adult.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { aapReference } from '../../clinical/growth/blood-pressure.ts';
import { growthCurves } from '../../clinical/growth/percentile.ts';
import {
  childGrowth,
  type ChildGrowth,
  type ChildMeasurement,
  type ChildReading,
  type PlottedMeasure,
} from '../../clinical/views/child-growth.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { base, card } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import {
  childAgeWords,
  measureWords,
  noChartWords,
  noPercentileWords,
  percentileWords,
  pressurePercentiles,
  pressureRangeWords,
  sexOfReference,
} from './growth-words.ts';
import './plot.ts';
import type { Plot } from './plot.ts';
import { dayOf } from './topics.ts';

type Shown = PlottedMeasure | 'blood-pressure';

/** Of the CDC's printed charts. */
const percentilesDrawn = [3, 10, 25, 50, 75, 90, 97] as const;
const monthsInYear = 12;

const measurementColumns: readonly Column<ChildMeasurement>[] = [
  { label: 'Date', tight: true, cell: (row) => dayOf(row.when.words) },
  { label: 'Age', tight: true, number: true, cell: (row) => childAgeWords(row.age) },
  {
    label: 'Value',
    number: true,
    cell: (row) => (row.placed === undefined ? row.written : `${row.placed.value.toFixed(1)} ${row.placed.unit}`),
  },
  {
    label: 'Percentile',
    number: true,
    cell: (row) =>
      row.placed === undefined
        ? html`<span class="quiet">${row.reason === undefined ? '' : noPercentileWords[row.reason]}</span>`
        : percentileWords(row.placed.percentile),
  },
  { label: 'z', number: true, wideOnly: true, cell: (row) => row.placed?.z.toFixed(2).replace('-', '−') ?? '' },
];

const readingColumns: readonly Column<ChildReading>[] = [
  { label: 'Date', tight: true, cell: (row) => dayOf(row.when.words) },
  { label: 'Age', tight: true, number: true, cell: (row) => childAgeWords(row.age) },
  { label: 'mmHg', number: true, cell: (row) => shortPressure(row.written) },
  {
    label: 'Percentile',
    number: true,
    cell: (row) =>
      row.placed === undefined
        ? html`<span class="quiet">${row.reason === undefined ? '' : noPercentileWords[row.reason]}</span>`
        : pressurePercentiles(row.placed),
  },
  {
    label: 'Range',
    tight: true,
    cell: ({ placed }) =>
      placed === undefined
        ? ''
        : placed.range === 'normal'
          ? pressureRangeWords(placed)
          : html`<pc-badge tone="warning" icon="alert">${pressureRangeWords(placed)}</pc-badge>`,
  },
];

export class GrowthChart extends LitElement {
  static override properties = { view: { attribute: false }, all: { type: Boolean }, shown: { state: true } };
  static override styles = [
    base,
    card,
    css`
      .card {
        display: grid;
        gap: var(--wa-space-s);
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs);
      }
      .beside {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(19rem, 2fr);
        gap: var(--wa-space-m);
        align-items: start;
      }
      .table {
        max-block-size: 19rem;
        overflow: auto;
      }
      @media (max-width: 75rem) {
        .beside {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      .one + .one {
        margin-block-start: var(--wa-space-l);
      }
      :host([all]) .beside {
        grid-template-columns: minmax(0, 1fr);
      }
      :host([all]) .table {
        max-block-size: none;
      }
      @media print {
        h3,
        pc-plot {
          break-after: avoid;
          break-inside: avoid;
        }
        .table {
          max-block-size: none;
        }
        .choices {
          display: none;
        }
      }
    `,
  ];

  declare view: ChartView;
  /** Everything below each other, as on paper, instead of one at a time. */
  declare all: boolean;
  declare private shown: Shown | undefined;

  override render() {
    const growth = childGrowth(this.view.record);
    // An element of a grid that shows nothing would leave a gap.
    this.hidden = growth === undefined;
    if (growth === undefined) return nothing;
    if (typeof growth === 'string') return html`<pc-callout tone="info">${noChartWords[growth]}</pc-callout>`;
    const offered: readonly Shown[] = [
      ...growth.measures.map(({ measure }) => measure),
      ...(growth.pressures.length > 0 ? (['blood-pressure'] as const) : []),
    ];
    const shown = offered.find((measure) => measure === this.shown) ?? offered[0];
    if (shown === undefined) return nothing;
    const renderOne = (one: Shown) => (one === 'blood-pressure' ? renderPressures(growth) : renderMeasure(growth, one));
    if (this.all) {
      return offered.map(
        (one) =>
          html`<section class="one" aria-label=${measureWords[one]}>
            <h3>${measureWords[one]}</h3>
            ${renderOne(one)}
          </section>`,
      );
    }
    return html`<section class="card" aria-labelledby="growth">
      <h3 id="growth">Growth</h3>
      <div class="choices" role="group" aria-label="What is shown">
        ${offered.map(
          (measure) =>
            html`<wa-button
              size="s"
              appearance=${measure === shown ? 'filled' : 'outlined'}
              aria-pressed=${measure === shown ? 'true' : 'false'}
              @click=${() => (this.shown = measure)}
              >${measureWords[measure]}</wa-button
            >`,
        )}
      </div>
      ${renderOne(shown)}
    </section>`;
  }
}

function renderMeasure(growth: ChildGrowth, measure: PlottedMeasure) {
  const points = growth.measures.find((group) => group.measure === measure)?.points ?? [];
  const range = ageRange(measure, points);
  const { curves, references, unit } = growthCurves(measure, growth.sex, range, percentilesDrawn);
  const plot: Plot = {
    label: `${measureWords[measure]} for age, ${String(points.length)} measurements, with percentile curves. The table beside it has the numbers.`,
    unit: `${unit === 'kg/m2' ? 'kg/m²' : unit}, percentiles of ${sexOfReference(growth.sex)}`,
    x: { from: range.fromMonths, to: range.toMonths, ticks: ageTicks(range), label: ageLabel(range) },
    curves: curves.map(({ percentile, points: curve }) => ({
      name: String(percentile),
      strong: percentile === 50,
      points: curve,
    })),
    lines: [
      {
        name: measureWords[measure],
        shape: 'circle',
        points: points.flatMap(({ age, value, when }) =>
          value === undefined ? [] : [{ x: age.months, y: value, words: `${value.toFixed(1)}, ${when.words}` }],
        ),
      },
    ],
  };
  return html`<div class="beside">
      <pc-plot .plot=${plot}></pc-plot>
      <div class="table" tabindex="0" role="region" aria-label="Measurements">
        <pc-data-table
          caption=${measureWords[measure]}
          .columns=${measurementColumns}
          .rows=${points.toReversed()}
          .keyOf=${(row: ChildMeasurement) => row.key}
        ></pc-data-table>
      </div>
    </div>
    <p class="quiet">
      Reference: ${references.length === 0 ? 'none for this age' : references.join('; ')}.
      ${
        range.fromMonths < 24 && measure !== 'bmi'
          ? 'Under two years the CDC recommends the WHO standard, which is not used here. Early birth is not corrected for.'
          : nothing
      }
    </p>`;
}

function renderPressures(growth: ChildGrowth) {
  return html`<pc-data-table
      caption="Blood pressure with percentiles"
      .columns=${readingColumns}
      .rows=${growth.pressures.toReversed()}
      .keyOf=${(row: ChildReading) => row.key}
    ></pc-data-table>
    <p class="quiet">
      Reference: ${aapReference}, for ${sexOfReference(growth.sex)} of this age and height; the ranges by Table 3. ≈ is
      estimated: the tables give the 50th, 90th and 95th percentile only. One reading is not a diagnosis.
    </p>`;
}

/** Whole years around what was measured: an infant's first three years fill the width, a child's all up to now. */
function ageRange(measure: PlottedMeasure, points: readonly ChildMeasurement[]) {
  const ages = points.map(({ age }) => age.months);
  const lowest = measure === 'bmi' ? 24 : 0;
  const highest = measure === 'head-circumference' ? 36 : 240;
  const fromMonths = Math.floor(Math.min(...ages) / monthsInYear) * monthsInYear;
  const toMonths = (Math.floor(Math.max(...ages) / monthsInYear) + 1) * monthsInYear;
  const from = Math.min(Math.max(lowest, fromMonths), highest - monthsInYear);
  return { fromMonths: from, toMonths: Math.max(from + monthsInYear, Math.min(highest, toMonths)) };
}

/** Months while that is what one counts by, else years; at most about ten. */
function ageTicks({ fromMonths, toMonths }: { fromMonths: number; toMonths: number }) {
  const span = toMonths - fromMonths;
  const inMonths = span <= 36;
  const step = inMonths ? (span <= 12 ? 2 : 6) : span <= 120 ? 12 : 24;
  const count = Math.floor(span / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = fromMonths + index * step;
    return { at, text: String(inMonths ? at : at / monthsInYear) };
  });
}

function ageLabel({ fromMonths, toMonths }: { fromMonths: number; toMonths: number }): string {
  return toMonths - fromMonths <= 36 ? 'Age in months' : 'Age in years';
}

function shortPressure(written: string): string {
  return written
    .split('/')
    .map((side) => String(Math.round(Number(side))))
    .join('/');
}

customElements.define('pc-growth-chart', GrowthChart);
declare global {
  interface HTMLElementTagNameMap {
    'pc-growth-chart': GrowthChart;
  }
}
