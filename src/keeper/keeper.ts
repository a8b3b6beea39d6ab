/**
 * A keeper: a device of a practice that holds what the practice may read, sealed as it is, and hands it on to whoever may have
 * it. The same replica and replicator as in the app, without a key, a document or a person. Before it is a member it shows a
 * pairing text and takes nothing; afterwards its practice is that of the roster which names it, signed by itself, and no other
 * can take it over. Holds no rule of its own.
 */
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import type { Clock, Log, Random, Timers } from '../base/ports.ts';
import { isSection, type Section } from '../base/sections.ts';
import type { Bytes } from '../base/bytes.ts';
import type { MeetingMessages } from '../access/meeting.ts';
import { MeetingLine } from '../net/meeting-line.ts';
import { Replicator } from '../net/replicator.ts';
import { StoreContent } from '../net/store-content.ts';
import type { AllowDevice, Connection, Transport } from '../net/transport.ts';
import { removalOf, takeRoster } from '../replica/introductions.ts';
import { RosterBook } from '../replica/roster-book.ts';
import type { DamagedRecord, Store } from '../store/store.ts';
import { keeperKeys, type KeeperKeys } from './keeper-keys.ts';
import { KeptPractice } from './kept-practice.ts';
import { PairingDoor } from './pairing-door.ts';

export interface KeeperTransport extends Transport {
  readonly meetings: Omit<Transport, 'start' | 'stop'>;
}

export interface KeeperParts {
  readonly store: Store;
  readonly seed: Bytes;
  /** What it is called in the practice's list of devices. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly log?: Log;
  /** Damaged records that opening the store found. */
  readonly damaged: readonly DamagedRecord[];
  createTransport(options: {
    readonly allow: AllowDevice;
    readonly allowMeeting: AllowDevice;
  }): Promise<KeeperTransport>;
  readonly told: KeeperTold;
}

export interface KeeperTold {
  /** Six digits to compare; undefined: not any more. */
  code(digits: string | undefined): void;
  /** The state below may be another. */
  changed(): void;
  failed(error: unknown): void;
}

export type KeeperState =
  | { readonly kind: 'pairing'; readonly text: string }
  | {
      readonly kind: 'member' | 'removed';
      readonly practice: PracticeId;
      readonly charts: number;
      readonly entries: number;
      readonly connected: readonly { readonly device: DeviceId; readonly own: boolean; readonly settled: boolean }[];
      /** Entries known to be damaged, which peers are asked for. */
      readonly missing: number;
      readonly refused: readonly { readonly reason: string; readonly count: number }[];
    };

/** Lines of strangers and members at once: each is one short conversation. */
const maxLines = 64;

export class Keeper {
  readonly #parts: KeeperParts;
  readonly #keys: KeeperKeys;
  readonly #content: StoreContent;
  readonly #rosters: RosterBook;
  readonly #door: PairingDoor;
  readonly #transport: KeeperTransport;
  #kept: KeptPractice | undefined;
  #replicator: Replicator | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #lines = 0;

  static async start(parts: KeeperParts): Promise<Keeper> {
    const keys = keeperKeys(parts.seed);
    const rosters = await RosterBook.open(parts.store);
    const { content, damaged } = await StoreContent.open(parts.store);
    const asked: { keeper?: Keeper } = {};
    const transport = await parts.createTransport({
      allow: (device) => asked.keeper?.allows(device) ?? false,
      allowMeeting: () => true,
    });
    const keeper = new Keeper(parts, keys, { rosters, content, transport });
    asked.keeper = keeper;
    transport.meetings.onConnection((connection) => {
      keeper.#inBackground(keeper.#receive(connection));
    });
    transport.onStatus(() => {
      parts.told.changed();
    });
    await keeper.#join();
    await keeper.#noteMissing([...parts.damaged, ...damaged]);
    await transport.start();
    return keeper;
  }

