/**
 * `<pc-aside-change .view .preview>`: what one act that was set aside would change in the chart: by entry of the chart, each
 * statement as before → after.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { proposedStatements, type ProposedLine, type ProposedStatement } from '../../clinical/proposed-change.ts';
import type { SetAsideRow } from '../../app/charts/chart-acts.ts';
import '../shell/badge.ts';
import { count } from '../shell/format.ts';
import { base } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import { notYetOpened } from './review-words.ts';

/** Of an import that was set aside; the rest are shown when asked for. */
const shownAtFirst = 6;

export class AsideChange extends LitElement {
  static override properties = {
    view: { attribute: false },
    preview: { attribute: false },
    showAll: { state: true },
  };
  static override styles = [
    base,
    css`
      li + li {
        margin-block-start: var(--wa-space-xs);
      }
      .what {
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(5rem, 8rem) minmax(0, 1fr);
        gap: 0 var(--wa-space-s);
      }
      dt {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .before,
      .after {
        white-space: pre-line;
      }
      .before {
        color: var(--wa-color-text-quiet);
      }
      .after {
        font-weight: var(--wa-font-weight-bold);
      }
    `,
  ];

  declare view: ChartView;
  declare preview: SetAsideRow['preview'];
  declare private showAll: boolean;

  constructor() {
    super();
    this.showAll = false;
  }

  override render() {
    if (this.preview === 'cannot-be-opened') return html`<p class="quiet">${notYetOpened}</p>`;
    const statements = proposedStatements(this.view.record, this.preview);
    if (statements.length === 0) return html`<p class="quiet">Nothing in the chart would look different.</p>`;
    const shown = this.showAll ? statements : statements.slice(0, shownAtFirst);
    const left = statements.length - shown.length;
    return html`<ul>
        ${shown.map((statement) => renderStatement(statement))}
      </ul>
      ${
        left === 0
          ? nothing
          : html`<wa-button size="s" appearance="plain" @click=${() => (this.showAll = true)}
              >Show ${count(left, 'more entry', 'more entries')}</wa-button
            >`
      }`;
  }
}

function renderStatement({ label, isNew, lines }: ProposedStatement) {
  return html`<li>
    <div class="what">${label} ${isNew ? html`<pc-badge icon="plus">New</pc-badge>` : nothing}</div>
    ${
      lines.length === 0
        ? isNew
          ? nothing
          : html`<p class="quiet">Nothing that is shown would change.</p>`
        : html`<dl>${lines.map((line) => renderLine(line))}</dl>`
    }
  </li>`;
}

function renderLine({ name, before, after }: ProposedLine) {
  return html`<dt>${name}</dt>
    <dd>
      ${
        before === undefined
          ? nothing
          : html`<span class="before"><span class="only-heard">now </span>${before}</span>
              <span aria-hidden="true"> → </span><span class="only-heard">, it would be </span>`
      }<span class="after">${after}</span>
    </dd>`;
}

customElements.define('pc-aside-change', AsideChange);
declare global {
  interface HTMLElementTagNameMap {
    'pc-aside-change': AsideChange;
  }
}
