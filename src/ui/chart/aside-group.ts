/**
 * `<pc-aside-group .view .rows .chosen .along .canChoose>`: what one author wrote in one section and what was set aside of it, act by act.
 * Fires `pc-choose` with ids and whether they are chosen now.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { EntryHash } from '../../base/ids.ts';
import type { SetAsideRow } from '../../app/charts/chart-acts.ts';
import '../shell/badge.ts';
import { count, timeInWords } from '../shell/format.ts';
import { base, card } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import './aside-change.ts';
import type { ChartView } from './chart-view.ts';
import { asideWords, personWords, practiceWords } from './review-words.ts';

/** More are shown when asked for: each is a list of its own. */
const rowsAtFirst = 50;

declare global {
  interface HTMLElementEventMap {
    'pc-choose': CustomEvent<{ readonly ids: readonly EntryHash[]; readonly on: boolean }>;
  }
}

export class AsideGroup extends LitElement {
  static override properties = {
    view: { attribute: false },
    rows: { attribute: false },
    chosen: { attribute: false },
    along: { attribute: false },
    canChoose: { attribute: false },
    showAll: { state: true },
  };
  static override styles = [
    base,
    card,
    css`
      .card {
        padding: 0;
      }
      header,
      li {
        padding: var(--wa-space-s) var(--wa-space-m);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        justify-content: space-between;
        gap: var(--wa-space-2xs) var(--wa-space-s);
      }
      header > div {
        flex: 1 1 20rem;
      }
      li {
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      li.chosen {
        background: var(--wa-color-brand-fill-quiet);
        box-shadow: inset 3px 0 0 var(--wa-color-brand-fill-loud);
      }
      .when {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-2xs) var(--wa-space-xs);
        margin-block-end: var(--wa-space-2xs);
      }
      li.choosable pc-aside-change,
      li.choosable .needs {
        padding-inline-start: 1.75rem;
      }
      .needs {
        margin-block-start: var(--wa-space-2xs);
      }
      @media (max-width: 40rem) {
        li.choosable pc-aside-change,
        li.choosable .needs {
          padding-inline-start: 0;
        }
      }
    `,
  ];

  declare view: ChartView;
  /** At least one; all of one author, section and reason. */
  declare rows: readonly SetAsideRow[];
  declare chosen: ReadonlySet<EntryHash>;
  declare along: ReadonlySet<EntryHash>;
  declare canChoose: boolean;
  declare private showAll: boolean;

  constructor() {
    super();
    this.showAll = false;
  }

  override render() {
    const [first] = this.rows;
    if (first === undefined) return nothing;
    const shown = this.showAll ? this.rows : this.rows.slice(0, rowsAtFirst);
    const left = this.rows.length - shown.length;
    const words = asideWords[first.reason];
    const who = personWords(first) || 'Somebody unknown';
    const all = this.rows.every(({ id }) => this.chosen.has(id));
    return html`<section class="card" aria-label=${`${who}: ${sectionWords[first.section]}`}>
      <header>
        <div>
          <h3>${who} <pc-badge>${sectionWords[first.section]}</pc-badge></h3>
          <p class="quiet">${words.why(practiceWords(this.view.session, first))} ${words.todo}</p>
        </div>
        ${
          this.canChoose && this.rows.length > 1
            ? html`<wa-button size="s" appearance="outlined" @click=${() => this.choose(this.rows, !all)}
                >${all ? 'Choose none' : `Choose all ${String(this.rows.length)}`}</wa-button
              >`
            : nothing
        }
      </header>
      <ul>
        ${shown.map((row) => this.renderRow(row))}
      </ul>
      ${
        left === 0
          ? nothing
          : html`<wa-button appearance="plain" @click=${() => (this.showAll = true)}>Show ${left} more</wa-button>`
      }
    </section>`;
  }

  private renderRow(row: SetAsideRow) {
    const when = row.at === undefined ? 'Time not known' : timeInWords(row.at);
    const isChosen = this.chosen.has(row.id);
    const needs = row.needs.length;
    return html`<li class="${this.canChoose ? 'choosable' : ''} ${isChosen ? 'chosen' : ''}">
      <div class="when">
        ${
          this.canChoose
            ? html`<wa-checkbox ?checked=${isChosen} @change=${() => this.choose([row], !isChosen)}
                >${when}</wa-checkbox
              >`
            : html`<span>${when}</span>`
        }
        ${row.entries > 1 ? html`<span class="quiet">${count(row.entries, 'change')} in one act</span>` : nothing}
        ${this.along.has(row.id) ? html`<pc-badge tone="info" icon="link">Comes along</pc-badge>` : nothing}
        ${
          row.hidden
            ? html`<wa-button size="s" appearance="plain" @click=${() => void this.view.chart.unhide([row.id])}
                >Show again</wa-button
              >`
            : nothing
        }
      </div>
      <pc-aside-change .view=${this.view} .preview=${row.preview}></pc-aside-change>
      ${
        needs === 0
          ? nothing
          : html`<p class="quiet needs">
              Builds on ${count(needs, 'other act', 'other acts')} that ${needs === 1 ? 'was' : 'were'} set aside:
              ${needs === 1 ? 'it comes' : 'they come'} along.
            </p>`
      }
    </li>`;
  }

  private choose(rows: readonly SetAsideRow[], on: boolean): void {
    const detail = { ids: rows.map(({ id }) => id), on };
    this.dispatchEvent(new CustomEvent('pc-choose', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('pc-aside-group', AsideGroup);
declare global {
  interface HTMLElementTagNameMap {
    'pc-aside-group': AsideGroup;
  }
}
