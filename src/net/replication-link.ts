/**
 * One connection under replication: its state, and the two flows in and out of it. Owns order and pressure, no rule: a frame
 * is dealt with, durably, before the next one is taken, so that a peer sends no faster than this disk writes (what needs no
 * state is looked at meanwhile: looking-ahead.ts); and frames go out one at a time as the connection takes them. Nothing a peer sends throws past this file.
 */
import { decodeSignedOp, opIdOf } from '../access/operation.ts';
import type { CharterOpCheck } from '../access/verify-operation.ts';
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, OpId, PracticeId } from '../base/ids.ts';
import { PartsLink, type PartsHost } from './attachment-link.ts';
import { isPartFrame } from './attachment-wire.ts';
import { batches } from './frame-packing.ts';
import type { FramesElsewhere } from './frames-elsewhere.ts';
import type { KeptLeaves } from './leaves.ts';
import { LookingAhead } from './looking-ahead.ts';
import { isSettled, newPeer } from './peer-state.ts';
import { step } from './replication.ts';
import type { ChartOps, ReplicationHost } from './replication-host.ts';
import { loadCharterOps, loadEntries } from './replication-loads.ts';
import type { Effect, PeerEvent, PeerState } from './replication-state.ts';
import { SnapshotGathering } from './snapshot-gathering.ts';
import type { Connection } from './transport.ts';
import { verifyEntries } from './verify-entries.ts';
import { decodeFrame, encodeFrame, type EncodedEntries, type Message } from './wire.ts';

export interface LinkOutlets {
  count(reason: string): void;
  failed(error: unknown): void;
  /** Which charts differ, and how, at the start of a connection; and that both have said all they had to say since. */
  compared(how: ReadonlyMap<ChartId, string>): void;
  completed(): void;
  /** Something received became durable, or the host can now answer for it. */
  changed(
    event: Extract<PeerEvent, { kind: 'chartsChanged' | 'chartReady' | 'rosterChanged' | 'standingChanged' }>,
  ): void;
  moved(): void;
}

/** One connection: its state, and the two flows in and out of it. */
export class Link {
  readonly connection: Connection;
  #ended = false;
  readonly #host: ReplicationHost;
  readonly #leaves: KeptLeaves;
  readonly #outlets: LinkOutlets;
  readonly #state: PeerState;
  readonly #parts: PartsLink | undefined;
  readonly #gathering = new SnapshotGathering();
  readonly #ahead: LookingAhead;
  #writing = false;
  /** Something happened while it was looked whether there is more to send. */
  #again = false;
  /** Frames since the connection was last looked at. */
  #framesSince = 0;
  #framesAtHand = 0;
  #isQuiet = false;
  #exchange: 'begun' | 'compared' | 'completed' = 'begun';

  /**
   * `leaves`: those of earlier connections to the device. Without `parts`, attachments are neither asked for nor given; without
   * `frames`, none is looked at elsewhere.
   */
  constructor(
    connection: Connection,
    {
      host,
      parts,
      frames,
    }: {
      readonly host: ReplicationHost;
      readonly parts: PartsHost | undefined;
      readonly frames: FramesElsewhere | undefined;
    },
    leaves: KeptLeaves,
    outlets: LinkOutlets,
  ) {
    this.connection = connection;
    this.#host = host;
    this.#leaves = leaves;
    this.#outlets = outlets;
    this.#state = newPeer(connection.device);
    this.#ahead = new LookingAhead(frames);
    this.#parts = parts === undefined ? undefined : new PartsLink(connection.device, parts);
  }

  end(): void {
    this.#ended = true;
    this.#parts?.end();
  }

  get known(): boolean {
    return this.#state.phase !== 'stranger' && this.#state.phase !== 'ended';
  }

