/** What of a section the rules refused, and whose clock was off, told to the diagnostics once each, however often it is met. */
import { chainParts } from '../../access/operation-bodies.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';

export function countRefusals(
  { diagnostics, rosters }: Pick<PracticeContext, 'diagnostics' | 'rosters'>,
  { stopped, judgement, graph, early, late }: SectionKeeper,
): void {
  for (const [hash, why] of stopped)
    if (why.kind === 'bad') diagnostics.countOnce(hash, 'entry', why.reason, rosters.practiceOf(why.device));
  for (const [hash, { rule, reason }] of judgement.refused) {
    const device = graph.get(hash)?.device;
    const who = device === undefined ? undefined : rosters.practiceOf(device);
    diagnostics.countOnce(hash, 'entry', `${rule} ${reason}`, who);
  }
  for (const { chain, seq } of judgement.forks)
    diagnostics.countOnce(
      `${chain} ${seq}`,
      'fork',
      'CUT-8 two entries at one place',
      rosters.practiceOf(chainParts(chain).device),
    );
  for (const [hashes, how] of [
    [early.keys(), 'ahead'],
    [late, 'behind'],
  ] as const)
    for (const hash of hashes) {
      const device = graph.get(hash)?.device;
      if (device !== undefined) diagnostics.countOnce(hash, 'clock', how, rosters.practiceOf(device));
    }
}
