/**
 * Whether something that failed with a decision turned round failed *because* of that: the same test or seed must pass with
 * nothing turned round. A test that ran out of time proves little on a busy machine: it counts, as "by hanging", only where
 * it took less than a quarter of the limit unmutated. A file that does not load is no test that failed.
 */
import { runSeeds, runTests, type FileSeen, type TestSeen } from './mutate-running.ts';
import type { Found, Results } from './mutate-results.ts';

/** vitest.config.ts says how long a test may take. */
const testLimitMs = 120_000;
/** So often what a run takes unmutated, before it is taken to hang; and no less than the second. */
const patience = 5;
const leastLimitMs = 180_000;

export type Caught = Extract<Found, { readonly kind: 'caught' }>;

export class Judge {
  readonly #results: Results;
  readonly #doubts = new Map<string, string[]>();
  /** Of one, measured over the first ones. */
  #seedMs = 20_000;

  constructor(results: Results) {
    this.#results = results;
  }

  /** How files go with nothing turned round: those not known yet are run, all in one process. Says what does not pass. */
  async learnUnmutated(files: readonly string[]): Promise<readonly string[]> {
    const unknown = [...new Set(files)].filter((file) => this.#results.unmutated(file) === undefined);
    if (unknown.length > 0) {
      const seen = await runTests('', unknown, unknown.length * leastLimitMs, { untilOneFails: false });
      if (seen === 'no-answer') throw new Error(`with nothing turned round, no end of ${unknown.join(', ')}`);
      for (const file of seen) this.#results.keepUnmutated(file);
    }
    return files.flatMap((file) => {
      const { broken, tests } = this.#unmutated(file);
      const failing = tests
        .filter(({ failed }) => failed)
        .map(({ title, message }) => `${file} "${title}": ${message}`);
      return broken ? [`${file} does not load`] : failing;
    });
  }

  async learnSeeds(from: number, to: number): Promise<readonly string[]> {
    const { said, runs, answered, durationMs } = await runSeeds('', from, to, (to - from + 1) * leastLimitMs);
    if (!runs) throw new Error('with nothing turned round, the simulation does not load');
    if (!answered) throw new Error(`with nothing turned round, no end of seeds ${from} to ${to}`);
    if (said === undefined) for (let seed = from; seed <= to; seed++) this.#results.keepSeed(seed, null);
    this.#seedMs = durationMs / (to - from + 1);
    return said === undefined ? [] : [said];
  }

  /** Quick ones first. */
  sorted(files: readonly string[]): readonly string[] {
    return [...new Set(files)].toSorted((a, b) => this.#unmutatedMs(a) - this.#unmutatedMs(b));
  }

  /** `titled`: of those files, only the tests with this in their titles. */
  async byTests(flip: string, files: readonly string[], titled?: string): Promise<Caught | undefined> {
    let left = files;
    while (left.length > 0) {
      const known = left.every((file) => this.#results.unmutated(file) !== undefined);
      const unmutatedMs = known ? left.reduce((sum, file) => sum + this.#unmutatedMs(file), 0) : undefined;
      const limitMs = Math.max(leastLimitMs, patience * (unmutatedMs ?? left.length * 30_000));
      const seen = await runTests(flip, left, limitMs, { untilOneFails: true, titled });
      if (seen === 'no-answer') {
        if (unmutatedMs !== undefined && unmutatedMs < limitMs / 4)
          return { kind: 'caught', by: `by hanging: no end of ${left.join(' ')}` };
        this.#doubt(flip, `no end of ${left.join(' ')}`);
        return undefined;
      }
      const failed = seen.find(({ broken, tests }) => broken || tests.some((test) => test.failed));
      if (failed === undefined) return undefined;
      const caught = await this.#judged(flip, failed);
      if (caught !== undefined) return caught;
      left = left.filter((file) => file !== failed.file);
    }
    return undefined;
  }

  async bySeeds(flip: string, from: number, to: number): Promise<Caught | undefined> {
    const limitMs = Math.max(leastLimitMs, patience * this.#seedMs * (to - from + 1));
    for (let first = from; first <= to;) {
      const { said, answered, runs } = await runSeeds(flip, first, to, limitMs);
      if (!runs) this.#doubt(flip, 'the simulation does not load');
      if (!answered) return { kind: 'caught', by: `by hanging: no end of seeds ${first} to ${to}` };
      if (said === undefined) return undefined;
      const seed = Number(/^seed (\d+)/.exec(said)?.[1] ?? to);
      const unmutated = await this.#seedUnmutated(seed);
      if (unmutated === null) return { kind: 'caught', by: `simulation, ${said.slice(0, 110)}` };
      this.#doubt(flip, `unmutated, ${unmutated}`);
      first = seed + 1;
    }
    return undefined;
  }

  /** Why nothing that failed for this mutant counted. */
  doubtsOf(flip: string): readonly string[] {
    return this.#doubts.get(flip) ?? [];
  }

  async #judged(flip: string, { file, broken, tests }: FileSeen): Promise<Caught | undefined> {
    await this.learnUnmutated([file]);
    const unmutated = this.#unmutated(file);
    if (broken) this.#doubt(flip, `${file} does not load`);
    const test = tests.find(({ failed }) => failed);
    if (broken || test === undefined) return undefined;
    const before = unmutated.tests.find(({ title }) => title === test.title);
    const said = `${file} "${test.title.slice(0, 100)}"`;
    if (before === undefined || before.failed) {
      this.#doubt(flip, `${said} fails unmutated too`);
      return undefined;
    }
    if (!test.message.includes('Test timed out in')) return { kind: 'caught', by: said, file };
    if (before.durationMs < testLimitMs / 4) return { kind: 'caught', by: `by hanging: ${said}`, file };
    this.#doubt(flip, `${said} ran out of time, and took ${before.durationMs} ms unmutated`);
    return undefined;
  }

  async #seedUnmutated(seed: number): Promise<string | null> {
    const known = this.#results.seed(seed);
    if (known !== undefined) return known.said;
    const { said, answered } = await runSeeds('', seed, seed, leastLimitMs);
    const unmutated = answered ? (said ?? null) : `seed ${seed}: no end`;
    this.#results.keepSeed(seed, unmutated);
    return unmutated;
  }

  #doubt(flip: string, why: string): void {
    this.#doubts.set(flip, [...this.doubtsOf(flip), why]);
  }

  #unmutated(file: string): FileSeen {
    return this.#results.unmutated(file) ?? { file, broken: false, tests: [] };
  }

  #unmutatedMs(file: string): number {
    return this.#unmutated(file).tests.reduce((sum: number, test: TestSeen) => sum + test.durationMs, 0);
  }
}
