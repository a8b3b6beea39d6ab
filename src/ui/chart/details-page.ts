/**
 * `<pc-details-page .view>`: who the patient is, as the chart has it, changed in place and with its history below. Of a merged
 * patient one form a chart: each keeps what it says until somebody changes it there.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { FieldReason } from '../../clinical/edits/edit.ts';
import { changedPatient, patientAsTyped, type TypedPatient } from '../../clinical/edits/patient.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { wholeRow } from '../../clinical/views/other.ts';
import type { WriteFailure } from '../../app/session.ts';
import { mainFields, moreFields } from '../patients/patient-fields.ts';
import '../shell/callout.ts';
import { isoWithOffset } from '../shell/clock.ts';
import { focusFirstWrong, readFields } from '../shell/fields.ts';
import '../shell/page-header.ts';
import { say } from '../shell/say.ts';
import { base, card, form, page } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import './alerts-panel.ts';
import { mustGetSection, viewOf, type ChartView } from './chart-view.ts';
import { chartInWords, partLetter } from './merge-words.ts';
import './statement-history.ts';

export class DetailsPage extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section + section,
      section + pc-details-form {
        display: block;
        margin-block-start: var(--wa-space-l);
      }
    `,
  ];

  declare view: ChartView;

  override render() {
    const { session, chart } = this.view;
    const parts = chart.merged?.parts ?? [];
    return html`<pc-page-header within heading="Patient details"></pc-page-header>
      <section><pc-alerts-panel .view=${this.view}></pc-alerts-panel></section>
      ${
        parts.length === 0
          ? html`<pc-details-form .view=${this.view}></pc-details-form>`
          : parts.map((part, index) => {
              const words = chartInWords(session, part.summary);
              return html`<section aria-label=${`Details in ${words}`}>
                <h3>${partLetter(index)} · ${words}</h3>
                <pc-details-form .view=${viewOf(session, part)}></pc-details-form>
              </section>`;
            })
      }`;
  }
}

class DetailsForm extends LitElement {
  static override properties = {
    view: { attribute: false },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    card,
    form,
    css`
      form {
        max-inline-size: 40rem;
      }
      fieldset {
        display: grid;
        gap: var(--wa-space-s);
        margin: 0 0 var(--wa-space-s);
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      .whole {
        max-inline-size: 40rem;
        margin-block-start: var(--wa-space-m);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(7rem, auto) minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-s);
      }
      dt {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      dd {
        overflow-wrap: anywhere;
      }
      pc-statement-history {
        margin-block-start: var(--wa-space-m);
      }
    `,
  ];

  declare view: ChartView;
  /** What stands in the fields since the last save or refusal. */
  declare private typed: TypedPatient | undefined;
  declare private wrong: Readonly<Record<string, FieldReason>>;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;

  constructor() {
    super();
    this.wrong = {};
    this.saving = false;
  }

  private get patient() {
    return this.view.record.ofTypes('Patient')[0];
  }

  override render() {
    const { patient } = this;
    if (patient === undefined) {
      const isHidden = mustGetSection(this.view, 'demographics').state === 'not-shared';
      return html`<p class="quiet">
        ${isHidden ? 'The practice that keeps this chart has not shared the patient’s details with you.' : 'No details are recorded.'}
      </p>`;
    }
    const typed = this.typed ?? patientAsTyped(patient.json);
    const mayWrite = mustGetSection(this.view, 'demographics').canWrite;
    return html`<form
        class="card"
        autocomplete="off"
        novalidate
        aria-label="Patient details"
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.submit();
        }}
      >
        <fieldset ?disabled=${!mayWrite}>
          ${mainFields(typed, this.wrong)} ${moreFields(typed, this.wrong, true)}
        </fieldset>
        <pc-trouble .words=${this.trouble}></pc-trouble>
        ${
          mayWrite
            ? html`<div class="actions">
                <wa-button type="submit" variant="brand" ?loading=${this.saving}>Save details</wa-button>
              </div>`
            : nothing
        }
      </form>
      ${this.view.record.ofTypes('Patient').map(({ key }) => this.renderWhole(key))}
      <pc-statement-history .view=${this.view} .resource=${patient}></pc-statement-history>`;
  }

  /** What the form has no field for is told here and nowhere else. */
  private renderWhole(key: ResourceKey) {
    return html`<wa-details class="whole" summary="Everything the record says">
      <dl>
        ${wholeRow(this.view.record, key)
          ?.details()
          .map(
            ({ name, value }) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
      </dl>
    </wa-details>`;
  }

  private async submit(): Promise<void> {
    const { patient } = this;
    if (patient === undefined || this.saving) return;
    const typed: TypedPatient = readFields(this.renderRoot);
    const identity = this.view.record.inSection('identity')[0];
    const changed = changedPatient({ patient, identity, now: isoWithOffset(new Date()) }, typed);
    this.typed = typed;
    this.wrong = changed.kind === 'errors' ? changed.errors : {};
    if (changed.kind === 'errors') {
      await this.updateComplete;
      focusFirstWrong(this.renderRoot);
      return;
    }
    this.saving = true;
    // Side by side, so that they are one act in the history.
    const saved = await Promise.all([...changed.edits].map(([section, edits]) => this.view.chart.edit(section, edits)));
    this.saving = false;
    const failed = saved.find((outcome): outcome is { ok: false; reason: WriteFailure } => !outcome.ok);
    this.trouble = failed === undefined ? undefined : writeTrouble[failed.reason];
    if (failed !== undefined) return;
    this.typed = undefined;
    say(this, changed.edits.size === 0 ? 'Nothing was changed.' : 'Details saved.');
  }
}

customElements.define('pc-details-form', DetailsForm);
customElements.define('pc-details-page', DetailsPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-details-form': DetailsForm;
    'pc-details-page': DetailsPage;
  }
}