  get settled(): boolean {
    return isSettled(this.#state) && !this.#writing;
  }

  /** Charts found to differ of which they have something for us, and how many are dealt with; undefined when nothing comes. */
  get receiving(): { readonly done: number; readonly total: number } | undefined {
    const { awaited, found } = this.#state.differing;
    if (awaited.size === 0 || this.#isQuiet) return undefined;
    return { done: found - awaited.size, total: found };
  }

  /**
   * Called now and then: an exchange is complete when all that is to be said is said and confirmed, and nothing came since the
   * last call. True while it is not.
   */
  noteQuiet(): boolean {
    this.#isQuiet = this.#framesSince === 0;
    this.#framesSince = 0;
    if (this.#exchange === 'compared' && this.#isQuiet && this.settled) {
      this.#exchange = 'completed';
      this.#outlets.completed();
    }
    return this.#exchange !== 'completed';
  }

  /** A frame is being dealt with. */
  get isTakingIn(): boolean {
    return this.#framesAtHand > 0;
  }

  /** Resolves when what the frame brought is dealt with: only then does the transport give credit for the next. */
  async receive(frame: Bytes): Promise<void> {
    this.#framesAtHand += 1;
    try {
      await this.#receive(frame);
    } finally {
      this.#framesAtHand -= 1;
    }
  }

  /** A frame that will be received once those before it are dealt with. */
  lookAhead(frame: Bytes): void {
    if (this.#isHeard && !isPartFrame(frame)) this.#ahead.start(frame);
  }

  /** Of whom nothing would be taken, nothing is looked at (section 9). */
  get #isHeard(): boolean {
    const { phase } = this.#state;
    return !(this.#ended || phase === 'stranger' || phase === 'preparing' || phase === 'greeting' || phase === 'ended');
  }

  async #receive(frame: Bytes): Promise<void> {
    this.#framesSince += 1;
    this.#isQuiet = false;
    if (isPartFrame(frame) && this.#parts !== undefined) return this.#receivePart(this.#parts, frame);
    const found = this.#isHeard ? this.#ahead.decoded(frame) : decodeFrame(frame);
    const message = found instanceof Promise ? await found : found;
    if (!message.ok) return this.dispatch({ kind: 'faulty', reason: message.reason });
    // Strangers make us read nothing.
    const asked = this.#state.phase === 'stranger' ? [] : chartsToAnswerFor(message.value);
    const isReady = await this.#carefully(async () => {
      if (asked.length > 0) await this.#host.ready(asked);
      return true;
    });
    if (isReady) await this.dispatch({ kind: 'received', message: message.value });
  }

  /** There may be parts of attachments to ask for. */
  poke(): void {
    if (!this.#ended) void this.#write();
  }

  async #receivePart(parts: PartsLink, frame: Bytes): Promise<void> {
    const fault = { reason: 'part-before-hello' as string | undefined };
    await this.#carefully(async () => {
      // Before both know what the other may have, nothing of this is said.
      if (this.#state.phase === 'open') fault.reason = await parts.receive(frame);
      return true;
    });
    if (fault.reason !== undefined) return this.dispatch({ kind: 'faulty', reason: fault.reason });
    void this.#write();
  }

