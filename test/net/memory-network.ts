/**
 * A network in memory with the contract of net/transport.ts, for tests and the simulation: reliable ordered links, credit,
 * partitions (links close, dials fail). By itself frames flow at once; `manual` lets a test move them, to count round trips or to
 * hold one link back.
 */
import type { Bytes } from '../../src/base/bytes.ts';
import type { DeviceId } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import { linkWindowBytes, maxFrameBytes } from '../../src/net/limits.ts';
import type { AllowDevice, CloseReason, SendFailure } from '../../src/net/transport.ts';
import { WiredTransport, type WiredConnection } from '../support/wired-transport.ts';

export class MemoryNetwork {
  manual = false;
  readonly #transports = new Map<DeviceId, MemoryTransport>();
  readonly #cut = new Set<string>();
  readonly #alone = new Set<DeviceId>();
  /** Whether a link is lost instead of carrying this frame, its nth, both ways counted together. */
  breaks: (nth: number, frame: Bytes) => boolean = () => false;
  readonly #carried = new WeakMap<object, number>();

  carries(link: object, frame: Bytes): boolean {
    const nth = (this.#carried.get(link) ?? 0) + 1;
    this.#carried.set(link, nth);
    return !this.breaks(nth, frame);
  }

  /** Every frame handed to the network, for whoever looks for plaintext or counts bytes. */
  readonly frames: { readonly from: DeviceId; readonly to: DeviceId; readonly frame: Bytes }[] = [];

  transport(device: DeviceId, allow: AllowDevice = () => true): MemoryTransport {
    const transport = new MemoryTransport(this, device, allow);
    this.#transports.set(device, transport);
    return transport;
  }

  reachable(from: DeviceId, to: DeviceId): MemoryTransport | undefined {
    const other = this.#transports.get(to);
    const cut = this.#cut.has(pair(from, to)) || this.#alone.has(from) || this.#alone.has(to);
    return cut || other?.running !== true ? undefined : other;
  }

  partition(a: DeviceId, b: DeviceId): void {
    this.#cut.add(pair(a, b));
    this.#transports.get(a)?.dropped(b, 'lost');
    this.#transports.get(b)?.dropped(a, 'lost');
  }

  /** From every device, those too that come to this network later, as when a clinic's line is out. */
  isolate(device: DeviceId): void {
    this.#alone.add(device);
    for (const other of this.#transports.keys()) if (other !== device) this.partition(device, other);
  }

  heal(): void {
    this.#alone.clear();
    this.#cut.clear();
  }

  /** Whether a frame is on its way or being dealt with. */
  get busy(): boolean {
    return [...this.#transports.values()].some((transport) => transport.living().some((end) => end.busy));
  }

  /** Delivers the frames that are under way now, and none that they bring about. False if there were none. */
  async wave(): Promise<boolean> {
    const ends = this.waiting().map((end) => ({ end, frames: end.waitingFrames }));
    await Promise.all(
      ends.map(async ({ end, frames }) => {
        for (let i = 0; i < frames; i++) await end.deliver();
      }),
    );
    return ends.length > 0;
  }

  /** Ends of links with a frame to deliver, in the order in which they came to be. */
  waiting(): readonly MemoryConnection[] {
    return [...this.#transports.values()].flatMap((transport) => transport.living()).filter((end) => end.hasFrame);
  }
}

const pair = (a: DeviceId, b: DeviceId): string => [a, b].sort().join();

export class MemoryTransport extends WiredTransport<MemoryConnection> {
  readonly #network: MemoryNetwork;

  constructor(network: MemoryNetwork, device: DeviceId, allow: AllowDevice) {
    super(device, allow);
    this.#network = network;
  }

  protected override reachable(device: DeviceId): MemoryTransport | undefined {
    return this.#network.reachable(this.device, device);
  }

  protected override link(device: DeviceId): readonly [MemoryConnection, MemoryConnection] {
    const link = {};
    const here = new MemoryConnection(this.#network, this.device, device, link);
    const there = new MemoryConnection(this.#network, device, this.device, link);
    here.joinTo(there);
    there.joinTo(here);
    return [here, there];
  }

  override stop(): Promise<void> {
    this.running = false;
    for (const connection of this.living()) connection.end('transport-stopped', 'closed-there');
    return Promise.resolve();
  }

  dropped(device: DeviceId, reason: CloseReason): void {
    this.connections.get(device)?.end(reason, reason);
  }
}

/** One end of a link. `#incoming` is what the other end sent and this one has not taken. */
export class MemoryConnection implements WiredConnection {
  readonly device: DeviceId;
  readonly path = 'direct';
  readonly #network: MemoryNetwork;
  readonly #self: DeviceId;
  #other: MemoryConnection | undefined;
  readonly #incoming: Bytes[] = [];
  #underWay = 0;
  readonly #waitingForRoom: (() => void)[] = [];
  #receive: ((frame: Bytes) => void | Promise<void>) | undefined;
  #delivering = false;
  #showNext: ((frame: Bytes) => void) | undefined;
  #shown: Bytes | undefined;
  #closed: CloseReason | undefined;
  readonly #closeListeners: ((reason: CloseReason) => void)[] = [];
  /** Set when the other end closed cleanly: what it sent before is still delivered. */
  #closingWith: CloseReason | undefined;

  readonly #link: object;

  /** `link` is what both ends have in common. */
  constructor(network: MemoryNetwork, self: DeviceId, device: DeviceId, link: object) {
    this.#link = link;
    this.#network = network;
    this.#self = self;
    this.device = device;
  }

  joinTo(other: MemoryConnection): void {
    this.#other = other;
  }

  get busy(): boolean {
    return this.#incoming.length > 0 || this.#delivering;
  }

  get waitingFrames(): number {
    return this.#incoming.length;
  }

  get hasFrame(): boolean {
    return this.#incoming.length > 0 && this.#receive !== undefined && !this.#delivering;
  }

  async send(frame: Bytes): Promise<Result<undefined, SendFailure>> {
    if (frame.length === 0 || frame.length > maxFrameBytes) return err('frame-too-large');
    const other = this.#other;
    if (this.#closed !== undefined || this.#closingWith !== undefined || other === undefined) return err('closed');
    if (!this.#network.carries(this.#link, frame)) {
      this.end('lost', 'lost');
      return err('closed');
    }
    this.#network.frames.push({ from: this.#self, to: this.device, frame });
    this.#underWay += frame.length;
    other.#incoming.push(frame);
    other.#lookAhead();
    other.#flow();
    while (this.#underWay > linkWindowBytes - maxFrameBytes && !this.#isClosed()) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
    return this.#isClosed() ? err('closed') : ok(undefined);
  }

  onFrame(receive: (frame: Bytes) => void | Promise<void>, next?: (frame: Bytes) => void): void {
    this.#receive = receive;
    this.#showNext = next;
    this.#flow();
  }

  onClose(closed: (reason: CloseReason) => void): void {
    if (this.#closed === undefined) this.#closeListeners.push(closed);
    else closed(this.#closed);
  }

  close(): void {
    this.end('closed-here', 'closed-there');
  }

  /** This end stops at once. The other still takes what was sent before a clean end. */
  end(here: CloseReason, there: CloseReason): void {
    this.#stop(here);
    const other = this.#other;
    if (there === 'closed-there') other?.endAfterFrames(there);
    else if (other !== undefined) other.#stop(there);
  }

  endAfterFrames(reason: CloseReason): void {
    this.#closingWith ??= reason;
    this.#flow();
  }

  /** Delivers one frame and waits until it is dealt with. */
  async deliver(): Promise<void> {
    const frame = this.#incoming.shift();
    if (frame === undefined || this.#receive === undefined) return;
    this.#delivering = true;
    try {
      const dealtWith = this.#receive(frame);
      this.#lookAhead();
      await dealtWith;
    } catch {
      this.end('protocol-error', 'lost');
    }
    this.#delivering = false;
    const other = this.#other;
    if (other !== undefined) other.#taken(frame.length);
    this.#flow();
  }

  #lookAhead(): void {
    const [next] = this.#incoming;
    if (!this.#delivering || next === undefined || next === this.#shown) return;
    this.#shown = next;
    this.#showNext?.(next);
  }

  #isClosed(): boolean {
    return this.#closed !== undefined;
  }

  #taken(bytes: number): void {
    this.#underWay -= bytes;
    for (const resume of this.#waitingForRoom.splice(0)) resume();
  }

  #flow(): void {
    if (this.#incoming.length === 0 && !this.#delivering && this.#closingWith !== undefined) {
      this.#stop(this.#closingWith);
    } else if (this.hasFrame && !this.#network.manual) {
      void this.deliver();
    }
  }

  #stop(reason: CloseReason): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#incoming.length = 0;
    for (const resume of this.#waitingForRoom.splice(0)) resume();
    for (const closed of this.#closeListeners.splice(0)) closed(reason);
  }
}
