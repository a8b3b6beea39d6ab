/**
 * Signing operations and checking their signatures (OP-3, OP-6). Which keys must have signed is read off the operation
 * itself; every one of them must, over the same bytes, and no other signature may hang on.
 */
import { toHex, type Bytes } from '../base/bytes.ts';
import { idBytes, type ChartId, type DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { isAcceptableBoxKey } from '../crypto/box.ts';
import { isAcceptablePublicKey, sign, verify, type Domain, type SignKeys } from '../crypto/sign.ts';
import {
  decodeOperation,
  decodeSignedOp,
  draftedOperation,
  encodeCharterOperation,
  signedLog,
  type CharterDraft,
  type CharterOperation,
  type Operation,
  type OperationFault,
  type RosterOperation,
  type SignedOp,
} from './operation.ts';
import type { NewDevice } from './operation-bodies.ts';

declare const checked: unique symbol;
interface Checked {
  readonly signed: SignedOp;
  readonly [checked]: true;
}

/** Signed by all who must sign. Says nothing about rights. Made here alone. */
export type VerifiedRosterOp = RosterOperation & Checked;
export type VerifiedCharterOp = CharterOperation & Checked;
export type VerifiedOp = VerifiedRosterOp | VerifiedCharterOp;

export type VerifyFault = OperationFault | 'wrong-signatures' | 'bad-signature' | 'unacceptable-key';

export async function verifyOp(signed: SignedOp): Promise<Result<VerifiedOp, VerifyFault>> {
  const decoded = decodeOperation(signed.bytes);
  if (!decoded.ok) return decoded;
  const operation = decoded.value;
  if (!introducedKeys(operation).every(isSoundDevice)) return err('unacceptable-key');
  const signers = signersOf(operation);
  if (signers.length !== signed.signatures.length) return err('wrong-signatures', `${signers.length} expected`);
  for (const [i, signer] of signers.entries()) {
    const signature = signed.signatures[i] ?? new Uint8Array();
    if (!isAcceptablePublicKey(idBytes(signer))) return err('unacceptable-key');
    if (!(await verify(domainOf(operation), signedLog(operation), signed.bytes, signature, idBytes(signer))))
      return err('bad-signature');
  }
  return ok({ ...operation, signed } as unknown as VerifiedOp);
}

/** From stored or received bytes in one step. */
export async function verifyOpBytes(bytes: Uint8Array): Promise<Result<VerifiedOp, VerifyFault>> {
  const signed = decodeSignedOp(bytes);
  return signed.ok ? verifyOp(signed.value) : signed;
}

export type CharterOpCheck = Result<VerifiedCharterOp, VerifyFault | 'wrong-log'>;

/** An operation of this chart's charter that is well signed; whether it is valid is resolved with the others. */
export async function verifyCharterOp(chart: ChartId, bytes: Uint8Array): Promise<CharterOpCheck> {
  const op = await verifyOpBytes(bytes);
  if (!op.ok) return op;
  return isCharterOp(op.value) && op.value.log.chart === chart ? ok(op.value) : err('wrong-log');
}

/**
 * Signs bytes just encoded, in the order in which signers are asked for. What this device signed itself it need not verify;
 * keys that are not the ones the operation names are a bug here and throw.
 */
export async function signOperation(bytes: Bytes, keys: readonly SignKeys[]): Promise<VerifiedOp> {
  const decoded = decodeOperation(bytes);
  if (!decoded.ok) throw new Error(`an operation of our own is ${decoded.reason}: ${decoded.detail ?? ''}`);
  const operation = decoded.value;
  const signers = signersOf(operation);
  if (signers.length !== keys.length || signers.some((signer, i) => signer !== toHex(keys[i]?.publicKey ?? noKey)))
    throw new Error('an operation of our own is signed by other keys than it names');
  const signatures: Bytes[] = [];
  for (const pair of keys) signatures.push(await signBytes(operation, bytes, pair));
  return { ...operation, signed: { bytes, signatures } } as unknown as VerifiedOp;
}

/** The same of a charter's draft, not decoded again: for one of thousands alike. */
export async function signDraft(draft: CharterDraft, keys: SignKeys): Promise<VerifiedCharterOp> {
  const bytes = encodeCharterOperation(draft);
  const operation = draftedOperation(draft, bytes);
  const signatures = [await signBytes(operation, bytes, keys)];
  return { ...operation, signed: { bytes, signatures } } as unknown as VerifiedCharterOp;
}

/** One signature over an operation's bytes: where its signers sit at different machines, each makes its own. */
export function signBytes(operation: Operation, bytes: Bytes, keys: SignKeys): Promise<Bytes> {
  return sign(domainOf(operation), signedLog(operation), bytes, keys);
}

const noKey = new Uint8Array();

export function isRosterOp(op: VerifiedOp): op is VerifiedRosterOp {
  return op.log.kind === 'roster';
}

export function isCharterOp(op: VerifiedOp): op is VerifiedCharterOp {
  return op.log.kind === 'charter';
}

function domainOf(operation: Operation): Domain {
  return operation.log.kind === 'roster' ? 'roster-op' : 'charter-op';
}

/** The author, then whoever has to agree: a device joins no roster without its own signature over the very same bytes. */
function signersOf(operation: Operation): readonly DeviceId[] {
  const { body, signer } = operation;
  if (operation.log.kind === 'roster' && body.kind === 'create' && 'first' in body) return [signer, body.first.device];
  switch (body.kind) {
    case 'addDevice':
      return [signer, body.added.device];
    default:
      return [signer];
  }
}

function introducedKeys({ body }: Operation): readonly NewDevice[] {
  if (body.kind === 'addDevice') return [body.added];
  return body.kind === 'create' && 'first' in body ? [body.first] : [];
}

function isSoundDevice(added: NewDevice): boolean {
  return isAcceptablePublicKey(idBytes(added.device)) && isAcceptableBoxKey(added.boxKey);
}
