/** `<pc-conflicts-page .view>`: everything of this chart that waits for a choice, section by section. */
import { LitElement, css, html, nothing } from 'lit';
import { chartSections } from '../../base/sections.ts';
import { conflictViews, contradictions } from '../../clinical/conflict-view.ts';
import '../shell/empty-state.ts';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import { unsettledCounts, type ChartView } from './chart-view.ts';
import { unsettledReason } from './unsettled-reason.ts';
import './conflict-card.ts';
import './difference-card.ts';
import { differencesOf } from './merge-words.ts';

export class ConflictsPage extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      :host {
        max-inline-size: 64rem;
      }
      section + section {
        margin-block-start: var(--wa-space-l);
      }
      section {
        display: grid;
        gap: var(--wa-space-s);
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const { record, chart } = this.view;
    const bySection = chartSections
      .map((section) => ({
        section,
        conflicts: [
          ...conflictViews(record, section, chart.sections.get(section)?.conflicts ?? []),
          ...contradictions(record, section),
        ],
      }))
      .filter(({ conflicts }) => conflicts.length > 0);
    const differences = differencesOf(this.view);
    return html`<pc-page-header within heading="To settle"
        >${unsettledReason(unsettledCounts(this.view))} Nothing is lost: both stand until someone
        chooses.</pc-page-header
      >
      ${
        differences.length === 0
          ? nothing
          : html`<section>
              <h2>Who the patient is</h2>
              ${differences.map(
                (difference) =>
                  html`<pc-difference-card .view=${this.view} .difference=${difference}></pc-difference-card>`,
              )}
            </section>`
      }
      ${
        bySection.length + differences.length === 0
          ? html`<pc-empty-state icon="check" heading="Everything is settled"
              >Nothing in this chart waits for a choice.</pc-empty-state
            >`
          : bySection.map(
              ({ section, conflicts }) =>
                html`<section>
                  <h2>${sectionWords[section]}</h2>
                  ${conflicts.map(
                    (conflict) => html`<pc-conflict-card .view=${this.view} .conflict=${conflict}></pc-conflict-card>`,
                  )}
                </section>`,
            )
      }`;
  }
}

customElements.define('pc-conflicts-page', ConflictsPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-conflicts-page': ConflictsPage;
  }
}
