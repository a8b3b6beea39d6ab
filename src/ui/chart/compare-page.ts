/**
 * `<pc-compare-page .view .other>`: two charts of the same person side by side, merged or not yet, topic by topic. To
 * read only: nothing goes from one to the other.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { ChartId } from '../../base/ids.ts';
import { allergyRows } from '../../clinical/views/allergies.ts';
import { medicationRows } from '../../clinical/views/medications.ts';
import { problemRows } from '../../clinical/views/problems.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { Session } from '../../app/session.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { dateInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';
import { peerName } from '../patients/words.ts';
import { viewOf, type ChartView } from './chart-view.ts';
import { emptyWords } from './list-words.ts';
import { isNoneKnown, topicOf, type TopicName } from './topics.ts';
import { renderUnsettled, unsettledWords } from './unsettled.ts';
import { openTrouble } from './words.ts';

interface Entry {
  readonly key: string;
  readonly main: string;
  readonly side: string;
}

const compared: readonly { readonly topic: TopicName; readonly entries: (view: ChartView) => readonly Entry[] }[] = [
  {
    topic: 'allergies',
    entries: (view) =>
      allergyRows(view.record)
        .filter((row) => row.active && !isNoneKnown(row))
        .map((row) => ({ key: row.key, main: row.label, side: row.reactions })),
  },
  {
    topic: 'medications',
    entries: (view) =>
      medicationRows(view.record)
        .filter((row) => row.active && !isNoneKnown(row))
        .map((row) => ({ key: row.key, main: row.label, side: row.dose })),
  },
  {
    topic: 'problems',
    entries: (view) =>
      problemRows(view.record)
        .filter((row) => row.active && !isNoneKnown(row))
        .map((row) => ({ key: row.key, main: row.label, side: row.began })),
  },
];

export class ComparePage extends LitElement {
  static override properties = {
    view: { attribute: false },
    other: { attribute: false },
    otherChart: { state: true },
    failure: { state: true },
  };
  static override styles = [
    base,
    page,
    css`
      .sides {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0 var(--wa-space-l);
      }
      .head {
        padding-block: var(--wa-space-xs);
        border-block-end: 2px solid var(--wa-color-neutral-border-loud);
      }
      h3 {
        grid-column: 1 / -1;
        margin-block: var(--wa-space-m) var(--wa-space-2xs);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--wa-space-s);
        padding-block: var(--wa-space-2xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      .only {
        font-weight: var(--wa-font-weight-bold);
      }
      @media (max-width: 40rem) {
        .sides {
          gap: 0 var(--wa-space-s);
        }
      }
    `,
  ];

  declare view: ChartView;
  declare other: ChartId;
  declare private otherChart: OpenChart | undefined;
  declare private failure: 'unknown-chart' | 'damaged' | undefined;
  private readonly repaint = (): void => this.requestUpdate();

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    // Merging and undoing open the chart anew, and with it its parts.
    const before = changed.get('view') as ChartView | undefined;
    if (changed.has('other') || (before !== undefined && before.chart !== this.view.chart))
      void this.open(this.view.session);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  override render() {
    if (this.failure !== undefined) return html`<pc-trouble .words=${openTrouble[this.failure]}></pc-trouble>`;
    if (this.otherChart === undefined) return html`<p role="status">Opening …</p>`;
    const { session } = this.view;
    const sides = [viewOf(session, this.own(this.otherChart.id)), viewOf(session, this.otherChart)] as const;
    return html`<pc-page-header within heading="Side by side"
        >To read only. An entry in bold stands in one of the two charts and not, by that name, in the
        other.</pc-page-header
      >
      ${
        sameIdentity(sides[0], sides[1])
          ? nothing
          : html`<pc-callout tone="warning"
              >Name or birth date differ between the two charts. Make sure that they are of the same person.</pc-callout
            >`
      }
      <div class="sides">
        ${sides.map((side) => this.renderHead(side))}
        ${compared.map(({ topic, entries }) => {
          const names = sides.map((side) => new Set(entries(side).map(({ main }) => main.toLowerCase())));
          return html`<h3>${topicOf(topic).label}</h3>
            ${sides.map((side, index) => this.renderSide(side, topic, entries(side), names[1 - index] ?? new Set()))}`;
        })}
      </div>`;
  }

  private renderHead(side: ChartView) {
    const { summary } = side.chart;
    return html`<div class="head">
      <strong>${summary.own ? 'Your chart' : `Kept by ${peerName(side.session, summary.custodian)}`}</strong>
      <p class="quiet">${summary.name}, ${dateInWords(summary.birthDate)}</p>
    </div>`;
  }

  private renderSide(side: ChartView, topic: TopicName, entries: readonly Entry[], elsewhere: ReadonlySet<string>) {
    const { section, few } = topicOf(topic);
    const empty = emptyWords(side, topic, section, few);
    const unsettled = unsettledWords(side, section);
    return html`<div>
      ${
        empty === undefined
          ? entries.length === 0
            ? html`<p class="quiet">None current.</p>`
            : nothing
          : html`<p><strong>${empty.heading}.</strong> <span class="quiet">${empty.text}</span></p>`
      }
      <ul>
        ${entries.map(
          ({ key, main, side: words }) =>
            html`<li>
              <span class=${elsewhere.has(main.toLowerCase()) ? '' : 'only'}
                >${main} ${renderUnsettled(unsettled.get(key))}</span
              ><span class="quiet">${unsettled.has(key) ? '' : words}</span>
            </li>`,
        )}
      </ul>
    </div>`;
  }

  /** Of a merged patient the leading chart alone: the other side is one of its parts. */
  private own(other: ChartId): OpenChart {
    const { chart } = this.view;
    return chart.merged?.parts.find(({ id }) => id !== other) ?? chart;
  }

  private async open(session: Session): Promise<void> {
    this.leave();
    const wanted = this.other;
    const part = this.view.chart.merged?.parts.find(({ id }) => id === wanted);
    if (part !== undefined) {
      this.otherChart = part;
      return;
    }
    const opened = await session.openChart(wanted);
    if (!opened.ok) {
      this.failure = opened.reason;
      return;
    }
    if (wanted !== this.other || !this.isConnected) {
      opened.value.close();
      return;
    }
    opened.value.addEventListener('change', this.repaint);
    this.otherChart = opened.value;
  }

  private leave(): void {
    const parts = this.view.chart.merged?.parts ?? [];
    this.otherChart?.removeEventListener('change', this.repaint);
    // A part of the patient on the screen is closed with it.
    if (this.otherChart !== undefined && !parts.includes(this.otherChart)) this.otherChart.close();
    this.otherChart = undefined;
    this.failure = undefined;
  }
}

function sameIdentity(a: ChartView, b: ChartView): boolean {
  const [one, other] = [a.chart.summary, b.chart.summary];
  return one.birthDate === other.birthDate && one.name.toLowerCase() === other.name.toLowerCase();
}

customElements.define('pc-compare-page', ComparePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-compare-page': ComparePage;
  }
}
