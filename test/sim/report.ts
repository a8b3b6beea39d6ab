/** What a person is told of a run. */
import type { Outcome } from './run.ts';
import { missingFromRun } from './tally.ts';

/** Undefined when all is well. `REAL` counts only where a whole case was run, not one from which actions were taken. */
export function complaint({ what, failure, log, tally }: Outcome, real = true): string | undefined {
  const missing = real ? missingFromRun(tally) : [];
  const said = failure?.message ?? (missing.length > 0 ? `REAL: ${missing.join(', ')}` : undefined);
  if (said === undefined) return undefined;
  return [
    `seed ${what.seed}: ${said}`,
    `again: npm run sim -- --seed ${what.seed}`,
    ...log.map((line) => `  ${line}`),
    ...(failure?.stack?.split('\n').slice(1, 5) ?? []),
  ].join('\n');
}
