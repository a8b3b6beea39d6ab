/**
 * The side of the thread that looks at frames for a page. It holds ciphertext, headers and signatures and can reach nothing that
 * opens, no disk and no network: whoever looks for a way from it finds none in the import graph. Knows no browser:
 * frame-thread-main.ts gives it a worker's messages, a test the end of a channel.
 */
import type { Bytes } from '../base/bytes.ts';
import { Answering, type Send, type ThreadPort, type ToThread } from '../base/thread-calls.ts';
import { lookAtFrame, type LookedAtFrame } from './look-at-frame.ts';

export interface FramesAsked {
  readonly look: Bytes;
}

export interface FrameAnswers {
  readonly look: LookedAtFrame;
}

export type FrameThreadPort = ThreadPort<FramesAsked, FrameAnswers>;
export type ToFrameThread = ToThread<FramesAsked>;

export function frameThread(send: Send<FrameAnswers>): Answering<FramesAsked, FrameAnswers> {
  return new Answering(send, { look: lookAtFrame });
}
