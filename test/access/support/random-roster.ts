/**
 * Roster histories in which several devices act on what they happen to know: forks, disputes, additions by people who have
 * already lost their place. Driven by a list of numbers, so that fast-check can shrink it.
 */
import { addDevice, removeDevice, setRole } from '../../../src/access/roster-builders.ts';
import { resolveRoster } from '../../../src/access/roster.ts';
import { roles } from '../../../src/access/roles.ts';
import type { VerifiedRosterOp } from '../../../src/access/verify-operation.ts';
import { atTime, mustHave, testDevice, TestPractice, type TestDevice } from './practices.ts';

const replicas = 3;

export async function randomRoster(choices: readonly number[]): Promise<readonly VerifiedRosterOp[]> {
  const practice = await TestPractice.found('random');
  const devices: TestDevice[] = [practice.first];
  const known: (readonly VerifiedRosterOp[])[] = Array.from({ length: replicas }, () => practice.ops);
  const all = new Map(practice.ops.map((op) => [op.id, op]));
  for (const choice of choices) {
    const at = choice % replicas;
    const mine = known[at] ?? [];
    const kind = Math.floor(choice / replicas) % 8;
    const number = Math.floor(choice / (replicas * 8));
    if (kind === 0) {
      // Two replicas meet.
      const other = known[(at + 1 + (number % (replicas - 1))) % replicas] ?? [];
      known[at] = [...new Map([...mine, ...other].map((op) => [op.id, op])).values()];
      continue;
    }
    const state = mustHave(resolveRoster(mine));
    const author = number % 11 === 0 ? practice.root.sign : mustHave(devices[number % devices.length]).signKeys;
    const target = mustHave(devices[Math.floor(number / 16) % devices.length]);
    const role = mustHave(roles[Math.floor(number / 8) % roles.length]);
    const built =
      kind <= 3
        ? await addDevice(
            state,
            author,
            profile(newOrOld(devices, number), kind === 1 ? 'admin' : role, number),
            atTime,
          )
        : kind <= 5
          ? await removeDevice(state, author, target.id, atTime)
          : await setRole(state, author, target.id, role, atTime);
    if (!built.ok) continue;
    known[at] = [...mine, built.value];
    all.set(built.value.id, built.value);
  }
  return [...all.values()];
}

function newOrOld(devices: TestDevice[], number: number): TestDevice {
  const old = devices[number % (devices.length + 4)];
  if (old !== undefined && number % 3 === 0) return old;
  const fresh = testDevice(`random/${devices.length}`);
  devices.push(fresh);
  return fresh;
}

function profile({ signKeys, boxKeys }: TestDevice, role: (typeof roles)[number], number: number) {
  return { signKeys, boxKey: boxKeys.publicKey, role, rank: 2 + (number % 3), label: new Uint8Array() };
}
