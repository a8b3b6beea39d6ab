/**
 * Signed operations: their bytes, ids and strict decoding (OP-1, OP-2). Owns what an operation *is*; whether its author was
 * allowed is for roster.ts and charter.ts. Never puts the signature into an id: two signatures over the same bytes are one
 * operation.
 *
 *     operation = canonical DAG-CBOR {v 1, suite 1, log, prev [32…], author, kind, body}      opId = SHA-256(operation)
 *     log       = ["roster", practice id] or ["charter", chart id; empty in `create`, whose id the chart's is (CH-1)]
 *     author    = signing key (roster), or {key, practice, roster: heads of the author's roster} (charter)
 *     signed    = canonical DAG-CBOR [operation, [signature 64, …]]: the author's, then the second party's
 */
import type { Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../base/codec.ts';
import {
  chartId,
  deviceId,
  idBytes,
  opId,
  practiceId,
  type ChartId,
  type DeviceId,
  type OpId,
  type PracticeId,
} from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { sha256, taggedHash } from '../crypto/hash.ts';
import { suite } from '../crypto/sign.ts';
import { maxOperationBytes, maxSignatures } from './limits.ts';
import { charterShapes, headsShape, rosterShapes, type CharterBody, type RosterBody } from './operation-bodies.ts';
import { bytesShape, idShape, isList, isMap, listShape, mapShape } from './shape.ts';

/** An operation with its signatures, as stored and sent. */
export interface SignedOp {
  readonly bytes: Bytes;
  readonly signatures: readonly Bytes[];
}

interface AnyOperation {
  readonly id: OpId;
  readonly prev: readonly OpId[];
  /** The key that signed first: a device, or the practice's root. */
  readonly signer: DeviceId;
  readonly byRoot: boolean;
}

export interface RosterOperation extends AnyOperation {
  readonly log: { readonly kind: 'roster'; readonly practice: PracticeId };
  readonly body: RosterBody;
}

export interface CharterOperation extends AnyOperation {
  readonly log: { readonly kind: 'charter'; readonly chart: ChartId };
  /** The author's practice, and that roster's heads as the author knew them. */
  readonly practice: PracticeId;
  readonly roster: readonly OpId[];
  readonly body: CharterBody;
}

export type Operation = RosterOperation | CharterOperation;

export type OperationFault =
  'too-large' | 'not-canonical' | 'unknown-version' | 'unknown-kind' | 'malformed' | 'wrong-log';

/** ID-1: a practice is its root signing key. */
export function practiceIdOf(rootSignKey: Uint8Array): PracticeId {
  return practiceId(taggedHash('peerchart/practice/1', rootSignKey));
}

/** Of each operation it is asked, and few keys sign thousands. */
function isRootOf(signer: DeviceId, practice: PracticeId): boolean {
  let made = practicesOfKeys.get(signer);
  if (made === undefined) {
    made = practiceIdOf(idBytes(signer));
    // Peers choose which keys are asked about, so what is remembered is bounded; the oldest goes first.
    const oldest = practicesOfKeys.size >= maxRememberedKeys ? practicesOfKeys.keys().next().value : undefined;
    if (oldest !== undefined) practicesOfKeys.delete(oldest);
    practicesOfKeys.set(signer, made);
  }
  return made === practice;
}

/** By key, the practice whose root it would be. */
const practicesOfKeys = new Map<DeviceId, PracticeId>();
const maxRememberedKeys = 1024;

export function opIdOf(bytes: Uint8Array): OpId {
  return opId(sha256(bytes));
}

export interface RosterDraft {
  readonly practice: PracticeId;
  readonly prev: readonly OpId[];
  readonly signer: DeviceId;
  readonly body: RosterBody;
}

export interface CharterDraft {
  /** Null for `create`. */
  readonly chart: ChartId | null;
  readonly prev: readonly OpId[];
  readonly signer: DeviceId;
  readonly practice: PracticeId;
  readonly roster: readonly OpId[];
  readonly body: CharterBody;
}

export function encodeRosterOperation(draft: RosterDraft): Bytes {
  return encodeOperation(
    ['roster', idBytes(draft.practice)],
    draft.prev,
    idBytes(draft.signer),
    draft.body.kind,
    writeRosterBody(draft.body),
  );
}

export function encodeCharterOperation(draft: CharterDraft): Bytes {
  return encodeOperation(
    ['charter', draft.chart === null ? new Uint8Array() : idBytes(draft.chart)],
    draft.prev,
    charterAuthor.write({ key: draft.signer, practice: draft.practice, roster: draft.roster }),
    draft.body.kind,
    writeCharterBody(draft.body),
  );
}

/** What `decodeOperation` says of a draft's own bytes, for who has just encoded thousands; for a draft whose sets are in order. */
export function draftedOperation(draft: CharterDraft, bytes: Uint8Array): CharterOperation {
  const { prev, signer, practice, roster, body } = draft;
  const id = opIdOf(bytes);
  return {
    id,
    prev: [...prev].sort(),
    log: { kind: 'charter', chart: draft.chart ?? chartId(idBytes(id)) },
    signer,
    byRoot: isRootOf(signer, practice),
    practice,
    roster: [...roster].sort(),
    body,
  };
}

/** The operation these bytes are, if they are exactly the encoding of one. Says nothing of signatures or rights. */
export function decodeOperation(bytes: Uint8Array): Result<Operation, OperationFault> {
  if (bytes.length > maxOperationBytes) return err('too-large', `operation of ${bytes.length} bytes`);
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return decoded;
  const fields = decoded.value;
  if (!isMap(fields)) return err('malformed', 'not a map');
  // First of all: what a newer version means by the other fields is not for this one to say.
  if (fields['v'] !== 1 || fields['suite'] !== suite) return err('unknown-version');
  if (Object.keys(fields).length !== fieldCount) return err('malformed', 'fields');
  const { log, kind } = fields;
  if (!isList(log) || log.length !== 2 || typeof kind !== 'string') return err('malformed', 'log or kind');
  const prev = isList(fields['prev']) && fields['prev'].length === 0 ? [] : headsShape.read(fields['prev']);
  if (prev === undefined) return err('malformed', 'prev');
  if ((kind === 'create') !== (prev.length === 0)) return err('malformed', 'only a create has no prev');
  const common = { id: opIdOf(bytes), prev };
  if (log[0] === 'roster') return decodeRosterOperation(common, log[1], kind, fields);
  if (log[0] === 'charter') return decodeCharterOperation(common, log[1], kind, fields);
  return err('malformed', 'log');
}

function decodeRosterOperation(
  common: { readonly id: OpId; readonly prev: readonly OpId[] },
  logId: CborValue | undefined,
  kind: string,
  fields: Readonly<Record<string, CborValue>>,
): Result<RosterOperation, OperationFault> {
  const practice = idShape(practiceId).read(logId);
  const signer = idShape(deviceId).read(fields['author']);
  if (practice === undefined || signer === undefined) return err('malformed', 'log or author');
  if (!isKindOf(rosterShapes, kind)) return err('unknown-kind');
  const body = rosterShapes[kind].read(fields['body']);
  if (body === undefined) return err('malformed', `body of ${kind}`);
  const byRoot = isRootOf(signer, practice);
  // `kind` chose the shape, so the pair is one of the union; TypeScript does not follow it through the table.
  return ok({ ...common, log: { kind: 'roster', practice }, signer, byRoot, body: { kind, ...body } as RosterBody });
}

function decodeCharterOperation(
  common: { readonly id: OpId; readonly prev: readonly OpId[] },
  logId: CborValue | undefined,
  kind: string,
  fields: Readonly<Record<string, CborValue>>,
): Result<CharterOperation, OperationFault> {
  const author = charterAuthor.read(fields['author']);
  if (author === undefined || !(logId instanceof Uint8Array)) return err('malformed', 'log or author');
  if ((kind === 'create') !== (logId.length === 0)) return err('wrong-log', 'only a create has no log yet');
  if (kind !== 'create' && logId.length !== 32) return err('malformed', 'log');
  if (!isKindOf(charterShapes, kind)) return err('unknown-kind');
  const body = charterShapes[kind].read(fields['body']);
  if (body === undefined) return err('malformed', `body of ${kind}`);
  const chart = chartId(kind === 'create' ? idBytes(common.id) : logId);
  const byRoot = isRootOf(author.key, author.practice);
  const { key: signer, practice, roster } = author;
  return ok({
    ...common,
    log: { kind: 'charter', chart },
    signer,
    byRoot,
    practice,
    roster,
    body: { kind, ...body } as CharterBody,
  });
}

/** What the signatures of an operation are bound to beside its bytes (OP-3): the log's id, empty for a chart's `create`. */
export function signedLog(operation: Operation): Bytes {
  if (operation.log.kind === 'roster') return idBytes(operation.log.practice);
  return operation.body.kind === 'create' ? new Uint8Array() : idBytes(operation.log.chart);
}

export function encodeSignedOp(op: SignedOp): Bytes {
  return encodings.get(op) ?? encodeCanonical([op.bytes, [...op.signatures]]);
}

/** What was decoded is kept and handed on as it came: there is one encoding of it. */
const encodings = new WeakMap<SignedOp, Bytes>();

export function decodeSignedOp(bytes: Uint8Array): Result<SignedOp, OperationFault> {
  if (bytes.length > maxOperationBytes + signedOverheadBytes) return err('too-large');
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return decoded;
  const parts = decoded.value;
  if (!isList(parts) || parts.length !== 2) return err('malformed', 'not an operation and its signatures');
  const operation = bytesShape(1, maxOperationBytes).read(parts[0]);
  const signatures = listShape(bytesShape(64, 64), 1, maxSignatures).read(parts[1]);
  if (operation === undefined || signatures === undefined) return err('malformed', 'operation or signatures');
  const signed = { bytes: operation, signatures };
  encodings.set(signed, new Uint8Array(bytes));
  return ok(signed);
}

/** Joined so that a set of operations in any order has one name. */
export function headsKey(heads: readonly OpId[]): string {
  return [...heads].sort().join();
}

/** v, suite, log, prev, author, kind, body. */
const fieldCount = 7;
const signedOverheadBytes = 256;

const charterAuthor = mapShape<{
  readonly key: DeviceId;
  readonly practice: PracticeId;
  readonly roster: readonly OpId[];
}>({ key: idShape(deviceId), practice: idShape(practiceId), roster: headsShape });

function encodeOperation(
  log: CborValue,
  prev: readonly OpId[],
  author: CborValue,
  kind: string,
  body: CborValue,
): Bytes {
  const heads = [...prev].sort().map(idBytes);
  return encodeCanonical({ v: 1, suite, log, prev: heads, author, kind, body });
}

function isKindOf<Shapes extends object>(shapes: Shapes, kind: string): kind is keyof Shapes & string {
  return Object.hasOwn(shapes, kind);
}

function writeRosterBody(body: RosterBody): CborValue {
  switch (body.kind) {
    case 'create':
      return rosterShapes.create.write(body);
    case 'addDevice':
      return rosterShapes.addDevice.write(body);
    case 'removeDevice':
      return rosterShapes.removeDevice.write(body);
    case 'setRole':
      return rosterShapes.setRole.write(body);
    case 'merge':
      return rosterShapes.merge.write(body);
  }
}

function writeCharterBody(body: CharterBody): CborValue {
  switch (body.kind) {
    case 'create':
      return charterShapes.create.write(body);
    case 'grant':
      return charterShapes.grant.write(body);
    case 'revoke':
      return charterShapes.revoke.write(body);
    case 'epoch':
      return charterShapes.epoch.write(body);
    case 'close':
      return charterShapes.close.write(body);
    case 'admit':
      return charterShapes.admit.write(body);
    case 'settle':
      return charterShapes.settle.write(body);
    case 'grantKeys':
      return charterShapes.grantKeys.write(body);
    case 'merge':
      return charterShapes.merge.write(body);
    case 'offerCustody':
      return charterShapes.offerCustody.write(body);
    case 'takeCustody':
      return charterShapes.takeCustody.write(body);
  }
}
