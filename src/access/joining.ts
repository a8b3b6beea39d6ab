/**
 * How a new device becomes one of a practice over a meeting connection (ID-3), and how a practice comes back by its recovery
 * phrase (ID-5): the messages, and the proofs in them. Pure; who is asked, what is kept and when is app/joining/*.ts.
 *
 *     new device → admin   join      {invitation id, box key, names, proof}
 *     admin → new device   offer     {practice, role, nonce, proof}           both show the short code; a person compares
 *     admin → new device   propose   {addDevice, unsigned}                    or  refuse {reason}
 *     new device → admin   agree     {its signature}
 *     admin → new device   joined    {roster, contact key, book, relays}
 *     admin → keeper       wantKeeper {pairing id}
 *     keeper → admin       keeper     {box key, name, addresses, proof}       then offer, propose, agree as above, and introduce
 *
 *     device → sibling     wantKeys  {after}        sibling → device   keys {…}        any time later, of any sibling
 *
 *     anew → whoever has it   recover  {invitation id, root key, proof, root's signature}
 *     … → anew                known    {practice, contact keys, book, …, proof}    or  refuse {reason}
 *     anew → …                more     {}      … → anew   ops {signed operations}                until none are left
 *
 * Every proof names both devices as the handshake of the connection proved them. The short code also hangs on a nonce that the
 * admin's device chooses after the other has named its keys, so nobody can look for keys that give a wanted code.
 */
import { concatBytes, toUtf8, type Bytes } from '../base/bytes.ts';
import { encodeCanonical } from '../base/codec.ts';
import {
  chartId,
  idBytes,
  keyId,
  practiceId,
  type ChartId,
  type DeviceId,
  type KeyId,
  type PracticeId,
} from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import { isSection, type Section } from '../base/sections.ts';
import { deriveKey } from '../crypto/hash.ts';
import { sameSecret } from '../crypto/same-secret.ts';
import { sign, verify, type SignKeys } from '../crypto/sign.ts';
import { listenAddresses } from './labels.ts';
import { handOverBytes, maxHandshakeBytes, maxOperationBytes } from './limits.ts';
import { isRole, type Role } from './roles.ts';
import {
  booleanShape,
  bytesShape,
  idShape,
  integerShape,
  listShape,
  mapShape,
  orNull,
  textShape,
  wordShape,
} from './shape.ts';

/** The place in a hand-over after which it goes on: keys stand in the order of chart, then key. */
export interface KeyPlace {
  readonly chart: ChartId;
  readonly keyId: KeyId;
}

export interface HandedKey extends KeyPlace {
  readonly section: Section;
  readonly wrap: Bytes;
}

export interface JoiningMessages {
  readonly join: {
    readonly invitation: string;
    readonly boxKey: Bytes;
    readonly personName: string;
    readonly deviceName: string;
    readonly proof: Bytes;
  };
  readonly offer: {
    readonly practice: PracticeId;
    readonly role: Role;
    readonly nonce: Bytes;
    readonly proof: Bytes;
  };
  readonly propose: { readonly op: Bytes };
  readonly agree: { readonly signature: Bytes };
  readonly joined: {
    readonly roster: readonly Bytes[];
    readonly contactKey: Bytes;
    readonly book: ChartId;
    readonly relays: readonly string[];
  };
  /** To a keeper, by whoever has its pairing text. */
  readonly wantKeeper: { readonly invitation: string };
  readonly keeper: {
    readonly boxKey: Bytes;
    readonly deviceName: string;
    /** Where it listens. */
    readonly addresses: readonly string[];
    readonly proof: Bytes;
  };
  readonly wantKeys: { readonly after: KeyPlace | null };
  readonly keys: {
    readonly ephemeralKey: Bytes;
    readonly keys: readonly HandedKey[];
    /** Charts before this place, and all: for progress. */
    readonly done: number;
    readonly total: number;
    readonly more: boolean;
  };
  readonly recover: {
    readonly invitation: string;
    readonly rootKey: Bytes;
    readonly proof: Bytes;
    readonly signature: Bytes;
  };
  readonly known: {
    /** Of the side that has the data. */
    readonly practice: PracticeId;
    /** Of the practice that comes back. */
    readonly contactKey: Bytes;
    /** Its practice book; null from a peer, which has none of it. */
    readonly book: ChartId | null;
    /** Of the side that has the data, where that is another practice. */
    readonly ownContactKey: Bytes | null;
    readonly addresses: readonly string[];
    readonly relays: readonly string[];
    readonly proof: Bytes;
  };
  readonly more: object;
  readonly ops: {
    readonly ops: readonly Bytes[];
    readonly done: number;
    readonly total: number;
    readonly more: boolean;
  };
  /** To a device that introduces itself and was removed: the part of its roster that says so. */
  readonly removed: { readonly roster: readonly Bytes[] };
}

