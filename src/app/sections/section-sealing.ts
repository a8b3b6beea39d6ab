/**
 * Writing into a section: edits go into its document, and come out as sealed entries of this device. Owns the actor under
 * which this device writes, fresh at every start and with every epoch and stint (EN-4). Commits nothing.
 */
import type { Bytes } from '../../base/bytes.ts';
import type { ChartId, ChunkHash, KeyId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { manifestsWritten } from '../../clinical/large-data.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { EditRefusal } from '../../crdt/edit-plan.ts';
import type { Author, WrittenChange } from '../../crdt/section-document.ts';
import { actorNonceBytes, actorOf } from '../../crypto/chain.ts';
import type { VerifiedEntry } from '../../crypto/entry.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { EntryFrontiers } from './entry-frontiers.ts';
import { sealChanges } from './entry-sealing.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SectionReading } from './section-reading.ts';

export type SealFailure =
  'unsettled-conflict' | 'signed' | 'forked' | 'too-large' | 'not-allowed' | 'not-found' | 'clock';

/** The charter as entries cite it, and the key they are sealed under. */
export interface SealingUnder {
  readonly access: ChartAccess;
  readonly epoch: KeyId;
}

export class SectionSealing {
  readonly #context: PracticeContext;
  readonly #chart: ChartId;
  readonly #section: Section;
  #nonce: Bytes;
  /** The epoch and stint the nonce was made for. */
  #nonceFor: string | undefined;
  /** In the document and not sealed yet. */
  #written: WrittenChange[] = [];
  #chunks: ChunkHash[] = [];

  constructor(context: PracticeContext, chart: ChartId, section: Section) {
    this.#context = context;
    this.#chart = chart;
    this.#section = section;
    this.#nonce = context.ports.random.bytes(actorNonceBytes);
  }

  get author(): Author {
    const { device } = this.#context.self;
    return { device, actor: actorOf(device, this.#chart, this.#section, this.#nonce) };
  }

  /** One act of a person is one change; of an import there are as many as it takes. */
  write(
    edits: readonly SectionEdit[],
    timeMs: number,
    { access, epoch }: SealingUnder,
    reading: SectionReading,
    asImport: boolean,
  ): Result<void, SealFailure> {
    const stint = this.#stintIn(access);
    if (!access.keys.has(epoch) || stint === undefined) return err('not-allowed');
    if (this.#isAnother(`${epoch}/${stint}`)) reading.document.writeAs(this.author);
    const { document } = reading;
    // What is typed may be a long paste.
    const inMany = asImport || edits.some(({ kind }) => kind === 'type');
    const written = inMany ? document.editMany(edits, timeMs) : single(document.edit(edits, timeMs));
    if (!written.ok) return err(sealFailureOf(written.reason));
    this.#written.push(...written.value);
    this.#chunks.push(...manifestsWritten(edits).flatMap(({ chunks }) => chunks));
    return ok(undefined);
  }

  /** What was written since it was last sealed: one entry, or as many as it takes. `batchId`: they enter elsewhere together or not at all (EN-9). */
  async seal(
    { access, epoch }: SealingUnder,
    reading: SectionReading,
    frontiers: EntryFrontiers,
    batchId: string | undefined,
  ): Promise<Result<readonly VerifiedEntry[], SealFailure>> {
    const epochKey = access.keys.get(epoch);
    const stint = this.#stintIn(access);
    if (epochKey === undefined || stint === undefined) return err('not-allowed');
    const place = {
      chart: this.#chart,
      section: this.#section,
      stint,
      access: access.charter.heads,
      epoch,
      epochKey,
      nonce: this.#nonce,
      frontiers,
      // They enter elsewhere together or are one, so it is the same which of them names a part.
      chunks: [...new Set(this.#chunks)],
      entriesOf: (changes: Parameters<SectionReading['entriesOf']>[0]) => reading.entriesOf(changes),
    };
    const sealed = await sealChanges(this.#context, place, this.#written, batchId);
    this.#written = [];
    this.#chunks = [];
    if (!sealed.ok) return sealed;
    for (const { entry, changes, body } of sealed.value) reading.wrote(entry.hash, changes, body);
    return ok(sealed.value.map(({ entry }) => entry));
  }

  #stintIn({ charter }: ChartAccess): ReturnType<ChartAccess['charter']['stintOf']> {
    const { practice, device } = this.#context.self;
    return charter.stintOf(practice, device, this.#section);
  }

  /** Whether what is written from now on needs an actor of its own. */
  #isAnother(nonceFor: string): boolean {
    const isAnother = this.#nonceFor !== undefined && this.#nonceFor !== nonceFor;
    if (isAnother) this.#nonce = this.#context.ports.random.bytes(actorNonceBytes);
    this.#nonceFor = nonceFor;
    return isAnother;
  }
}

function single<T, R extends string>(written: Result<T, R>): Result<readonly T[], R> {
  return written.ok ? ok([written.value]) : written;
}

function sealFailureOf(reason: EditRefusal): SealFailure {
  switch (reason) {
    case 'unsettled-conflict':
    case 'changed-meanwhile':
      return 'unsettled-conflict';
    case 'closed-text':
      return 'signed';
    case 'too-large':
      return 'too-large';
    case 'unknown-resource':
      return 'not-found';
    case 'nothing-to-write':
    case 'malformed':
    case 'already-exists':
      return 'not-allowed';
  }
}
