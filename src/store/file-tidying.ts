/**
 * Dropping the oldest file of a log: what is still current in it is copied to the end, a piece at a time between commits, and
 * then the file goes. The oldest always goes first, so that a deleted record never comes back. What is damaged in it stays
 * named, and the file stays in the folder.
 */
import { decodeValue, placeLength, type LogItem } from './file-format.ts';
import type { FileIndex } from './file-index.ts';
import type { FileLog } from './file-log.ts';
import { readFrames, type ReadItem, type ReadStep } from './file-reading.ts';

export class Tidying {
  readonly #log: FileLog;
  readonly #index: FileIndex;
  readonly #file: number;
  readonly #frames: AsyncGenerator<ReadStep>;
  #isDamaged = false;

  /** Undefined when there is nothing to drop. */
  static begin(log: FileLog, index: FileIndex): Tidying | undefined {
    const [file] = log.files;
    return file === undefined ? undefined : new Tidying(log, index, file);
  }

  private constructor(log: FileLog, index: FileIndex, file: number) {
    this.#log = log;
    this.#index = index;
    this.#file = file;
    // The file written to is dropped too, when all is in one.
    if (log.active === file) log.beginNext();
    const { handle, length } = log.file(file);
    this.#frames = readFrames(handle, file, length);
  }

  /** Copies up to about so many bytes. True when the file is gone. Nothing else may write meanwhile. */
  async step(maxBytes: number): Promise<boolean> {
    const items: LogItem[] = [];
    let bytes = 0;
    while (bytes < maxBytes) {
      const next = await this.#frames.next();
      if (next.done === true) {
        await this.#copy(items);
        await this.#log.drop(this.#file, this.#isDamaged);
        return true;
      }
      if (!('frame' in next.value)) {
        this.#isDamaged = true;
        continue;
      }
      for (const item of next.value.frame) {
        const current = await this.#current(item);
        if (current === undefined) continue;
        items.push(current);
        bytes += current.value.length;
      }
    }
    await this.#copy(items);
    return false;
  }

  /** What has to be written again of it: nothing when a later frame says otherwise. */
  async #current({ kind, store, key, offset, length, whole }: ReadItem): Promise<LogItem | undefined> {
    const place = this.#index.get(store, key);
    const value = new Uint8Array(0);
    if (!whole) this.#isDamaged = true;
    if (place === 'lost') return { kind: 'lost', store, key, value };
    if (place?.file !== this.#file || place.offset !== offset) return undefined;
    const [bytes] = await this.#log.read([{ file: this.#file, offset, length: placeLength(kind, length) }]);
    const read = bytes === undefined ? undefined : decodeValue(bytes, { store, key });
    return read === undefined ? { kind: 'lost', store, key, value } : { kind, store, key, value: read };
  }

  async #copy(items: readonly LogItem[]): Promise<void> {
    if (items.length === 0) return;
    for (const placed of await this.#log.append([items])) this.#index.apply(placed, placed.file);
  }
}
