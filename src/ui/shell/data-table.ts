/**
 * `<pc-data-table caption="Medications" .columns=${columns} .rows=${rows} .keyOf=${keyOf}>`: rows to compare.
 *
 * Arrow keys, Home and End move between rows; with `opens`, Enter or a click fires `pc-open` with the row's key.
 * On a phone each row becomes a block with its labels, those without a value left out. `marked` rows are unsettled: amber, also in print.
 */
import { LitElement, css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, rowsAsBlocks, table } from './styles.ts';

export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => unknown;
  readonly number?: boolean;
  /** Kept on one line: dates, states. */
  readonly tight?: boolean;
  /** Not squeezed by a long name beside it: doses. */
  readonly roomy?: boolean;
  /** Left out on a phone, and while a panel stands beside the table. */
  readonly wideOnly?: boolean;
  /** On a phone it stands beside the row's name and needs no label: the one value of a measurement. */
  readonly besideName?: boolean;
  /** Left out where no row has anything in it: what is said of few. */
  readonly onlyIfAny?: boolean;
}

declare global {
  interface HTMLElementEventMap {
    'pc-open': CustomEvent<{ readonly key: string }>;
  }
}

// A template binds rows of any type; the columns given beside them know which.
type AnyRow = never;

export class DataTable extends LitElement {
  static override properties = {
    caption: { type: String },
    columns: { attribute: false },
    rows: { attribute: false },
    keyOf: { attribute: false },
    marked: { attribute: false },
    faded: { attribute: false },
    noteOf: { attribute: false },
    selected: { type: String },
    opens: { type: Boolean },
  };
  static override styles = [
    base,
    table,
    css`
      :host {
        container: table / inline-size;
      }
      caption {
        text-align: start;
      }
      .open {
        all: unset;
        cursor: pointer;
        font-weight: var(--wa-font-weight-bold);
      }
      .open:focus-visible {
        outline: var(--wa-focus-ring);
        outline-offset: 2px;
        border-radius: var(--wa-border-radius-s);
      }
      tr.opens {
        cursor: pointer;
      }
      tr.opens:hover,
      tr.selected {
        background: var(--wa-color-surface-lowered);
      }
      tr.selected {
        box-shadow: inset 3px 0 0 var(--wa-color-brand-fill-loud);
      }
      tr.marked {
        background: var(--wa-color-warning-fill-quiet);
        box-shadow: inset 3px 0 0 var(--wa-color-warning-border-normal);
      }
      /* What stands in for a name is none. */
      th[scope='row'] .quiet {
        font-weight: var(--wa-font-weight-normal);
      }
      tr.faded td,
      tr.faded th {
        color: var(--wa-color-text-quiet);
      }
      @container table (max-width: 44rem) {
        .wide-only {
          display: none;
        }
      }
      @media (max-width: 40rem) {
        ${rowsAsBlocks}
        td.blank,
        .wide-only {
          display: none;
        }
        tr {
          display: grid;
          grid-template-columns: minmax(0, 1fr) auto;
          column-gap: var(--wa-space-s);
        }
        tr > * {
          grid-column: 1 / -1;
        }
        tr:has(> .beside-name) > th {
          grid-column: 1;
        }
        td.beside-name {
          grid-column: 2;
          grid-row: 1;
          font-weight: var(--wa-font-weight-bold);
        }
        td.beside-name::before {
          display: none;
        }
      }
    `,
  ];

  declare caption: string;
  declare columns: readonly Column<AnyRow>[];
  declare rows: readonly AnyRow[];
  declare keyOf: (row: AnyRow) => string;
  declare marked: ((row: AnyRow) => boolean) | undefined;
  declare faded: ((row: AnyRow) => boolean) | undefined;
  /** A line under the row's name. */
  declare noteOf: ((row: AnyRow) => unknown) | undefined;
  declare selected: string;
  declare opens: boolean;

  constructor() {
    super();
    this.caption = '';
    this.columns = [];
    this.rows = [];
    this.keyOf = () => '';
    this.selected = '';
    this.opens = false;
  }

  override render() {
    const columns = this.columns.filter(
      ({ onlyIfAny, cell }) => onlyIfAny !== true || this.rows.some((row) => !isBlank(cell(row))),
    );
    return html`<table role="table" @keydown=${(event: KeyboardEvent) => this.moveFocus(event)}>
      <caption class="only-heard">
        ${this.caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(
            (column) =>
              html`<th role="columnheader" scope="col" class=${classesOf(column)}>
                ${column.label === '' ? html`<span class="only-heard">More</span>` : column.label}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(
          this.rows,
          (row) => this.keyOf(row),
          (row, index) => this.renderRow(row, index, columns),
        )}
      </tbody>
    </table>`;
  }

  private renderRow(row: AnyRow, index: number, columns: readonly Column<AnyRow>[]) {
    const key = this.keyOf(row);
    const classes = [
      this.opens ? 'opens' : '',
      key === this.selected ? 'selected' : '',
      this.marked?.(row) === true ? 'marked' : '',
      this.faded?.(row) === true ? 'faded' : '',
    ].join(' ');
    return html`<tr role="row" class=${classes} @click=${this.opens ? () => this.open(key) : nothing}>
      ${columns.map((column, place) => {
        const value = column.cell(row);
        return place === 0
          ? html`<th role="rowheader" scope="row" class=${classesOf(column)}>
              ${this.opens ? html`<button class="open" tabindex=${index === 0 ? 0 : -1}>${value}</button>` : value}
              ${this.noteOf?.(row)}
            </th>`
          : html`<td
              role="cell"
              class="${classesOf(column)} ${isBlank(value) ? 'blank' : ''}"
              data-label=${column.label === '' ? nothing : column.label}
            >
              ${value}
            </td>`;
      })}
    </tr>`;
  }

  private open(key: string): void {
    // Selecting text in a row is reading, not opening.
    if (getSelection()?.isCollapsed === false) return;
    this.dispatchEvent(new CustomEvent('pc-open', { detail: { key }, bubbles: true, composed: true }));
  }

  private moveFocus(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('.open')];
    const here = buttons.findIndex((button) => button.matches(':focus'));
    if (here < 0) return;
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
    const target = next === undefined ? undefined : buttons[next];
    if (target === undefined) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
    target.focus();
  }
}

function isBlank(value: unknown): boolean {
  return value === '' || value === undefined || value === nothing;
}

function classesOf({ number, wideOnly, tight, roomy, besideName }: Column<AnyRow>): string {
  const classes = { number, 'wide-only': wideOnly, tight, roomy, 'beside-name': besideName };
  return Object.entries(classes)
    .filter(([, given]) => given === true)
    .map(([name]) => name)
    .join(' ');
}

customElements.define('pc-data-table', DataTable);
declare global {
  interface HTMLElementTagNameMap {
    'pc-data-table': DataTable;
  }
}
