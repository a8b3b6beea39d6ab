/**
 * From a relayed connection to a direct one: WebRTC, arranged over the relayed path, whose Noise handshake vouches for the
 * DTLS fingerprints. Of two devices the one with the lower id tries, so that they do not end with two connections.
 */
import type { Connection as Libp2pConnection } from '@libp2p/interface';
import type { DeviceId } from '../base/ids.ts';
import type { Log } from '../base/ports.ts';
import { directByWayOf, peerIdOf } from './libp2p-names.ts';
import type { DeviceNode } from './libp2p-node.ts';
import { pause } from './pause.ts';

/** Two seconds are seven times what a dial takes here; slow networks get more at the second and third try. */
const tryLimitsMs = [2_000, 4_000, 8_000];
/** Between rounds of tries: networks change, and a direct connection may break before anything moved to it. */
const firstPauseMs = 2_000;
const longestPauseMs = 600_000;

export interface DirectPathsInit {
  readonly self: DeviceId;
  readonly node: DeviceNode;
  /** Does anything still go through a relay to this device? */
  readonly isRelayed: (device: DeviceId) => boolean;
  readonly log: Log | undefined;
}

export class DirectPaths {
  readonly #init: DirectPathsInit;
  readonly #stopped = new AbortController();
  readonly #seeking = new Map<DeviceId, Promise<void>>();

  constructor(init: DirectPathsInit) {
    this.#init = init;
  }

  /** Tries for as long as the device is reached through a relay. A direct connection is told by libp2p's event. */
  seek(device: DeviceId): void {
    if (typeof RTCPeerConnection === 'undefined' || this.#init.self > device || this.#seeking.has(device)) return;
    const seeking = this.#seek(device).finally(() => this.#seeking.delete(device));
    this.#seeking.set(device, seeking);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#seeking.values());
  }

  async #seek(device: DeviceId): Promise<void> {
    const stopped = this.#stopped.signal;
    for (let pauseMs = firstPauseMs; this.#init.isRelayed(device); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const outcome = await this.#round(device);
      if (outcome === 'not-possible' || stopped.aborted) return;
      await pause(pauseMs, stopped);
    }
  }

  async #round(device: DeviceId): Promise<'tried' | 'not-possible'> {
    for (const [tries, limitMs] of tryLimitsMs.entries()) {
      const connections = this.#init.node.getConnections(peerIdOf(device)).filter(({ status }) => status === 'open');
      const relayed = connections.find(({ direct }) => !direct);
      if (relayed === undefined || connections.some(({ direct }) => direct) || this.#stopped.signal.aborted) break;
      const failure = await this.#dial(relayed, limitMs);
      if (failure === undefined) break;
      this.#init.log?.note('direct-path-failed', { device, tries: tries + 1, failure });
      // The other side has no WebRTC: a Node process.
      if (failure === 'UnsupportedProtocolError') return 'not-possible';
    }
    return 'tried';
  }

  async #dial(relayed: Libp2pConnection, limitMs: number): Promise<string | undefined> {
    try {
      const connection = await this.#init.node.dial(directByWayOf(relayed.remoteAddr), {
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(limitMs)]),
        // Or libp2p would be content with the relayed connection.
        force: true,
      });
      // A dial joins one to the same device that is still under way: then it is the relayed connection that comes of it.
      return connection.direct ? undefined : 'joined-relayed-dial';
    } catch (thrown) {
      return nameOf(thrown);
    }
  }
}

/** libp2p rejects with errors, aggregates of them and bare events. */
function nameOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return nameOf(thrown.errors[0]);
  if (thrown instanceof Error) return thrown.name;
  return thrown instanceof Event ? `event ${thrown.type}` : 'unknown';
}
