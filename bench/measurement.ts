/** A group of figures that come from one set-up. `--only` runs the groups of the figures named. */
import type { Figure } from './figure.ts';
import type { BenchSite } from './site.ts';
import type { Workload } from './workload.ts';

export interface Measurement {
  /** Names of the figures it gives. */
  readonly figures: readonly string[];
  run(site: BenchSite, workload: Workload): Promise<readonly Figure[]>;
}
