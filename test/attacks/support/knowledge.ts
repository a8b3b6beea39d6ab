/**
 * What someone knows of practices and charts: operations, sealed entries, keys. Grows by what it is given and is never
 * checked for rights; `copy` keeps an earlier state, for whoever goes on as if nothing had happened since.
 */
import type { Bytes } from '../../../src/base/bytes.ts';
import type { ChartId, EntryHash, KeyId, PracticeId } from '../../../src/base/ids.ts';
import type { Section } from '../../../src/base/sections.ts';
import { resolveCharter, type CharterState } from '../../../src/access/charter.ts';
import { resolveRoster, type RosterState } from '../../../src/access/roster.ts';
import { unwrapEpochs, type KeyReader } from '../../../src/access/unwrap-epochs.ts';
import {
  isCharterOp,
  isRosterOp,
  verifyOpBytes,
  type VerifiedCharterOp,
  type VerifiedOp,
  type VerifiedRosterOp,
} from '../../../src/access/verify-operation.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import { decodeEntry, verifyEntry, type VerifiedEntry } from '../../../src/crypto/entry.ts';
import { wholeEntry } from '../../../src/store/store.ts';
import { mustBeOk, mustHave } from '../../app/support/world.ts';

export type Item = VerifiedOp | VerifiedEntry;

export const isEntry = (item: Item): item is VerifiedEntry => 'ciphertext' in item;

export class Knowledge {
  readonly #ops = new Map<string, VerifiedOp>();
  readonly #entries = new Map<EntryHash, VerifiedEntry>();
  readonly #keys = new Map<KeyId, Bytes>();

  /** Everything that lies on a disk whose passphrase is known. */
  static async ofDisk({ store, content, charters, index, self }: PracticeContext): Promise<Knowledge> {
    const knowledge = new Knowledge();
    const rosters = await store.logs('roster');
    const charts = await store.logs('charter');
    for (const log of [rosters, charts])
      for (const stored of log.found.values()) await knowledge.hear(...stored.map(({ bytes }) => bytes));
    for (const chart of new Set([...index.all.map(({ id }) => id), self.book, ...content.charts()])) {
      const access = await charters.get(chart);
      if (access === undefined) continue;
      for (const [id, key] of access.keys) knowledge.#keys.set(id, key);
      for (const section of access.charter.sections)
        await knowledge.hear(...(await store.entries(chart, section)).found.map(wholeEntry));
    }
    return knowledge;
  }

  copy(): Knowledge {
    const copy = new Knowledge();
    copy.learn(...this.#ops.values(), ...this.#entries.values());
    for (const [id, key] of this.#keys) copy.#keys.set(id, key);
    return copy;
  }

  learn(...items: readonly Item[]): void {
    for (const item of items)
      if (isEntry(item)) this.#entries.set(item.hash, item);
      else this.#ops.set(item.id, item);
  }

  learnKeys(keys: ReadonlyMap<KeyId, Bytes>): void {
    for (const [id, key] of keys) this.#keys.set(id, key);
  }

  /** As they came from a wire or a disk. What is none is left out. */
  async hear(...encoded: readonly Bytes[]): Promise<void> {
    for (const bytes of encoded) {
      const op = await verifyOpBytes(bytes);
      if (op.ok) this.learn(op.value);
      const entry = op.ok ? undefined : decodeEntry(bytes);
      const verified = entry?.ok === true ? await verifyEntry(entry.value) : undefined;
      if (verified?.ok === true) this.learn(verified.value);
    }
  }

  /** Opens what these keys open, from every charter known. */
  unwrap(reader: KeyReader): void {
    for (const chart of new Set(this.#charterOps().map((op) => op.log.chart)))
      if (this.knowsChart(chart)) this.learnKeys(unwrapEpochs(this.charter(chart), reader, this.#keys).keys);
  }

  get keys(): ReadonlyMap<KeyId, Bytes> {
    return this.#keys;
  }

  rosterOps(practice: PracticeId): readonly VerifiedRosterOp[] {
    return [...this.#ops.values()].filter(isRosterOp).filter((op) => op.log.practice === practice);
  }

  charterOps(chart: ChartId): readonly VerifiedCharterOp[] {
    return this.#charterOps().filter((op) => op.log.chart === chart);
  }

  entries(chart: ChartId, section: Section): readonly VerifiedEntry[] {
    return [...this.#entries.values()].filter(({ header }) => header.chart === chart && header.section === section);
  }

  rosterOf = (practice: PracticeId): RosterState | undefined => resolveRoster(this.rosterOps(practice));

  roster(practice: PracticeId): RosterState {
    return mustHave(this.rosterOf(practice));
  }

  charter(chart: ChartId): CharterState {
    return mustHave(resolveCharter(this.charterOps(chart), this.rosterOf));
  }

  knowsChart(chart: ChartId): boolean {
    return resolveCharter(this.charterOps(chart), this.rosterOf) !== undefined;
  }

  #charterOps(): readonly VerifiedCharterOp[] {
    return [...this.#ops.values()].filter(isCharterOp);
  }
}

export async function verifiedEntry(bytes: Bytes): Promise<VerifiedEntry> {
  return mustBeOk(await verifyEntry(mustBeOk(decodeEntry(bytes))));
}
