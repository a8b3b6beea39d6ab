/**
 * Reaching a device by way of whatever relays it was last known at, or where it listens itself: all at once, the first that
 * succeeds.
 */
import type { Connection as Libp2pConnection } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import type { DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { parseAddress, peerIdOf, relayIdOf, relayPartOf, throughRelay } from './libp2p-names.ts';
import type { DeviceNode, KnownRelays } from './libp2p-node.ts';
import type { DialFailure } from './transport.ts';

export async function connectThroughRelays(
  node: DeviceNode,
  knownRelays: KnownRelays,
  device: DeviceId,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Result<Libp2pConnection, DialFailure>> {
  const relays = [...new Set(addresses.map(relayPartOf))].filter((relay) => parseAddress(relay) !== undefined);
  const peer = peerIdOf(device).toString();
  const tries = relays.map(async (relay) => {
    knownRelays.add(relay);
    // A keeper is a relay and a device at one address.
    const own = relayIdOf(relay) === peer ? parseAddress(relay) : undefined;
    if (own !== undefined) return node.dial(own, { signal });
    const reached = await reachRelay(node, relay, signal);
    const circuit = parseAddress(throughRelay(reached, device));
    if (circuit === undefined) throw new Error('an address through a relay is an address');
    return node.dial(circuit, { signal });
  });
  try {
    return ok(await Promise.any(tries));
  } catch (thrown) {
    return err(failureOf(thrown));
  }
}

/** The relay's address with its peer id, once a socket to it is open. */
async function reachRelay(node: DeviceNode, relay: string, signal: AbortSignal): Promise<string> {
  const id = relayIdOf(relay);
  const open = id !== undefined && node.getConnections(peerIdFromString(id)).some(({ status }) => status === 'open');
  if (open) return relay;
  const address = parseAddress(relay);
  if (address === undefined) throw new Error('unreadable addresses were left out');
  const connection = await node.dial(address, { signal });
  return id === undefined ? `${relay}/p2p/${connection.remotePeer.toString()}` : relay;
}

/** What the tries failed of, the most telling first. */
function failureOf(thrown: unknown): DialFailure {
  const failures = flatten(thrown);
  if (failures.some(isRefusal)) return 'not-allowed';
  if (failures.some(isOtherKey)) return 'wrong-device';
  return 'unreachable';
}

function flatten(thrown: unknown): readonly Error[] {
  if (thrown instanceof AggregateError) return thrown.errors.flatMap(flatten);
  return thrown instanceof Error ? [thrown] : [];
}

/**
 * The other device's gater refuses before it says anything, and the relay passes that on as CONNECTION_FAILED; a device that is
 * not there is NO_RESERVATION instead.
 */
function isRefusal(error: Error): boolean {
  return error.name === 'DialDeniedError' || /with status (CONNECTION_FAILED|PERMISSION_DENIED)/.test(error.message);
}

function isOtherKey(error: Error): boolean {
  return error.name === 'UnexpectedPeerError' || error.message.includes('does not match expected remote identity key');
}
