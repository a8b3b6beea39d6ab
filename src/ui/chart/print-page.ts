/**
 * `<pc-print-page .view .topic>`: a sheet of a chart as it will be on paper, beside the other sheets one can choose. Only the sheet is
 * printed: light whatever the screen is, no row cut in two, each page saying of whom it is.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { personDifferences } from '../../clinical/union/person-differences.ts';
import { childGrowth } from '../../clinical/views/child-growth.ts';
import { ageInWords, count, dateInWords, timeInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { chartAddress, printTopics, type PrintTopic } from '../shell/route.ts';
import { base, page, table } from '../shell/styles.ts';
import { sexInWords } from '../patients/words.ts';
import { allergyWords, numbersInWords } from './banner-words.ts';
import { unsettledCounts, type ChartView } from './chart-view.ts';
import './growth-chart.ts';
import { elementWords, valueInWords } from './merge-words.ts';
import { Paper } from './paper.ts';
import {
  renderImmunizations,
  renderMedications,
  renderPastMedications,
  renderSummary,
  sheetTitles,
} from './print-sheets.ts';

export class PrintPage extends LitElement {
  static override properties = { view: { attribute: false }, topic: { attribute: false } };
  static override styles = [
    base,
    page,
    table,
    css`
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs);
        margin-block-end: var(--wa-space-m);
      }
      .choices a {
        padding: var(--wa-space-2xs) var(--wa-space-s);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-default);
        color: var(--wa-color-text-normal);
        text-decoration: none;
      }
      .choices a[aria-current] {
        border-color: var(--wa-color-brand-fill-loud);
        box-shadow: inset 0 0 0 1px var(--wa-color-brand-fill-loud);
        font-weight: var(--wa-font-weight-bold);
      }
      article {
        max-inline-size: 180mm;
        padding: var(--wa-space-l);
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        overflow-x: auto;
      }
      .head {
        display: grid;
        gap: var(--wa-space-2xs);
        padding-block-end: var(--wa-space-s);
        border-block-end: 2px solid currentColor;
      }
      .warn {
        padding: var(--wa-space-2xs) var(--wa-space-xs);
        border: 2px solid currentColor;
        font-weight: var(--wa-font-weight-bold);
      }
      section,
      pc-growth-chart {
        margin-block-start: var(--wa-space-m);
      }
      h3 {
        margin-block-end: var(--wa-space-2xs);
        break-after: avoid;
      }
      table {
        background: none;
      }
      th,
      td {
        padding-inline: 0 var(--wa-space-s);
      }
      th:first-child {
        inline-size: 40%;
      }
      tr.unsettled > * {
        border-block: 2px solid var(--wa-color-warning-border-normal);
      }
      .lacking {
        margin-block-start: var(--wa-space-2xs);
      }
      footer {
        margin-block-start: var(--wa-space-l);
        padding-block-start: var(--wa-space-2xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      @media print {
        article {
          max-inline-size: none;
          padding: 0;
          border: 0;
          overflow: visible;
        }
        .choices,
        pc-page-header {
          display: none;
        }
        .head {
          break-after: avoid;
        }
        th,
        td {
          padding-block: 3px;
        }
        thead {
          display: table-header-group;
        }
        p {
          orphans: 3;
          widows: 3;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare topic: PrintTopic;

  constructor() {
    super();
    new Paper(this, () => ({ patient: this.patient(), title: sheetTitles[this.topic], printed: this.printed() }));
    new Keys(this, [{ keys: 'p', label: 'Print this sheet', run: () => print() }]);
  }

  override render() {
    const { summary } = this.view.chart;
    const isChild = typeof childGrowth(this.view.record) === 'object';
    const offered = printTopics.filter((topic) => topic !== 'print-growth' || isChild);
    return html`<pc-page-header within heading="Print">
        <wa-button slot="actions" variant="brand" @click=${() => print()}
          ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
        >
      </pc-page-header>
      <nav class="choices" aria-label="Sheets">
        ${offered.map(
          (topic) =>
            html`<a href=${chartAddress(summary.id, topic)} aria-current=${topic === this.topic ? 'page' : nothing}
              >${sheetTitles[topic]}</a
            >`,
        )}
      </nav>
      <article tabindex="0" role="region" aria-label=${sheetTitles[this.topic]}>
        ${this.renderHead()} ${this.renderSheet()} ${this.renderFoot()}
      </article>`;
  }

  private renderHead() {
    const { summary } = this.view.chart;
    const allergies = allergyWords(this.view);
    const facts = [
      summary.birthDate === undefined ? 'birth date not recorded' : `born ${dateInWords(summary.birthDate)}`,
      ageInWords(summary.birthDate, new Date()),
      sexInWords(summary.sex),
      numbersInWords(this.view),
    ];
    return html`<div class="head">
      <h2>${sheetTitles[this.topic]}</h2>
      <p>
        <strong>${this.name()}</strong>${summary.deceased ? ' (deceased)' : nothing} ·
        ${facts.filter((fact) => fact !== '').join(' · ')}
      </p>
      <p><strong>${allergies.text}${allergies.unsettled ? ' (NOT SETTLED)' : ''}</strong></p>
      ${this.renderNotSettled()}
      ${
        summary.access === 'ended'
          ? html`<p class="warn">No longer shared with this practice: as it was when sharing ended.</p>`
          : nothing
      }
    </div>`;
  }

  /** Nothing on paper stands as settled before somebody chose: not who the patient is either. */
  private renderNotSettled() {
    const { chart } = this.view;
    const { concurrent, contradicting } = unsettledCounts(this.view);
    const differences = personDifferences((chart.merged?.parts ?? []).map((part) => part.summary));
    return html`${
      concurrent === 0
        ? nothing
        : html`<p class="warn">
            ${count(concurrent, 'statement')} in this chart ${concurrent === 1 ? 'is' : 'are'} NOT SETTLED: two values
            were written at the same time and nobody has chosen yet. Those on this sheet are marked.
          </p>`
    }
    ${
      contradicting === 0
        ? nothing
        : html`<p class="warn">
            ${count(contradicting, 'list')} in this chart ${contradicting === 1 ? 'is' : 'are'} NOT SETTLED: none known
            is said, and there are entries.
          </p>`
    }
    ${differences.map((difference) => {
      const said = new Set(difference.values.map((value) => valueInWords(difference, value)));
      return html`<p class="warn">
        ${elementWords[difference.element]} NOT SETTLED: ${[...said].join(' or ')}. The charts of this patient say
        different things.
      </p>`;
    })}`;
  }

  private renderSheet() {
    switch (this.topic) {
      case 'print':
        return renderSummary(this.view);
      case 'print-medications':
        return [renderMedications(this.view), renderPastMedications(this.view)];
      case 'print-immunizations':
        return renderImmunizations(this.view);
      case 'print-growth':
        return typeof childGrowth(this.view.record) === 'object'
          ? html`<pc-growth-chart .view=${this.view} all></pc-growth-chart>`
          : html`<p>A growth chart is drawn of children with a birth date, a sex and measurements.</p>`;
    }
  }

  private renderFoot() {
    const { chart, session } = this.view;
    const keeper = chart.summary.own ? session.practice.name : chart.custody.custodianName;
    return html`<footer class="quiet">${this.printed()}. The chart is kept by ${keeper}.</footer>`;
  }

  private name(): string {
    const { name } = this.view.chart.summary;
    return name === '' ? 'No name recorded' : name;
  }

  private patient(): string {
    const { birthDate } = this.view.chart.summary;
    return birthDate === undefined ? this.name() : `${this.name()}, born ${dateInWords(birthDate)}`;
  }

  private printed(): string {
    const { practice } = this.view.session;
    return `Printed ${timeInWords(new Date().toISOString())} by ${practice.personName}, ${practice.name}`;
  }
}

customElements.define('pc-print-page', PrintPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-print-page': PrintPage;
  }
}
