/**
 * Lets the app and the relay share one port: WebSocket upgrades that reach the web server are handed, byte for byte, to
 * the relay's listener on the loopback interface. What flows afterwards is Noise-encrypted and not looked at.
 */
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export function proxyUpgradesTo(port: number): UpgradeHandler {
  return (request, socket, head) => {
    const upstream = connect({ host: '127.0.0.1', port }, () => {
      upstream.write(requestHead(request));
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    // Either end may vanish at any time; the other must not outlive it.
    const closeBoth = (): void => {
      upstream.destroy();
      socket.destroy();
    };
    for (const end of [upstream, socket]) end.on('error', closeBoth).on('close', closeBoth);
  };
}

function requestHead(request: IncomingMessage): string {
  const lines = [`GET ${request.url ?? '/'} HTTP/1.1`];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    lines.push(`${request.rawHeaders[i] ?? ''}: ${request.rawHeaders[i + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
