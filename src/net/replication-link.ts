/**
 * One connection under replication: its state, and the two flows in and out of it. Owns order and pressure, no rule: a frame
 * is dealt with, durably, before the next one is taken, so that a peer sends no faster than this disk writes; and frames go
 * out one at a time as the connection takes them. Nothing a peer sends throws past this file.
 */
import { decodeSignedOp, opIdOf } from '../access/operation.ts';
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { decodeEntry, decodeEntryHeader, verifyEntry, type VerifiedEntry } from '../crypto/entry.ts';
import { frontierOfEntries } from './frontier.ts';
import { fullFrameBytes } from './limits.ts';
import { newPeer } from './peer-state.ts';
import { step } from './replication.ts';
import type { ReplicationHost } from './replication-host.ts';
import type { Effect, PeerEvent, PeerState } from './replication-state.ts';
import type { Connection } from './transport.ts';
import { decodeFrame, encodeFrame } from './wire.ts';

export interface LinkOutlets {
  count(reason: string): void;
  failed(error: unknown): void;
  /** Something received became durable. */
  changed(event: Extract<PeerEvent, { kind: 'chartChanged' | 'rosterChanged' | 'standingChanged' }>): void;
  moved(): void;
}

/** One connection: its state, and the two flows in and out of it. */
export class Link {
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
    const { rosters, charters, frontiers, entries, named, parted } = tasks;
    const waiting =
      outbox.length + rosters.size + charters.size + frontiers.size + entries.size + named.length + parted.length;
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
        const heads = host.rosterHeads(practice);
        const ops = await host.rosterOpsBeyond(practice, known, device);
        return this.dispatch({ kind: 'rosterOpsLoaded', practice, ops, heads });
      }
      case 'loadCharterOps': {
        const { chart, known } = effect;
        const heads = host.chartFor(device, chart)?.heads ?? [];
        const ops = await host.charterOpsBeyond(chart, known, device);
        return this.dispatch({ kind: 'charterOpsLoaded', chart, ops, heads });
      }
      case 'loadEntries': {
        const { chart, section, theirs } = effect;
        const held = host.chartFor(device, chart)?.sections.get(section) ?? [];
        const { entries } = await host.entriesBeyond(device, chart, section, theirs, fullFrameBytes);
        // What the host withholds counts as sent: it would be loaded for ever.
        const reaching = entries.length === 0 ? held : frontierOfEntries(entries.map(mustDecodeHeader));
        return this.dispatch({ kind: 'entriesLoaded', chart, section, entries, reaching });
      }
      case 'loadNamed': {
        const { chart, section, hashes } = effect;
        const entries = await host.entriesNamed(device, chart, section, hashes);
        return this.dispatch({ kind: 'entriesLoaded', chart, section, entries, reaching: [] });
      }
      case 'keepRosterOps':
        return this.#keepRosterOps(effect.practice, effect.ops);
      case 'keepCharterOps':
        return this.#keepCharterOps(effect.chart, effect.ops);
      case 'keepEntries':
        return this.#keepEntries(effect.chart, effect.section, effect.entries);
      case 'held':
        return host.peerHolds(
          device,
          [...effect.sections].map(([section, frontier]) => ({ chart: effect.chart, section, frontier })),
        );
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
    const verdicts = await this.#host.receiveRosterOps(this.connection.device, practice, ops);
    await this.dispatch({ kind: 'rosterOpsKept', practice, ids: idsOf(ops), verdicts });
    if (verdicts.some(({ kind }) => kind === 'kept')) {
      this.#outlets.changed({ kind: 'rosterChanged', practice });
      this.#outlets.changed({ kind: 'standingChanged' });
    }
  }

  async #keepCharterOps(chart: ChartId, ops: readonly Bytes[]): Promise<void> {
    const { device } = this.connection;
    const [verdicts = []] = await this.#host.receiveCharterOps(device, [{ chart, ops }]);
    await this.dispatch({ kind: 'charterOpsKept', chart, ids: idsOf(ops), verdicts });
    if (verdicts.some(({ kind }) => kind === 'kept')) this.#outlets.changed({ kind: 'chartChanged', chart });
  }

  async #keepEntries(chart: ChartId, section: Section, encoded: readonly Bytes[]): Promise<void> {
    const { verified, faults } = await verifyAll(chart, section, encoded);
    const received = [{ chart, section, entries: verified }];
    const [verdicts = []] =
      verified.length === 0 ? [] : await this.#host.receiveEntries(this.connection.device, received);
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
export async function verifyAll(
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

/** The ids of those that are signed operations at all. */
function idsOf(ops: readonly Bytes[]): readonly OpId[] {
  return ops.flatMap((bytes) => {
    const signed = decodeSignedOp(bytes);
    return signed.ok ? [opIdOf(signed.value.bytes)] : [];
  });
}

function mustDecodeHeader(bytes: Bytes) {
  const decoded = decodeEntryHeader(bytes);
  if (!decoded.ok) throw new Error(`an entry kept here is ${decoded.reason} and should be well formed`);
  return decoded.value;
}
