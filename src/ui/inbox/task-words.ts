/** What forms about tasks share: who may be asked, by when, and the fields for both. */
import { html, type TemplateResult } from 'lit';
import type { Session } from '../../app/session.ts';
import type { NewTask } from '../../app/work/work-acts.ts';
import { localDay } from '../shell/clock.ts';
import { choiceField, type Choice } from '../shell/fields.ts';
import type { FormState } from '../shell/form-state.ts';

/** The people of the practice by name; the first choice is nobody in particular. */
export function colleagues({ people, practice }: Pick<Session, 'people' | 'practice'>): readonly Choice[] {
  const names = people.devices
    .filter(({ status, role, personName }) => status === 'active' && role !== 'keeper' && personName !== '')
    .map(({ personName }) => personName);
  const all = [...new Set([practice.personName, ...names])];
  return [{ value: '', label: 'Whoever comes first' }, ...all.map((name) => ({ value: name, label: name }))];
}

/** The day in so many days, as FHIR writes it. */
export function dueIn(days: number, now: Date): string {
  return localDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
}

export function dueWrong(due: string): Readonly<Record<string, string>> {
  return due === '' || /^\d{4}-\d{2}-\d{2}$/.test(due) ? {} : { due: 'Not a date. Write 2026-03-05.' };
}

/** Side by side: when, and who. */
export function renderDueAndOwner(form: FormState, session: Session): TemplateResult {
  return html`<div class="pair">
    ${form.field('due', 'Due', { type: 'date' })}
    ${choiceField({
      name: 'owner',
      label: 'For',
      value: form.raw('owner'),
      choices: colleagues(session),
      onChoose: (value) => form.type('owner', value),
    })}
  </div>`;
}

/** What was entered, without what was left empty. */
export function taskOf(form: FormState, text: string): NewTask {
  const [due, owner] = [form.text('due'), form.text('owner')];
  return { text, ...(due === '' ? {} : { due }), ...(owner === '' ? {} : { owner }) };
}
