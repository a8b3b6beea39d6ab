/** Device ids as libp2p peer ids and back (ID-2: one Ed25519 key is both), and addresses by way of a relay. */
import { publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { PeerId } from '@libp2p/interface';
import { peerIdFromPublicKey } from '@libp2p/peer-id';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { deviceId, idBytes, type DeviceId } from '../base/ids.ts';

/** Length of an Ed25519 public key: other lengths are other kinds of key, which no device has. */
const ed25519KeyBytes = 32;

export function peerIdOf(device: DeviceId): PeerId {
  return peerIdFromPublicKey(publicKeyFromRaw(idBytes(device)));
}

/** Undefined: the peer's key is not an Ed25519 key, so it is no device. */
export function deviceOf(peer: PeerId): DeviceId | undefined {
  const raw = peer.type === 'Ed25519' ? peer.publicKey.raw : undefined;
  return raw?.length === ed25519KeyBytes ? deviceId(raw) : undefined;
}

export function parseAddress(text: string): Multiaddr | undefined {
  try {
    return multiaddr(text);
  } catch {
    return undefined;
  }
}

/** What precedes the circuit: the relay's own address, with its peer id where it was given. */
export function relayPartOf(address: string): string {
  return address.split('/p2p-circuit')[0] ?? address;
}

/** The last peer id named before any circuit: the relay's. */
export function relayIdOf(address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(relayPartOf(address))?.[1];
}

/** The address without the peer id of the relay: where its socket goes. */
export function socketPartOf(address: string): string {
  return relayPartOf(address).replace(/\/p2p\/[^/]+$/, '');
}

/** How `device` is reached by way of the relay at `address`. */
export function throughRelay(address: string, device: DeviceId): string {
  return `${relayPartOf(address)}/p2p-circuit/p2p/${peerIdOf(device).toString()}`;
}

/** The same two peers and relay, with WebRTC arranged over that path. */
export function directByWayOf(relayed: Multiaddr): Multiaddr {
  return multiaddr(relayed.toString().replace('/p2p-circuit/p2p/', '/p2p-circuit/webrtc/p2p/'));
}
