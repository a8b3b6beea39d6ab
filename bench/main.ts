/**
 * `npm run bench`: measures what a person feels and what the disk holds, each against the least the same machine would
 * need for it in the same run, and prints a table, or JSON lines with `--json`. `--only FIGURE`, repeated or separated by
 * commas, measures those alone; `--share 0.1` takes a tenth of the charts of the replication figures, and says so in their
 * workload.
 */
import { parseArgs } from 'node:util';
import { isReached, toJsonLine, toTable, toWorkloads, type Figure } from './figure.ts';
import { coldSync } from './figures/cold-sync.ts';
import { editLatency } from './figures/edit-latency.ts';
import { importRate } from './figures/import-rate.ts';
import { largestChart } from './figures/largest-chart.ts';
import { sealing } from './figures/sealing.ts';
import { manyCharts } from './figures/many-charts.ts';
import { reconnect } from './figures/reconnect.ts';
import { importingMany, responsiveness } from './figures/responsiveness.ts';
import { resolving } from './figures/resolving.ts';
import { summary } from './figures/summary.ts';
import { BenchSite } from './site.ts';
import { readWorkload } from './workload.ts';

const measurements = [
  editLatency('direct'),
  editLatency('relayed'),
  largestChart,
  summary,
  importRate,
  sealing,
  resolving,
  manyCharts,
  coldSync,
  reconnect,
  responsiveness,
  importingMany,
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      only: { type: 'string', multiple: true },
      share: { type: 'string', default: '1' },
    },
  });
  const share = Number(values.share);
  if (!(share > 0 && share <= 1)) {
    console.error('--share is how many of the charts to take, above 0 and up to 1');
    process.exitCode = 1;
    return;
  }
  const known = measurements.flatMap(({ figures }) => figures);
  const only = (values.only ?? []).flatMap((names) => names.split(','));
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no figure ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
    process.exitCode = 1;
    return;
  }
  const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
  const figures = await measure(share, isWanted, (figure) => {
    if (values.json === true) console.log(toJsonLine(figure));
    else console.error(`${figure.figure}: ${figure.value} ${figure.unit}`);
  });
  if (values.json !== true) console.log(`\n${toTable(figures)}\n\n${toWorkloads(figures)}`);
  const missed = figures.filter((figure) => !isReached(figure));
  console.error(`\n${figures.length} figures, ${missed.length} beyond their aim`);
}

async function measure(
  share: number,
  isWanted: (name: string) => boolean,
  report: (figure: Figure) => void,
): Promise<readonly Figure[]> {
  const workload = readWorkload(share);
  const site = await BenchSite.start();
  const figures: Figure[] = [];
  try {
    for (const measurement of measurements) {
      if (!measurement.figures.some(isWanted)) continue;
      const begin = performance.now();
      for (const figure of await measurement.run(site, workload)) {
        if (!isWanted(figure.figure)) continue;
        figures.push(figure);
        report(figure);
      }
      const seconds = Math.round((performance.now() - begin) / 1000);
      console.error(`(${measurement.figures[0]} …: ${seconds} s)`);
    }
  } finally {
    await site.close();
  }
  return figures;
}

await main();