const key32 = bytesShape(32, 32);
const chart = idShape(chartId);
const key = idShape(keyId);
const practice = idShape(practiceId);
const invitation = textShape(32);
const name = textShape(120);
const addresses = listShape(textShape(512), 0, 8);
const count = integerShape(0, Number.MAX_SAFE_INTEGER);
const roster = listShape(bytesShape(1, maxOperationBytes), 1, 4096);

/** A wrapped key with its names is some 170 bytes; one chunk holds fewer than this. */
const maxKeysAtOnce = Math.ceil(handOverBytes / 128);

export const joiningShapes = {
  join: mapShape<JoiningMessages['join']>({
    invitation,
    boxKey: key32,
    personName: name,
    deviceName: name,
    proof: key32,
  }),
  offer: mapShape<JoiningMessages['offer']>({
    practice,
    role: wordShape(isRole),
    nonce: bytesShape(16, 16),
    proof: key32,
  }),
  propose: mapShape<JoiningMessages['propose']>({ op: bytesShape(1, maxHandshakeBytes) }),
  agree: mapShape<JoiningMessages['agree']>({ signature: bytesShape(64, 64) }),
  joined: mapShape<JoiningMessages['joined']>({ roster, contactKey: key32, book: chart, relays: addresses }),
  wantKeeper: mapShape<JoiningMessages['wantKeeper']>({ invitation }),
  keeper: mapShape<JoiningMessages['keeper']>({
    boxKey: key32,
    deviceName: name,
    addresses: listenAddresses,
    proof: key32,
  }),
  wantKeys: mapShape<JoiningMessages['wantKeys']>({ after: orNull(mapShape<KeyPlace>({ chart, keyId: key })) }),
  keys: mapShape<JoiningMessages['keys']>({
    ephemeralKey: key32,
    keys: listShape(
      mapShape<HandedKey>({ chart, section: wordShape(isSection), keyId: key, wrap: bytesShape(52, 52) }),
      0,
      maxKeysAtOnce,
    ),
    done: count,
    total: count,
    more: booleanShape,
  }),
  recover: mapShape<JoiningMessages['recover']>({
    invitation,
    rootKey: key32,
    proof: key32,
    signature: bytesShape(64, 64),
  }),
  known: mapShape<JoiningMessages['known']>({
    practice,
    contactKey: key32,
    book: orNull(chart),
    ownContactKey: orNull(key32),
    addresses,
    relays: addresses,
    proof: key32,
  }),
  more: mapShape<JoiningMessages['more']>({}),
  ops: mapShape<JoiningMessages['ops']>({
    ops: listShape(bytesShape(1, maxOperationBytes), 0, 8192),
    done: count,
    total: count,
    more: booleanShape,
  }),
  removed: mapShape<JoiningMessages['removed']>({ roster }),
};

