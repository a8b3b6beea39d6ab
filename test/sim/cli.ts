/**
 * The simulation from the terminal (`npm run sim`): many seeds, or one with its trace. What fails is shrunk and put into the
 * corpus. Never part of the checks, which run seeds.ts.
 */
import './sync-crypto.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { caseOf } from './case.ts';
import { complaint } from './report.ts';
import { runCase, type Outcome } from './run.ts';
import { kindOf, shrink } from './shrink.ts';

export interface Asked {
  /** One seed, with its trace. */
  readonly seed?: number;
  readonly from: number;
  readonly to: number;
  /** Every so many of them, this being the how-manieth worker. */
  readonly step: number;
  /** Stop at the first that fails, and keep nothing: for mutants. */
  readonly onlyToSee: boolean;
}

const corpus = fileURLToPath(new URL('corpus/', import.meta.url));

/** True when every invariant held. */
export async function simulate(asked: Asked, say: (line: string) => void): Promise<boolean> {
  if (asked.seed !== undefined) {
    const outcome = await runCase(caseOf(asked.seed));
    say(outcome.log.join('\n'));
    say(`seed ${asked.seed}: trace ${outcome.traceHash}, ${JSON.stringify(outcome.tally)}`);
    return judge(outcome, asked, say);
  }
  let good = true;
  for (let seed = asked.from; seed <= asked.to; seed += asked.step) {
    const outcome = await runCase(caseOf(seed));
    if (await judge(outcome, asked, say)) continue;
    good = false;
    if (asked.onlyToSee) return false;
  }
  return good;
}

async function judge(outcome: Outcome, { onlyToSee }: Asked, say: (line: string) => void): Promise<boolean> {
  const said = complaint(outcome);
  if (said === undefined) return true;
  if (onlyToSee) say(said.split('\n')[0] ?? said);
  else say(said);
  if (onlyToSee || outcome.failure === undefined) return false;
  const small = await shrink(outcome.what);
  const name = `${kindOf(outcome.failure)?.toLowerCase() ?? 'case'}-${outcome.what.seed}.json`;
  mkdirSync(corpus, { recursive: true });
  writeFileSync(
    `${corpus}${name}`,
    `${JSON.stringify({ failure: outcome.failure.message, what: small }, undefined, 1)}\n`,
  );
  say(`shrunk to ${small.actions.length} actions: test/sim/corpus/${name}`);
  return false;
}
