/** Tries ports in turn: one that is taken sends to the next, any other failure ends the search. */
import { createServer } from 'node:net';
import { errorCode } from './main.ts';

/** Rejects with the last port's error when all are taken. */
export async function onFirstFreePort<T>(ports: readonly number[], use: (port: number) => Promise<T>): Promise<T> {
  for (const port of ports.slice(0, -1)) {
    try {
      return await use(port);
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') throw error;
    }
  }
  const last = ports.at(-1);
  if (last === undefined) throw new Error('there is a port to try');
  return use(last);
}

/** Rejects as listening there would (`EADDRINUSE`, `EACCES`). */
export function canListen(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
