/**
 * `<pc-topic-page .view .topic>`: one topic of a chart: what is unsettled first, then the groups of rows, and beside them
 * the form or the entry that is open. Which rows and columns: topics.ts.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { chartSections } from '../../base/sections.ts';
import { checkChart } from '../../clinical/checks/medication-check.ts';
import { contradictions, conflictViews, type ConflictView } from '../../clinical/conflict-view.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import type { DocumentRow } from '../../clinical/views/documents.ts';
import type { Row } from '../../clinical/views/row.ts';
import { resultGrid, vitalGrid } from '../../clinical/views/value-grid.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { typedValue } from '../shell/fields.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { base, card, page } from '../shell/styles.ts';
import { fileWords, stateWords } from './attached-words.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';
import './check-report.ts';
import './conflict-card.ts';
import './document-form.ts';
import './edit-form.ts';
import './growth-chart.ts';
import { addForms, type AddFormName } from './forms.ts';
import { emptyWords } from './list-words.ts';
import { renderPartMark } from './merge-words.ts';
import './row-panel.ts';
import { renderSectionNotices } from './section-notices.ts';
import { renderUnsettled, unsettledWords } from './unsettled.ts';
import { standsOn } from './topic-conflicts.ts';
import { isNoneKnown, topicOf, topics, type Topic, type TopicGroup, type TopicName } from './topics.ts';
import './value-grid.ts';
import './vital-trends.ts';

/** More rows than this are shown when asked for: a browser lays out a few hundred at once without a pause. */
const rowsAtFirst = 200;

