/**
 * What a keeper has of its practice: the replica that answers replicators, over charters of which nothing is opened. Put together
 * when the keeper becomes a member, and at each start afterwards.
 */
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import { parseChartId } from '../base/ids.ts';
import { pairKey } from '../crypto/pair-key.ts';
import type { StoreContent } from '../net/store-content.ts';
import { Charters, type Charter, type CharterOpener } from '../replica/charters.ts';
import type { ReplicaParts } from '../replica/parts.ts';
import { AttachmentParts } from '../replica/attachment-parts.ts';
import { PracticeReplication } from '../replica/practice-replication.ts';
import type { RosterBook } from '../replica/roster-book.ts';
import { PartWants } from '../net/attachment-wants.ts';
import type { Store } from '../store/store.ts';
import { ClearRecords } from './clear-records.ts';
import type { KeeperKeys } from './keeper-keys.ts';

export interface KeptPracticeParts {
  readonly keys: KeeperKeys;
  readonly practice: PracticeId;
  readonly store: Store;
  readonly content: StoreContent;
  readonly rosters: RosterBook;
  exclusively<T>(act: () => Promise<T>): Promise<T>;
  inBackground(work: Promise<unknown>): void;
  timeMs(): number;
  count(reason: string): void;
  /** Who may connect may be others now. */
  changed(): void;
}

/** Nothing is opened, and nothing kept beside the charter. */
const openNothing: CharterOpener<Charter, never> = {
  kept: () => Promise.resolve(undefined),
  open: (charter) => charter,
  write: () => [],
};

export class KeptPractice {
  readonly practice: PracticeId;
  readonly host: PracticeReplication<Charter, never>;
  readonly attachments: AttachmentParts;
  readonly #charters: Charters<Charter, never>;
  /** Practices with a part in some chart, now or once. */
  readonly #concerned = new Set<PracticeId>();

  static async open(parts: KeptPracticeParts): Promise<KeptPractice> {
    const { practice, store, content, rosters } = parts;
    const records = new ClearRecords(store);
    const charters = new Charters<Charter, never>({ practice, store, content, records, rosters, opener: openNothing });
    await charters.start(await chartsIn(store));
    const kept = new KeptPractice(parts, charters);
    for (const terms of charters.allTerms.values())
      for (const one of terms.shape.practices.keys()) kept.#concerned.add(one);
    return kept;
  }

  private constructor(parts: KeptPracticeParts, charters: Charters<Charter, never>) {
    const { keys, practice, store, content, rosters } = parts;
    this.practice = practice;
    this.#charters = charters;
    const replica: ReplicaParts<Charter, never> = {
      self: { practice, device: keys.device },
      opensNothing: true,
      ...{ store, content, rosters, charters },
      diagnostics: {
        count: (what, reason) => {
          parts.count(`${what} ${reason}`);
        },
      },
      exclusively: (act) => parts.exclusively(act),
      inBackground: (work) => {
        parts.inBackground(work);
      },
      pause: () => new Promise((resolve) => void setImmediate(resolve)),
      timeMs: () => parts.timeMs(),
      pairSecret: (device) => {
        const other = rosters.get(rosters.practiceOf(device) ?? practice)?.devices.get(device);
        return other === undefined ? undefined : pairKey({ device: keys.device, box: keys.box }, other);
      },
    };
    this.host = new PracticeReplication(replica, {
      chartCame: (chart) => {
        // What an entry names that was just kept; a keeper holds all of it (EN-10).
        parts.inBackground(this.attachments.wantAll(chart));
        parts.changed();
      },
      charterCame: (chart) => {
        this.#learn(chart);
        parts.changed();
      },
      rosterCame: () => {
        parts.changed();
      },
      confirmed: () => undefined,
    });
    this.attachments = new AttachmentParts(replica, this.host, new PartWants({ nowMs: () => parts.timeMs() }));
    parts.inBackground(this.attachments.wantAll());
    parts.inBackground(charters.catchUp(replica));
  }

  /** Charts and the practice's own book. */
  get charts(): number {
    return this.#charters.allTerms.size;
  }

  concerns(practice: PracticeId): boolean {
    return this.#concerned.has(practice);
  }

  rosterChanged(devices: ReadonlySet<DeviceId>): void {
    this.#charters.rosterChanged(devices);
  }

  #learn(chart: ChartId): void {
    for (const one of this.#charters.terms(chart)?.shape.practices.keys() ?? []) this.#concerned.add(one);
  }
}

/** Every chart of which there is a charter, whatever else was lost. */
async function chartsIn(store: Store): Promise<readonly ChartId[]> {
  const { found } = await store.logs('charter');
  return [...found.keys()].flatMap((log) => parseChartId(log.slice('charter/'.length)) ?? []);
}
