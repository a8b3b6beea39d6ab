/** People and devices of the demo practice: one of each kind of row. Tests only. */
import { deviceId } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import type {
  AddKeeperFailure,
  DeviceRow,
  JoinRequest,
  NewPersonHere,
  People,
} from '../../src/app/people/people-acts.ts';
import type { PendingInvitation } from '../../src/app/peers/peer-acts.ts';
import type { Role, WriteFailure } from '../../src/app/session.ts';

const device = (seed: number) => deviceId(Uint8Array.from({ length: 32 }, (_, i) => (seed * 37 + i * 11) & 255));

const rows: readonly DeviceRow[] = [
  {
    device: device(1),
    personName: 'Dr. Ada Lindqvist',
    deviceName: 'Front room',
    role: 'admin',
    status: 'active',
    here: 'this',
    addedAt: '2026-03-02T09:00:00Z',
    connection: 'none',
  },
  {
    device: device(2),
    personName: 'Noor Brandt',
    deviceName: 'Front room',
    role: 'nurse',
    status: 'active',
    here: 'same-browser',
    addedAt: '2026-04-11T08:10:00Z',
    lastSeen: '2026-11-21T16:02:00Z',
    connection: 'none',
    addedBy: 'Dr. Ada Lindqvist',
  },
  {
    device: device(4),
    personName: 'Bo Maas',
    deviceName: 'Laptop',
    role: 'clinician',
    status: 'active',
    here: undefined,
    addedAt: '2026-06-15T08:10:00Z',
    lastSeen: '2026-11-22T08:40:00Z',
    connection: 'direct',
    addedBy: 'Dr. Ada Lindqvist',
  },
  {
    device: device(5),
    personName: '',
    deviceName: 'Keeper in the cellar',
    role: 'keeper',
    status: 'active',
    here: undefined,
    addedAt: '2026-11-02T08:10:00Z',
    connection: 'direct',
    addedBy: 'Dr. Ada Lindqvist',
  },
  {
    device: device(3),
    personName: 'Dr. Ada Lindqvist',
    deviceName: 'Tablet',
    role: 'clinician',
    status: 'removed',
    here: undefined,
    addedAt: '2026-05-01T08:10:00Z',
    removedAt: '2026-10-09T12:00:00Z',
    lastSeen: '2026-10-08T17:40:00Z',
    connection: 'none',
    addedBy: 'Dr. Ada Lindqvist',
  },
];

export const demoRequest: JoinRequest = {
  id: 'demo-request',
  shortCode: '482913',
  personName: 'Iris Blom',
  deviceName: 'Android tablet',
  role: 'nurse',
};

const demoKeeperRequest: JoinRequest = {
  id: 'demo-keeper',
  shortCode: '771204',
  personName: '',
  deviceName: 'Keeper in the attic',
  role: 'keeper',
};

export class DemoPeople implements People {
  devices = rows;
  requests: readonly JoinRequest[] = [];
  mayManage = true;
  standing: People['standing'] = 'active';
  arriving: People['arriving'] = undefined;
  readonly #invite: (role: Role) => PendingInvitation;
  readonly #changed: () => void;

  constructor(invite: (role: Role) => PendingInvitation, changed: () => void) {
    this.#invite = invite;
    this.#changed = changed;
  }

  async inviteDevice(role: Role): Promise<Result<PendingInvitation, WriteFailure>> {
    return ok(this.#invite(role));
  }

  /** Any text that begins as one does is answered. */
  async addKeeper(pairingText: string): Promise<Result<void, AddKeeperFailure>> {
    if (!pairingText.startsWith('PCK1-')) return err('not-an-invitation');
    this.requests = [demoKeeperRequest];
    this.#changed();
    return ok(undefined);
  }

  async answer(request: string, accept: boolean): Promise<Result<void, WriteFailure | 'gone'>> {
    const known = this.requests.find(({ id }) => id === request);
    this.requests = this.requests.filter(({ id }) => id !== request);
    if (known !== undefined && accept) this.#add(known);
    this.#changed();
    return known === undefined ? err('gone') : ok(undefined);
  }

  /** `NB` works here already. */
  async addPersonHere(
    { personName, role, signInName, deviceName = 'Front room' }: NewPersonHere,
    progress: (done: number, total: number) => void,
  ): Promise<Result<void, WriteFailure | 'name-taken'>> {
    if (signInName === 'NB') return err('name-taken');
    progress(1, 1);
    this.#add({ personName, deviceName, role }, 'same-browser');
    this.#changed();
    return ok(undefined);
  }

  #add(added: Pick<DeviceRow, 'personName' | 'deviceName' | 'role'>, here?: 'same-browser'): void {
    const row: DeviceRow = {
      personName: added.personName,
      deviceName: added.deviceName,
      role: added.role,
      device: device(10 + this.devices.length),
      status: 'active',
      here,
      addedAt: '2026-11-22T10:00:00Z',
      connection: 'none',
      addedBy: 'Dr. Ada Lindqvist',
    };
    this.devices = [...this.devices, row];
  }

  async setRole(which: DeviceRow['device'], role: Role): Promise<Result<void, WriteFailure>> {
    return this.#replace(which, { role });
  }

  async remove(which: DeviceRow['device']): Promise<Result<void, WriteFailure>> {
    return this.#replace(which, { status: 'removed', removedAt: '2026-11-22T10:00:00Z' });
  }

  async #replace(which: DeviceRow['device'], change: Partial<DeviceRow>): Promise<Result<void, WriteFailure>> {
    this.devices = this.devices.map((row) => (row.device === which ? { ...row, ...change } : row));
    this.#changed();
    return ok(undefined);
  }
}
