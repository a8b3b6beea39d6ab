/**
 * Every chart this device holds anything of: those in its list, and those a colleague at this workstation left on the disk
 * that the list has not learned of yet (ID-6). Whoever hands on what the practice holds goes by this, never by the list alone.
 */
import type { ChartId } from '../../base/ids.ts';
import type { PracticeContext } from '../practice-context.ts';

type Parts = Pick<PracticeContext, 'self' | 'index' | 'content' | 'people' | 'store'>;

/** In the order of their ids; the practice book among them. */
export async function everyChart({ self, index, content, people, store }: Parts): Promise<readonly ChartId[]> {
  const listed = index.all.map(({ id }) => id);
  return [...new Set([self.book, ...listed, ...content.charts(), ...(await people.stale(store))])].sort();
}
