/** What a keeper says to whoever looks at its window, and what is to be done about it. Pure. */
import type { KeeperState } from '../keeper/keeper.ts';
import type { FileDamage } from '../store/file-loading.ts';

const megabyte = 1024 * 1024;

export function sizeInWords(bytes: number): string {
  if (bytes < megabyte) return `${Math.ceil(bytes / 1024)} KB`;
  return bytes < 1024 * megabyte
    ? `${(bytes / megabyte).toFixed(1)} MB`
    : `${(bytes / (1024 * megabyte)).toFixed(2)} GB`;
}

/** One line of how it stands; the same words while nothing changed. */
export function statusLine(state: KeeperState, diskBytes: number): string {
  if (state.kind === 'pairing') return 'Waiting to be added by a practice.';
  if (state.kind === 'removed')
    return 'This keeper was removed from its practice and is sent nothing any more. To use this computer for a practice again, delete the data folder and start it anew.';
  const own = state.connected.filter((peer) => peer.own).length;
  const others = state.connected.length - own;
  const behind = state.connected.filter(({ settled }) => !settled).length;
  const refused = state.refused.reduce((sum, { count }) => sum + count, 0);
  return [
    `${state.charts} charts, ${state.entries} entries, ${sizeInWords(diskBytes)} on disk`,
    `connected: ${own} of the practice, ${others} of others${behind === 0 ? '' : ` (${behind} still exchanging)`}`,
    ...(state.missing === 0 ? [] : [`${state.missing} damaged entries, asked of others`]),
    ...(refused === 0 ? [] : [`${refused} things refused`]),
  ].join(' · ');
}

export function codeInWords(digits: string): string {
  return `Compare these six digits with those in Peerchart: ${digits.slice(0, 3)} ${digits.slice(3)}\nAre they the same, say so there. Here is nothing to press.`;
}

export function damageInWords({ file, why, what }: FileDamage): string {
  switch (why) {
    case 'missing':
      return `${file}: is missing.`;
    case 'not-a-log':
      return `${file}: does not begin as a file of this store does.`;
    case 'cut-off':
      return `${file}: its end is missing (${what ?? ''}).`;
    case 'unreadable-stretch':
      return `${file}: bytes ${what ?? ''} can’t be read. What was in them is not known.`;
    case 'unreadable-record':
      return `${file}: the record ${what ?? ''} is damaged.`;
  }
}

export function storeFailureInWords(reason: 'quota' | 'disk', message: string, folder: string): string {
  return reason === 'quota'
    ? `The disk is full: what comes in is not kept until there is room in ${folder}. Nothing is lost; whoever sent it keeps it and sends it again.`
    : `The disk failed (${message}). What was acknowledged before is kept. The keeper ends, so that it can be started anew.`;
}
