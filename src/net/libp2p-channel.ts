/**
 * The links of one protocol over the node's connections: at most one to each device, whoever dials. Opening is a question and
 * an answer on a fresh stream (link-records.ts), so that both sides agree which link stands before either is told of it.
 */
import type { Connection as Libp2pConnection, Stream } from '@libp2p/interface';
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import type { Log } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { FrameLink } from './frame-link.ts';
import { moveToDirectPath } from './libp2p-move.ts';
import { deviceOf, peerIdOf } from './libp2p-names.ts';
import type { DeviceNode } from './libp2p-node.ts';
import { openRecordStream, recordStreamOf } from './libp2p-stream.ts';
import { linkVersion, noLink, sameLink, type LinkName, type LinkRecord, type RefuseReason } from './link-records.ts';
import type { RecordStream } from './record-stream.ts';
import { SharedAttempts } from './shared-attempts.ts';
import type { AllowDevice, Connection, DialFailure } from './transport.ts';

export interface ChannelInit {
  readonly protocol: string;
  readonly self: DeviceId;
  /** Names this start of the transport to others: 8 random bytes as hex. */
  readonly instance: string;
  readonly node: DeviceNode;
  readonly allow: AllowDevice;
  readonly tap: ((frame: Bytes, device: DeviceId) => void) | undefined;
  /** A libp2p connection to the device by way of these addresses. */
  readonly connect: (
    device: DeviceId,
    addresses: readonly string[],
    signal: AbortSignal,
  ) => Promise<Result<Libp2pConnection, DialFailure>>;
  readonly log: Log | undefined;
  /** Nothing is left to write to the device, and no link to it is alive. */
  readonly idle: (device: DeviceId) => void;
  /** A link came, moved or went. */
  readonly changed: (device: DeviceId) => void;
}

/** The question and its answer cross the network once each. */
const openLimitMs = 3_000;
/** One dial, relays included. */
const dialLimitMs = 15_000;

export class Channel {
  readonly #init: ChannelInit;
  readonly #links = new Map<DeviceId, FrameLink>();
  /** The last link to each device that ended here: named when the next is opened, so that the other side lets go of it too. */
  readonly #lastEnded = new Map<DeviceId, LinkName>();
  readonly #dialling = new SharedAttempts<DeviceId, Result<Connection, DialFailure>>();
  /** Asked and not yet answered. */
  readonly #opening = new Set<DeviceId>();
  readonly #waiting = new Map<DeviceId, Set<(link: FrameLink) => void>>();
  readonly #connected = new Set<(connection: Connection) => void>();
  readonly #moving = new Set<FrameLink>();
  readonly #stopped = new AbortController();
  /** Links that were closed and still write what they were handed. */
  readonly #flushing = new Set<FrameLink>();
  #opened = 0;

  constructor(init: ChannelInit) {
    this.#init = init;
  }

