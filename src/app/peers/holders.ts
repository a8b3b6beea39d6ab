/**
 * Where else a chart is held, by what devices said last (RE-3): other devices and keepers of this practice, the practices that
 * may read it, and their keepers. Counts entries by place and hash; opens nothing.
 *
 * A keeper holds what nobody can read there, so it stands for itself: that a practice's keeper has a change does not mean that
 * anybody of the practice does.
 */
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import { chartSections, type Section } from '../../base/sections.ts';
import { itemsByChain, joinFrontiers } from '../../net/frontier.ts';
import type { Frontier } from '../../net/replication-host.ts';
import type { HeldFrontier } from '../../store/store.ts';
import { readsIn, type ChartTerms } from '../../replica/chart-terms.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { HeldAt } from '../charts/chart-on-screen.ts';

type Parts = Pick<PracticeContext, 'store' | 'content' | 'rosters' | 'people' | 'self' | 'holdersOfSame'>;

interface Names {
  practice(practice: PracticeId): string;
  device(device: DeviceId): string;
}

/** One place, with the devices whose words count there. */
interface Place {
  readonly kind: HeldAt['kind'];
  readonly practice: PracticeId;
  readonly devices: readonly DeviceId[];
}

interface Holding extends Place {
  /** Entries of what it may have that it has not said to hold. */
  readonly lacking: number;
  /** When it last said what it holds, by this device's clock; 0: never. */
  readonly atMs: number;
}

/** Every place but this device, those of this practice first. */
export async function heldElsewhere(parts: Parts, terms: ChartTerms, names: Names): Promise<readonly HeldAt[]> {
  return (await holdings(parts, terms)).map(({ kind, practice, devices, lacking, atMs }) => ({
    kind,
    name:
      kind === 'practice' || kind === 'their-keeper' ? names.practice(practice) : names.device(mustBeFirst(devices)),
    lacking,
    ...(atMs === 0 ? {} : { at: new Date(atMs).toISOString() }),
  }));
}

/**
 * Whether someone else holds every section of the chart, another device of this practice included: one who was given two of
 * them saves nobody the rest, and neither do two devices that hold it between them.
 */
export async function isHeldWhole(parts: Parts, terms: ChartTerms): Promise<boolean> {
  const kept = [...parts.content.sections(terms.chart).keys()];
  return (await holdings(parts, terms)).some(
    ({ practice, lacking, atMs }) =>
      atMs > 0 && lacking === 0 && kept.every((section) => readsIn(terms, practice, section)),
  );
}

/** Whether a practice has said to hold all that it may have of a chart, on a device of its people. */
export async function isHeldBy(parts: Parts, terms: ChartTerms, practice: PracticeId): Promise<boolean> {
  return (await holdings(parts, terms)).some(
    (place) => place.kind === 'practice' && place.practice === practice && place.atMs > 0 && place.lacking === 0,
  );
}

async function holdings(parts: Parts, terms: ChartTerms): Promise<readonly Holding[]> {
  const { chart } = terms;
  const { found } = await parts.store.held(chart);
  const same = parts.holdersOfSame(chart);
  return placesOf(parts, terms).map((place) => {
    // Digests that agreed say all at once.
    const whole = same.filter(({ device }) => place.devices.includes(device));
    if (whole.length > 0) return { ...place, lacking: 0, atMs: Math.max(...whole.map(({ atMs }) => atMs)) };
    const said = found.filter(({ device }) => place.devices.includes(device));
    const theirs = heldTogether(said);
    const lacking = chartSections
      .filter((section) => readsIn(terms, place.practice, section))
      .reduce((sum, section) => {
        const mine = parts.content.frontier(chart, section);
        return sum + lackingIn(mine, theirs.get(section) ?? []);
      }, 0);
    return { ...place, lacking, atMs: Math.max(0, ...said.map(({ atMs }) => atMs)) };
  });
}

function placesOf({ rosters, people, self }: Parts, { shape }: ChartTerms): readonly Place[] {
  const own = [...rosters.mustGet(self.practice).devices.values()]
    // Colleagues at this browser have the same disk.
    .filter(({ device, status }) => status === 'active' && device !== self.device && !people.isHere(device))
    .map(({ device, role }): Place => {
      const kind = role === 'keeper' ? 'keeper' : 'device';
      return { kind, practice: self.practice, devices: [device] };
    });
  const others = shape.members
    .filter((practice) => practice !== self.practice)
    .flatMap((practice): Place[] => {
      // What a removed device held, its practice holds still.
      const devices = [...(rosters.get(practice)?.devices.values() ?? [])];
      const keepers = devices.filter(({ role }) => role === 'keeper').map(({ device }) => device);
      const readers = devices.filter(({ role }) => role !== 'keeper').map(({ device }) => device);
      const there: Place = { kind: 'practice', practice, devices: readers };
      return keepers.length === 0 ? [there] : [there, { kind: 'their-keeper', practice, devices: keepers }];
    });
  return [...own, ...others];
}

/** What several devices hold between them. */
export function heldTogether(said: readonly HeldFrontier[]): ReadonlyMap<Section, Frontier> {
  const together = new Map<Section, Frontier>();
  for (const { section, frontier } of said) {
    together.set(section, joinFrontiers(together.get(section) ?? [], frontier));
  }
  return together;
}

function lackingIn(mine: Frontier, theirs: Frontier): number {
  const held = itemsByChain(theirs);
  let entries = 0;
  for (const { chain, seq, hash } of mine) {
    const item = held.get(chain);
    // At the same position another hash is not what we have, whatever the number says (RE-3).
    const differs = item?.seq === seq && item.hash !== hash;
    entries += differs ? 1 : Math.max(0, seq - (item?.seq ?? 0));
  }
  return entries;
}

function mustBeFirst(devices: readonly DeviceId[]): DeviceId {
  const [first] = devices;
  if (first === undefined) throw new Error('a place of this practice is a device');
  return first;
}
