/**
 * The history of one resource in words: for each value, newest first, which statement it is of, what it says, and what stood
 * there before. The value a resource was created with is read from its creation.
 */
import { isObject, type JsonObject } from './json.ts';
import { parseJson } from './json-parser.ts';
import type { ChartRecord, Resource } from './record.ts';
import { isShownRegister, registerName, registerWords } from './register-words.ts';
import { registerText } from './registers.ts';

/** One value a register had, as the document tells it. `register` empty: the creation, whose text is the whole resource. */
export interface HistoryValue {
  readonly register: string;
  readonly json: string;
}

export interface HistoryLine<Value extends HistoryValue> {
  readonly value: Value;
  readonly isCreation: boolean;
  /** What it says: of a change one statement, of a creation those that were changed since. */
  readonly statements: readonly {
    readonly name: string;
    readonly words: string;
    readonly before: string | undefined;
  }[];
}

const nothing = 'not recorded';

/** `values` newest first; so is what is given back. */
export function historyLines<Value extends HistoryValue>(
  record: ChartRecord,
  resource: Resource,
  values: readonly Value[],
): readonly HistoryLine<Value>[] {
  const shown = values.filter(({ register }) => register === '' || isShownRegister(register));
  const wordsOf = (register: string, text: string): string => {
    const words = registerWords(register, record.withWords(resource, text), (reference) =>
      record.nameOf(reference, resource.json),
    );
    return words === 'removed' ? nothing : words;
  };
  const original = parsed(shown.findLast(({ register }) => register === '')?.json);
  const first = (register: string): string =>
    original === undefined ? nothing : wordsOf(register, registerText(original, register));
  const changed = new Set(shown.map(({ register }) => register).filter((register) => register !== ''));
  return shown.map((value, index) => {
    const { register, json } = value;
    if (register === '') {
      const names = [...changed];
      return { value, isCreation: true, statements: names.map((name) => statement(resource, name, first(name))) };
    }
    const earlier = shown.slice(index + 1).find((other) => other.register === register);
    const before = earlier === undefined ? first(register) : wordsOf(register, earlier.json);
    return { value, isCreation: false, statements: [statement(resource, register, wordsOf(register, json), before)] };
  });
}

function statement({ type }: Resource, register: string, words: string, before?: string) {
  return { name: registerName(type, register), words, before };
}

function parsed(text: string | undefined): JsonObject | undefined {
  const result = text === undefined ? undefined : parseJson(text);
  return result?.ok === true && isObject(result.value) ? result.value : undefined;
}
