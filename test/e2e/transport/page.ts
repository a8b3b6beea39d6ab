/** One device of test/e2e/transport.e2e.test.ts in a real browser: the product's transport and nothing else of it. */
import { fromHex } from '../../../src/base/bytes.ts';
import { parseDeviceId } from '../../../src/base/ids.ts';
import { createLibp2pTransport, type Libp2pTransport } from '../../../src/net/libp2p-transport.ts';
import type { Connection } from '../../../src/net/transport.ts';

let transport: Libp2pTransport | undefined;
let connection: Connection | undefined;
let admitted = true;
const notes: string[] = [];
const ends: string[] = [];
let connections = 0;
let socketsOpened = 0;
let peerConnectionsOpened = 0;
let received = 0;
let nextExpected = 0;
let inOrder = true;
let pauseMs = 0;

globalThis.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    socketsOpened++;
  }
};
// What @libp2p/webrtc takes from the global scope when it is loaded.
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    peerConnectionsOpened++;
  }
};

function started(): Libp2pTransport {
  if (transport === undefined) throw new Error('start first');
  return transport;
}

function hold(arrived: Connection): void {
  connection = arrived;
  connections++;
  nextExpected = 0;
  arrived.onClose((reason) => ends.push(reason));
  arrived.onFrame(async (frame) => {
    inOrder &&= new DataView(frame.buffer).getUint32(0) === nextExpected;
    nextExpected++;
    received += frame.length;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  });
}

const page = {
  async start(seedHex: string, relays: readonly string[]): Promise<string> {
    const seed = fromHex(seedHex);
    if (seed === undefined) throw new Error('a seed is hex');
    transport = await createLibp2pTransport({
      seed,
      relays,
      allow: () => admitted,
      log: { note: (event, fields) => void notes.push(`${event} ${JSON.stringify(fields ?? {})}`) },
    });
    transport.onConnection(hold);
    await transport.start();
    return transport.device;
  },
  async dial(device: string, addresses: readonly string[]): Promise<string> {
    const id = parseDeviceId(device);
    if (id === undefined) throw new Error('a device id is hex');
    const result = await started().dial(id, addresses);
    return result.ok ? 'ok' : result.reason;
  },
  addresses: () => started().addresses(),
  status: () => started().status(),
  admit(value: boolean): void {
    admitted = value;
    started().allowChanged();
  },
  /** Resolves to how long it took when all was handed over; each frame begins with its number. */
  async send(frames: number, bytes: number, first = 0): Promise<number> {
    const begin = performance.now();
    for (let i = 0; i < frames; i++) {
      const frame = new Uint8Array(bytes);
      new DataView(frame.buffer).setUint32(0, first + i);
      const sent = await connection?.send(frame);
      if (sent?.ok !== true) throw new Error(`frame ${i} was not sent`);
    }
    return performance.now() - begin;
  },
  readSlowly(ms: number): void {
    pauseMs = ms;
  },
  close: () => connection?.close(),
  stop: () => started().stop(),
  seen: () => ({ received, inOrder, ends, connections, notes, socketsOpened, peerConnectionsOpened }),
};

export type TransportPage = typeof page;

declare global {
  var page: TransportPage;
}
globalThis.page = page;