/** What the two sides agree on before a person compares codes. */
export interface Joining {
  readonly host: DeviceId;
  readonly guest: DeviceId;
  readonly boxKey: Bytes;
  readonly personName: string;
  readonly deviceName: string;
  /** Of a keeper alone: where it listens. */
  readonly addresses?: readonly string[];
}

export interface Offered extends Joining {
  readonly practice: PracticeId;
  readonly role: Role;
  readonly nonce: Bytes;
}

export function newJoinNonce(random: Random): Bytes {
  return random.bytes(16);
}

export function joinProof(secret: Uint8Array, joining: Joining): Bytes {
  return deriveKey(secret, 'peerchart/join-guest/1', guestWords(joining));
}

export function isJoinProof(proof: Uint8Array, secret: Uint8Array, joining: Joining): boolean {
  return sameSecret(proof, joinProof(secret, joining));
}

export function offerProof(secret: Uint8Array, offered: Offered): Bytes {
  return deriveKey(secret, 'peerchart/join-host/1', offerWords(offered));
}

export function isOfferProof(proof: Uint8Array, secret: Uint8Array, offered: Offered): boolean {
  return sameSecret(proof, offerProof(secret, offered));
}

/** Six digits, the same on both screens only if both mean the same devices, keys, names, practice and role. */
export function joinCode(secret: Uint8Array, offered: Offered): string {
  const hash = deriveKey(secret, 'peerchart/join-code/1', offerWords(offered));
  // 48 bits over a million: no digit is likelier than another by more than one in 10⁸.
  const number = hash.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  return String(number % 1_000_000).padStart(6, '0');
}

/** Who recovers what, from whom. */
export interface Recovery {
  readonly host: DeviceId;
  readonly guest: DeviceId;
  /** Whose phrase was typed. */
  readonly practice: PracticeId;
}

export function recoverProof(secret: Uint8Array, { host, guest, practice: recovered }: Recovery): Bytes {
  return deriveKey(secret, 'peerchart/recover-guest/1', ...[host, guest, recovered].map(idBytes));
}

export function isRecoverProof(proof: Uint8Array, secret: Uint8Array, recovery: Recovery): boolean {
  return sameSecret(proof, recoverProof(secret, recovery));
}

export function knownProof(secret: Uint8Array, recovery: Recovery, by: PracticeId): Bytes {
  const { host, guest, practice: recovered } = recovery;
  return deriveKey(secret, 'peerchart/recover-host/1', ...[host, guest, recovered, by].map(idBytes));
}

export function isKnownProof(proof: Uint8Array, secret: Uint8Array, recovery: Recovery, by: PracticeId): boolean {
  return sameSecret(proof, knownProof(secret, recovery, by));
}

/** By the root itself, and for this connection and invitation alone: nobody can show it again elsewhere. */
export function signRecovery(recovery: Recovery, invitationId: string, root: SignKeys): Promise<Bytes> {
  return sign('invitation', idBytes(recovery.practice), recoveryWords(recovery, invitationId), root);
}

export function isSignedRecovery(
  signature: Uint8Array,
  recovery: Recovery,
  invitationId: string,
  rootKey: Uint8Array,
): Promise<boolean> {
  const log = idBytes(recovery.practice);
  return verify('invitation', log, recoveryWords(recovery, invitationId), signature, rootKey);
}

function recoveryWords({ host, guest }: Recovery, invitationId: string): Bytes {
  return concatBytes(toUtf8('recover'), idBytes(host), idBytes(guest), toUtf8(invitationId));
}

/** Canonical, so that no two meanings have the same bytes. */
function guestWords({ host, guest, boxKey, personName, deviceName, addresses }: Joining): Bytes {
  const names = [idBytes(host), idBytes(guest), boxKey, personName, deviceName];
  return encodeCanonical(addresses === undefined ? names : [...names, addresses]);
}

function offerWords(offered: Offered): Bytes {
  return encodeCanonical([guestWords(offered), idBytes(offered.practice), offered.role, offered.nonce]);
}
