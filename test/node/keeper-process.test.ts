/** `npm run keeper` as it runs: a process, its files, real WebSockets; and what is not in it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import '../../src/node/node-20.ts';
import { openPracticeDoor } from '../../src/app/door/door.ts';
import type { Session } from '../../src/app/session.ts';
import { createLibp2pTransport } from '../../src/net/libp2p-transport.ts';
import { adaWith, amlodipine } from '../app/support/patient.ts';
import { importText, mustBeOk, mustHave, until, World } from '../app/support/world.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'peerchart-keeper-'));
const running: ChildProcess[] = [];
const sessions: Session[] = [];

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.lock();
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A process, and all it has said. */
function start(...args: readonly string[]): { readonly child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/node/keeper.ts'), ...args]);
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text };
}

async function says(process: ReturnType<typeof start>, what: RegExp): Promise<string> {
  for (let i = 0; i < 2_400; i++) {
    const found = what.exec(process.said())?.[0];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never said ${String(what)}: ${process.said()}`);
}

describe('the keeper as a process', () => {
  test('[ID-3] is added over WebSockets, holds what the practice writes, outlives a kill, and finds damage', async () => {
    const args = ['--data', folder, '--listen', '127.0.0.1', '--port', '0', '--name', 'Cellar'];
    const first = start(...args);
    const text = await says(first, /PCK1-[\w-]+/);
    expect(statSync(join(folder, 'keeper-key')).mode & 0o077).toBe(0);
    const second = start(...args);
    const [code] = (await once(second.child, 'close')) as [number];
    expect([code, second.said()]).toEqual([1, expect.stringContaining('runs already')]);

    const world = await World.start();
    const ports = world.ports('alice');
    const door = await openPracticeDoor({ ...ports, createTransport: (options) => createLibp2pTransport(options) });
    const clinic = mustBeOk(
      await door.create({
        ...{ practiceName: 'Clinic', personName: 'Dr Alice', role: 'clinician', deviceName: 'laptop' },
        ...{ passphrase: 'correct horse battery', recoveryPhrase: door.newRecoveryPhrase(), sharing: true },
      }),
    );
    sessions.push(clinic);
    await importText(clinic, adaWith(amlodipine));
    mustBeOk(await clinic.people.addKeeper(text, new AbortController().signal));
    const request = mustHave(clinic.people.requests[0]);
    const { shortCode } = request;
    await says(first, new RegExp(`${shortCode.slice(0, 3)} ${shortCode.slice(3)}`));
    mustBeOk(await clinic.people.answer(request.id, true));
    await until(() => clinic.people.devices.some((row) => row.role === 'keeper' && row.connection === 'direct'));
    await says(first, /2 charts, [1-9]\d* entries/);

    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const check = start('--data', folder, '--check');
    const [whole] = (await once(check.child, 'close')) as [number];
    expect([whole, check.said()]).toEqual([0, expect.stringContaining('Nothing is damaged.')]);

    const store = join(folder, 'store');
    const log = join(store, mustHave(readdirSync(store).find((name) => name.endsWith('.log'))));
    const bytes = readFileSync(log);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(log, bytes);
    const again = start('--data', folder, '--check');
    const [damaged] = (await once(again.child, 'close')) as [number];
    expect([damaged, again.said()]).toEqual([1, expect.stringMatching(/00000001\.log|record/)]);

    const restarted = start(...args);
    await says(restarted, /charts, \d+ entries/);
    restarted.child.kill('SIGTERM');
    const [ended] = (await once(restarted.child, 'close')) as [number];
    expect([ended, restarted.said()]).toEqual([0, expect.stringContaining('Stopped.')]);
  });

  test('[RE-4] has no Automerge in it, nothing clinical, and nothing that opens an entry', async () => {
    const built = await build({
      root,
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: true },
      build: { ssr: 'src/node/keeper.ts', write: false, minify: false, target: 'node20' },
    });
    const outputs = Array.isArray(built) ? built : [built];
    const modules = outputs.flatMap((one) =>
      'output' in one ? one.output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : [])) : [],
    );
    const ours = modules.filter((id) => id.includes('/src/'));
    expect(ours.some((id) => id.endsWith('src/replica/practice-replication.ts'))).toBe(true);
    expect(ours.some((id) => id.endsWith('src/net/replicator.ts'))).toBe(true);
    const forbidden =
      /automerge|\/src\/(app|crdt|clinical|ui)\/|\/crypto\/(sealed-entry|lockbox|passphrase|recovery-phrase|backup)\.ts/;
    expect(modules.filter((id) => forbidden.test(id))).toEqual([]);
  });
});
