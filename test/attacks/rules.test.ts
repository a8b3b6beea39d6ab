/**
 * Every attack of docs/threats.md has a test and a rule that stops it. Most tests are here; what only whole sessions can show
 * stands where those are tested.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutants, root } from '../../scripts/mutants.ts';
import { attackRules } from './rules.ts';

const threats = readFileSync(join(root, 'docs/threats.md'), 'utf8');
const excused = [...threats.matchAll(/\*\*ATTACK-(\d+)\*\*(?:(?!\*\*ATTACK).)*?Excused:/gs)].map((match) =>
  Number(match[1]),
);
const others = [...threats.matchAll(/^\d+\. \*\*ATTACK-(\d+)\*\*/gm)]
  .map((match) => Number(match[1]))
  .filter((attack) => !excused.includes(attack));

const here = readdirSync(join(root, 'test/attacks')).filter((name) => name.endsWith('.test.ts'));
const files = new Set([...here.map((name) => `test/attacks/${name}`), ...attackRules.map(({ file }) => file)]);
const titles = new Map(
  [...files].map((file) => {
    const found = readFileSync(join(root, file), 'utf8').matchAll(/\[ATTACK-(\d+)\]/g);
    return [file, new Set([...found].map((match) => Number(match[1])))] as const;
  }),
);

describe('the attacks', () => {
  test('are all tried on the wire, but for at most five that are excused with the reason', () => {
    expect(others.length + excused.length).toBeGreaterThanOrEqual(60);
    expect(excused.length).toBeLessThanOrEqual(5);
    expect(others.filter((attack) => ![...titles.values()].some((found) => found.has(attack)))).toEqual([]);
  });

  test('have each a rule that stops it, in a file where it is tried', () => {
    expect(others.filter((attack) => !attackRules.some((rule) => rule.attack === attack))).toEqual([]);
    for (const { attack, file } of attackRules)
      expect(titles.get(file)?.has(attack), `${attack} in ${file}`).toBe(true);
  });

  test('name mutants that exist', () => {
    const named = attackRules.flatMap(({ by }) => ('flip' in by ? [by.flip] : []));
    expect(named.filter((name) => !mutants.some((mutant) => mutant.name === name))).toEqual([]);
  });
});
