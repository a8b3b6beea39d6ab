/** Practices of a free world (free-world.ts): rosters written by members that act on what they happen to know, and lie. */
import { deviceId, type DeviceId, type OpId, type PracticeId } from '../../../src/base/ids.ts';
import type { Bytes } from '../../../src/base/bytes.ts';
import type { Random } from '../../../src/base/ports.ts';
import type { NewDevice, RosterBody } from '../../../src/access/operation-bodies.ts';
import { decodeOperation, encodeRosterOperation, practiceIdOf } from '../../../src/access/operation.ts';
import { OpGraph } from '../../../src/access/op-graph.ts';
import { roles, type Role } from '../../../src/access/roles.ts';
import { resolveRoster, type RosterDevice, type RosterState } from '../../../src/access/roster.ts';
import type { VerifiedRosterOp } from '../../../src/access/verify-operation.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { mustHave } from './practices.ts';

/** Everything that is left open, from one seed. */
export class Chance {
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  bytes(length: number): Bytes {
    return this.#random.bytes(length);
  }

  below(limit: number): number {
    const [a = 0, b = 0, c = 0] = this.#random.bytes(3);
    return ((a << 16) | (b << 8) | c) % limit;
  }

  one(inHowMany: number): boolean {
    return this.below(inHowMany) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return mustHave(from[this.below(from.length)]);
  }
}

export class FreePractice {
  readonly id: PracticeId;
  readonly root: DeviceId;
  /** Every device it ever had, in the order in which they were made up. */
  readonly devices: DeviceId[];
  ops: readonly VerifiedRosterOp[];
  state: RosterState;
  readonly #chance: Chance;

  /** With two admins. */
  constructor(chance: Chance) {
    this.#chance = chance;
    const rootKey = chance.bytes(32);
    this.root = deviceId(rootKey);
    this.id = practiceIdOf(rootKey);
    const [first, second] = [this.#newDevice('admin', 1), this.#newDevice('admin', 2)];
    const rootBoxKey = new Uint8Array(32);
    const create = this.#op(this.root, [], { kind: 'create', rootBoxKey, label: new Uint8Array(), first, time: 0 });
    this.ops = [create];
    this.state = mustHave(resolveRoster([create]));
    this.devices = [first.device, second.device];
    this.add(first.device, this.state.heads, { kind: 'addDevice', added: second, time: 0 });
  }

  /** What someone who knows this much would cite; one time in `honesty`, something older that suits it. */
  heads(mine: ReadonlySet<OpId>, honesty: number): readonly OpId[] {
    const known = this.ops.filter((op) => mine.has(op.id) && !this.state.refused.has(op.id));
    if (this.#chance.one(honesty)) return [this.#chance.pick(known).id];
    return new OpGraph(known).headsOf(known.map((op) => op.id)).slice(0, 8);
  }

  /** One more operation by someone who knows this much, and then knows it too. False: it came to nothing. */
  act(mine: Set<OpId>): boolean {
    const chance = this.#chance;
    const prev = this.heads(mine, 12);
    const members: readonly RosterDevice[] = [...(this.state.at(prev)?.values() ?? [])];
    const active = members.filter((member) => member.status === 'active');
    const admins = active.filter((member) => member.role === 'admin').map((member) => member.device);
    const author = chance.one(8)
      ? this.root
      : chance.pick(chance.one(10) || admins.length === 0 ? this.devices : admins);
    const target = chance.pick(chance.one(6) || active.length === 0 ? this.devices : active.map((one) => one.device));
    const body = this.#body(target);
    const op = this.add(author, prev, body);
    if (op === undefined) return false;
    if (body.kind === 'addDevice' && !this.devices.includes(body.added.device)) this.devices.push(body.added.device);
    mine.add(op.id);
    return true;
  }

  add(signer: DeviceId, prev: readonly OpId[], body: RosterBody): VerifiedRosterOp | undefined {
    const op = this.#op(signer, prev, body);
    const state = resolveRoster([...this.ops, op]);
    // Most of what is refused anyway would only make the histories shallow.
    if (state === undefined || (state.refused.has(op.id) && !this.#chance.one(8))) return undefined;
    this.ops = [...this.ops, op];
    this.state = state;
    return op;
  }

  #body(target: DeviceId): RosterBody {
    const chance = this.#chance;
    const time = chance.below(1000);
    const what = chance.below(10);
    if (what < 4) {
      const again = chance.one(3) ? chance.pick(this.devices) : undefined;
      const role = chance.one(2) ? 'admin' : chance.pick(roles);
      return { kind: 'addDevice', added: this.#newDevice(role, chance.below(6), again), time };
    }
    if (what < 7) return { kind: 'removeDevice', device: target, time };
    return what < 9 ? { kind: 'setRole', device: target, role: chance.pick(roles), time } : { kind: 'merge', time };
  }

  #newDevice(role: Role, rank: number, device: DeviceId = deviceId(this.#chance.bytes(32))): NewDevice {
    return { device, boxKey: new Uint8Array(32), role, rank, label: new Uint8Array() };
  }

  #op(signer: DeviceId, prev: readonly OpId[], body: RosterBody): VerifiedRosterOp {
    const bytes = encodeRosterOperation({ practice: this.id, prev, signer, body });
    const decoded = decodeOperation(bytes);
    if (!decoded.ok) throw new Error(`an operation of a free world is ${decoded.reason}`);
    return { ...decoded.value, signed: { bytes, signatures: [] } } as unknown as VerifiedRosterOp;
  }
}
