/**
 * `<pc-import-question .item .answer>`: one patient of the plan that needs a person: what the file would change in a chart, or
 * someone who may be here already; or a file that holds entries about somebody who is not in it. Fires `pc-answer` with the item's id and the answer.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { ImportAnswer, ImportCandidate, ImportChange, ImportItem } from '../../app/patients/import-acts.ts';
import type { EntryAboutOther } from '../../clinical/bundle.ts';
import '../shell/badge.ts';
import { typedValue } from '../shell/fields.ts';
import { count, dateInWords } from '../shell/format.ts';
import { matchReasonsInWords, sexInWords } from '../patients/words.ts';
import { chartAddress } from '../shell/route.ts';
import { base, card } from '../shell/styles.ts';
import { aboutOtherInWords } from './words.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-answer': CustomEvent<{ readonly item: string; readonly answer: ImportAnswer }>;
  }
}

/** Differences shown before "and n more": enough to judge, few enough to read. */
const shownChanges = 8;

/** An answer and what it is called. */
type OfferedAnswer = readonly [ImportAnswer, string];

/** Two who may be meant can have one name. */
const placeWords = ['the first', 'the second', 'the third', 'the fourth'];

function isSameAnswer(a: ImportAnswer, b: ImportAnswer | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.sameAs === b.sameAs : a === b;
}

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
      .others {
        list-style: disc;
        padding-inline-start: var(--wa-space-m);
        overflow-wrap: anywhere;
      }
      .candidates {
        display: grid;
        gap: var(--wa-space-2xs);
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
    const { patientName, birthDate, file, outcome } = this.item;
    return html`<div class="card">
      ${
        outcome.kind === 'about-others'
          ? html`<h3>${file}</h3>`
          : html`<div>
              <h3>${patientName === '' ? 'No name recorded' : patientName}</h3>
              <p class="quiet">${birthDate === undefined ? '' : `born ${dateInWords(birthDate)} · `}${file}</p>
            </div>`
      }
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
        return html`<ul class="candidates">
            ${outcome.candidates.map((candidate) => this.renderCandidate(candidate))}
          </ul>
          ${this.renderAnswers('Is this the same person?', [
            ...outcome.candidates.map(({ name }, sameAs): OfferedAnswer => [
              { sameAs },
              `Same person${outcome.candidates.length === 1 ? '' : ` as ${name}, ${placeWords[sameAs] ?? ''}`}: import, and read both as one chart`,
            ]),
            ['new-chart', `Another person: make a new chart of ${count(resources, 'resource')}`],
            ['skip', 'Leave it out for now'],
          ])}`;
      case 'about-others':
        return html`${this.renderAboutOthers(outcome.entries)}
        ${this.renderAnswers('What is to become of the file?', [
          ['apply', 'Import it without these entries'],
          ['skip', 'Leave the whole file out'],
        ])}`;
      default:
        return nothing;
    }
  }

  private renderAboutOthers(entries: readonly EntryAboutOther[]) {
    const shown = this.showAll ? entries : entries.slice(0, shownChanges);
    const left = entries.length - shown.length;
    return html`<p>
        ${count(entries.length, 'entry', 'entries')} of this file ${entries.length === 1 ? 'is' : 'are'} not known to be
        about a patient in it. In somebody’s chart ${entries.length === 1 ? 'it' : 'they'} could be a wrong fact, so
        ${entries.length === 1 ? 'it goes' : 'they go'} into none. If a patient of the file is meant under another
        number, ask the sender for a corrected file.
      </p>
      <ul class="others">
        ${shown.map((entry) => html`<li>${aboutOtherInWords(entry)}</li>`)}
      </ul>
      ${left === 0 ? nothing : html`<button @click=${() => (this.showAll = true)}>Show ${left} more</button>`}`;
  }

  private renderCandidate(candidate: ImportCandidate) {
    const { name, birthDate, reasons } = candidate;
    const isHere = 'chart' in candidate;
    const about = [
      birthDate === undefined ? '' : `born ${dateInWords(birthDate)}`,
      isHere ? sexInWords(candidate.sex) : '',
      isHere && candidate.identifier !== undefined ? `No. ${candidate.identifier}` : '',
      isHere ? '' : `of this import, ${candidate.file}`,
    ];
    return html`<li>
      <strong>${name === '' ? 'No name recorded' : name}</strong>, ${about.filter((part) => part !== '').join(', ')}.
      May be the same person: ${matchReasonsInWords(reasons)}.
      ${isHere ? html`<a href=${chartAddress(candidate.chart)}>Look at the chart</a>` : nothing}
    </li>`;
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

  private renderAnswers(label: string, answers: readonly OfferedAnswer[]) {
    const chosen = answers.findIndex(([answer]) => isSameAnswer(answer, this.answer));
    return html`<wa-radio-group
      label=${label}
      .value=${chosen === -1 ? '' : String(chosen)}
      @change=${(event: Event) => this.choose(typedValue(event), answers)}
    >
      ${answers.map(([, words], place) => html`<wa-radio value=${String(place)}>${words}</wa-radio>`)}
    </wa-radio-group>`;
  }

  private choose(value: string, answers: readonly OfferedAnswer[]): void {
    const answer = answers[Number(value)]?.[0];
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