  async dispatch(event: PeerEvent): Promise<void> {
    if (this.#ended) return;
    await this.#carryOut(event);
    void this.#write();
  }

  /** True if there was anything to do. Never rejects. */
  #carryOut(event: PeerEvent): Promise<boolean> {
    return this.#carefully(async () => {
      const effects = step(this.#state, event, this.#host);
      for (const effect of effects) await this.#run(effect);
      return effects.length > 0;
    });
  }

  /** If the host fails, and not the peer, this connection cannot go on in order; the others can. False if it did. */
  async #carefully(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      this.#outlets.failed(error);
      this.connection.close();
      return false;
    }
  }

  /** Sends what there is, a frame at a time; started by every event, and running once. Never rejects. */
  async #write(): Promise<void> {
    if (this.#writing) {
      this.#again = true;
      return;
    }
    this.#writing = true;
    while ((await this.#writeOne()) || this.#wasAskedAgain());
    this.#writing = false;
    this.#outlets.moved();
  }

  /** True if there was something. */
  async #writeOne(): Promise<boolean> {
    return !this.#ended && ((await this.#carryOut({ kind: 'idle' })) || (await this.#sendPart()));
  }

  #wasAskedAgain(): boolean {
    const again = this.#again && !this.#ended;
    this.#again = false;
    return again;
  }

  /** Attachments come after everything else (RE-1). True if there was one. */
  #sendPart(): Promise<boolean> {
    return this.#carefully(async () => {
      const frame = this.#state.phase === 'open' ? await this.#parts?.next() : undefined;
      if (frame !== undefined) await this.connection.send(frame);
      return frame !== undefined;
    });
  }

  async #run(effect: Effect): Promise<void> {
    const host = this.#host;
    const { connection } = this;
    const { device } = connection;
    switch (effect.kind) {
      case 'send':
        await connection.send(encodeFrame(effect.message));
        return;
      case 'prepareLeaves':
        return this.#prepareLeaves();
      case 'ready':
        await host.ready(effect.charts);
        return this.dispatch({ ...effect, kind: 'readied' });
      case 'loadRosterOps': {
        const { practice, known } = effect;
        const heads = host.rosterHeads(practice);
        const ops = await host.rosterOpsBeyond(practice, known, device);
        return this.dispatch({ kind: 'rosterOpsLoaded', practice, ops, heads });
      }
      case 'loadCharterOps':
        return this.dispatch(await loadCharterOps(host, device, effect));
      case 'loadEntries':
        return this.dispatch(await loadEntries(host, device, effect));
      case 'loadNamed': {
        const { chart, section, hashes } = effect;
        await host.ready([chart]);
        const lots = batches(await host.entriesNamed(device, chart, section, hashes));
        const sections = lots.map((entries) => ({ chart, section, entries, reaching: [] }));
        return this.dispatch({ kind: 'entriesLoaded', sections });
      }
      case 'keepRosterOps':
        return this.#keepRosterOps(effect.practice, effect.ops);
      case 'keepCharterOps':
        return this.#keepCharterOps(effect.charters);
      case 'keepEntries':
        return this.#keepEntries(effect.sections);
      case 'held':
        return host.peerHolds(device, effect.sections);
      case 'heldSame':
        return host.peerHoldsSame(device, effect.leaves, effect.comparedAll);
      case 'compared':
        this.#exchange = 'compared';
        this.#outlets.compared(effect.how);
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

  async #prepareLeaves(): Promise<void> {
    const { device } = this.connection;
    const secret = this.#host.pairSecret(device);
    if (secret === undefined)
      throw new Error('a device of a known practice has a box key and should have a pair secret');
    await this.#host.workOutLeaves(device, untilOthersHadTheirTurn);
    const leaves = await this.#leaves.of(secret, this.#host.leavesFor(device), untilOthersHadTheirTurn);
    return this.dispatch({ kind: 'leavesPrepared', leaves });
  }

  async #keepRosterOps(practice: PracticeId, ops: readonly Bytes[]): Promise<void> {
    const verdicts = await this.#host.receiveRosterOps(this.connection.device, practice, ops);
    await this.dispatch({ kind: 'rosterOpsKept', practice, ids: ops.flatMap((op) => idOf(op, undefined)), verdicts });
    if (verdicts.some(({ kind }) => kind === 'kept')) {
      this.#outlets.changed({ kind: 'rosterChanged', practice });
      this.#outlets.changed({ kind: 'standingChanged' });
    }
  }

  async #keepCharterOps(charters: readonly ChartOps[]): Promise<void> {
    const checked = await this.#ahead.charterOps(charters);
    await this.#aboutToChange(charters);
    const verdicts = await this.#host.receiveCharterOps(this.connection.device, charters, checked);
    const kept = charters.map(({ chart, ops }, i) => ({
      chart,
      ids: ops.flatMap((bytes, at) => idOf(bytes, checked[i]?.[at])),
      verdicts: verdicts[i] ?? [],
    }));
    await this.#host.ready(kept.map(({ chart }) => chart));
    await this.dispatch({ kind: 'charterOpsKept', charters: kept });
    this.#changed(kept.filter((one) => one.verdicts.some(({ kind }) => kind === 'kept')));
  }

  async #keepEntries(encoded: readonly EncodedEntries[]): Promise<void> {
    const checked = await verifyEntries(encoded, this.#gathering, await this.#ahead.entries(encoded));
    const sound = checked.filter(({ verified }) => verified.length > 0);
    await this.#aboutToChange(sound);
    const received = sound.map(({ chart, section, verified }) => ({ chart, section, entries: verified }));
    const given = received.length === 0 ? [] : await this.#host.receiveEntries(this.connection.device, received);
    const verdicts = new Map(sound.map((one, i) => [one, given[i] ?? []]));
    const sections = checked.map((one) => ({
      ...{ chart: one.chart, section: one.section, faults: one.faults },
      entries: one.verified.map(({ header, hash }, i) => ({
        header,
        hash,
        verdict: verdicts.get(one)?.[i] ?? { kind: 'later' as const, reason: 'no-verdict' },
      })),
    }));
    await this.#host.ready([...new Set(sound.map(({ chart }) => chart))]);
    await this.dispatch({ kind: 'entriesKept', sections });
    this.#changed(sections.filter(({ entries }) => entries.some(({ verdict }) => verdict.kind === 'kept')));
  }

  /** What others had of a chart is read off what is here before it changes. */
  async #aboutToChange(of: readonly { readonly chart: ChartId }[]): Promise<void> {
    const charts = [...new Set(of.map(({ chart }) => chart))];
    await this.#host.ready(charts);
    for (const chart of charts) {
      const event = { kind: 'chartReady', chart } as const;
      void this.dispatch(event);
      this.#outlets.changed(event);
    }
  }

  #changed(of: readonly { readonly chart: ChartId }[]): void {
    const charts = [...new Set(of.map(({ chart }) => chart))];
    if (charts.length > 0) this.#outlets.changed({ kind: 'chartsChanged', charts });
  }
}

/** The id, of what is a signed operation at all. */
function idOf(bytes: Bytes, checked: CharterOpCheck | undefined): readonly OpId[] {
  if (checked?.ok === true) return [checked.value.id];
  const signed = decodeSignedOp(bytes);
  return signed.ok ? [opIdOf(signed.value.bytes)] : [];
}

/** Charts of which a message can be answered only when the host is ready for them. */
function chartsToAnswerFor(message: Message): readonly ChartId[] {
  return message.kind === 'charts' || message.kind === 'frontiers' ? message.charts.map(({ chart }) => chart) : [];
}

const untilOthersHadTheirTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
