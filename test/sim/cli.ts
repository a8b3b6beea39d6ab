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
import { sumOf, type Tally } from './tally.ts';

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

export interface Simulated {
  /** Every invariant held. */
  readonly good: boolean;
  readonly sum: Tally;
}

export async function simulate(asked: Asked, say: (line: string) => void): Promise<Simulated> {
  if (asked.seed !== undefined) {
    const outcome = await runCase(caseOf(asked.seed));
    say(outcome.log.join('\n'));
    say(`seed ${asked.seed}: trace ${outcome.traceHash}, ${JSON.stringify(outcome.tally)}`);
    return { good: await judge(outcome, asked, say), sum: outcome.tally };
  }
  let good = true;
  const tallies: Tally[] = [];
  for (let seed = asked.from; seed <= asked.to; seed += asked.step) {
    const outcome = await runCase(caseOf(seed));
    tallies.push(outcome.tally);
    if (await judge(outcome, asked, say)) continue;
    good = false;
    if (asked.onlyToSee) break;
  }
  return { good, sum: sumOf(tallies) };
}

async function judge(outcome: Outcome, { onlyToSee }: Asked, say: (line: string) => void): Promise<boolean> {
  const said = complaint(outcome);
  if (said === undefined) return true;
  if (onlyToSee) say(said.split('\n')[0] ?? said);
  else say(said);
  if (onlyToSee || outcome.failure === undefined) return false;
  const small = await shrink(outcome.what);
  const kind = /^[A-Z]+$/.exec(kindOf(outcome.failure) ?? '')?.[0].toLowerCase() ?? 'error';
  const name = `${kind}-${outcome.what.seed}.json`;
  mkdirSync(corpus, { recursive: true });
  writeFileSync(
    `${corpus}${name}`,
    `${JSON.stringify({ failure: outcome.failure.message, what: small }, undefined, 1)}\n`,
  );
  say(`shrunk to ${small.actions.length} actions: test/sim/corpus/${name}`);
  return false;
}
