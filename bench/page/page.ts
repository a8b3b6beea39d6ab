/** What bench/figures may ask of a page in Chromium; the work is in the files beside this one. */
import * as editLatency from './edit-latency.ts';
import * as importing from './importing.ts';
import * as largestChart from './largest-chart.ts';
import * as accessCost from './access-cost.ts';
import * as manyCharts from './many-charts.ts';
import * as memory from './memory.ts';
import * as peers from './peers.ts';
import * as plainSync from './plain-sync.ts';
import * as practice from './practice.ts';
import * as responsiveness from './responsiveness.ts';
import * as sealing from './sealing.ts';
import * as summary from './summary.ts';
import * as sync from './sync.ts';

const page = {
  practice,
  accessCost,
  manyCharts,
  editLatency,
  largestChart,
  importing,
  memory,
  responsiveness,
  sealing,
  peers,
  plainSync,
  summary,
  sync,
};

type BenchPage = typeof page;

declare global {
  var bench: BenchPage;
}
globalThis.bench = page;
