/** `<pc-register-page .session>`: a patient registered by hand; opens the new chart. */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { FieldReason } from '../../clinical/edits/edit.ts';
import { newPatient } from '../../clinical/edits/patient.ts';
import type { ChartSummary, Session } from '../../app/session.ts';
import { fieldWords } from '../chart/words.ts';
import '../shell/callout.ts';
import { isoWithOffset } from '../shell/clock.ts';
import { choiceField, focusFirstField, focusFirstWrong, readFields, textField } from '../shell/fields.ts';
import { dateInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { base, card, form, page } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';

export class RegisterPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    alike: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    page,
    card,
    form,
    css`
      form {
        max-inline-size: 32rem;
      }
    `,
  ];

  declare session: Session;
  declare private typed: Readonly<Record<string, string>>;
  declare private wrong: Readonly<Record<string, FieldReason>>;
  declare private trouble: Trouble | undefined;
  /** Charts with this name and birth date: asked about once before a second one is made. */
  declare private alike: readonly ChartSummary[];
  declare private saving: boolean;

  constructor() {
    super();
    this.typed = {};
    this.wrong = {};
    this.alike = [];
    this.saving = false;
    new Keys(this, [{ keys: 'Escape', label: 'Back to the patients', run: () => (location.hash = '#/patients') }]);
  }

  override firstUpdated(): void {
    void focusFirstField(this.renderRoot);
  }

  override render() {
    return html`<pc-page-header heading="Register a patient"
        >Only what you know; the rest can follow in the chart.</pc-page-header
      >
      <form
        class="card"
        autocomplete="off"
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.submit();
        }}
      >
        <div class="pair">${this.text('given', 'Given names')} ${this.text('family', 'Family name')}</div>
        <div class="pair">
          ${this.text('birthDate', 'Birth date', '1970-03-05, or only the year')}
          ${choiceField({
            name: 'gender',
            label: 'Sex',
            value: this.typed['gender'] ?? '',
            choices: [
              { value: 'female', label: 'Female' },
              { value: 'male', label: 'Male' },
              { value: 'other', label: 'Other' },
              { value: 'unknown', label: 'Unknown' },
            ],
          })}
        </div>
        ${this.text('identifier', 'Identifier', 'Record number of this practice')}
        ${this.alike.map(
          (chart) =>
            html`<pc-callout tone="warning" role="alert">
              There is already a chart of <strong>${chart.name}</strong>, born ${dateInWords(chart.birthDate)}. Is it
              the same person?
              <wa-button slot="action" size="s" appearance="outlined" href=${chartAddress(chart.id)}
                >Open that chart</wa-button
              >
            </pc-callout>`,
        )}
        <pc-trouble .words=${this.trouble}></pc-trouble>
        <div class="actions">
          <wa-button type="submit" variant="brand" ?loading=${this.saving}
            >${this.alike.length > 0 ? 'Another person: register' : 'Register'}</wa-button
          >
          <wa-button appearance="outlined" href="#/patients">Cancel</wa-button>
        </div>
      </form>`;
  }

  private text(name: string, label: string, hint?: string) {
    const reason = this.wrong[name];
    return textField({
      name,
      label,
      value: this.typed[name] ?? '',
      ...(hint === undefined ? {} : { hint }),
      error: reason === undefined ? undefined : fieldWords[reason],
    });
  }

  private async submit(): Promise<void> {
    if (this.saving) return;
    this.typed = readFields(this.renderRoot);
    const patient = newPatient({ id: crypto.randomUUID(), now: isoWithOffset(new Date()) }, this.typed);
    this.wrong = patient.kind === 'errors' ? patient.errors : {};
    if (patient.kind === 'errors') {
      await this.updateComplete;
      focusFirstWrong(this.renderRoot);
      return;
    }
    const alike = this.chartsAlike();
    if (alike.some((chart) => !this.alike.includes(chart))) {
      this.alike = alike;
      return;
    }
    this.saving = true;
    const made = await this.session.registerPatient(patient.edit);
    this.saving = false;
    if (made.ok) location.hash = chartAddress(made.value);
    else this.trouble = writeTrouble[made.reason];
  }

  private chartsAlike(): readonly ChartSummary[] {
    const { given = '', family = '', birthDate = '' } = this.typed;
    const found = new Set(this.session.search(`${given} ${family}`.trim()));
    return this.session.charts
      .filter((chart) => found.has(chart.id) && (chart.birthDate ?? '') === birthDate)
      .slice(0, 3);
  }
}

customElements.define('pc-register-page', RegisterPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-register-page': RegisterPage;
  }
}