  private constructor(
    parts: KeeperParts,
    keys: KeeperKeys,
    opened: { readonly rosters: RosterBook; readonly content: StoreContent; readonly transport: KeeperTransport },
  ) {
    this.#parts = parts;
    this.#keys = keys;
    this.#rosters = opened.rosters;
    this.#content = opened.content;
    this.#transport = opened.transport;
    this.#door = new PairingDoor({
      keys,
      random: parts.random,
      name: parts.name,
      addresses: () => this.#transport.addresses(),
      code: (digits) => {
        parts.told.code(digits);
      },
      changed: () => {
        parts.told.changed();
      },
    });
  }

  get device(): DeviceId {
    return this.#keys.device;
  }

  get addresses(): readonly string[] {
    return this.#transport.addresses();
  }

  get state(): KeeperState {
    const kept = this.#kept;
    if (kept === undefined) return { kind: 'pairing', text: this.#door.text };
    const charts = this.#content.charts();
    const missing = charts.flatMap((chart) => [...this.#content.missing(chart).values()]);
    return {
      kind: this.#rosters.isActive(this.device) ? 'member' : 'removed',
      practice: kept.practice,
      charts: kept.charts,
      entries: this.#content.entryCount,
      connected: (this.#replicator?.peers() ?? []).map(({ device, settled }) => ({
        ...{ device, settled },
        own: this.#rosters.practiceOf(device) === kept.practice,
      })),
      missing: missing.reduce((sum, hashes) => sum + hashes.length, 0),
      refused: this.#replicator?.diagnostics() ?? [],
    };
  }

  /** Active devices of the practice and of those with a part in some chart here; nobody, once this one was removed. */
  allows(device: DeviceId): boolean {
    const practice = this.#rosters.practiceOf(device);
    if (practice === undefined || this.#kept === undefined) return false;
    const isConcerned = practice === this.#kept.practice || this.#kept.concerns(practice);
    return isConcerned && this.#rosters.isActive(device) && this.#rosters.isActive(this.device);
  }

  /** What is under way is finished or was never acknowledged. The store is the caller's to close. */
  async stop(): Promise<void> {
    this.#replicator?.close();
    await this.#transport.stop();
    await this.#queue;
  }

  // ---------------------------------------------------------------------------------------------------- membership

  /** As soon as a roster names this device. It names it only if it signed that itself (ID-3). */
  async #join(): Promise<void> {
    const practice = this.#rosters.practiceOf(this.device);
    if (this.#kept !== undefined || practice === undefined) return;
    this.#kept = await KeptPractice.open({
      keys: this.#keys,
      practice,
      store: this.#parts.store,
      content: this.#content,
      rosters: this.#rosters,
      exclusively: (act) => this.#exclusively(act),
      inBackground: (work) => {
        this.#inBackground(work);
      },
      timeMs: () => this.#parts.clock.nowMs(),
      count: (reason) => this.#parts.log?.note('not taken', { reason }),
      changed: () => {
        this.#transport.allowChanged();
        this.#parts.told.changed();
      },
    });
    const { clock, log } = this.#parts;
    const replicator = new Replicator({
      ...{ transport: this.#transport, host: this.#kept.host, parts: this.#kept.attachments, clock },
      ...(log === undefined ? {} : { log }),
      failed: (error) => {
        this.#parts.told.failed(error);
      },
    });
    replicator.onPeers(() => {
      this.#parts.told.changed();
    });
    this.#content.whenMissing = (chart) => {
      replicator.chartChanged(chart);
    };
    this.#replicator = replicator;
    this.#parts.told.changed();
  }

  async #receive(connection: Connection): Promise<void> {
    if (this.#lines >= maxLines) {
      connection.close();
      return;
    }
    const line = new MeetingLine(connection, this.#parts.timers);
    this.#lines += 1;
    try {
      await this.#converse(line);
    } finally {
      this.#lines -= 1;
      line.close();
    }
  }

  async #converse(line: MeetingLine): Promise<void> {
    let said = await line.hear();
    if (said?.kind === 'wantKeeper') {
      if (this.#kept !== undefined) {
        await line.say({ kind: 'refuse', reason: 'used' });
        return;
      }
      await this.#door.hear(line, said);
      said = await line.hear();
    }
    if (said?.kind === 'introduce') await this.#hearIntroduction(line, said);
    else if (said !== undefined) await line.say({ kind: 'refuse', reason: 'refused' });
  }

  /**
   * A device of our practice, of one that we hold charts of, or, before we are a member of any, of whichever names us in its
   * roster: as that of a keeper which was wiped does.
   */
  async #hearIntroduction(line: MeetingLine, { practice, roster }: MeetingMessages['introduce']): Promise<void> {
    const { device } = line.connection;
    const own = this.#kept?.practice;
    const known = own === undefined || practice === own || this.#kept?.concerns(practice) === true;
    const mustName = own === undefined ? [device, this.device] : [device];
    if (known && (await takeRoster(this.#introductionParts(), practice, mustName, roster))) {
      await this.#join();
      this.#transport.allowChanged();
      this.#replicator?.rosterChanged(practice);
      await line.say({ kind: 'done' });
      return;
    }
    const removal = known && own !== undefined ? removalOf(this.#rosters.get(practice), device) : [];
    await line.say(removal.length > 0 ? { kind: 'removed', roster: removal } : { kind: 'refuse', reason: 'refused' });
  }

  #introductionParts(): Parameters<typeof takeRoster>[0] {
    return {
      rosters: this.#rosters,
      content: this.#content,
      charters: { rosterChanged: (devices) => this.#kept?.rosterChanged(devices) },
      exclusively: (act) => this.#exclusively(act),
    };
  }

  // ------------------------------------------------------------------------------------------------------ the disk

  /** What of the entries is damaged is asked of peers by name. */
  async #noteMissing(damaged: readonly DamagedRecord[]): Promise<void> {
    const sections = new Map<string, readonly [ChartId, Section]>();
    for (const { store, id } of damaged) {
      const [chart = '', section = ''] = id.split('/');
      if ((store === 'heads' || store === 'ciphertexts') && isSection(section))
        sections.set(`${chart}/${section}`, [chart as ChartId, section]);
    }
    for (const [chart, section] of sections.values()) await this.#content.noteMissing(chart, section);
  }

  #exclusively<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#parts.told.failed(error);
    });
  }
}
