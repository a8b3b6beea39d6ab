/**
 * Every frame of replication that passes this page, with when it passed and, for received ones, when it was dealt with,
 * which is when what it brought is durable. Written by tapped-transport.ts, which stands in for the real one in the bench.
 */
export interface TappedFrame {
  readonly direction: 'in' | 'out';
  readonly bytes: number;
  readonly at: number;
  /** Of one that came in; undefined until then. */
  doneAt?: number;
}

let frames: TappedFrame[] = [];

export function note(frame: TappedFrame): TappedFrame {
  frames.push(frame);
  return frame;
}

export function startOver(): void {
  frames = [];
}

export interface Exchange {
  readonly bytes: number;
  /** How often this side, having said something, heard something: waits of one way there and back. */
  readonly rounds: number;
  /** From the first frame until the last that came in was dealt with. */
  readonly ms: number;
  readonly frames: number;
}

/** What passed since `startOver`. */
export function exchange(): Exchange {
  const first = frames[0]?.at ?? 0;
  const last = Math.max(first, ...frames.map(({ at, doneAt }) => doneAt ?? at));
  let rounds = 0;
  let said = false;
  for (const { direction } of frames) {
    if (direction === 'in' && said) rounds += 1;
    said = direction === 'out';
  }
  // Two that greet each other at once: whoever hears first has not said anything yet, but has by the time it answers.
  const heard = frames.some(({ direction }) => direction === 'in');
  return {
    bytes: frames.reduce((sum, { bytes }) => sum + bytes, 0),
    rounds: heard ? Math.max(1, rounds) : 0,
    ms: last - first,
    frames: frames.length,
  };
}

/** Resolves when frames have passed, all that came in are dealt with, and none has passed for so long. */
export async function quiet(ms: number): Promise<void> {
  for (;;) {
    const latest = Math.max(0, ...frames.map(({ at, doneAt }) => doneAt ?? at));
    const pending = frames.some(({ direction, doneAt }) => direction === 'in' && doneAt === undefined);
    if (frames.length > 0 && !pending && performance.now() - latest > ms) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
