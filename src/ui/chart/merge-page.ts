/**
 * `<pc-merge-page .view>`: charts of one patient made one, and taken apart again. Before a merge both charts are opened and read
 * together, so that what will have to be settled is said in numbers first; before an undo it is said what stays where.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { ChartId } from '../../base/ids.ts';
import type { MergeRow } from '../../app/merging/merge-acts.ts';
import type { ChartSummary, PatientRow, WriteFailure } from '../../app/session.ts';
import { LikelyDuplicates, type LikelyDuplicate } from '../patients/likely-duplicates.ts';
import { matchReasonsInWords, sexInWords } from '../patients/words.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { typedValue } from '../shell/fields.ts';
import { count, dateInWords, listInWords, whenInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { say } from '../shell/say.ts';
import { base, card, page } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import type { ChartView } from './chart-view.ts';
import './merge-preview.ts';
import { chartInWords } from './merge-words.ts';
import { sinceMerge } from './since-merge.ts';

const mostFound = 8;

const mergeTrouble: Readonly<Record<WriteFailure | 'same-chart', Trouble>> = {
  ...writeTrouble,
  'not-allowed': {
    happened: 'Not done: your role only reads.',
    safe: 'Nothing was changed.',
    todo: 'Ask a colleague who works with these charts.',
  },
  'same-chart': {
    happened: 'Not done: these two are merged already.',
    safe: 'Nothing was changed.',
    todo: 'Open the patient from the list.',
  },
};

interface Candidate {
  readonly patient: ChartSummary;
  readonly why: string;
}

export class MergePage extends LitElement {
  static override properties = {
    view: { attribute: false },
    query: { state: true },
    alike: { state: true },
    chosen: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    page,
    card,
    css`
      section {
        display: grid;
        gap: var(--wa-space-s);
        margin-block-start: var(--wa-space-m);
      }
      wa-input {
        max-inline-size: 24rem;
      }
      .merge {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-2xs) var(--wa-space-m);
        padding-block: var(--wa-space-xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
    `,
  ];

  declare view: ChartView;
  declare private query: string;
  declare private alike: readonly LikelyDuplicate[];
  declare private chosen: PatientRow | undefined;
  declare private trouble: Trouble | undefined;
  private duplicates: LikelyDuplicates | undefined;

  constructor() {
    super();
    this.query = '';
    this.alike = [];
    this.addEventListener('pc-close', (event) => {
      event.stopPropagation();
      this.chosen = undefined;
    });
    this.addEventListener('pc-merge', (event) => void this.merge(event.detail));
  }

  override firstUpdated(): void {
    void this.look();
  }

  override render() {
    const { session, chart } = this.view;
    const rows = session.merges.rows(chart.id);
    return html`<pc-page-header within heading="Merged charts"
        >Two charts of one person are read as one. Nothing is copied, each keeps its own readers, and the merge can be
        undone at any time.</pc-page-header
      >
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${rows.length === 0 ? nothing : this.renderMerges(rows)}
      ${session.practice.role === 'viewer' ? nothing : this.chosen === undefined ? this.renderSearch() : this.renderPreview(this.chosen)}`;
  }

  // ------------------------------------------------------------------------------------------------ what is merged

  private renderMerges(rows: readonly MergeRow[]) {
    return html`<section aria-label="Merges of this patient">
      <ul>
        ${rows.map((row) => this.renderMerge(row))}
      </ul>
    </section>`;
  }

  private renderMerge(row: MergeRow) {
    const { leading, other, by, at, undone } = row;
    const now = new Date();
    return html`<li class="merge">
      <span
        >${this.chartWords(leading)} and ${this.chartWords(other)}
        <span class="quiet"
          >· merged by ${by.personName},
          ${whenInWords(at, now)}${
            undone === undefined ? '' : ` · taken apart by ${undone.by.personName}, ${whenInWords(undone.at, now)}`
          }</span
        ></span
      >
      ${
        undone !== undefined || this.view.session.practice.role === 'viewer'
          ? nothing
          : html`<span class="row"
              ><wa-button size="s" appearance="outlined" href=${chartAddress(leading, 'compare', other)}
                >Side by side</wa-button
              ><wa-button size="s" appearance="outlined" @click=${() => void this.undo(row)}
                ><wa-icon slot="start" name="undo"></wa-icon>Take apart …</wa-button
              ></span
            >`
      }
    </li>`;
  }

  private async undo({ leading, other, at }: MergeRow): Promise<void> {
    const { session, chart } = this.view;
    const patients = session.merges.apart(leading, other);
    const { entriesSince, alerts } = sinceMerge(this.view, at);
    const charts = session.merges.of(chart.id).length;
    const agreed = await askToConfirm({
      heading: 'Take the charts apart?',
      consequences: [
        patients.length === 1
          ? `These two no longer count as merged, but all ${String(charts)} charts stay one patient: other merges still join them. Take those apart too.`
          : `The ${count(charts, 'chart')} of this patient stand as ${count(patients.length, 'patient')} in the list again: ${patients
              .map((ids) =>
                listInWords(
                  ids.map((id) => this.chartWords(id)),
                  ids.length,
                ),
              )
              .join('; and ')}.`,
        `Nothing is moved or deleted. What was written since the merge stays in the chart it was written in: ${entriesSince
          .map(({ summary, entries }) => `${count(entries, 'entry', 'entries')} in ${chartInWords(session, summary)}`)
          .join(', ')}.`,
        ...(alerts === 0
          ? []
          : [
              `${count(alerts, 'medication alert')} that only both together raise ${alerts === 1 ? 'is' : 'are'} no longer shown.`,
            ]),
      ],
      act: 'Take apart',
      danger: true,
    });
    if (!agreed) return;
    const undone = await session.merges.undo(leading, other);
    this.trouble = undone.ok ? undefined : mergeTrouble[undone.reason];
    if (undone.ok) say(this, 'Taken apart. Both charts are as they were.');
    this.requestUpdate();
  }

  private chartWords(id: ChartId): string {
    const { session } = this.view;
    const summary = session.charts.find((one) => one.id === id);
    return summary === undefined ? 'a chart that is not here' : `${summary.name}, ${chartInWords(session, summary)}`;
  }

  // ---------------------------------------------------------------------------------------------------- whom to merge

  private get candidates(): readonly Candidate[] {
    const { session, chart } = this.view;
    const own = new Set(session.merges.of(chart.id));
    const alike = new Map(this.alike.map((one) => [one.chart.id, matchReasonsInWords(one.reasons)]));
    const patients = new Map(session.patients.map((patient) => [patient.id, patient]));
    const ids =
      this.query === ''
        ? [...new Set([...alike.keys()].map((id) => session.merges.of(id)[0] ?? id))]
        : session.search(this.query);
    return ids
      .filter((id) => !own.has(id))
      .slice(0, mostFound)
      .flatMap((id) => {
        const patient = patients.get(id);
        return patient === undefined ? [] : [{ patient, why: alike.get(id) ?? '' }];
      });
  }

  private renderSearch() {
    const { candidates } = this;
    const { birthDate } = this.view.chart.summary;
    const columns: readonly Column<Candidate>[] = [
      { label: 'Name', cell: ({ patient }) => patient.name },
      {
        label: 'Birth date',
        cell: ({ patient }) =>
          `${dateInWords(patient.birthDate)}${patient.birthDate === birthDate ? ' (the same)' : ' (differs)'}`,
      },
      { label: 'Sex', cell: ({ patient }) => sexInWords(patient.sex), wideOnly: true },
      { label: 'Chart', cell: ({ patient }) => chartInWords(this.view.session, patient) },
      { label: 'Why', cell: ({ why }) => why, wideOnly: true },
      {
        label: '',
        cell: ({ patient }) =>
          html`<wa-button size="s" appearance="outlined" @click=${() => (this.chosen = patient)}
            >Same person …<span class="only-heard"> ${patient.name}</span></wa-button
          >`,
      },
    ];
    return html`<section aria-label="Merge with another chart">
      <h2>Another chart of this person</h2>
      <form autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
        <wa-input
          type="search"
          label="Find by name, birth date or identifier"
          autocomplete="off"
          .value=${this.query}
          @input=${(event: Event) => (this.query = typedValue(event))}
        ></wa-input>
      </form>
      ${
        candidates.length === 0
          ? html`<p role="status" class="quiet">
              ${this.query === '' ? 'No other chart here looks like this person’s. Search for one.' : 'No other chart fits.'}
            </p>`
          : html`<pc-data-table
              caption=${this.query === '' ? 'Charts that may be of this person' : 'Charts found'}
              .columns=${columns}
              .rows=${candidates}
              .keyOf=${(row: Candidate) => row.patient.id}
            ></pc-data-table>`
      }
    </section>`;
  }

  private renderPreview(other: ChartSummary) {
    return html`<pc-merge-preview .view=${this.view} .other=${other}></pc-merge-preview>`;
  }

  private async look(): Promise<void> {
    const { session, chart } = this.view;
    this.duplicates ??= new LikelyDuplicates(session);
    const found = await this.duplicates.findLike(chart.summary);
    this.alike = found;
  }

  private async merge({ leading, other }: { readonly leading: ChartId; readonly other: ChartId }): Promise<void> {
    const { session } = this.view;
    const merged = await session.merges.merge(leading, other);
    this.trouble = merged.ok ? undefined : mergeTrouble[merged.reason];
    if (!merged.ok) return;
    this.chosen = undefined;
    say(this, 'Merged: both charts are read as one.', () => void session.merges.undo(leading, other));
    location.hash = chartAddress(leading);
  }
}

customElements.define('pc-merge-page', MergePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-merge-page': MergePage;
  }
  interface HTMLElementEventMap {
    'pc-merge': CustomEvent<{ readonly leading: ChartId; readonly other: ChartId }>;
  }
}
