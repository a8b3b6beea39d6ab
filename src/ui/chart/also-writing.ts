/**
 * Who else writes in a note. The person here saves too, and then is the last who wrote: so the other is remembered for a while.
 */
import type { Authorship } from '../../app/charts/chart-on-screen.ts';

/** After this, somebody who wrote here is no longer said to be writing. */
const alsoWritingMs = 90_000;

/** `before`: who was said to write too. `by`: who wrote last; `me`: the person here. */
export function alsoWriting(
  before: Authorship | undefined,
  by: Authorship | undefined,
  me: string,
  nowMs: number,
): Authorship | undefined {
  const isOther = by !== undefined && !(by.own && by.personName === me);
  const last = isOther ? by : before;
  return last !== undefined && nowMs - Date.parse(last.at) < alsoWritingMs ? last : undefined;
}

export function alsoWritingWords({ personName, practiceName, own }: Authorship): string {
  return `${personName}${own ? '' : `, ${practiceName},`} is also writing this.`;
}
