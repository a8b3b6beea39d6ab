/**
 * `<pc-summary-page .view>`: what is wrong, what do they take, what may they not take, what was measured, what changed. Prints
 * as the chart's one page, saying of everything unsettled that it is.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { unsignedNotes } from '../../clinical/views/notes.ts';
import { count, listInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { saveFile } from '../shell/save-file.ts';
import { base, card, page } from '../shell/styles.ts';
import { sectionWords, type Trouble } from '../shell/words.ts';
import type { ExportedChart } from '../../app/patients/import-acts.ts';
import { mustGetSection, unsettledCount, unsettledCounts, type ChartView } from './chart-view.ts';
import './custody-offer.ts';
import './appointments-card.ts';
import './due-card.ts';
import { emptyWords, unreadableWords } from './list-words.ts';
import { renderPartMark } from './merge-words.ts';
import { practicesWithWrongClock } from './review-words.ts';
import {
  allergyLines,
  encounterLines,
  immunizationLines,
  medicationLines,
  noteLines,
  problemLines,
  resultLines,
  vitalLines,
  type Line,
} from './summary-lines.ts';
import { topicOf, type TopicName } from './topics.ts';
import { unsettledReason } from './unsettled-reason.ts';
import { renderUnsettled, unsettledWords } from './unsettled.ts';
import { openTrouble } from './words.ts';

/** A card answers a question; the page behind it has the rest. */
const linesInCard = 6;
/** "149/85 mmHg": what is longer stands under its name. */
const longestBeside = 11;

