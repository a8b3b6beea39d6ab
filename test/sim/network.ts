/**
 * A network on the timeline with the interface of net/transport.ts: links with delay, and weather on each direction of each
 * link: frames lost, sent twice, overtaking each other, or a direction that is cut while the other one works; or the
 * delays of a long line (wan.ts). What the weather draws comes from a stream of its own for
 * each direction. Sees every frame, for whoever looks for plaintext.
 */
import type { Bytes } from '../../src/base/bytes.ts';
import type { DeviceId } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import { linkWindowBytes, maxFrameBytes } from '../../src/net/limits.ts';
import type { AllowDevice, CloseReason, SendFailure } from '../../src/net/transport.ts';
import { WiredTransport, type WiredConnection } from '../support/wired-transport.ts';
import { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** Frames a direction spoils, in a hundred. */
interface Weather {
  cut: boolean;
  lost: number;
  doubled: number;
  overtaking: number;
}

const clear: Weather = { cut: false, lost: 0, doubled: 0, overtaking: 0 };

/** The weather between all devices, shared by the networks that lie on the same wires. */
export class Skies {
  readonly #byDirection = new Map<string, Weather>();
  readonly #chances = new Map<string, Chance>();
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
  }

  over(from: DeviceId, to: DeviceId): Weather {
    return this.#byDirection.get(`${from} ${to}`) ?? clear;
  }

  change(from: DeviceId, to: DeviceId, weather: Partial<Weather>): void {
    this.#byDirection.set(`${from} ${to}`, { ...this.over(from, to), ...weather });
  }

  clearUp(): void {
    this.#byDirection.clear();
  }

  chance(from: DeviceId, to: DeviceId): Chance {
    const name = `${from} ${to}`;
    const chance = this.#chances.get(name) ?? new Chance(`${this.#seed}/${name}`);
    this.#chances.set(name, chance);
    return chance;
  }
}

/**
 * A line between two towns, for times that cannot be measured on one machine. Frames are as many packets as they need; a lost
 * one is sent again after a round trip and what comes behind waits for it, as on any line that keeps the order.
 */
export interface LongLine {
  readonly delayMs: number;
  /** Packets lost, in a hundred. */
  readonly loss: number;
  readonly bytesPerMs: number;
}

const packetBytes = 1_200;

export interface NetworkInit {
  /** Left out: short lines, each with a delay of its own. */
  readonly longLine?: LongLine;
  readonly timeline: Timeline;
  readonly skies: Skies;
  /** Every frame handed over, whatever becomes of it. `link`: the sender's end. */
  readonly seen: (from: DeviceId, to: DeviceId, frame: Bytes, link: object) => void;
  /** Every frame that a program was given. `link`: its own end. */
  readonly heard?: (from: DeviceId, to: DeviceId, frame: Bytes, link: object) => void;
}

/** A link in a direction that delivers nothing is given up after this long. */
const silenceMs = 20_000;

export class SimNetwork {
  readonly init: NetworkInit;
  readonly #transports = new Map<DeviceId, SimTransport>();
  readonly #spoilt = new Set<SimConnection>();

  constructor(init: NetworkInit) {
    this.init = init;
  }

  transport(device: DeviceId, allow: AllowDevice): SimTransport {
    const transport = new SimTransport(this, device, allow);
    this.#transports.set(device, transport);
    return transport;
  }

  reachable(from: DeviceId, to: DeviceId): SimTransport | undefined {
    const { skies } = this.init;
    const other = this.#transports.get(to);
    return skies.over(from, to).cut || skies.over(to, from).cut || other?.running !== true ? undefined : other;
  }

  /** The machine stopped: its links break, and nothing it still does reaches anyone. */
  stop(device: DeviceId): void {
    this.#transports.get(device)?.vanish();
    this.#transports.delete(device);
  }

  spoil(connection: SimConnection): void {
    this.#spoilt.add(connection);
  }

  /** Links that lost, doubled or swapped frames break, as they do in the end; the others stay as they are. */
  breakSpoilt(): void {
    for (const connection of this.#spoilt) connection.end('lost', 'lost');
    this.#spoilt.clear();
  }

  /** Puts a frame on the living link between two devices, as its sender's program might. False when there is none. */
  inject(from: DeviceId, to: DeviceId, frame: Bytes): boolean {
    const connection = this.#transports.get(from)?.connectionTo(to);
    // The program at this end knows nothing of it, and the two would not agree on what was said.
    if (connection !== undefined) this.spoil(connection);
    connection?.travel(frame);
    return connection !== undefined;
  }

  connected(from: DeviceId): readonly DeviceId[] {
    return (
      this.#transports
        .get(from)
        ?.living()
        .map(({ device }) => device) ?? []
    );
  }
}

export class SimTransport extends WiredTransport<SimConnection> {
  readonly #network: SimNetwork;

  constructor(network: SimNetwork, device: DeviceId, allow: AllowDevice) {
    super(device, allow);
    this.#network = network;
  }

  protected override reachable(device: DeviceId): SimTransport | undefined {
    return this.#network.reachable(this.device, device);
  }

