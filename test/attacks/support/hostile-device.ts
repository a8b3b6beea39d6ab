/**
 * A device that obeys nobody: real keys, the real wire, hand-made frames. It signs any operation and any entry, says what it
 * likes to whom it likes in any order, and keeps all it hears.
 *
 *     const mallory = await HostileDevice.takeOver(world, 'bob');      locks bob's session; keys and disk are the attacker's
 *     const twin = mallory.withKeys('twin');                           another device, a member of nothing yet
 *     const stale = mallory.asOf();                                    the same device, which from now on learns nothing
 *     const op = await mallory.rosterOp({ kind: 'removeDevice', … });  any op: `prev`, `by`, `alsoBy` are free
 *     const grant = await mallory.charterOp(chart, { kind: 'grant', … });
 *     const entry = await mallory.entry({ chart, section, text: 'x' }) any entry: see craft-entry.ts
 *     const link = await mallory.connect(world.session('alice'));      hello, charts, and all that is sent to it
 *     await link.deliver(op, entry);                                   as frames, in this order; resolves when dealt with
 *     await link.sendBytes(anything); link.heard                       raw bytes; every frame that came back
 *
 * A device whose place in its roster is gone is refused at the door: let a colluder `deliver` its bytes.
 */
import type { Bytes } from '../../../src/base/bytes.ts';
import type { Section } from '../../../src/base/sections.ts';
import {
  deviceId,
  type ChartId,
  type DeviceId,
  type KeyId,
  type OpId,
  type PracticeId,
} from '../../../src/base/ids.ts';
import type { Random } from '../../../src/base/ports.ts';
import type { CharterBody, NewDevice, RosterBody } from '../../../src/access/operation-bodies.ts';
import { encodeCharterOperation, encodeRosterOperation, encodeSignedOp } from '../../../src/access/operation.ts';
import { makeEpochBatch, type EpochRequest, type NewEpochs } from '../../../src/access/make-epochs.ts';
import { unwrapEpochs } from '../../../src/access/unwrap-epochs.ts';
import type { Role } from '../../../src/access/roles.ts';
import {
  isCharterOp,
  isRosterOp,
  signOperation,
  type VerifiedCharterOp,
  type VerifiedRosterOp,
} from '../../../src/access/verify-operation.ts';
import { boxKeysFromSeed, WrapBatch, type BoxKeys } from '../../../src/crypto/box.ts';
import type { VerifiedEntry } from '../../../src/crypto/entry.ts';
import { signKeysFromSeed, type SignKeys } from '../../../src/crypto/sign.ts';
import { breakIn } from '../../app/support/break-in.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { AttackWorld, Victim } from './attack-world.ts';
import { craftEntry, noonMs, type EntryPlan } from './craft-entry.ts';
import { HostileLink } from './hostile-link.ts';
import { Knowledge } from './knowledge.ts';

interface DeviceKeys {
  readonly practice: PracticeId;
  readonly sign: SignKeys;
  readonly box: BoxKeys;
}

export interface OpOverrides {
  readonly prev?: readonly OpId[];
  /** Whose name stands as author; default: this device. */
  readonly by?: SignKeys;
  /** Second signature, where one is asked for. */
  readonly alsoBy?: SignKeys;
  readonly practice?: PracticeId;
  /** Heads of the author's roster (charter operations). */
  readonly roster?: readonly OpId[];
}

export class HostileDevice {
  readonly practice: PracticeId;
  readonly sign: SignKeys;
  readonly box: BoxKeys;
  readonly device: DeviceId;
  readonly knows: Knowledge;
  readonly random: Random;
  readonly #world: AttackWorld;

  private constructor(world: AttackWorld, keys: DeviceKeys, knows: Knowledge) {
    this.#world = world;
    this.practice = keys.practice;
    this.sign = keys.sign;
    this.box = keys.box;
    this.device = deviceId(keys.sign.publicKey);
    this.knows = knows;
    this.random = seededRandom(`hostile ${this.device}`);
  }

  /** A practice turns hostile: its session ends, its keys and all on its disk are the attacker's. */
  static async takeOver(world: AttackWorld, name: string): Promise<HostileDevice> {
    await world.lock(name);
    return HostileDevice.copyOf(world, name);
  }

  /** The keys and the disk of a practice whose session goes on: stolen, or used to write what a person there signed elsewhere. */
  static async copyOf(world: AttackWorld, name: string): Promise<HostileDevice> {
    const machine = await breakIn(world.world, name, world.passphrase);
    const { practice, sign, box } = machine.self;
    const knows = await Knowledge.ofDisk(machine);
    machine.store.close();
    return new HostileDevice(world, { practice, sign, box }, knows);
  }

