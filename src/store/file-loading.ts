/**
 * From the log files of a folder to an index of what is current, everything checked on the way. Says what is damaged and what
 * was merely not finished when the machine stopped, and sees to it that what repeats damaged records is worked out anew.
 */
import { logFileName, FileLog, type LogOptions } from './file-log.ts';
import { FileIndex } from './file-index.ts';
import { prefaceBytes, type Mark } from './file-format.ts';
import { readFrames, type ReadItem } from './file-reading.ts';

export interface FileDamage {
  /** Name of the file in the store's folder. */
  readonly file: string;
  readonly why: 'missing' | 'not-a-log' | 'cut-off' | 'unreadable-stretch' | 'unreadable-record';
  /** Store and key of the record, or the bytes of the file. */
  readonly what?: string;
}

export interface LoadedLog {
  readonly log: FileLog;
  readonly index: FileIndex;
  readonly damage: readonly FileDamage[];
  /** Bytes of a commit at the end that was never acknowledged: the process or the machine stopped in it. */
  readonly unfinishedBytes: number;
}

export async function loadLog(folder: string, options: LogOptions): Promise<LoadedLog> {
  const { log, mark, unreadable } = await FileLog.open(folder, options);
  const index = new FileIndex();
  const damage: FileDamage[] = [...missingFiles(log, mark)];
  let unfinishedBytes = 0;
  for (const file of log.files) {
    const { length } = log.file(file);
    if (unreadable.includes(file)) {
      // Begun when the machine stopped: nothing was in it yet.
      if (length < prefaceBytes && file > (mark?.file ?? 0)) unfinishedBytes += length;
      else damage.push({ file: logFileName(file), why: 'not-a-log' });
    }
    const promised = mark === undefined ? length : promisedIn(mark, file, length);
    let whole = Math.min(length, prefaceBytes);
    for await (const step of readFrames(log.file(file).handle, file, length)) {
      if ('frame' in step) {
        whole = step.end;
        for (const item of step.frame) damage.push(...take(index, item, file));
      } else if (step.damagedFrom < promised) {
        damage.push({ file: logFileName(file), why: 'unreadable-stretch', what: `${step.damagedFrom}–${step.to}` });
      } else unfinishedBytes += step.to - step.damagedFrom;
    }
    if (promised > length)
      damage.push({ file: logFileName(file), why: 'cut-off', what: `${length} of ${promised} bytes are left` });
    // Behind damage nothing is written: what it was can still be looked at.
    const isLast = file === log.files.at(-1) && !unreadable.includes(file);
    const isSound = !damage.some(({ file: name, why }) => name === logFileName(file) && why !== 'unreadable-record');
    if (isLast && isSound) await log.continueIn(file, whole);
  }
  workOutAnew(index, damage);
  return { log, index, damage, unfinishedBytes };
}

/** Up to where the file was acknowledged: of all but the last, all of it. */
function promisedIn(mark: Mark, file: number, length: number): number {
  if (file === mark.file) return mark.length;
  return file < mark.file ? length : prefaceBytes;
}

function missingFiles(log: FileLog, mark: Mark | undefined): readonly FileDamage[] {
  if (mark === undefined) return [];
  const missing: FileDamage[] = [];
  for (let file = mark.oldest; file <= mark.file; file++)
    if (file > 0 && !log.files.includes(file)) missing.push({ file: logFileName(file), why: 'missing' });
  return missing;
}

function take(index: FileIndex, item: ReadItem, file: number): readonly FileDamage[] {
  if (item.whole) {
    index.apply(item, file);
    return [];
  }
  index.set(item.store, item.key, 'lost');
  return [{ file: logFileName(file), why: 'unreadable-record', what: `${item.store}/${item.key}` }];
}

/**
 * A chart's own record only repeats what its heads say. Where heads may be gone, or older than it, it would promise peers what
 * is not here, and they would never give it again.
 */
function workOutAnew(index: FileIndex, damage: readonly FileDamage[]): void {
  const anyGone = damage.some(({ why }) => why !== 'unreadable-record');
  for (const { key } of index.under('charts', '')) {
    const headsGone = index.under('heads', `${key}/`).some(({ place }) => place === 'lost');
    if (anyGone || headsGone) index.set('charts', key, 'lost');
  }
}
