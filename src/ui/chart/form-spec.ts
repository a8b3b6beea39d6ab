/** What a form of a chart is: its fields, and the clinical act it leads to. One element (edit-form.ts) renders them all. */
import type { MedicationCheck } from '../../clinical/checks/medication-check.ts';
import type { Act, EditOutcome } from '../../clinical/edits/edit.ts';
import type { ChartRecord, Resource } from '../../clinical/record.ts';
import type { Choice } from '../shell/fields.ts';

export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'date' | 'moment' | 'number' | 'area' | 'choice' | 'check';
  readonly hint?: string;
  /** Of a number: stands in the field, after what is typed. */
  readonly unit?: string;
  readonly required?: boolean;
  readonly choices?: readonly Choice[];
  /** What stands in the field of a new entry before anything is typed. */
  readonly initial?: string;
  /** Stands beside the field before it. */
  readonly beside?: boolean;
}

export type Typed = Readonly<Record<string, string>>;

interface FormBase {
  readonly heading: string;
  readonly fields: readonly FieldSpec[];
  /** On the button. */
  readonly act: string;
  /** What is said when it is saved. */
  readonly done: string;
  /** A sentence above the fields. */
  readonly lead?: string;
  /** Only danger to the record is red. */
  readonly danger?: boolean;
}

export interface AddForm extends FormBase {
  readonly kind: 'add';
  /** What is checked while it is typed; an alert asks for the field `override`. */
  readonly check?: (record: ChartRecord, typed: Typed) => MedicationCheck | undefined;
  readonly outcome: (act: Act, typed: Typed) => EditOutcome;
}

export interface ChangeForm extends FormBase {
  readonly kind: 'change';
  /** The same of what is changed: what was answered already is not asked again. */
  readonly check?: (record: ChartRecord, resource: Resource, typed: Typed) => MedicationCheck | undefined;
  readonly start: (resource: Resource) => Typed;
  readonly outcome: (act: Act, resource: Resource, typed: Typed) => EditOutcome;
}

export const choice = (value: string, label: string): Choice => ({ value, label });

/** Rows of a code and its words. */
export const choicesOf = (rows: readonly (readonly [string, string])[]): readonly Choice[] =>
  rows.map(([value, label]) => choice(value, label));
