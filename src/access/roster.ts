/**
 * A practice's devices, from its signed log (ID-3, ID-4). Owns validity (OP-4) and resolution (OP-5) of rosters: pure
 * functions of the set of operations, whatever order they came in. Must never decide by clock, by order of arrival, or by
 * anything an attacker can grind after the fact.
 *
 * parked  cites what is not here yet · refused  was never allowed, and never will be · voided  allowed when made, undone
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import { idBytes, type DeviceId, type OpId, type PracticeId } from '../base/ids.ts';
import { finding, type Finding } from './findings.ts';
import { OpGraph } from './op-graph.ts';
import { headsKey } from './operation.ts';
import { mayGiveRank, mayManageDevices } from './predicates.ts';
import { resolveMembers, type Members, type RosterDevice } from './roster-members.ts';
import type { VerifiedRosterOp } from './verify-operation.ts';

export type { RosterDevice } from './roster-members.ts';

export interface RosterState {
  readonly practice: PracticeId;
  readonly rootSignKey: Bytes;
  readonly rootBoxKey: Bytes;
  /** The practice's name, sealed to contacts (labels.ts). */
  readonly label: Bytes;
  /** What the next operation or entry cites. */
  readonly heads: readonly OpId[];
  /** Everyone who ever was a member, as things stand. */
  readonly devices: ReadonlyMap<DeviceId, RosterDevice>;
  readonly parked: ReadonlyMap<OpId, Finding>;
  readonly refused: ReadonlyMap<OpId, Finding>;
  readonly voided: ReadonlyMap<OpId, Finding>;
  /** The members as someone saw them who knew these heads; undefined when one is unknown or refused. */
  at(heads: readonly OpId[]): ReadonlyMap<DeviceId, RosterDevice> | undefined;
  /** Whether whoever knew `newer` knew all of `older`. */
  readonly covers: (newer: readonly OpId[], older: readonly OpId[]) => boolean;
  /** Whether the operation is at or before these heads. */
  includes(heads: readonly OpId[], op: OpId): boolean;
  /** The log in causal order, for those that may be sent it. */
  readonly ops: readonly VerifiedRosterOp[];
}

/** Undefined without a valid `create`: then nothing of the practice is known yet. */
export function resolveRoster(ops: readonly VerifiedRosterOp[]): RosterState | undefined {
  const graph = new OpGraph(ops);
  const members = new MembersAtHeads(graph);
  const { valid, refused } = judgeRosterOps(graph, members);
  const create = valid.find((op) => op.body.kind === 'create');
  if (create?.body.kind !== 'create') return undefined;

  const validSet = graph.setOf(valid.map((op) => op.id));
  const resolved = resolveMembers(graph, validSet);
  const knows = (heads: readonly OpId[]): boolean => heads.every((head) => graph.isIn(head, validSet));
  return {
    practice: create.log.practice,
    rootSignKey: idBytes(create.signer),
    rootBoxKey: create.body.rootBoxKey,
    label: create.body.label,
    heads: graph.headsOf(valid.map((op) => op.id)),
    devices: resolved.devices,
    parked: new Map(graph.parked.map((op) => [op.id, finding('OP-4', 'past-unknown')])),
    refused,
    voided: resolved.voided,
    at: (heads) => (heads.length > 0 && knows(heads) ? members.at(heads)?.devices : undefined),
    covers: (newer, older) => {
      const known = knows(newer) ? graph.upTo(newer) : undefined;
      return known !== undefined && older.every((head) => graph.isIn(head, known));
    },
    includes: (heads, op) => {
      const known = graph.upTo(heads);
      return known !== undefined && graph.isIn(op, known);
    },
    ops: [...graph.ordered, ...graph.parked],
  };
}

/** Members at sets of heads, each resolved once. */
class MembersAtHeads {
  readonly #graph: OpGraph<VerifiedRosterOp>;
  readonly #byHeads = new Map<string, Members>();

  constructor(graph: OpGraph<VerifiedRosterOp>) {
    this.#graph = graph;
  }

  at(heads: readonly OpId[]): Members | undefined {
    const key = headsKey(heads);
    const known = this.#byHeads.get(key);
    if (known !== undefined) return known;
    const set = this.#graph.upTo(heads);
    if (set === undefined) return undefined;
    const members = resolveMembers(this.#graph, set);
    this.#byHeads.set(key, members);
    return members;
  }
}

function judgeRosterOps(
  graph: OpGraph<VerifiedRosterOp>,
  members: MembersAtHeads,
): { readonly valid: readonly VerifiedRosterOp[]; readonly refused: ReadonlyMap<OpId, Finding> } {
  const valid: VerifiedRosterOp[] = [];
  const refused = new Map<OpId, Finding>();
  for (const op of graph.ordered) {
    const fault = op.prev.some((id) => refused.has(id))
      ? finding('OP-4', 'builds-on-refused')
      : rosterFault(op, members.at(op.prev), valid);
    if (fault === undefined) valid.push(op);
    else refused.set(op.id, fault);
  }
  return { valid, refused };
}

/** OP-4: what its own past says against an operation. `before` is everything valid that sorts before it. */
function rosterFault(
  op: VerifiedRosterOp,
  past: Members | undefined,
  before: readonly VerifiedRosterOp[],
): Finding | undefined {
  const { body } = op;
  const first = before[0];
  if (first !== undefined && first.log.practice !== op.log.practice) return finding('OP-4', 'wrong-log');
  if (body.kind === 'create') {
    if (!op.byRoot) return finding('ID-3', 'not-by-root');
    if (body.first.role !== 'admin') return finding('ID-3', 'first-device-not-admin');
    // A root may begin anew after a loss, but with the same keys, or what is sealed to the practice would be lost.
    const differs = first?.body.kind === 'create' && !bytesEqual(first.body.rootBoxKey, body.rootBoxKey);
    return differs ? finding('ID-3', 'root-box-key-differs') : undefined;
  }
  const author = past?.devices.get(op.signer);
  if (!op.byRoot && author?.status !== 'active') return finding('OP-4', 'author-not-active');
  if (!mayManageDevices(op.byRoot, author?.role)) return finding('ID-4', 'author-may-not');
  const isMember = (device: DeviceId): boolean => past?.devices.get(device)?.status === 'active';
  switch (body.kind) {
    case 'addDevice':
      if (!mayGiveRank(op.byRoot, author?.rank, body.added.rank)) return finding('OP-5', 'rank-too-senior');
      return isMember(body.added.device) ? finding('ID-3', 'already-a-member') : undefined;
    case 'removeDevice':
    case 'setRole':
      return isMember(body.device) ? undefined : finding('ID-3', 'not-a-member');
    case 'merge':
      return undefined;
  }
}
