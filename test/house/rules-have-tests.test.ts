/**
 * A rule without a test that names it is a promise nobody keeps. Each rule of sections 1–5 and 8 of docs/protocol.md must stand
 * in the title of a test, its numbered lines (OP-5.3) as well. Whether such a test can fail is for `npm run mutate`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const protocol = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

/** Rules that no test names, each with the reason. */
const withoutTest: ReadonlyMap<string, string> = new Map();

const sectionsHeld = [1, 2, 3, 4, 5, 8];

/** Every rule of a section, and for each numbered line below it the rule with that number. */
function rulesOf(text: string, sections: readonly number[]): readonly string[] {
  return sections.flatMap((number) => {
    const start = text.search(new RegExp(`^## ${number}\\. `, 'm'));
    const length = text.slice(start + 1).search(/^## /m);
    const section = text.slice(start, length < 0 ? undefined : start + 1 + length);
    return section.split(/^- (?=\*\*)/m).flatMap((item) => {
      const rule = /^\*\*((?:ID|OP|CH|EN|CUT|AM|AU)-\d+)\*\*/.exec(item)?.[1];
      if (rule === undefined) return [];
      const lines = [...item.matchAll(/^ +(\d+)\. /gm)].map((match) => `${rule}.${match[1] ?? ''}`);
      return [rule, ...lines];
    });
  });
}

/** The ids in the titles of tests, `[OP-5.3]`; a line of a rule speaks for the rule. */
function titledRules(): ReadonlySet<string> {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'test', name), 'utf8'));
  // Those of a contract stand in its table, for whoever runs it.
  const titles = files.flatMap((text) => [
    ...text.matchAll(/\b(?:(?:test|it|describe)(?:\.\w+(?:\([^)]*\))?)*\(|title:)\s*(['"`])((?:(?!\1).)*)\1/g),
  ]);
  const ids = titles.flatMap((match) => [...(match[2] ?? '').matchAll(/\[([A-Z]+-\d+(?:\.\d+)?)\]/g)]);
  return new Set(ids.flatMap(([, id = '']) => [id, id.split('.')[0] ?? '']));
}

describe('each rule of sections 1–5 and 8', () => {
  const rules = rulesOf(protocol, sectionsHeld);

  it('is found in docs/protocol.md', () => {
    expect(rules).toEqual(expect.arrayContaining(['ID-1', 'OP-5', 'OP-5.3', 'CH-10', 'EN-9', 'CUT-8', 'AM-6']));
    expect(rulesOf('## 2. A\n\n- **OP-5** x:\n  1. a\n\n## 3. B\n\n- **CH-1** y\n', [2])).toEqual(['OP-5', 'OP-5.1']);
  });

  it('is named in the title of a test', () => {
    const titled = titledRules();
    expect(rules.filter((rule) => !titled.has(rule) && !withoutTest.has(rule))).toEqual([]);
  });

  it('is excused only while no test names it', () => {
    const titled = titledRules();
    expect([...withoutTest.keys()].filter((rule) => titled.has(rule) || !rules.includes(rule))).toEqual([]);
  });
});
