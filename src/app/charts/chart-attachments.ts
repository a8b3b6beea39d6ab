/**
 * The attached files of one chart on the screen (EN-10): what of each is here, asking others for the rest, and opening one. A
 * file is known by the text that stands in its place in a resource; who else may read it follows the section's rights.
 */
import type { AttachmentManifest } from '../../base/attachment.ts';
import type { Bytes } from '../../base/bytes.ts';
import type { ChartId, ChunkHash } from '../../base/ids.ts';
import { err, type Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import { dataText, manifestsInText, textsOf } from '../../clinical/large-data.ts';
import type { OpenSections } from '../../clinical/record.ts';
import type { NamedPart } from '../../net/attachment-wire.ts';
import type { AttachmentParts } from '../../replica/attachment-parts.ts';
import type { Attachments } from './attachments.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { ChartFiles, FileState } from './chart-on-screen.ts';

export interface FilesInit {
  readonly context: PracticeContext;
  readonly attachments: Attachments;
  /** Who asks other devices. */
  readonly exchange: () => AttachmentParts;
}

/** Where a manifest lies. */
interface Placed {
  readonly section: ChartSection;
  readonly manifest: AttachmentManifest;
}

export class FilesOfChart implements ChartFiles {
  readonly #init: FilesInit;
  readonly #chart: ChartId;
  /** Parts that are here, by section. */
  #held: ReadonlySet<string> = new Set();
  /** Parts whose record was found gone or not what it is called: to be fetched again. */
  readonly #lost = new Set<string>();
  #placed: ReadonlyMap<string, Placed> = new Map();

  constructor(init: FilesInit, chart: ChartId) {
    this.#init = init;
    this.#chart = chart;
  }

  /** After the sections changed, or a part came: those in which files may be. */
  async reload(sections: OpenSections): Promise<void> {
    const placed = new Map<string, Placed>();
    for (const [section, { resources }] of sections)
      for (const resource of resources.values())
        for (const text of textsOf(resource))
          for (const [data, manifest] of manifestsInText(text)) placed.set(data, { section, manifest });
    this.#placed = placed;
    await this.#readHeld();
  }

  async partCame({ section, hash }: NamedPart): Promise<void> {
    this.#lost.delete(`${section}/${hash}`);
    await this.#readHeld();
  }

  async #readHeld(): Promise<void> {
    const held = this.#placed.size === 0 ? [] : await this.#init.context.store.chunksHeld(this.#chart);
    this.#held = new Set(held.map(({ section, hash }) => `${section}/${hash}`));
  }

  /** Undefined for what stands for no file. */
  state(data: string): FileState | undefined {
    const placed = this.#placed.get(data);
    if (placed === undefined) return undefined;
    const { section, manifest } = placed;
    const { size, chunks } = manifest;
    const here = chunks.filter((hash) => this.#isHere(section, hash)).length;
    const common = { size, parts: chunks.length, partsHere: here };
    if (here === chunks.length) return { ...common, kind: 'here' };
    const { wants } = this.#init.exchange();
    const isWanted = this.#missing(placed).some((part) => wants.has(part));
    return { ...common, kind: !isWanted ? 'elsewhere' : wants.hasRoom ? 'asked' : 'no-room' };
  }

  /** Asks whoever may hold it for what is not here. */
  want(data: string): void {
    const placed = this.#placed.get(data);
    if (placed === undefined) return;
    const { context, exchange } = this.#init;
    context.inBackground(exchange().want(this.#chart, this.#missing(placed)));
  }

  async open(data: string): Promise<Result<Bytes, 'missing' | 'damaged'>> {
    const placed = this.#placed.get(data);
    if (placed === undefined) return err('damaged');
    const { section, manifest } = placed;
    const opened = await this.#init.attachments.open(this.#chart, section, manifest);
    const lost = opened.ok ? undefined : manifest.chunks.find((hash) => hash === opened.detail);
    if (lost !== undefined) this.#lost.add(`${section}/${lost}`);
    return opened;
  }

  #isHere(section: ChartSection, hash: ChunkHash): boolean {
    const name = `${section}/${hash}`;
    return this.#held.has(name) && !this.#lost.has(name);
  }

  #missing({ section, manifest }: Placed): readonly NamedPart[] {
    return manifest.chunks
      .filter((hash) => !this.#isHere(section, hash))
      .map((hash) => ({ chart: this.#chart, section, hash }));
  }

  /** Every file that is here, as the `data` it stands for; of the others nothing. For an export. */
  async allData(): Promise<{
    readonly texts: ReadonlyMap<string, string>;
    readonly missingIn: ReadonlySet<ChartSection>;
    readonly missing: number;
  }> {
    const texts = new Map<string, string>();
    const missingIn = new Set<ChartSection>();
    for (const [data, { section, manifest }] of this.#placed) {
      const content = await this.#init.attachments.open(this.#chart, section, manifest);
      const text = content.ok ? dataText(manifest.form, content.value) : undefined;
      if (text === undefined) missingIn.add(section);
      else texts.set(data, text);
      await this.#init.context.ports.pause();
    }
    return { texts, missingIn, missing: this.#placed.size - texts.size };
  }
}
