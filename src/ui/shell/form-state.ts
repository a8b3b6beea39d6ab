/**
 * What a form of several fields holds between two paintings: what was typed, what is wrong with it by field, and why the act
 * behind it failed. A controller of the element that renders the form; it knows no field's meaning. What was typed stays
 * until the form is left or done, so that an error never costs a person their words; secrets go with `clear`.
 */
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { areaField, focusFirstWrong, textField, type AreaFieldOptions, type TextFieldOptions } from './fields.ts';
import { painted } from './painted.ts';
import type { Trouble } from './words.ts';

/** By field name: what was typed, or what is wrong with it. */
export type Texts = Readonly<Record<string, string>>;

export class FormState implements ReactiveController {
  readonly #host: LitElement;
  readonly #initial: Texts;
  #typed: Texts;
  #wrong: Texts = {};
  #trouble: Trouble | undefined;
  #busy = false;

  constructor(host: LitElement, initial: Texts = {}) {
    this.#host = host;
    this.#initial = initial;
    this.#typed = initial;
    host.addController(this);
  }

  /** A form that is left takes its secrets with it. */
  hostDisconnected(): void {
    this.#typed = this.#initial;
  }

  get typed(): Texts {
    return this.#typed;
  }

  get wrong(): Texts {
    return this.#wrong;
  }

  set wrong(wrong: Texts) {
    this.#wrong = wrong;
    this.#host.requestUpdate();
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  set trouble(trouble: Trouble | undefined) {
    this.#trouble = trouble;
    this.#host.requestUpdate();
  }

  /** While the act behind the form runs. */
  get busy(): boolean {
    return this.#busy;
  }

  /** As typed: the spaces at the ends of a passphrase belong to it. */
  raw(name: string): string {
    return this.#typed[name] ?? '';
  }

  text(name: string): string {
    return this.raw(name).trim();
  }

  readonly type = (name: string, value: string): void => {
    this.#typed = { ...this.#typed, [name]: value };
    this.wrong = without(this.#wrong, name);
  };

  clear(): void {
    this.#typed = this.#initial;
    this.#host.requestUpdate();
  }

  field(name: string, label: string, more: Partial<TextFieldOptions> = {}): TemplateResult {
    return textField({ ...this.#fieldOptions(name, label), ...more });
  }

  area(name: string, label: string, more: Partial<AreaFieldOptions> = {}): TemplateResult {
    return areaField({ ...this.#fieldOptions(name, label), ...more });
  }

  /** By field name, the sentence that asks for it, for those that are empty. */
  missing(sentences: Texts): Texts {
    return Object.fromEntries(Object.entries(sentences).filter(([name]) => this.text(name) === ''));
  }

  /**
   * Carries out the act unless something is wrong, one at a time; the press is answered on the screen before the act begins.
   * Afterwards the first field that is wrong has the focus. Give it the `submit` event.
   */
  submit(event: Event, findWrong: () => Texts, act: () => void | Promise<void>): void {
    event.preventDefault();
    if (!this.#busy) void this.#carryOut(findWrong, act);
  }

  #fieldOptions(name: string, label: string) {
    return {
      name,
      label,
      value: this.raw(name),
      error: this.#wrong[name],
      onInput: (value: string) => this.type(name, value),
    };
  }

  async #carryOut(findWrong: () => Texts, act: () => void | Promise<void>): Promise<void> {
    this.trouble = undefined;
    this.wrong = findWrong();
    if (Object.keys(this.#wrong).length === 0) {
      this.#setBusy(true);
      try {
        await painted();
        await act();
      } finally {
        this.#setBusy(false);
      }
    }
    await this.#host.updateComplete;
    focusFirstWrong(this.#host.renderRoot);
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#host.requestUpdate();
  }
}

/** What was wrong with a field is not said any more once it is typed in again. */
export function without(texts: Texts, name: string): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([other]) => other !== name));
}
