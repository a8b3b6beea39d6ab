/** Practices for tests: keys from seeds, and the shortest way to an operation that should succeed. */
import { deviceId, type DeviceId, type KeyId, type OpId, type PracticeId } from '../../../src/base/ids.ts';
import type { Bytes } from '../../../src/base/bytes.ts';
import type { Result } from '../../../src/base/result.ts';
import { chartSections, type Section } from '../../../src/base/sections.ts';
import type { CharterAuthor, CharterWrite, KeyMaking } from '../../../src/access/charter-builders.ts';
import { createCharter, grant, makeEpochs, revokeWithEpochs } from '../../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../../src/access/charter.ts';
import type { Right, SectionFrontiers } from '../../../src/access/operation-bodies.ts';
import { addDevice, makeRoster, removeDevice, type RootKeys } from '../../../src/access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../../src/access/roster.ts';
import type { Role } from '../../../src/access/roles.ts';
import type { VerifiedCharterOp, VerifiedRosterOp } from '../../../src/access/verify-operation.ts';
import { boxKeysFromSeed, type BoxKeys } from '../../../src/crypto/box.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { signKeysFromSeed, type SignKeys } from '../../../src/crypto/sign.ts';
import { seededRandom } from '../../support/seeded-random.ts';

export interface TestDevice {
  readonly id: DeviceId;
  readonly signKeys: SignKeys;
  readonly boxKeys: BoxKeys;
}

export function seedOf(name: string): Bytes {
  return sha256(new TextEncoder().encode(name));
}

export function testDevice(name: string): TestDevice {
  const signKeys = signKeysFromSeed(seedOf(`${name}/sign`));
  return { id: deviceId(signKeys.publicKey), signKeys, boxKeys: boxKeysFromSeed(seedOf(`${name}/box`)) };
}

function testRoot(name: string): RootKeys {
  return { sign: signKeysFromSeed(seedOf(`${name}/root`)), box: boxKeysFromSeed(seedOf(`${name}/root-box`)) };
}

export function mustOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected success, got ${result.reason} ${result.detail ?? ''}`);
  return result.value;
}

export function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

const noLabel = new Uint8Array();
export const atTime = 1_750_000_000_000;

/** A practice as its own people see it: everything it ever wrote is in `ops`. */
export class TestPractice {
  readonly name: string;
  readonly root: RootKeys;
  readonly first: TestDevice;
  ops: readonly VerifiedRosterOp[];

  private constructor(name: string, root: RootKeys, first: TestDevice, create: VerifiedRosterOp) {
    this.name = name;
    this.root = root;
    this.first = first;
    this.ops = [create];
  }

  static async found(name: string): Promise<TestPractice> {
    const root = testRoot(name);
    const first = testDevice(`${name}/1`);
    const create = await makeRoster({
      root,
      label: noLabel,
      first: { signKeys: first.signKeys, boxKey: first.boxKeys.publicKey, label: noLabel },
      timeMs: atTime,
    });
    return new TestPractice(name, root, first, create);
  }

  get roster(): RosterState {
    return mustHave(resolveRoster(this.ops));
  }

  get id(): PracticeId {
    return this.roster.practice;
  }

  author(device: TestDevice = this.first): CharterAuthor {
    return { signKeys: device.signKeys, roster: this.roster };
  }

  async add(name: string, role: Role, rank = 2, by: SignKeys = this.first.signKeys): Promise<TestDevice> {
    const device = testDevice(`${this.name}/${name}`);
    this.ops = [...this.ops, await addTo(this.roster, by, device, role, rank)];
    return device;
  }

  async remove(device: DeviceId, by: SignKeys = this.first.signKeys): Promise<VerifiedRosterOp> {
    const op = mustOk(await removeDevice(this.roster, by, device, atTime));
    this.ops = [...this.ops, op];
    return op;
  }
}

export async function addTo(
  roster: RosterState,
  by: SignKeys,
  device: TestDevice,
  role: Role,
  rank = 2,
): Promise<VerifiedRosterOp> {
  const profile = { signKeys: device.signKeys, boxKey: device.boxKeys.publicKey, role, rank, label: noLabel };
  return mustOk(await addDevice(roster, by, profile, atTime));
}

export function rostersOf(...practices: readonly TestPractice[]) {
  return (practice: PracticeId): RosterState | undefined => practices.find(({ id }) => id === practice)?.roster;
}

/** A chart as one replica sees it, with every key any test device made. */
export class TestChart {
  readonly practices: TestPractice[];
  readonly keys = new Map<KeyId, Bytes>();
  ops: readonly VerifiedCharterOp[] = [];
  /** What this replica had in force when it learned of removals (CH-3). */
  heldBefore: ReadonlySet<OpId> = new Set();
  readonly #random;

  constructor(name: string, practices: readonly TestPractice[]) {
    this.practices = [...practices];
    this.#random = seededRandom(name);
  }

  static async begin(name: string, custodian: TestPractice, ...others: TestPractice[]): Promise<TestChart> {
    const chart = new TestChart(name, [custodian, ...others]);
    chart.take(mustOk(await createCharter(custodian.author(), chartSections, chart.#random, atTime)));
    chart.take(mustOk(await makeEpochs(chart.state, custodian.author(), chartSections, chart.making, atTime)));
    return chart;
  }

  get making(): KeyMaking {
    return { heldKeys: this.keys, random: this.#random };
  }

  get state(): CharterState {
    return mustHave(resolveCharter(this.ops, rostersOf(...this.practices), { heldBefore: this.heldBefore }));
  }

  take(write: CharterWrite): VerifiedCharterOp {
    this.ops = [...this.ops, write.op];
    for (const [keyId, key] of write.keys) this.keys.set(keyId, key);
    return write.op;
  }

  async grant(
    by: CharterAuthor,
    to: TestPractice,
    sections: readonly Section[],
    right: Right = 'write',
  ): Promise<VerifiedCharterOp> {
    return this.take(mustOk(await grant(this.state, by, { practice: to.id, sections, right }, atTime)));
  }

  async rekey(by: CharterAuthor, sections: readonly Section[]): Promise<VerifiedCharterOp> {
    return this.take(mustOk(await makeEpochs(this.state, by, sections, this.making, atTime)));
  }

  async revoke(
    by: CharterAuthor,
    from: TestPractice,
    sections: readonly Section[],
    cut: SectionFrontiers = {},
  ): Promise<VerifiedCharterOp> {
    const ended = { practice: from.id, sections, cut };
    return this.take(mustOk(await revokeWithEpochs(this.state, by, ended, this.making, atTime)));
  }
}
