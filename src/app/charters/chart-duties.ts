/**
 * What a device sees to in a chart without being asked, when something came in: devices to end of which something newer turned
 * up (CH-3), keys to pass on to colleagues that lack them, or to ask them for (CH-7). Devices of one practice take turns, so that what one of
 * them does is not done by all. And, whatever comes in, grants whose end has come (CH-8).
 */
import type { ChartId, DeviceId, KeyId, OpId } from '../../base/ids.ts';
import { grantKeys } from '../../access/charter-builders.ts';
import type { CharterState } from '../../access/charter.ts';
import { chainParts } from '../../access/operation-bodies.ts';
import { may } from '../../access/roles.ts';
import type { ChartTerms } from '../../replica/chart-terms.ts';
import type { CharterChanges, CharterStep } from './charter-changes.ts';
import { wasTakenBy } from './closing-turns.ts';
import { owedCloses } from './closing.ts';
import { lackingKeys, lacksKeys, passingOrder } from './key-passing.ts';
import type { Sharing } from './sharing.ts';
import type { PracticeContext } from '../practice-context.ts';

/** The first acts at once; the next when what the first did would have arrived, were it connected. */
const turnMs = 30_000;
/** Grants end by the day or the hour; being a little late is harmless, for nobody is served past the end (CH-8). */
const endGrantsEveryMs = 10 * 60_000;

/** Keys of a chart that colleagues are asked for. */
interface Lacking {
  readonly made: ReadonlySet<KeyId>;
  /** Who had none of them. */
  readonly asked: Set<DeviceId>;
  /** Who said since that it holds the chart. */
  readonly holders: Set<DeviceId>;
}

export class ChartDuties {
  readonly #context: PracticeContext;
  readonly #changes: CharterChanges;
  readonly #sharing: Pick<Sharing, 'endExpired'>;
  readonly #askForKeys: (asked: ReadonlySet<DeviceId>) => Promise<DeviceId | undefined>;
  readonly #lacking = new Map<ChartId, Lacking>();
  readonly #waiting = new Map<string, () => void>();
  /** One round among colleagues brings the keys of all charts (ID-5): no second is made for those nobody has. */
  #hasAskedForOlder = false;

  /** `askForKeys`: asks one colleague more for all keys that it holds and this device lacks, and says which one. */
  constructor(
    context: PracticeContext,
    changes: CharterChanges,
    sharing: Pick<Sharing, 'endExpired'>,
    askForKeys: (asked: ReadonlySet<DeviceId>) => Promise<DeviceId | undefined>,
  ) {
    this.#context = context;
    this.#changes = changes;
    this.#sharing = sharing;
    this.#askForKeys = askForKeys;
  }

  /** Something of a device that lost its place turned up after that, and waits in the chart here or at another replica. */
  closeIsAwaited(chart: ChartId): void {
    this.#context.inBackground(this.#closeInTurn(chart));
  }

  async #closeInTurn(chart: ChartId): Promise<void> {
    const { self, rosters, charters } = this.#context;
    const access = await charters.get(chart);
    const owed = access === undefined ? [] : owedCloses(this.#context, access.charter);
    if (owed.length === 0) return;
    const admins = [...(rosters.get(self.practice)?.devices.values() ?? [])]
      .filter(({ status, role }) => status === 'active' && may(role, 'manageSharing'))
      .map(({ device }) => device)
      .sort();
    // Whoever removed it says how far it counts. Then the practice whose device it was goes first; the custodian sees to it
    // when that practice does not.
    const isOurs = owed.some(({ practice }) => practice === self.practice);
    const removedHere = owed.some((lost) => wasTakenBy(rosters.get(lost.practice), lost.device, self.device));
    const place = removedHere ? 0 : admins.indexOf(self.device) + (isOurs ? 0 : admins.length);
    // Closes come before any act on a charter; this act has nothing else to do.
    const close = (): Promise<unknown> => this.#changes.change(chart, []);
    this.#later(`close ${chart}`, place, close);
  }

