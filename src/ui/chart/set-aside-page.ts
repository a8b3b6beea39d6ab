/** `<pc-set-aside-page .view>`: what a peer wrote after sharing ended: in no chart, kept for review. */
import { LitElement, css, html } from 'lit';
import type { SetAsideRow } from '../../app/session.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { timeInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import type { ChartView } from './chart-view.ts';
import { setAsideWords } from './words.ts';

const columns: readonly Column<SetAsideRow>[] = [
  { label: 'Practice', cell: (row) => row.practiceName },
  { label: 'Person', cell: (row) => row.personName },
  { label: 'Part', cell: (row) => sectionWords[row.section] },
  { label: 'Changes', number: true, cell: (row) => String(row.entries) },
  { label: 'Received', cell: (row) => timeInWords(row.at) },
  { label: 'Why', cell: (row) => setAsideWords(row.reason) },
];

export class SetAsidePage extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      .list {
        margin-block-start: var(--wa-space-m);
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const rows = this.view.chart.setAside;
    return html`<pc-page-header within heading="Set aside for review"
        >Changes that reached this practice but entered no chart.</pc-page-header
      >
      ${
        rows.length === 0
          ? html`<pc-empty-state icon="check" heading="Nothing is set aside"
              >What another practice writes after you stopped sharing with it would appear here.</pc-empty-state
            >`
          : html`<pc-callout tone="info"
                >These changes are in no chart and go to no one. Talk to the practice: what should count, write down
                here yourself, or share again.</pc-callout
              >
              <section class="list">
                <pc-data-table
                  caption="Set aside"
                  .columns=${columns}
                  .rows=${rows}
                  .keyOf=${(row: SetAsideRow) => `${row.practiceName} ${row.personName} ${row.section} ${row.at}`}
                ></pc-data-table>
              </section>`
      }`;
  }
}

customElements.define('pc-set-aside-page', SetAsidePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-set-aside-page': SetAsidePage;
  }
}
