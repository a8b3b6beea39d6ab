/**
 * `<pc-statement-history .view .resource>`: every value an entry has had, newest first: what changed, who wrote it, where, on
 * which device and when; and what a reader should know of how it came in (CUT-4, CUT-5).
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { historyLines, type HistoryLine } from '../../clinical/history-words.ts';
import type { Resource } from '../../clinical/record.ts';
import type { AuthorDoubts } from '../../app/charts/chart-acts.ts';
import type { Authorship, HistoryRow } from '../../app/charts/chart-on-screen.ts';
import { timeInWords, whenInWords } from '../shell/format.ts';
import { base } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import { historyMarks } from './review-words.ts';

export class StatementHistory extends LitElement {
  static override properties = { view: { attribute: false }, resource: { attribute: false } };
  static override styles = [
    base,
    css`
      h3 {
        margin-block-end: var(--wa-space-2xs);
      }
      li {
        padding-block: var(--wa-space-xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      .was {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      .by {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
      }
      .mark {
        display: flex;
        gap: var(--wa-space-2xs);
        margin-block-start: var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
      }
      .mark wa-icon {
        flex: none;
        margin-block-start: 0.2em;
        color: var(--pc-info-ink);
      }
    `,
  ];

  declare view: ChartView;
  declare resource: Resource;

  override render() {
    const { record, chart } = this.view;
    const { section, key } = this.resource;
    const lines = historyLines(record, this.resource, chart.history(section, key));
    if (lines.length === 0) return nothing;
    return html`<h3>History</h3>
      <ol>
        ${lines.map((line) => this.renderLine(line))}
      </ol>`;
  }

  private renderLine({ value, isCreation, statements }: HistoryLine<HistoryRow>) {
    return html`<li>
      ${isCreation ? html`<div class="was">First recorded</div>` : nothing}
      ${statements.map(
        ({ name, words, before }) =>
          html`<div><span class="was">${name}:</span> ${words}</div>
            ${before === undefined ? nothing : html`<div class="was">before: ${before}</div>`}`,
      )}
      ${renderAuthor(value.author)}
    </li>`;
  }
}

function renderAuthor(author: Authorship & AuthorDoubts) {
  const { personName, practiceName, deviceName = '', at } = author;
  const who = [personName === '' ? 'Somebody' : personName, practiceName, deviceName].filter((name) => name !== '');
  return html`<div class="by">
      ${who.join(', ')} · <time datetime=${at} title=${timeInWords(at)}>${whenInWords(at, new Date())}</time>
    </div>
    ${historyMarks(author).map(
      ({ icon, text }) => html`<p class="mark"><wa-icon name=${icon}></wa-icon><span>${text}</span></p>`,
    )}`;
}

customElements.define('pc-statement-history', StatementHistory);
declare global {
  interface HTMLElementTagNameMap {
    'pc-statement-history': StatementHistory;
  }
}
