/** Whether what was typed can be a relay's or an ICE server's address at all: shape only, the connection says the rest. Pure. */

/** A multiaddr of a relay: host, TCP port, WebSocket, and the key that the relay proves. */
export function looksLikeRelay(text: string): boolean {
  return /^\/(dns|dns4|dns6|dnsaddr|ip4|ip6)\/[^/\s]+\/tcp\/\d{1,5}(\/tls(\/sni\/[^/\s]+)?)?\/(ws|wss)\/p2p\/[A-Za-z0-9]{40,}$/.test(
    text,
  );
}

/** RFC 7064 and RFC 7065. */
export function looksLikeIceServer(text: string): boolean {
  return /^(stun|stuns):[^\s/?]+$/.test(text) || /^(turn|turns):[^\s/?]+(\?transport=(udp|tcp))?$/.test(text);
}

/** The part a person recognises: the relay's name and port. */
export function relayName(address: string): string {
  const match = /^\/[a-z0-9]+\/([^/]+)\/tcp\/(\d+)/.exec(address);
  return match === null ? address : `${match[1] ?? ''}, port ${match[2] ?? ''}`;
}
