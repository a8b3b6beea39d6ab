/**
 * Form fields, one way for all: a label, a hint, and in its place what is wrong with the entry. `readFields` collects
 * what was typed, by name. What the words mean is for clinical/edits to say; nothing is parsed here. Autocomplete is off
 * unless asked for: the browser would keep what was typed in a file of its own, unsealed. For the same reason every field
 * stands in a form that says so too: one outside a form is kept for restoring the page (HTML, form-associated elements).
 */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type WaInput from '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import type WaSelect from '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type WaTextarea from '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';

interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly hint?: string;
  /** What is wrong, in a sentence; stands where the hint stood. */
  readonly error?: string | undefined;
  readonly required?: boolean;
}

export interface TextFieldOptions extends FieldOptions {
  readonly type?: 'text' | 'password' | 'date' | 'datetime-local' | 'search' | 'email' | 'url';
  readonly inputMode?: 'text' | 'decimal' | 'numeric';
  readonly autocomplete?: string;
  readonly focusFirst?: boolean;
  /** Stands in the field after what is typed; read out as its hint. */
  readonly unit?: string;
  readonly onInput?: (value: string) => void;
}

export function textField(options: TextFieldOptions): TemplateResult {
  const { error, onInput, unit } = options;
  return html`<wa-input
    name=${options.name}
    label=${options.label}
    type=${options.type ?? 'text'}
    inputmode=${options.inputMode ?? 'text'}
    autocomplete=${options.autocomplete ?? 'off'}
    class=${error === undefined ? (unit === undefined ? '' : 'with-unit') : 'wrong'}
    .value=${live(options.value ?? '')}
    .hint=${error ?? options.hint ?? unit ?? ''}
    ?autofocus=${options.focusFirst ?? false}
    ?required=${options.required ?? false}
    ?password-toggle=${options.type === 'password'}
    @input=${onInput === undefined ? nothing : (event: Event) => onInput(typedValue(event))}
    >${unit === undefined ? nothing : html`<span slot="end" class="quiet" aria-hidden="true">${unit}</span>`}</wa-input
  >`;
}

export interface AreaFieldOptions extends FieldOptions {
  readonly rows?: number;
  /** Words or codes to be copied letter by letter: the browser corrects nothing. */
  readonly verbatim?: boolean;
  readonly onInput?: (value: string) => void;
}

export function areaField(options: AreaFieldOptions): TemplateResult {
  const { onInput, verbatim = false } = options;
  return html`<wa-textarea
    name=${options.name}
    label=${options.label}
    rows=${options.rows ?? 3}
    autocomplete="off"
    autocapitalize=${verbatim ? 'off' : 'sentences'}
    spellcheck=${verbatim ? 'false' : 'true'}
    resize="auto"
    class=${options.error === undefined ? '' : 'wrong'}
    .value=${live(options.value ?? '')}
    .hint=${options.error ?? options.hint ?? ''}
    ?required=${options.required ?? false}
    @input=${onInput === undefined ? nothing : (event: Event) => onInput(typedValue(event))}
  ></wa-textarea>`;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function choiceField(
  options: FieldOptions & { readonly choices: readonly Choice[]; readonly onChoose?: (value: string) => void },
): TemplateResult {
  const { onChoose } = options;
  return html`<wa-select
    name=${options.name}
    label=${options.label}
    class=${options.error === undefined ? '' : 'wrong'}
    .hint=${options.error ?? options.hint ?? ''}
    value=${options.value ?? ''}
    ?required=${options.required ?? false}
    @change=${onChoose === undefined ? nothing : (event: Event) => onChoose(typedValue(event))}
  >
    ${options.choices.map((choice) => html`<wa-option value=${choice.value}>${choice.label}</wa-option>`)}
  </wa-select>`;
}

export function typedValue(event: Event): string {
  const target = event.target;
  if (target === null || !('value' in target)) return '';
  return typeof target.value === 'string' ? target.value : '';
}

/** The text of every named field below `root`, trimmed. */
export function readFields(root: ParentNode): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const field of root.querySelectorAll<WaInput | WaTextarea | WaSelect>('wa-input, wa-textarea, wa-select')) {
    const { name, value } = field;
    if (name !== null && typeof value === 'string') values[name] = value.trim();
  }
  return values;
}

/** A field takes the focus once it has drawn itself, not before. */
export async function focusFirstField(root: ParentNode): Promise<void> {
  const field = root.querySelector<WaInput | WaTextarea | WaSelect>('wa-input, wa-textarea, wa-select');
  await field?.updateComplete;
  field?.focus();
}

/** After a refusal: the first field that is wrong takes the focus. */
export function focusFirstWrong(root: ParentNode): void {
  root.querySelector<HTMLElement>('.wrong')?.focus();
}
