/**
 * `<pc-difference-card .view .difference>`: what the charts of a merged patient say differently of the person, side by side, until
 * someone chooses. The choice is written into the charts that say otherwise, and stays there when the charts are taken apart.
 */
import { LitElement, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PersonDifference } from '../../clinical/union/person-differences.ts';
import { takenFrom } from '../../clinical/union/settle-difference.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { say } from '../shell/say.ts';
import { base, sideBySide } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { viewOf, type ChartView } from './chart-view.ts';
import { chartInWords, elementWords, partLetter, valueInWords } from './merge-words.ts';

export class DifferenceCard extends LitElement {
  static override properties = {
    view: { attribute: false },
    difference: { attribute: false },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [base, sideBySide];

  declare view: ChartView;
  declare difference: PersonDifference;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;

  constructor() {
    super();
    this.saving = false;
  }

  override render() {
    const { session, chart } = this.view;
    const name = elementWords[this.difference.element];
    return html`<article aria-label=${`To settle: ${name}`}>
      <div>
        <div class="title">
          <h3>${name}</h3>
          <pc-badge tone="warning" icon="alert">Not settled</pc-badge>
        </div>
        <p class="quiet">The charts of this patient say different things. Which is right?</p>
      </div>
      <div class="sides">
        ${(chart.merged?.parts ?? []).map((part, index) => {
          const value = this.difference.values[index] ?? '';
          return html`<div class="side">
            <div>
              <div class="value">${valueInWords(this.difference, value)}</div>
              <span class="quiet">${partLetter(index)}, ${chartInWords(session, part.summary)}</span>
            </div>
            ${
              value === ''
                ? nothing
                : html`<wa-button
                    size="s"
                    appearance="outlined"
                    ?disabled=${this.saving}
                    @click=${() => void this.choose(part)}
                    >Take ${valueInWords(this.difference, value)}</wa-button
                  >`
            }
          </div>`;
        })}
      </div>
      <pc-trouble .words=${this.trouble}></pc-trouble>
    </article>`;
  }

  /** Into every chart that says otherwise and may be written; of the others it is said. */
  private async choose(chosen: OpenChart): Promise<void> {
    const { session, chart } = this.view;
    const { values } = this.difference;
    const parts = chart.merged?.parts ?? [];
    const value = values[parts.indexOf(chosen)];
    this.saving = true;
    this.trouble = undefined;
    for (const [index, part] of parts.entries()) {
      if (part === chosen || values[index] === value) continue;
      const edits = takenFrom(this.difference.element, viewOf(session, chosen).record, viewOf(session, part).record);
      if (edits.size === 0) this.trouble = notReadable;
      const saved = await Promise.all([...edits].map(([section, own]) => part.edit(section, own)));
      for (const outcome of saved) if (!outcome.ok) this.trouble = writeTrouble[outcome.reason];
    }
    this.saving = false;
    if (this.trouble === undefined) say(this, 'Settled.');
  }
}

const notReadable: Trouble = {
  happened: 'Not written: in one of the charts the patient’s details are not shared with you.',
  safe: 'The other charts are as you chose.',
  todo: 'Ask the practice that keeps it to correct the chart.',
};

customElements.define('pc-difference-card', DifferenceCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-difference-card': DifferenceCard;
  }
}