  async start(): Promise<void> {
    await this.#init.node.handle(this.#init.protocol, (stream, connection) => this.#accept(stream, connection), {
      // Relayed connections count as limited, whether or not the relay limits them.
      runOnLimitedConnection: true,
    });
  }

  /** Says good-bye on every link; resolves when that is written, or after `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    this.#stopped.abort();
    for (const link of [...this.#links.values()]) link.end('transport-stopped');
    const flushed = Promise.all([...this.#flushing].map((link) => link.flushed));
    await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, limitMs))]);
    await this.#init.node.unhandle(this.#init.protocol);
  }

  admits(device: DeviceId): boolean {
    return this.#init.allow(device);
  }

  links(): readonly FrameLink[] {
    return [...this.#links.values()];
  }

  /** Dialling anyone: relays on the way are in use without a sign of it. */
  get busy(): boolean {
    return this.#dialling.busy;
  }

  holds(device: DeviceId): boolean {
    return this.#links.has(device) || this.#dialling.has(device);
  }

  onConnection(connected: (connection: Connection) => void): () => void {
    this.#connected.add(connected);
    return () => void this.#connected.delete(connected);
  }

  /** Ends the links of those who are not admitted any more; resolves when they were told. */
  async endForbidden(): Promise<void> {
    const forbidden = this.links().filter(({ device }) => !this.#init.allow(device));
    for (const link of forbidden) link.end('not-allowed');
    await Promise.all(forbidden.map(({ flushed }) => flushed));
  }

  // ------------------------------------------------------------------------------------------------- dialling

  async dial(
    device: DeviceId,
    addresses: readonly string[],
    signal?: AbortSignal,
  ): Promise<Result<Connection, DialFailure>> {
    if (this.#stopped.signal.aborted) return err('stopped');
    if (signal?.aborted === true) return err('aborted');
    if (!this.#init.allow(device)) return err('not-allowed');
    const living = this.#links.get(device);
    if (living !== undefined) return ok(living);
    const attempt = (gaveUp: AbortSignal): Promise<Result<Connection, DialFailure>> => {
      const limits = [gaveUp, this.#stopped.signal, AbortSignal.timeout(dialLimitMs)];
      return this.#linkTo(device, addresses, AbortSignal.any(limits));
    };
    const result = await this.#dialling.join(device, attempt, signal);
    return result === 'aborted' ? err('aborted') : result;
  }

  /** The link we open, or the one that the other side opens meanwhile. */
  async #linkTo(
    device: DeviceId,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<Connection, DialFailure>> {
    const over = new AbortController();
    const arrival = this.#arrivalOf(device, AbortSignal.any([signal, over.signal]));
    const attempt = this.#attempt(device, addresses, signal);
    const first = await Promise.race([arrival, attempt]);
    const settled = first === undefined || first === 'other-side-opens' ? await arrival : first;
    over.abort();
    if (settled !== undefined) return settled;
    return err(this.#stopped.signal.aborted ? 'stopped' : 'unreachable');
  }

  async #attempt(
    device: DeviceId,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<Connection, DialFailure> | 'other-side-opens'> {
    for (let open = this.#openConnection(device); open !== undefined; open = this.#openConnection(device)) {
      const link = await this.#openLink(open, device, signal);
      if (link !== 'broken') return link;
      // It looked open and was dead. WebRTC takes half a minute to find out that a page at the other side was closed.
      open.abort(new Error('no link could be opened on this connection'));
    }
    const connection = await this.#init.connect(device, addresses, signal);
    if (!connection.ok) return connection;
    const link = await this.#openLink(connection.value, device, signal);
    if (link !== 'broken') return link;
    connection.value.abort(new Error('no link could be opened on this connection'));
    return err('unreachable');
  }

  #openConnection(device: DeviceId): Libp2pConnection | undefined {
    const open = this.#init.node.getConnections(peerIdOf(device)).filter(({ status }) => status === 'open');
    return open.find(({ direct }) => direct) ?? open[0];
  }

  async #openLink(
    connection: Libp2pConnection,
    device: DeviceId,
    signal: AbortSignal,
  ): Promise<Result<Connection, DialFailure> | 'other-side-opens' | 'broken'> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(openLimitMs)]);
    const stream = await openRecordStream(connection, this.#init.protocol, limit);
    if (stream === undefined) return 'broken';
    if (this.#links.has(device)) {
      stream.abort();
      return 'other-side-opens';
    }
    const link: LinkName = { instance: this.#init.instance, number: ++this.#opened };
    this.#opening.add(device);
    await stream.write({ kind: 'open', version: linkVersion, link, replaces: this.#lastEnded.get(device) ?? noLink });
    const answer = await stream.read(limit);
    this.#opening.delete(device);
    if (answer?.kind === 'accept') {
      return ok(this.#establish(connection, device, stream, link, answer.instance));
    }
    stream.abort();
    if (answer?.kind !== 'refuse') return 'broken';
    if (answer.reason === 'duplicate') return 'other-side-opens';
    return err(answer.reason === 'not-allowed' ? 'not-allowed' : 'unreachable');
  }

  #arrivalOf(device: DeviceId, signal: AbortSignal): Promise<Result<Connection, DialFailure> | undefined> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(device) ?? new Set();
      this.#waiting.set(device, waiting);
      const settle = (link?: FrameLink): void => {
        waiting.delete(settle);
        if (waiting.size === 0) this.#waiting.delete(device);
        resolve(link === undefined ? undefined : ok(link));
      };
      waiting.add(settle);
      signal.addEventListener('abort', () => settle(), { once: true });
      if (signal.aborted) settle();
    });
  }

  // ------------------------------------------------------------------------------------------------ accepting

  async #accept(stream: Stream, connection: Libp2pConnection): Promise<void> {
    const records = recordStreamOf(stream);
    const device = deviceOf(connection.remotePeer);
    if (device === undefined || !this.#init.allow(device)) return refuse(records, 'not-allowed');
    const question = await records.read(AbortSignal.timeout(openLimitMs));
    if (question?.kind !== 'open' && question?.kind !== 'move') {
      records.abort();
      return;
    }
    if (question.version !== linkVersion) return refuse(records, 'version');
    if (this.#stopped.signal.aborted || !this.#init.allow(device)) return refuse(records, 'not-allowed');
    const living = this.#links.get(device);
    if (question.kind === 'move') {
      if (living === undefined || living.openedHere || !sameLink(living.name, question.link)) {
        return refuse(records, 'unknown-link');
      }
      void records.write({ kind: 'accept', instance: this.#init.instance });
      living.moveTo(records, pathOf(connection));
      return;
    }
    if (living !== undefined) {
      if (!hasForgotten(living, question)) return refuse(records, 'duplicate');
      living.end('replaced');
      this.#dropOtherConnections(connection);
    } else if (this.#opening.has(device) && this.#init.self < device) {
      // Both asked at once: the link that the lower id opens stands.
      return refuse(records, 'duplicate');
    }
    void records.write({ kind: 'accept', instance: this.#init.instance });
    this.#establish(connection, device, records, question.link, question.link.instance);
  }

  /** The other side started anew, or lost its connections: whatever we hold beside this one leads nowhere. */
  #dropOtherConnections(connection: Libp2pConnection): void {
    for (const other of this.#init.node.getConnections(connection.remotePeer)) {
      if (other.id !== connection.id) other.abort(new Error('the other side started anew'));
    }
  }

  // ---------------------------------------------------------------------------------------------------- links

  #establish(
    connection: Libp2pConnection,
    device: DeviceId,
    stream: RecordStream,
    name: LinkName,
    otherInstance: string,
  ): FrameLink {
    const link = new FrameLink({
      device,
      name,
      otherInstance,
      openedHere: name.instance === this.#init.instance,
      path: pathOf(connection),
      stream,
      tap: this.#init.tap,
      ended: (ended) => this.#ended(ended),
      moved: () => this.#init.changed(device),
    });
    // Two sides that keep the rules never come here with two links; a hostile one may.
    this.#links.get(device)?.end('replaced');
    this.#links.set(device, link);
    for (const waiting of [...(this.#waiting.get(device) ?? [])]) waiting(link);
    for (const connected of [...this.#connected]) connected(link);
    this.#init.changed(device);
    this.takeDirectPath(device);
    return link;
  }

  #ended(link: FrameLink): void {
    this.#flushing.add(link);
    void link.flushed.then(() => {
      this.#flushing.delete(link);
      if (!this.#links.has(link.device)) this.#init.idle(link.device);
    });
    if (this.#links.get(link.device) !== link) return;
    this.#links.delete(link.device);
    this.#lastEnded.set(link.device, link.name);
    this.#init.changed(link.device);
  }

  /** Moves a relayed link to a direct connection, if there is one. The side that opened the link does it. */
  takeDirectPath(device: DeviceId): void {
    const link = this.#links.get(device);
    if (link?.openedHere !== true || link.path === 'direct' || this.#moving.has(link)) return;
    this.#moving.add(link);
    void moveToDirectPath({
      link,
      protocol: this.#init.protocol,
      connection: () => this.#openConnection(device),
      stopped: this.#stopped.signal,
      log: this.#init.log,
    }).finally(() => this.#moving.delete(link));
  }
}

/** Does who asks this hold our living link no more? Else both sides dialled at once, and this question came second. */
function hasForgotten(living: FrameLink, question: LinkRecord & { readonly kind: 'open' }): boolean {
  const { link, replaces } = question;
  const startedAnew = link.instance !== living.otherInstance;
  const openedOneAfterIt = link.instance === living.name.instance && link.number > living.name.number;
  return startedAnew || openedOneAfterIt || sameLink(replaces, living.name);
}

function pathOf(connection: Libp2pConnection): Connection['path'] {
  return connection.direct ? 'direct' : 'relayed';
}

async function refuse(stream: RecordStream, reason: RefuseReason): Promise<void> {
  await stream.write({ kind: 'refuse', reason });
  await stream.close();
}
