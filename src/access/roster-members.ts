/**
 * OP-5 for rosters: which of a set of valid operations stand, and who is a member by them. Pure, and a function of the set.
 *
 * A *taking* is what takes authority away: a removal, or a change of role from admin to a lesser one. Takings are settled
 * first, in an order fixed before any dispute began (rank and the additions that led to the author); the rest follows.
 */
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId, OpId } from '../base/ids.ts';
import { finding, type Finding } from './findings.ts';
import type { OpGraph, OpSet } from './op-graph.ts';
import {
  additionOutlives,
  comesFirst,
  mayManageDevices,
  takingVoids,
  type Line,
  type TakingOrder,
} from './predicates.ts';
import { lesserRole, type Role } from './roles.ts';
import type { VerifiedRosterOp } from './verify-operation.ts';

export interface RosterDevice {
  readonly device: DeviceId;
  readonly boxKey: Bytes;
  readonly role: Role;
  readonly rank: number;
  readonly status: 'active' | 'removed';
  /** The operation that made it a member, the latest if it was added again. */
  readonly addedBy: OpId;
  readonly label: Bytes;
}

export interface Members {
  readonly devices: ReadonlyMap<DeviceId, RosterDevice>;
  readonly voided: ReadonlyMap<OpId, Finding>;
}

export function resolveMembers(graph: OpGraph<VerifiedRosterOp>, set: OpSet): Members {
  const ops = graph.ordered.filter((op) => graph.isIn(op.id, set));
  const resolution = new Resolution(graph, ops);
  const devices = new Map<DeviceId, RosterDevice>();
  for (const device of resolution.everyone()) {
    const member = resolution.memberIn(device, set) ?? resolution.undoneIn(device, set);
    if (member !== undefined) devices.set(device, member);
  }
  return { devices, voided: resolution.voided };
}

class Resolution {
  readonly #graph: OpGraph<VerifiedRosterOp>;
  readonly #lines = new Map<OpId, Line>();
  readonly #opsByDevice = new Map<DeviceId, VerifiedRosterOp[]>();
  readonly voided: ReadonlyMap<OpId, Finding>;

