/**
 * Attachments where plaintext, keys and sealed parts meet (EN-10). Content is sealed part by part onto the disk before the entry
 * that names the parts is written; what an act leaves that does not come to its end is swept, at once or at the next start.
 */
import { manifestText, type AttachmentManifest } from '../../base/attachment.ts';
import type { Bytes } from '../../base/bytes.ts';
import { parseChartId, type ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import { stubsIn, withManifests, type LargeData } from '../../clinical/large-data.ts';
import type { SectionEdits } from '../../clinical/withholding.ts';
import { openAttachment, sealAttachment, type SealedChunk } from '../../crypto/sealed-attachment.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';

/** Clear records, one a chart: parts are being written whose entry is not there yet. Every vault's session reads them. */
const markPrefix = 'sealing-parts/';

/** Parts written in one commit: a megabyte, so that few commits wait for the disk and memory holds little. */
const partsPerCommit = 4;

/** By section, manifests by the stubs they stand for. */
export type Manifests = ReadonlyMap<ChartSection, ReadonlyMap<string, string>>;

export interface SealingOptions {
  /** Told how many bytes of content are sealed, of how many. */
  readonly report?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export class Attachments {
  readonly #context: PracticeContext;
  /** Acts that write parts of a chart now: its parts are not swept meanwhile. */
  readonly #writing = new Map<ChartId, number>();

  constructor(context: PracticeContext) {
    this.#context = context;
  }

  /**
   * Seals what is wanted in each section, then lets `write` write the entries that name it. Not inside the queue: sealing takes
   * seconds, and nobody's typing waits for it. If either fails, none of the parts stays.
   */
  async withSealed<T, R extends string>(
    chart: ChartId,
    wanted: ReadonlyMap<ChartSection, readonly LargeData[]>,
    { report, signal }: SealingOptions,
    write: (manifests: Manifests) => Promise<Result<T, R>>,
  ): Promise<Result<T, R | WriteFailure | 'cancelled'>> {
    const total = [...wanted.values()].flat().reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (total === 0) return write(new Map());
    this.#writing.set(chart, (this.#writing.get(chart) ?? 0) + 1);
    try {
      const manifests = new Map<ChartSection, Map<string, string>>();
      let before = 0;
      for (const [section, contents] of wanted) {
        const sealed = new Map<string, string>();
        for (const content of contents) {
          const told = (done: number): void => report?.(before + done, total);
          const manifest = await this.#seal(chart, section, content, { report: told, ...(signal && { signal }) });
          if (!manifest.ok) return manifest;
          sealed.set(content.stub, manifestText(manifest.value));
          before += content.bytes.length;
        }
        manifests.set(section, sealed);
      }
      return await write(manifests);
    } finally {
      await this.#finished(chart);
    }
  }

  async #seal(
    chart: ChartId,
    section: ChartSection,
    content: LargeData,
    { report, signal }: SealingOptions,
  ): Promise<Result<AttachmentManifest, WriteFailure | 'cancelled'>> {
    const { ports } = this.#context;
    let failure: WriteFailure | 'cancelled' | undefined;
    let parts: SealedChunk[] = [];
    let done = 0;
    const keep = async (): Promise<boolean> => {
      const kept = await this.#keepParts(chart, section, parts);
      parts = [];
      if (!kept.ok) failure = kept.reason;
      await ports.pause();
      return kept.ok;
    };
    const manifest = await sealAttachment(content, { chart, section }, ports.random, async (part) => {
      if (signal?.aborted === true) failure = 'cancelled';
      if (failure !== undefined) return false;
      parts.push(part);
      done += part.bytes.length;
      report?.(Math.min(done, content.bytes.length), content.bytes.length);
      return parts.length < partsPerCommit || (await keep());
    });
    if (failure === undefined && parts.length > 0) await keep();
    return failure === undefined && manifest !== undefined ? ok(manifest) : err(failure ?? 'storage');
  }

  async #keepParts(
    chart: ChartId,
    section: ChartSection,
    parts: readonly SealedChunk[],
  ): Promise<Result<undefined, WriteFailure>> {
    const kept = await this.#context.content.commit({
      chunks: parts.map(({ hash, bytes }) => ({ chart, section, hash, bytes })),
      // Before any part without a name is there, it is noted that there may be.
      sealed: [{ key: markPrefix + chart, bytes: Uint8Array.of(1) }],
    });
    return kept.ok ? kept : err(writeFailureOf(kept.reason));
  }

  async #finished(chart: ChartId): Promise<void> {
    const others = (this.#writing.get(chart) ?? 1) - 1;
    if (others > 0) this.#writing.set(chart, others);
    else this.#writing.delete(chart);
    if (others === 0) await this.#sweep(chart);
  }

  /** What is left of an earlier run, which ended between parts and their entry. */
  async sweepLeftOver(): Promise<void> {
    for (const key of await this.#context.store.sealedKeys(markPrefix)) {
      const chart = parseChartId(key.slice(markPrefix.length));
      if (chart !== undefined && !this.#writing.has(chart)) await this.#sweep(chart);
    }
  }

  /** If the disk refuses, or the practice was locked, the mark stays and the next start tries again. */
  async #sweep(chart: ChartId): Promise<void> {
    try {
      const swept = await this.#context.store.sweepChunks(chart);
      if (swept.ok) await this.#context.content.commit({ sealed: [{ key: markPrefix + chart, bytes: undefined }] });
    } catch {
      // The store is closed.
    }
  }

  /** The content again, as far as its parts are here. */
  open(
    chart: ChartId,
    section: ChartSection,
    manifest: AttachmentManifest,
  ): Promise<Result<Bytes, 'missing' | 'damaged'>> {
    return openAttachment(manifest, { chart, section }, (hash) => this.#context.store.chunk(chart, section, hash));
  }
}

/** What is to be sealed so that these edits can be written: what their sections do not hold yet. */
export function wantedFor(
  edits: SectionEdits,
  held: Manifests,
  taken: readonly LargeData[],
): ReadonlyMap<ChartSection, readonly LargeData[]> {
  const contents = new Map(taken.map((one) => [one.stub, one]));
  return new Map(
    [...edits].map(([section, list]) => [
      section,
      [...stubsIn(list)].flatMap((stub) => (held.get(section)?.has(stub) === true ? [] : (contents.get(stub) ?? []))),
    ]),
  );
}

/** The edits with manifests for stubs; undefined while one is not sealed in its section. */
export function filledEdits(edits: SectionEdits, ...known: readonly Manifests[]): SectionEdits | undefined {
  const filled: [ChartSection, ReturnType<typeof withManifests>[]][] = [];
  for (const [section, list] of edits) {
    const manifests = new Map(known.flatMap((one) => [...(one.get(section) ?? [])]));
    if (![...stubsIn(list)].every((stub) => manifests.has(stub))) return undefined;
    filled.push([section, list.map((edit) => withManifests(edit, manifests))]);
  }
  return new Map(filled);
}
