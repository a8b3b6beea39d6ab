/** Who else holds what of a chart, by what their devices said last (RE-3). Counts entries by place and hash; opens nothing. */
import type { ChartId, PracticeId } from '../base/ids.ts';
import { chartSections, type Section } from '../base/sections.ts';
import type { HeldFrontier } from '../store/store.ts';
import type { ChartAccess } from './charter-book.ts';
import type { PracticeContext } from './practice-context.ts';
import type { HeldBy } from './session.ts';

type Parts = Pick<PracticeContext, 'store' | 'content' | 'rosters' | 'self'>;

/** A practice that may read the chart, and how much of what it may read it has not said to hold. */
interface Holder {
  readonly practice: PracticeId;
  readonly entriesLacking: number;
  /** When it last said so, by this device's clock; 0: never. */
  readonly atMs: number;
}

/** Who confirmed to hold everything of a chart that it may read, and who lacks how much. */
export async function heldBy(
  parts: Parts,
  access: ChartAccess,
  nameOf: (practice: PracticeId) => string,
): Promise<HeldBy> {
  const confirmed = [];
  const waitingFor = [];
  for (const { practice, entriesLacking, atMs } of await holders(parts, access)) {
    const practiceName = nameOf(practice);
    if (entriesLacking > 0 || atMs === 0) waitingFor.push({ practiceName, entries: entriesLacking });
    else confirmed.push({ practiceName, at: new Date(atMs).toISOString() });
  }
  return { here: true, confirmed, waitingFor };
}

/**
 * Whether someone else holds every section of the chart, another device of this practice included: one who was given two of
 * them saves nobody the rest.
 */
export async function isHeldWhole(parts: Parts, access: ChartAccess): Promise<boolean> {
  const { charter } = access;
  const kept = [...parts.content.sections(charter.chart).keys()];
  const all = [...(await holders(parts, access)), ...(await siblings(parts, access))];
  return all.some(
    ({ practice, entriesLacking, atMs }) =>
      atMs > 0 && entriesLacking === 0 && kept.every((section) => charter.rightOf(practice, section) !== 'none'),
  );
}

async function holders(parts: Parts, { charter }: ChartAccess): Promise<readonly Holder[]> {
  const { store, rosters, self } = parts;
  const held = (await store.held(charter.chart)).found;
  return charter.members
    .filter((practice) => practice !== self.practice)
    .map((practice) =>
      holderOf(
        parts,
        charter,
        practice,
        held.filter(({ device }) => rosters.practiceOf(device) === practice),
      ),
    );
}

/** The other devices of this practice, each for itself: what two hold between them saves nobody when one is lost. */
async function siblings(parts: Parts, { charter }: ChartAccess): Promise<readonly Holder[]> {
  const { store, rosters, self } = parts;
  const held = (await store.held(charter.chart)).found;
  return [...rosters.mustGet(self.practice).devices.values()]
    .filter(({ device, status }) => device !== self.device && status === 'active')
    .map(({ device }) =>
      holderOf(
        parts,
        charter,
        self.practice,
        held.filter((said) => said.device === device),
      ),
    );
}

function holderOf(
  parts: Parts,
  charter: ChartAccess['charter'],
  practice: PracticeId,
  said: readonly HeldFrontier[],
): Holder {
  const entriesLacking = chartSections
    .filter((section) => charter.rightOf(practice, section) !== 'none')
    .reduce((sum, section) => sum + lackingIn(parts, charter.chart, section, said), 0);
  return { practice, entriesLacking, atMs: Math.max(0, ...said.map(({ atMs }) => atMs)) };
}

function lackingIn(parts: Parts, chart: ChartId, section: Section, said: readonly HeldFrontier[]): number {
  const theirs = new Map(
    said.filter((one) => one.section === section).flatMap((one) => one.frontier.map((item) => [item.chain, item])),
  );
  let entries = 0;
  for (const { chain, seq, hash } of parts.content.frontier(chart, section)) {
    const held = theirs.get(chain);
    // At the same position another hash is not what we have, whatever the number says (RE-3).
    const differs = held?.seq === seq && held.hash !== hash;
    entries += differs ? 1 : Math.max(0, seq - (held?.seq ?? 0));
  }
  return entries;
}
