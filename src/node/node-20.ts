/**
 * What libp2p expects of its platform and Node 20 lacks. Every main that reaches libp2p imports this file first.
 */
import { WebSocket as NodeWebSocket, type ClientOptions } from 'ws';

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: PromiseWithResolvers<T>['resolve'] | undefined;
  let reject: PromiseWithResolvers<T>['reject'] | undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  if (resolve === undefined || reject === undefined) throw new Error('a promise calls its executor at once');
  return { promise, resolve, reject };
}

/**
 * A browser's WebSocket tells a failure to whoever listens; that of `ws` throws it when nobody does. libp2p stops listening when
 * a dial is given up, and a relay that refuses after that must not end the process.
 */
class WebSocket extends NodeWebSocket {
  constructor(address: string | URL, protocols?: string | string[], options?: ClientOptions) {
    super(address, protocols, options);
    this.on('error', () => undefined);
  }
}

for (const [name, value] of Object.entries({ WebSocket })) {
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
if (!('withResolvers' in Promise)) {
  Object.defineProperty(Promise, 'withResolvers', { value: withResolvers, writable: true, configurable: true });
}
