/**
 * Acts on the own roster: who may do them here, and the one way in which an operation of it becomes durable and known. Owns no
 * rule of the roster itself, which access/ has; what is refused here would be refused there.
 */
import type { DeviceId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { maxPrev } from '../../access/limits.ts';
import { may } from '../../access/roles.ts';
import { mergeRosterHeads, removeDevice, setRole } from '../../access/roster-builders.ts';
import type { RosterState } from '../../access/roster.ts';
import type { VerifiedRosterOp } from '../../access/verify-operation.ts';
import { closedVault, type KeptPerson } from './people-vaults.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import { storedRosterOp } from '../../replica/roster-book.ts';
import type { SealedWrite } from '../sealed-records.ts';
import type { Role, WriteFailure } from '../session.ts';

export function ownStanding({ rosters, self }: Pick<PracticeContext, 'rosters' | 'self'>): 'active' | 'removed' {
  return rosters.isActive(self.device) ? 'active' : 'removed';
}

export function mayManage({ rosters, self }: Pick<PracticeContext, 'rosters' | 'self'>): boolean {
  const own = rosters.get(self.practice)?.devices.get(self.device);
  return own?.status === 'active' && may(own.role, 'manageDevices');
}

/** What may be done here, by the roster: the profession in the device's label limits nothing. */
export function ownRole({ rosters, self }: Pick<PracticeContext, 'rosters' | 'self'>): Role {
  const role = rosters.mustGet(self.practice).devices.get(self.device)?.role;
  return role === undefined || role === 'keeper' ? 'viewer' : role;
}

/** Whether the practice would still have somebody who may add and remove devices. */
function leavesAnAdmin(roster: RosterState, without: DeviceId): boolean {
  return [...roster.devices.values()].some(
    ({ device, role, status }) => device !== without && status === 'active' && may(role, 'manageDevices'),
  );
}

export class OwnRoster {
  readonly #context: PracticeContext;
  /** An operation is durable: others are to be told, charts to be looked at anew. */
  readonly #changed: () => void;

  constructor(context: PracticeContext, changed: () => void) {
    this.#context = context;
    this.#changed = changed;
  }

  get state(): RosterState {
    return this.#context.rosters.mustGet(this.#context.self.practice);
  }

  setRole(device: DeviceId, role: Role): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const roster = this.state;
      if (roster.devices.get(device)?.role === role) return ok(undefined);
      if (!mayManage(this.#context) || (!may(role, 'manageDevices') && !leavesAnAdmin(roster, device)))
        return err('not-allowed');
      const joined = await this.withJoinedHeads();
      if (!joined.ok) return joined;
      const made = await setRole(this.state, this.#context.self.sign, device, role, this.#context.timeMs());
      return made.ok ? this.keep([made.value]) : err('not-allowed');
    });
  }

  /** One operation. A colleague's vault in this browser goes with it: its keys open nothing here any more. */
  remove(device: DeviceId): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const { self, people } = this.#context;
      if (!mayManage(this.#context) || device === self.device) return err('not-allowed');
      const joined = await this.withJoinedHeads();
      if (!joined.ok) return joined;
      const made = await removeDevice(this.state, self.sign, device, this.#context.timeMs());
      if (!made.ok) return err('not-allowed');
      const { sealed, left } = await this.#without((person) => person.device === device);
      const kept = await this.keep([made.value], sealed);
      if (kept.ok) people.put(left);
      return kept;
    });
  }

  /** The vaults here of colleagues who were removed at another machine go too, whoever is at work. */
  closeRemoved(): Promise<void> {
    return this.#context.exclusively(async () => {
      const { people, content } = this.#context;
      const { devices } = this.state;
      const { sealed, left } = await this.#without(
        ({ vault, device }) =>
          vault !== people.vault && device !== undefined && devices.get(device)?.status === 'removed',
      );
      if (sealed.length > 0 && (await content.commit({ sealed })).ok) people.put(left);
    });
  }

  /** OP-2: with more heads than an operation may cite they are joined first. Inside the queue only. */
  async withJoinedHeads(): Promise<Result<void, WriteFailure>> {
    while (this.state.heads.length > maxPrev) {
      const joined = await mergeRosterHeads(this.state, this.#context.self.sign, this.#context.timeMs());
      if (!joined.ok) return err('not-allowed');
      const kept = await this.keep([joined.value]);
      if (!kept.ok) return kept;
    }
    return ok(undefined);
  }

  /** What closes the vaults here of those who leave; nothing where they have none. Inside the queue only. */
  async #without(
    isLeaving: (person: KeptPerson) => boolean,
  ): Promise<{ readonly sealed: readonly SealedWrite[]; readonly left: readonly KeptPerson[] }> {
    const { people, store } = this.#context;
    const left = people.all.filter((person) => !isLeaving(person));
    if (left.length === people.all.length) return { sealed: [], left };
    const closed = await Promise.all(people.all.filter(isLeaving).map(({ vault }) => closedVault(store, vault)));
    return { sealed: [...closed.flat(), people.write(left)], left };
  }

  /** In one commit with what belongs to it. Inside the queue only. */
  async keep(
    ops: readonly VerifiedRosterOp[],
    sealed: readonly SealedWrite[] = [],
  ): Promise<Result<void, WriteFailure>> {
    const { content, rosters, charters } = this.#context;
    const kept = await content.commit({ ops: ops.map(storedRosterOp), sealed });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    charters.rosterChanged(rosters.add(ops));
    this.#changed();
    return ok(undefined);
  }
}
