/** Whether work is saved and peers are connected, in words: what the status badge shows. */
import type { People } from '../../app/people/people-acts.ts';
import type { NetworkStatus, Peer, Receiving } from '../../app/peers/peer-acts.ts';
import type { Session, SessionStatus } from '../../app/session.ts';
import { count } from './format.ts';

export interface StatusLine {
  readonly icon: string;
  readonly tone: 'quiet' | 'good' | 'look' | 'bad';
  readonly text: string;
}

export function savingLine(status: SessionStatus): StatusLine {
  switch (status.saving) {
    case 'saved':
      return { icon: 'check', tone: 'good', text: 'Saved here' };
    case 'saving':
      return { icon: 'save', tone: 'quiet', text: 'Saving …' };
    case 'failed':
      return { icon: 'alert', tone: 'bad', text: 'Not saved' };
  }
}

export function networkLine(network: NetworkStatus, connected: Connected): StatusLine {
  switch (network.state) {
    case 'off':
      return { icon: 'lock', tone: 'quiet', text: 'Own charts only' };
    case 'offline':
      return { icon: 'offline', tone: 'look', text: 'Offline' };
    case 'connecting':
      return { icon: 'peers', tone: 'quiet', text: 'Connecting …' };
    case 'ready': {
      const { peers, ownDevices } = connected;
      const who = [
        ...(peers > 0 ? [count(peers, 'peer')] : []),
        ...(ownDevices > 0 ? [count(ownDevices, 'own device')] : []),
      ];
      return who.length > 0
        ? { icon: 'peers', tone: 'good', text: `${who.join(', ')} connected` }
        : { icon: 'peers', tone: 'quiet', text: 'No peer connected' };
    }
  }
}

export function receivingLine({ from, done, total }: Receiving): string {
  return `Received ${String(done)} of ${count(total, 'chart')} from ${from}`;
}

const quarters = ['', ' A quarter is here.', ' Half is here.', ' Three quarters are here.'];

/** The same for who listens: changes four times, however many charts there are. */
export function receivingAloud({ from, done, total }: Receiving): string {
  return `Receiving ${count(total, 'chart')} from ${from}.${quarters[Math.floor((4 * done) / total)] ?? ''}`;
}

/** Who is connected now: other practices, and other devices of this one. */
export interface Connected {
  readonly peers: number;
  readonly ownDevices: number;
}

export function connectedNow({
  peers,
  people,
}: Pick<Session, 'peers'> & { readonly people: Pick<People, 'devices'> }): Connected {
  const isConnected = ({ connection }: { readonly connection: Peer['connection'] }): boolean => connection !== 'none';
  return { peers: peers.filter(isConnected).length, ownDevices: people.devices.filter(isConnected).length };
}
