/** What a keeper is to a person, and why one could not be added. Every promise here is one that docs/threats.md makes. */
import type { AddKeeperFailure } from '../../app/people/people-acts.ts';
import type { Trouble } from '../shell/words.ts';

export const whatKeepersDo =
  'A computer that is always on, with a sealed copy of every chart. Two practices that are never open at the same hour exchange through it what they share.';

export const keepersSee = {
  never:
    'It is given no key: it can read no chart, no name of a patient, a colleague or a practice, and can change nothing.',
  does: 'It sees that there are charts, under random numbers, and of each: how large its sections are and what they are called, when they change, which devices wrote, and with which practices they are shared.',
  trusted:
    'It does not have to be trusted with the record, only with being there: its copies are checked by every device that takes one. It can be emptied and fills itself again, and there can be several.',
} as const;

const nothingChanged = 'Nothing was changed.';

export const addKeeperTrouble: Readonly<Record<AddKeeperFailure, Trouble>> = {
  'not-an-invitation': {
    happened: 'This is not the text that a keeper shows.',
    safe: nothingChanged,
    todo: 'It begins with PCK1- and stands below the QR code in the window in which the keeper was started.',
  },
  'typing-error': {
    happened: 'The text has a typing error, or a part of it is missing.',
    safe: nothingChanged,
    todo: 'Copy the whole of it, over all its lines.',
  },
  'sharing-is-off': {
    happened: 'Sharing is switched off on this device.',
    safe: nothingChanged,
    todo: 'Switch it on in the settings: a keeper is reached over the network.',
  },
  'not-allowed': {
    happened: 'Only an administrator may add a keeper.',
    safe: nothingChanged,
    todo: 'Ask an administrator.',
  },
  'not-reachable': {
    happened: 'The keeper can’t be reached from this browser.',
    safe: nothingChanged,
    todo: 'Look whether it runs, and whether this computer is in a network that reaches its address. A page that came over https needs a keeper with a certificate (docs/hosting.md).',
  },
  'pairing-is-old': {
    happened: 'The keeper shows another text by now.',
    safe: nothingChanged,
    todo: 'Each text is good until the keeper is started again or somebody used it. Copy the newest.',
  },
  taken: {
    happened: 'This keeper belongs to a practice already.',
    safe: nothingChanged,
    todo: 'One keeper serves one practice. Start another with a data folder of its own.',
  },
  refused: {
    happened: 'The keeper did not prove that the text is its own, or was a member before.',
    safe: 'It was not added.',
    todo: 'Start it anew, with an empty data folder if it had been removed, and use the text it shows then.',
  },
  'connection-lost': {
    happened: 'The connection to the keeper broke.',
    safe: 'It was not added.',
    todo: 'Try again.',
  },
  cancelled: { happened: 'Stopped.', safe: nothingChanged, todo: 'Try again when you like.' },
};
