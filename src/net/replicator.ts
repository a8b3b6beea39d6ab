/**
 * Replication over a transport: takes every connection, tells each what became durable here, and counts what peers sent that
 * could not be taken. The rules are in replication.ts, the flow of one connection in replication-link.ts.
 */
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { PartsHost } from './attachment-link.ts';
import type { FramesElsewhere } from './frames-elsewhere.ts';
import { KeptLeaves } from './leaves.ts';
import type { ReplicationHost } from './replication-host.ts';
import { Link } from './replication-link.ts';
import type { PeerEvent } from './replication-state.ts';
import type { Connection, Transport } from './transport.ts';

export interface ReplicatorInit {
  readonly transport: Pick<Transport, 'onConnection'>;
  readonly host: ReplicationHost;
  /** Attachments (EN-10). Left out: none are asked for or given. */
  readonly parts?: PartsHost;
  /** Who looks at large frames. Left out: this thread. */
  readonly frames?: FramesElsewhere;
  readonly clock: Clock;
  readonly log?: Log;
  /** RE-6: what differs at the start of a connection, and that both have said all they had to say since (same-difference.ts). */
  readonly compared?: (device: DeviceId, how: ReadonlyMap<ChartId, string>) => void;
  readonly completed?: (device: DeviceId) => void;
  /** A bug in the host: its connection is closed, and the composition root says what to do about it. */
  readonly failed?: (error: unknown) => void;
}

export interface ConnectedPeer {
  readonly device: DeviceId;
  readonly path: Connection['path'];
  /** False for a stranger, to whom nothing is said. */
  readonly known: boolean;
  /** Nothing left to send, and everything sent is confirmed. */
  readonly settled: boolean;
  /** Charts of which something is on its way here: how many are dealt with, of how many. Left out: nothing comes. */
  readonly receiving?: { readonly done: number; readonly total: number };
}

export interface DiagnosticCount {
  readonly reason: string;
  readonly count: number;
  readonly lastAtMs: number;
}

export class Replicator {
  readonly #init: ReplicatorInit;
  readonly #links = new Map<Connection, Link>();
  /** By device, for its next connection. */
  readonly #leaves = new Map<DeviceId, KeptLeaves>();
  readonly #counts = new Map<string, { count: number; lastAtMs: number }>();
  readonly #watchers = new Set<() => void>();
  readonly #unsubscribe: () => void;

  constructor(init: ReplicatorInit) {
    this.#init = init;
    const untake = init.transport.onConnection((connection) => {
      this.#take(connection);
    });
    const unwatch = init.parts?.wants.onChange(() => {
      for (const link of this.#links.values()) link.poke();
    });
    this.#unsubscribe = () => {
      untake();
      unwatch?.();
    };
  }

  /** Entries or operations of the chart became durable here: those entitled get them at once (RE-5). */
  chartChanged(...charts: readonly ChartId[]): void {
    this.#tellOthers({ kind: 'chartsChanged', charts });
  }

  /**
   * The host can answer for the chart from now on, and nothing of it has changed since it could not: told before it changes, an
   * edit goes out at once instead of after a question.
   */
  chartReady(chart: ChartId): void {
    this.#tellOthers({ kind: 'chartReady', chart });
  }

  /** Operations of this roster became durable here, or a meeting made its practice known. */
  rosterChanged(practice: PracticeId): void {
    this.#tellOthers({ kind: 'rosterChanged', practice });
    this.#tellOthers({ kind: 'standingChanged' });
  }

  peers(): readonly ConnectedPeer[] {
    return [...this.#links.values()].map((link) => ({
      device: link.connection.device,
      path: link.connection.path,
      known: link.known,
      settled: link.settled,
      ...(link.receiving === undefined ? {} : { receiving: link.receiving }),
    }));
  }

  /** A frame is being dealt with. */
  get isTakingIn(): boolean {
    return [...this.#links.values()].some((link) => link.isTakingIn);
  }

  /** To be called every few seconds while it answers true: notices where all has been said (RE-6), and where nothing comes. */
  noteQuiet(): boolean {
    return [...this.#links.values()].map((link) => link.noteQuiet()).includes(true);
  }

  /** Told when `peers()` may have changed. Returns how to stop. */
  onPeers(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** What was not taken from peers or ended a connection, by reason, since the start. */
  diagnostics(): readonly DiagnosticCount[] {
    return [...this.#counts].map(([reason, counted]) => ({ reason, ...counted }));
  }

  /** Ends every connection it took. Final. */
  close(): void {
    this.#unsubscribe();
    for (const connection of this.#links.keys()) connection.close();
    this.#init.frames?.end();
  }

  #take(connection: Connection): void {
    const leaves = this.#leaves.get(connection.device) ?? new KeptLeaves();
    this.#leaves.set(connection.device, leaves);
    const { host, parts, frames } = this.#init;
    const link = new Link(connection, { host, parts, frames }, leaves, {
      count: (reason) => {
        this.#count(reason, connection.device);
      },
      changed: (event) => {
        this.#tellOthers(event, event.kind === 'chartsChanged' || event.kind === 'chartReady' ? link : undefined);
      },
      compared: (how) => {
        this.#init.compared?.(connection.device, how);
      },
      completed: () => {
        this.#init.completed?.(connection.device);
      },
      failed: (error) => {
        this.#count('host-failed', connection.device);
        this.#init.failed?.(error);
      },
      moved: () => {
        for (const watcher of this.#watchers) watcher();
      },
    });
    this.#links.set(connection, link);
    connection.onClose((reason) => {
      this.#links.delete(connection);
      link.end();
      this.#init.log?.note('connection ended', { device: connection.device, reason });
      for (const watcher of this.#watchers) watcher();
    });
    connection.onFrame(
      (frame) => link.receive(frame),
      (frame) => {
        link.lookAhead(frame);
      },
    );
    void link.dispatch({ kind: 'opened' });
  }

  #tellOthers(event: PeerEvent, but?: Link): void {
    for (const link of this.#links.values()) if (link !== but) void link.dispatch(event);
  }

  #count(reason: string, device: DeviceId): void {
    const lastAtMs = this.#init.clock.nowMs();
    this.#counts.set(reason, { count: (this.#counts.get(reason)?.count ?? 0) + 1, lastAtMs });
    this.#init.log?.note('not taken from a peer', { device, reason });
  }
}
