/**
 * The log files of one store in a folder: appending so that what resolved is on the disk, reading at a place, beginning the
 * next file, dropping the oldest. Owns every file handle. Knows nothing of which record is current.
 */
import { constants } from 'node:fs';
import { open, readdir, readFile, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { concatBytes, type Bytes } from '../base/bytes.ts';
import {
  decodeMark,
  encodeFrame,
  encodeMark,
  encodePreface,
  prefaceBytes,
  type LogItem,
  type Mark,
  type PlacedItem,
} from './file-format.ts';
import { readPreface } from './file-reading.ts';

export interface LogPlace {
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** Opens a file as node:fs/promises does; tests of a full disk give another. */
export type OpenFile = (path: string, flags: number, mode: number) => Promise<FileHandle>;

export interface LogOptions {
  /** Left out but in tests. */
  readonly openFile?: OpenFile;
  /** Bytes after which the next file begins. */
  readonly fullFileBytes?: number;
}

/** Dropping a file copies what is still current in it: some files, none of them large. */
const defaultFullFileBytes = 64 * 1024 * 1024;
/** Places this near each other are read at once. */
const gapReadOverBytes = 4 * 1024;
const maxReadAtOnceBytes = 1024 * 1024;
const ownerOnly = 0o600;
const markName = 'acknowledged';
const namePattern = /^(\d{8})\.log$/;

interface LogFile {
  readonly handle: FileHandle;
  length: number;
}

export const logFileName = (file: number): string => `${String(file).padStart(8, '0')}.log`;

export class FileLog {
  readonly folder: string;
  readonly #openFile: OpenFile;
  readonly #fullFileBytes: number;
  readonly #files = new Map<number, LogFile>();
  /** Dropped, and closed once nobody reads from it. */
  readonly #dropped: FileHandle[] = [];
  #mark: FileHandle | undefined;
  #active: number | undefined;
  #readers = 0;
  /** The disk lost something it had taken: what it says of later writes is worth nothing until the store is opened anew. */
  #broken: unknown;

  private constructor(folder: string, options: LogOptions) {
    this.folder = folder;
    this.#openFile = options.openFile ?? open;
    this.#fullFileBytes = options.fullFileBytes ?? defaultFullFileBytes;
  }

  /** Opens what lies in the folder; nothing is changed by it. */
  static async open(
    folder: string,
    options: LogOptions,
  ): Promise<{ readonly log: FileLog; readonly mark: Mark | undefined; readonly unreadable: readonly number[] }> {
    const log = new FileLog(folder, options);
    const mark = await readMark(join(folder, markName));
    const unreadable: number[] = [];
    for (const name of (await readdir(folder)).sort()) {
      const file = Number(namePattern.exec(name)?.[1]);
      // Dropped, and the machine stopped before it was gone.
      if (Number.isNaN(file) || file < (mark?.oldest ?? 0)) continue;
      const handle = await log.#openFile(join(folder, name), constants.O_RDWR, ownerOnly);
      log.#files.set(file, { handle, length: (await handle.stat()).size });
      if ((await readPreface(handle)) !== file) unreadable.push(file);
    }
    return { log, mark, unreadable };
  }

  /** In order. */
  get files(): readonly number[] {
    return [...this.#files.keys()].sort((a, b) => a - b);
  }

  get bytes(): number {
    return [...this.#files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get active(): number | undefined {
    return this.#active;
  }

  file(file: number): Readonly<LogFile> {
    const known = this.#files.get(file);
    if (known === undefined) throw new Error(`log file ${file} is in use and open`);
    return known;
  }

  /** Goes on in this file, behind what is whole in it; otherwise the next append begins a new one. */
  async continueIn(file: number, length: number): Promise<void> {
    const known = this.#files.get(file);
    if (known === undefined) return;
    if (known.length > length) await known.handle.truncate(length);
    known.length = length;
    this.#active = file;
  }

  /** One frame for each list. On the disk when this resolves; when it rejects, the log is as it was. */
  async append(frames: readonly (readonly LogItem[])[]): Promise<readonly (PlacedItem & LogPlace)[]> {
    if (this.#broken !== undefined) throw this.#broken as Error;
    const file = await this.#writable();
    const log = this.#files.get(file);
    if (log === undefined) throw new Error('the file written to is open');
    const placed: (PlacedItem & LogPlace)[] = [];
    const parts: Bytes[] = [];
    let end = log.length;
    for (const items of frames) {
      const frame = encodeFrame(items, file, end);
      parts.push(frame.bytes);
      placed.push(...frame.placed.map((item) => ({ ...item, file })));
      end += frame.bytes.length;
    }
    try {
      await writeAll(log.handle, concatBytes(...parts), log.length);
    } catch (error) {
      // A part may have gone through, and must not be taken for damage. If that fails too it is cut off at the next opening.
      await log.handle.truncate(log.length).catch(() => undefined);
      throw error;
    }
    try {
      await log.handle.datasync();
    } catch (error) {
      this.#broken = error;
      throw error;
    }
    log.length = end;
    await this.#writeMark();
    return placed;
  }

  /** The bytes at each place, in order. */
  async read(places: readonly LogPlace[]): Promise<readonly Uint8Array[]> {
    const byPlace = places.map((place, i) => ({ ...place, i })).sort((a, b) => a.file - b.file || a.offset - b.offset);
    const found: Uint8Array[] = places.map(() => new Uint8Array(0));
    this.#readers += 1;
    try {
      for (let from = 0; from < byPlace.length;) {
        const to = endOfRun(byPlace, from);
        await this.#readRun(byPlace.slice(from, to), found);
        from = to;
      }
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) await this.#closeDropped();
    }
    return found;
  }

  async #readRun(run: readonly (LogPlace & { readonly i: number })[], found: Uint8Array[]): Promise<void> {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    const bytes = new Uint8Array(last.offset + last.length - first.offset);
    const { bytesRead } = await this.file(first.file).handle.read(bytes, 0, bytes.length, first.offset);
    for (const { offset, length, i } of run) {
      const start = offset - first.offset;
      found[i] = bytes.subarray(start, Math.min(start + length, bytesRead));
    }
  }

  /** The file is dropped from the store; one that is damaged stays in the folder under another name. */
  async drop(file: number, isDamaged: boolean): Promise<void> {
    const { handle } = this.file(file);
    this.#files.delete(file);
    this.#dropped.push(handle);
    await this.#writeMark();
    await this.#mark?.datasync();
    const path = join(this.folder, logFileName(file));
    await (isDamaged ? rename(path, `${path}.damaged`) : unlink(path));
    if (this.#readers === 0) await this.#closeDropped();
  }

  /** What follows goes into a new file. */
  beginNext(): void {
    this.#active = undefined;
  }

  async close(): Promise<void> {
    const handles = [...[...this.#files.values()].map(({ handle }) => handle), ...this.#dropped];
    if (this.#mark !== undefined) handles.push(this.#mark);
    this.#files.clear();
    this.#dropped.length = 0;
    for (const handle of handles) await handle.close();
  }

  async #writable(): Promise<number> {
    const active = this.#active;
    if (active !== undefined && this.file(active).length < this.#fullFileBytes) return active;
    const file = (this.files.at(-1) ?? 0) + 1;
    const path = join(this.folder, logFileName(file));
    const handle = await this.#openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, ownerOnly);
    try {
      await writeAll(handle, encodePreface(file), 0);
      await handle.datasync();
      await syncFolder(this.folder);
    } catch (error) {
      await handle.close();
      await unlink(path).catch(() => undefined);
      throw error;
    }
    this.#files.set(file, { handle, length: prefaceBytes });
    this.#active = file;
    return file;
  }

  /** Need not reach the disk itself: an older one names no less than was acknowledged then. */
  async #writeMark(): Promise<void> {
    const flags = constants.O_RDWR | constants.O_CREAT;
    this.#mark ??= await this.#openFile(join(this.folder, markName), flags, ownerOnly);
    const file = this.files.at(-1) ?? 0;
    const length = this.#files.get(file)?.length ?? 0;
    await writeAll(this.#mark, encodeMark({ oldest: this.files[0] ?? 0, file, length }), 0);
  }

  async #closeDropped(): Promise<void> {
    for (const handle of this.#dropped.splice(0)) await handle.close();
  }
}

function endOfRun(places: readonly LogPlace[], from: number): number {
  const first = places[from];
  let to = from + 1;
  for (let before = first; first !== undefined && before !== undefined; to += 1) {
    const next = places[to];
    if (next?.file !== first.file) break;
    const isNear = next.offset - (before.offset + before.length) <= gapReadOverBytes;
    if (!isNear || next.offset + next.length - first.offset > maxReadAtOnceBytes) break;
    before = next;
  }
  return to;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Not everywhere can a folder be opened; there the file system keeps names by itself.
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

async function readMark(path: string): Promise<Mark | undefined> {
  try {
    return decodeMark(new Uint8Array(await readFile(path)));
  } catch {
    return undefined;
  }
}
