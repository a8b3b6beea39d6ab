/**
 * `<pc-changes-page .view .sinceMs>`: everything that was written in the chart, newest first: what, before and after, by whom,
 * where and when. Filtered by person and topic; what is new since it was last looked at, or since a moment.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ChartChange } from '../../app/charts/chart-past-acts.ts';
import { historyLines } from '../../clinical/history-words.ts';
import { titleOf } from '../../clinical/title.ts';
import type { ChartSection } from '../../base/sections.ts';
import '../shell/badge.ts';
import '../shell/empty-state.ts';
import { choiceField } from '../shell/fields.ts';
import { count, groupDigits, timeInWords, whenInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { momentAddress } from '../shell/route.ts';
import { base, page } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import type { ChartView } from './chart-view.ts';
import { pastNavStyle, renderPastNav } from './past-nav.ts';
import { historyMarks } from './review-words.ts';

/** Each asks the documents what it wrote: so many at first, and as many more when asked for. */
const changesAtOnce = 50;
/** An import writes thousands of entries at once. */
const entriesOfOne = 6;

interface Shown {
  readonly person: string;
  readonly section: string;
  readonly which: 'all' | 'new';
}

export class ChangesPage extends LitElement {
  static override properties = {
    view: { attribute: false },
    sinceMs: { attribute: false },
    changes: { state: true },
    lookedAt: { state: true },
    shown: { state: true },
    most: { state: true },
  };
  static override styles = [
    base,
    page,
    pastNavStyle,
    css`
      .filters {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr));
        gap: var(--wa-space-s);
        align-items: end;
        margin-block-end: var(--wa-space-m);
      }
      ol {
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      ol > li {
        display: grid;
        grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
        padding-block: var(--wa-space-s);
        border-block-start: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      .what {
        display: grid;
        align-content: start;
        gap: var(--wa-space-2xs);
      }
      .was {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      .by {
        font-size: var(--wa-font-size-s);
      }
      .more {
        margin-block-start: var(--wa-space-s);
      }
      @media (max-width: 40rem) {
        ol > li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare view: ChartView;
  declare sinceMs: number | undefined;
  declare private changes: readonly ChartChange[] | undefined;
  declare private lookedAt: string | undefined;
  declare private shown: Shown;
  declare private most: number;

  constructor() {
    super();
    this.shown = { person: '', section: '', which: 'all' };
    this.most = changesAtOnce;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('view')) void this.read();
  }

  override render() {
    const { changes } = this;
    return html`<pc-page-header within heading="What changed">
        <wa-button slot="actions" size="s" appearance="outlined" @click=${() => print()}
          ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
        >
      </pc-page-header>
      ${renderPastNav(this.view, 'changes')}
      ${changes === undefined ? html`<p role="status" class="quiet">Reading …</p>` : this.renderAll(changes)}`;
  }

  private renderAll(all: readonly ChartChange[]) {
    const { person, section, which } = this.shown;
    const since = this.sinceMs === undefined ? undefined : new Date(this.sinceMs).toISOString();
    const found = all.filter(
      (change) =>
        (person === '' || personOf(change) === person) &&
        (section === '' || change.section === section) &&
        (which === 'all' || change.isNew) &&
        (since === undefined || change.author.at > since),
    );
    const rows = found.slice(0, this.most);
    return html`${this.renderFilters(all)}
    ${
      since === undefined
        ? nothing
        : html`<p class="quiet">
            Written after ${timeInWords(since)}.
            <a class="no-print" href=${momentAddress(this.view.chart.id, 'as-of', this.sinceMs ?? 0)}
              >The chart as of then</a
            >
          </p>`
    }
    ${
      rows.length === 0
        ? html`<pc-empty-state compact icon="history" heading="Nothing changed">
            Nothing that was written in this chart is like that.
          </pc-empty-state>`
        : html`<ol>
            ${rows.map((change) => this.renderChange(change))}
          </ol>`
    }
    ${
      found.length > rows.length
        ? html`<wa-button class="more no-print" appearance="outlined" @click=${() => (this.most += changesAtOnce)}
            >Show ${groupDigits(Math.min(changesAtOnce, found.length - rows.length))} more of
            ${groupDigits(found.length)}</wa-button
          >`
        : nothing
    }`;
  }

  private renderFilters(all: readonly ChartChange[]) {
    const people = [...new Set(all.map((change) => personOf(change)))];
    const sections = [...new Set(all.map(({ section }) => section))];
    const fresh = all.filter(({ isNew }) => isNew).length;
    const set = (change: Partial<Shown>): void => {
      this.shown = { ...this.shown, ...change };
      this.most = changesAtOnce;
    };
    return html`<form class="filters no-print" autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
      ${choiceField({
        name: 'which',
        label: 'Shown',
        value: this.shown.which,
        choices: [
          { value: 'all', label: 'Everything' },
          ...(this.lookedAt === undefined
            ? []
            : [{ value: 'new', label: `New since ${whenInWords(this.lookedAt, new Date())} (${groupDigits(fresh)})` }]),
        ],
        onChoose: (value) => set({ which: value === 'new' ? 'new' : 'all' }),
      })}
      ${choiceField({
        name: 'person',
        label: 'Person',
        value: this.shown.person,
        choices: [{ value: '', label: 'Everybody' }, ...people.map((value) => ({ value, label: value }))],
        onChoose: (person) => set({ person }),
      })}
      ${choiceField({
        name: 'section',
        label: 'Part of the chart',
        value: this.shown.section,
        choices: [
          { value: '', label: 'All parts' },
          ...sections.map((value) => ({ value, label: sectionWords[value] })),
        ],
        onChoose: (section) => set({ section }),
      })}
    </form>`;
  }

  private renderChange(change: ChartChange) {
    const { section, author, isNew } = change;
    const keys = change.written();
    const { chart } = this.view;
    return html`<li>
      <div class="by">
        <time datetime=${author.at} title=${timeInWords(author.at)}>${whenInWords(author.at, new Date())}</time>
        ${isNew ? html`<pc-badge tone="info" icon="plus">New</pc-badge>` : nothing}
        <div class="was">
          ${[author.personName === '' ? 'Somebody' : author.personName, author.practiceName, author.deviceName ?? ''].filter((name) => name !== '').join(', ')}
        </div>
        ${historyMarks(author).map(({ text }) => html`<div class="was">${text}</div>`)}
        <a class="no-print" href=${momentAddress(chart.id, 'as-of', Date.parse(author.at))}>The chart as of then</a>
      </div>
      <div class="what">
        <span class="was"
          >${sectionWords[section]}${keys.length > entriesOfOne ? `: ${count(keys.length, 'entry', 'entries')}` : ''}</span
        >
        ${keys.slice(0, entriesOfOne).map((key) => this.renderEntry(change, section, key))}
        ${keys.length > entriesOfOne ? html`<span class="was">and ${groupDigits(keys.length - entriesOfOne)} more</span>` : nothing}
      </div>
    </li>`;
  }

  private renderEntry({ change }: ChartChange, section: ChartSection, key: string) {
    const { record, chart } = this.view;
    const resource = record.get(key);
    // What can be read of no resource, and the words of references, are no entry of a person's.
    if (resource === undefined) return nothing;
    const lines = historyLines(record, resource, chart.history(section, key)).filter(
      ({ value }) => value.author.change === change,
    );
    const isCreation = lines.some((line) => line.isCreation);
    return html`<div>
      <strong>${titleOf(resource.json)}</strong>
      ${isCreation ? html`<span class="was">first recorded</span>` : nothing}
      ${lines
        .filter((line) => !line.isCreation)
        .flatMap(({ statements }) => statements)
        .map(
          ({ name, words, before }) =>
            html`<div>
              <span class="was">${name}:</span> ${words}
              ${before === undefined ? nothing : html`<span class="was">before: ${before}</span>`}
            </div>`,
        )}
    </div>`;
  }

  private async read(): Promise<void> {
    const { chart } = this.view;
    const { changes, lookedAt } = await chart.changes();
    if (chart !== this.view.chart) return;
    this.changes = changes;
    this.lookedAt = lookedAt;
  }
}

function personOf({ author }: ChartChange): string {
  return [author.personName === '' ? 'Somebody' : author.personName, author.practiceName]
    .filter((name) => name !== '')
    .join(', ');
}

customElements.define('pc-changes-page', ChangesPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-changes-page': ChangesPage;
  }
}
