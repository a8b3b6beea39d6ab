/** A process that commits one entry after the other and says each number once it is kept, until it is killed. */
import { writeSync } from 'node:fs';
import { openFileStore } from '../../src/store/file-store.ts';
import { chainOfEntries, chartOne } from '../contracts/store-contract.ts';

const folder = process.argv[2] ?? '';
const { store, damage } = await openFileStore(folder, { fullFileBytes: 50_000, minTidyBytes: 100_000 });
if (damage.length > 0) writeSync(1, `damage ${JSON.stringify(damage)}\n`);
const kept = (await store.chartState(chartOne)).found.get('allergies')?.frontier[0]?.seq ?? 0;
const entries = chainOfEntries(5_000, { size: 700 });
writeSync(1, `start ${kept}\n`);
// Some at a time, so that commits share writes too.
for (let from = kept; from < entries.length; from += 3) {
  await Promise.all(
    entries.slice(from, from + 3).map(async (entry) => {
      const result = await store.commit({ entries: [entry] });
      if (result.ok) writeSync(1, `kept ${entry.seq}\n`);
    }),
  );
}
