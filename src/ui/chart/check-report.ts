/**
 * `<pc-check-report .view .check>`: what a check of medications found, each alert with its source, then what was compared and what
 * could not be. `.answerable`: alerts take a reason here, which stays in the record; those with one already are not repeated.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { answeredAlerts, type MedicationAlert, type MedicationCheck } from '../../clinical/checks/medication-check.ts';
import { overrideAlerts } from '../../clinical/edits/override.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble } from '../shell/words.ts';
import { actOf, mustGetSection, saveEdits, type ChartView } from './chart-view.ts';
import { alertTitles, alertWords, checkedWords, gapWords } from './check-words.ts';
import { stateOf } from './list-words.ts';
import { fieldWords } from './words.ts';

export class CheckReport extends LitElement {
  static override properties = {
    view: { attribute: false },
    check: { attribute: false },
    answerable: { type: Boolean },
    answering: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-xs);
      }
      .source,
      .gap {
        font-size: var(--wa-font-size-s);
      }
      form {
        display: grid;
        gap: var(--wa-space-xs);
        margin-block-start: var(--wa-space-xs);
      }
    `,
  ];

  declare view: ChartView;
  declare check: MedicationCheck;
  declare answerable: boolean;
  /** Id of the alert whose reason is being written. */
  declare private answering: string | undefined;
  private readonly reason: FormState = new FormState(this);

  constructor() {
    super();
    this.answerable = false;
  }

  override render() {
    const { view, check } = this;
    const answered = this.answerable ? answeredAlerts(view.record) : new Set<string>();
    const open = check.alerts.filter(({ id }) => !answered.has(id));
    const lists = {
      allergies: stateOf(view, 'allergies', 'allergies'),
      medications: stateOf(view, 'medications', 'medications'),
    };
    const sections = ['allergies', 'medications'] as const;
    const unsettled = sections.reduce((sum, name) => sum + mustGetSection(view, name).conflicts.length, 0);
    const silenced = check.alerts.length - open.length;
    return html`${open.map((alert) => this.renderAlert(alert))}
      <p class="quiet">
        ${checkedWords(check)}
        ${silenced === 0 ? nothing : `${String(silenced)} overridden with a reason, kept with the medication.`}
      </p>
      ${gapWords(check, lists, unsettled).map(
        (words) => html`<pc-callout class="gap" tone="neutral" icon="info">${words}</pc-callout>`,
      )}`;
  }

  private renderAlert(alert: MedicationAlert) {
    const mayAnswer =
      this.answerable && alert.drug.key !== undefined && mustGetSection(this.view, 'medications').canWrite;
    const isAnswering = mayAnswer && this.answering === alert.id;
    return html`<pc-callout tone=${alert.severity === 'high' ? 'danger' : 'warning'} icon="alert">
      <strong>${alertTitles[alert.kind]}.</strong> ${alertWords(alert)}
      <span class="source">Source: ${alert.source}.</span>
      ${isAnswering ? this.renderAnswer(alert) : nothing}
      ${
        mayAnswer && !isAnswering
          ? html`<wa-button slot="action" size="s" appearance="outlined" @click=${() => (this.answering = alert.id)}
              >Keep, with a reason</wa-button
            >`
          : nothing
      }
    </pc-callout>`;
  }

  private renderAnswer(alert: MedicationAlert) {
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) =>
        this.reason.submit(
          event,
          () => this.reason.missing({ reason: fieldWords.required }),
          () => this.answer(alert),
        )}
    >
      ${this.reason.field('reason', 'Why it is kept', { focusFirst: true })}
      <pc-trouble .words=${this.reason.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" size="s" variant="brand" ?loading=${this.reason.busy}>Keep it</wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => (this.answering = undefined)}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private async answer(alert: MedicationAlert): Promise<void> {
    const resource = this.view.record.get(alert.drug.key ?? '');
    if (resource === undefined) return;
    const outcome = overrideAlerts(actOf(this.view), resource, [alert], { reason: this.reason.text('reason') });
    if (outcome.kind !== 'edits') {
      this.reason.wrong = { reason: fieldWords['too-long'] };
      return;
    }
    const saved = await saveEdits(this, this.view, outcome.section, outcome.edits, 'Kept, with the reason.');
    if (!saved.ok) {
      this.reason.trouble = writeTrouble[saved.reason];
      return;
    }
    this.answering = undefined;
    this.reason.clear();
  }
}

customElements.define('pc-check-report', CheckReport);
declare global {
  interface HTMLElementTagNameMap {
    'pc-check-report': CheckReport;
  }
}
