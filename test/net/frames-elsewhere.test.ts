/** Large frames looked at by a thread, by one that broke and without one: the same findings, and what goes to the thread. */
import { isDeepStrictEqual } from 'node:util';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCharter } from '../../src/access/charter-builders.ts';
import { encodeSignedOp } from '../../src/access/operation.ts';
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import type { ToPage } from '../../src/base/thread-calls.ts';
import {
  frameThread,
  type FrameAnswers,
  type FrameThreadPort,
  type ToFrameThread,
} from '../../src/net/frame-thread.ts';
import { elsewhereFromBytes, FramesElsewhere } from '../../src/net/frames-elsewhere.ts';
import { lookAtFrame } from '../../src/net/look-at-frame.ts';
import { LookingAhead } from '../../src/net/looking-ahead.ts';
import * as sign from '../../src/crypto/sign.ts';
import { encodeFrame } from '../../src/net/wire.ts';
import { atTime, mustHave, mustOk, TestPractice } from '../access/support/practices.ts';
import { flipBit, sealSample } from '../crypto/fixtures.ts';
import { seededRandom } from '../support/seeded-random.ts';

vi.mock('../../src/crypto/sign.ts', { spy: true });

const many = 125;
const open: MessagePort[] = [];
let entriesFrame: Bytes;
let chartersFrame: Bytes;

beforeAll(async () => {
  const random = seededRandom('frames elsewhere');
  const [first, ...others] = await Promise.all(Array.from({ length: many }, (_, i) => sealSample(`entry ${i}`)));
  const { header, bytes } = mustHave(first);
  const { chart, section } = header;
  const sound = others.map((entry) => entry.bytes);
  // A signature, a ciphertext, a length that are not what they should be; a piece of a snapshot, which goes by what came before.
  const otherSignature = flipBit(bytes, 8 * (3 + (bytes[1] ?? 0) * 256 + (bytes[2] ?? 0) + 7));
  const otherCiphertext = flipBit(bytes, 8 * bytes.length - 1);
  const piece = concatBytes(Uint8Array.of(130), random.bytes(200));
  entriesFrame = encodeFrame({
    kind: 'entries',
    sections: [
      { chart, section, entries: [bytes, otherSignature, otherCiphertext, bytes.slice(0, -1), piece, ...sound] },
      { chart, section: 'problems', entries: [bytes] },
    ],
  });
  const clinic = await TestPractice.found('clinic');
  const made = [];
  for (let i = 0; i < many; i++)
    made.push(mustOk(await createCharter(clinic.author(), ['identity'], random, atTime)).op);
  const [one] = made;
  chartersFrame = encodeFrame({
    kind: 'charterOps',
    charters: [
      ...made.map(({ log, signed }) => ({
        chart: log.chart,
        ops: [encodeSignedOp(signed), flipBit(encodeSignedOp(signed), 999)],
      })),
      { chart: mustHave(made[1]).log.chart, ops: [encodeSignedOp(mustHave(one).signed)] },
    ],
  });
});

beforeEach(() => {
  vi.mocked(sign.verify).mockClear();
});

afterEach(() => {
  vi.useRealTimers();
  for (const port of open.splice(0)) port.close();
});

