/**
 * One seed for all generated cases, so that a run repeats and its verdict means the change. `PEERCHART_SEED=random` tries
 * others, `PEERCHART_SEED=<number>` the ones a failure printed.
 */
import fc from 'fast-check';

const asked = process.env['PEERCHART_SEED'] ?? '20260301';
fc.configureGlobal({ seed: asked === 'random' ? Date.now() | 0 : Number(asked) });
