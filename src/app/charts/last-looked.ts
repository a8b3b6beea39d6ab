/** Up to where the person at this device looked at a chart: noted when it is closed, told when it is next looked at. */
import type { ChartId } from '../../base/ids.ts';
import type { LookedUpTo } from './chart-past.ts';
import type { PracticeContext } from '../practice-context.ts';

interface Looked {
  readonly at: number;
  readonly upTo: LookedUpTo;
}

type Parts = Pick<PracticeContext, 'records' | 'content' | 'timeMs'>;

const keyOf = (chart: ChartId): string => `looked/${chart}`;

export function lastLooked({ records }: Pick<Parts, 'records'>, chart: ChartId): Promise<Looked | undefined> {
  return records.read(keyOf(chart), (value) => value as Looked);
}

/** Inside the queue only. */
export async function noteLooked(context: Parts, chart: ChartId): Promise<void> {
  const { records, content } = context;
  const upTo = Object.fromEntries([...content.sections(chart)].map(([section, { frontier }]) => [section, frontier]));
  await content.commit({ sealed: [records.write(keyOf(chart), { at: context.timeMs(), upTo })] });
}
