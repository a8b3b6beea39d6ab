/** The chart something is about, by id: a list of ten thousand is put into a map once, not searched for each line. */
import type { ChartId } from '../../base/ids.ts';
import type { ChartSummary, Session } from '../../app/session.ts';

const maps = new WeakMap<readonly ChartSummary[], ReadonlyMap<ChartId, ChartSummary>>();

export function chartOf({ charts }: Pick<Session, 'charts'>, id: ChartId): ChartSummary | undefined {
  let map = maps.get(charts);
  if (map === undefined) {
    map = new Map(charts.map((chart) => [chart.id, chart]));
    maps.set(charts, map);
  }
  return map.get(id);
}

export function patientName(session: Pick<Session, 'charts'>, id: ChartId): string {
  const name = chartOf(session, id)?.name ?? '';
  return name === '' ? 'No name recorded' : name;
}
