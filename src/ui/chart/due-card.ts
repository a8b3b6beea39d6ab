/** `<pc-due-card .view>`: what is due for this patient by the practice's reminders, and what they could not tell. */
import { LitElement, css, html, nothing } from 'lit';
import { dueItems, type DueItem } from '../../clinical/due/due.ts';
import { dueFacts, dueSections, joinedFacts } from '../../clinical/due/facts.ts';
import { dueWords } from '../due/words.ts';
import { localDay } from '../shell/clock.ts';
import { listInWords } from '../shell/format.ts';
import { base, card } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';
import { summaryCard } from './summary-card-styles.ts';

export class DueCard extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    card,
    summaryCard,
    css`
      li {
        display: flex;
        justify-content: space-between;
        gap: var(--wa-space-s);
      }
      li .quiet {
        text-align: end;
        max-inline-size: 50%;
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const { chart, session } = this.view;
    const bySection = Object.fromEntries(
      dueSections.map((section) => [section, dueFacts(section, mustGetSection(this.view, section).resources)]),
    );
    const { off } = session.work.due;
    const items = dueItems(chart.summary, joinedFacts(bySection), localDay(new Date()), (rule) => off.has(rule));
    const unread = dueSections.filter((section) => mustGetSection(this.view, section).state !== 'open');
    const open = (items ?? []).filter(({ state }) => state !== 'recorded');
    return html`<section class="card" aria-label="Due">
      <h3>Due</h3>
      ${
        items === undefined
          ? html`<p class="quiet">Without a whole birth date nothing can be said.</p>`
          : open.length === 0
            ? html`<p class="quiet">Nothing by the reminders this practice uses.</p>`
            : nothing
      }
      ${
        unread.length === 0
          ? nothing
          : html`<p class="quiet">
              Not all of ${listInWords(unread.map((section) => sectionWords[section]))} can be read here: what stands
              there is not counted.
            </p>`
      }
      <ul>
        ${open.map((item) => this.renderItem(item))}
      </ul>
    </section>`;
  }

  private renderItem(item: DueItem) {
    return html`<li title=${item.rule.source}>
      <span>${item.rule.label}</span><span class="quiet">${dueWords(item)}</span>
    </li>`;
  }
}

customElements.define('pc-due-card', DueCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-due-card': DueCard;
  }
}
