/**
 * What `npm run mutate` found out, written down as it goes, so that a run may be broken off, go on (`--resume`) and be shared out
 * (`--share`). Lies under node_modules/.cache: never part of the tree.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, type Mutant } from '../../scripts/mutants.ts';
import type { FileSeen } from './mutate-running.ts';

export type Found =
  | { readonly kind: 'caught'; readonly by: string; readonly file?: string }
  /** Something failed, but would have, or might have, with nothing turned round. */
  | { readonly kind: 'not-judged'; readonly why: string }
  | { readonly kind: 'survived' };

interface Line {
  /** Of the program, as far as what is said holds for it alone. */
  readonly of: string;
  readonly mutant?: string;
  readonly found?: Found;
  readonly unmutated?: FileSeen;
  readonly seed?: { readonly seed: number; readonly said: string | null };
}

/** What is found for a mutant holds as long as the program and the mutant are the same; how a test goes unmutated, for the same tests too. */
const ofProgram = ['src'];
const ofTests = [...ofProgram, 'test', 'vitest.config.ts'];

export class Results {
  readonly #path: string;
  readonly #program = digestOf(ofProgram);
  readonly #tests = digestOf(ofTests);
  readonly #lines: Line[] = [];

  constructor(path = join(root, 'node_modules/.cache/peerchart-mutate/results.jsonl')) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, '');
    for (const line of readFileSync(path, 'utf8').split('\n'))
      if (line !== '') this.#lines.push(JSON.parse(line) as Line);
  }

  found(mutant: Mutant): Found | undefined {
    const of = this.#of(mutant);
    return this.#lines.findLast((line) => line.mutant === mutant.name && line.of === of)?.found;
  }

  /** The file of tests that caught it at any time: to be asked first. */
  caughtBefore(mutant: string): string | undefined {
    const found = this.#lines.findLast((line) => line.mutant === mutant && line.found?.kind === 'caught')?.found;
    return found?.kind === 'caught' ? found.file : undefined;
  }

  keepFound(mutant: Mutant, found: Found): void {
    this.#keep({ of: this.#of(mutant), mutant: mutant.name, found });
  }

  #of({ file, change }: Mutant): string {
    const mutated = change(readFileSync(join(root, file), 'utf8'));
    return createHash('sha256').update(this.#program).update(mutated).digest('hex').slice(0, 16);
  }

  unmutated(file: string): FileSeen | undefined {
    return this.#lines.findLast((line) => line.of === this.#tests && line.unmutated?.file === file)?.unmutated;
  }

  keepUnmutated(unmutated: FileSeen): void {
    this.#keep({ of: this.#tests, unmutated });
  }

  seed(seed: number): { readonly said: string | null } | undefined {
    return this.#lines.findLast((line) => line.of === this.#tests && line.seed?.seed === seed)?.seed;
  }

  keepSeed(seed: number, said: string | null): void {
    this.#keep({ of: this.#tests, seed: { seed, said } });
  }

  #keep(line: Line): void {
    this.#lines.push(line);
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  // How they are asked is no part of them.
  const files = paths.flatMap(filesUnder).filter((file) => !file.startsWith('test/sim/mutate'));
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

export function filesUnder(path: string): readonly string[] {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((item) => (item.isDirectory() ? filesUnder(`${path}/${item.name}`) : [`${path}/${item.name}`]));
}
