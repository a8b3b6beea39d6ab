/**
 * Frames between two pages of the bench over the product's own transport, on a connection beside the session's: no sealing,
 * no signature, no disk. It carries the plain change bytes that the product is held against, and the answers of both.
 */
import type { Bytes } from '../../src/base/bytes.ts';
import { parseDeviceId } from '../../src/base/ids.ts';
import { createLibp2pTransport, type Libp2pTransport } from '../../src/net/libp2p-transport.ts';
import type { Connection } from '../../src/net/transport.ts';
import { pause } from './practice.ts';

type FrameKind = 'ping' | 'pong' | 'change' | 'shown' | 'automerge';
const kinds: readonly FrameKind[] = ['ping', 'pong', 'change', 'shown', 'automerge'];

export class PlainChannel {
  readonly #transport: Libp2pTransport;
  readonly #receivers = new Map<FrameKind, (body: Bytes) => void>();
  #connection: Connection | undefined;

  private constructor(transport: Libp2pTransport) {
    this.#transport = transport;
    transport.onConnection((connection) => {
      this.#connection = connection;
      connection.onFrame((frame) => {
        const kind = kinds[frame[0] ?? -1];
        if (kind !== undefined) this.#receivers.get(kind)?.(frame.subarray(1));
      });
    });
    this.on('ping', () => void this.send('pong'));
  }

  static async start(relays: readonly string[]): Promise<PlainChannel> {
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const transport = await createLibp2pTransport({ seed, relays, allow: () => true });
    await transport.start();
    return new PlainChannel(transport);
  }

  get device(): string {
    return this.#transport.device;
  }

  async addresses(): Promise<readonly string[]> {
    while (this.#transport.addresses().length === 0) await pause(20);
    return this.#transport.addresses();
  }

  async dial(device: string, addresses: readonly string[]): Promise<void> {
    const id = parseDeviceId(device);
    if (id === undefined) throw new Error('a device id is hex');
    const dialled = await this.#transport.dial(id, addresses);
    if (!dialled.ok) throw new Error(`not reached: ${dialled.reason}`);
  }

  async connectedBy(path: Connection['path']): Promise<void> {
    while (!this.#transport.status().connections.some((connection) => connection.path === path)) await pause(20);
  }

  on(kind: FrameKind, receive: (body: Bytes) => void): void {
    this.#receivers.set(kind, receive);
  }

  /** Resolves when there is room for another. */
  async send(kind: FrameKind, body: Uint8Array = new Uint8Array()): Promise<void> {
    const frame = new Uint8Array(1 + body.length);
    frame[0] = kinds.indexOf(kind);
    frame.set(body, 1);
    await this.#connection?.send(frame);
  }

  /** The next frame of this kind that `fits`. */
  hear(kind: FrameKind, fits: (body: Bytes) => boolean = () => true): Promise<void> {
    return new Promise((heard) => {
      this.on(kind, (body) => {
        if (fits(body)) heard();
      });
    });
  }
}
