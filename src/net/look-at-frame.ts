/**
 * What can be seen of a frame by itself, without the state of its connection or a chart (section 9): its form, and of entries and
 * charter operations bounds, hashes and signatures. Done here or by a thread of its own (frames-elsewhere.ts): the same code.
 */
import type { Bytes } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import { checkCharterOps, type CheckedCharterOps } from './verify-charter-ops.ts';
import { lookAtEntries, type LookedAtEntries } from './verify-entries.ts';
import { decodeFrame, type FrameFault, type Message } from './wire.ts';

/** Plain data: it may come from another thread. */
export interface LookedAtFrame {
  readonly message: Result<Message, FrameFault>;
  /** Of a message of entries. */
  readonly entries?: LookedAtEntries;
  /** Of a message of charter operations. */
  readonly charterOps?: CheckedCharterOps;
}

/** Never rejects for what the bytes are. */
export async function lookAtFrame(frame: Bytes): Promise<LookedAtFrame> {
  const message = decodeFrame(frame);
  if (!message.ok) return { message };
  const { value } = message;
  if (value.kind === 'entries') return { message, entries: await lookAtEntries(value.sections) };
  if (value.kind === 'charterOps') return { message, charterOps: await checkCharterOps(value.charters) };
  return { message };
}
