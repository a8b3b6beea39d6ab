import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canListen, onFirstFreePort } from '../../src/node/free-port.ts';
import { readServeOptions, serveUsage } from '../../src/node/serve-options.ts';

async function busyPort(): Promise<{ readonly port: number; readonly free: () => void }> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return { port: address.port, free: () => server.close() };
}

function check(...args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'src/node/check-serve.ts', ...args], {
    encoding: 'utf8',
  });
  return { code: run.status, said: run.stderr };
}

describe('before the app is built', () => {
  it('a port that is taken is named, and the command fails', async () => {
    const { port, free } = await busyPort();
    const { code, said } = check('--port', String(port));
    free();
    expect(code).toBe(1);
    expect(said).toContain(`Port ${String(port)} is already in use`);
  });

  it('a host without a certificate learns how `npm run host` is used, and of no other command', () => {
    const { code, said } = check('--https');
    expect(code).toBe(1);
    expect(said).toContain('npm run host -- --cert FILE');
    expect(said).not.toContain('npm start');
  });

  it('a certificate that is not there is named', () => {
    const missing = join(tmpdir(), 'no-such-certificate.pem');
    expect(check('--https', '--cert', missing, '--key', missing).said).toContain(missing);
  });

  it('passes when nothing is in the way', () => {
    expect(check('--port', '0')).toEqual({ code: 0, said: '' });
  });
});

describe('the ports tried', () => {
  it('are the next ones when none was asked for, and only the asked one else', async () => {
    expect((await readServeOptions([])).ports.slice(0, 3)).toEqual([4173, 4174, 4175]);
    expect((await readServeOptions(['--port', '5000'])).ports).toEqual([5000]);
  });

  it('a taken one is passed over for the next', async () => {
    const { port, free } = await busyPort();
    const used = await onFirstFreePort([port, 0], async (each) => {
      await canListen('127.0.0.1', each);
      return each;
    });
    free();
    expect(used).toBe(0);
  });

  it('what is no port is refused with a sentence', async () => {
    await expect(readServeOptions(['--port', '70000'])).rejects.toThrow('70000 is no port.');
    expect(serveUsage([])).toContain('npm start');
  });
});
