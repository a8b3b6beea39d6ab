/**
 * The links of one protocol over the node's connections: at most one to each device, whoever dials. Opening is a question and
 * an answer on a fresh stream (link-records.ts), so that both sides agree which link stands before either is told of it.
 */
import type { Connection as Libp2pConnection, Stream } from '@libp2p/interface';
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { FrameLink } from './frame-link.ts';
import { deviceOf, peerIdOf } from './libp2p-names.ts';
import type { DeviceNode } from './libp2p-node.ts';
import { byteStreamOf } from './libp2p-stream.ts';
import { linkVersion, noLink, sameLink, type LinkName, type LinkRecord } from './link-records.ts';
import { RecordStream } from './record-stream.ts';
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
  /** A link came, moved or went. */
  readonly changed: (device: DeviceId) => void;
}

/** The question and its answer cross the network once each. */
const openLimitMs = 5_000;
/** One dial, relays included. */
const dialLimitMs = 15_000;

interface Dialling {
  readonly result: Promise<Result<Connection, DialFailure>>;
  readonly giveUp: AbortController;
  callers: number;
}

export class Channel {
  readonly #init: ChannelInit;
  readonly #links = new Map<DeviceId, FrameLink>();
  /** The last link to each device that ended here: named when the next is opened, so that the other side lets go of it too. */
  readonly #lastEnded = new Map<DeviceId, LinkName>();
  readonly #dialling = new Map<DeviceId, Dialling>();
  /** Asked and not yet answered. */
  readonly #opening = new Set<DeviceId>();
  readonly #waiting = new Map<DeviceId, Set<(link: FrameLink) => void>>();
  readonly #connected = new Set<(connection: Connection) => void>();
  readonly #stopped = new AbortController();
  /** Links that were closed and still write what they were handed. */
  readonly #flushing = new Set<FrameLink>();
  #opened = 0;

  constructor(init: ChannelInit) {
    this.#init = init;
  }

  get protocol(): string {
    return this.#init.protocol;
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

  get busy(): boolean {
    return this.#dialling.size > 0;
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
    const dialling = this.#dialling.get(device) ?? this.#beginDial(device, addresses);
    dialling.callers++;
    const aborted = new Promise<'aborted'>((resolve) => {
      signal?.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    const first = await Promise.race([dialling.result, aborted]);
    if (first !== 'aborted') return first;
    dialling.callers--;
    if (dialling.callers === 0) dialling.giveUp.abort();
    return err('aborted');
  }

  #beginDial(device: DeviceId, addresses: readonly string[]): Dialling {
    const giveUp = new AbortController();
    const signal = AbortSignal.any([giveUp.signal, this.#stopped.signal, AbortSignal.timeout(dialLimitMs)]);
    const result = this.#linkTo(device, addresses, signal).finally(() => this.#dialling.delete(device));
    const dialling = { result, giveUp, callers: 0 };
    this.#dialling.set(device, dialling);
    return dialling;
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
    // A connection may look open and be dead: the second try goes over a new one.
    const open = this.#openConnection(device);
    if (open !== undefined) {
      const link = await this.#openLink(open, device, signal);
      if (link !== 'broken') return link;
    }
    const connection = await this.#init.connect(device, addresses, signal);
    if (!connection.ok) return connection;
    const link = await this.#openLink(connection.value, device, signal);
    return link === 'broken' ? err('unreachable') : link;
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
    const stream = await this.#newStream(connection, limit);
    if (stream === undefined) return 'broken';
    if (this.#links.has(device)) {
      stream.abort();
      return 'other-side-opens';
    }
    const link: LinkName = { instance: this.#init.instance, number: ++this.#opened };
    this.#opening.add(device);
    await stream.write({ kind: 'open', version: linkVersion, link, replaces: this.#lastEnded.get(device) ?? noLink });
    const answer = await readUntil(stream, limit);
    this.#opening.delete(device);
    if (answer?.kind === 'accept') {
      return ok(this.#establish(connection, device, stream, link, answer.instance));
    }
    stream.abort();
    if (answer?.kind !== 'refuse') return 'broken';
    if (answer.reason === 'duplicate') return 'other-side-opens';
    return err(answer.reason === 'not-allowed' ? 'not-allowed' : 'unreachable');
  }

  async #newStream(connection: Libp2pConnection, signal: AbortSignal): Promise<RecordStream | undefined> {
    try {
      const options = { signal, runOnLimitedConnection: true };
      return new RecordStream(byteStreamOf(await connection.newStream(this.#init.protocol, options)));
    } catch {
      return undefined;
    }
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
    const records = new RecordStream(byteStreamOf(stream));
    const device = deviceOf(connection.remotePeer);
    if (device === undefined || !this.#init.allow(device)) return refuse(records, 'not-allowed');
    const question = await readUntil(records, AbortSignal.timeout(openLimitMs));
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
      const forgotten = sameLink(question.replaces, living.name) || question.link.instance !== living.otherInstance;
      if (!forgotten) return refuse(records, 'duplicate');
      living.end('replaced');
    } else if (this.#opening.has(device) && this.#init.self < device) {
      // Both asked at once: the link that the lower id opens stands.
      return refuse(records, 'duplicate');
    }
    void records.write({ kind: 'accept', instance: this.#init.instance });
    this.#establish(connection, device, records, question.link, question.link.instance);
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
    this.#links.set(device, link);
    for (const waiting of [...(this.#waiting.get(device) ?? [])]) waiting(link);
    for (const connected of [...this.#connected]) connected(link);
    this.#init.changed(device);
    this.takeDirectPath(device);
    return link;
  }

  #ended(link: FrameLink): void {
    this.#flushing.add(link);
    void link.flushed.then(() => this.#flushing.delete(link));
    if (this.#links.get(link.device) !== link) return;
    this.#links.delete(link.device);
    this.#lastEnded.set(link.device, link.name);
    this.#init.changed(link.device);
  }

  /** Moves a relayed link to a direct connection, if there is one. The side that opened the link does it. */
  takeDirectPath(device: DeviceId): void {
    const link = this.#links.get(device);
    if (link === undefined || !link.openedHere || link.path === 'direct') return;
    const connection = this.#openConnection(device);
    if (connection?.direct === true) void this.#move(link, connection);
  }

  async #move(link: FrameLink, connection: Libp2pConnection): Promise<void> {
    const limit = AbortSignal.timeout(openLimitMs);
    const stream = await this.#newStream(connection, limit);
    if (stream === undefined) return;
    await stream.write({ kind: 'move', version: linkVersion, link: link.name });
    const answer = await readUntil(stream, limit);
    if (answer?.kind !== 'accept' || !link.moveTo(stream, pathOf(connection))) stream.abort();
  }
}

function pathOf(connection: Libp2pConnection): Connection['path'] {
  return connection.direct ? 'direct' : 'relayed';
}

async function refuse(stream: RecordStream, reason: (LinkRecord & { kind: 'refuse' })['reason']): Promise<void> {
  await stream.write({ kind: 'refuse', reason });
  await stream.close();
}

/** The next record, or undefined when the stream ends or the signal comes first; then the stream is of no more use. */
async function readUntil(stream: RecordStream, signal: AbortSignal): Promise<LinkRecord | undefined> {
  const abort = (): void => stream.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const record = await stream.read();
  signal.removeEventListener('abort', abort);
  return record;
}
