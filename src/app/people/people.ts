/**
 * The people and devices of this practice for whoever is at work: who they are, and the acts by which they come and go. Puts
 * the parts together and holds no rule: rosters are access/, joining is joining-*.ts, vaults are people-vaults.ts.
 */
import type { ChartId, DeviceId } from '../../base/ids.ts';
import { err, type Result } from '../../base/result.ts';
import { parseKeeperPairing } from '../../access/keeper-pairing.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Contacts } from '../peers/contacts.ts';
import type { Invitations } from '../joining/invitations.ts';
import { giveBack } from '../joining/joining-by-phrase-host.ts';
import { JoiningHost } from '../joining/joining-host.ts';
import { giveKeys } from '../joining/joining-key-giver.ts';
import { ArrivingKeys } from '../joining/joining-keys.ts';
import type { MeetingHearers } from '../peers/meetings.ts';
import type { Network } from '../peers/network.ts';
import type { AddKeeperFailure, DeviceRow, JoinRequest, NewPersonHere, People } from './people-acts.ts';
import { addPersonHere } from './people-adding.ts';
import { mayManage, OwnRoster, ownStanding } from './people-roster.ts';
import { deviceRows } from './people-rows.ts';
import type { LastSeen } from './people-seen.ts';
import { unlessLocked, type PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { PendingInvitation } from '../peers/peer-acts.ts';
import type { Role, Settings, WriteFailure } from '../session.ts';

export interface PeopleParts {
  readonly context: PracticeContext;
  readonly contacts: Contacts;
  readonly invitations: Invitations;
  readonly seen: LastSeen;
  readonly saving: Saving;
  readonly settings: () => Settings;
  readonly network: () => Pick<Network, 'addresses' | 'call' | 'callStranger' | 'connectionTo' | 'chartsSettled'>;
  readonly invite: (role: Role) => Promise<Result<PendingInvitation, WriteFailure>>;
  readonly rosterChanged: () => void;
  readonly changed: () => void;
  /** Keys of a chart came that is here already. Inside the queue. */
  readonly keysCame: (chart: ChartId) => Promise<void>;
  /** What colleagues at this workstation left on the disk is taken in. */
  readonly caughtUp: () => Promise<void>;
  /** Writes down in the audit log what was done. */
  readonly told: AuditLog['told'];
}

export class PracticePeople implements People {
  readonly #parts: PeopleParts;
  readonly #roster: OwnRoster;
  readonly #joining: JoiningHost;
  readonly #arriving: ArrivingKeys;
  readonly hearers: MeetingHearers;

  constructor(parts: PeopleParts) {
    const { context, invitations, settings, changed, keysCame, network } = parts;
    this.#parts = parts;
    const roster = new OwnRoster(context, parts.rosterChanged);
    const chartsSettled = (): Promise<void> => network().chartsSettled();
    const joining = new JoiningHost({ context, invitations, roster, settings, changed, chartsSettled });
    this.#roster = roster;
    this.#joining = joining;
    const call: Network['call'] = (device) => network().call(device);
    this.#arriving = new ArrivingKeys({ context, changed, opened: keysCame, call });
    this.hearers = {
      join: (line, join) => joining.hear(line, join),
      wantKeys: (line, wanted) => giveKeys(context, line, wanted),
      recover: (line, asked) => {
        const { contacts } = parts;
        const addresses = (): readonly string[] => network().addresses();
        return giveBack({ context, contacts, invitations, settings, addresses, chartsSettled }, line, asked);
      },
    };
  }

  get devices(): readonly DeviceRow[] {
    const { context, seen, network } = this.#parts;
    return deviceRows(context, {
      lastSeen: (device) => seen.of(device),
      connection: (device) => network().connectionTo(device),
    });
  }

  get requests(): readonly JoinRequest[] {
    return this.#joining.requests;
  }

  get mayManage(): boolean {
    return mayManage(this.#parts.context);
  }

  get standing(): People['standing'] {
    return ownStanding(this.#parts.context);
  }

  get arriving(): People['arriving'] {
    return this.#arriving.shown;
  }

  /** Once the network runs. */
  start(): Promise<void> {
    return this.#arriving.start();
  }

  /** For the door: until the keys are here, or whoever gave them went away. */
  firstKeys(progress: (done: number, total: number) => void): Promise<void> {
    return this.#arriving.firstRound(progress);
  }

  /** Those this device lacks, of any colleague but those `asked`; who answered. */
  askForKeys(asked: ReadonlySet<DeviceId>): Promise<DeviceId | undefined> {
    return this.#arriving.ask(asked);
  }

  /** Colleagues at this workstation may have been removed at another machine. */
  closeRemoved(): Promise<void> {
    return this.#roster.closeRemoved();
  }

  chartCame(): Promise<void> {
    return this.#arriving.noteChart();
  }

  stop(): void {
    this.#arriving.stop();
  }

  inviteDevice(role: Role): Promise<Result<PendingInvitation, WriteFailure>> {
    return this.mayManage ? this.#parts.invite(role) : Promise.resolve(err('not-allowed'));
  }

  async addKeeper(pairingText: string, signal: AbortSignal): Promise<Result<void, AddKeeperFailure>> {
    if (!this.mayManage) return err('not-allowed');
    if (!this.#parts.settings().sharing) return err('sharing-is-off');
    const pairing = parseKeeperPairing(pairingText);
    if (!pairing.ok) return pairing;
    const { device, secret, addresses } = pairing.value;
    const line = await this.#parts.network().callStranger(device, addresses);
    if (signal.aborted) line?.close();
    if (line === undefined) return err('not-reachable');
    const heard = await this.#joining.hearKeeper(line, secret, signal);
    if (!heard.ok) line.close();
    return heard;
  }

  answer(request: string, accept: boolean): Promise<Result<void, WriteFailure | 'gone'>> {
    const answered = unlessLocked(this.#joining.answer(request, accept));
    return accept ? this.#parts.told({ kind: 'person-added' }, answered) : answered;
  }

  addPersonHere(
    person: NewPersonHere,
    progress: (done: number, total: number) => void,
  ): Promise<Result<void, WriteFailure | 'name-taken'>> {
    const { context, settings } = this.#parts;
    const add = () => addPersonHere(context, this.#roster, settings(), person, progress);
    return this.#parts.told({ kind: 'person-added', what: [person.role] }, unlessLocked(context.exclusively(add)));
  }

  setRole(device: DeviceId, role: Role): Promise<Result<void, WriteFailure>> {
    const set = this.#parts.saving.watch(this.#roster.setRole(device, role));
    return this.#parts.told({ kind: 'role-changed', device, what: [role] }, set);
  }

  remove(device: DeviceId): Promise<Result<void, WriteFailure>> {
    const remove = this.#parts.caughtUp().then(() => this.#roster.remove(device));
    return this.#parts.told({ kind: 'device-removed', device }, this.#parts.saving.watch(remove));
  }
}
