/**
 * Runs the replication of every connection: hands events to replication.ts and carries out what it wants done, over a
 * transport and a host. Owns order and pressure, no rule: a frame is dealt with, durably, before the next one is taken, so
 * that a peer sends no faster than this disk writes; and frames go out one at a time as the connection takes them.
 * Nothing a peer sends throws past this file.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { Section } from '../base/sections.ts';
import { decodeEntry, decodeEntryHeader, verifyEntry, type VerifiedEntry } from '../crypto/entry.ts';
import { frontierOfEntries } from './frontier.ts';
import { fullFrameBytes } from './limits.ts';
import type { ReplicationHost } from './replication-host.ts';
import type { Effect, PeerEvent, PeerState } from './replication-state.ts';
import { newPeer, step } from './replication.ts';
import type { Connection, Transport } from './transport.ts';
import { decodeFrame, encodeFrame } from './wire.ts';

export interface ReplicatorInit {
  readonly transport: Pick<Transport, 'onConnection'>;
  readonly host: ReplicationHost;
  readonly clock: Clock;
  readonly log?: Log;
  /** A bug in the host: its connection is closed, and the composition root says what to do about it. */
  readonly failed?: (error: unknown) => void;
}

export interface ConnectedPeer {
  readonly device: DeviceId;
  readonly path: Connection['path'];
  /** False while only pairing is possible. */
  readonly known: boolean;
  /** Nothing left to send, and everything sent is confirmed. */
  readonly settled: boolean;
}

export interface DiagnosticCount {
  readonly reason: string;
  readonly count: number;
  readonly lastAtMs: number;
}

export class Replicator {
  readonly #init: ReplicatorInit;
  readonly #links = new Map<Connection, Link>();
  readonly #counts = new Map<string, { count: number; lastAtMs: number }>();
  readonly #watchers = new Set<() => void>();
  readonly #unsubscribe: () => void;

