/**
 * The practice on the network: the transport while sharing is on, and what runs over it. With sharing off nothing of it is
 * loaded and no socket is opened.
 */
import type { Bytes } from '../../base/bytes.ts';
import type { ChartId, DeviceId, KeyId, PracticeId } from '../../base/ids.ts';
import { err, type Result } from '../../base/result.ts';
import { PartWants } from '../../net/attachment-wants.ts';
import type { NamedPart } from '../../net/attachment-wire.ts';
import { Replicator } from '../../net/replicator.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import { Connections } from './connections.ts';
import type { Contacts } from './contacts.ts';
import { kindOf } from '../diagnostics.ts';
import type { Invitations } from '../joining/invitations.ts';
import type { MeetingLine } from '../../net/meeting-line.ts';
import { Meetings, type MeetingHearers } from './meetings.ts';
import { ownStanding } from '../people/people-roster.ts';
import type { MeetingTransport } from '../ports.ts';
import type { PracticeContext } from '../practice-context.ts';
import { AttachmentParts } from '../../replica/attachment-parts.ts';
import { PracticeReplication } from '../../replica/practice-replication.ts';
import type { AwaitedCloses, ReplicationNews } from '../../replica/parts.ts';
import { replicaParts } from './replica-parts.ts';
import type { StandingDifferences } from './standing-differences.ts';
import { keeperAddresses, whereabouts } from './whereabouts.ts';
import type { InvitationFailure, NetworkStatus, Peer, Receiving } from './peer-acts.ts';
import type { Diagnostic, Settings } from '../session.ts';

/** Without a frame for so long, nothing more is to come. */
const quietMs = 10_000;

export interface NetworkNews extends ReplicationNews, Pick<AwaitedCloses, 'closeIsAwaited'> {
  changed(): void;
  met(practice: PracticeId): void;
  /** Devices that are connected now. */
  seen(devices: readonly DeviceId[]): void;
  /** Operations of the own roster came in a meeting. */
  ownRosterCame(): void;
}

interface NetworkInit {
  readonly contacts: Contacts;
  readonly invitations: Invitations;
  readonly hearers: MeetingHearers;
  readonly news: NetworkNews;
  readonly differences: StandingDifferences;
  /** It has all that is here for it. */
  readonly agreed: (device: DeviceId) => void;
  /** A part of an attachment that was wanted here is durable. */
  partCame(part: NamedPart): void;
}

interface Running {
  readonly transport: MeetingTransport;
  readonly replicator: Replicator;
  readonly meetings: Meetings;
  readonly connections: Connections;
}

