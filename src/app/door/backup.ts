/**
 * A backup: everything a practice must not lose in one sealed file, opened by the recovery phrase alone (crypto/backup.ts).
 * Entries and operations go in as they are on the disk, sealed and signed; beside them what only the vault held.
 *
 *     records: ["practice", v, whether it shares, names and contact key as JSON] · ["op", log, id, signed operation] · ["entry", whole entry] ·
 *              ["covered", chart, section, heads of entries or a piece of the snapshot that stands for them (net/snapshot-items.ts)] ·
 *              ["chunk", chart, section, sealed part of an attachment] ·
 *              ["index", the patient index as JSON: what it says could be read from the charts, but that takes long]
 *
 * History: 1, first; 2, covered entries; 3, parts of attachments.
 */
import { toUtf8, type Bytes } from '../../base/bytes.ts';
import { encodeCanonical } from '../../base/codec.ts';
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { sealBackup } from '../../crypto/backup.ts';
import { headersOf } from '../../net/snapshot-items.ts';
import { itemsForCovered } from '../../net/snapshot-sending.ts';
import { wholeEntry, type Store } from '../../store/store.ts';
import { practiceSelfToJson } from '../device-self.ts';
import type { PracticeContext } from '../practice-context.ts';

const backupVersion = 3;
/** Versions this app reads: each only has records that those before it lack. */
export const readableBackups: readonly unknown[] = [1, 2, backupVersion];

/** Pieces that are handed to the browser together, which need not keep them in memory: 16 MiB. */
const piecesPerBlob = 64;

const lastBackupKey = 'last-backup';

/** Making backups, and when that was last done here. */
export class Backups {
  readonly #context: PracticeContext;
  #last: string | undefined;

  private constructor(context: PracticeContext, last: string | undefined) {
    this.#context = context;
    this.#last = last;
  }

  static async open(context: PracticeContext): Promise<Backups> {
    const read = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    return new Backups(context, await context.records.read(lastBackupKey, read));
  }

  /** ISO date-time. */
  get last(): string | undefined {
    return this.#last;
  }

  async make(
    sharing: boolean,
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly fileName: string; readonly file: Blob }, 'cancelled' | 'storage'>> {
    const context = this.#context;
    const made = await context.exclusively(() => makeBackup(context, sharing, progress, signal));
    if (!made.ok) return made;
    const at = new Date(context.timeMs()).toISOString();
    await context.content.commit({ sealed: [context.records.write(lastBackupKey, at)] });
    this.#last = at;
    return ok({ fileName: `peerchart-${at.slice(0, 10)}.backup`, file: made.value });
  }
}

async function makeBackup(
  context: PracticeContext,
  sharing: boolean,
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Result<Blob, 'cancelled' | 'storage'>> {
  const blobs: Blob[] = [];
  let pieces: Bytes[] = [];
  try {
    for await (const piece of sealBackup(
      records(context, sharing, progress, signal),
      context.self.rootBoxKey,
      context.ports.random,
    )) {
      pieces.push(piece);
      if (pieces.length < piecesPerBlob) continue;
      blobs.push(new Blob(pieces));
      pieces = [];
    }
  } catch (error) {
    if (signal.aborted) return err('cancelled');
    context.diagnostics.count('backup', error instanceof Error ? error.name : 'failed');
    return err('storage');
  }
  return ok(new Blob([...blobs, ...pieces], { type: 'application/octet-stream' }));
}

async function* records(
  context: PracticeContext,
  sharing: boolean,
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Bytes> {
  const { store, content, self, index, ports } = context;
  yield encodeCanonical(['practice', backupVersion, sharing, toUtf8(JSON.stringify(practiceSelfToJson(self)))]);
  for (const kind of ['roster', 'charter'] as const) {
    const logs = await store.logs(kind);
    for (const [log, ops] of logs.found) for (const { id, bytes } of ops) yield encodeCanonical(['op', log, id, bytes]);
  }
  const charts = content.charts();
  for (const [done, chart] of charts.entries()) {
    signal.throwIfAborted();
    progress(done, charts.length);
    for (const section of content.sections(chart).keys()) {
      const { found } = await store.entries(chart, section);
      for await (const item of coveredItems(store, chart, section))
        yield encodeCanonical(['covered', chart, section, item]);
      for (const entry of found) yield encodeCanonical(['entry', wholeEntry(entry)]);
    }
    // Those alone that an entry in the file names.
    const named = new Set((await store.chunksNamed(chart)).map(({ section, hash }) => `${section}/${hash}`));
    for (const { section, hash } of await store.chunksHeld(chart)) {
      signal.throwIfAborted();
      const chunk = named.has(`${section}/${hash}`) ? await store.chunk(chart, section, hash) : undefined;
      if (chunk !== undefined) yield encodeCanonical(['chunk', chart, section, chunk]);
    }
    await ports.pause();
  }
  yield encodeCanonical(['index', toUtf8(JSON.stringify(index.all))]);
  progress(charts.length, charts.length);
}

/** Snapshots in pieces, each before the heads it stands for. */
async function* coveredItems(store: Store, chart: ChartId, section: Section): AsyncGenerator<Bytes> {
  let left = (await store.heads(chart, section)).found.filter(({ covered }) => covered);
  while (left.length > 0) {
    const items = await itemsForCovered(store, left, () => true);
    // What no snapshot stands for any more is lost here, and asked for from others.
    if (items.length === 0) return;
    yield* items;
    const given = new Set(headersOf(items).map(({ hash }) => hash));
    left = left.filter(({ hash }) => !given.has(hash));
  }
}
