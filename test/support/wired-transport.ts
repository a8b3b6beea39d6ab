/**
 * What the networks without a network have in common (test/net/memory-network.ts, test/sim/network.ts): the part of
 * net/transport.ts that keeps one living link a device and tells who listens. How a link carries frames is theirs alone.
 */
import type { DeviceId } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import type {
  AllowDevice,
  CloseReason,
  Connection,
  DialFailure,
  Transport,
  TransportStatus,
} from '../../src/net/transport.ts';

/** One end of a link. */
export interface WiredConnection extends Connection {
  /** The reasons this end and the other one are told. */
  end(here: CloseReason, there: CloseReason): void;
}

export abstract class WiredTransport<End extends WiredConnection> implements Transport {
  readonly device: DeviceId;
  readonly allow: AllowDevice;
  running = false;
  protected readonly connections = new Map<DeviceId, End>();
  readonly #listeners = new Set<(connection: Connection) => void>();
  readonly #statusListeners = new Set<(status: TransportStatus) => void>();

  constructor(device: DeviceId, allow: AllowDevice) {
    this.device = device;
    this.allow = allow;
  }

  /** The other device's transport, where the wires lead to it now. */
  protected abstract reachable(device: DeviceId): WiredTransport<End> | undefined;

  /** Both ends of a new link: here, there. */
  protected abstract link(device: DeviceId): readonly [End, End];

  start(): Promise<void> {
    this.running = true;
    return Promise.resolve();
  }

  abstract stop(): Promise<void>;

  dial(device: DeviceId, _: readonly string[], signal?: AbortSignal): Promise<Result<Connection, DialFailure>> {
    if (!this.running) return Promise.resolve(err('stopped'));
    if (signal?.aborted === true) return Promise.resolve(err('aborted'));
    const living = this.connections.get(device);
    if (living !== undefined) return Promise.resolve(ok(living));
    const other = this.reachable(device);
    if (other === undefined) return Promise.resolve(err('unreachable'));
    if (!this.allow(device) || !other.allow(this.device)) return Promise.resolve(err('not-allowed'));
    const [here, there] = this.link(device);
    other.adopt(there);
    this.adopt(here);
    return Promise.resolve(ok(here));
  }

  protected adopt(connection: End): void {
    this.connections.set(connection.device, connection);
    connection.onClose(() => {
      if (this.connections.get(connection.device) === connection) this.connections.delete(connection.device);
      this.#statusChanged();
    });
    for (const listener of this.#listeners) listener(connection);
    this.#statusChanged();
  }

  onConnection(connected: (connection: Connection) => void): () => void {
    this.#listeners.add(connected);
    return () => this.#listeners.delete(connected);
  }

  allowChanged(): void {
    for (const connection of this.living()) {
      if (!this.allow(connection.device)) connection.end('not-allowed', 'closed-there');
    }
  }

  living(): readonly End[] {
    return [...this.connections.values()];
  }

  status(): TransportStatus {
    return { relays: [], connections: this.living().map(({ device, path }) => ({ device, path })) };
  }

  onStatus(changed: (status: TransportStatus) => void): () => void {
    this.#statusListeners.add(changed);
    return () => this.#statusListeners.delete(changed);
  }

  addresses(): readonly string[] {
    return this.running ? [`memory:${this.device}`] : [];
  }

  /** Nobody on this side hears of anything any more: its program is gone. */
  protected deafen(): void {
    this.#listeners.clear();
    this.#statusListeners.clear();
  }

  #statusChanged(): void {
    for (const listener of this.#statusListeners) listener(this.status());
  }
}