  /** Another device by name, of the same practice if anyone adds it, with a copy of what this one knows. */
  withKeys(name: string): HostileDevice {
    const random = seededRandom(`keys of ${name}`);
    const sign = signKeysFromSeed(random.bytes(32));
    const box = boxKeysFromSeed(random.bytes(32));
    return new HostileDevice(this.#world, { practice: this.practice, sign, box }, this.knows.copy());
  }

  /** The practice's own root, for whoever knows its recovery phrase. */
  asRoot(keys: { readonly sign: SignKeys; readonly box: BoxKeys }): HostileDevice {
    return new HostileDevice(this.#world, { practice: this.practice, ...keys }, this.knows.copy());
  }

  /** This device as it is now: what it learns from now on, or signs, does not reach the copy, nor the other way round. */
  asOf(): HostileDevice {
    return new HostileDevice(this.#world, this, this.knows.copy());
  }

  /** The same device and knowledge with other randomness: what it seals once more becomes another ciphertext. */
  withOtherRandom(): HostileDevice {
    const copy = this.asOf();
    copy.random.bytes(64);
    return copy;
  }

  /** How this device stands in an addition. */
  asMember(role: Role, rank = 2): NewDevice {
    return { device: this.device, boxKey: this.box.publicKey, role, rank, label: new Uint8Array() };
  }

  // ------------------------------------------------------------------------------------------------ operations

  /** Known to this device from now on. Signed as the operation asks; nothing is checked. */
  async rosterOp(body: RosterBody, given: OpOverrides = {}): Promise<VerifiedRosterOp> {
    const { by = this.sign, alsoBy, practice = this.practice } = given;
    const prev = given.prev ?? this.knows.rosterOf(practice)?.heads ?? [];
    const bytes = encodeRosterOperation({ practice, prev, signer: deviceId(by.publicKey), body });
    const op = await signOperation(bytes, alsoBy === undefined ? [by] : [by, alsoBy]);
    if (!isRosterOp(op)) throw new Error('a roster operation was asked for');
    this.knows.learn(op);
    return op;
  }

  add(member: HostileDevice, role: Role, rank = 2, given: OpOverrides = {}): Promise<VerifiedRosterOp> {
    const body: RosterBody = { kind: 'addDevice', added: member.asMember(role, rank), time: noonMs };
    return this.rosterOp(body, { alsoBy: member.sign, ...given });
  }

  remove(device: DeviceId, given: OpOverrides = {}): Promise<VerifiedRosterOp> {
    return this.rosterOp({ kind: 'removeDevice', device, time: noonMs }, given);
  }

  async charterOp(chart: ChartId, body: CharterBody, given: OpOverrides = {}): Promise<VerifiedCharterOp> {
    const { by = this.sign, practice = this.practice, alsoBy } = given;
    const prev = given.prev ?? this.knows.charter(chart).heads;
    const roster = given.roster ?? this.knows.roster(practice).heads;
    const draft = { chart, prev, signer: deviceId(by.publicKey), practice, roster, body };
    const op = await signOperation(encodeCharterOperation(draft), alsoBy === undefined ? [by] : [by, alsoBy]);
    if (!isCharterOp(op)) throw new Error('a charter operation was asked for');
    this.knows.learn(op);
    return op;
  }

  /** New keys as an honest writer with this knowledge would make them, for an `epoch` or a `revoke` to carry. */
  epochs(chart: ChartId, sections: readonly Section[], given: Partial<EpochRequest> = {}): NewEpochs {
    const charter = this.knows.charter(chart);
    return makeEpochBatch({
      chart,
      sections,
      readersOf: charter.readersOf,
      rosterOf: this.knows.rosterOf,
      formerEpochs: charter.epochs,
      heldKeys: this.knows.keys,
      wraps: new WrapBatch(this.random),
      random: this.random,
      ...given,
    });
  }

  /** Whether its own box key opens this key from what it knows of the charter, however it got there. */
  opens(chart: ChartId, key: KeyId): boolean {
    const reader = { practice: this.practice, recipient: this.device, boxKeys: this.box };
    return unwrapEpochs(this.knows.charter(chart), reader).keys.has(key);
  }

  // --------------------------------------------------------------------------------------------------- entries

  /** Known to this device from now on. */
  async entry(plan: EntryPlan): Promise<VerifiedEntry> {
    const entry = await craftEntry(this, plan);
    this.knows.learn(entry);
    return entry;
  }

  // ------------------------------------------------------------------------------------------------------ wire

  /** A connection that has said hello and listed no charts; what is told on it is kept in `knows`. */
  async connect(victim: Victim): Promise<HostileLink> {
    const link = await this.tryToConnect(victim);
    if (link === undefined) throw new Error('this device is let in');
    await link.greet();
    return link;
  }

  /** Undefined when it is refused at the door. Says nothing yet. */
  async tryToConnect(victim: Victim): Promise<HostileLink | undefined> {
    const connection = await this.#world.dialAs(this.device, this.#world.deviceOf(victim));
    return connection === undefined ? undefined : new HostileLink(connection, this, this.#world);
  }

  /** Ends every connection, and takes no other until the next `connect`. */
  disconnect(): Promise<void> {
    return this.#world.disconnect(this.device);
  }
}

export function encodedOp(op: VerifiedRosterOp | VerifiedCharterOp): Bytes {
  return encodeSignedOp(op.signed);
}
