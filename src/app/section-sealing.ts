/**
 * Writing into a section: edits go into its document, and come out as sealed entries of this device. Owns the actor under
 * which this device writes, fresh at every start and with every epoch and stint (EN-4). Commits nothing.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, KeyId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import { manifestsWritten } from '../clinical/large-data.ts';
import type { SectionEdit } from '../clinical/section-edit.ts';
import type { EditRefusal } from '../crdt/edit-plan.ts';
import type { Author } from '../crdt/section-document.ts';
import { actorNonceBytes, actorOf } from '../crypto/chain.ts';
import type { VerifiedEntry } from '../crypto/entry.ts';
import type { ChartAccess } from './charter-book.ts';
import type { EntryFrontiers } from './entry-frontiers.ts';
import { sealChanges } from './entry-sealing.ts';
import type { PracticeContext } from './practice-context.ts';
import type { SectionReading } from './section-reading.ts';

export type SealFailure = 'unsettled-conflict' | 'forked' | 'too-large' | 'not-allowed' | 'not-found' | 'clock';

/** One act: the charter as its entries cite it, and the key they are sealed under. */
export interface SealingAct {
  readonly edits: readonly SectionEdit[];
  readonly timeMs: number;
  readonly access: ChartAccess;
  readonly epoch: KeyId;
  /** Given: entries that enter elsewhere together or not at all (EN-9). */
  readonly batchId: string | undefined;
}

export class SectionSealing {
  readonly #context: PracticeContext;
  readonly #chart: ChartId;
  readonly #section: Section;
  #nonce: Bytes;
  /** The epoch and stint the nonce was made for. */
  #nonceFor: string | undefined;

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

  async seal(
    { edits, timeMs, access, epoch, batchId }: SealingAct,
    reading: SectionReading,
    frontiers: EntryFrontiers,
  ): Promise<Result<readonly VerifiedEntry[], SealFailure>> {
    const { self } = this.#context;
    const { charter } = access;
    const epochKey = access.keys.get(epoch);
    const stint = charter.stintOf(self.practice, self.device, this.#section);
    if (epochKey === undefined || stint === undefined) return err('not-allowed');
    if (this.#isAnother(`${epoch}/${stint}`)) reading.document.writeAs(this.author);
    const { document } = reading;
    const written = batchId === undefined ? single(document.edit(edits, timeMs)) : document.editMany(edits, timeMs);
    if (!written.ok) return err(sealFailureOf(written.reason));

    const place = {
      chart: this.#chart,
      section: this.#section,
      stint,
      access: charter.heads,
      epoch,
      epochKey,
      nonce: this.#nonce,
      frontiers,
      // They enter elsewhere together or are one, so it is the same which of them names a part.
      chunks: [...new Set(manifestsWritten(edits).flatMap(({ chunks }) => chunks))],
      entriesOf: (changes: Parameters<SectionReading['entriesOf']>[0]) => reading.entriesOf(changes),
    };
    const sealed = await sealChanges(this.#context, place, written.value, batchId);
    if (!sealed.ok) return sealed;
    for (const { entry, changes, body } of sealed.value) reading.wrote(entry.hash, changes, body);
    return ok(sealed.value.map(({ entry }) => entry));
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
