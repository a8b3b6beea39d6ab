/**
 * The relay: a meeting point that forwards Noise-encrypted bytes between two devices, so that browsers find each other
 * and can go on directly. It opens nothing, stores nothing, and counts without names.
 */
import { noise } from '@libp2p/noise';
import { yamux } from '@libp2p/yamux';
import type { Libp2p } from '@libp2p/interface';
import { circuitRelayServer, type CircuitRelayService } from '@libp2p/circuit-relay-v2';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import { ping } from '@libp2p/ping';
import { webSockets } from '@libp2p/websockets';
import { createLibp2p } from 'libp2p';

export interface RelayOptions {
  /** Ed25519 seed, 32 bytes. The same seed gives the same address. */
  readonly seed: Uint8Array;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Multiaddrs (without peer id) that devices can reach; empty when the listening ones are reachable. */
  readonly announce?: readonly string[];
}

export interface RelayCounts {
  /** Devices connected now. */
  readonly devices: number;
  /** Devices that others can reach through this relay now. */
  readonly reservations: number;
}

export interface Relay {
  readonly peerId: string;
  /** Full multiaddrs with the peer id, as devices should dial them. */
  readonly addresses: readonly string[];
  /** Where the WebSocket listener listens, whatever it announces. */
  readonly port: number;
  counts(): RelayCounts;
  stop(): Promise<void>;
}

/** Practices of one relay are counted in hundreds of devices; each reservation is one small record in memory. */
const maxReservations = 2_000;
/** Devices behind one address (a clinic's NAT, a proxy on this machine) may all arrive at once after an outage. */
const inboundConnectionsPerSecond = 200;
const maxConnections = 4_000;
/** Of all devices together; each relayed connection holds one of each. */
const maxRelayedConnections = 4_000;

/** What makes a node a relay: of a relay alone, and of a keeper. */
export const relayPart = {
  connections: {
    maxConnections,
    inboundConnectionThreshold: inboundConnectionsPerSecond,
    maxIncomingPendingConnections: inboundConnectionsPerSecond,
  },
  service: circuitRelayServer({
    maxOutboundStopStreams: maxRelayedConnections,
    reservations: {
      maxReservations,
      // The default cuts a relayed connection at 128 KiB or two minutes: in the middle of a chart.
      applyDefaultLimit: false,
    },
  }),
  /** Otherwise the place of a device that left stays taken for two hours. */
  freePlaces: (node: Pick<Libp2p, 'addEventListener'>, relay: CircuitRelayService): void => {
    node.addEventListener('peer:disconnect', (event) => {
      relay.reservations.delete(event.detail);
    });
  },
};

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', options.seed);
  const node = await createLibp2p({
    start: false,
    nodeInfo: { userAgent: 'peerchart-relay' },
    privateKey,
    addresses: {
      listen: [`/ip4/${options.host}/tcp/${options.port}/ws`],
      announce: [...(options.announce ?? [])],
    },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: relayPart.connections,
    // Private and loopback addresses are where a clinic's own relay lives.
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      ping: ping(),
      relay: relayPart.service,
    },
  });
  const relay: CircuitRelayService = node.services.relay;
  relayPart.freePlaces(node, relay);
  let listening: readonly string[] = [];
  node.addEventListener('transport:listening', (event) => {
    listening = event.detail.getAddrs().map(String);
  });
  await node.start();

  return {
    peerId: node.peerId.toString(),
    addresses: node.getMultiaddrs().map(String),
    port: portOf(listening),
    counts: () => ({ devices: node.getPeers().length, reservations: relay.reservations.size }),
    stop: async () => {
      await node.stop();
    },
  };
}

function portOf(addresses: readonly string[]): number {
  const port = /\/tcp\/(\d+)/.exec(addresses.join(' '))?.[1];
  if (port === undefined) throw new Error('a started relay listens on a TCP port');
  return Number(port);
}
