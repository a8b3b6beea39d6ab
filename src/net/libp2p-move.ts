/**
 * Takes a relayed link to a direct connection: asks on a new stream of that connection, and lets the link move when the other
 * side knows the stream. The link stays where it is until a move holds.
 */
import type { Connection as Libp2pConnection } from '@libp2p/interface';
import type { Log } from '../base/ports.ts';
import type { FrameLink } from './frame-link.ts';
import { openRecordStream } from './libp2p-stream.ts';
import { linkVersion } from './link-records.ts';
import { pause } from './pause.ts';

export interface Move {
  readonly link: FrameLink;
  readonly protocol: string;
  /** The best connection to the device now. */
  readonly connection: () => Libp2pConnection | undefined;
  readonly stopped: AbortSignal;
  readonly log: Log | undefined;
}

/** A direct connection may break again while it is young. */
const maxTries = 4;
const pauseMs = 250;
/** Opening a stream and one question and answer. */
const tryLimitMs = 5_000;

export async function moveToDirectPath(move: Move): Promise<void> {
  for (let tries = 1; tries <= maxTries && move.link.alive; tries++) {
    const connection = move.connection();
    if (connection?.direct !== true) return;
    const failure = await tryMove(move, connection);
    if (failure === undefined) return;
    move.log?.note('move-to-direct-path-failed', { device: move.link.device, tries, failure });
    await pause(pauseMs * tries, move.stopped);
  }
}

/** What it failed of, if it did. */
async function tryMove({ link, protocol, stopped }: Move, connection: Libp2pConnection): Promise<string | undefined> {
  const limit = AbortSignal.any([stopped, AbortSignal.timeout(tryLimitMs)]);
  const stream = await openRecordStream(connection, protocol, limit);
  if (stream === undefined) return 'no-stream';
  await stream.write({ kind: 'move', version: linkVersion, link: link.name });
  const answer = await stream.read(limit);
  if (answer?.kind === 'accept' && link.moveTo(stream, 'direct')) return undefined;
  stream.abort();
  return answer?.kind === 'refuse' ? answer.reason : 'no-answer';
}