  protected override link(device: DeviceId): readonly [SimConnection, SimConnection] {
    const here = new SimConnection(this.#network, this.device, device);
    const there = new SimConnection(this.#network, device, this.device);
    here.joinTo(there);
    there.joinTo(here);
    return [here, there];
  }

  override stop(): Promise<void> {
    this.running = false;
    for (const connection of this.living()) connection.end('transport-stopped', 'lost');
    return Promise.resolve();
  }

  /** Without a word to those on this side, whose program is gone. */
  vanish(): void {
    this.running = false;
    this.deafen();
    for (const connection of this.living()) connection.vanish();
  }

  protected override adopt(connection: SimConnection): void {
    // The other machine began anew before this one heard that the old link is gone.
    this.connections.get(connection.device)?.end('lost', 'lost');
    super.adopt(connection);
  }

  connectionTo(device: DeviceId): SimConnection | undefined {
    return this.connections.get(device);
  }
}

/** One end of a link. `#arrived` is what came over from the other end and has not been taken here. */
export class SimConnection implements WiredConnection {
  readonly device: DeviceId;
  readonly path = 'direct';
  readonly #network: SimNetwork;
  readonly #self: DeviceId;
  readonly #delayMs: number;
  #other: SimConnection | undefined;
  readonly #arrived: Bytes[] = [];
  #lastArrivalMs = 0;
  #underWay = 0;
  readonly #waitingForRoom: (() => void)[] = [];
  #showNext: ((frame: Bytes) => void) | undefined;
  #receive: ((frame: Bytes) => void | Promise<void>) | undefined;
  #delivering = false;
  #closed: CloseReason | undefined;
  #givingUp = false;
  readonly #closeListeners: ((reason: CloseReason) => void)[] = [];

  constructor(network: SimNetwork, self: DeviceId, device: DeviceId) {
    this.#network = network;
    this.#self = self;
    this.device = device;
    this.#delayMs = 5 + network.init.skies.chance(self, device).below(200);
  }

  joinTo(other: SimConnection): void {
    this.#other = other;
  }

  async send(frame: Bytes): Promise<Result<undefined, SendFailure>> {
    if (frame.length === 0 || frame.length > maxFrameBytes) return err('frame-too-large');
    if (this.#isClosed()) return err('closed');
    this.#underWay += frame.length;
    this.travel(frame);
    while (this.#underWay > linkWindowBytes - maxFrameBytes && !this.#isClosed())
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    return this.#isClosed() ? err('closed') : ok(undefined);
  }

  /** The way to the other end, in whatever weather there is. */
  travel(frame: Bytes): void {
    const { timeline, skies, seen } = this.#network.init;
    seen(this.#self, this.device, frame, this);
    const weather = skies.over(this.#self, this.device);
    const chance = skies.chance(this.#self, this.device);
    if (weather.cut) {
      this.#giveUp();
      return;
    }
    const dice = chance.below(100);
    const lost = dice < weather.lost;
    const doubled = !lost && dice < weather.lost + weather.doubled;
    const overtaking = !lost && !doubled && dice < weather.lost + weather.doubled + weather.overtaking;
    if (lost || doubled || overtaking) this.#network.spoil(this);
    if (lost) return;
    const soonest = timeline.nowMs + (overtaking ? 0 : this.#delayOf(frame, chance));
    const atMs = overtaking ? soonest : Math.max(soonest, this.#lastArrivalMs);
    if (!overtaking) this.#lastArrivalMs = atMs;
    for (let i = 0; i < (doubled ? 2 : 1); i++)
      timeline.after(atMs - timeline.nowMs, () => {
        if (skies.over(this.#self, this.device).cut) this.#giveUp();
        else this.#other?.arrive(frame);
      });
  }

  #delayOf({ length }: Bytes, chance: Chance): number {
    const { longLine } = this.#network.init;
    if (longLine === undefined) return this.#delayMs;
    const { delayMs, loss, bytesPerMs } = longLine;
    let again = 0;
    for (let packets = Math.ceil(length / packetBytes); packets > 0; packets--)
      while (chance.below(100) < loss) again += 2 * delayMs;
    return delayMs + again + Math.ceil(length / bytesPerMs);
  }

  arrive(frame: Bytes): void {
    if (this.#isClosed()) return;
    this.#arrived.push(frame);
    this.#flow();
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

  /** This end stops at once; the other when all that was sent before has arrived. */
  end(here: CloseReason, there: CloseReason): void {
    if (this.#isClosed()) return;
    this.stop(here);
    const { timeline } = this.#network.init;
    timeline.after(Math.max(this.#delayMs, this.#lastArrivalMs - timeline.nowMs), () => this.#other?.stop(there));
  }

  /** The program at this end is gone: it hears nothing any more, and the other end only that the link broke. */
  vanish(): void {
    this.#closeListeners.length = 0;
    this.#receive = undefined;
    this.end('lost', 'lost');
  }

  #giveUp(): void {
    if (this.#givingUp) return;
    this.#givingUp = true;
    this.#network.init.timeline.after(silenceMs, () => {
      this.end('lost', 'lost');
    });
  }

  #flow(): void {
    if (this.#arrived.length > 0 && this.#receive !== undefined && !this.#delivering && !this.#isClosed())
      void this.#deliver(this.#receive);
  }

  async #deliver(receive: (frame: Bytes) => void | Promise<void>): Promise<void> {
    const frame = this.#arrived.shift();
    if (frame === undefined) return;
    this.#delivering = true;
    this.#network.init.heard?.(this.device, this.#self, frame, this);
    try {
      const dealtWith = receive(frame);
      const [next] = this.#arrived;
      if (next !== undefined) this.#showNext?.(next);
      await dealtWith;
    } catch {
      this.end('protocol-error', 'lost');
    }
    this.#delivering = false;
    this.#other?.taken(frame.length);
    this.#flow();
  }

  taken(bytes: number): void {
    this.#underWay = Math.max(0, this.#underWay - bytes);
    for (const resume of this.#waitingForRoom.splice(0)) resume();
  }

  #isClosed(): boolean {
    return this.#closed !== undefined;
  }

  stop(reason: CloseReason): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#arrived.length = 0;
    for (const resume of this.#waitingForRoom.splice(0)) resume();
    for (const closed of this.#closeListeners.splice(0)) closed(reason);
  }
}
