/**
 * How many snapshots others may leave here in one section: so many a practice, whatever they claim to cover, so that nobody
 * takes the places of others or fills the disk (ATTACK-56). Own devices need no bound: theirs give way to their newer ones.
 */
import type { DeviceId, PracticeId, SnapshotName } from '../base/ids.ts';
import { supersedes, type SnapshotHeader } from '../crypto/snapshot.ts';

/** The newest of some devices of a practice; each may stand for entries that no other stands for. */
export const maxSnapshotsOfPractice = 16;

interface SnapshotMade {
  readonly name: SnapshotName;
  readonly header: Pick<SnapshotHeader, 'device' | 'covers'>;
}

/** Those of `fresh` for which there is no place beside the ones that are `here`. */
export function withoutPlace(
  here: readonly SnapshotMade[],
  fresh: readonly SnapshotMade[],
  { own, practiceOf }: { readonly own: PracticeId; readonly practiceOf: (device: DeviceId) => PracticeId | undefined },
): ReadonlySet<SnapshotName> {
  const kept = new Map(here.map((one) => [one.name, one]));
  const refused = new Set<SnapshotName>();
  for (const one of fresh) {
    const practice = practiceOf(one.header.device);
    const beside = [...kept.values()].filter(
      ({ name, header }) =>
        name !== one.name && practiceOf(header.device) === practice && !supersedes(one.header, header),
    );
    if (practice !== own && beside.length >= maxSnapshotsOfPractice) refused.add(one.name);
    else kept.set(one.name, one);
  }
  return refused;
}
