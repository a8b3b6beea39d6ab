/** What Settings explains: each choice with what it costs. */
import type { Settings } from '../../app/session.ts';
import type { Choice } from '../shell/fields.ts';
import type { Trouble } from '../shell/words.ts';

export const themeChoices: readonly (Choice & { readonly value: Settings['theme'] })[] = [
  { value: 'system', label: 'As this computer has it' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** Minutes; the longest is a working half-day at an unattended front desk. */
export const autoLockChoices: readonly Choice[] = [
  { value: '5', label: '5 minutes' },
  { value: '10', label: '10 minutes' },
  { value: '15', label: '15 minutes' },
  { value: '30', label: '30 minutes' },
  { value: '60', label: '1 hour' },
  { value: '240', label: '4 hours' },
];

export const passphraseTrouble: Readonly<Record<'storage', Trouble>> = {
  storage: {
    happened: 'The passphrase was not changed: this browser could not write to its storage.',
    safe: 'The old passphrase still opens the practice.',
    todo: 'Free space on this computer, then try again.',
  },
};

export const iceHelp =
  'Tell two browsers how to reach each other directly. Without any, two practices behind strict routers may meet only through the relay: slower, and still sealed. “stun:” finds the way; “turn:” carries sealed data when there is no way. Whoever runs one sees which addresses meet, and nothing of what they send.';

export const relayHelp =
  'The meeting points by which other practices find this one. A relay passes sealed data on and stores nothing. Several are tried; their addresses travel in your invitations, so a peer needs at least one in common.';

/** 'https://' is what people try first; a relay's address names its key as well. */
export const wrongRelay =
  'A relay’s address looks like /dns/relay.example/tcp/443/tls/ws/p2p/12D3Koo…, as “npm run relay” prints it.';
export const wrongIceServer =
  'Begins with stun:, stuns:, turn: or turns:, then the server’s name, as turn:turn.example:3478.';