  constructor(graph: OpGraph<VerifiedRosterOp>, ops: readonly VerifiedRosterOp[]) {
    this.#graph = graph;
    for (const op of ops) {
      const device = deviceConcerned(op);
      if (device === undefined) continue;
      const others = this.#opsByDevice.get(device);
      if (others === undefined) this.#opsByDevice.set(device, [op]);
      else others.push(op);
    }
    const candidates = ops.filter((op) => this.#isTaking(op));
    const taken: VerifiedRosterOp[] = [];
    if (candidates.length > 0) {
      const orders = new Map(candidates.map((op) => [op.id, this.#orderOf(op)]));
      candidates.sort((a, b) => compareTakings(orders.get(a.id), orders.get(b.id)));
      for (const taking of candidates) {
        // What is not settled yet counts for nothing while this one is looked at.
        const trial = this.#voidsGiven(ops, [...taken, taking], candidates);
        const skipped = taken.some((other) => this.#voids(other, taking));
        if (!skipped && this.#authorStands(taking, trial, taken)) taken.push(taking);
      }
    }
    this.voided = candidates.length === 0 ? noVoids : this.#voidsGiven(ops, taken, candidates);
  }

  everyone(): Iterable<DeviceId> {
    return this.#opsByDevice.keys();
  }

  /** The device as the operations of `set` that are not void make it. */
  memberIn(device: DeviceId, set: OpSet, voids: ReadonlyMap<OpId, Finding> = this.voided): RosterDevice | undefined {
    const ops = (this.#opsByDevice.get(device) ?? []).filter((op) => this.#graph.isIn(op.id, set) && !voids.has(op.id));
    const additions = ops.filter((op) => addedDevice(op) !== undefined);
    const removals = ops.filter((op) => op.body.kind === 'removeDevice').map((op) => op.id);
    const standing = additions.filter((op) =>
      additionOutlives(removals.map((removal) => this.#graph.isBefore(removal, op.id))),
    );
    // The newest counts; of concurrent ones the one that sorts first, with the least role of all.
    const latest = this.#latest(standing.length > 0 ? standing : additions);
    const chosen = latest[0];
    const added = chosen === undefined ? undefined : addedDevice(chosen);
    if (chosen === undefined || added === undefined) return undefined;
    return {
      device,
      boxKey: added.boxKey,
      role: this.#roleIn(ops, latest),
      rank: added.rank,
      status: standing.length > 0 ? 'active' : 'removed',
      addedBy: chosen.id,
      label: added.label,
    };
  }

  /**
   * A device whose addition came to nothing: out, like one that was removed. It has to be known, because what it wrote while
   * it was taken for a member waits for a close (CH-3), and a close names a device that is out.
   */
  undoneIn(device: DeviceId, set: OpSet): RosterDevice | undefined {
    const member = this.memberIn(device, set, noVoids);
    return member && { ...member, status: 'removed' };
  }

  /** OP-5.6: of changes that did not know of each other, the least; the root's before anyone's (OP-5.1). */
  #roleIn(ops: readonly VerifiedRosterOp[], additions: readonly VerifiedRosterOp[]): Role {
    const changes = ops.filter(
      (op) => op.body.kind === 'setRole' && additions.some((addition) => this.#graph.isBefore(addition.id, op.id)),
    );
    const latest = this.#latest(changes);
    const byRoot = latest.filter((op) => op.byRoot);
    const deciding = changes.length === 0 ? additions : byRoot.length > 0 ? byRoot : latest;
    return deciding.map(roleGiven).reduce(lesserRole);
  }

  #latest(ops: readonly VerifiedRosterOp[]): readonly VerifiedRosterOp[] {
    const heads = new Set(this.#graph.headsOf(ops.map((op) => op.id)));
    return ops.filter((op) => heads.has(op.id));
  }

  #isTaking(op: VerifiedRosterOp): boolean {
    if (op.body.kind === 'removeDevice') return true;
    if (op.body.kind !== 'setRole' || op.body.role === 'admin') return false;
    return this.memberIn(op.body.device, this.#graph.pastOf(op.id), noVoids)?.role === 'admin';
  }

  #orderOf(op: VerifiedRosterOp): TakingOrder {
    const author = this.memberIn(op.signer, this.#graph.pastOf(op.id), noVoids);
    const line = author && this.#lineOf(author.addedBy);
    return { byRoot: op.byRoot, rank: author?.rank ?? 0, line, id: op.id };
  }

  /**
   * The additions from the root down to this one. A device stands behind whoever added it, or one that is about to be removed
   * could add others until one of them came before its remover.
   */
  #lineOf(addition: OpId): Line {
    const known = this.#lines.get(addition);
    if (known !== undefined) return known;
    const op = this.#graph.get(addition);
    if (op === undefined) throw new Error('a member was added by an operation of its log');
    const by = op.byRoot ? undefined : this.memberIn(op.signer, this.#graph.pastOf(addition), noVoids);
    const above = by && this.#lineOf(by.addedBy);
    const line: Line = { addition, above, length: (above?.length ?? 0) + 1 };
    this.#lines.set(addition, line);
    return line;
  }

  #voids(taking: VerifiedRosterOp, op: VerifiedRosterOp): boolean {
    return takingVoids({
      isAuthor: deviceConcerned(taking) === op.signer,
      byRoot: op.byRoot,
      concurrent: this.#graph.areConcurrent(taking.id, op.id),
    });
  }

  /** What falls when exactly these takings stand. Causes come before effects, so one pass settles dependence (OP-5.5). */
  #voidsGiven(
    ops: readonly VerifiedRosterOp[],
    taken: readonly VerifiedRosterOp[],
    candidates: readonly VerifiedRosterOp[],
  ): Map<OpId, Finding> {
    const standing = new Set(taken.map((op) => op.id));
    const dropped = new Set(candidates.filter((op) => !standing.has(op.id)).map((op) => op.id));
    const voids = new Map<OpId, Finding>();
    for (const op of ops) {
      if (standing.has(op.id)) continue;
      if (dropped.has(op.id)) voids.set(op.id, finding('OP-5', 'remover-removed'));
      else if (taken.some((taking) => this.#voids(taking, op))) voids.set(op.id, finding('OP-5', 'author-removed'));
      else if (!this.#authorHolds(op, voids)) voids.set(op.id, finding('OP-5', 'author-void'));
    }
    return voids;
  }

  /** For a taking about to be taken: its author owes its place to nothing that has fallen. */
  #authorStands(
    taking: VerifiedRosterOp,
    trial: ReadonlyMap<OpId, Finding>,
    taken: readonly VerifiedRosterOp[],
  ): boolean {
    return taken.length === 0 || this.#authorHolds(taking, trial);
  }

  /** OP-5.5: whether the author had its place and role by what still stands of its past. */
  #authorHolds(op: VerifiedRosterOp, voids: ReadonlyMap<OpId, Finding>): boolean {
    if (op.byRoot) return true;
    const author = this.memberIn(op.signer, this.#graph.pastOf(op.id), voids);
    return author?.status === 'active' && mayManageDevices(false, author.role);
  }
}

const noVoids: ReadonlyMap<OpId, Finding> = new Map();

function compareTakings(a: TakingOrder | undefined, b: TakingOrder | undefined): number {
  if (a === undefined || b === undefined) throw new Error('every taking has its place in the order');
  return comesFirst(a, b) ? -1 : 1;
}

function deviceConcerned({ body }: VerifiedRosterOp): DeviceId | undefined {
  switch (body.kind) {
    case 'create':
      return body.first.device;
    case 'addDevice':
      return body.added.device;
    case 'removeDevice':
    case 'setRole':
      return body.device;
    case 'merge':
      return undefined;
  }
}

function addedDevice({ body }: VerifiedRosterOp) {
  if (body.kind === 'create') return body.first;
  return body.kind === 'addDevice' ? body.added : undefined;
}

function roleGiven(op: VerifiedRosterOp): Role {
  const added = addedDevice(op);
  if (added !== undefined) return added.role;
  if (op.body.kind === 'setRole') return op.body.role;
  throw new Error('only additions and changes of role give a role');
}
