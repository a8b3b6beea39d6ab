import '../../src/node/node-20.ts';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startAppServer, type AppServer } from '../../src/node/app-server.ts';
import { readOrMakeSeed } from '../../src/node/key-file.ts';
import { device, dialled, reachable, until } from '../net-libp2p/devices.ts';
import { makeBuiltApp, makeCertificate } from './built-app.ts';

const started: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

async function serve(options: Partial<Parameters<typeof startAppServer>[0]> = {}): Promise<AppServer> {
  const server = await startAppServer({
    folder: await makeBuiltApp(),
    host: '127.0.0.1',
    port: 0,
    name: 'localhost',
    relaySeed: randomBytes(32),
    iceServers: [],
    ...options,
  });
  started.push(server);
  return server;
}

describe('the app and its relay on one port', () => {
  it('tells the app of its own relay and ICE servers', async () => {
    const iceServers = [{ urls: 'stun:stun.clinic.example:3478' }];
    const server = await serve({ iceServers });
    const offer: unknown = await (await fetch(new URL('peerchart.json', server.url))).json();
    expect(offer).toEqual({ relays: server.relay.addresses, iceServers });
    expect(server.relay.addresses[0]).toBe(
      `/dns/localhost/tcp/${new URL(server.url).port}/ws/p2p/${server.relay.peerId}`,
    );
  });

  it('introduces two devices through the port of the page, and lets more pass than the usual 128 KiB', async () => {
    const server = await serve();
    const relays = server.relay.addresses;
    const [alice, bob] = [await device({ relays }), await device({ relays })];
    started.push({ close: () => alice.stop() }, { close: () => bob.stop() });
    const received: number[] = [];
    bob.onConnection((connection) => connection.onFrame((frame) => void received.push(frame.length)));
    await Promise.all([alice.start(), bob.start()]);
    await reachable(bob);
    const connection = await dialled(alice, bob.device, bob.addresses());
    for (let i = 0; i < 8; i++) await connection.send(new Uint8Array(100_000));
    await until('all frames are there', () => received.length === 8);
    expect(received).toEqual(new Array(8).fill(100_000));
  });

  it('gives the place of a device that left to others at once', async () => {
    const server = await serve();
    const alice = await device({ relays: server.relay.addresses });
    await alice.start();
    await until('the place is taken', () => server.relay.counts().reservations === 1);
    await alice.stop();
    await until('the place is free', () => server.relay.counts().reservations === 0);
    expect(server.relay.counts()).toEqual({ devices: 0, reservations: 0 });
  });

  it('speaks https and wss with the certificate it was given', async (context) => {
    const tls = await makeCertificate(await mkdtemp(join(tmpdir(), 'peerchart-tls-')));
    if (tls === undefined) return context.skip('openssl not found');
    const server = await serve({ tls });
    expect(server.url).toMatch(/^https:\/\/localhost:\d+\/$/);
    expect(server.relay.addresses[0]).toMatch(/^\/dns\/localhost\/tcp\/\d+\/tls\/ws\/p2p\//);
    const status = await new Promise((resolve, reject) => {
      get(server.url, { ca: tls.cert }, (response) => resolve(response.statusCode)).on('error', reject);
    });
    expect(status).toBe(200);
    const socket = new WebSocket(server.url.replace('https', 'wss'), { ca: tls.cert });
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    socket.terminate();
  });

  it('says that there is no built app instead of serving an empty folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'peerchart-empty-'));
    await expect(serve({ folder })).rejects.toThrow('npm run build');
  });

  it('a connection that breaks in the middle of an upgrade takes nothing else down', async () => {
    const server = await serve();
    const socket = new WebSocket(server.url.replace('http', 'ws'));
    socket.on('error', () => {});
    socket.terminate();
    expect((await fetch(server.url)).status).toBe(200);
  });
});

describe("the relay's key", () => {
  it('is made once, readable by its owner alone, and gives the same address after a restart', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'peerchart-key-')), 'data', 'relay-key');
    const first = await serve({ relaySeed: await readOrMakeSeed(path) });
    const peerId = first.relay.peerId;
    await first.close();
    started.pop();
    const second = await serve({ relaySeed: await readOrMakeSeed(path) });
    expect(second.relay.peerId).toBe(peerId);
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readFile(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('is never replaced silently when the file is damaged', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'peerchart-key-')), 'relay-key');
    await writeFile(path, 'damaged');
    await expect(readOrMakeSeed(path)).rejects.toThrow('should hold 32 bytes');
    expect(await readFile(path, 'utf8')).toBe('damaged');
  });
});
