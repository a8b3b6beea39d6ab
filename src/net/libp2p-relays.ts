/**
 * Keeps this device reachable: dials every relay on its own, at once and for as long as it takes, and says how it stands with
 * each. libp2p's own reconnecting gives up at the first failure in a browser, and never asks again for a place it was refused.
 */
import type { Connection as Libp2pConnection } from '@libp2p/interface';
import type { Log } from '../base/ports.ts';
import { parseAddress } from './libp2p-names.ts';
import type { DeviceNode, KnownRelays } from './libp2p-node.ts';
import { pause } from './pause.ts';
import type { RelayStatus } from './transport.ts';

/** Between two tries: soon at first, for the relay that restarts; never more than 5 s, for the person who waits. */
const firstPauseMs = 500;
const longestPauseMs = 5_000;
const pauseGrowth = 1.6;
/** A place is given within a few round trips; a relay that has none is left and asked again. */
const placeLimitMs = 10_000;
/** Browsers do, Node does not. */
const tellsOfNetwork = 'addEventListener' in globalThis;

export interface RelayKeeperInit {
  readonly node: DeviceNode;
  readonly relays: readonly string[];
  readonly knownRelays: KnownRelays;
  readonly changed: () => void;
  readonly log: Log | undefined;
}

export class RelayKeeper {
  readonly #init: RelayKeeperInit;
  readonly #stopped = new AbortController();
  readonly #states = new Map<string, RelayStatus['state']>();
  readonly #running: Promise<void>[] = [];
  /** Ends every pause between tries, when the platform says that the network is back. */
  #retryNow = new AbortController();

  constructor(init: RelayKeeperInit) {
    this.#init = init;
  }

  start(): void {
    if (tellsOfNetwork) globalThis.addEventListener('online', this.#online);
    for (const address of this.#init.relays) {
      this.#init.knownRelays.addOwn(address);
      this.#states.set(address, 'connecting');
      this.#running.push(this.#keep(address));
    }
  }

  async stop(): Promise<void> {
    if (tellsOfNetwork) globalThis.removeEventListener('online', this.#online);
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  status(): readonly RelayStatus[] {
    return [...this.#states].map(([address, state]) => ({ address, state }));
  }

  readonly #online = (): void => {
    this.#retryNow.abort();
    this.#retryNow = new AbortController();
  };

  async #keep(address: string): Promise<void> {
    const target = parseAddress(address);
    if (target === undefined) {
      this.#init.log?.note('relay-address-malformed');
      this.#setState(address, 'unreachable');
      return;
    }
    const stopped = this.#stopped.signal;
    let pauseMs = firstPauseMs;
    while (!stopped.aborted) {
      try {
        const connection = await this.#init.node.dial(target, { signal: stopped });
        this.#init.knownRelays.addOwn(address, connection.remotePeer.toString());
        if (await this.#holdPlace(address, connection)) pauseMs = firstPauseMs;
      } catch {
        // In browsers a bare event; why a socket failed is not told to the page.
        this.#setState(address, 'unreachable');
      }
      await pause(pauseMs, AbortSignal.any([stopped, this.#retryNow.signal]));
      pauseMs = Math.min(pauseMs * pauseGrowth, longestPauseMs);
    }
  }

  /** Until the connection ends. False: the relay gave no place in time. */
  async #holdPlace(address: string, connection: Libp2pConnection): Promise<boolean> {
    const { node } = this.#init;
    const ended = new AbortController();
    const circuit = `/p2p/${connection.remotePeer.toString()}/p2p-circuit`;
    const look = (): boolean => {
      const held = node.getMultiaddrs().some((own) => own.toString().includes(circuit));
      if (held) this.#setState(address, 'reserved');
      return held;
    };
    const onListening = (): void => void look();
    const onClose = (): void => ended.abort();
    node.addEventListener('transport:listening', onListening);
    connection.addEventListener('close', onClose);
    const signal = AbortSignal.any([ended.signal, this.#stopped.signal]);
    try {
      if (connection.status !== 'open') return false;
      look();
      await pause(placeLimitMs, signal);
      while (!signal.aborted && look()) await pause(placeLimitMs, signal);
      if (!signal.aborted) {
        this.#init.log?.note('relay-gave-no-place');
        connection.abort(new Error('the relay gave no place'));
      }
      return ended.signal.aborted;
    } finally {
      node.removeEventListener('transport:listening', onListening);
      connection.removeEventListener('close', onClose);
      this.#setState(address, 'connecting');
    }
  }

  #setState(address: string, state: RelayStatus['state']): void {
    if (this.#states.get(address) === state) return;
    this.#states.set(address, state);
    this.#init.changed();
  }
}
