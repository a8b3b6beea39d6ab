/** Links over streams in memory: credit, moving, endings, and peers that break the rules. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deviceId } from '../../src/base/ids.ts';
import { FrameLink, flushLimitMs } from '../../src/net/frame-link.ts';
import { encodeRecord, type LinkRecord } from '../../src/net/link-records.ts';
import { linkWindowBytes, maxFrameBytes } from '../../src/net/limits.ts';
import { RecordStream, type ByteStream, type StreamEnd } from '../../src/net/record-stream.ts';
import type { CloseReason, Connection } from '../../src/net/transport.ts';

const device = deviceId(new Uint8Array(32).fill(1));

/** Both ends of a stream. `delay` says how many turns each message takes; order is kept. */
function streamPair(delay: () => number = () => 0): [MemoryStream, MemoryStream] {
  const [a, b] = [new MemoryStream(delay), new MemoryStream(delay)];
  a.other = b;
  b.other = a;
  return [a, b];
}

class MemoryStream implements ByteStream {
  other: MemoryStream | undefined;
  readonly #delay: () => number;
  #arrivals: Promise<void> = Promise.resolve();
  #onBytes: ((bytes: Uint8Array) => void) | undefined;
  #onEnd: ((end: StreamEnd) => void) | undefined;
  #broken = false;
  #closed = false;

  constructor(delay: () => number) {
    this.#delay = delay;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#broken || this.#closed) return Promise.resolve(false);
    this.#pass((other) => other.#onBytes?.(bytes));
    return Promise.resolve(true);
  }

  read(onBytes: (bytes: Uint8Array) => void, onEnd: (end: StreamEnd) => void): void {
    this.#onBytes = onBytes;
    this.#onEnd = onEnd;
  }

  close(): Promise<void> {
    if (!this.#closed) this.#pass((other) => other.#onEnd?.('closed'));
    this.#closed = true;
    return Promise.resolve();
  }

  abort(): void {
    this.#break();
    if (this.other !== undefined) this.other.#break();
  }

  #break(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#onEnd?.('reset');
  }

  #pass(arrive: (other: MemoryStream) => void): void {
    const turns = this.#delay();
    this.#arrivals = this.#arrivals.then(async () => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      if (this.other !== undefined && !this.#broken) arrive(this.other);
    });
  }
}

interface Side {
  readonly link: FrameLink;
  readonly frames: number[];
  readonly ends: CloseReason[];
}

function linkOn(stream: ByteStream, openedHere: boolean, path: Connection['path'] = 'relayed'): Side {
  const link = new FrameLink({
    device,
    name: { instance: '0102030405060708', number: 1 },
    otherInstance: '0807060504030201',
    openedHere,
    path,
    stream: new RecordStream(stream),
    tap: undefined,
    ended: () => {},
    moved: () => {},
  });
  const side: Side = { link, frames: [], ends: [] };
  link.onClose((reason) => side.ends.push(reason));
  return side;
}

function receive(side: Side, pause?: () => Promise<void>): void {
  side.link.onFrame(async (frame) => {
    side.frames.push(new DataView(frame.buffer).getUint32(0));
    await pause?.();
  });
}

function numbered(number: number, length = 4): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(length);
  new DataView(frame.buffer).setUint32(0, number);
  return frame;
}

