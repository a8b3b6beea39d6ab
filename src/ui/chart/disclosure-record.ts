/**
 * `<pc-disclosure-record .view>`: who could read or write what of this chart, from when to when, and who gave it: sorted by a
 * press on a column's head, all of it or what holds now, as a file or on paper.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '../shell/badge.ts';
import { typedValue } from '../shell/fields.ts';
import { timeInWords } from '../shell/format.ts';
import { saveFile } from '../shell/save-file.ts';
import { base, rowsAsBlocks, table } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import type { ChartView } from './chart-view.ts';
import {
  disclosuresOf,
  sortedDisclosures,
  type Disclosure,
  type DisclosureColumn,
  type DisclosureOrder,
} from './disclosure.ts';
import { personWords } from './review-words.ts';
import { rightWords } from './words.ts';

const heads: readonly { readonly label: string; readonly by?: DisclosureColumn }[] = [
  { label: 'Practice', by: 'practiceName' },
  { label: 'What' },
  { label: 'May' },
  { label: 'From', by: 'from' },
  { label: 'Until', by: 'until' },
  { label: 'Given by' },
  { label: 'Ended', by: 'ended' },
];

export class DisclosureRecord extends LitElement {
  static override properties = {
    view: { attribute: false },
    order: { state: true },
    onlyNow: { state: true },
  };
  static override styles = [
    base,
    table,
    css`
      :host {
        container: record / inline-size;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        justify-content: space-between;
        gap: var(--wa-space-xs) var(--wa-space-m);
        margin-block-end: var(--wa-space-xs);
      }
      .frame {
        /* Keeps the head, which is only heard on a phone, from widening the page. */
        position: relative;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      button {
        all: unset;
        cursor: pointer;
        display: inline-flex;
        align-items: center;
        gap: var(--wa-space-2xs);
      }
      button:focus-visible {
        outline: var(--wa-focus-ring);
        outline-offset: 2px;
        border-radius: var(--wa-border-radius-s);
      }
      [aria-sort='ascending'] button,
      [aria-sort='descending'] button {
        color: var(--wa-color-text-normal);
        font-weight: var(--wa-font-weight-bold);
      }
      .past {
        color: var(--wa-color-text-quiet);
      }
      td {
        overflow-wrap: anywhere;
      }
      .roomy {
        min-inline-size: 9rem;
      }
      .none {
        padding: var(--wa-space-s);
      }
      @container record (max-width: 46rem) {
        ${rowsAsBlocks}
      }
    `,
  ];

  declare view: ChartView;
  declare private order: DisclosureOrder;
  declare private onlyNow: boolean;

  constructor() {
    super();
    this.order = { by: 'from', descending: true };
    this.onlyNow = false;
  }

  override render() {
    const all = disclosuresOf(this.view.chart.sharing, new Date());
    const rows = sortedDisclosures(this.onlyNow ? all.filter(({ isCurrent }) => isCurrent) : all, this.order);
    return html`<div class="head">
        <div>
          <h2>Record of disclosure</h2>
          <p class="quiet">Who could read or write what of this chart, from when to when, and who gave it.</p>
        </div>
        <div class="row no-print">
          <form autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
            <wa-radio-group
              size="s"
              orientation="horizontal"
              label="Shown"
              value=${this.onlyNow ? 'now' : 'all'}
              @change=${(event: Event) => (this.onlyNow = typedValue(event) === 'now')}
            >
              <wa-radio value="all" appearance="button">All</wa-radio>
              <wa-radio value="now" appearance="button">Now</wa-radio>
            </wa-radio-group>
          </form>
          <wa-button size="s" appearance="outlined" @click=${() => print()}
            ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
          >
          <wa-button size="s" appearance="outlined" @click=${() => void this.exportFile()}
            ><wa-icon slot="start" name="download"></wa-icon>Export</wa-button
          >
        </div>
      </div>
      <div class="frame">
        <table role="table">
          <caption class="only-heard">
            Record of disclosure
          </caption>
          <thead role="rowgroup">
            <tr role="row">
              ${heads.map(({ label, by }) => this.renderHead(label, by))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${rows.map((row) => renderRow(row))}
          </tbody>
        </table>
        ${
          rows.length === 0
            ? html`<p class="none quiet">
                ${all.length === 0 ? 'Nobody was ever given anything of this chart.' : 'Nobody else may read it now.'}
              </p>`
            : nothing
        }
      </div>`;
  }

  private renderHead(label: string, by: DisclosureColumn | undefined) {
    const isSorted = by === this.order.by;
    const direction = this.order.descending ? 'descending' : 'ascending';
    return html`<th role="columnheader" scope="col" aria-sort=${isSorted ? direction : nothing}>
      ${
        by === undefined
          ? label
          : html`<button @click=${() => this.sortBy(by)}>
              ${label}${isSorted ? html`<span aria-hidden="true">${this.order.descending ? '↓' : '↑'}</span>` : nothing}
            </button>`
      }
    </th>`;
  }

  private sortBy(by: DisclosureColumn): void {
    this.order = { by, descending: by === this.order.by ? !this.order.descending : by !== 'practiceName' };
  }

  private async exportFile(): Promise<void> {
    const made = await this.view.session.exportDisclosure(this.view.chart.id);
    if (made.ok) saveFile(made.value.fileName, new Blob([made.value.text], { type: 'text/csv' }));
  }
}

function renderRow(row: Disclosure) {
  const { practiceName, sections, right, from, until, grantedBy, isCurrent } = row;
  return html`<tr role="row" class=${isCurrent ? '' : 'past'}>
    <th role="rowheader" scope="row">${practiceName === '' ? 'A practice not known here' : practiceName}</th>
    <td role="cell" data-label="What" class="roomy">${sections.map((section) => sectionWords[section]).join(', ')}</td>
    <td role="cell" data-label="May" class="tight">${rightWords[right]}</td>
    <td role="cell" data-label="From" class="tight">${timeInWords(from)}</td>
    <td role="cell" data-label="Until" class="tight">${until === undefined ? 'no end' : timeInWords(until)}</td>
    <td role="cell" data-label="Given by" class="roomy">
      <span>${grantedBy.personName} <span class="quiet">${grantedBy.practiceName}</span></span>
    </td>
    <td role="cell" data-label="Ended" class="roomy"><span>${renderEnd(row)}</span></td>
  </tr>`;
}

function renderEnd({ ended, endedBy, endedAs, undone, until, isCurrent }: Disclosure) {
  if (undone) {
    return html`<pc-badge tone="warning" icon="undo">Undone</pc-badge>
      <span class="quiet">given without the right to give it; what was read meanwhile was read</span>`;
  }
  if (ended !== undefined) {
    const by = endedBy === undefined ? '' : personWords(endedBy);
    const how = endedAs === 'changed' ? ', for another right or end date' : '';
    return html`${timeInWords(ended)}<span class="quiet">${by === '' ? '' : ` by ${by}`}${how}</span>`;
  }
  if (!isCurrent && until !== undefined) return html`<span class="quiet">its end date has come</span>`;
  return html`<span class="quiet">goes on</span>`;
}

customElements.define('pc-disclosure-record', DisclosureRecord);
declare global {
  interface HTMLElementTagNameMap {
    'pc-disclosure-record': DisclosureRecord;
  }
}
