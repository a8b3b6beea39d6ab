/**
 * An invitation as people carry it (ID-7): link, QR code (of the link) or short text. Owns its encodings; what the two
 * sides then say to each other is meeting.ts.
 *
 *     link        …#/invite/<base64url of canonical DAG-CBOR {v 1, practice 32, device 32, secret 16, expires, addresses}>
 *     short text  PC1-XXXX-XXXX-…  Crockford base32 of: device 32 ‖ secret 16 ‖ first 3 bytes of SHA-256(tag ‖ device ‖ secret)
 *
 * One that lets a device join the own practice begins `…#/join/` and `PCD1-`, with another tag: nobody who meant to meet a
 * practice joins it by mistake. What an invitation is good for is decided by the side that gave it.
 *
 * The short text leaves out the practice, which the other side then proves by the secret alone, and the addresses: it is for
 * two practices that use the same relays. The secret is never sent, only proofs made with it.
 */
import { bytesEqual, concatBytes, fromBase64Url, toBase64Url, toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical } from '../base/codec.ts';
import { deviceId, idBytes, practiceId, type DeviceId, type PracticeId } from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { taggedHash } from '../crypto/hash.ts';
import { bytesShape, idShape, integerShape, listShape, mapShape, textShape } from './shape.ts';

/** For another practice to meet this one, or for a device to join it (ID-3). */
export type InvitationKind = 'practice' | 'device';

export interface Invitation {
  readonly kind: InvitationKind;
  /** Who invites. Undefined when it came as a short text. */
  readonly practice: PracticeId | undefined;
  readonly device: DeviceId;
  /** Single use; 16 random bytes. */
  readonly secret: Bytes;
  /** Milliseconds since 1970 by the inviter's clock, which alone decides; undefined in a short text. */
  readonly expiresMs: number | undefined;
  /** Where the device can be reached; empty in a short text. */
  readonly addresses: readonly string[];
}

export type InvitationFault = 'not-an-invitation' | 'typing-error';

const secretBytes = 16;
const checkBytes = 3;
const shortBytes = 32 + secretBytes + checkBytes;
const marks = {
  practice: { shortPrefix: 'PC1', link: '#/invite/', checkTag: 'peerchart/invitation-check/1' },
  device: { shortPrefix: 'PCD1', link: '#/join/', checkTag: 'peerchart/device-invitation-check/1' },
} as const;
const kinds: readonly InvitationKind[] = ['practice', 'device'];
const maxAddresses = 8;
const maxAddressLength = 512;

export function newSecret(random: Random): Bytes {
  return random.bytes(secretBytes);
}

/** Names an invitation on both sides without telling its secret: 32 hex digits. */
export function invitationIdOf(secret: Uint8Array): string {
  return toHex(taggedHash('peerchart/invitation-id/1', secret).subarray(0, 16));
}

interface LinkFields {
  readonly v: number;
  readonly practice: PracticeId;
  readonly device: DeviceId;
  readonly secret: Bytes;
  readonly expires: number;
  readonly addresses: readonly string[];
}

const linkFields = mapShape<LinkFields>({
  v: integerShape(1, 1),
  practice: idShape(practiceId),
  device: idShape(deviceId),
  secret: bytesShape(secretBytes, secretBytes),
  expires: integerShape(0, Number.MAX_SAFE_INTEGER),
  addresses: listShape(textShape(maxAddressLength), 0, maxAddresses),
});

/** `pageAddress` without a fragment: the page of the inviter, or any other that serves Peerchart. */
export function invitationLink(
  invitation: Invitation & { readonly practice: PracticeId; readonly expiresMs: number },
  pageAddress: string,
): string {
  const { kind, practice, device, secret, expiresMs, addresses } = invitation;
  const fields = linkFields.write({
    v: 1,
    practice,
    device,
    secret,
    expires: expiresMs,
    addresses: addresses.slice(0, maxAddresses),
  });
  return `${pageAddress}${marks[kind].link}${toBase64Url(encodeCanonical(fields))}`;
}

export function invitationShortText({ kind, device, secret }: Pick<Invitation, 'kind' | 'device' | 'secret'>): string {
  const text = toCrockford(concatBytes(idBytes(device), secret, shortCheck(kind, idBytes(device), secret)));
  return [marks[kind].shortPrefix, ...(text.match(/.{1,4}/g) ?? [])].join('-');
}

/** Characters of what is pasted: several times the longest link. A whole file pasted by mistake must not stop the page. */
const maxTypedLength = 16 * 1024;

/** A link, its fragment, or a short text, with whatever spaces and line breaks a message put into it. */
export function parseInvitation(typed: string): Result<Invitation, InvitationFault> {
  if (typed.length > maxTypedLength) return err('not-an-invitation');
  const text = typed.replaceAll(/\s/g, '');
  for (const kind of kinds) {
    const mark = marks[kind].link.slice(1);
    const at = text.lastIndexOf(mark);
    if (at >= 0) return parseLink(kind, text.slice(at + mark.length));
  }
  const upper = text.toUpperCase().replaceAll('-', '');
  const kind = kinds.find((one) => upper.startsWith(marks[one].shortPrefix));
  return kind === undefined
    ? err('not-an-invitation')
    : parseShortText(kind, upper.slice(marks[kind].shortPrefix.length));
}

function parseLink(kind: InvitationKind, payload: string): Result<Invitation, InvitationFault> {
  const bytes = fromBase64Url(payload);
  if (bytes === undefined) return err('typing-error');
  const decoded = decodeCanonical(bytes);
  const fields = decoded.ok ? linkFields.read(decoded.value) : undefined;
  if (fields === undefined) return err('typing-error');
  const { practice, device, secret, expires, addresses } = fields;
  return ok({ kind, practice, device, secret, expiresMs: expires, addresses });
}

function parseShortText(kind: InvitationKind, characters: string): Result<Invitation, InvitationFault> {
  const bytes = fromCrockford(characters);
  if (bytes?.length !== shortBytes) return err('typing-error', `${characters.length} characters`);
  const device = bytes.slice(0, 32);
  const secret = bytes.slice(32, 32 + secretBytes);
  if (!bytesEqual(bytes.subarray(32 + secretBytes), shortCheck(kind, device, secret))) return err('typing-error');
  return ok({ kind, practice: undefined, device: deviceId(device), secret, expiresMs: undefined, addresses: [] });
}

function shortCheck(kind: InvitationKind, device: Uint8Array, secret: Uint8Array): Bytes {
  return taggedHash(marks[kind].checkTag, device, secret).slice(0, checkBytes);
}

/** Douglas Crockford's base32: no I, L, O, U; read aloud and typed without mistaking 1 for l or 0 for O. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function toCrockford(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += alphabet[(held >>> (bits - 5)) & 31] ?? '';
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? out : out + (alphabet[(held << (5 - bits)) & 31] ?? '');
}

/** Undefined for a character that is none of the alphabet, or for bits left over that should be zero. */
function fromCrockford(text: string): Bytes | undefined {
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of text.replaceAll('O', '0').replaceAll(/[IL]/g, '1')) {
    const value = alphabet.indexOf(char);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >>> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  return held === 0 ? Uint8Array.from(out) : undefined;
}
