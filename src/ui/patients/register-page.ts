/**
 * `<pc-register-page .session>`: a patient registered by hand, with whoever of the charts here may be the same person shown while
 * one types; opens the new chart.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { FieldReason } from '../../clinical/edits/edit.ts';
import { newPatient, type TypedPatient } from '../../clinical/edits/patient.ts';
import type { Session } from '../../app/session.ts';
import '../shell/callout.ts';
import { isoWithOffset } from '../shell/clock.ts';
import { focusFirstField, focusFirstWrong, readFields } from '../shell/fields.ts';
import { ageInWords, dateInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { base, card, form, page } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { LikelyDuplicates, type LikelyDuplicate } from './likely-duplicates.ts';
import { mainFields, moreFields } from './patient-fields.ts';
import { matchReasonsInWords, sexInWords } from './words.ts';

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
      .alike {
        display: grid;
        gap: var(--wa-space-xs);
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
      .alike:empty {
        display: none;
      }
    `,
  ];

  declare session: Session;
  declare private typed: TypedPatient;
  declare private wrong: Readonly<Record<string, FieldReason>>;
  declare private trouble: Trouble | undefined;
  /** Charts that may be of this person: shown as one types, and asked about once before a second one is made. */
  declare private alike: readonly LikelyDuplicate[];
  private duplicates: LikelyDuplicates | undefined;
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
    if (this.session.practice.role === 'viewer') {
      return html`<pc-page-header heading="Register a patient"></pc-page-header>
        <pc-callout tone="info"
          >Your role reads charts and begins none. Ask somebody who works with patients.</pc-callout
        >`;
    }
    return html`<pc-page-header heading="Register a patient"
        >Only what you know; the rest can follow in the chart.</pc-page-header
      >
      <form
        class="card"
        autocomplete="off"
        novalidate
        @change=${() => void this.look()}
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.submit();
        }}
      >
        ${mainFields(this.typed, this.wrong)} ${moreFields(this.typed, this.wrong)}
        <div class="alike" role="status">${this.alike.map((duplicate) => renderDuplicate(duplicate))}</div>
        <pc-trouble .words=${this.trouble}></pc-trouble>
        <div class="actions">
          <wa-button type="submit" variant="brand" ?loading=${this.saving}
            >${this.alike.length > 0 ? 'Another person: register' : 'Register'}</wa-button
          >
          <wa-button appearance="outlined" href="#/patients">Cancel</wa-button>
        </div>
      </form>`;
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
    const seen = new Set(this.alike.map(({ chart }) => chart.id));
    await this.look();
    // Only who was shown before the button was pressed has been asked about.
    if (this.alike.some(({ chart }) => !seen.has(chart.id))) return;
    this.saving = true;
    const made = await this.session.registerPatient(patient.edit);
    this.saving = false;
    if (made.ok) location.hash = chartAddress(made.value);
    else this.trouble = writeTrouble[made.reason];
  }

  private async look(): Promise<void> {
    const typed = readFields(this.renderRoot);
    this.typed = typed;
    this.duplicates ??= new LikelyDuplicates(this.session);
    this.alike = await this.duplicates.find(typed);
  }
}

function renderDuplicate({ chart, reasons }: LikelyDuplicate) {
  const { name, birthDate, sex, identifier } = chart;
  const about = [
    birthDate === undefined ? '' : `born ${dateInWords(birthDate)} (${ageInWords(birthDate, new Date())})`,
    sexInWords(sex),
    identifier === undefined ? '' : `No. ${identifier}`,
  ];
  return html`<pc-callout tone="warning">
    <strong>${name}</strong>, ${about.filter((part) => part !== '').join(', ')}. May be the same person:
    ${matchReasonsInWords(reasons)}.
    <wa-button slot="action" size="s" appearance="outlined" href=${chartAddress(chart.id)}>Open that chart</wa-button>
  </pc-callout>`;
}

customElements.define('pc-register-page', RegisterPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-register-page': RegisterPage;
  }
}
