/**
 * The rosters of our own practice and of every practice we met: loaded and checked once at unlocking, kept resolved, and
 * extended by what peers send. Everything that asks "whose device is this?" asks here; the names in it are sealed, and opened
 * elsewhere.
 */
import { eachOnce } from '../base/each-once.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { DeviceId, PracticeId } from '../base/ids.ts';
import { encodeSignedOp } from '../access/operation.ts';
import type { Finding } from '../access/findings.ts';
import { resolveRoster, type RosterState } from '../access/roster.ts';
import { isRosterOp, verifyOpBytes, type VerifiedRosterOp, type VerifyFault } from '../access/verify-operation.ts';
import { rosterLog, type Store, type StoredOp } from '../store/store.ts';
import { changedDevices } from './roster-changes.ts';

export interface CheckedRosterOp {
  readonly op: VerifiedRosterOp;
  /** `parked`: stands on what is not here. */
  readonly found: 'new' | 'known' | 'parked' | { readonly refused: Finding };
}

export class RosterBook {
  readonly #rosters = new Map<PracticeId, RosterState>();
  readonly #practiceByDevice = new Map<DeviceId, PracticeId>();
  readonly #lost = new Set<DeviceId>();

  static async open(store: Store): Promise<RosterBook> {
    const book = new RosterBook();
    const logs = await store.logs('roster');
    for (const stored of logs.found.values()) {
      const ops = await Promise.all(stored.map(({ bytes }) => verifyOpBytes(bytes)));
      book.#resolve(ops.flatMap((op) => (op.ok && isRosterOp(op.value) ? [op.value] : [])));
    }
    return book;
  }

  get = (practice: PracticeId): RosterState | undefined => this.#rosters.get(practice);

  get practices(): readonly PracticeId[] {
    return [...this.#rosters.keys()];
  }

  mustGet(practice: PracticeId): RosterState {
    const roster = this.#rosters.get(practice);
    if (roster === undefined) throw new Error('the roster of a practice in use should be here');
    return roster;
  }

  /** The practice that has, or had, this device. */
  practiceOf(device: DeviceId): PracticeId | undefined {
    return this.#practiceByDevice.get(device);
  }

  isActive(device: DeviceId): boolean {
    const practice = this.practiceOf(device);
    return practice !== undefined && this.get(practice)?.devices.get(device)?.status === 'active';
  }

  /** Whether an operation ever took this device's place or changed its role. */
  hasLost(device: DeviceId): boolean {
    return this.#lost.has(device);
  }

  /** Whether that happened to any. */
  get anyLost(): boolean {
    return this.#lost.size > 0;
  }

  activeDevices(practice: PracticeId): readonly DeviceId[] {
    return [...(this.get(practice)?.devices ?? [])].flatMap(([device, { status }]) =>
      status === 'active' ? [device] : [],
    );
  }

  /**
   * Checks operations for one practice's log; those that are new are to be committed, then `add`ed. What can never count, or
   * stands on what is not here, is not among them: nobody fills this disk with well-signed refuse.
   */
  async check(
    practice: PracticeId,
    bytes: readonly Uint8Array[],
  ): Promise<Result<readonly VerifiedRosterOp[], VerifyFault>> {
    const checked = await this.checkEach(practice, bytes);
    return checked.ok ? ok(checked.value.flatMap(({ op, found }) => (found === 'new' ? [op] : []))) : checked;
  }

  /** The same for whoever has to answer for each of them. */
  async checkEach(
    practice: PracticeId,
    bytes: readonly Uint8Array[],
  ): Promise<Result<readonly CheckedRosterOp[], VerifyFault | 'wrong-log'>> {
    const known = new Set(this.get(practice)?.ops.map((op) => op.id));
    const distinct: VerifiedRosterOp[] = [];
    const { once, places } = eachOnce(bytes);
    for (const one of once) {
      const op = await verifyOpBytes(one);
      if (!op.ok) return op;
      if (!isRosterOp(op.value) || op.value.log.practice !== practice) return err('wrong-log');
      distinct.push(op.value);
    }
    const ops = places.flatMap((place) => distinct[place] ?? []);
    const roster = this.preview(
      practice,
      ops.filter(({ id }) => !known.has(id)),
    );
    return ok(
      ops.map((op) => {
        if (known.has(op.id)) return { op, found: 'known' };
        const refused = roster?.refused.get(op.id);
        if (refused !== undefined) return { op, found: { refused } };
        return { op, found: roster === undefined || roster.parked.has(op.id) ? 'parked' : 'new' };
      }),
    );
  }

  /** What the roster would be with these operations. */
  preview(practice: PracticeId, more: readonly VerifiedRosterOp[]): RosterState | undefined {
    return resolveRoster([...(this.get(practice)?.ops ?? []), ...more]);
  }

  /** Answers the devices that are members otherwise than before. */
  add(ops: readonly VerifiedRosterOp[]): ReadonlySet<DeviceId> {
    const [first] = ops;
    if (first === undefined) return new Set();
    const before = this.get(first.log.practice);
    this.#resolve([...(before?.ops ?? []), ...ops]);
    const after = this.get(first.log.practice);
    return changedDevices(before?.devices, after?.devices);
  }

  #resolve(ops: readonly VerifiedRosterOp[]): void {
    const roster = resolveRoster(ops);
    if (roster === undefined) return;
    this.#rosters.set(roster.practice, roster);
    for (const device of roster.devices.keys()) this.#practiceByDevice.set(device, roster.practice);
    for (const { body } of roster.ops)
      if (body.kind === 'removeDevice' || body.kind === 'setRole') this.#lost.add(body.device);
  }
}

export function storedRosterOp(op: VerifiedRosterOp): StoredOp {
  return { log: rosterLog(op.log.practice), id: op.id, bytes: encodeSignedOp(op.signed) };
}
