/** Sixty attacks: each a test here and a rule that stops it, but for those docs/threats.md excuses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutants, root } from '../../scripts/mutants.ts';
import { attackRules } from './rules.ts';

const threats = readFileSync(join(root, 'docs/threats.md'), 'utf8');
const excused = [...threats.matchAll(/\*\*ATTACK-(\d+)\*\*(?:(?!\*\*ATTACK).)*?Excused:/gs)].map((match) =>
  Number(match[1]),
);
const others = Array.from({ length: 60 }, (_, i) => i + 1).filter((attack) => !excused.includes(attack));

const folder = join(root, 'test/attacks');
const titles = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => [
      `test/attacks/${name}`,
      new Set(
        [...readFileSync(join(folder, name), 'utf8').matchAll(/\[ATTACK-(\d+)\]/g)].map((match) => Number(match[1])),
      ),
    ]),
);

describe('the attacks', () => {
  test('are all tried on the wire, but for at most five that are excused with the reason', () => {
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
