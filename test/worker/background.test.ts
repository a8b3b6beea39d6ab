/** Background work by a thread and without one: the same answers; stopping, breaking, forgetting. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { passphraseKey, type KdfParams } from '../../src/crypto/passphrase.ts';
import type { Background, ImportReader } from '../../src/worker/background.ts';
import { elsewhere } from '../../src/worker/elsewhere.ts';
import { ImportFiles } from '../../src/worker/import-files.ts';
import { inProcess } from '../../src/worker/in-process.ts';
import type { ThreadPort, ToPage, ToThread } from '../../src/worker/messages.ts';
import { threadOf } from '../../src/worker/thread.ts';

/** Node gives one channel a thousand messages before it looks at another. */
const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const quick: KdfParams = { memoryKiB: 8, iterations: 1, parallelism: 1, salt: new Uint8Array(16).fill(7) };
const here = inProcess(nextTask);
const open: MessagePort[] = [];

/** A thread at the other end of a channel: what passes is cloned, as between a page and its worker. */
class Threads {
  started = 0;
  ended = 0;
  heard: string[] = [];
  readonly start = (): ThreadPort => {
    this.started++;
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const thread = threadOf((message, transfer) => {
      port2.postMessage(message, [...transfer]);
    }, nextTask);
    port2.on('message', (message: ToThread) => {
      this.heard.push(message.kind === 'ask' ? message.act : message.kind);
      void thread.hear(message);
    });
    return {
      post: (message) => {
        port1.postMessage(message);
      },
      listen: (hear) => {
        port1.on('message', (message: ToPage) => {
          hear(message);
        });
      },
      end: () => {
        this.ended++;
        port1.close();
      },
    };
  };
}

/** Starts, and breaks before it answers. */
const broken = (): ThreadPort => ({
  post: () => undefined,
  listen: (_hear, broke) => {
    queueMicrotask(broke);
  },
  end: () => undefined,
});

function bundle(patients: readonly string[], problems = 2): string {
  const resources = patients.flatMap((id) => [
    { resourceType: 'Patient', id, name: [{ family: `Family ${id}`, given: ['Ana'] }], birthDate: '1970-03-05' },
    ...Array.from({ length: problems }, (_, i) => ({
      resourceType: 'Condition',
      id: `${id}-${String(i)}`,
      subject: { reference: `Patient/${id}` },
      code: { text: `Problem ${String(i)}` },
    })),
  ]);
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ resource })),
  });
}

const unwatched = { signal: new AbortController().signal, progress: () => undefined };
const nothingHeld = new Map<never, never>();

async function everything(reader: ImportReader) {
  const read = await reader.read(0, bundle(['a', 'b']), unwatched);
  const plan = await reader.plan(0, 'Patient/b', nothingHeld);
  const held = new Map([
    [
      'problems',
      {
        resources: new Map([
          ['Condition/b-0', { key: 'Condition/b-0', base: '{"resourceType":"Condition","id":"b-0"}', registers: {} }],
        ]),
      },
    ],
  ] as const);
  const compared = await reader.plan(0, 'Patient/b', held);
  return {
    read,
    plan,
    compared,
    bad: await reader.read(1, '{"resourceType":"Bundle"', unwatched),
    missing: await reader.plan(2, 'Patient/b', nothingHeld),
  };
}

afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

describe.each([
  ['by a thread', () => elsewhere(new Threads().start, here)],
  ['where there are no threads', () => elsewhere(() => undefined, here)],
  ['by a thread that broke', () => elsewhere(broken, here)],
] as const)('background work %s', (_how, make) => {
  const background: Background = make();

  it('derives the key that the page would', async () => {
    expect(await background.passphraseKey('correct horse', quick)).toEqual(await passphraseKey('correct horse', quick));
  });

  it('reads, plans and compares as the page would', async () => {
    const reader = background.importReader();
    const there = await everything(reader);
    reader.end();
    expect(there).toEqual(await everything(here.importReader()));
    expect(there.read).toMatchObject({
      ok: true,
      value: { charts: [{ patientKey: 'Patient/a', resources: 3 }, { name: 'Ana Family b' }], aboutOthers: [] },
    });
    expect(there.compared?.changes.map(({ kind }) => kind)).toContain('changed');
    expect(there.missing).toBeUndefined();
  });
});

describe('a thread', () => {
  it('is there for one derivation, and gone with what it had in memory when the key is told', async () => {
    const threads = new Threads();
    await elsewhere(threads.start, here).passphraseKey('correct horse', quick);
    expect([threads.started, threads.ended]).toEqual([1, 1]);
  });

  it('is there for one import, whatever the number of files, and gone at its end', async () => {
    const threads = new Threads();
    const reader = elsewhere(threads.start, here).importReader();
    for (let file = 0; file < 5; file++) await reader.read(file, bundle([`p${String(file)}`]), unwatched);
    expect([threads.started, threads.ended]).toEqual([1, 0]);
    reader.end();
    expect(threads.ended).toBe(1);
    await expect(reader.holds(0)).rejects.toThrow();
  });

  it('stops reading in the middle of a file when nobody wants it any more', async () => {
    const reader = elsewhere(new Threads().start, here).importReader();
    const stop = new AbortController();
    let told = 0;
    const read = await reader.read(0, bundle(['a'], 2_000), {
      signal: stop.signal,
      progress: (done) => {
        told = done;
        if (done > 100) stop.abort();
      },
    });
    expect(read).toMatchObject({ ok: false, reason: 'cancelled' });
    expect(told).toBeLessThan(2_001);
  });

  it('that never answers is ended, and the page derives the key', async () => {
    let ended = 0;
    const silent: ThreadPort = {
      post: () => undefined,
      listen: () => undefined,
      end: () => {
        ended++;
      },
    };
    const slow = elsewhere(() => silent, here, 20);
    expect(await slow.passphraseKey('correct horse', quick)).toEqual(await passphraseKey('correct horse', quick));
    expect(ended).toBe(1);
  });

  it('says of a bug no more than its name', async () => {
    const threads = new Threads();
    const asked = elsewhere(threads.start, here).passphraseKey('secret words', { ...quick, memoryKiB: 1 });
    await expect(asked).rejects.toThrow('background work failed: Error');
  });
});

describe('files that were read', () => {
  it('are kept from the first on while there is room, and the newest always', async () => {
    const text = bundle(['a']);
    const files = new ImportFiles(nextTask, 3 * text.length);
    for (let file = 0; file < 6; file++) await files.read(file, text, unwatched);
    const held = [];
    for (let file = 0; file < 6; file++) held.push(await files.holds(file));
    expect(held).toEqual([true, true, false, false, false, true]);
  });

  it('larger than the room are kept one at a time', async () => {
    const files = new ImportFiles(nextTask, 1);
    await files.read(0, bundle(['a']), unwatched);
    await files.read(1, bundle(['b']), unwatched);
    expect([await files.holds(0), await files.holds(1)]).toEqual([false, true]);
  });
});
