/**
 * From a relayed connection to a direct one: WebRTC, arranged over the relayed path, whose Noise handshake vouches for the
 * DTLS fingerprints. Of two devices the one with the lower id tries, so that they do not end with two connections.
 */
import type { Connection as Libp2pConnection } from '@libp2p/interface';
import type { DeviceId } from '../base/ids.ts';
import type { Log } from '../base/ports.ts';
import { directByWayOf, peerIdOf } from './libp2p-names.ts';
import type { DeviceNode } from './libp2p-node.ts';

/** Two seconds are seven times what a dial takes here; slow networks get more at the second and third try. */
const tryLimitsMs = [2_000, 4_000, 8_000];

export class DirectPaths {
  readonly #self: DeviceId;
  readonly #node: DeviceNode;
  readonly #log: Log | undefined;
  readonly #stopped = new AbortController();
  readonly #trying = new Map<DeviceId, Promise<void>>();

  constructor(self: DeviceId, node: DeviceNode, log: Log | undefined) {
    this.#self = self;
    this.#node = node;
    this.#log = log;
  }

  /** Asks for a direct connection to a device that is connected through a relay. Its arrival is told by libp2p's event. */
  seek(device: DeviceId): void {
    if (typeof RTCPeerConnection === 'undefined' || this.#self > device || this.#trying.has(device)) return;
    const trying = this.#try(device).finally(() => this.#trying.delete(device));
    this.#trying.set(device, trying);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#trying.values());
  }

  async #try(device: DeviceId): Promise<void> {
    for (const [tries, limitMs] of tryLimitsMs.entries()) {
      const connections = this.#node.getConnections(peerIdOf(device)).filter(({ status }) => status === 'open');
      const relayed = connections.find(({ direct }) => !direct);
      if (relayed === undefined || connections.some(({ direct }) => direct) || this.#stopped.signal.aborted) return;
      const failure = await this.#dial(relayed, limitMs);
      if (failure === undefined) return;
      this.#log?.note('direct-path-failed', { device, tries: tries + 1, failure });
      // The other side has no WebRTC: a Node process.
      if (failure === 'UnsupportedProtocolError') return;
    }
  }

  async #dial(relayed: Libp2pConnection, limitMs: number): Promise<string | undefined> {
    try {
      await this.#node.dial(directByWayOf(relayed.remoteAddr), {
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(limitMs)]),
        // Or libp2p would be content with the relayed connection.
        force: true,
      });
      return undefined;
    } catch (thrown) {
      return nameOf(thrown);
    }
  }
}

/** libp2p rejects with errors, aggregates of them and bare events. */
export function nameOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return nameOf(thrown.errors[0]);
  if (thrown instanceof Error) return thrown.name;
  return thrown instanceof Event ? `event ${thrown.type}` : 'unknown';
}
