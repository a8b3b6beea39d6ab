/**
 * `<pc-merge-preview .view .other>`: two charts read together before anybody says that they are one person's: what differs, what
 * would have to be settled, which alerts arise, who reads which part. Fires `pc-merge`, or `pc-close`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { chartSections } from '../../base/sections.ts';
import type { ChartId } from '../../base/ids.ts';
import { checkChart } from '../../clinical/checks/medication-check.ts';
import { contradictions } from '../../clinical/conflict-view.ts';
import type { ChartRecord } from '../../clinical/record.ts';
import { personDifferences } from '../../clinical/union/person-differences.ts';
import { UnionKeys } from '../../clinical/union/union-keys.ts';
import { UnionRecord } from '../../clinical/union/union-record.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { ChartSummary } from '../../app/session.ts';
import '../shell/callout.ts';
import { choiceField, readFields } from '../shell/fields.ts';
import { count } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { base, card, form } from '../shell/styles.ts';
import { viewOf, type ChartView } from './chart-view.ts';
import { chartInWords, elementWords, readersInWords, valueInWords } from './merge-words.ts';
import { openTrouble } from './words.ts';

export class MergePreview extends LitElement {
  static override properties = {
    view: { attribute: false },
    other: { attribute: false },
    otherChart: { state: true },
    failure: { state: true },
  };
  static override styles = [
    base,
    card,
    form,
    css`
      .card {
        display: grid;
        gap: var(--wa-space-s);
        margin-block-start: var(--wa-space-m);
        max-inline-size: 48rem;
      }
      ul {
        display: grid;
        gap: var(--wa-space-2xs);
        list-style: disc;
        padding-inline-start: var(--wa-space-m);
      }
      /* Some begin with "your chart". */
      li::first-letter {
        text-transform: uppercase;
      }
    `,
  ];

  declare view: ChartView;
  declare other: ChartSummary;
  declare private otherChart: OpenChart | undefined;
  declare private failure: 'unknown-chart' | 'damaged' | undefined;
  private readonly repaint = (): void => this.requestUpdate();

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('other')) void this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('otherChart')) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  override render() {
    if (this.failure !== undefined) return html`<pc-trouble .words=${openTrouble[this.failure]}></pc-trouble>`;
    if (this.otherChart === undefined) return html`<p role="status">Opening the other chart …</p>`;
    const { session, chart } = this.view;
    const other = viewOf(session, this.otherChart);
    const summaries = [chart.summary, this.otherChart.summary];
    const differences = personDifferences(summaries);
    const [mine, theirs] = summaries.map((summary) => chartInWords(session, summary));
    return html`<form
      class="card"
      autocomplete="off"
      aria-label="Merge"
      @submit=${(event: Event) => {
        event.preventDefault();
        this.submit();
      }}
    >
      <h2 tabindex="-1">Is this the same person?</h2>
      ${
        differences.length === 0
          ? html`<p>Name, birth date and sex do not contradict each other.</p>`
          : html`<pc-callout tone="warning"
              ><strong>Make sure that it is one person.</strong> ${differences.map(
                (difference) =>
                  html`${elementWords[difference.element]}:
                  ${difference.values.map((value) => valueInWords(difference, value)).join(' or ')}. `,
              )}</pc-callout
            >`
      }
      <ul>
        <li>
          ${count(entriesIn(this.view.record), 'entry', 'entries')} of ${mine} and
          ${count(entriesIn(other.record), 'entry', 'entries')} of ${theirs} will be read as one chart.
        </li>
        ${this.renderArising(other.record, differences.length)}
        ${summaries.map(
          (summary) =>
            html`<li>
              ${chartInWords(session, summary)}: ${readersInWords(session, summary)}, before and after the merge.
            </li>`,
        )}
        <li>Nothing is copied or changed in either chart. “Take apart” brings back both as they are now.</li>
      </ul>
      ${choiceField({
        name: 'leading',
        label: 'New entries go into',
        hint: 'The leading chart. Changes of what is there already go where it lies.',
        value: chart.summary.own || !this.otherChart.summary.own ? chart.id : this.otherChart.id,
        choices: [
          { value: chart.id, label: `${chart.summary.name}, ${mine ?? ''}` },
          { value: this.otherChart.id, label: `${this.otherChart.summary.name}, ${theirs ?? ''}` },
        ],
      })}
      <div class="actions">
        <wa-button type="submit" variant="brand">Same person: merge</wa-button>
        <wa-button appearance="outlined" href=${chartAddress(chart.id, 'compare', this.otherChart.id)}
          >Read side by side</wa-button
        >
        <wa-button appearance="plain" @click=${() => this.close()}>Not the same</wa-button>
      </div>
    </form>`;
  }

  /** What only both together show. */
  private renderArising(other: ChartRecord, differing: number) {
    const { record, chart } = this.view;
    const keys = new UnionKeys([chart.sections, this.otherChart?.sections ?? new Map()]);
    const union = new UnionRecord([record, other], keys);
    const countOf = (one: ChartRecord) =>
      chartSections.reduce((sum, section) => sum + contradictions(one, section).length, 0);
    const unsettled = differing + Math.max(0, countOf(union) - countOf(record) - countOf(other));
    const alertsOf = (one: ChartRecord) => checkChart(one).alerts.length;
    const alerts = Math.max(0, alertsOf(union) - alertsOf(record) - alertsOf(other));
    return html`${unsettled === 0 ? nothing : html`<li>${count(unsettled, 'statement')} will have to be settled.</li>`}
    ${
      alerts === 0
        ? nothing
        : html`<li>
            <strong>${count(alerts, 'medication alert')}</strong> that neither chart alone shows will arise.
          </li>`
    }`;
  }

  private submit(): void {
    const mine = this.view.chart.id;
    const theirs = this.otherChart?.id;
    if (theirs === undefined) return;
    const leading = readFields(this.renderRoot)['leading'] === theirs ? theirs : mine;
    const detail: { readonly leading: ChartId; readonly other: ChartId } = {
      leading,
      other: leading === mine ? theirs : mine,
    };
    this.dispatchEvent(new CustomEvent('pc-merge', { detail, bubbles: true, composed: true }));
  }

  private async open(): Promise<void> {
    this.leave();
    const wanted = this.other.id;
    const opened = await this.view.session.openChart(wanted);
    if (!opened.ok) {
      this.failure = opened.reason;
      return;
    }
    if (wanted !== this.other.id || !this.isConnected) {
      opened.value.close();
      return;
    }
    opened.value.addEventListener('change', this.repaint);
    this.otherChart = opened.value;
  }

  private leave(): void {
    this.otherChart?.removeEventListener('change', this.repaint);
    this.otherChart?.close();
    this.otherChart = undefined;
    this.failure = undefined;
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

/** Of a Patient the identity is a part, no entry. */
function entriesIn({ resources }: ChartRecord): number {
  return resources.filter(({ section, type }) => section !== 'identity' && type !== 'Patient').length;
}

customElements.define('pc-merge-preview', MergePreview);
declare global {
  interface HTMLElementTagNameMap {
    'pc-merge-preview': MergePreview;
  }
}
