/** What stays in memory of charts that are closed. The heap itself is read from outside, after a collection. */
import { ChartIndex } from '../../src/app/patients/chart-index.ts';
import { openOwnStore } from './own-store.ts';
import { current, open } from './practice.ts';

/** Held here, so that no collection takes it. */
export const held: unknown[] = [];

/** The list of patients and its search, and nothing else of the practice, which stays locked. */
export async function holdIndex(): Promise<number> {
  const { store, records } = await openOwnStore();
  const index = await ChartIndex.open(records);
  store.close();
  held.push(index);
  return index.all.length;
}

export async function openSome(charts: number): Promise<void> {
  for (const { id } of current().charts.slice(0, charts)) held.push(await open(id));
}
