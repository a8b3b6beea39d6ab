/**
 * Charters with the epoch keys this device can open: what replica/charters.ts keeps of them, and the keys beside it, which lie
 * on disk under the vault key. Owns the keys of charts in memory.
 */
import { fromHex, toHex, type Bytes } from '../base/bytes.ts';
import type { ChartId, KeyId, OpId } from '../base/ids.ts';
import { unwrapEpochs, type KeyReader, type OpenedKeys } from '../access/unwrap-epochs.ts';
import { wipe } from '../crypto/wipe.ts';
import type { StoreContent } from '../net/store-content.ts';
import { Charters, type Charter } from '../replica/charters.ts';
import type { RosterBook } from '../replica/roster-book.ts';
import type { Store } from '../store/store.ts';
import type { SealedRecords, SealedWrite } from './sealed-records.ts';

/** A charter and what this device can open of its chart. Replaced whole when either changes. */
export interface ChartAccess extends Charter, OpenedKeys {}

type Keys = ReadonlyMap<KeyId, Bytes>;

const keysRecord = (chart: ChartId): string => `keys/${chart}`;

export function keysRecordOf(records: SealedRecords, chart: ChartId, keys: Keys): SealedWrite {
  return records.write(keysRecord(chart), keysToJson(keys));
}

export interface CharterBookParts {
  readonly store: Store;
  readonly content: Pick<StoreContent, 'commit'>;
  readonly records: SealedRecords;
  readonly rosters: RosterBook;
  readonly reader: KeyReader;
  /** Operations a colleague at this disk took in before somebody lost their place. */
  readonly heldHere?: (chart: ChartId) => readonly OpId[];
  readonly maxLoaded?: number;
}

export class CharterBook extends Charters<ChartAccess, Keys> {
  readonly #records: SealedRecords;

  constructor({ reader, records, ...parts }: CharterBookParts) {
    super({
      ...parts,
      records,
      practice: reader.practice,
      opener: {
        // Handed over before their charter came, or known from it.
        kept: (chart) => records.read(keysRecord(chart), keysFromJson),
        open: ({ charter, ops }, keys, before) => {
          const held = new Map([...(before?.keys ?? []), ...(keys ?? [])]);
          return { charter, ops, ...unwrapEpochs(charter, reader, held, before?.whole) };
        },
        write: ({ charter, keys }) => [keysRecordOf(records, charter.chart, keys)],
      },
    });
    this.#records = records;
  }

  /** Those of a charter in use are in its `ChartAccess`. */
  async storedKeys(chart: ChartId): Promise<Keys> {
    return this.getLoaded(chart)?.keys ?? (await this.kept(chart)) ?? new Map();
  }

  writeKeys(chart: ChartId, keys: Keys): SealedWrite {
    return keysRecordOf(this.#records, chart, keys);
  }

  /** Keys of this chart are durable that were not. One that is being loaded is read anew: it may have missed them. */
  keysCame(chart: ChartId, keys: Keys): void {
    const access = this.getLoaded(chart);
    if (access === undefined) this.loadAnew(chart);
    else this.renew(this.extend(access, [], keys));
  }

  wipe(): void {
    for (const { keys } of this.loaded) wipe(...keys.values());
    this.clear();
  }
}

function keysToJson(keys: Keys): unknown {
  return Object.fromEntries([...keys].map(([id, key]) => [id, toHex(key)]));
}

/** As `keysToJson` wrote it; the vault key vouches for it. */
function keysFromJson(value: unknown): Keys {
  const keys = new Map<KeyId, Bytes>();
  for (const [id, hex] of Object.entries(value as Record<KeyId, string>)) {
    const key = fromHex(hex);
    if (key !== undefined) keys.set(id as KeyId, key);
  }
  return keys;
}
