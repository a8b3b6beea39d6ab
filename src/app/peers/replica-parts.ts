/** What the replica (src/replica/) is made of in an open practice: its queue, its disk, its charters with keys, its closes. */
import type { Bytes } from '../../base/bytes.ts';
import type { KeyId } from '../../base/ids.ts';
import { pairKey } from '../../crypto/pair-key.ts';
import type { AwaitedCloses, ReplicaParts } from '../../replica/parts.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import { waitingThere, waitThere } from '../charters/late-arrivals.ts';
import type { PracticeContext } from '../practice-context.ts';

type Parts = ReplicaParts<ChartAccess, ReadonlyMap<KeyId, Bytes>>;

export function replicaParts(context: PracticeContext, closeIsAwaited: AwaitedCloses['closeIsAwaited']): Parts {
  const { self, store, content, rosters, charters, diagnostics, ports } = context;
  return {
    ...{ self, store, content, rosters, charters, diagnostics },
    exclusively: (act) => context.exclusively(act),
    pause: () => ports.pause(),
    timeMs: () => context.timeMs(),
    inBackground: (work) => {
      context.inBackground(work);
    },
    pairSecret: (device) => {
      const practice = rosters.practiceOf(device);
      const other = practice === undefined ? undefined : rosters.get(practice)?.devices.get(device);
      return other === undefined ? undefined : pairKey(self, other);
    },
    closes: {
      waitingThere: (...of) => waitingThere(context, ...of),
      waitThere: (...of) => waitThere(context, ...of),
      closeIsAwaited,
    },
  };
}
