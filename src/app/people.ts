/**
 * The people and devices of this practice for whoever is at work: who they are, and the acts by which they come and go. Holds
 * no rule: rosters are access/, joining is joining-*.ts, vaults are people-vaults.ts.
 */
import type { DeviceId } from '../base/ids.ts';
import { err, type Result } from '../base/result.ts';
import type { DeviceRow, JoinRequest, NewPersonHere, People } from './people-acts.ts';
import { addPersonHere } from './people-adding.ts';
import { mayManage, ownStanding, type OwnRoster } from './people-roster.ts';
import { deviceRows } from './people-rows.ts';
import type { LastSeen } from './people-seen.ts';
import { unlessLocked, type PracticeContext } from './practice-context.ts';
import type { Saving } from './saving.ts';
import type { PendingInvitation, Role, Settings, WriteFailure } from './session.ts';

export interface PeopleParts {
  readonly context: PracticeContext;
  readonly roster: OwnRoster;
  readonly seen: LastSeen;
  readonly settings: () => Settings;
  readonly connection: (device: DeviceId) => DeviceRow['connection'];
  readonly invite: (role: Role) => Promise<Result<PendingInvitation, WriteFailure>>;
  readonly saving: Saving;
}

export class PracticePeople implements People {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  get devices(): readonly DeviceRow[] {
    const { context, seen, connection } = this.#parts;
    return deviceRows(context, { lastSeen: (device) => seen.of(device), connection });
  }

  get requests(): readonly JoinRequest[] {
    return [];
  }

  get mayManage(): boolean {
    return mayManage(this.#parts.context);
  }

  get standing(): People['standing'] {
    return ownStanding(this.#parts.context);
  }

  get arriving(): People['arriving'] {
    return undefined;
  }

  inviteDevice(role: Role): Promise<Result<PendingInvitation, WriteFailure>> {
    return this.mayManage ? this.#parts.invite(role) : Promise.resolve(err('not-allowed'));
  }

  answer(): Promise<Result<void, WriteFailure | 'gone'>> {
    return Promise.resolve(err('gone'));
  }

  addPersonHere(
    person: NewPersonHere,
    progress: (done: number, total: number) => void,
  ): Promise<Result<void, WriteFailure | 'name-taken'>> {
    const { context, roster, settings } = this.#parts;
    return unlessLocked(context.exclusively(() => addPersonHere(context, roster, settings(), person, progress)));
  }

  setRole(device: DeviceId, role: Role): Promise<Result<void, WriteFailure>> {
    const { roster, saving } = this.#parts;
    return saving.watch(roster.setRole(device, role));
  }

  remove(device: DeviceId): Promise<Result<void, WriteFailure>> {
    const { roster, saving } = this.#parts;
    return saving.watch(roster.remove(device));
  }
}
