/**
 * `<pc-sharing-page .view>`: who may see this chart, since when, until when, and who could before: the record of disclosure.
 * Sharing and stopping are here. A received chart has link-panel.ts in its place.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PracticeId } from '../../base/ids.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { ShareRow } from '../../app/chart-acts.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { count, timeInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { say } from '../shell/say.ts';
import { base, card, page } from '../shell/styles.ts';
import { sectionWords, writeTrouble, type Trouble } from '../shell/words.ts';
import type { ChartView } from './chart-view.ts';
import './share-form.ts';
import { dayOf } from './topics.ts';

const rightWords = { read: 'Read', write: 'Read and write' } as const;

const endedColumns: readonly Column<ShareRow>[] = [
  { label: 'Practice', cell: (row) => row.practiceName },
  { label: 'Part', cell: (row) => sectionWords[row.section] },
  { label: 'Could', cell: (row) => rightWords[row.right] },
  { label: 'From', cell: (row) => timeInWords(row.from) },
  { label: 'Ended', cell: (row) => (row.ended === undefined ? '' : timeInWords(row.ended)) },
];

export class SharingPage extends LitElement {
  static override properties = { view: { attribute: false }, sharing: { state: true }, trouble: { state: true } };
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
        grid-template-columns: minmax(0, 1fr) minmax(20rem, 26rem);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-xs);
        margin-block-end: var(--wa-space-2xs);
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      @media (max-width: 64rem) {
        .columns.beside {
          grid-template-columns: minmax(0, 1fr);
        }
        aside {
          order: -1;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare private sharing: boolean;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    this.sharing = false;
    new Keys(this, [{ keys: 'n', label: 'Share this chart', run: () => (this.sharing = true) }]);
    this.addEventListener('pc-close', (event) => {
      event.stopPropagation();
      this.sharing = false;
    });
  }

  override render() {
    const current = this.view.chart.sharing.filter((row) => row.ended === undefined);
    const ended = this.view.chart.sharing.filter((row) => row.ended !== undefined);
    const practices = [...new Set(current.map((row) => row.practice))];
    return html`<pc-page-header within heading="Sharing"
        >Who may read this chart, and who could before.
        <wa-button slot="actions" variant="brand" @click=${() => (this.sharing = true)}
          ><wa-icon slot="start" name="share"></wa-icon>Share this chart</wa-button
        >
      </pc-page-header>
      <div class="columns ${this.sharing ? 'beside' : ''}">
        <div class="stack">
          <pc-trouble .words=${this.trouble}></pc-trouble>
          ${
            practices.length === 0
              ? html`<pc-empty-state icon="share" heading="Shared with nobody"
                  >Only ${this.view.session.practice.name} can read this chart.</pc-empty-state
                >`
              : practices.map((practice) =>
                  this.renderPractice(
                    practice,
                    current.filter((row) => row.practice === practice),
                  ),
                )
          }
          ${
            ended.length === 0
              ? nothing
              : html`<section>
                  <h2>Ended</h2>
                  <pc-data-table
                    caption="Sharing that has ended"
                    .columns=${endedColumns}
                    .rows=${ended}
                    .keyOf=${(row: ShareRow) => `${row.practice} ${row.section} ${row.from}`}
                  ></pc-data-table>
                </section>`
          }
        </div>
        ${
          this.sharing
            ? html`<aside class="card" aria-label="Share">
                ${html`<pc-share-form .view=${this.view}></pc-share-form>`}
              </aside>`
            : nothing
        }
      </div>`;
  }

  private renderPractice(practice: PracticeId, rows: readonly ShareRow[]) {
    const name = rows[0]?.practiceName ?? '';
    const columns: readonly Column<ShareRow>[] = [
      { label: 'Part', cell: (row) => sectionWords[row.section] },
      { label: 'May', tight: true, cell: (row) => rightWords[row.right] },
      { label: 'Since', tight: true, cell: (row) => dayOf(timeInWords(row.from)) },
      {
        label: 'Until',
        tight: true,
        cell: (row) => (row.until === undefined ? 'no end' : dayOf(timeInWords(row.until))),
      },
      {
        label: '',
        cell: (row) =>
          row.section === 'identity'
            ? html`<span class="quiet">goes with the others</span>`
            : html`<wa-button size="s" appearance="plain" @click=${() => void this.stop(practice, name, [row.section])}
                >Stop<span class="only-heard"> sharing ${sectionWords[row.section]} with ${name}</span></wa-button
              >`,
      },
    ];
    return html`<section>
      <div class="head">
        <h2><a href=${`#/peers/${practice}`}>${name}</a></h2>
        <wa-button size="s" variant="danger" appearance="outlined" @click=${() => void this.stop(practice, name, 'all')}
          >Stop sharing this chart</wa-button
        >
      </div>
      <pc-data-table
        caption=${`Shared with ${name}`}
        .columns=${columns}
        .rows=${rows}
        .keyOf=${(row: ShareRow) => row.section}
      ></pc-data-table>
    </section>`;
  }

  private async stop(practice: PracticeId, name: string, sections: readonly ChartSection[] | 'all'): Promise<void> {
    const { chart, record, session } = this.view;
    const stopped = chart.sharing
      .filter((row) => row.practice === practice && row.ended === undefined)
      .map((row) => row.section)
      .filter((section) => sections === 'all' || sections.includes(section));
    const entries = stopped.reduce((sum, section) => sum + record.inSection(section).length, 0);
    const what = sections === 'all' ? 'this chart' : stopped.map((section) => sectionWords[section]).join(', ');
    const wanted = await askToConfirm({
      heading: `Stop sharing ${what} with ${name}?`,
      consequences: [
        `${name} gets nothing of ${count(stopped.length, 'part')} (${count(entries, 'entry', 'entries')} now) that is written from now on.`,
        `What ${name} writes from now on enters no chart; it is set aside for you to review.`,
        'What was already read can’t be taken back.',
      ],
      act: 'Stop sharing',
      keep: 'Keep sharing',
      danger: true,
    });
    if (!wanted) return;
    const done = await session.stopSharing(chart.id, practice, sections);
    this.trouble = done.ok ? undefined : writeTrouble[done.reason];
    if (done.ok) say(this, `Stopped sharing with ${name}.`);
  }
}

customElements.define('pc-sharing-page', SharingPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-sharing-page': SharingPage;
  }
}
