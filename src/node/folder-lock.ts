/**
 * One process at a time on a folder of data. A socket that listens stands for the process: the system takes it away when the
 * process ends, however it ends, so that nothing has to be cleaned up by hand after a crash.
 */
import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './main.ts';

/** A longer path of a socket is cut off by the system, silently. */
const maxSocketPath = 100;
/** Of two that find the place free at the same moment, the one whose socket was taken away finds out within this time. */
const settleMs = 100;

/** Undefined when another process has the folder. What it returns gives it back. */
export async function lockFolder(folder: string): Promise<(() => Promise<void>) | undefined> {
  const path = socketPath(folder);
  const name = `${process.pid}-${Date.now()}-${Math.random()}`;
  const server =
    (await listen(path, name)) ?? ((await answerOf(path)) === undefined ? await listenAnew(path, name) : undefined);
  if (server === undefined) return undefined;
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if ((await answerOf(path)) !== name) {
    await close(server);
    return undefined;
  }
  return () => close(server);
}

function socketPath(folder: string): string {
  const short = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\peerchart-${short}`;
  const inside = join(folder, 'running');
  return Buffer.byteLength(inside) <= maxSocketPath ? inside : join(tmpdir(), `peerchart-${short}`);
}

/** Undefined when something is there already. */
async function listen(path: string, name: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(name);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
  // The process may end though it still listens.
  server.unref();
  return server;
}

/** A process that was killed leaves its socket behind. */
async function listenAnew(path: string, name: string): Promise<Server | undefined> {
  await unlink(path).catch(() => undefined);
  return listen(path, name);
}

/** What whoever listens there says; undefined when nobody does. */
function answerOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = createConnection(path);
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(said));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
