/**
 * Connections between devices over libp2p: by way of relays at first, directly by WebRTC as soon as that stands. Import this
 * file lazily: libp2p is 130 kB that the first paint does not need. With no relay configured and nobody dialled it opens no socket.
 */
import type { Connection as Libp2pConnection } from '@libp2p/interface';
import { toHex, type Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import type { Log } from '../base/ports.ts';
import { Channel } from './libp2p-channel.ts';
import { DirectPaths } from './libp2p-direct.ts';
import { deviceOf, peerIdOf } from './libp2p-names.ts';
import { createDeviceNode, KnownRelays, type DeviceNode, type Listening } from './libp2p-node.ts';
import { connectThroughRelays } from './libp2p-dial.ts';
import { RelayKeeper } from './libp2p-relays.ts';
import type { AllowDevice, Transport, TransportStatus } from './transport.ts';

const syncProtocol = '/peerchart/sync/1';
/** Where two practices meet by an invitation, before either admits the other. */
const meetingProtocol = '/peerchart/meet/1';

export interface Libp2pTransportInit {
  /** The device's Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
  /** Multiaddrs, best with the relay's peer id: `/dns4/relay.example/tcp/443/wss/p2p/12D3…`. All are used at once. */
  readonly relays: readonly string[];
  /** For WebRTC. None: direct connections within one network only, and nobody else is asked. */
  readonly iceServers?: readonly RTCIceServer[];
  readonly allow: AllowDevice;
  /** Admits devices to meetings, unknown ones while an invitation is open; says nothing about `allow`. */
  readonly allowMeeting?: AllowDevice;
  /** Of a keeper. */
  readonly listening?: Listening;
  /** Sees every frame of both protocols before libp2p does: for tests of what leaves this device. */
  readonly framesTap?: (frame: Bytes, device: DeviceId) => void;
  readonly log?: Log;
}

/** Connections of the meeting protocol on the same node: they start and stop with the transport. */
type Meetings = Omit<Transport, 'start' | 'stop'>;

export interface Libp2pTransport extends Transport {
  readonly meetings: Meetings;
}

/** After a link has settled on a path, the connections it no longer uses are closed: not sooner, lest one be cut in use. */
const tidyAfterMs = 3_000;
/** What good-byes and closing may take when the transport stops. */
const stopLimitMs = 1_000;
/** An invitation carries them. */
const maxAddresses = 8;

export async function createLibp2pTransport(init: Libp2pTransportInit): Promise<Libp2pTransport> {
  const knownRelays = new KnownRelays();
  const channels: Channel[] = [];
  const node = await createDeviceNode({
    seed: init.seed,
    relays: init.relays,
    iceServers: init.iceServers ?? [],
    admits: (device) => channels.some((channel) => channel.admits(device)),
    knownRelays,
    listening: init.listening,
  });
  const self = deviceOf(node.peerId);
  if (self === undefined) throw new Error("a device's node has an Ed25519 key");

  const isRelayed = (device: DeviceId): boolean =>
    channels.some((channel) => channel.links().some((link) => link.device === device && link.path === 'relayed'));
  const direct = new DirectPaths({ self, node, isRelayed, log: init.log });
  const relays = new RelayKeeper({ node, relays: init.relays, knownRelays, changed: () => announce(), log: init.log });
  const instance = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const channelFor = (protocol: string, allow: AllowDevice): Channel => {
    const channel = new Channel({
      protocol,
      self,
      instance,
      node,
      allow,
      tap: init.framesTap,
      log: init.log,
      connect: (device, addresses, signal) => connectThroughRelays(node, knownRelays, device, addresses, signal),
      idle: (device) => closeIdle(device),
      changed: (device) => linkChanged(device),
    });
    channels.push(channel);
    return channel;
  };
  const sync = channelFor(syncProtocol, init.allow);
  const meet = channelFor(meetingProtocol, init.allowMeeting ?? (() => false));

  const listeners = new Set<() => void>();
  let announcing = false;
  /** Once for all that changed in one go. */
  const announce = (): void => {
    if (announcing) return;
    announcing = true;
    queueMicrotask(() => {
      announcing = false;
      for (const listener of [...listeners]) listener();
    });
  };
  let tidying: ReturnType<typeof setTimeout> | undefined;
  const linkChanged = (device: DeviceId): void => {
    announce();
    if (isRelayed(device)) direct.seek(device);
    tidying ??= setTimeout(() => {
      tidying = undefined;
      if (!channels.some(({ busy }) => busy)) closeUnused(node, knownRelays, self);
    }, tidyAfterMs);
  };

  /**
   * Both sides close their end of what carries no link any more: over WebRTC one of them alone would leave the other with a
   * connection that looks open for half a minute.
   */
  const closeIdle = (device: DeviceId): void => {
    // It may carry a place at a relay: theirs here, or ours there.
    if (init.listening !== undefined || knownRelays.isOwn(peerIdOf(device))) return;
    if (channels.some((channel) => channel.holds(device))) return;
    for (const connection of node.getConnections(peerIdOf(device))) void closeQuietly(connection);
  };

  node.addEventListener('connection:open', ({ detail }) => {
    const device = deviceOf(detail.remotePeer);
    if (device === undefined || !detail.direct) return;
    for (const channel of channels) channel.takeDirectPath(device);
  });

  const allowChanged = (): void => {
    void Promise.all(channels.map((channel) => channel.endForbidden())).then(() => {
      if (init.listening !== undefined) return;
      for (const connection of node.getConnections()) {
        const device = deviceOf(connection.remotePeer);
        if (knownRelays.has(connection.remotePeer)) continue;
        if (device === undefined || !channels.some((channel) => channel.admits(device))) void closeQuietly(connection);
      }
    });
  };
  const viewOf = (channel: Channel): Meetings => ({
    device: self,
    dial: (device, addresses, signal) => channel.dial(device, addresses, signal),
    onConnection: (connected) => channel.onConnection(connected),
    allowChanged,
    status: () => statusOf(relays, channel),
    onStatus: (changed) => {
      const listener = (): void => changed(statusOf(relays, channel));
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    addresses: () => [...listenAddressesOf(node, init.listening), ...addressesOf(node)].slice(0, maxAddresses),
  });

  return {
    ...viewOf(sync),
    meetings: viewOf(meet),
    start: async () => {
      for (const channel of channels) await channel.start();
      await node.start();
      relays.start();
      announce();
    },
    stop: async () => {
      clearTimeout(tidying);
      await Promise.all([...channels.map((channel) => channel.stop(stopLimitMs)), relays.stop(), direct.stop()]);
      clearTimeout(tidying);
      await node.stop();
      for (const connection of node.getConnections()) connection.abort(new Error('the transport has stopped'));
    },
  };
}

function statusOf(relays: RelayKeeper, channel: Channel): TransportStatus {
  return { relays: relays.status(), connections: channel.links().map(({ device, path }) => ({ device, path })) };
}

/** Without this device's own id, which whoever dials knows: shorter for links and QR codes. */
function addressesOf(node: DeviceNode): readonly string[] {
  const own = `/p2p-circuit/p2p/${node.peerId.toString()}`;
  const addresses = node.getMultiaddrs().map(String);
  const circuits = addresses.filter((address) => address.endsWith(own)).map((address) => address.slice(0, -own.length));
  return [...new Set(circuits)].map((relay) => `${relay}/p2p-circuit`);
}

/** With this device's own id: who dials it there meets the device itself. Loopback only where there is nothing else. */
function listenAddressesOf(node: DeviceNode, listening: Listening | undefined): readonly string[] {
  if (listening === undefined) return [];
  const own = `/p2p/${node.peerId.toString()}`;
  if (listening.announce.length > 0) return listening.announce.map((address) => address + own);
  const all = node.getMultiaddrs().map(String);
  const direct = all.filter((address) => !address.includes('/p2p-circuit') && address.endsWith(own));
  const outside = direct.filter((address) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address));
  return outside.length > 0 ? outside : direct;
}

/** Connections that carry nothing of ours: doubles, relayed ones beside a direct one, relays passed through to reach someone. */
function closeUnused(node: DeviceNode, knownRelays: KnownRelays, self: DeviceId): void {
  for (const connection of node.getConnections()) {
    if (knownRelays.isOwn(connection.remotePeer)) continue;
    const inUse = connection.streams.some(({ protocol }) =>
      /^\/peerchart\/|^\/libp2p\/circuit\/|^\/webrtc/.test(protocol),
    );
    if (inUse) continue;
    const device = deviceOf(connection.remotePeer);
    const others = node.getConnections(connection.remotePeer).filter(({ status }) => status === 'open').length > 1;
    // Of two devices the lower id closes a double, so that they never close one each.
    if (knownRelays.has(connection.remotePeer) || (others && device !== undefined && self < device)) {
      void closeQuietly(connection);
    }
  }
}

async function closeQuietly(connection: Libp2pConnection): Promise<void> {
  try {
    await connection.close({ signal: AbortSignal.timeout(stopLimitMs) });
  } catch {
    connection.abort(new Error('the connection did not close in time'));
  }
}
