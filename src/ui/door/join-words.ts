/** Why a browser did not become part of a practice, or did not get it back: one table from reason to words. */
import type { JoinFailure, RecoverFromPeerFailure } from '../../app/people/people-acts.ts';
import type { UnlockFailure } from '../../app/door/door-acts.ts';
import type { Trouble } from '../shell/words.ts';
import { doorTrouble } from './words.ts';

/** What is said in the same words on both ways. */
type MeetingFailure = Exclude<JoinFailure & RecoverFromPeerFailure, UnlockFailure>;

const meetingTrouble: Readonly<Record<MeetingFailure, Trouble>> = {
  'not-an-invitation': {
    happened: 'This is not a Peerchart invitation.',
    safe: 'Nothing was stored here.',
    todo: 'Paste the whole link, or the whole short text with its dashes.',
  },
  'typing-error': {
    happened: 'The invitation has a typing error, or a part of it is missing.',
    safe: 'Nothing was stored here.',
    todo: 'Copy it again from where it came, or compare it letter by letter.',
  },
  expired: {
    happened: 'This invitation has expired.',
    safe: 'Nothing was stored here.',
    todo: 'Ask for a new one.',
  },
  withdrawn: {
    happened: 'This invitation was withdrawn.',
    safe: 'Nothing was stored here.',
    todo: 'Ask for a new one.',
  },
  used: {
    happened: 'This invitation was used already: each works once.',
    safe: 'Nothing was stored here.',
    todo: 'If it was not you who used it, tell an administrator at once. Then ask for a new one.',
  },
  'not-reachable': {
    happened: 'The computer that made the invitation can’t be reached.',
    safe: 'Nothing was stored here, and the invitation is still good.',
    todo: 'It needs Peerchart open and unlocked, with network, at the same time. Then try again. A short text works only where both use the same relay; the link works everywhere.',
  },
  refused: {
    happened: 'The other side did not let this browser in.',
    safe: 'Nothing was stored here. The invitation is spent.',
    todo: 'If the six digits were the same on both screens, ask for a new invitation. If they differed, somebody may have stood between: make sure the new invitation reaches you by a way you trust.',
  },
  'connection-lost': {
    happened: 'The connection broke before everything was here.',
    safe: 'Nothing was stored here.',
    todo: 'Leave Peerchart open on both computers and try again. If the invitation is refused as used, ask for a new one.',
  },
  cancelled: {
    happened: 'Stopped. This browser belongs to no practice.',
    safe: 'Nothing was stored here.',
    todo: 'Try again when you like. If the six digits had been shown already, you need a new invitation.',
  },
};

export const joinTrouble: Readonly<Record<JoinFailure, Trouble>> = {
  ...doorTrouble,
  ...meetingTrouble,
  'invites-a-practice': {
    happened: 'This invitation is for another practice, not for another computer of a practice.',
    safe: 'Nothing was stored here, and the invitation is still good.',
    todo: 'To join a practice, ask its administrator for an invitation made under “People and devices”. To connect as a practice of your own, make a practice first.',
  },
};

export const recoverFromPeerTrouble: Readonly<Record<RecoverFromPeerFailure, Trouble>> = {
  ...doorTrouble,
  ...meetingTrouble,
  // On this way nobody compares digits.
  refused: {
    happened: 'The other side did not answer as the practice of these 24 words, or did not accept them.',
    safe: 'Nothing was stored here.',
    todo: 'Make sure that the invitation and the words belong together, and ask for a new invitation. If that fails too, ask somebody else who holds the charts.',
  },
  cancelled: {
    happened: 'Stopped. This browser belongs to no practice.',
    safe: 'Nothing was stored here.',
    todo: 'Try again when you like. If the invitation is refused as used, ask for a new one.',
  },
  'practice-not-known-there': {
    happened: 'Whoever made this invitation has never met the practice of these 24 words.',
    safe: 'Nothing was stored here.',
    todo: 'Ask another computer of your practice, or a practice you shared charts with. If you have a backup file, use that.',
  },
};
