import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  isObject,
  JsonNumber,
  sameJson,
  stringifyJson,
  type JsonValue,
} from '../../src/clinical/json.ts';
import { maxJsonDepth, parseJson } from '../../src/clinical/json-parser.ts';
import { parsed } from './support.ts';

/** The same value as plain JavaScript, to compare with JSON.parse. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

describe('reading JSON', () => {
  it('reads every text that JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        expect(plain(parsed(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses every text that JSON.parse refuses', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, junk]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + junk + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(broken, (text) => {
        const ours = parseJson(text);
        let theirs = true;
        try {
          JSON.parse(text);
        } catch {
          theirs = false;
        }
        if (!theirs) expect(ours.ok).toBe(false);
        else if (!ours.ok) expect(ours.reason).toBe('duplicate-key');
      }),
      { numRuns: 2000 },
    );
  });

  it('[AM-6] keeps a number as it was written through reading and writing', () => {
    const text = '[1.10,-0,0.000,1E+2,12345678901234567890.123456789,1e400]';
    expect(stringifyJson(parsed(text))).toBe(text);
  });

  it('gives back every value equal after writing and reading it', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        const value = parsed(text);
        expect(sameJson(parsed(stringifyJson(value)), value)).toBe(true);
        expect(sameJson(parsed(canonicalJson(value)), value)).toBe(true);
      }),
    );
  });

  it('tells 1.10 from 1.1, and treats key order as nothing', () => {
    expect(sameJson(parsed('{"a":1.10}'), parsed('{"a":1.1}'))).toBe(false);
    expect(sameJson(parsed('{"a":1,"b":[2]}'), parsed('{"b":[2],"a":1}'))).toBe(true);
    expect(canonicalJson(parsed('{"b":1,"a":{"d":1,"c":2}}'))).toBe('{"a":{"c":2,"d":1},"b":1}');
  });

  it('refuses a repeated key and names its path, line and column: one of two values would be lost', () => {
    const refused = parseJson('{"entry": [\n  {"resource": {"status": "active",\n   "status": "stopped"}}]}');
    expect(refused).toEqual({
      ok: false,
      reason: 'duplicate-key',
      detail: 'line 3, column 4, at entry[0].resource.status',
    });
  });

  it('says where a text breaks off or goes wrong', () => {
    expect(parseJson('{"a": [1, 2')).toMatchObject({ reason: 'not-json', detail: 'line 1, column 12, at a' });
    expect(parseJson('{"a": tru}')).toMatchObject({ reason: 'not-json', detail: 'line 1, column 7, at a' });
    expect(parseJson('')).toMatchObject({ reason: 'not-json', detail: 'line 1, column 1' });
    expect(parseJson('{"a":1} x')).toMatchObject({ reason: 'not-json', detail: 'line 1, column 9' });
  });

  it('refuses nesting beyond its limit without overflowing the stack', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(parseJson(deep(maxJsonDepth)).ok).toBe(true);
    expect(parseJson(deep(maxJsonDepth + 1))).toMatchObject({ reason: 'too-deep' });
    expect(parseJson('[{"a":'.repeat(200_000))).toMatchObject({ reason: 'too-deep' });
  });

  it('takes __proto__ and constructor for ordinary keys', () => {
    const text = '{"__proto__":{"polluted":true},"constructor":1}';
    const value = parsed(text);
    expect(stringifyJson(value)).toBe(text);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('reads past a byte order mark, and writes lone surrogates so that UTF-8 can carry them', () => {
    expect(parsed('\uFEFF{"a":1}')).toEqual(parsed('{"a":1}'));
    const text = stringifyJson(parsed('"\\ud800 and \ud800"'));
    expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
    expect(parsed(text)).toBe('\ud800 and \ud800');
  });
});
