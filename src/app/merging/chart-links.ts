/**
 * Which charts are of one person, as the practice book says it. A link is a record of its own: made once, undone at most
 * once, never changed otherwise. So two devices that link and undo at the same time agree whatever the order: an undo ends
 * the links its author saw, and one that was made meanwhile stands until somebody sees and undoes it too.
 *
 * | member    | what                                                        |
 * |-----------|-------------------------------------------------------------|
 * | `v`       | 2; of version 1 (`received`, `own`, `linked`) `own` leads    |
 * | `leading` | the chart that new entries go into                          |
 * | `other`   | the chart that is read together with it                     |
 * | `undone`  | true once somebody took them apart                          |
 */
import { parseChartId, type ChartId } from '../../base/ids.ts';

export interface ChartLink {
  readonly leading: ChartId;
  readonly other: ChartId;
  readonly undone: boolean;
}

export function linkToJson({ leading, other, undone }: ChartLink): Record<string, unknown> {
  return { v: 2, leading, other, ...(undone ? { undone: true } : {}) };
}

export function linkFromJson(value: unknown): ChartLink | undefined {
  const json = value as Record<string, unknown> | null;
  const isFirst = json?.['v'] === 1;
  if (!isFirst && json?.['v'] !== 2) return undefined;
  const leading = parseChartId(String(json[isFirst ? 'own' : 'leading']));
  const other = parseChartId(String(json[isFirst ? 'received' : 'other']));
  if (leading === undefined || other === undefined || leading === other) return undefined;
  return { leading, other, undone: isFirst ? json['linked'] !== true : json['undone'] === true };
}

export function isBetween({ leading, other }: ChartLink, a: ChartId, b: ChartId): boolean {
  return (leading === a && other === b) || (leading === b && other === a);
}

/**
 * Chart → all charts of its person, the leading one first, the others by id; charts without a link are left out. Leading is who leads
 * somebody and is led by nobody; of several (linked on two devices at once), or where each is led by another, the first
 * by id: every device finds the same one.
 */
export function chartsOfOnePerson(links: readonly ChartLink[]): ReadonlyMap<ChartId, readonly ChartId[]> {
  const standing = links.filter(({ undone }) => !undone);
  const groupOf = new Map<ChartId, Set<ChartId>>();
  for (const { leading, other } of standing) {
    const [one, another] = [groupOf.get(leading) ?? new Set([leading]), groupOf.get(other) ?? new Set([other])];
    const both = new Set([...one, ...another]);
    for (const chart of both) groupOf.set(chart, both);
  }
  const led = new Set(standing.map(({ other }) => other));
  const inOrder = new Map<Set<ChartId>, readonly ChartId[]>();
  for (const group of groupOf.values()) {
    if (inOrder.has(group)) continue;
    const byId = [...group].sort();
    const leading = byId.find((chart) => !led.has(chart)) ?? byId[0];
    inOrder.set(group, [...byId.filter((chart) => chart === leading), ...byId.filter((chart) => chart !== leading)]);
  }
  return new Map([...groupOf].map(([chart, group]) => [chart, inOrder.get(group) ?? []]));
}
