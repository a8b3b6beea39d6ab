/**
 * `<pc-edit-form .view .form .resource>`: one form of forms.ts, beside what it changes. Saves through the session, keeps what
 * was typed when it fails, asks once about what is unusual. Fires `pc-close` when done or put away (Escape).
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { EditOutcome, FieldReason } from '../../clinical/edits/edit.ts';
import type { Resource } from '../../clinical/record.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import '../shell/callout.ts';
import { areaField, choiceField, focusFirstField, focusFirstWrong, readFields, textField } from '../shell/fields.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { actOf, saveEdits, type ChartView } from './chart-view.ts';
import './check-report.ts';
import type { AddForm, ChangeForm, FieldSpec, Typed } from './form-spec.ts';
import { writtenIntoWords } from './merge-words.ts';
import { fieldWords, questionWords, refusalTrouble } from './words.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-close': CustomEvent;
  }
}

export class EditForm extends LitElement {
  static override properties = {
    view: { attribute: false },
    form: { attribute: false },
    resource: { attribute: false },
    settle: { attribute: false },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    asked: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      h2 {
        margin-block-end: var(--wa-space-2xs);
      }
      .lead {
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  declare view: ChartView;
  declare form: AddForm | ChangeForm;
  /** What is changed; undefined for something new. */
  declare resource: Resource | undefined;
  /** For another value that settles a conflict: turns the form's edits into the settling ones. */
  declare settle: ((edits: readonly SectionEdit[]) => readonly SectionEdit[] | undefined) | undefined;
  declare private typed: Typed;
  declare private wrong: Readonly<Record<string, FieldReason>>;
  declare private trouble: Trouble | undefined;
  /** Questions shown; saving again answers them with yes. */
  declare private asked: readonly string[];
  declare private saving: boolean;

  constructor() {
    super();
    this.typed = {};
    this.wrong = {};
    this.asked = [];
    this.saving = false;
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('form')) return;
    const { form, resource } = this;
    this.typed = form.kind === 'change' && resource !== undefined ? form.start(resource) : initialOf(form.fields);
    this.wrong = {};
    this.asked = [];
    this.trouble = undefined;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('form')) void this.focusStart();
    // A long form hides the question that answers Enter, and a second Enter is the answer yes.
    if (changed.has('asked') && this.asked.length > 0)
      this.renderRoot.querySelector('.actions')?.scrollIntoView({ block: 'nearest' });
  }

  override render() {
    const { form, resource } = this;
    const into = resource === undefined ? '' : writtenIntoWords(this.view, resource.key);
    return html`<form
      aria-labelledby="heading"
      autocomplete="off"
      novalidate
      @input=${(event: Event) => this.keep(event)}
      @change=${(event: Event) => this.keep(event)}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.submit();
      }}
    >
      <div>
        <h2 id="heading" tabindex="-1">${form.heading}</h2>
        ${form.lead === undefined ? nothing : html`<p class="lead">${form.lead}</p>`}
        ${into === '' ? nothing : html`<p class="lead">${into}</p>`}
      </div>
      ${inPairs(form.fields).map(
        (fields, place) =>
          html`${
            fields.length === 1
              ? fields.map((field) => this.renderField(field))
              : html`<div class="pair">${fields.map((field) => this.renderField(field))}</div>`
          }
          ${place === 0 ? this.renderCheck() : nothing}`,
      )}
      ${
        this.asked.length === 0
          ? nothing
          : html`<pc-callout tone="warning" role="alert"
              >${this.asked.map((words) => html`<p>${words}</p>`)}</pc-callout
            >`
      }
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant=${form.danger === true ? 'danger' : 'brand'} ?loading=${this.saving}
          >${this.asked.length > 0 ? 'Yes, save it so' : form.act}</wa-button
        >
        <wa-button appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
      </div>
    </form>`;
  }

  /** What a check says of what is typed so far, and the reason that an alert asks for. */
  private renderCheck() {
    const { form } = this;
    const check = this.checked(form);
    if (check === undefined) return nothing;
    return html`<pc-check-report .view=${this.view} .check=${check}></pc-check-report> ${
        check.alerts.length === 0
          ? nothing
          : this.renderField({
              name: 'override',
              label: 'Why it is given all the same',
              kind: 'text',
              required: true,
            })
      }`;
  }

  private checked(form: AddForm | ChangeForm) {
    if (form.kind === 'add') return form.check?.(this.view.record, this.typed);
    return this.resource === undefined ? undefined : form.check?.(this.view.record, this.resource, this.typed);
  }

  private renderField(field: FieldSpec) {
    const reason = this.wrong[field.name];
    const options = {
      name: field.name,
      label: field.label,
      value: this.typed[field.name] ?? '',
      ...(field.hint === undefined ? {} : { hint: field.hint }),
      ...(field.required === undefined ? {} : { required: field.required }),
      error: reason === undefined ? undefined : fieldWords[reason],
    };
    switch (field.kind) {
      case 'area':
        return areaField(options);
      case 'choice':
        return choiceField({ ...options, choices: field.choices ?? [] });
      case 'number':
        return textField({
          ...options,
          inputMode: 'decimal',
          ...(field.unit === undefined ? {} : { unit: field.unit }),
        });
      case 'moment':
        return textField({ ...options, type: 'datetime-local' });
      case 'check':
        return html`<wa-checkbox name=${field.name} ?checked=${options.value === 'yes'}>${field.label}</wa-checkbox>`;
      case 'text':
      case 'date':
        return textField(options);
    }
  }

  /** The chart may change while a person types, and the form is painted anew: what is typed must still be there. */
  private keep({ target }: Event): void {
    if (target === null || !('name' in target && 'value' in target)) return;
    const { name, value } = target;
    if (target instanceof HTMLElement && target.localName === 'wa-checkbox') return;
    if (typeof name === 'string' && typeof value === 'string') this.typed = { ...this.typed, [name]: value };
  }

  private async submit(): Promise<void> {
    if (this.saving) return;
    const typed: Record<string, string> = { ...readFields(this.renderRoot) };
    for (const box of this.renderRoot.querySelectorAll('wa-checkbox')) {
      if (box.name !== null) typed[box.name] = box.checked ? 'yes' : '';
    }
    this.typed = typed;
    const outcome = this.outcomeOf(typed);
    this.wrong = outcome.kind === 'errors' ? outcome.errors : {};
    this.trouble = outcome.kind === 'refused' ? refusalTrouble[outcome.reason] : undefined;
    if (outcome.kind === 'errors') {
      await this.updateComplete;
      focusFirstWrong(this.renderRoot);
    }
    if (outcome.kind !== 'edits') return;
    const questions = outcome.questions.map((question) => questionWords[question]);
    if (questions.some((words) => !this.asked.includes(words))) {
      this.asked = questions;
      return;
    }
    await this.save(outcome);
  }

  private outcomeOf(typed: Typed): EditOutcome {
    const act = actOf(this.view);
    if (this.form.kind === 'add') return this.form.outcome(act, typed);
    if (this.resource === undefined) throw new Error('a form that changes has what it changes');
    return this.form.outcome(act, this.resource, typed);
  }

  private async save({ section, edits }: EditOutcome & { kind: 'edits' }): Promise<void> {
    const wanted = this.settle === undefined ? edits : this.settle(edits);
    if (wanted === undefined) {
      this.trouble = {
        happened: 'Not saved: this leaves one of the two statements open.',
        safe: 'Both values are kept.',
        todo: 'Choose one of the two first, then change it.',
      };
      return;
    }
    if (wanted.length === 0) {
      this.close();
      return;
    }
    this.saving = true;
    const saved = await saveEdits(this, this.view, section, wanted, this.form.done);
    this.saving = false;
    if (saved.ok) this.close();
    else this.trouble = writeTrouble[saved.reason];
  }

  private async focusStart(): Promise<void> {
    await this.updateComplete;
    if (this.form.fields.length > 0) await focusFirstField(this.renderRoot);
    else this.renderRoot.querySelector('h2')?.focus();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

function initialOf(fields: readonly FieldSpec[]): Typed {
  return Object.fromEntries(fields.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])));
}

function inPairs(fields: readonly FieldSpec[]): readonly (readonly FieldSpec[])[] {
  const groups: FieldSpec[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (field.beside === true && last !== undefined) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

customElements.define('pc-edit-form', EditForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-edit-form': EditForm;
  }
}
