/** The history of a whole chart as the screens see it: what was written, newest first, and the chart as of a moment. Types only. */
import type { ChangeHash } from '../../base/ids.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import type { AuthorDoubts } from './chart-acts.ts';
import type { Authorship, OpenChart } from './chart-on-screen.ts';

/** One act of its author in one section. */
export interface ChartChange {
  readonly section: ChartSection;
  readonly change: ChangeHash;
  readonly author: Authorship & AuthorDoubts;
  /** It came, or was written, since the chart was last looked at on this device. */
  readonly isNew: boolean;
  /** The entries it wrote, each once. Worked out when it is asked. */
  written(): readonly ResourceKey[];
}

export interface ChartPastActs {
  /**
   * Everything that was written in the sections this practice may read, newest first by the times its authors say. `lookedAt`:
   * ISO date-time when the chart was last closed on this device before now.
   */
  changes(): Promise<{ readonly changes: readonly ChartChange[]; readonly lookedAt?: string }>;
  /**
   * The chart as it was known at a moment, read only: what was written by then and all whose causes were, by the clocks of the
   * authors; one that was ahead when its entry came here counts from then. Of what this device holds: what was never received, or
   * was set aside, is in no past either. The caller closes it.
   */
  asOf(atMs: number): Promise<OpenChart>;
}
