/**
 * A libp2p stream as plain bytes (record-stream.ts). Keeps libp2p's surprises in one place: ends that arrive as bare events,
 * `onDrain` that works once, and reads on a reset stream that look like a clean end.
 */
import type { Connection, Stream } from '@libp2p/interface';
import type { Bytes } from '../base/bytes.ts';
import { RecordStream, type ByteStream } from './record-stream.ts';

/** How long a clean close may take before the stream is cut. */
const closeLimitMs = 5_000;

/** Undefined: the connection is of no use for it. */
export async function openRecordStream(
  connection: Connection,
  protocol: string,
  signal: AbortSignal,
): Promise<RecordStream | undefined> {
  try {
    // Relayed connections count as limited, whether or not the relay limits them.
    const stream = await connection.newStream(protocol, { signal, runOnLimitedConnection: true });
    return recordStreamOf(stream);
  } catch {
    return undefined;
  }
}

export function recordStreamOf(stream: Stream): RecordStream {
  return new RecordStream(byteStreamOf(stream));
}

function byteStreamOf(stream: Stream): ByteStream {
  return {
    write: (bytes) => write(stream, bytes),
    read: (onBytes, onEnd) => {
      let ended = false;
      const end = (how: 'closed' | 'reset'): void => {
        if (ended) return;
        ended = true;
        onEnd(how);
      };
      stream.addEventListener('message', (event) => {
        if (event.data instanceof Uint8Array) onBytes(event.data);
        else for (const part of event.data) onBytes(part);
      });
      // The other side's last bytes may still be in libp2p's buffer: 'end' comes after they were read.
      stream.addEventListener('end', () => end(brokeOff(stream) ? 'reset' : 'closed'));
      stream.addEventListener('close', () => end(brokeOff(stream) ? 'reset' : 'closed'));
      if (stream.readableEnded || stream.status === 'closed' || brokeOff(stream)) {
        queueMicrotask(() => end(brokeOff(stream) ? 'reset' : 'closed'));
      }
    },
    close: () => close(stream),
    abort: () => stream.abort(new Error('the link on this stream has ended')),
  };
}

function brokeOff(stream: Stream): boolean {
  return stream.status === 'aborted' || stream.status === 'reset';
}

async function write(stream: Stream, bytes: Bytes): Promise<boolean> {
  try {
    let takesMore = stream.send(bytes);
    while (!takesMore) {
      if (!(await drained(stream))) return false;
      takesMore = !stream.writableNeedsDrain;
    }
    return true;
  } catch {
    return false;
  }
}

/** `stream.onDrain()` resolves for ever after its first use: listen to the events instead. */
async function drained(stream: Stream): Promise<boolean> {
  if (stream.status !== 'open') return false;
  const open = await new Promise<boolean>((resolve) => {
    const settle = (open: boolean) => (): void => {
      stream.removeEventListener('drain', onDrain);
      stream.removeEventListener('close', onClose);
      resolve(open);
    };
    const onDrain = settle(true);
    const onClose = settle(false);
    stream.addEventListener('drain', onDrain);
    stream.addEventListener('close', onClose);
  });
  // libp2p goes on writing what it holds one microtask after 'drain', and may fill up again.
  await Promise.resolve();
  return open;
}

async function close(stream: Stream): Promise<void> {
  try {
    await stream.close({ signal: AbortSignal.timeout(closeLimitMs) });
  } catch {
    // Rejections here may be bare events; whatever it was, the stream is of no use any more.
    stream.abort(new Error('the stream did not close in time'));
  }
}
