/** A rule that nothing can turn round is a rule that nobody knows to be tested: every decision has its mutant, and each still fits its file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transpileModule } from 'typescript';
import { describe, expect, it } from 'vitest';
import { findMutant, flip, mutants, root } from '../../scripts/mutants.ts';

/** Files that hold decisions and nothing else, so that each of their exported functions must have a mutant. */
const filesOfDecisions = ['src/access/predicates.ts', 'src/access/entry-claims.ts'];

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the list of mutants', () => {
  it('has one for every exported decision', () => {
    const exported = filesOfDecisions.flatMap((file) =>
      [...textOf(file).matchAll(/^export (?:async )?function (\w+)/gm)].map((match) => match[1] ?? ''),
    );
    expect(exported.length).toBeGreaterThan(20);
    expect(exported.filter((name) => !mutants.some((mutant) => mutant.name === name))).toEqual([]);
  });

  it('names each once', () => {
    const names = mutants.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it.each(mutants)('$name changes its file to another that can be read', ({ file, change }) => {
    const changed = change(textOf(file));
    expect(changed).not.toBe(textOf(file));
    // One that cannot be read would seem to be caught by whatever loads it.
    const { diagnostics } = transpileModule(changed, { reportDiagnostics: true });
    expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  });

  it('knows no other names', () => {
    expect(() => findMutant('mayEverything')).toThrow('names no mutant');
    expect(() => flip('mayEverything')).toThrow('names no mutant');
    expect(flip('')).toEqual([]);
  });
});
