/** Long work gives way: counted, by a clock of the test. */
import { expect, test } from 'vitest';
import { Turns } from '../../src/app/turns.ts';

test('work pauses once for every turn it takes, and not while a turn lasts', async () => {
  let nowMs = 0;
  let paused = 0;
  const turns = new Turns({
    clock: { nowMs: () => nowMs },
    pause: () => {
      paused++;
      // Whatever waited took its time.
      nowMs += 100;
      return Promise.resolve();
    },
  });
  for (let step = 0; step < 1_000; step++) {
    nowMs += 0.1;
    await turns.next();
  }
  expect(paused).toBeGreaterThanOrEqual(11);
  expect(paused).toBeLessThanOrEqual(13);
});
