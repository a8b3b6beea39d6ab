/** `npm run keeper -- --check`: what is damaged in a keeper's store, in words; the exit code says whether anything is. */
import { checkStore } from '../keeper/check-store.ts';
import { openFileStore } from '../store/file-store.ts';
import { damageInWords, sizeInWords } from './keeper-words.ts';

/** The lines to show, and whether all is well. */
export async function checkKeeper(
  folder: string,
): Promise<{ readonly lines: readonly string[]; readonly isWhole: boolean }> {
  const opened = await openFileStore(folder);
  const { charts, entries, damaged, wrong } = await checkStore(opened.store);
  const size = sizeInWords(opened.bytes());
  await opened.end();
  const faults = new Set(opened.damage.map(damageInWords));
  for (const { store, id, why } of damaged)
    if (!opened.damage.some(({ what }) => what === `${store}/${id}`))
      faults.add(`The record ${store}/${id} is ${why}.`);
  for (const { chart, section, hash, reason } of wrong)
    faults.add(`The entry ${hash} in ${chart}/${section} is not what was signed: ${reason}.`);
  const verdict = faults.size === 0 ? 'Nothing is damaged.' : `${faults.size} faults.`;
  const unfinished =
    opened.unfinishedBytes === 0
      ? []
      : [`An unfinished commit of ${opened.unfinishedBytes} bytes was never acknowledged.`];
  return {
    lines: [...faults, ...unfinished, `${charts} charts, ${entries} entries, ${size}. ${verdict}`],
    isWhole: faults.size === 0,
  };
}