/** More turns than any chain of messages here takes. */
async function settle(turns = 400): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('credit', () => {
  it('a writer stops when the window is full, and goes on when the reader has taken what it holds', async () => {
    const [a, b] = streamPair();
    const [alice, bob] = [linkOn(a, true), linkOn(b, false)];
    let handedOver = 0;
    for (let i = 0; i < 40; i++) void alice.link.send(numbered(i, 64 * 1024)).then(() => handedOver++);
    await settle();
    expect(handedOver * 64 * 1024).toBeLessThanOrEqual(linkWindowBytes);
    expect(handedOver).toBe(19);
    receive(bob);
    await settle();
    expect(handedOver).toBe(40);
    expect(bob.frames).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('frames of every size pass in both directions at once, whatever credit is not given back yet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 4, max: maxFrameBytes }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 4, max: maxFrameBytes }), { maxLength: 12 }),
        async (fromAlice, fromBob) => {
          const [a, b] = streamPair();
          const [alice, bob] = [linkOn(a, true), linkOn(b, false)];
          receive(alice);
          receive(bob);
          const sends = [
            ...fromAlice.map((length, i) => alice.link.send(numbered(i, length))),
            ...fromBob.map((length, i) => bob.link.send(numbered(i, length))),
          ];
          expect((await Promise.all(sends)).every(({ ok }) => ok)).toBe(true);
          await settle();
          expect(bob.frames).toEqual(fromAlice.map((_, i) => i));
          expect(alice.frames).toEqual(fromBob.map((_, i) => i));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('[section 9] a peer that sends beyond its credit is cut off', async () => {
    const [a, b] = streamPair();
    const bob = linkOn(b, false);
    const flood = encodeRecord({ kind: 'frame', frame: new Uint8Array(maxFrameBytes) });
    await a.write(flood);
    await settle();
    expect(bob.ends).toEqual([]);
    await a.write(flood);
    await settle();
    expect(bob.link.alive).toBe(false);
    expect(bob.ends).toEqual(['protocol-error']);
  });

  it('[section 9] tiny frames cost more than their bytes', async () => {
    const [a, b] = streamPair();
    const bob = linkOn(b, false);
    const tiny = encodeRecord({ kind: 'frame', frame: Uint8Array.of(1) });
    for (let i = 0; bob.link.alive && i < 100_000; i += 100) {
      for (let j = 0; j < 100; j++) void a.write(tiny);
      await settle();
    }
    expect(bob.link.alive).toBe(false);
  });

  it('[section 9] records that have no place here end the link and nothing else', async () => {
    const hostile: LinkRecord[] = [
      { kind: 'credit', bytes: 1 },
      { kind: 'moved' },
      { kind: 'accept', instance: '0102030405060708' },
      { kind: 'refuse', reason: 'version' },
      { kind: 'move', version: 1, link: { instance: '0102030405060708', number: 1 } },
    ];
    for (const record of hostile) {
      const [a, b] = streamPair();
      const bob = linkOn(b, false);
      await a.write(encodeRecord(record));
      await settle();
      expect(bob.ends).toEqual(['protocol-error']);
    }
  });
});

describe('moving to a better path', () => {
  it('loses, repeats and reorders nothing, whatever the timing of both paths', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }),
        async (frames, moveAt, oldDelays, newDelays) => {
          const cycle = (delays: readonly number[]): (() => number) => {
            let next = 0;
            return () => delays[next++ % delays.length] ?? 0;
          };
          const [oldA, oldB] = streamPair(cycle(oldDelays));
          const [newA, newB] = streamPair(cycle(newDelays));
          const [alice, bob] = [linkOn(oldA, true), linkOn(oldB, false)];
          receive(alice);
          receive(bob);
          const sends: Promise<unknown>[] = [];
          for (let i = 0; i < frames; i++) {
            sends.push(alice.link.send(numbered(i, 30_000)), bob.link.send(numbered(i, 40_000)));
            if (i === Math.min(moveAt, frames - 1)) {
              // The side that accepts knows the new stream before the side that asked has the answer.
              expect(bob.link.moveTo(new RecordStream(newB), 'direct')).toBe(true);
              await settle();
              expect(alice.link.moveTo(new RecordStream(newA), 'direct')).toBe(true);
            }
          }
          await Promise.all(sends);
          await settle(5_000);
          const all = Array.from({ length: frames }, (_, i) => i);
          expect(bob.frames).toEqual(all);
          expect(alice.frames).toEqual(all);
          expect([alice.link.path, bob.link.path]).toEqual(['direct', 'direct']);
          // The old path is of no more consequence.
          oldA.abort();
          await alice.link.send(numbered(frames));
          await settle(100);
          expect(bob.frames).toEqual([...all, frames]);
          expect([...alice.ends, ...bob.ends]).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('an old path that breaks before all came over it ends the link as lost, not silently short of frames', async () => {
    const [oldA, oldB] = streamPair(() => 50);
    const [newA, newB] = streamPair();
    const [alice, bob] = [linkOn(oldA, true), linkOn(oldB, false)];
    receive(bob);
    void alice.link.send(numbered(0));
    bob.link.moveTo(new RecordStream(newB), 'direct');
    alice.link.moveTo(new RecordStream(newA), 'direct');
    void alice.link.send(numbered(1));
    oldA.abort();
    await settle();
    expect(bob.frames).toEqual([]);
    expect(bob.ends).toEqual(['lost']);
    expect(alice.ends).toEqual(['lost']);
  });
});

describe('endings', () => {
  it('what was handed over before closing still arrives, then the end is told, once', async () => {
    const [a, b] = streamPair();
    const [alice, bob] = [linkOn(a, true), linkOn(b, false)];
    const results = [0, 1, 2].map((i) => alice.link.send(numbered(i, 900_000)));
    let alsoTold = 0;
    bob.link.onClose(() => alsoTold++);
    alice.link.close();
    alice.link.close();
    expect(await alice.link.send(numbered(3))).toEqual({ ok: false, reason: 'closed' });
    receive(bob);
    await settle();
    expect((await Promise.all(results)).map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(bob.frames).toEqual([0, 1, 2]);
    expect([alice.ends, bob.ends]).toEqual([['closed-here'], ['closed-there']]);
    expect(alsoTold).toBe(1);
    await alice.link.flushed;
  });

  it('a reader that never reads cannot keep the writer from ending', async () => {
    const [a, b] = streamPair();
    const [alice] = [linkOn(a, true), linkOn(b, false)];
    const results = [0, 1, 2].map((i) => alice.link.send(numbered(i, 900_000)));
    alice.link.close();
    await vi.advanceTimersByTimeAsync(flushLimitMs);
    expect((await Promise.all(results)).map(({ ok }) => ok)).toEqual([true, false, false]);
    await alice.link.flushed;
  });

  it('[ATTACK-42] a device that lost its right gets nothing of what was still waiting', async () => {
    const [a, b] = streamPair();
    const [alice, bob] = [linkOn(a, true), linkOn(b, false)];
    const results = [0, 1, 2].map((i) => alice.link.send(numbered(i, 900_000)));
    await settle();
    alice.link.end('not-allowed');
    receive(bob);
    await settle();
    expect((await Promise.all(results)).map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(bob.frames).toEqual([0]);
    expect([alice.ends, bob.ends]).toEqual([['not-allowed'], ['closed-there']]);
  });

  it('a broken stream is lost to both, after what had arrived was delivered', async () => {
    const [a, b] = streamPair();
    const [alice, bob] = [linkOn(a, true), linkOn(b, false)];
    await alice.link.send(numbered(0));
    await settle();
    a.abort();
    await settle();
    expect(bob.ends).toEqual([]);
    receive(bob);
    await settle();
    expect(bob.frames).toEqual([0]);
    expect([alice.ends, bob.ends]).toEqual([['lost'], ['lost']]);
    expect(await bob.link.send(numbered(1))).toEqual({ ok: false, reason: 'closed' });
  });

  it('a receiver that throws ends its own link', async () => {
    const [a, b] = streamPair();
    const [alice, bob] = [linkOn(a, true), linkOn(b, false)];
    bob.link.onFrame(() => {
      throw new Error('a bug of the receiver');
    });
    await alice.link.send(numbered(0));
    await settle();
    expect([alice.ends, bob.ends]).toEqual([['lost'], ['protocol-error']]);
  });
});
