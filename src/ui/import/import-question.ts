/**
 * `<pc-import-question .item .answer>`: one patient of the plan that needs a person: what the file would change in a chart, or
 * someone who may be here already. Fires `pc-answer` with the item's id and the answer.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { ImportAnswer, ImportChange, ImportItem } from '../../app/session.ts';
import '../shell/badge.ts';
import { typedValue } from '../shell/fields.ts';
import { count, dateInWords } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { base, card } from '../shell/styles.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-answer': CustomEvent<{ readonly item: string; readonly answer: ImportAnswer }>;
  }
}

/** Differences shown before "and n more": enough to judge, few enough to read. */
const shownChanges = 8;

const changeWords: Readonly<Record<ImportChange['kind'], string>> = {
  added: 'New in the file',
  changed: 'Changed',
  'missing-in-file': 'Not in the file, stays in the chart',
};

export class ImportQuestion extends LitElement {
  static override properties = {
    item: { attribute: false },
    answer: { attribute: false },
    showAll: { state: true },
  };
  static override styles = [
    base,
    card,
    css`
      .card {
        display: grid;
        gap: var(--wa-space-s);
      }
      dl {
        display: grid;
        gap: var(--wa-space-xs);
      }
      dl > div {
        display: grid;
        grid-template-columns: 10rem minmax(0, 1fr);
        gap: 0 var(--wa-space-s);
      }
      dt {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      dd {
        overflow-wrap: anywhere;
      }
      del {
        color: var(--wa-color-text-quiet);
      }
      ins {
        text-decoration: none;
        font-weight: var(--wa-font-weight-bold);
      }
      button {
        all: unset;
        cursor: pointer;
        color: var(--wa-color-text-link);
        text-decoration: underline;
      }
      button:focus-visible {
        outline: var(--wa-focus-ring);
      }
      @media (max-width: 40rem) {
        dl > div {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare item: ImportItem;
  declare answer: ImportAnswer | undefined;
  declare private showAll: boolean;

  constructor() {
    super();
    this.showAll = false;
  }

  override render() {
    const { patientName, birthDate, file } = this.item;
    return html`<div class="card">
      <div>
        <h3>${patientName === '' ? 'No name recorded' : patientName}</h3>
        <p class="quiet">${birthDate === undefined ? '' : `born ${dateInWords(birthDate)} · `}${file}</p>
      </div>
      ${this.renderQuestion()}
    </div>`;
  }

  private renderQuestion() {
    const { outcome, resources } = this.item;
    switch (outcome.kind) {
      case 'changed':
        return html`${this.renderChanges(outcome.changes)}
          <p><a href=${chartAddress(outcome.chart)}>Look at the chart</a></p>
          ${this.renderAnswers('The file differs from the chart', [
            ['apply', 'Take what the file changed'],
            ['skip', 'Leave the chart as it is'],
          ])}`;
      case 'same-person':
        return html`<p>
            <a href=${chartAddress(outcome.chart)}>${outcome.chartName}</a> is here already:
            ${outcome.why === '' ? 'same name and birth date, another number' : outcome.why}.
          </p>
          ${this.renderAnswers('Is this the same person?', [
            ['skip', 'Same person: do not import a second chart'],
            ['new-chart', `Another person: make a new chart of ${count(resources, 'resource')}`],
          ])}`;
      default:
        return nothing;
    }
  }

  private renderChanges(changes: readonly ImportChange[]) {
    const shown = this.showAll ? changes : changes.slice(0, shownChanges);
    const left = changes.length - shown.length;
    return html`<dl>
        ${shown.map(
          (change) =>
            html`<div>
              <dt>${changeWords[change.kind]}</dt>
              <dd>
                ${change.label}${
                  change.before === undefined && change.after === undefined
                    ? nothing
                    : html`: <del><span class="only-heard">before: </span>${change.before ?? 'not recorded'}</del> →
                        <ins><span class="only-heard">in the file: </span>${change.after ?? 'not recorded'}</ins>`
                }
              </dd>
            </div>`,
        )}
      </dl>
      ${
        left > 0
          ? html`<button @click=${() => (this.showAll = true)}>Show ${count(left, 'more difference')}</button>`
          : nothing
      }`;
  }

  private renderAnswers(label: string, answers: readonly (readonly [ImportAnswer, string])[]) {
    return html`<wa-radio-group
      label=${label}
      .value=${this.answer ?? ''}
      @change=${(event: Event) => this.choose(typedValue(event), answers)}
    >
      ${answers.map(([value, words]) => html`<wa-radio value=${value}>${words}</wa-radio>`)}
    </wa-radio-group>`;
  }

  private choose(value: string, answers: readonly (readonly [ImportAnswer, string])[]): void {
    const answer = answers.find(([possible]) => possible === value)?.[0];
    if (answer === undefined) return;
    const detail = { item: this.item.id, answer };
    this.dispatchEvent(new CustomEvent('pc-answer', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('pc-import-question', ImportQuestion);
declare global {
  interface HTMLElementTagNameMap {
    'pc-import-question': ImportQuestion;
  }
}
