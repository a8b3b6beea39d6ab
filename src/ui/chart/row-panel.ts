/**
 * `<pc-row-panel .view .section .key>`: one entry whole: everything it says, who wrote it, what it said before, and what can
 * be done with it. Fires `pc-close`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { ChartSection } from '../../base/sections.ts';
import { canBeMarkedInError } from '../../clinical/edits/entered-in-error.ts';
import { isArray } from '../../clinical/json.ts';
import { readValue } from '../../clinical/readable.ts';
import type { Resource } from '../../clinical/record.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { attachedFiles } from '../../clinical/views/attached-files.ts';
import { documentRows } from '../../clinical/views/documents.ts';
import { medicationRows } from '../../clinical/views/medications.ts';
import { allNotes, isNote, noteEntries } from '../../clinical/views/notes.ts';
import { resultRows } from '../../clinical/views/results.ts';
import { rowOf, type Row } from '../../clinical/views/row.ts';
import { isBloodPressure, vitalRows } from '../../clinical/views/vitals.ts';
import { typeWords } from '../../clinical/words.ts';
import '../shell/badge.ts';
import '../shell/provenance.ts';
import { base } from '../shell/styles.ts';
import '../inbox/result-seen.ts';
import './attached-file.ts';
import { authorOfKey, unsettledKeys, type ChartView } from './chart-view.ts';
import './edit-form.ts';
import { changeForms, changesFor, type ChangeFormName } from './forms.ts';
import { mayChange, renderPartMark } from './merge-words.ts';
import './result-trend.ts';
import './statement-history.ts';

const formButtons: Readonly<Record<ChangeFormName, string>> = {
  'change-problem': 'Change',
  'change-dose': 'Change dose',
  'stop-medication': 'Stop',
  'change-medication': 'Correct name',
  'change-allergy': 'Change',
  'change-blood-pressure': 'Correct',
  'correct-result': 'Correct',
  'close-visit': 'Close visit',
  'end-carer': 'End',
  'entered-in-error': 'Entered in error',
};

/** Elements that the head and the main details show. */
const shownAbove = [
  'code',
  'vaccineCode',
  'medicationCodeableConcept',
  'status',
  'clinicalStatus',
  'verificationStatus',
  'dosage',
  'dosageInstruction',
  'component',
  'valueQuantity',
  'summary',
  'section',
  'content',
];

