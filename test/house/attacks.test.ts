/**
 * The table of which rule stops which attack (test/attacks/rules.ts) is what docs/threats.md relies on: it leaves no attack out
 * but the excused ones, and names tests and decisions that exist.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutants, root } from '../../scripts/mutants.ts';
import { attackRules } from '../attacks/rules.ts';

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Number → what docs/threats.md says of it, to the next number. */
const listed = new Map(
  textOf('docs/threats.md')
    .split(/^(?=\d+\. \*\*ATTACK-)/m)
    .slice(1)
    .map((text) => [Number(/ATTACK-(\d+)/.exec(text)?.[1]), text] as const),
);
const excused = [...listed].filter(([, text]) => text.includes('Excused:')).map(([number]) => number);

describe('the rules that stop attacks', () => {
  it('are named for every attack that is not excused, and for no other', () => {
    expect(listed.size).toBeGreaterThanOrEqual(60);
    expect(excused).toEqual([]);
    const due = [...listed.keys()].filter((number) => !excused.includes(number));
    expect([...new Set(attackRules.map(({ attack }) => attack))].sort((a, b) => a - b)).toEqual(due);
  });

  it.each(attackRules)(
    'stop attack $attack in a test of that number, which docs/threats.md names',
    ({ attack, file }) => {
      expect(textOf(file)).toMatch(new RegExp(`(?:test|it)\\([\'"][^\\n]*\\[ATTACK-${attack}\\]`));
      expect(listed.get(attack)).toContain(`\`${file.replace('.test.ts', '')}\``);
    },
  );

  it('are decisions that can be turned round', () => {
    const flips = attackRules.flatMap(({ by }) => ('flip' in by ? [by.flip] : []));
    expect(flips.filter((flip) => !mutants.some(({ name }) => name === flip))).toEqual([]);
  });
});