  constructor(init: ReplicatorInit) {
    this.#init = init;
    this.#unsubscribe = init.transport.onConnection((connection) => {
      this.#take(connection);
    });
  }

  /** Entries or operations of the chart became durable here: those entitled get them at once (RE-5). */
  chartChanged(chart: ChartId): void {
    this.#tellOthers({ kind: 'chartChanged', chart });
  }

  /** Operations of this roster became durable here, or a pairing made its practice known. */
  rosterChanged(practice: PracticeId): void {
    this.#tellOthers({ kind: 'rosterChanged', practice });
    this.#tellOthers({ kind: 'standingChanged' });
  }

  /** One message of the meeting of two practices to a connected device; false if there is no connection. */
  sendPairing(device: DeviceId, bytes: Bytes): boolean {
    const link = [...this.#links.values()].find((one) => one.connection.device === device);
    void link?.dispatch({ kind: 'pairingMade', bytes });
    return link !== undefined;
  }

  peers(): readonly ConnectedPeer[] {
    return [...this.#links.values()].map((link) => ({
      device: link.connection.device,
      path: link.connection.path,
      known: link.known,
      settled: link.settled,
    }));
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
  }

  #take(connection: Connection): void {
    const link = new Link(connection, this.#init.host, {
      count: (reason) => {
        this.#count(reason, connection.device);
      },
      changed: (event) => {
        this.#tellOthers(event, event.kind === 'chartChanged' ? link : undefined);
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
    connection.onFrame((frame) => link.receive(frame));
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

interface LinkOutlets {
  count(reason: string): void;
  failed(error: unknown): void;
  /** Something received became durable. */
  changed(event: Extract<PeerEvent, { kind: 'chartChanged' | 'rosterChanged' | 'standingChanged' }>): void;
  moved(): void;
}

/** One connection: its state, and the two flows in and out of it. */
class Link {
  readonly connection: Connection;
  #ended = false;
  readonly #host: ReplicationHost;
  readonly #outlets: LinkOutlets;
  #state: PeerState;
  #writing = false;

  constructor(connection: Connection, host: ReplicationHost, outlets: LinkOutlets) {
    this.connection = connection;
    this.#host = host;
    this.#outlets = outlets;
    this.#state = newPeer(connection.device);
  }

  end(): void {
    this.#ended = true;
  }

  get known(): boolean {
    return this.#state.phase !== 'stranger' && this.#state.phase !== 'ended';
  }

  get settled(): boolean {
    const { phase, outbox, tasks, framesSent, framesConfirmed } = this.#state;
    const { rosters, charters, frontiers, entries, named } = tasks;
    const waiting = outbox.length + rosters.size + charters.size + frontiers.size + entries.size + named.length;
    return phase === 'open' && waiting === 0 && framesSent === framesConfirmed && !this.#writing;
  }

  /** Resolves when what the frame brought is dealt with: only then does the transport give credit for the next. */
  async receive(frame: Bytes): Promise<void> {
    const message = decodeFrame(frame);
    await this.dispatch(
      message.ok ? { kind: 'received', message: message.value } : { kind: 'faulty', reason: message.reason },
    );
  }

  async dispatch(event: PeerEvent): Promise<void> {
    if (this.#ended) return;
    await this.#carryOut(event);
    void this.#write();
  }

  /** True if there was anything to do. Never rejects. */
  async #carryOut(event: PeerEvent): Promise<boolean> {
    try {
      const { state, effects } = step(this.#state, event, this.#host);
      this.#state = state;
      for (const effect of effects) await this.#run(effect);
      return effects.length > 0;
    } catch (error) {
      // The host failed, not the peer: this connection cannot go on in order, the others can.
      this.#outlets.failed(error);
      this.connection.close();
      return false;
    }
  }

  /** Sends what there is, a frame at a time; started by every event, and running once. Never rejects. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (!this.#ended && (await this.#carryOut({ kind: 'idle' })));
    this.#writing = false;
    this.#outlets.moved();
  }

  async #run(effect: Effect): Promise<void> {
    const host = this.#host;
    const { connection } = this;
    const { device } = connection;
    switch (effect.kind) {
      case 'send':
        await connection.send(encodeFrame(effect.message));
        return;
      case 'loadRosterOps': {
        const { practice, known } = effect;
        const ops = await host.rosterOpsBeyond(practice, known, device);
        return this.dispatch({ kind: 'rosterOpsLoaded', practice, ops });
      }
      case 'loadCharterOps': {
        const { chart, known } = effect;
        const ops = await host.charterOpsBeyond(chart, known, device);
        return this.dispatch({ kind: 'charterOpsLoaded', chart, ops });
      }
      case 'loadEntries': {
        const { chart, section, theirs } = effect;
        const { entries, more } = await host.entriesBeyond(device, chart, section, theirs, fullFrameBytes);
        const reaching = frontierOfEntries(entries.map(mustDecodeHeader));
        return this.dispatch({ kind: 'entriesLoaded', chart, section, entries, reaching, more });
      }
      case 'loadNamed': {
        const { chart, section, hashes } = effect;
        const entries = await host.entriesNamed(device, chart, section, hashes);
        return this.dispatch({ kind: 'entriesLoaded', chart, section, entries, reaching: [], more: true });
      }
      case 'keepRosterOps':
        return this.#keepRosterOps(effect.practice, effect.ops);
      case 'keepCharterOps':
        return this.#keepCharterOps(effect.chart, effect.ops);
      case 'keepEntries':
        return this.#keepEntries(effect.chart, effect.section, effect.entries);
      case 'pairing':
        return host.receivePairing(device, effect.bytes);
      case 'held':
        for (const [section, frontier] of effect.sections) {
          await host.peerHolds(device, effect.chart, section, frontier);
        }
        return;
      case 'count':
        this.#outlets.count(effect.reason);
        return;
      case 'close':
        if (effect.saying !== undefined) await connection.send(encodeFrame({ kind: 'bye', reason: effect.saying }));
        connection.close();
        return;
    }
  }

  async #keepRosterOps(practice: PracticeId, ops: readonly Bytes[]): Promise<void> {
    const before = this.#host.rosterHeads(practice);
    const verdicts = await this.#host.receiveRosterOps(this.connection.device, practice, ops);
    await this.dispatch({ kind: 'rosterOpsKept', practice, before, verdicts });
    if (verdicts.some(({ kind }) => kind === 'kept')) {
      this.#outlets.changed({ kind: 'rosterChanged', practice });
      this.#outlets.changed({ kind: 'standingChanged' });
    }
  }

  async #keepCharterOps(chart: ChartId, ops: readonly Bytes[]): Promise<void> {
    const { device } = this.connection;
    const before = this.#host.chartFor(device, chart)?.heads ?? [];
    const verdicts = await this.#host.receiveCharterOps(device, chart, ops);
    await this.dispatch({ kind: 'charterOpsKept', chart, before, verdicts });
    if (verdicts.some(({ kind }) => kind === 'kept')) this.#outlets.changed({ kind: 'chartChanged', chart });
  }

  async #keepEntries(chart: ChartId, section: Section, encoded: readonly Bytes[]): Promise<void> {
    const { verified, faults } = await verifyAll(chart, section, encoded);
    const verdicts =
      verified.length === 0 ? [] : await this.#host.receiveEntries(this.connection.device, chart, section, verified);
    const entries = verified.map(({ header, hash }, i) => ({
      header,
      hash,
      verdict: verdicts[i] ?? { kind: 'later' as const, reason: 'no-verdict' },
    }));
    await this.dispatch({ kind: 'entriesKept', chart, section, entries, faults });
    if (verdicts.some(({ kind }) => kind === 'kept')) this.#outlets.changed({ kind: 'chartChanged', chart });
  }
}

/** Bounds, one hash and one signature an entry, and nothing else (RE-4). */
async function verifyAll(
  chart: ChartId,
  section: Section,
  encoded: readonly Bytes[],
): Promise<{ readonly verified: readonly VerifiedEntry[]; readonly faults: readonly string[] }> {
  const verified: VerifiedEntry[] = [];
  const faults: string[] = [];
  for (const bytes of encoded) {
    const received = decodeEntry(bytes);
    if (!received.ok) {
      faults.push(`entry-${received.reason}`);
      continue;
    }
    const { header } = received.value;
    if (header.chart !== chart || header.section !== section) {
      faults.push('entry-of-another-section');
      continue;
    }
    const checked = await verifyEntry(received.value);
    if (checked.ok) verified.push(checked.value);
    else faults.push(`entry-${checked.reason}`);
  }
  return { verified, faults };
}

function mustDecodeHeader(bytes: Bytes) {
  const decoded = decodeEntryHeader(bytes);
  if (!decoded.ok) throw new Error(`an entry kept here is ${decoded.reason} and should be well formed`);
  return decoded.value;
}
