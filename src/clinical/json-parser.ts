/**
 * Text to JSON values, strictly (RFC 8259), for files nobody has checked. Where `JSON.parse` rounds numbers, keeps the
 * last of two equal keys and says "position 81233", this keeps numbers as written, refuses a repeated key (one of two
 * values would be lost without a word) and names the line, the column and the path. Nesting is bounded, so no input
 * overflows the stack.
 */
import { err, ok, type Err, type Result } from '../base/result.ts';
import { isObject, JsonNumber, type JsonObject, type JsonValue } from './json.ts';

/** Levels of nesting. Deeper than any FHIR resource (extensions nest a handful of levels), far above the stack's end. */
export const maxJsonDepth = 200;
/** Characters of a path or key shown in a refusal, so that a hostile key cannot fill the screen. */
const maxPathLength = 200;

export type JsonRefusal = 'not-json' | 'duplicate-key' | 'too-deep';

/** `detail` is "line 3, column 14, at entry[2].resource.code". A leading byte order mark is skipped. */
export function parseJson(text: string): Result<JsonValue, JsonRefusal> {
  try {
    return ok(new JsonParser(text).parse());
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.refusal;
    throw thrown;
  }
}

/** An object as JSON text; undefined for text that is none, or another value. */
export function parseObject(text: string): JsonObject | undefined {
  const parsed = parseJson(text);
  return parsed.ok && isObject(parsed.value) ? parsed.value : undefined;
}

/** Thrown inside this file only, to leave the recursion. */
class Refusal extends Error {
  readonly refusal: Err<JsonRefusal>;
  constructor(refusal: Err<JsonRefusal>) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const literals: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['t', true],
  ['f', false],
  ['n', null],
]);

class JsonParser {
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#refuse('not-json');
    return value;
  }

  #value(depth: number): JsonValue {
    this.#skipSpace();
    const char = this.#text[this.#at];
    if (char === '"') return this.#string();
    if (char === '{') return this.#object(depth + 1);
    if (char === '[') return this.#array(depth + 1);
    const literal = literals.get(char ?? '');
    if (literal !== undefined) return this.#literal(literal);
    return this.#number();
  }

  #object(depth: number): JsonObject {
    if (depth > maxJsonDepth) throw this.#refuse('too-deep');
    const object = Object.create(null) as Record<string, JsonValue>;
    this.#at++;
    if (this.#next('}')) return object;
    do {
      this.#skipSpace();
      const keyAt = this.#at;
      if (this.#text[this.#at] !== '"') throw this.#refuse('not-json');
      const key = this.#string();
      this.#path.push(key);
      if (Object.hasOwn(object, key)) throw this.#refuse('duplicate-key', keyAt);
      this.#expect(':');
      object[key] = this.#value(depth);
      this.#path.pop();
    } while (this.#next(','));
    this.#expect('}');
    return object;
  }

  #array(depth: number): JsonValue[] {
    if (depth > maxJsonDepth) throw this.#refuse('too-deep');
    const array: JsonValue[] = [];
    this.#at++;
    if (this.#next(']')) return array;
    do {
      this.#path.push(array.length);
      array.push(this.#value(depth));
      this.#path.pop();
    } while (this.#next(','));
    this.#expect(']');
    return array;
  }

  #string(): string {
    const start = this.#at;
    for (let end = start + 1; end < this.#text.length; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === 0x22) {
        this.#at = end + 1;
        return this.#text.slice(start + 1, end);
      }
      if (code === 0x5c) return this.#escapedString(start, end);
      if (code < 0x20) throw this.#refuse('not-json', end);
    }
    throw this.#refuse('not-json', this.#text.length);
  }

  /** A string with escapes: find its end, check it holds no control character, let `JSON.parse` judge the escapes. */
  #escapedString(start: number, firstEscape: number): string {
    for (let end = firstEscape; end < this.#text.length; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === 0x5c) end++;
      else if (code === 0x22) {
        this.#at = end + 1;
        try {
          return JSON.parse(this.#text.slice(start, end + 1)) as string;
        } catch {
          throw this.#refuse('not-json', firstEscape);
        }
      }
    }
    throw this.#refuse('not-json', this.#text.length);
  }

  #number(): JsonNumber {
    numberPattern.lastIndex = this.#at;
    const match = numberPattern.exec(this.#text);
    if (match === null) throw this.#refuse('not-json');
    this.#at += match[0].length;
    return new JsonNumber(match[0]);
  }

  #literal(value: boolean | null): JsonValue {
    const word = String(value);
    if (!this.#text.startsWith(word, this.#at)) throw this.#refuse('not-json');
    this.#at += word.length;
    return value;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #next(char: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#next(char)) throw this.#refuse('not-json');
  }

  #refuse(reason: JsonRefusal, at: number = this.#at): Refusal {
    const before = this.#text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const path = pathText(this.#path);
    const place = `line ${String(line)}, column ${String(column)}`;
    return new Refusal(err(reason, path === '' ? place : `${place}, at ${path}`));
  }
}

/** `entry[12].resource.code`, shortened in the middle of nowhere rather than refused. */
function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${String(step)}]` : text === '' ? step : `.${step}`;
  return text.length > maxPathLength ? `${text.slice(0, maxPathLength)}…` : text;
}