  /**
   * The own roster changed. The practice book has no readers to keep a removal from, and who joins or is restored later reads
   * there whom the practice met: so whoever removed a device ends it there at once, and in the volumes of the audit log.
   */
  rosterChanged(volumes: readonly ChartId[]): void {
    for (const book of [this.#context.self.book, ...volumes]) this.closeIsAwaited(book);
  }

  /**
   * Before a backup, which says nothing of what counted here: what it holds of those who left would wait where it is restored,
   * and whoever could say how far it counts may be the machine that was lost.
   */
  async closeEverywhere(): Promise<void> {
    const { content, rosters, self } = this.#context;
    for (const chart of [self.book, ...content.charts()]) {
      const chains = [...content.sections(chart).values()].flatMap(({ frontier }) => frontier);
      if (chains.some(({ chain }) => rosters.hasLost(chainParts(chain).device))) await this.#changes.change(chart, []);
    }
  }

  /** New operations of a chart, the practice book or a volume of the audit log are in force. */
  async charterCame(chart: ChartId, before: Pick<ChartTerms, 'heads'> | undefined, after: CharterState): Promise<void> {
    const access = await this.#context.charters.get(chart);
    if (access === undefined) return;
    const wasKnown = (op: OpId): boolean =>
      before?.heads.some((head) => head === op || after.isBefore(op, head)) === true;
    const made = new Set(after.epochs.flatMap(({ op, keyId }) => (wasKnown(op) ? [] : [keyId])));
    // Whoever holds the key may have had it before they heard of this device; it is asked for unless someone passes it on.
    if (lacksKeys(this.#context, access, made)) this.#later(`ask ${[...made].join()}`, 1, () => this.#ask(chart, made));
    if (before === undefined) return;
    const lacking = made.size === 0 ? [] : lackingKeys(this.#context, access, made);
    if (lacking.length === 0) return;
    const place = passingOrder(this.#context, lacking).indexOf(this.#context.self.device);
    this.#later(`keys ${[...made].join()}`, place, () => this.#pass(chart, made));
  }

  /** A chart or the practice book is read. It may lack a key that was not asked for any more before this device was switched off. */
  async isRead(chart: ChartId): Promise<void> {
    const access = this.#hasAskedForOlder ? undefined : await this.#context.charters.get(chart);
    const made = new Set(access?.charter.epochs.map(({ keyId }) => keyId));
    if (access === undefined || this.#hasAskedForOlder || !lacksKeys(this.#context, access, made)) return;
    this.#hasAskedForOlder = true;
    await this.#ask(chart, made);
  }

  /** A colleague that had no key of the chart may have been without the chart itself: it is asked once more. */
  isHeldBy(device: DeviceId, chart: ChartId): void {
    const lacking = this.#lacking.get(chart);
    if (lacking === undefined || lacking.holders.has(device)) return;
    lacking.holders.add(device);
    lacking.asked.delete(device);
    this.#context.inBackground(this.#askOthers(chart, lacking));
  }

  /** CH-8: from unlocking on, now and then. */
  endGrants(): void {
    this.#context.inBackground(this.#sharing.endExpired());
    const next = this.#context.ports.timers.after(endGrantsEveryMs, () => {
      this.endGrants();
    });
    this.#waiting.set('end grants', next);
  }

  /** At locking. */
  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #later(duty: string, place: number, act: () => Promise<unknown>): void {
    if (this.#waiting.has(duty)) return;
    const cancel = this.#context.ports.timers.after(place * turnMs, () => {
      this.#waiting.delete(duty);
      this.#context.inBackground(act());
    });
    this.#waiting.set(duty, cancel);
  }

  #ask(chart: ChartId, made: ReadonlySet<KeyId>): Promise<void> {
    const before = this.#lacking.get(chart)?.made ?? [];
    const lacking: Lacking = { made: new Set([...before, ...made]), asked: new Set(), holders: new Set() };
    this.#lacking.set(chart, lacking);
    return this.#askOthers(chart, lacking);
  }

  async #askOthers(chart: ChartId, lacking: Lacking): Promise<void> {
    for (;;) {
      const access = await this.#context.charters.get(chart);
      if (access === undefined || !lacksKeys(this.#context, access, lacking.made)) break;
      const answered = await this.#askForKeys(lacking.asked);
      if (answered === undefined) return;
      lacking.asked.add(answered);
    }
    if (this.#lacking.get(chart) === lacking) this.#lacking.delete(chart);
  }

  #pass(chart: ChartId, made: ReadonlySet<KeyId>): Promise<unknown> {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      if (access === undefined) return undefined;
      const steps = lackingKeys(this.#context, access, made).map(
        ({ keys, ...to }): CharterStep =>
          ({ charter, keys: heldKeys }) => {
            const making = { heldKeys, random: this.#context.ports.random };
            return grantKeys(charter, this.#context.author(), to, keys, making, this.#context.timeMs());
          },
      );
      return this.#changes.carryOut(access, steps);
    });
  }
}
