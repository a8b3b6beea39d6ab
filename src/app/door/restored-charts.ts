/**
 * The first time after a restore: the list shows what the backup file said of the patients, until the charts themselves have said
 * it. One chart at a time, and anew after a break: the record that asks for it goes when all were read.
 */
import { chartSections } from '../../base/sections.ts';
import type { ChartService } from '../charts/chart-service.ts';
import type { PracticeContext } from '../practice-context.ts';
import { restoredKey } from './restored-key.ts';

export async function readRestored(context: PracticeContext, charts: ChartService): Promise<void> {
  const { records, index, content, ports } = context;
  if ((await records.read(restoredKey, (value) => value === true)) !== true) return;
  for (const { id } of index.all) {
    await context.exclusively(() => charts.takeIn(id, chartSections, false));
    await ports.pause();
  }
  await content.commit({ sealed: [records.remove(restoredKey)] });
}