export class SummaryPage extends LitElement {
  static override properties = { view: { attribute: false }, trouble: { state: true } };
  static override styles = [
    base,
    page,
    card,
    css`
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
        gap: var(--wa-space-m);
      }
      .card {
        padding: var(--wa-space-s) var(--wa-space-m);
      }
      .card h3 {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        font-size: var(--wa-font-size-m);
        margin-block-end: var(--wa-space-2xs);
      }
      h3 a {
        font-weight: var(--wa-font-weight-normal);
        font-size: var(--wa-font-size-s);
      }
      /* The numbers of a card stand under each other. */
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto fit-content(50%);
        column-gap: var(--wa-space-xs);
      }
      li {
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
        padding-block: var(--wa-space-2xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      .main {
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      .main:nth-last-child(2) {
        grid-column: span 2;
      }
      .value {
        font-weight: var(--wa-font-weight-bold);
        text-align: end;
      }
      .side {
        text-align: end;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      .value ~ .side {
        padding-block-start: 1px;
        font-size: var(--wa-font-size-xs);
        white-space: nowrap;
      }
      /* Beside its name it would leave the names no room. */
      .main:has(~ .value.long) {
        grid-column: span 2;
      }
      .value.long {
        grid-row: 2;
        grid-column: 1 / span 2;
        overflow-wrap: anywhere;
      }
      li.unsettled {
        background: var(--wa-color-warning-fill-quiet);
        box-shadow:
          -6px 0 0 var(--wa-color-warning-fill-quiet),
          6px 0 0 var(--wa-color-warning-fill-quiet);
      }
      .merge {
        margin-block-start: var(--wa-space-l);
      }
      .attention,
      pc-custody-offer {
        margin-block-end: var(--wa-space-m);
      }
      @media print {
        .cards {
          grid-template-columns: 1fr 1fr;
        }
        h3 a,
        .attention {
          display: none !important;
        }
        li.unsettled {
          border: 2px solid;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare private trouble: Trouble | undefined;

  override render() {
    const { record } = this.view;
    return html`<pc-page-header within heading="Summary"
        >${this.isPast ? nothing : this.renderActions()}</pc-page-header
      >
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${this.renderAttention()} ${this.isPast ? nothing : this.renderUnsigned()} ${this.renderClocks()}
      ${this.isPast ? nothing : html`<pc-custody-offer class="no-print" .view=${this.view}></pc-custody-offer>`}
      <div class="cards">
        ${this.renderCard('problems', 'Problems', problemLines(record), 'current')}
        ${this.renderCard('medications', 'Medications', medicationLines(record), 'current')}
        ${this.renderCard('allergies', 'Allergies', allergyLines(record), 'current')}
        ${this.renderCard('vitals', 'Vital signs', vitalLines(record), 'kinds')}
        ${this.renderCard('results', 'Newest results', resultLines(record), 'kinds')}
        ${this.isPast ? nothing : html`<pc-due-card .view=${this.view}></pc-due-card>`}
        ${this.isPast ? nothing : html`<pc-appointments-card .view=${this.view}></pc-appointments-card>`}
        ${this.renderCard('immunizations', 'Immunizations', immunizationLines(record), '')}
        ${this.renderCard('encounters', 'Visits', encounterLines(record), '')}
        ${this.renderCard('notes', 'Notes', noteLines(record), '')}
      </div>
      ${this.isPast ? nothing : this.renderMerge()}`;
  }

  /** What is worked out from today, or acts on today's chart, is left out of one as of a date. */
  private get isPast(): boolean {
    return this.view.asOfMs !== undefined;
  }

  private renderActions() {
    return html`<wa-button
        slot="actions"
        size="s"
        appearance="outlined"
        href=${chartAddress(this.view.chart.id, 'print')}
        ><wa-icon slot="start" name="print"></wa-icon>Print …</wa-button
      >
      <wa-button slot="actions" size="s" appearance="outlined" @click=${() => void this.exportFile()}
        ><wa-icon slot="start" name="download"></wa-icon>Export</wa-button
      >`;
  }

  private renderAttention() {
    const unsettled = unsettledCount(this.view);
    if (unsettled === 0) return nothing;
    return html`<div class="attention">
      <pc-callout tone="warning">
        <strong>${unsettled === 1 ? 'One statement is' : `${String(unsettled)} statements are`} not settled.</strong>
        ${unsettledReason(unsettledCounts(this.view))} Both versions are kept until someone chooses.
        ${
          this.isPast
            ? nothing
            : html`<wa-button
                slot="action"
                size="s"
                appearance="outlined"
                href=${chartAddress(this.view.chart.id, 'conflicts')}
                >Look at ${unsettled === 1 ? 'it' : 'them'}</wa-button
              >`
        }
      </pc-callout>
    </div>`;
  }

  private renderUnsigned() {
    const { length } = unsignedNotes(this.view.record, Date.now());
    if (length === 0) return nothing;
    return html`<pc-callout class="attention" tone="neutral" icon="edit"
      >${length === 1 ? 'One note has' : `${String(length)} notes have`} waited for a signature for more than a day.
      <a href=${chartAddress(this.view.chart.id, 'notes')}>Look at ${length === 1 ? 'it' : 'them'}</a></pc-callout
    >`;
  }

  private renderClocks() {
    const practices = practicesWithWrongClock(this.view);
    if (practices.length === 0) return nothing;
    return html`<pc-callout class="attention" tone="neutral" icon="history"
      >A computer of ${listInWords(practices)} has a clock that is more than five minutes off. Times of what it wrote
      may be wrong; the history of an entry says which. <a href="#/diagnostics">Diagnostics</a></pc-callout
    >`;
  }

  /** The way to the other charts of the person, quiet: most patients have one. */
  private renderMerge() {
    const { chart, session } = this.view;
    if (chart.merged !== undefined || session.practice.role === 'viewer') return nothing;
    return html`<p class="merge quiet no-print">
      ${chart.summary.own ? 'Is there another chart of this person?' : 'This chart was received. Do you keep one of this person yourself?'}
      <a href=${chartAddress(chart.id, 'merge')}>Merge charts</a>
    </p>`;
  }

  /** `counted`: what the lines are of all that the page behind lists, so that the two numbers do not contradict each other. */
  private renderCard(name: TopicName, title: string, lines: readonly Line[], counted: string) {
    const topic = topicOf(name);
    const section = mustGetSection(this.view, topic.section);
    const unsettled = unsettledWords(this.view, topic.section);
    const shown = [
      ...lines.filter(({ key }) => unsettled.has(key)),
      ...lines.filter(({ key }) => !unsettled.has(key)),
    ].slice(0, linesInCard);
    const empty = emptyWords(this.view, name, topic.section, topic.few);
    const unreadable = unreadableWords(this.view, section);
    const left = lines.length - shown.length;
    return html`<section class="card" aria-label=${title}>
      <h3>
        ${title}
        <a href=${chartAddress(this.view.chart.id, name)}
          >${left > 0 ? `all ${String(lines.length)} ${counted}`.trim() : 'open'}<span class="only-heard">
            ${title}</span
          ></a
        >
      </h3>
      ${
        empty === undefined
          ? shown.length === 0
            ? html`<p class="quiet">None current; past ones are on the page.</p>`
            : nothing
          : html`<p><strong>${empty.heading}.</strong> <span class="quiet">${empty.text}</span></p>`
      }
      ${unreadable === '' || empty !== undefined ? nothing : html`<p class="quiet">${unreadable}</p>`}
      <ul>
        ${shown.map(
          ({ key, main, value, side }) =>
            html`<li class=${unsettled.has(key) ? 'unsettled' : ''}>
              <span class="main">${main} ${renderUnsettled(unsettled.get(key))} ${renderPartMark(this.view, key)}</span
              >${value === undefined ? nothing : html` <span class="value ${value.length > longestBeside ? 'long' : ''}">${value}</span>`}
              <span class="side">${unsettled.has(key) ? '' : side}</span>
            </li>`,
        )}
      </ul>
      ${left > 0 ? html`<p class="only-print quiet">and ${left} more</p>` : nothing}
    </section>`;
  }

  /** Of a merged patient a file a chart: each leaves as it would alone. */
  private async exportFile(): Promise<void> {
    const { session, chart } = this.view;
    this.trouble = undefined;
    for (const { id } of chart.merged?.parts ?? [chart]) {
      const made = await session.exportChart(id);
      this.trouble ??= made.ok ? leftOut(made.value) : openTrouble[made.reason];
      if (made.ok) saveFile(made.value.fileName, new Blob([made.value.text], { type: 'application/fhir+json' }));
    }
  }
}

/** What of the chart is not in the file that was just saved. */
function leftOut(exported: ExportedChart): Trouble | undefined {
  const { incomplete, filesMissing, unsettled } = exported;
  if (unsettled > 0) return unsettledTrouble(exported);
  if (incomplete.length === 0) return undefined;
  if (filesMissing > 0)
    return {
      happened: `The file was saved without ${filesMissing === 1 ? 'one attached file, which is' : `${filesMissing} attached files, which are`} not here.`,
      safe: 'Everything else of them is in the file, and each is marked as one that may come.',
      todo: 'Open “Documents”, get what is not here yet, then export again.',
    };
  const parts = incomplete.map((section) => sectionWords[section]).join(', ');
  return {
    happened: `The file was saved, but not whole: of ${parts} not everything is readable here yet.`,
    safe: 'Everything else is in the file, and the chart is unchanged.',
    todo: 'Connect to the practice that wrote it, then export again.',
  };
}

/** A file with two versions of a dose must not be read as one with a dose. */
function unsettledTrouble({ unsettled, incomplete }: ExportedChart): Trouble {
  const parts = incomplete.map((section) => sectionWords[section]).join(', ');
  return {
    happened: `The file was saved, and ${count(unsettled, 'entry', 'entries')} in it ${unsettled === 1 ? 'is' : 'are'} not settled${parts === '' ? '' : `; of ${parts} not everything is in it`}.`,
    safe: 'Each is marked in the file as not settled, with its versions in words.',
    todo: 'Open “To settle”, choose one of the versions, then export again.',
  };
}

customElements.define('pc-summary-page', SummaryPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-summary-page': SummaryPage;
  }
}
