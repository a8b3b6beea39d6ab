/**
 * The libp2p node of one device: its key is the device's (ID-2), so Noise proves the device. Listens by way of relays and, in a
 * browser, for WebRTC arranged over them, and opens no socket by itself; a keeper listens by WebSocket and relays. The gater
 * keeps out whoever nobody admits.
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { identify, type Identify } from '@libp2p/identify';
import type { ConnectionGater, Libp2p, MultiaddrConnection, PeerId, TopologyFilter } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { ping, type Ping } from '@libp2p/ping';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import type { DeviceId } from '../base/ids.ts';
import { deviceOf, relayIdOf, socketPartOf } from './libp2p-names.ts';
import type { relayPart } from './libp2p-relay.ts';
import { mendInitChannels } from './webrtc-init-channel.ts';

export type DeviceNode = Libp2p<{ identify: Identify; ping: Ping }>;

export interface DeviceNodeInit {
  readonly seed: Uint8Array;
  readonly relays: readonly string[];
  readonly iceServers: readonly RTCIceServer[];
  /** May this device hold a connection to us, for whatever protocol? */
  readonly admits: (device: DeviceId) => boolean;
  readonly knownRelays: KnownRelays;
  /** For a process that others call by WebSocket, and that relays between them: a keeper. */
  readonly listening?: Listening | undefined;
}

export interface Listening {
  /** Multiaddrs to listen on: `/ip4/0.0.0.0/tcp/4180/ws`. */
  readonly addresses: readonly string[];
  /** What others dial instead, behind a proxy for one; without a peer id. Empty: the addresses of this machine. */
  readonly announce: readonly string[];
  /** Given by whoever listens: no page has to load it. */
  readonly relay: typeof relayPart;
}

/** A relay far away over a slow network still answers in this time; WebRTC tries have limits of their own. */
const addressDialTimeoutMs = 10_000;

/** The relays this device was told of: the only peers that are no devices and may be connected. */
export class KnownRelays {
  readonly #sockets = new Set<string>();
  readonly #peers = new Set<string>();
  readonly #ownPeers = new Set<string>();

  /** A relay of a peer, passed through to reach it. */
  add(address: string): void {
    this.#sockets.add(socketPartOf(address));
    const peer = relayIdOf(address);
    if (peer !== undefined) this.#peers.add(peer);
  }

  /** A relay of this device's own, where it asks for a place. Told again when its peer id is found out. */
  addOwn(address: string, peer = relayIdOf(address)): void {
    this.add(address);
    if (peer === undefined) return;
    this.#peers.add(peer);
    this.#ownPeers.add(peer);
  }

  has(peer: PeerId): boolean {
    return this.#peers.has(peer.toString());
  }

  isOwn(peer: PeerId): boolean {
    return this.#ownPeers.has(peer.toString());
  }

  /** A relay given without its peer id is known by where the socket goes; a circuit through it is not it. */
  isSocketOfRelay(connection: MultiaddrConnection): boolean {
    const address = connection.remoteAddr.toString();
    return !address.includes('/p2p-circuit') && this.#sockets.has(socketPartOf(address));
  }
}

export async function createDeviceNode(init: DeviceNodeInit): Promise<DeviceNode> {
  const inBrowser = typeof RTCPeerConnection !== 'undefined';
  if (inBrowser) mendInitChannels();
  const webRtc = inBrowser ? [await webRtcTransport(init.iceServers)] : [];
  const { listening } = init;
  const options = {
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', init.seed),
    nodeInfo: { name: 'peerchart', version: '1', userAgent: 'peerchart' },
    addresses: {
      // One search for each relay: a search ends with the first place it gets. Listening on a full relay address instead
      // would never ask for a place again after the relay was away.
      listen: [
        ...(inBrowser ? ['/webrtc'] : []),
        ...(listening?.addresses ?? []),
        ...init.relays.map(() => '/p2p-circuit'),
      ],
    },
    transports: [webSockets(), circuitRelayTransport({ discoveryFilter: ownRelaysOnce(init.knownRelays) }), ...webRtc],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: {
      addressDialTimeout: addressDialTimeoutMs,
      reconnectRetries: 0,
      ...listening?.relay.connections,
    },
    connectionGater: gater(init),
  };
  const services = { identify: identify(), ping: ping() };
  if (listening === undefined) return createLibp2p({ ...options, services });
  const node = await createLibp2p({ ...options, services: { ...services, relay: listening.relay.service } });
  listening.relay.freePlaces(node, node.services.relay);
  return node;
}

async function webRtcTransport(iceServers: readonly RTCIceServer[]) {
  const { webRTC } = await import('@libp2p/webrtc');
  return webRTC({
    // Always passed: the default is four public STUN servers, which would learn who meets.
    rtcConfiguration: { iceServers: [...iceServers] },
  });
}

/** Places are asked for at this device's own relays, not at those of a peer that it passes through. Each is asked once a connection. */
function ownRelaysOnce(known: KnownRelays): TopologyFilter {
  const asked = new Set<string>();
  return {
    has: (peer) => !known.isOwn(peer) || asked.has(peer.toString()),
    add: (peer) => void asked.add(peer.toString()),
    remove: (peer) => void asked.delete(peer.toString()),
  };
}

function gater(init: DeviceNodeInit): ConnectionGater {
  const refuses = (peer: PeerId): boolean => {
    // A relay takes anyone's connection; what is said on it is each protocol's to admit.
    if (init.knownRelays.has(peer) || init.listening !== undefined) return false;
    const device = deviceOf(peer);
    return device === undefined || !init.admits(device);
  };
  const refusesOutbound = (peer: PeerId, connection: MultiaddrConnection): boolean =>
    refuses(peer) && !init.knownRelays.isSocketOfRelay(connection);
  return {
    denyDialPeer: refuses,
    // In browsers the default refuses ws:// and private addresses: where a clinic's own relay is.
    denyDialMultiaddr: () => false,
    denyOutboundConnection: refusesOutbound,
    denyOutboundEncryptedConnection: refusesOutbound,
    denyOutboundUpgradedConnection: refusesOutbound,
    denyInboundRelayedConnection: (_relay, peer) => refuses(peer),
    denyInboundEncryptedConnection: refuses,
    denyInboundUpgradedConnection: refuses,
  };
}
