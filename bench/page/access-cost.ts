/** What it costs to work out who may do what: a roster and a charter of a size that years of use may reach. */
import {
  grant,
  createCharter,
  makeEpochs,
  revokeWithEpochs,
  type CharterWrite,
} from '../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import { addDevice, makeRoster, removeDevice } from '../../src/access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../src/access/roster.ts';
import type { Role } from '../../src/access/roles.ts';
import type { VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import { deviceId, type KeyId, type PracticeId } from '../../src/base/ids.ts';
import type { Random } from '../../src/base/ports.ts';
import { chartSections } from '../../src/base/sections.ts';
import { boxKeysFromSeed, generateBoxKeys } from '../../src/crypto/box.ts';
import { generateSignKeys, type SignKeys } from '../../src/crypto/sign.ts';
import { mustBeOk } from './practice.ts';

const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
const noLabel = new Uint8Array();
const roles: readonly Role[] = ['clinician', 'nurse', 'frontDesk', 'clinician', 'admin'];
/** Practices that sections are shared with, in turns. */
const peers = 6;

interface Practice {
  readonly roster: RosterState;
  readonly signKeys: SignKeys;
}

/** Milliseconds for one, as the mean of `times`. Every fifth device is an admin, and every seventh is removed again. */
export async function measureRoster(
  devices: number,
  times: number,
): Promise<{ readonly ms: number; readonly operations: number }> {
  const { roster } = await practiceOf(devices);
  const ms = mean(times, () => resolveRoster(roster.ops));
  return { ms, operations: roster.ops.length };
}

/** The same for a charter, `turns` times: from nothing, and with one operation more than was resolved before. */
export async function measureCharter(
  operations: number,
  times: number,
  turns: number,
): Promise<readonly { readonly fromNothingMs: number; readonly oneMoreMs: number }[]> {
  const { ops, rosterOf } = await longCharter(operations);
  const before = mustResolve(ops.slice(0, -1), rosterOf);
  return Array.from({ length: turns }, () => ({
    fromNothingMs: mean(times, () => mustResolve(ops, rosterOf)),
    oneMoreMs: mean(times, () => mustResolve(ops, rosterOf, before)),
  }));
}

function mean(times: number, act: () => unknown): number {
  // Once to warm up.
  act();
  const begin = performance.now();
  for (let i = 0; i < times; i++) act();
  return (performance.now() - begin) / times;
}

async function practiceOf(devices: number): Promise<Practice> {
  const root = { sign: generateSignKeys(random), box: boxKeysFromSeed(random.bytes(32)) };
  const signKeys = generateSignKeys(random);
  const first = { signKeys, boxKey: generateBoxKeys(random).publicKey, label: noLabel };
  let roster = rosterOfOps([await makeRoster({ root, label: noLabel, first, timeMs: Date.now() })]);
  for (let i = 1; i < devices; i++) {
    const keys = generateSignKeys(random);
    const boxKey = generateBoxKeys(random).publicKey;
    const profile = { signKeys: keys, boxKey, role: roles[i % roles.length] ?? 'viewer', rank: 2, label: noLabel };
    const added = mustBeOk(await addDevice(roster, signKeys, profile, Date.now()));
    roster = rosterOfOps([...roster.ops, added]);
    if (i % 7 !== 0) continue;
    const removed = mustBeOk(await removeDevice(roster, signKeys, deviceId(keys.publicKey), Date.now()));
    roster = rosterOfOps([...roster.ops, removed]);
  }
  return { roster, signKeys };
}

/** Sections granted to one practice after another, keyed for it, and some turns later taken from it, with new keys again. */
async function longCharter(operations: number) {
  const custodian = await practiceOf(4);
  const others = await Promise.all(Array.from({ length: peers }, () => practiceOf(1)));
  const rosters = new Map<PracticeId, RosterState>(
    [custodian, ...others].map(({ roster }) => [roster.practice, roster]),
  );
  const rosterOf = (practice: PracticeId): RosterState | undefined => rosters.get(practice);
  const keys = new Map<KeyId, Bytes>();
  const making = { heldKeys: keys, random };
  const ops: VerifiedCharterOp[] = [];
  let charter: CharterState | undefined;
  const take = ({ op, keys: made }: CharterWrite): CharterState => {
    ops.push(op);
    for (const [keyId, key] of made) keys.set(keyId, key);
    charter = mustResolve(ops, rosterOf, charter);
    return charter;
  };
  const sections = chartSections.filter((section) => section !== 'identity');
  const at = <T>(list: readonly T[], i: number): T => {
    const item = list[i % list.length];
    if (item === undefined) throw new Error('the list is not empty');
    return item;
  };
  const shareOf = (turn: number) => ({
    practice: at(others, turn).roster.practice,
    sections: [at(sections, 3 * turn), at(sections, 3 * turn + 1)],
  });
  let state = take(mustBeOk(await createCharter(custodian, chartSections, random, Date.now())));
  state = take(mustBeOk(await makeEpochs(state, custodian, chartSections, making, Date.now())));
  for (let turn = 0; ops.length < operations; turn++) {
    const given = shareOf(turn);
    state = take(mustBeOk(await grant(state, custodian, { ...given, right: 'write' }, Date.now())));
    state = take(mustBeOk(await makeEpochs(state, custodian, given.sections, making, Date.now())));
    const ended = { ...shareOf(turn + peers * sections.length - 4), cut: {} };
    const holds = ended.sections.some((section) => state.rightOf(ended.practice, section) !== 'none');
    if (turn >= 4 && holds) state = take(mustBeOk(await revokeWithEpochs(state, custodian, ended, making, Date.now())));
  }
  return { ops: ops.slice(0, operations), rosterOf };
}

function mustResolve(
  ops: readonly VerifiedCharterOp[],
  rosterOf: (practice: PracticeId) => RosterState | undefined,
  before?: CharterState,
): CharterState {
  const charter = resolveCharter(ops, rosterOf, before === undefined ? {} : { before });
  if (charter === undefined || charter.refused.size + charter.parked.size > 0)
    throw new Error('every operation should be valid');
  return charter;
}

function rosterOfOps(ops: RosterState['ops']): RosterState {
  const roster = resolveRoster(ops);
  if (roster === undefined) throw new Error('a roster begins with its create');
  return roster;
}