export class RowPanel extends LitElement {
  static override properties = {
    view: { attribute: false },
    section: { attribute: false },
    key: { attribute: false },
    changing: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-s);
      }
      .head {
        display: flex;
        align-items: start;
        justify-content: space-between;
        gap: var(--wa-space-xs);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(5.5rem, auto) minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-s);
      }
      dt {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      dd,
      .text {
        overflow-wrap: anywhere;
        white-space: pre-line;
      }
      .text {
        max-block-size: 24rem;
        overflow: auto;
      }
      h3 {
        margin-block-end: var(--wa-space-2xs);
      }
      s {
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  declare view: ChartView;
  declare section: ChartSection;
  declare key: ResourceKey;
  declare private changing: ChangeFormName | undefined;

  constructor() {
    super();
    this.addEventListener('pc-close', (event) => {
      // Not by its target, which from inside this element's own tree is this element.
      if (event.composedPath()[0] === this || this.changing === undefined) return;
      event.stopPropagation();
      this.changing = undefined;
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('h2')?.focus());
    });
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('key')) this.changing = undefined;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('key')) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  override render() {
    const resource = this.findResource();
    if (resource === undefined) return html`<p class="quiet">This entry is not readable here.</p>`;
    if (this.changing !== undefined) {
      return html`<pc-edit-form
        .view=${this.view}
        .form=${changeForms[this.changing]}
        .resource=${resource}
      ></pc-edit-form>`;
    }
    const row = rowOf(resource, this.view.record, shownAbove);
    const heading = row.label;
    return html`<div class="head">
        <div>
          ${heading === typeWords(resource.type) ? nothing : html`<span class="quiet">${typeWords(resource.type)}</span>`}
          <h2 tabindex="-1">${row.enteredInError ? html`<s>${heading}</s>` : heading}</h2>
        </div>
        <wa-button size="s" appearance="plain" @click=${() => this.close()}
          ><wa-icon name="xmark" label="Close"></wa-icon
        ></wa-button>
      </div>
      ${row.enteredInError ? html`<pc-badge icon="xmark">Entered in error</pc-badge>` : nothing}
      ${
        unsettledKeys(this.view, resource.section).has(this.key)
          ? html`<pc-badge tone="warning" icon="alert">Not settled: choose above the list</pc-badge>`
          : nothing
      }
      ${this.renderActions(resource, row)} ${this.renderText(resource)} ${this.renderFiles(resource)}
      <dl>
        ${this.mainDetails(resource, row).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
        ${row.details().map(
          ({ name, value }) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${
        resource.section === 'results'
          ? html`<pc-result-seen
                .session=${this.view.session}
                .chart=${this.view.chart.id}
                .key=${this.key}
              ></pc-result-seen
              ><pc-result-trend .view=${this.view} .key=${this.key}></pc-result-trend>`
          : nothing
      }
      <pc-provenance lead="Last written by" .by=${authorOfKey(this.view, resource.section, this.key)}></pc-provenance>
      ${renderPartMark(this.view, this.key)}
      <pc-statement-history .view=${this.view} .resource=${resource}></pc-statement-history>`;
  }

  private findResource(): Resource | undefined {
    const { record } = this.view;
    const there = record.at(this.section, this.key);
    if (there !== undefined) return there;
    const found = record.get(this.key);
    return found?.section === 'identity' ? undefined : found;
  }

  private renderActions(resource: Resource, row: Row) {
    if (!mayChange(this.view, resource.section, resource.key) || row.enteredInError) return nothing;
    const forms: ChangeFormName[] = [...changesFor(resource)];
    if (resource.type === 'Observation' && isBloodPressure(resource.json)) forms.push('change-blood-pressure');
    if (canBeMarkedInError(resource.type)) forms.push('entered-in-error');
    return html`<div class="row no-print">
      ${forms.map(
        (name) =>
          html`<wa-button size="s" appearance="outlined" @click=${() => (this.changing = name)}
            >${formButtons[name]}</wa-button
          >`,
      )}
    </div>`;
  }

  /** What the topic's own view reads out of it: a dose, a value, a document's parts. */
  private mainDetails(resource: Resource, row: Row): readonly (readonly [string, string])[] {
    const { record } = this.view;
    const { key } = resource;
    const dose = medicationRows(record).find((candidate) => candidate.key === key)?.dose ?? '';
    const { dosageInstruction, dosage } = resource.json;
    const instructions = dosageInstruction ?? dosage;
    // A list has the instruction's own text; here its route and timing stand beside that.
    const whole = isArray(instructions) && instructions.length === 1 ? readValue(instructions) : '';
    const measured =
      resource.section === 'vitals'
        ? vitalRows(record).find((candidate) => candidate.key === key)
        : resource.section === 'results'
          ? resultRows(record).find((candidate) => candidate.key === key)
          : undefined;
    const details: readonly (readonly [string, string])[] = [
      ['Status', row.status],
      ['When', row.when?.words ?? ''],
      ['Dose', dose === '' || whole === '' ? dose : whole],
      ['Value', measured?.value ?? ''],
      ...(measured?.parts ?? []).map(({ label, value }) => [label, value] as const),
      ['Code', row.codes],
      ['Recorded by', row.recordedBy()],
    ];
    return details.filter(([, value]) => value !== '');
  }

  private renderText(resource: Resource) {
    const { record } = this.view;
    if (isNote(resource)) {
      const note = allNotes(noteEntries(record)).find(({ key }) => key === resource.key);
      return html`<div class="text">${note?.text ?? ''}</div>`;
    }
    if (resource.section !== 'documents') return nothing;
    const parts = documentRows(record).find(({ key }) => key === resource.key)?.parts ?? [];
    // What is a file of its own is below, with what can be done with it.
    return parts
      .filter(({ text, entries, isHeld }) => !isHeld || text !== '' || entries.length > 0)
      .map(
        (part) =>
          html`<div>
            <h3>${part.title}</h3>
            <div class="text">
              ${part.text}${part.file === '' || part.isHeld ? nothing : html`<span class="quiet">${part.file}</span>`}
            </div>
            ${part.entries.length === 0 ? nothing : html`<p class="quiet">${part.entries.join('; ')}</p>`}
          </div>`,
      );
  }

  private renderFiles(resource: Resource) {
    return attachedFiles(resource.json).map(
      (file) => html`<pc-attached-file .view=${this.view} .file=${file}></pc-attached-file>`,
    );
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-row-panel', RowPanel);
declare global {
  interface HTMLElementTagNameMap {
    'pc-row-panel': RowPanel;
  }
}
