/**
 * `<pc-value-grid .view .grid .unsettled caption="Results" selected=${key}>`: values by day, to be compared: tests below each other, dates
 * beside each other with the newest first. Ten dates at a time, which a phone scrolls sideways while the names stay. A value fires
 * `pc-open` with its entry's key; arrow keys go from value to value. What a value means (clinical/views/value-grid.ts) is not decided here.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { UnsettledVersions } from '../../clinical/unsettled-words.ts';
import type { GridDay, GridRow, GridValue, ValueGrid as Grid } from '../../clinical/views/value-grid.ts';
import { count } from '../shell/format.ts';
import { base, table } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import { renderPartMark } from './merge-words.ts';
import { flagCode, flagWords } from './result-flag.ts';
import { renderUnsettled } from './unsettled.ts';

/** What stands beside each other on a laptop. */
const daysAtOnce = 10;
/** More tests are shown when asked for: a browser lays out a thousand cells without a pause. */
const rowsAtFirst = 100;

interface Cell {
  readonly day: GridDay;
  readonly values: readonly GridValue[];
}

export class ValueGrid extends LitElement {
  static override properties = {
    view: { attribute: false },
    grid: { attribute: false },
    unsettled: { attribute: false },
    caption: { type: String },
    selected: { type: String },
    from: { state: true },
    showAll: { state: true },
  };
  static override styles = [
    base,
    table,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-xs);
      }
      .dates {
        justify-content: space-between;
      }
      .scroll {
        max-block-size: min(75vh, 60rem);
        overflow: auto;
        scroll-padding: 3rem 0 0 14rem;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
      }
      table {
        inline-size: auto;
        min-inline-size: 100%;
        border-collapse: separate;
        border-spacing: 0;
        font-variant-numeric: tabular-nums;
      }
      caption {
        text-align: start;
      }
      th,
      td {
        padding: var(--wa-space-2xs) var(--wa-space-xs);
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        z-index: 2;
        background: var(--wa-color-surface-default);
        text-align: end;
        vertical-align: bottom;
      }
      thead th:first-child,
      tbody th[scope='row'] {
        position: sticky;
        inset-inline-start: 0;
        z-index: 1;
        min-inline-size: 14rem;
        max-inline-size: 20rem;
        background: var(--wa-color-surface-default);
        border-inline-end: 1px solid var(--wa-color-surface-border);
        text-align: start;
        overflow-wrap: break-word;
      }
      thead th:first-child {
        z-index: 3;
      }
      thead strong {
        display: block;
        color: var(--wa-color-text-normal);
      }
      tbody th[scope='row'] {
        font-size: var(--wa-font-size-s);
        hyphens: auto;
      }
      .unit {
        font-weight: var(--wa-font-weight-normal);
      }
      .group th {
        padding-block-start: var(--wa-space-s);
        background: var(--wa-color-surface-lowered);
        text-align: start;
      }
      .group span {
        position: sticky;
        inset-inline-start: var(--wa-space-xs);
      }
      /* The last date does not swim off to the right where there are few. */
      .rest {
        inline-size: 100%;
        padding: 0;
      }
      td {
        text-align: end;
        white-space: nowrap;
      }
      td.words {
        min-inline-size: 8rem;
        text-align: start;
        white-space: normal;
      }
      tbody tr:hover > * {
        background: var(--wa-color-surface-lowered);
      }
      tbody tr:last-child > * {
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      tbody:last-child tr:last-child > * {
        border-block-end: 0;
      }
      td.marked,
      tbody tr:hover td.marked {
        background: var(--wa-color-warning-fill-quiet);
      }
      button {
        all: unset;
        box-sizing: border-box;
        min-block-size: 1.5rem;
        cursor: pointer;
      }
      button:hover {
        text-decoration: underline;
      }
      button:focus-visible {
        outline: var(--wa-focus-ring);
        outline-offset: 2px;
        border-radius: var(--wa-border-radius-s);
      }
      button.selected {
        box-shadow: 0 2px 0 var(--wa-color-brand-fill-loud);
      }
      .flag {
        padding-inline: 0.25em;
        border: 1px solid var(--wa-color-warning-border-normal);
        border-radius: var(--wa-border-radius-s);
        background: var(--wa-color-warning-fill-quiet);
        color: var(--wa-color-warning-on-quiet);
        font-size: var(--wa-font-size-xs);
        font-weight: var(--wa-font-weight-bold);
      }
      .flag.critical {
        border-color: var(--wa-color-danger-border-normal);
        background: var(--wa-color-danger-fill-quiet);
        color: var(--wa-color-danger-on-quiet);
      }
      .note {
        display: block;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
      }
      @media (max-width: 40rem) {
        .scroll {
          scroll-padding-inline-start: 7.5rem;
        }
        thead th:first-child,
        tbody th[scope='row'] {
          min-inline-size: 7.5rem;
          max-inline-size: 7.5rem;
        }
      }
      @media print {
        .scroll {
          max-block-size: none;
          overflow: visible;
          border: 0;
        }
        thead th,
        tbody th[scope='row'] {
          position: static;
          min-inline-size: 0;
        }
        .flag {
          border-color: currentcolor;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare grid: Grid;
  declare unsettled: UnsettledVersions;
  declare caption: string;
  /** The key of the entry that is open. */
  declare selected: string;
  /** The first of the dates shown. */
  declare private from: number;
  declare private showAll: boolean;

  constructor() {
    super();
    this.grid = { days: [], groups: [], leftOut: { withoutValue: 0, inError: 0 } };
    this.unsettled = new Map();
    this.caption = '';
    this.selected = '';
    this.from = 0;
    this.showAll = false;
  }

  override willUpdate(): void {
    // Days may be fewer than they were.
    this.from = Math.min(this.from, Math.max(0, this.grid.days.length - 1));
  }

  override render() {
    const { days, groups } = this.grid;
    const shown = days.slice(this.from, this.from + daysAtOnce);
    const isShown = (row: GridRow): boolean => shown.some(({ id }) => row.values.has(id));
    const all = groups.flatMap(({ rows }) => rows);
    const inWindow = all.filter(isShown);
    const drawn = new Set(this.showAll ? inWindow : inWindow.slice(0, rowsAtFirst));
    return html`${this.renderDates(shown)}
      <div class="scroll" role="region" tabindex="0" aria-label=${`${this.caption} by date`}>
        <table
          @keydown=${(event: KeyboardEvent) => this.moveFocus(event)}
          @focusin=${(event: FocusEvent) => this.keepPlace(event)}
        >
          <caption class="only-heard">
            ${this.caption} by date, the newest first. ${this.datesInWords(shown)}
          </caption>
          <thead>
            <tr>
              <th scope="col">Test</th>
              ${shown.map((day) => html`<th scope="col">${dayInTwo(day)}</th>`)}
              <td class="rest"></td>
            </tr>
          </thead>
          ${groups.map((group) => {
            const rows = group.rows.filter((row) => drawn.has(row));
            if (rows.length === 0) return nothing;
            return html`<tbody>
              ${
                group.title === ''
                  ? nothing
                  : html`<tr class="group">
                      <th scope="rowgroup" colspan=${shown.length + 2}><span>${group.title}</span></th>
                    </tr>`
              }
              ${rows.map((row) => this.renderRow(row, shown))}
            </tbody>`;
          })}
        </table>
      </div>
      ${
        inWindow.length === drawn.size
          ? nothing
          : html`<wa-button appearance="plain" @click=${() => (this.showAll = true)}
              >Show ${count(inWindow.length - drawn.size, 'more test')}</wa-button
            >`
      }
      ${this.renderLeftOut(all.length - inWindow.length)}`;
  }

  private renderDates(shown: readonly GridDay[]) {
    if (this.grid.days.length <= daysAtOnce) return nothing;
    const isLast = this.from + daysAtOnce >= this.grid.days.length;
    return html`<div class="row dates">
      <span class="quiet" role="status">${this.datesInWords(shown)}</span>
      <span class="row no-print">
        <wa-button size="s" appearance="outlined" ?disabled=${this.from === 0} @click=${() => this.go(-daysAtOnce)}
          ><wa-icon slot="start" name="arrow-left"></wa-icon>Later</wa-button
        >
        <wa-button size="s" appearance="outlined" ?disabled=${isLast} @click=${() => this.go(daysAtOnce)}
          >Earlier<wa-icon slot="end" name="arrow-right"></wa-icon
        ></wa-button>
      </span>
    </div>`;
  }

  private datesInWords(shown: readonly GridDay[]): string {
    const { days } = this.grid;
    if (shown.length === days.length) return count(days.length, 'date');
    return `Dates ${String(this.from + 1)} to ${String(this.from + shown.length)} of ${String(days.length)}`;
  }

  private renderRow({ label, unit, values }: GridRow, shown: readonly GridDay[]) {
    const cells = shown.map((day) => ({ day, values: values.get(day.id) ?? [] }));
    return html`<tr>
      <th scope="row">${label}${unit === '' ? nothing : html` <span class="unit quiet">${unit}</span>`}</th>
      ${cells.map((cell) => this.renderCell(cell))}
      <td class="rest"></td>
    </tr>`;
  }

  private renderCell({ values }: Cell) {
    if (values.length === 0) return html`<td></td>`;
    // What counts stands above what it replaces.
    const ordered = values.toSorted((a, b) => Number(a.replaced) - Number(b.replaced));
    const isMarked = values.some(({ key }) => this.unsettled.has(key));
    const isWords = isMarked || values.some(({ words }) => !/^[<>=≈≤≥]* ?[-\d]/.test(words));
    return html`<td class="${isMarked ? 'marked' : ''} ${isWords ? 'words' : ''}">
      ${ordered.map((value) => this.renderValue(value, values.length > 1))}
    </td>`;
  }

  private renderValue(value: GridValue, isOneOfSeveral: boolean) {
    const { key, full, replaced, corrected, unfinished, time, range } = value;
    const note = replaced ? 'replaced' : corrected ? 'corrected' : unfinished;
    const flag = flagWords(value);
    const heard = [flag, range === '' ? '' : `expected ${range}`].filter((words) => words !== '').join(', ');
    return html`<div>
      ${isOneOfSeveral && time !== '' ? html`<span class="quiet">${time}</span>` : nothing}
      <button
        class=${key === this.selected ? 'selected' : ''}
        title=${[full, heard].filter((words) => words !== '').join(', ')}
        tabindex="-1"
        @click=${() => this.open(key)}
      >
        ${this.renderWords(value)}${
          value.flag === undefined
            ? nothing
            : html` <span class="flag ${value.flag.critical ? 'critical' : ''}" aria-hidden="true"
                >${flagCode(value.flag)}</span
              >`
        }${heard === '' ? nothing : html`<span class="only-heard">, ${heard}</span>`}
      </button>
      ${note === '' ? nothing : html`<span class="note">${note}</span>`} ${renderPartMark(this.view, key)}
    </div>`;
  }

  /** Of what is not settled no version stands alone (AM-5). */
  private renderWords({ key, words, replaced }: GridValue) {
    const versions = this.unsettled.get(key);
    if (versions === undefined) return replaced ? html`<s>${words}</s>` : words;
    return html`${versions === '' ? html`${words} ` : nothing}${renderUnsettled(versions)}`;
  }

  private renderLeftOut(rowsElsewhere: number) {
    const { withoutValue, inError } = this.grid.leftOut;
    const said = [
      rowsElsewhere === 0 ? '' : `${count(rowsElsewhere, 'test has', 'tests have')} values on other dates only`,
      withoutValue === 0
        ? ''
        : `${count(withoutValue, 'entry', 'entries')} without a value of ${withoutValue === 1 ? 'its' : 'their'} own ${withoutValue === 1 ? 'is' : 'are'} in the list`,
      inError === 0
        ? ''
        : `${count(inError, 'entry', 'entries')} entered in error ${inError === 1 ? 'is' : 'are'} in the list`,
    ].filter((words) => words !== '');
    return said.length === 0 ? nothing : html`<p class="quiet">${said.join('. ')}.</p>`;
  }

  /** One value is a stop of the Tab key: the one last left, else the first. */
  override updated(): void {
    const buttons = valuesIn(this.renderRoot);
    if (buttons.length > 0 && !buttons.some(({ tabIndex }) => tabIndex === 0)) this.makeStop(buttons[0]);
  }

  private go(by: number): void {
    this.from = Math.max(0, this.from + by);
    this.showAll = false;
  }

  private open(key: string): void {
    if (getSelection()?.isCollapsed === false) return;
    this.dispatchEvent(new CustomEvent('pc-open', { detail: { key }, bubbles: true, composed: true }));
  }

  private keepPlace(event: FocusEvent): void {
    if (event.target instanceof HTMLButtonElement) this.makeStop(event.target);
  }

  private makeStop(button: HTMLElement | undefined): void {
    for (const other of valuesIn(this.renderRoot)) other.tabIndex = other === button ? 0 : -1;
  }

  private moveFocus(event: KeyboardEvent): void {
    const from = event.target;
    if (!(from instanceof HTMLButtonElement)) return;
    const next = this.nextOf(from, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }

  private nextOf(from: HTMLElement, key: string): HTMLElement | undefined {
    const row = from.closest('tr');
    const cell = from.closest('td');
    if (row === null || cell === null) return undefined;
    const inRow = valuesIn(row);
    const inCell = valuesIn(cell);
    const rows = [...this.renderRoot.querySelectorAll('tbody tr')].filter((each) => valuesIn(each).length > 0);
    const step = key === 'ArrowDown' ? 1 : -1;
    switch (key) {
      case 'ArrowRight':
        return inRow.find((button) => cellIndex(button) > cellIndex(from));
      case 'ArrowLeft':
        return inRow.findLast((button) => cellIndex(button) < cellIndex(from));
      case 'Home':
        return inRow[0];
      case 'End':
        return inRow.at(-1);
      case 'ArrowDown':
      case 'ArrowUp': {
        const within = inCell[inCell.indexOf(from) + step];
        const to = rows[rows.indexOf(row) + step];
        if (within !== undefined || to === undefined) return within;
        const away = (button: HTMLElement): number => Math.abs(cellIndex(button) - cellIndex(from));
        return valuesIn(to).toSorted((a, b) => away(a) - away(b))[0];
      }
      default:
        return undefined;
    }
  }
}

function valuesIn(place: ParentNode): readonly HTMLElement[] {
  return [...place.querySelectorAll('button')];
}

function cellIndex(button: HTMLElement): number {
  return button.closest('td')?.cellIndex ?? -1;
}

/** "20 Oct" over "2020", so that many stand beside each other. */
function dayInTwo({ words }: GridDay) {
  if (words === '') return 'No date';
  const [, day, year] = /^(.+) (\d{4})$/.exec(words) ?? [];
  return day === undefined ? html`<strong>${words}</strong>` : html`<strong>${day}</strong> ${year}`;
}

customElements.define('pc-value-grid', ValueGrid);
declare global {
  interface HTMLElementTagNameMap {
    'pc-value-grid': ValueGrid;
  }
}
