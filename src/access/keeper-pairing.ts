/**
 * What a keeper shows so that an admin's device finds it and adds it (ID-3): its device, a secret of its own, and where it
 * listens. As text to copy, or as a QR code of it.
 *
 *     PCK1-<base64url of canonical DAG-CBOR {v 1, device 32, secret 16, addresses} ‖ first 3 bytes of H(tag ‖ what precedes)>
 *
 * The secret is never sent, only proofs made with it; the six digits of joining.ts then say that nobody replaced the text.
 */
import { bytesEqual, concatBytes, fromBase64Url, toBase64Url, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical } from '../base/codec.ts';
import { deviceId, type DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { taggedHash } from '../crypto/hash.ts';
import type { InvitationFault } from './invitation.ts';
import { listenAddresses } from './labels.ts';
import { bytesShape, idShape, integerShape, mapShape } from './shape.ts';

export interface KeeperPairing {
  readonly device: DeviceId;
  /** 16 random bytes, new at every start and after every use. */
  readonly secret: Bytes;
  readonly addresses: readonly string[];
}

const prefix = 'PCK1-';
const checkTag = 'peerchart/keeper-pairing-check/1';
const checkBytes = 3;
/** Characters: several times the longest. */
const maxTypedLength = 8 * 1024;

const fields = mapShape<KeeperPairing & { readonly v: number }>({
  v: integerShape(1, 1),
  device: idShape(deviceId),
  secret: bytesShape(16, 16),
  addresses: listenAddresses,
});

export function keeperPairingText(pairing: KeeperPairing): string {
  const bytes = encodeCanonical(fields.write({ v: 1, ...pairing }));
  return prefix + toBase64Url(concatBytes(bytes, check(bytes)));
}

/** With whatever spaces and line breaks a terminal put into it. */
export function parseKeeperPairing(typed: string): Result<KeeperPairing, InvitationFault> {
  const text = typed.length > maxTypedLength ? '' : typed.replaceAll(/\s/g, '');
  if (!text.startsWith(prefix)) return err('not-an-invitation');
  const all = fromBase64Url(text.slice(prefix.length));
  if (all === undefined || all.length <= checkBytes) return err('typing-error');
  const bytes = all.subarray(0, -checkBytes);
  if (!bytesEqual(all.subarray(-checkBytes), check(bytes))) return err('typing-error');
  const decoded = decodeCanonical(bytes);
  const read = decoded.ok ? fields.read(decoded.value) : undefined;
  return read === undefined ? err('typing-error') : ok(read);
}

function check(bytes: Uint8Array): Bytes {
  return taggedHash(checkTag, bytes).slice(0, checkBytes);
}
