/** The command line of a keeper, its words, and one process at a time on a folder. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { lockFolder } from '../../src/node/folder-lock.ts';
import { listenAddress, readKeeperOptions } from '../../src/node/keeper-options.ts';
import { damageInWords, sizeInWords, statusLine } from '../../src/node/keeper-words.ts';
import { UsageError } from '../../src/node/main.ts';

const folders: string[] = [];
const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'peerchart-keeper-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('what is typed', () => {
  test('nothing is needed: it listens everywhere, and is called as this computer is', () => {
    const options = readKeeperOptions([]);
    expect(options).toMatchObject({ host: '0.0.0.0', port: 4180, announce: [], relays: [], task: 'keep' });
    expect(options.name).not.toBe('');
    expect(listenAddress(options)).toBe('/ip4/0.0.0.0/tcp/4180/ws');
    expect(listenAddress({ host: '::', port: 1 })).toBe('/ip6/::/tcp/1/ws');
  });

  test('what is wrong is said before anything starts', () => {
    for (const wrong of [
      ['--port', 'many'],
      ['--port', '70000'],
      ['--announce', 'keeper.example'],
    ])
      expect(() => readKeeperOptions(wrong)).toThrow(UsageError);
    expect(() => readKeeperOptions(['--dta', 'x'])).toThrow(/--dta/);
  });

  test('the tasks beside keeping', () => {
    expect(readKeeperOptions(['--check']).task).toBe('check');
    expect(readKeeperOptions(['--check', '--help']).task).toBe('help');
  });
});

describe('one process at a time', () => {
  test('a second one is told, and the folder is free when the first gives it back', async () => {
    const folder = freshFolder();
    const unlock = await lockFolder(folder);
    expect(unlock).toBeDefined();
    expect(await lockFolder(folder)).toBeUndefined();
    await unlock?.();
    const again = await lockFolder(folder);
    expect(again).toBeDefined();
    await again?.();
  });

  test('of two that come at the same moment one gets it', async () => {
    const folder = freshFolder();
    const both = await Promise.all([lockFolder(folder), lockFolder(folder)]);
    expect(both.filter((unlock) => unlock !== undefined)).toHaveLength(1);
    for (const unlock of both) await unlock?.();
  });

  test('a folder with a long path is locked too', async () => {
    const folder = join(freshFolder(), 'a'.repeat(120));
    const unlock = await lockFolder(folder);
    expect(await lockFolder(folder)).toBeUndefined();
    await unlock?.();
  });

  test('after a kill the folder is free at once', async () => {
    const folder = freshFolder();
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'folder-lock-process.ts'), folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    expect(await lockFolder(folder)).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'close');
    const unlock = await lockFolder(folder);
    expect(unlock).toBeDefined();
    await unlock?.();
  });
});

describe('what it says', () => {
  const member = {
    kind: 'member',
    practice: 'ab'.repeat(32) as never,
    charts: 12,
    entries: 340,
    connected: [
      { device: 'aa'.repeat(32) as never, own: true, settled: true },
      { device: 'bb'.repeat(32) as never, own: false, settled: false },
    ],
    missing: 0,
    refused: [],
  } as const;

  test('how it stands, in one line', () => {
    expect(statusLine(member, 3.5 * 1024 * 1024)).toBe(
      '12 charts, 340 entries, 3.5 MB on disk · connected: 1 of the practice, 1 of others (1 still exchanging)',
    );
    expect(statusLine({ ...member, missing: 2, refused: [{ reason: 'quota', count: 3 }] }, 10)).toContain(
      '2 damaged entries, asked of others · 3 things refused',
    );
    expect(statusLine({ ...member, kind: 'removed' }, 10)).toContain('removed');
  });

  test('damage is named by file and record', () => {
    expect(damageInWords({ file: '00000001.log', why: 'unreadable-record', what: 'heads/x' })).toBe(
      '00000001.log: the record heads/x is damaged.',
    );
    expect(sizeInWords(5 * 1024 ** 3)).toBe('5.00 GB');
  });
});
