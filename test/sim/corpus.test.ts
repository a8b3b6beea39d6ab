/** Cases that failed once, smallest first: whatever broke then must not break again. And one seed is one history. */
import './sync-crypto.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { caseOf, type SimCase } from './case.ts';
import { complaint } from './report.ts';
import { runCase } from './run.ts';

const folder = fileURLToPath(new URL('corpus/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('the simulated world', () => {
  test.for(files)('keeps its invariants in %s, where it once did not', async (file) => {
    const { what } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { what: SimCase };
    expect(complaint(await runCase(what), false)).toBeUndefined();
  });

  test.for([3, 77])('seed %i run twice leaves the same trace, frame by frame', async (seed) => {
    const [one, other] = [await runCase(caseOf(seed)), await runCase(caseOf(seed))];
    expect(other.traceHash).toBe(one.traceHash);
    expect(other.log).toEqual(one.log);
    expect((await runCase(caseOf(seed + 1))).traceHash).not.toBe(one.traceHash);
  });
});
