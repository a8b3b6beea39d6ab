/** Whether work is saved and peers are connected, in words: what the status badge shows. */
import type { NetworkStatus, SessionStatus } from '../../app/session.ts';
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

export function networkLine(network: NetworkStatus): StatusLine {
  switch (network.state) {
    case 'off':
      return { icon: 'lock', tone: 'quiet', text: 'Own charts only' };
    case 'offline':
      return { icon: 'offline', tone: 'look', text: 'Offline' };
    case 'connecting':
      return { icon: 'peers', tone: 'quiet', text: 'Connecting …' };
    case 'ready':
      return network.connectedPeers > 0
        ? { icon: 'peers', tone: 'good', text: `${count(network.connectedPeers, 'peer')} connected` }
        : { icon: 'peers', tone: 'quiet', text: 'No peer connected' };
  }
}
