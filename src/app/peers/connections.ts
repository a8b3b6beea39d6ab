/**
 * Staying connected to the peers: for every device of a practice we met, a loop that dials until there is a connection and
 * begins again when it ends. Who comes back dials first, for nobody else knows that it is here; when both know, the device
 * ids settle it, so that two do not dial at once.
 */
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import type { Contacts } from './contacts.ts';
import type { Meetings } from './meetings.ts';
import type { MeetingTransport } from '../ports.ts';
import type { PracticeContext } from '../practice-context.ts';
import { addressesOf, whereabouts } from './whereabouts.ts';

const firstRetryMs = 500;
const lastRetryMs = 30_000;
/** The side that waits for the other's dial gives it this long: a dial by way of a relay takes some tenths of a second. */
const courtesyMs = 1_500;
/** A keeper that was removed may stand in a cupboard, switched off for good: a quarter of an hour a session is enough. */
const mostTriesToTell = 35;

export class Connections {
  readonly #context: PracticeContext;
  readonly #contacts: Contacts;
  readonly #transport: MeetingTransport;
  readonly #meetings: Meetings;
  readonly #dialling = new Set<DeviceId>();
  /** Removed keepers that were told so, are being told, or never answered. */
  readonly #told = new Set<DeviceId>();
  readonly #endWaits = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(context: PracticeContext, contacts: Contacts, transport: MeetingTransport, meetings: Meetings) {
    this.#context = context;
    this.#contacts = contacts;
    this.#transport = transport;
    this.#meetings = meetings;
    transport.onConnection((connection) => {
      connection.onClose(() => {
        this.reach();
      });
    });
  }

  /** After a start, or when there is a network again: everyone is dialled now, and retries begin anew. */
  comeBack(): void {
    for (const endWait of this.#endWaits) endWait();
    this.#reach(true);
  }

  /** Begins a loop for every device that has none: after a meeting, a changed roster, a lost connection. */
  reach(): void {
    this.#reach(false);
  }

  #reach(weCameBack: boolean): void {
    const { self, rosters, people } = this.#context;
    // A removed device is let in nowhere; a colleague of this browser is away while this one is at work.
    const wanted = (device: DeviceId): boolean =>
      device !== self.device && !people.isHere(device) && !this.#dialling.has(device);
    if (!rosters.isActive(self.device)) return;
    for (const practice of [self.practice, ...this.#contacts.all.map((contact) => contact.practice)])
      for (const device of rosters.activeDevices(practice))
        if (wanted(device)) void this.#dialUntilConnected(device, practice, weCameBack);
    for (const { device, role, status } of rosters.mustGet(self.practice).devices.values())
      if (role === 'keeper' && status === 'removed' && !this.#told.has(device)) void this.#tellRemoved(device);
  }

  async #tellRemoved(keeper: DeviceId): Promise<void> {
    const { signal } = this.#stop;
    this.#told.add(keeper);
    let retryMs = firstRetryMs;
    for (let tries = 0; tries < mostTriesToTell && !signal.aborted; tries++) {
      if (await this.#meetings.tellRemoved(keeper, addressesOf(this.#context, keeper))) return;
      if (await this.#wait(retryMs)) retryMs = firstRetryMs;
      retryMs = Math.min(lastRetryMs, retryMs * 2);
    }
  }

  close(): void {
    this.#stop.abort();
    for (const endWait of this.#endWaits) endWait();
  }

  async #dialUntilConnected(device: DeviceId, practice: PracticeId, weCameBack: boolean): Promise<void> {
    const { signal } = this.#stop;
    this.#dialling.add(device);
    let waitMs = weCameBack || this.#context.self.device < device ? 0 : courtesyMs;
    let retryMs = firstRetryMs;
    while (!signal.aborted && !this.#isConnected(device) && this.#mayReach(device)) {
      // Woken before its time: there is a network again, and what failed without one says nothing.
      if (await this.#wait(waitMs)) retryMs = firstRetryMs;
      if (this.#stop.signal.aborted || this.#isConnected(device)) break;
      const addresses = whereabouts(this.#context, this.#contacts, practice, this.#transport.addresses());
      const reached = await this.#transport.dial(device, addresses, signal);
      if (reached.ok) break;
      // A peer that does not know this device yet, after a restore for one, learns of it by our roster.
      if (reached.reason === 'not-allowed') await this.#meetings.introduce(device, addresses);
      waitMs = retryMs;
      retryMs = Math.min(lastRetryMs, retryMs * 2);
    }
    this.#dialling.delete(device);
  }

  #mayReach(device: DeviceId): boolean {
    const { rosters, self } = this.#context;
    return rosters.isActive(device) && rosters.isActive(self.device);
  }

  #isConnected(device: DeviceId): boolean {
    return this.#transport.status().connections.some((connection) => connection.device === device);
  }

  /** True when it was ended before its time. */
  #wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (early: boolean): void => {
        cancel();
        this.#endWaits.delete(endEarly);
        resolve(early);
      };
      const endEarly = (): void => {
        end(true);
      };
      const cancel = this.#context.ports.timers.after(delayMs, () => {
        end(false);
      });
      this.#endWaits.add(endEarly);
    });
  }
}
