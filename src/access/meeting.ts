/**
 * How two practices meet over one authenticated connection (ID-7): the messages, and the proofs in them. Owns the encoding of
 * every message on such a connection; those by which devices join their own practice are in joining.ts. Pure; who is asked,
 * what is stored and when a secret is spent is app/peers/meetings.ts.
 *
 *     guest → host   ask      {invitation id, guest's roster, proof by the secret}
 *     host  → guest  welcome  {host's roster, contact key, addresses, proof}    or  refuse {reason}
 *     guest → host   thanks   {contact key, addresses}
 *     host  → guest  done     {}
 *
 * A proof is bound to both devices, as the handshake of the connection proved them, and to both practices: it can be neither
 * sent on nor sent back. Names travel only under contact keys, and those only after the other side's proof. Any device of a
 * practice already met may instead `introduce` itself by its roster, to which nothing secret is answered: `done`, or where it
 * was removed, `removed` with the operations that say so.
 */
import type { Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical } from '../base/codec.ts';
import { idBytes, practiceId, type DeviceId, type PracticeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { deriveKey } from '../crypto/hash.ts';
import { sameSecret } from '../crypto/same-secret.ts';
import { joiningShapes, type JoiningMessages } from './joining.ts';
import { maxHandshakeBytes, maxOperationBytes } from './limits.ts';
import { bytesShape, idShape, isMap, listShape, mapShape, textShape, wordShape, type Shape } from './shape.ts';

export const meetingRefusals = ['expired', 'withdrawn', 'used', 'unknown', 'already-peers', 'refused'] as const;
export type MeetingRefusal = (typeof meetingRefusals)[number];

export interface MeetingMessages extends JoiningMessages {
  readonly ask: {
    readonly invitation: string;
    readonly practice: PracticeId;
    readonly roster: readonly Bytes[];
    readonly proof: Bytes;
  };
  readonly welcome: {
    readonly practice: PracticeId;
    readonly roster: readonly Bytes[];
    readonly contactKey: Bytes;
    readonly addresses: readonly string[];
    readonly proof: Bytes;
  };
  readonly refuse: { readonly reason: MeetingRefusal };
  readonly thanks: { readonly contactKey: Bytes; readonly addresses: readonly string[] };
  readonly done: object;
  readonly introduce: { readonly practice: PracticeId; readonly roster: readonly Bytes[] };
}

export type MeetingMessage = {
  readonly [K in keyof MeetingMessages]: { readonly kind: K } & MeetingMessages[K];
}[keyof MeetingMessages];

const practice = idShape(practiceId);
const roster = listShape(bytesShape(1, maxOperationBytes), 1, 4096);
const key32 = bytesShape(32, 32);
const addresses = listShape(textShape(512), 0, 8);
const isRefusal = (text: string): text is MeetingRefusal => (meetingRefusals as readonly string[]).includes(text);

const shapes = {
  ask: mapShape<MeetingMessages['ask']>({ invitation: textShape(32), practice, roster, proof: key32 }),
  welcome: mapShape<MeetingMessages['welcome']>({ practice, roster, contactKey: key32, addresses, proof: key32 }),
  refuse: mapShape<MeetingMessages['refuse']>({ reason: wordShape(isRefusal) }),
  thanks: mapShape<MeetingMessages['thanks']>({ contactKey: key32, addresses }),
  done: mapShape<MeetingMessages['done']>({}),
  introduce: mapShape<MeetingMessages['introduce']>({ practice, roster }),
  ...joiningShapes,
};

export function encodeMeetingMessage(message: MeetingMessage): Bytes {
  return encodeCanonical({ v: 1, kind: message.kind, body: shapeOf(message).write(message) });
}

export function decodeMeetingMessage(bytes: Uint8Array): Result<MeetingMessage, 'malformed' | 'unknown-version'> {
  if (bytes.length > maxHandshakeBytes) return err('malformed', 'too large');
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok || !isMap(decoded.value)) return err('malformed');
  const { v, kind, body } = decoded.value;
  if (v !== 1) return err('unknown-version');
  if (Object.keys(decoded.value).length !== 3 || typeof kind !== 'string' || !Object.hasOwn(shapes, kind))
    return err('malformed', 'kind');
  const read = shapes[kind as keyof typeof shapes].read(body);
  // `kind` chose the shape, so the pair is one of the union; TypeScript does not follow it through the table.
  return read === undefined ? err('malformed', kind) : ok({ kind, ...read } as MeetingMessage);
}

export interface Parties {
  readonly host: { readonly device: DeviceId; readonly practice: PracticeId };
  readonly guest: { readonly device: DeviceId; readonly practice: PracticeId };
}

/**
 * That its maker knows the secret and means exactly these parties. HKDF is a PRF in its key (RFC 5869), so it serves as the
 * MAC; the side is in the purpose, so a proof can't be reflected.
 */
export function meetingProof(side: 'host' | 'guest', secret: Uint8Array, { host, guest }: Parties): Bytes {
  const parties = [host.device, host.practice, guest.device, guest.practice].map(idBytes);
  return deriveKey(secret, `peerchart/meeting-${side}/1`, ...parties);
}

export function isMeetingProof(
  proof: Uint8Array,
  side: 'host' | 'guest',
  secret: Uint8Array,
  parties: Parties,
): boolean {
  return sameSecret(proof, meetingProof(side, secret, parties));
}

/** `kind` chooses the shape, so the two belong together; TypeScript does not follow that through the table. */
function shapeOf({ kind }: MeetingMessage): Shape<MeetingMessage> {
  return shapes[kind] as Shape<object> as Shape<MeetingMessage>;
}
