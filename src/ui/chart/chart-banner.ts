/**
 * `<pc-chart-banner .view>`: who this is and what must not be overlooked; never scrolls away. Also the head of a print,
 * which says when something is unsettled.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { answeredAlerts, checkChart } from '../../clinical/checks/medication-check.ts';
import '../shell/badge.ts';
import { count, dateInWords, listInWords, timeInWords } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import { peerName, sexInWords } from '../patients/words.ts';
import { activeFlags } from '../../clinical/views/flags.ts';
import { aliveOrNot, allergyWords, heldWords, numbersInWords, readingWords } from './banner-words.ts';
import { unsettledCount, type ChartView } from './chart-view.ts';
import { partLetter, renderPartMark } from './merge-words.ts';

export class ChartBanner extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    css`
      :host {
        padding: var(--wa-space-s) var(--wa-space-l);
        background: var(--wa-color-surface-default);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      /* A name without a place to break must not push what comes after it, the allergies, out of sight. */
      header {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        overflow-wrap: anywhere;
        gap: var(--wa-space-2xs);
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--wa-space-s);
      }
      .marks {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-2xs) var(--wa-space-xs);
      }
      .allergies {
        display: inline-flex;
        align-items: center;
        gap: var(--wa-space-2xs);
        font-weight: var(--wa-font-weight-bold);
      }
      .danger {
        color: var(--wa-color-danger-on-quiet);
      }
      .warning {
        color: var(--wa-color-warning-on-quiet);
      }
      /* Broken between facts, not within one. */
      .fact {
        display: inline-block;
      }
      .details {
        font-size: var(--wa-font-size-s);
      }
      .held {
        font-size: var(--wa-font-size-xs);
        color: var(--wa-color-text-quiet);
      }
      .reading {
        animation: appear 0s 400ms backwards;
      }
      @keyframes appear {
        from {
          visibility: hidden;
        }
      }
      a {
        text-decoration: none;
      }
      .unsettled {
        font-weight: var(--wa-font-weight-bold);
        border: 2px solid currentColor;
        padding: var(--wa-space-2xs) var(--wa-space-xs);
        margin-block-start: var(--wa-space-2xs);
      }
      @media (max-width: 40rem) {
        :host {
          padding: var(--wa-space-xs) var(--wa-space-m);
        }
        h1 {
          font-size: var(--wa-font-size-l);
        }
        /* Beside the name there is room. */
        h1 {
          order: -2;
        }
        .details {
          order: -1;
        }
        .held {
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
      }
      @media print {
        :host {
          padding: 0 0 var(--wa-space-xs);
        }
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const { chart } = this.view;
    const { summary } = chart;
    const allergies = allergyWords(this.view);
    const facts = [
      aliveOrNot(this.view),
      sexInWords(summary.sex),
      summary.birthDate === undefined ? 'birth date not recorded' : `born ${dateInWords(summary.birthDate)}`,
      numbersInWords(this.view),
    ];
    return html`<header>
      <div class="who">
        <h1 tabindex="-1">${summary.name === '' ? 'No name recorded' : summary.name}</h1>
        <span
          >${facts
            .filter((fact) => fact !== '')
            .map((fact, index) => html`${index === 0 ? '' : ' · '}<span class="fact">${fact}</span>`)}</span
        >
        ${summary.deceased ? html`<pc-badge>Deceased</pc-badge>` : nothing}
        <a class="details no-print" href=${chartAddress(chart.id, 'details')}>Details</a>
      </div>
      <div class="marks">
        <span class="allergies ${allergies.tone}"
          ><wa-icon name=${allergies.tone === 'neutral' ? 'check' : 'alert'}></wa-icon>${allergies.text}${
            allergies.unsettled ? ' (not settled)' : ''
          }</span
        >
        ${this.renderFlags()} ${this.renderMarks()}
      </div>
      ${(chart.merged?.parts ?? [chart]).map(
        (part, index) =>
          html`<p class="held">
            ${chart.merged === undefined ? '' : `${partLetter(index)}: `}${heldWords(part.held)}${index === 0 ? this.renderReading() : nothing}
          </p>`,
      )}
      ${this.renderForPrint()}
    </header>`;
  }

  /** Counts and alerts beside it may grow: said at once, and in sight only where it takes longer than a glance. */
  private renderReading() {
    const words = readingWords(this.view);
    return words === '' ? nothing : html`<span class="reading no-print"> · ${words}</span>`;
  }

  private renderFlags() {
    return activeFlags(this.view.record).map(
      ({ resource, words }) =>
        html`<a href=${chartAddress(this.view.chart.id, 'details')}
          ><pc-badge tone="warning" icon="alert">${words} ${renderPartMark(this.view, resource.key)}</pc-badge></a
        >`,
    );
  }

  private renderMarks() {
    const { session, chart } = this.view;
    const { id, own, custodian, access, sharedWith, setAside } = chart.summary;
    const unsettled = unsettledCount(this.view);
    const forks = chart.forks.filter(({ settled }) => !settled).length;
    const offer = chart.custody.offer;
    return html`${this.renderMedicationAlerts()}
    ${
      unsettled === 0
        ? nothing
        : html`<a href=${chartAddress(id, 'conflicts')}
            ><pc-badge tone="warning" icon="alert">${unsettled} to settle</pc-badge></a
          >`
    }
    ${
      setAside === 0
        ? nothing
        : html`<a href=${chartAddress(id, 'set-aside')}
            ><pc-badge tone="warning" icon="inbox">${count(setAside, 'change')} set aside</pc-badge></a
          >`
    }
    ${
      forks === 0
        ? nothing
        : html`<a href=${chartAddress(id, 'set-aside')}
            ><pc-badge tone="warning" icon="alert">${count(forks, 'place')} with two versions</pc-badge></a
          >`
    }
    ${
      offer === undefined
        ? nothing
        : html`<a href=${chartAddress(id, 'sharing')}
            ><pc-badge tone=${offer.direction === 'received' ? 'warning' : 'info'} icon="share"
              >${offer.direction === 'received' ? `${offer.practiceName} asks you to keep it` : `Offered to ${offer.practiceName}`}</pc-badge
            ></a
          >`
    }
    ${
      own
        ? nothing
        : html`<pc-badge tone="info" icon="link"
            >Kept by
            ${peerName(session, custodian)}${access === 'read' ? ', you may read' : access === 'write' ? ', you may write' : ''}</pc-badge
          >`
    }
    ${
      access === 'ended'
        ? html`<pc-badge tone="neutral" icon="stop">No longer shared: as it was when sharing ended</pc-badge>`
        : nothing
    }
    ${
      sharedWith.length === 0
        ? nothing
        : html`<a href=${chartAddress(id, 'sharing')}
            ><pc-badge icon="share"
              >Shared with ${listInWords(sharedWith.map((practice) => peerName(session, practice)))}</pc-badge
            ></a
          >`
    }`;
  }

  private renderMedicationAlerts() {
    const { record, chart } = this.view;
    const answered = answeredAlerts(record);
    const open = checkChart(record).alerts.filter(({ id }) => !answered.has(id));
    if (open.length === 0) return nothing;
    const tone = open.some(({ severity }) => severity === 'high') ? 'danger' : 'warning';
    return html`<a href=${chartAddress(chart.id, 'medications')}
      ><pc-badge tone=${tone} icon="alert">${count(open.length, 'medication alert')}</pc-badge></a
    >`;
  }

  private renderForPrint() {
    const { session } = this.view;
    const unsettled = unsettledCount(this.view);
    const reading = readingWords(this.view);
    return html`<p class="only-print held">
        Printed ${timeInWords(new Date().toISOString())} by ${session.practice.personName}, ${session.practice.name}
      </p>
      ${reading === '' ? nothing : html`<p class="only-print unsettled">NOT THE WHOLE CHART: ${reading} when this was printed.</p>`}
      ${
        unsettled === 0
          ? nothing
          : html`<p class="only-print unsettled">
              ${count(unsettled, 'statement')} in this chart ${unsettled === 1 ? 'is' : 'are'} NOT SETTLED: two values
              were written at the same time and nobody has chosen yet. They are marked below.
            </p>`
      }`;
  }
}

customElements.define('pc-chart-banner', ChartBanner);
declare global {
  interface HTMLElementTagNameMap {
    'pc-chart-banner': ChartBanner;
  }
}