export class Network {
  /** What this device says to others and takes of them, by connections and by files. */
  readonly host: PracticeReplication<ChartAccess, ReadonlyMap<KeyId, Bytes>>;
  readonly attachments: AttachmentParts;
  readonly #context: PracticeContext;
  readonly #init: NetworkInit;
  readonly #lastSeen = new Map<PracticeId, string>();
  readonly #unwatch: () => void;
  #running: Running | undefined;
  #startedWith: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(context: PracticeContext, init: NetworkInit) {
    this.#context = context;
    this.#init = init;
    const parts = replicaParts(context, (chart) => {
      init.news.closeIsAwaited(chart);
    });
    this.host = new PracticeReplication(parts, init.news);
    this.attachments = new AttachmentParts(parts, this.host, new PartWants(context.ports.clock), (part) => {
      init.partCame(part);
    });
    context.holdersOfSame = (chart) => this.host.confirmations.sameNow(chart);
    context.isTakingIn = () => this.#running?.replicator.isTakingIn === true;
    this.#unwatch = context.ports.onOnlineChange(() => {
      if (context.ports.isOnline()) this.#running?.connections.comeBack();
      init.news.changed();
    });
  }

  /** Starts, stops or starts anew, as the settings ask. Never rejects. */
  use({ sharing, relays, iceServers }: Settings): Promise<void> {
    return this.#inTurn(async () => {
      const wanted = sharing ? JSON.stringify({ relays, iceServers }) : undefined;
      if (this.#closed || wanted === this.#startedWith) return;
      await this.#stopRunning();
      this.#startedWith = wanted;
      if (wanted !== undefined) await this.#start({ relays, iceServers });
    });
  }

  /** Final: keys are wiped after it, and what still waits to start does not. */
  close(): Promise<void> {
    this.#unwatch();
    this.#closed = true;
    return this.#inTurn(() => this.#stopRunning());
  }

  /**
   * A start takes a while; a stop asked for meanwhile must not find nothing to stop, and leave the sockets behind it. What
   * fails is counted: charts open, and a practice locks, without a network.
   */
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act).catch((error: unknown) => {
      this.#startedWith = undefined;
      this.#context.diagnostics.count('network', error instanceof Error ? error.message : 'failed');
    });
    return this.#turn;
  }

  async #start({ relays, iceServers }: Pick<Settings, 'relays' | 'iceServers'>): Promise<void> {
    const { ports, self, rosters } = this.#context;
    const { contacts, invitations, hearers, news } = this.#init;
    // Answers to peers are given from memory: nobody asks before what each chart says of them is known.
    await this.chartsSettled();
    const isPeer = (practice: PracticeId | undefined): boolean =>
      practice !== undefined && (practice === self.practice || contacts.get(practice) !== undefined);
    const transport = await ports.createTransport({
      seed: self.sign.seed,
      // A keeper of our own relays too.
      relays: [...new Set([...relays, ...keeperAddresses(this.#context, self.practice)])],
      iceServers,
      // Whoever was removed is served by nobody, and serves nobody: what it has may be behind what the others decided.
      allow: (device) =>
        isPeer(rosters.practiceOf(device)) && rosters.isActive(device) && ownStanding(this.#context) === 'active',
      // A guest, or a new device of a peer or of ours: all have to prove themselves before anything is told.
      allowMeeting: () =>
        invitations.anyWaiting || contacts.all.length > 0 || this.#hasSiblings() || this.#accepting > 0,
    });
    const replicator = new Replicator({
      transport,
      host: this.host,
      parts: this.attachments,
      ...(ports.framesElsewhere === undefined ? {} : { frames: ports.framesElsewhere() }),
      clock: ports.clock,
      log: ports.log,
      compared: (device, how) => {
        this.#init.differences.compared(device, how);
        if (how.size === 0) this.#init.agreed(device);
        this.#watchQuiet(replicator);
      },
      completed: (device) => {
        this.#init.differences.completed(device);
        this.#init.agreed(device);
      },
      failed: (error) => {
        this.#context.diagnostics.count('replication', error instanceof Error ? error.message : 'failed');
      },
    });
    const meetings = new Meetings({
      context: this.#context,
      contacts,
      invitations,
      transport,
      ownRosterCame: () => {
        news.ownRosterCame();
      },
      hearers,
      met: (practice) => {
        transport.allowChanged();
        connections.reach();
        news.met(practice);
      },
    });
    const connections = new Connections(this.#context, contacts, transport, meetings);
    transport.onStatus(() => {
      this.#noteSeen(transport);
      news.changed();
    });
    replicator.onPeers(() => {
      news.changed();
    });
    this.#context.content.whenMissing = (chart) => {
      replicator.chartChanged(chart);
    };
    this.#running = { transport, replicator, meetings, connections };
    await transport.start();
    connections.comeBack();
  }

  #cancelWatch: (() => void) | undefined;

  /** Asks now and then whether all has been said, as long as it has not. */
  #watchQuiet(replicator: Replicator): void {
    this.#cancelWatch ??= this.#context.ports.timers.after(quietMs, () => {
      this.#cancelWatch = undefined;
      if (replicator.noteQuiet()) this.#watchQuiet(replicator);
      this.#init.news.changed();
    });
  }

  async #stopRunning(): Promise<void> {
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    running.connections.close();
    running.meetings.close();
    running.replicator.close();
    await running.transport.stop();
  }

  #accepting = 0;

  async accept(typed: string, signal: AbortSignal): Promise<Result<PracticeId, InvitationFailure>> {
    if (this.#running === undefined) return err('sharing-is-off');
    this.#accepting += 1;
    try {
      return await this.#running.meetings.accept(typed, signal);
    } finally {
      this.#accepting -= 1;
    }
  }

  /** A meeting line to a device of the own practice; undefined when it cannot be reached now. */
  call(device: DeviceId): Promise<MeetingLine | undefined> {
    const addresses = whereabouts(this.#context, this.#init.contacts, this.#context.self.practice, this.addresses());
    return this.#running?.meetings.call(device, addresses) ?? Promise.resolve(undefined);
  }

  /** A meeting line to a device that is no member of anything yet, admitted as long as the line is there. */
  async callStranger(device: DeviceId, addresses: readonly string[]): Promise<MeetingLine | undefined> {
    this.#accepting += 1;
    const line = await this.#running?.meetings.call(device, addresses);
    const ended = line?.ended ?? Promise.resolve();
    void ended.then(() => (this.#accepting -= 1));
    return line;
  }

  /** Other devices of the practice, removed ones too, which may come to learn that they were. */
  #hasSiblings(): boolean {
    const { rosters, self, people } = this.#context;
    const devices = [...rosters.mustGet(self.practice).devices.keys()];
    return devices.some((device) => device !== self.device && !people.isHere(device));
  }

  /** What each chart says of those who may have it is that of today: after a start it is, but for what rosters changed. */
  chartsSettled(): Promise<void> {
    const { charters, ports } = this.#context;
    return charters.catchUp({ exclusively: (act) => this.#context.exclusively(act), pause: () => ports.pause() });
  }

  chartChanged(chart: ChartId): void {
    this.#running?.replicator.chartChanged(chart);
  }

  /** It is open here and may soon change: what others have of it is noted before. */
  chartReady(chart: ChartId): void {
    this.#running?.replicator.chartReady(chart);
  }

  /** A roster changed: devices may have come or gone. */
  standingChanged(): void {
    this.#running?.transport.allowChanged();
    this.#running?.connections.reach();
  }

  /** Operations of this roster were made here. */
  rosterChanged(practice: PracticeId): void {
    this.#running?.replicator.rosterChanged(practice);
  }

  connectionTo(device: DeviceId): Peer['connection'] {
    const path = this.#running?.transport.status().connections.find((one) => one.device === device)?.path;
    return path ?? 'none';
  }

  addresses(): readonly string[] {
    return this.#running?.transport.addresses() ?? [];
  }

  allowChanged(): void {
    this.#running?.transport.allowChanged();
  }

  status(): NetworkStatus {
    if (this.#running === undefined) return { state: 'off', relays: [], connectedPeers: 0, receiving: [] };
    const { relays, connections } = this.#running.transport.status();
    const online = this.#context.ports.isOnline();
    const ready = connections.length > 0 || relays.some(({ state }) => state === 'reserved');
    return {
      state: !online && connections.length === 0 ? 'offline' : ready ? 'ready' : 'connecting',
      relays: relays.map(({ address, state }) => ({
        address,
        state: state === 'reserved' ? 'connected' : state === 'unreachable' ? 'failing' : 'connecting',
      })),
      connectedPeers: new Set(connections.map(({ device }) => this.#context.rosters.practiceOf(device))).size,
      receiving: this.#receiving(),
    };
  }

  #receiving(): readonly Receiving[] {
    const { rosters, self, names } = this.#context;
    return (this.#running?.replicator.peers() ?? []).flatMap(({ device, receiving }): readonly Receiving[] => {
      const practice = rosters.practiceOf(device);
      if (receiving === undefined || practice === undefined) return [];
      const own = practice === self.practice;
      const from = own ? (names.of(device)?.deviceName ?? '') : this.#init.contacts.nameOf(practice);
      return [{ practice, from, ...receiving }];
    });
  }

  peerState(practice: PracticeId): Pick<Peer, 'connection' | 'waiting' | 'lastSeen'> {
    const mine = (device: DeviceId): boolean => this.#context.rosters.practiceOf(device) === practice;
    const connections = (this.#running?.transport.status().connections ?? []).filter(({ device }) => mine(device));
    const unsettled = (this.#running?.replicator.peers() ?? []).filter(
      ({ device, settled }) => mine(device) && !settled,
    );
    const direct = connections.some(({ path }) => path === 'direct');
    const lastSeen = this.#lastSeen.get(practice);
    return {
      connection: direct ? 'direct' : connections.length > 0 ? 'relayed' : 'none',
      waiting: unsettled.length,
      ...(lastSeen === undefined ? {} : { lastSeen }),
    };
  }

  diagnostics(): readonly Diagnostic[] {
    return (this.#running?.replicator.diagnostics() ?? []).map(({ reason, count, lastAtMs }) => ({
      kind: kindOf('from a peer', reason),
      what: 'from a peer',
      reason,
      count,
      lastAt: new Date(lastAtMs).toISOString(),
    }));
  }

  #noteSeen(transport: MeetingTransport): void {
    const now = new Date(this.#context.timeMs()).toISOString();
    const { connections } = transport.status();
    this.#init.news.seen(connections.map(({ device }) => device));
    for (const { device } of connections) {
      const practice = this.#context.rosters.practiceOf(device);
      if (practice !== undefined) this.#lastSeen.set(practice, now);
    }
  }
}