export class TopicPage extends LitElement {
  static override properties = {
    view: { attribute: false },
    topic: { attribute: false },
    openKey: { state: true },
    adding: { state: true },
    showAll: { state: true },
    asGrid: { state: true },
  };
  static override styles = [
    base,
    page,
    card,
    css`
      :host {
        max-inline-size: none;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--wa-space-l);
        align-items: start;
      }
      .columns.beside {
        grid-template-columns: minmax(0, 1fr) minmax(18rem, var(--pc-form-width));
      }
      aside {
        position: sticky;
        inset-block-start: 0;
        max-block-size: 100%;
      }
      .list {
        display: grid;
        gap: var(--wa-space-l);
        max-inline-size: 80rem;
      }
      .group h3 {
        margin-block-end: var(--wa-space-xs);
        font-size: var(--wa-font-size-l);
      }
      .group h3 span {
        font-weight: var(--wa-font-weight-normal);
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      .stack {
        gap: var(--wa-space-s);
      }
      .shown-as::part(form-control-label) {
        position: absolute;
        clip-path: inset(50%);
      }
      @media (max-width: 64rem) {
        .columns.beside {
          grid-template-columns: minmax(0, 1fr);
        }
        aside {
          order: -1;
          position: static;
        }
      }
      @media print {
        aside {
          display: none;
        }
        .columns.beside {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare view: ChartView;
  declare topic: TopicName;
  declare private openKey: ResourceKey | undefined;
  declare private adding: AddFormName | 'document' | undefined;
  declare private showAll: boolean;
  /** What is compared (results, vital signs) by date instead of as a list; kept from page to page. */
  declare private asGrid: boolean;
  /** Where the focus was when the panel opened. */
  private focusBefore: HTMLElement | undefined;

  constructor() {
    super();
    this.showAll = false;
    this.asGrid = false;
    new Keys(this, [{ keys: 'n', label: 'Add to this page', run: () => this.add(this.addable) }]);
    this.addEventListener('pc-open', (event) => {
      event.stopPropagation();
      this.focusBefore = this.focusedPart();
      this.adding = undefined;
      this.openKey = event.detail.key;
    });
    this.addEventListener('pc-close', (event) => {
      event.stopPropagation();
      this.closePanel();
    });
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && this.hasPanel) this.closePanel();
    });
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('topic')) return;
    this.openKey = undefined;
    this.adding = undefined;
    this.showAll = false;
  }

  override render() {
    const topic = topicOf(this.topic);
    const groups = topic.groups(this.view.record).filter((group) => group.rows.length > 0);
    return html`<pc-page-header within heading=${topic.label}>${this.renderActions(topic, groups)}</pc-page-header>
      <div class="columns ${this.hasPanel ? 'beside' : ''}">
        <div class="list">
          ${this.renderNotices(topic, groups)} ${this.renderEmpty(topic)}
          ${
            this.topic === 'vitals'
              ? html`<pc-growth-chart .view=${this.view}></pc-growth-chart>
                  <pc-vital-trends .view=${this.view}></pc-vital-trends>`
              : nothing
          }
          ${
            this.topic === 'medications'
              ? html`<pc-check-report
                  answerable
                  .view=${this.view}
                  .check=${checkChart(this.view.record)}
                ></pc-check-report>`
              : nothing
          }
          ${groups.map((group) => (isCompared(topic) ? this.renderCompared(topic, group) : this.renderGroup(topic, group)))}
        </div>
        ${this.renderPanel()}
      </div>`;
  }

  private get hasPanel(): boolean {
    return this.openKey !== undefined || this.adding !== undefined;
  }

  private renderActions(topic: Topic, groups: readonly TopicGroup[]) {
    if (!mustGetSection(this.view, topic.section).canWrite) return nothing;
    const { none } = topic;
    const add = this.addable;
    const isEmpty = groups.every((group) => group.rows.every((row) => row.enteredInError || isNoneKnown(row)));
    const hasStatement = groups.some((group) => group.rows.some((row) => isNoneKnown(row) && !row.enteredInError));
    return html`${
      none !== undefined && isEmpty && !hasStatement
        ? html`<wa-button slot="actions" appearance="outlined" @click=${() => this.add(none)}
            >${addForms[none].heading} …</wa-button
          >`
        : nothing
    }
    ${
      add === undefined
        ? nothing
        : html`<wa-button slot="actions" variant="brand" @click=${() => this.add(add)}
            ><wa-icon slot="start" name="plus"></wa-icon
            >${add === 'document' ? 'Add a document' : addForms[add].heading}</wa-button
          >`
    }
    ${(topic.addMore ?? []).map(
      (form) =>
        html`<wa-button slot="actions" appearance="outlined" @click=${() => this.add(form)}
          >${addForms[form].heading}</wa-button
        >`,
    )}`;
  }

  private renderNotices(topic: Topic, groups: readonly TopicGroup[]) {
    const conflicts = this.conflictsOn(topic, groups);
    return html`${renderSectionNotices(this.view, topic.section)}
    ${
      conflicts.length === 0
        ? nothing
        : html`<section class="stack" aria-label="To settle">
            ${conflicts.map((conflict) => html`<pc-conflict-card .view=${this.view} .conflict=${conflict}></pc-conflict-card>`)}
          </section>`
    }`;
  }

  private conflictsOn(topic: Topic, groups: readonly TopicGroup[]): readonly ConflictView[] {
    const { record } = this.view;
    const own = keysOf(groups);
    let others: ReadonlySet<ResourceKey> | undefined;
    const elsewhere = () =>
      (others ??= keysOf(topics.filter(({ name }) => name !== topic.name).flatMap((other) => other.groups(record))));
    return chartSections.flatMap((section) => {
      const isFirst = topics.find((other) => other.section === section)?.name === topic.name;
      const all = [
        ...conflictViews(record, section, mustGetSection(this.view, section).conflicts),
        ...contradictions(record, section),
      ];
      return all.filter((conflict) => standsOn(conflict, { own, isFirst, elsewhere }));
    });
  }

  private renderEmpty(topic: Topic) {
    const words = emptyWords(this.view, topic.name, topic.section, topic.few);
    if (words === undefined) return nothing;
    return html`<pc-empty-state icon="info" heading=${words.heading}
      >${words.canBegin ? topic.belongsHere : ''} ${words.text}</pc-empty-state
    >`;
  }

  /** What clinicians compare from date to date: as a list, or side by side. */
  private renderCompared(topic: Topic & { readonly name: keyof typeof grids }, group: TopicGroup) {
    const choice = html`<wa-radio-group
      class="shown-as no-print"
      size="s"
      orientation="horizontal"
      label=${`${topic.label}, shown as`}
      .value=${this.asGrid ? 'grid' : 'list'}
      @change=${(event: Event) => (this.asGrid = typedValue(event) === 'grid')}
    >
      <wa-radio appearance="button" value="list">List</wa-radio>
      <wa-radio appearance="button" value="grid">Grid</wa-radio>
    </wa-radio-group>`;
    if (!this.asGrid) return html`<div class="stack">${choice}${this.renderGroup(topic, group)}</div>`;
    return html`<div class="stack">
      ${choice}<pc-value-grid
        caption=${topic.label}
        .view=${this.view}
        .grid=${grids[topic.name](this.view.record)}
        .unsettled=${unsettledWords(this.view, topic.section)}
        selected=${this.openKey ?? ''}
      ></pc-value-grid>
    </div>`;
  }

  private renderGroup(topic: Topic, group: TopicGroup) {
    const unsettled = unsettledWords(this.view, topic.section);
    const rows = this.showAll ? group.rows : group.rows.slice(0, rowsAtFirst);
    const left = group.rows.length - rows.length;
    const title = group.title === '' ? topic.label : group.title;
    return html`<section class="group">
      ${group.title === '' ? nothing : html`<h3>${group.title} <span class="quiet">${group.rows.length}</span></h3>`}
      <pc-data-table
        caption=${title}
        opens
        .columns=${this.topic === 'documents' ? [...group.columns, fileColumn(this.view)] : group.columns}
        .rows=${rows}
        .keyOf=${(row: Row) => row.key}
        .marked=${(row: Row) => unsettled.has(row.key)}
        .noteOf=${(row: Row) => html`${renderUnsettled(unsettled.get(row.key))}${renderPartMark(this.view, row.key)}`}
        .faded=${(row: Row) => row.enteredInError}
        selected=${this.openKey ?? ''}
      ></pc-data-table>
      ${
        left === 0
          ? nothing
          : html`<wa-button appearance="plain" @click=${() => (this.showAll = true)}>Show ${left} more</wa-button>`
      }
    </section>`;
  }

  private renderPanel() {
    if (this.adding === 'document')
      return html`<aside class="card" aria-label="Form">
        <pc-document-form .view=${this.view}></pc-document-form>
      </aside>`;
    if (this.adding !== undefined) {
      return html`<aside class="card" aria-label="Form">
        <pc-edit-form .view=${this.view} .form=${addForms[this.adding]}></pc-edit-form>
      </aside>`;
    }
    if (this.openKey === undefined) return nothing;
    return html`<aside class="card" aria-label="Entry">
      <pc-row-panel .view=${this.view} .key=${this.openKey} .section=${topicOf(this.topic).section}></pc-row-panel>
    </aside>`;
  }

  /** What `n` and the button add here: a document is a form of its own. */
  private get addable(): AddFormName | 'document' | undefined {
    return this.topic === 'documents' ? 'document' : topicOf(this.topic).add;
  }

  private add(form: AddFormName | 'document' | undefined): void {
    if (form === undefined || !mustGetSection(this.view, topicOf(this.topic).section).canWrite) return;
    this.focusBefore = this.focusedPart();
    this.openKey = undefined;
    this.adding = form;
  }

  private closePanel(): void {
    this.openKey = undefined;
    this.adding = undefined;
    // A form opened by its key had no focus before it, and a row may be gone: never nowhere.
    const back =
      this.focusBefore?.isConnected === true ? this.focusBefore : this.renderRoot.querySelector('pc-page-header');
    void this.updateComplete.then(() => back?.focus());
  }

  private focusedPart(): HTMLElement | undefined {
    const focused = this.shadowRoot?.activeElement;
    const inner = focused?.shadowRoot?.activeElement ?? focused;
    return inner instanceof HTMLElement ? inner : undefined;
  }
}

function keysOf(groups: readonly TopicGroup[]): ReadonlySet<ResourceKey> {
  return new Set(groups.flatMap(({ rows }) => rows.map(({ key }) => key)));
}

const grids = { results: resultGrid, vitals: vitalGrid };

function isCompared(topic: Topic): topic is Topic & { readonly name: keyof typeof grids } {
  return Object.hasOwn(grids, topic.name);
}

/** The files of a document, and whether they are here. */
function fileColumn({ chart }: ChartView): Column<DocumentRow> {
  return {
    label: 'File',
    cell: ({ files }) =>
      files.map((file) => {
        const state = chart.files.state(file.data);
        const words = state === undefined ? '' : stateWords(state);
        return html`<div>
          ${fileWords(file)}${words === '' ? nothing : html`<span class="quiet"> · ${words}</span>`}
        </div>`;
      }),
  };
}

customElements.define('pc-topic-page', TopicPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-topic-page': TopicPage;
  }
}
