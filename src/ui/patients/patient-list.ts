/**
 * `<pc-patient-list .session .charts>`: any number of patients, of which only the rows in sight are on the page. Arrow keys,
 * Page Up and Down, Home and End move; each row is a link to its chart.
 */
import { LitElement, css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChartSummary, Session } from '../../app/session.ts';
import '../shell/badge.ts';
import { ageInWords, dateInWords, whenInWords } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import { chartStates, sexInWords } from './words.ts';

/** Rows drawn beyond either edge, so that a fast scroll shows no gap. */
const spareRows = 12;
/** Must match the heights in the sheet below. */
const wideRowPx = 44;
const narrowRowPx = 76;
const isNarrow = matchMedia('(max-width: 40rem)');

export class PatientList extends LitElement {
  static override properties = {
    session: { attribute: false },
    charts: { attribute: false },
    firstRow: { state: true },
    rowsInSight: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        overflow: auto;
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow-anchor: none;
      }
      .row {
        position: relative;
        display: grid;
        grid-template-columns: minmax(11rem, 2fr) 9.5rem 4.5rem minmax(6rem, 1fr) minmax(8rem, 4fr);
        align-items: center;
        gap: var(--wa-space-s);
        block-size: 44px;
        padding-inline: var(--wa-space-s);
        border-block-end: 1px solid var(--wa-color-surface-border);
        overflow: hidden;
      }
      .row > * {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .head {
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        block-size: 32px;
        background: var(--wa-color-surface-default);
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
      }
      a {
        color: inherit;
        font-weight: var(--wa-font-weight-bold);
        text-decoration: none;
      }
      a::after {
        content: '';
        position: absolute;
        inset: 0;
      }
      .row:not(.head):hover {
        background: var(--wa-color-surface-lowered);
      }
      a:focus-visible {
        outline: none;
      }
      .row:has(a:focus-visible) {
        outline: var(--wa-focus-ring);
        outline-offset: -2px;
      }
      .states {
        display: flex;
        gap: var(--wa-space-2xs);
      }
      .states pc-badge {
        flex: 0 1 auto;
        min-inline-size: 3rem;
      }
      .states pc-badge:first-child {
        flex-shrink: 0;
      }
      @media (max-width: 60rem) and (min-width: 40.01rem) {
        .row {
          grid-template-columns: minmax(10rem, 3fr) minmax(8.5rem, 1.4fr) 4rem minmax(8rem, 3fr);
        }
        .identifier {
          display: none;
        }
      }
      @media (max-width: 40rem) {
        .head {
          display: none;
        }
        .row {
          grid-template: auto auto auto / auto 1fr;
          align-content: center;
          gap: 0 var(--wa-space-xs);
          block-size: 76px;
        }
        .name,
        .states {
          grid-column: 1 / -1;
        }
        .birth,
        .sex {
          color: var(--wa-color-text-quiet);
          font-size: var(--wa-font-size-s);
        }
        .identifier {
          display: none;
        }
      }
    `,
  ];

  declare session: Session;
  declare charts: readonly ChartSummary[];
  declare private firstRow: number;
  declare private rowsInSight: number;
  private readonly resized = new ResizeObserver(() => this.measure());
  /** The row that takes the focus once it is drawn. */
  private rowToFocus: number | undefined;

  constructor() {
    super();
    this.charts = [];
    this.firstRow = 0;
    this.rowsInSight = 40;
    this.addEventListener('scroll', () => this.measure(), { passive: true });
    this.addEventListener('keydown', (event) => this.moveFocus(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    this.resized.disconnect();
    super.disconnectedCallback();
  }

  /** The first row takes the focus: Down from the search field. */
  focusFirst(): void {
    this.focusRow(0);
  }

  override render() {
    const from = Math.max(0, this.firstRow - spareRows);
    const shown = this.charts.slice(from, this.firstRow + this.rowsInSight + spareRows);
    return html`<div role="table" aria-label="Patients" aria-rowcount=${this.charts.length + 1}>
      <div role="rowgroup">
        <div class="row head" role="row" aria-rowindex="1">
          <span role="columnheader">Name</span><span role="columnheader">Birth date</span
          ><span role="columnheader">Sex</span><span role="columnheader" class="identifier">Identifier</span
          ><span role="columnheader">State</span>
        </div>
      </div>
      <div role="rowgroup">
        <div class="before" role="presentation"></div>
        ${repeat(
          shown,
          (chart) => chart.id,
          (chart, index) => this.renderRow(chart, from + index),
        )}
        <div class="after" role="presentation"></div>
      </div>
    </div>`;
  }

  override updated(): void {
    const from = Math.max(0, this.firstRow - spareRows);
    const to = Math.min(this.charts.length, this.firstRow + this.rowsInSight + spareRows);
    this.stretch('.before', from);
    this.stretch('.after', this.charts.length - to);
    if (this.rowToFocus !== undefined) {
      this.renderRoot
        .querySelector<HTMLElement>(`[data-row="${String(this.rowToFocus)}"]`)
        ?.focus({ preventScroll: true });
      this.rowToFocus = undefined;
    }
  }

  private renderRow(chart: ChartSummary, row: number) {
    const now = new Date();
    const age = ageInWords(chart.birthDate, now);
    return html`<div class="row" role="row" aria-rowindex=${row + 2}>
      <span role="cell" class="name"
        ><a href=${chartAddress(chart.id)} data-row=${row}
          >${chart.name === '' ? 'No name recorded' : chart.name}</a
        ></span
      >
      <span role="cell" class="birth"
        >${dateInWords(chart.birthDate)}${age === '' ? '' : html` <span class="quiet">${age}</span>`}</span
      >
      <span role="cell" class="sex">${sexInWords(chart.sex)}</span>
      <span role="cell" class="identifier">${chart.identifier ?? ''}</span>
      <span
        role="cell"
        class="states"
        title=${chart.changedAt === undefined ? '' : `Changed ${whenInWords(chart.changedAt, now)}`}
        >${chartStates(this.session, chart).map(
          (state) => html`<pc-badge tone=${state.tone} icon=${state.icon}>${state.text}</pc-badge>`,
        )}</span
      >
    </div>`;
  }

  /** Through the style object: the policy allows that, and refuses a style attribute. */
  private stretch(selector: string, rows: number): void {
    const spacer = this.renderRoot.querySelector<HTMLElement>(selector);
    if (spacer !== null) spacer.style.blockSize = `${String(rows * this.rowPx)}px`;
  }

  private get rowPx(): number {
    return isNarrow.matches ? narrowRowPx : wideRowPx;
  }

  private measure(): void {
    this.firstRow = Math.floor(this.scrollTop / this.rowPx);
    this.rowsInSight = Math.ceil(this.clientHeight / this.rowPx);
  }

  private moveFocus(event: KeyboardEvent): void {
    const focused = this.shadowRoot?.activeElement;
    const here = focused instanceof HTMLElement ? Number(focused.dataset['row']) : Number.NaN;
    if (Number.isNaN(here)) return;
    const page = Math.max(1, this.rowsInSight - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: this.charts.length - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0 && event.key === 'ArrowUp') {
      this.dispatchEvent(new CustomEvent('pc-leave-list', { bubbles: true, composed: true }));
      return;
    }
    this.focusRow(Math.min(this.charts.length - 1, Math.max(0, next)));
  }

  private focusRow(row: number): void {
    const top = row * this.rowPx;
    const headPx = isNarrow.matches ? 0 : 32;
    if (top < this.scrollTop) this.scrollTop = top;
    const bottom = top + this.rowPx + headPx;
    if (bottom > this.scrollTop + this.clientHeight) this.scrollTop = bottom - this.clientHeight;
    this.rowToFocus = row;
    this.measure();
    this.requestUpdate();
  }
}

customElements.define('pc-patient-list', PatientList);
declare global {
  interface HTMLElementTagNameMap {
    'pc-patient-list': PatientList;
  }
  interface HTMLElementEventMap {
    'pc-leave-list': CustomEvent;
  }
}
