import { defineConfig } from 'vitest/config';
import { flip } from './scripts/mutants.ts';

/** Long, because some run thousands of generated cases, on whatever machine there is; none waits for time to pass. */
const unitTimeoutMs = 300_000;

/** For one look of a story at its page: generous, because three browsers may share one slow core. */
const lookTimeoutMs = 60_000;

/** Minutes, because one story runs several browsers against a relay on whatever machine there is. */
const storyTimeoutMs = 300_000;

export default defineConfig({
  test: {
    projects: [
      {
        plugins: flip(),
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          environment: 'node',
          setupFiles: ['test/support/generated-cases.ts'],
          testTimeout: unitTimeoutMs,
          hookTimeout: unitTimeoutMs,
          // Left alone, a machine of two cores would use one of them.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: storyTimeoutMs,
          hookTimeout: storyTimeoutMs,
          expect: { poll: { timeout: lookTimeoutMs } },
          // Two files at a time: a page computes on one core, and a story mostly waits for its browsers.
          maxWorkers: 2,
          // After all others, with the machine to itself.
          sequence: { concurrent: false, groupOrder: 1 },
        },
      },
    ],
  },
});
