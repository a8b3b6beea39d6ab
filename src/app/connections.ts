/**
 * Staying connected to the peers: for every device of a practice we met, a loop that dials until there is a connection and
 * begins again when it ends. Which side dials first is settled by the device ids, so that two do not dial at once.
 */
import type { DeviceId, PracticeId } from '../base/ids.ts';
import type { Contacts } from './contacts.ts';
import type { Meetings } from './meetings.ts';
import type { MeetingTransport } from './ports.ts';
import type { PracticeContext } from './practice-context.ts';

const firstRetryMs = 1_000;
const lastRetryMs = 30_000;
/** The side that waits for the other's dial gives it this long. */
const courtesyMs = 4_000;

export class Connections {
  readonly #context: PracticeContext;
  readonly #contacts: Contacts;
  readonly #transport: MeetingTransport;
  readonly #meetings: Meetings;
  readonly #dialling = new Set<DeviceId>();
  readonly #cancelWaits = new Set<() => void>();
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

  /** Begins a loop for every device that has none: after a start, a meeting, a changed roster, a lost connection. */
  reach(): void {
    const { self, rosters, people } = this.#context;
    // A removed device is let in nowhere; a colleague of this browser is away while this one is at work.
    const wanted = (device: DeviceId): boolean =>
      device !== self.device && !people.isHere(device) && !this.#dialling.has(device);
    if (!rosters.isActive(self.device)) return;
    for (const practice of [self.practice, ...this.#contacts.all.map((contact) => contact.practice)])
      for (const device of rosters.activeDevices(practice))
        if (wanted(device)) void this.#dialUntilConnected(device, practice);
  }

  close(): void {
    this.#stop.abort();
    for (const cancel of this.#cancelWaits) cancel();
  }

  async #dialUntilConnected(device: DeviceId, practice: PracticeId): Promise<void> {
    const { signal } = this.#stop;
    this.#dialling.add(device);
    let waitMs = this.#context.self.device < device ? 0 : courtesyMs;
    for (let tries = 0; !signal.aborted && !this.#isConnected(device) && this.#mayReach(device); tries++) {
      await this.#wait(waitMs);
      if (this.#stop.signal.aborted || this.#isConnected(device)) break;
      const addresses = [...(this.#contacts.get(practice)?.addresses ?? []), ...this.#transport.addresses()];
      const reached = await this.#transport.dial(device, addresses, signal);
      if (reached.ok) break;
      // A peer that does not know this device yet, after a restore for one, learns of it by our roster.
      if (reached.reason === 'not-allowed') await this.#meetings.introduce(device, addresses);
      waitMs = Math.min(lastRetryMs, waitMs === 0 ? firstRetryMs : waitMs * 2);
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

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#cancelWaits.delete(done);
        resolve();
      };
      const cancel = this.#context.ports.timers.after(delayMs, done);
      this.#cancelWaits.add(done);
    });
  }
}