/** A thread at the other end of a channel: what passes is cloned, as between a page and its worker. */
class Threads {
  started = 0;
  ended = 0;
  heard = 0;
  readonly start = (): FrameThreadPort => {
    this.started++;
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const thread = frameThread((message, transfer) => {
      port2.postMessage(message, [...transfer]);
    });
    port2.on('message', (message: ToFrameThread) => {
      this.heard++;
      void thread.hear(message);
    });
    return {
      post: (message) => {
        port1.postMessage(message);
      },
      listen: (hear) => {
        port1.on('message', (message: ToPage<FrameAnswers>) => {
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
const broken = (): FrameThreadPort => ({
  post: () => undefined,
  listen: (_hear, broke) => {
    queueMicrotask(broke);
  },
  end: () => undefined,
});

/** Answers every question that it failed. */
const failing = (): FrameThreadPort => {
  let hear: (message: ToPage<FrameAnswers>) => void = () => undefined;
  return {
    post: ({ id }) => {
      queueMicrotask(() => {
        hear({ kind: 'failed', id, name: 'RangeError' });
      });
    },
    listen: (heard) => {
      hear = heard;
    },
    end: () => undefined,
  };
};

describe.each([
  ['by a thread', () => new FramesElsewhere(new Threads().start)],
  ['by a thread that broke', () => new FramesElsewhere(broken)],
  ['by a thread that failed', () => new FramesElsewhere(failing)],
] as const)('a large frame looked at %s', (_how, make) => {
  it('[RE-4] is found to be what it is found to be here: what is sound, and why the rest is not', async () => {
    for (const frame of [entriesFrame, chartersFrame, flipBit(entriesFrame, 60_000), new Uint8Array(2 ** 21)]) {
      expect(isDeepStrictEqual(await make().look(frame), await lookAtFrame(frame))).toBe(true);
    }
    const { entries } = await lookAtFrame(entriesFrame);
    expect(
      mustHave(entries?.[0])
        .slice(0, 6)
        .map((one) => (one === undefined || one.ok ? one?.ok : one.reason)),
    ).toEqual([...[true, 'bad-signature', 'bad-ciphertext-hash', 'wrong-length', undefined, true]]);
    expect(entries?.[1]?.[0]).toMatchObject({ ok: false, reason: 'of-another-section' });
    const { charterOps } = await lookAtFrame(chartersFrame);
    expect(charterOps?.map((ops) => ops.map(({ ok }) => ok))).toEqual([
      ...Array.from({ length: many }, () => [true, false]),
      [false],
    ]);
  });
});

describe('the thread', () => {
  it('does all of it: the page checks no signature of a frame that it looked at ahead, nor of one that came by itself', async () => {
    const there = await lookAtFrame(entriesFrame);
    const threads = new Threads();
    const port = threads.start();
    const asked: number[] = [];
    // Answered by what was found before, so that whatever is still checked is checked here.
    const ahead = new LookingAhead(
      new FramesElsewhere(() => ({
        ...port,
        post: ({ id }) => {
          asked.push(id);
          answer({ kind: 'answer', id, value: there });
        },
        listen: (hear) => {
          answer = hear;
        },
      })),
    );
    let answer: (message: ToPage<FrameAnswers>) => void = () => undefined;
    vi.mocked(sign.verify).mockClear();
    for (const isAhead of [true, false]) {
      if (isAhead) ahead.start(entriesFrame);
      const message = mustOk(await ahead.decoded(entriesFrame));
      if (message.kind !== 'entries') throw new Error('it says what it said');
      expect(await ahead.entries(message.sections)).toBe(there.entries);
    }
    expect(asked).toHaveLength(2);
    expect(vi.mocked(sign.verify)).not.toHaveBeenCalled();
  });

  it('is asked about no small frame: an edit waits for nobody', () => {
    const threads = new Threads();
    const frames = new FramesElsewhere(threads.start);
    expect(entriesFrame.length).toBeGreaterThan(elsewhereFromBytes);
    expect(frames.look(new Uint8Array(elsewhereFromBytes - 1))).toBeUndefined();
    expect(threads.started).toBe(0);
  });

  it('is one for all frames, and gone when none comes for a while, and at the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const threads = new Threads();
    const frames = new FramesElsewhere(threads.start);
    await Promise.all([frames.look(entriesFrame), frames.look(chartersFrame)]);
    await frames.look(entriesFrame);
    expect([threads.started, threads.heard, threads.ended]).toEqual([1, 3, 0]);
    vi.runAllTimers();
    expect(threads.ended).toBe(1);
    await frames.look(entriesFrame);
    expect([threads.started, threads.ended]).toEqual([2, 1]);
    frames.end();
    expect(threads.ended).toBe(2);
    expect(frames.look(entriesFrame)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that never answers is given up, and the page looks itself', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let ended = 0;
    const silent = (): FrameThreadPort => ({ post: () => undefined, listen: () => undefined, end: () => (ended += 1) });
    const found = new FramesElsewhere(silent).look(entriesFrame);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await found).toEqual(await lookAtFrame(entriesFrame));
    expect(ended).toBe(1);
  });

  it('that never answered anything is the last: no frame after it waits for another', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const silent = (): FrameThreadPort => ({ post: () => undefined, listen: () => undefined, end: () => undefined });
    for (const make of [silent, broken]) {
      let started = 0;
      const frames = new FramesElsewhere(() => {
        started++;
        return make();
      });
      const waiting = Promise.all([frames.look(entriesFrame), frames.look(chartersFrame)]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await waiting).map((found) => found?.message.ok)).toEqual([true, true]);
      expect(frames.look(entriesFrame)).toBeUndefined();
      expect(started).toBe(1);
    }
  });

  it('that answered and then broke is started again', async () => {
    const threads = new Threads();
    let breakIt: () => void = () => undefined;
    const frames = new FramesElsewhere(() => {
      const port = threads.start();
      return {
        ...port,
        listen: (hear, broke) => {
          breakIt = broke;
          port.listen(hear, broke);
        },
      };
    });
    await frames.look(entriesFrame);
    const second = frames.look(chartersFrame);
    breakIt();
    expect((await second)?.message.ok).toBe(true);
    await frames.look(entriesFrame);
    expect(threads.started).toBe(2);
    frames.end();
  });

  it('is not asked for again where none starts', () => {
    let asked = 0;
    const frames = new FramesElsewhere(() => {
      asked++;
      return undefined;
    });
    for (let i = 0; i < 3; i++) expect(frames.look(entriesFrame)).toBeUndefined();
    expect(asked).toBe(1);
  });
});
