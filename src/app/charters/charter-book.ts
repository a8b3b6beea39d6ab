/**
 * Charters with the epoch keys this device can open: what replica/charters.ts keeps of them, and the keys beside it, which lie
 * on disk under the vault key. Owns the keys of charts in memory.
 *
 * The keys of a charter that came or was read are opened when somebody asks for one: a first sync brings a thousand charters of
 * which nobody has looked at any, and each costs an X25519 or two. What opens them, the charter and this device's box key,
 * stays.
 */
import { fromHex, toHex, type Bytes } from '../../base/bytes.ts';
import type { ChartId, KeyId, OpId } from '../../base/ids.ts';
import type { CharterState } from '../../access/charter.ts';
import { unwrapEpochs, type KeyReader, type OpenedKeys } from '../../access/unwrap-epochs.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { StoreContent } from '../../net/store-content.ts';
import { Charters, type Charter } from '../../replica/charters.ts';
import type { RosterBook } from '../../replica/roster-book.ts';
import type { Store } from '../../store/store.ts';
import type { SealedRecords, SealedWrite } from '../sealed-records.ts';

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
        open: (charter, keys, before) => {
          const known = before instanceof AccessOnDemand ? before.known : before;
          const held = new Map([...(known?.keys ?? []), ...(keys ?? [])]);
          const access = new AccessOnDemand(charter, reader, { keys: held, whole: known?.whole ?? new Set() });
          // Of a chart that is in use, and of keys that were just made or handed over, the record follows at once.
          const isInUse = before instanceof AccessOnDemand && before.isOpened;
          if (isInUse || (before !== undefined && keys !== undefined)) access.open();
          return access;
        },
        write: (access) =>
          access instanceof AccessOnDemand && !access.isOpened
            ? []
            : [keysRecordOf(records, access.charter.chart, access.keys)],
      },
    });
    this.#records = records;
  }

  /** Those of a charter in use are in its `ChartAccess`. */
  async storedKeys(chart: ChartId): Promise<Keys> {
    return this.getLoaded(chart)?.keys ?? (await this.kept(chart)) ?? new Map();
  }

  /** Keys that were opened since the record of them was written. */
  keysToWrite(access: ChartAccess): SealedWrite | undefined {
    const has = access instanceof AccessOnDemand && access.hasMoreThanWritten;
    return has ? keysRecordOf(this.#records, access.charter.chart, access.keys) : undefined;
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
    for (const access of this.loaded) wipe(...(access instanceof AccessOnDemand ? access.known : access).keys.values());
    this.clear();
  }
}

/** Opens its keys when they are first asked for. */
class AccessOnDemand implements ChartAccess {
  readonly charter: CharterState;
  readonly ops: Charter['ops'];
  readonly #reader: KeyReader;
  readonly #before: Pick<OpenedKeys, 'keys' | 'whole'>;
  #opened: OpenedKeys | undefined;

  constructor({ charter, ops }: Charter, reader: KeyReader, before: Pick<OpenedKeys, 'keys' | 'whole'>) {
    this.charter = charter;
    this.ops = ops;
    this.#reader = reader;
    this.#before = before;
  }

  get keys(): Keys {
    return this.open().keys;
  }

  get broken(): OpenedKeys['broken'] {
    return this.open().broken;
  }

  get whole(): OpenedKeys['whole'] {
    return this.open().whole;
  }

  /** Without opening any. */
  get known(): Pick<OpenedKeys, 'keys' | 'whole'> {
    return this.#opened ?? this.#before;
  }

  get isOpened(): boolean {
    return this.#opened !== undefined;
  }

  get hasMoreThanWritten(): boolean {
    return this.#opened !== undefined && this.#opened.keys.size > this.#before.keys.size;
  }

  open(): OpenedKeys {
    this.#opened ??= unwrapEpochs(this.charter, this.#reader, this.#before.keys, this.#before.whole);
    return this.#opened;
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
