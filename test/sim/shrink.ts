/** From a case that fails to a small one that fails the same way: actions are taken out in ever smaller pieces, each time run anew. */
import type { Action, SimCase } from './case.ts';
import { runCase } from './run.ts';

/** The invariant's name, which must stay the same: a smaller case that fails otherwise is about something else. */
export function kindOf(failure: Error | undefined): string | undefined {
  return failure?.message.split(':')[0];
}

export async function shrink(what: SimCase, most = 60): Promise<SimCase> {
  const kind = kindOf((await runCase(what)).failure);
  let actions = what.actions;
  let runs = 0;
  const stillFails = async (fewer: readonly Action[]): Promise<boolean> =>
    runs++ < most && kindOf((await runCase({ ...what, actions: fewer })).failure) === kind;
  for (let size = Math.ceil(actions.length / 2); size >= 1 && runs < most; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < actions.length;) {
      const fewer = [...actions.slice(0, at), ...actions.slice(at + size)];
      if (await stillFails(fewer)) actions = fewer;
      else at += size;
    }
  return { ...what, actions };
}
