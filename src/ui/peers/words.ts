/** What peers are to a person: how connected, why an invitation did not work. One table from reason to sentences. */
import type { InvitationFailure, Peer } from '../../app/peers/peer-acts.ts';
import type { Tone } from '../shell/callout.ts';
import { count, whenInWords } from '../shell/format.ts';
import type { Trouble } from '../shell/words.ts';

export const invitationTrouble: Readonly<Record<InvitationFailure, Trouble>> = {
  'not-an-invitation': {
    happened: 'This is not a Peerchart invitation.',
    todo: 'Paste the whole link, or the text that begins with PC1.',
  },
  'not-allowed': {
    happened: 'Only an administrator of this practice connects it with others.',
    safe: 'Nothing was changed, and the invitation is still good.',
    todo: 'Give the invitation to an administrator.',
  },
  'invites-a-device': {
    happened: 'This invitation lets a device join a practice. Two practices cannot meet by it.',
    todo: 'Ask the other practice for an invitation to become peers.',
  },
  'typing-error': {
    happened: 'The invitation has a typing error, or a part of it is missing.',
    todo: 'Copy it again from where it came, or compare it letter by letter.',
  },
  expired: {
    happened: 'This invitation has expired.',
    safe: 'Nothing was sent and nothing was changed.',
    todo: 'Ask the other practice for a new one.',
  },
  withdrawn: {
    happened: 'The other practice has withdrawn this invitation.',
    safe: 'Nothing was changed.',
    todo: 'Ask them whether they meant to, and for a new one.',
  },
  used: {
    happened: 'This invitation was used already: each works once.',
    safe: 'Nothing was changed.',
    todo: 'If it was not you who used it, tell the other practice at once. Otherwise ask for a new one.',
  },
  'own-invitation': {
    happened: 'This is an invitation of your own practice.',
    todo: 'Send it to the other practice; they open it there.',
  },
  'already-peers': {
    happened: 'You are connected with this practice already.',
    safe: 'Nothing was changed.',
    todo: 'You find it under Peers.',
  },
  'not-reachable': {
    happened: 'The other practice can’t be reached now.',
    safe: 'Nothing was changed, and the invitation is still good.',
    todo: 'Both need Peerchart open and unlocked at the same time, with network. Call them, then try again. For a short text, both must use the same relay.',
  },
  refused: {
    happened: 'The other side did not accept the invitation.',
    safe: 'Nothing was changed.',
    todo: 'Ask for a new invitation. If that fails too, compare the link with the one they see.',
  },
  cancelled: {
    happened: 'Stopped before the two practices met.',
    safe: 'Nothing was changed.',
    todo: 'Try again when you like.',
  },
  'sharing-is-off': {
    happened: 'This practice keeps its own charts only, and connects to nobody.',
    safe: 'Nothing was changed.',
    todo: 'Turn on sharing with other practices, then try again.',
  },
  storage: {
    happened: 'The connection could not be saved in this browser.',
    safe: 'Nothing was changed.',
    todo: 'Free space on this computer, then try again.',
  },
};

/** Trying the same invitation again can't help. */
export const finalFailures: ReadonlySet<InvitationFailure> = new Set([
  'expired',
  'withdrawn',
  'used',
  'own-invitation',
  'already-peers',
]);

export interface StateWords {
  readonly tone: Tone;
  readonly icon: string;
  readonly text: string;
}

export function connectionWords(peer: Pick<Peer, 'connection'>): StateWords {
  switch (peer.connection) {
    case 'direct':
      return { tone: 'success', icon: 'check', text: 'Connected' };
    case 'relayed':
      return { tone: 'success', icon: 'check', text: 'Connected by the relay' };
    case 'none':
      return { tone: 'neutral', icon: 'offline', text: 'Not connected' };
  }
}

export function lastSeenWords(peer: Peer, now: Date): string {
  if (peer.connection !== 'none') return 'now';
  return peer.lastSeen === undefined ? 'not yet' : whenInWords(peer.lastSeen, now);
}

/** Whether it has what was written here for it: what it was last known to have, and what it has not confirmed since. */
export function agreementWords(peer: Peer, now: Date): string {
  const asOf = peer.upToDateAt === undefined ? '' : whenInWords(peer.upToDateAt, now);
  if (peer.unconfirmed > 0) return `${count(peer.unconfirmed, 'chart')} not yet confirmed`;
  if (peer.chartsGiven + peer.chartsReceived === 0) return 'Nothing shared yet';
  return asOf === '' ? 'Not compared yet' : `Up to date as of ${asOf}`;
}

export function phraseWords(peer: Peer): StateWords {
  return peer.safetyPhraseConfirmed
    ? { tone: 'neutral', icon: 'shield', text: 'Compared' }
    : { tone: 'warning', icon: 'alert', text: 'Not compared yet' };
}

/** Said wherever sharing ends: it is a promise of what can't be done. */
export const cannotTakeBack = 'What they have already read can’t be taken back.';

/** Stopping everything was cancelled on the way: what is stopped stays stopped. */
export function haltedTrouble({ stopped, left }: { readonly stopped: number; readonly left: number }): Trouble {
  return {
    happened: `Stopped on the way: they may still read ${count(left, 'chart')}.`,
    safe: `Sharing has ended for ${count(stopped, 'chart')} and stays ended.`,
    todo: 'Press the button again to end the rest.',
  };
}
