/** [ATTACK-1] by either implementation of Ed25519: the files that run it choose which. */
import { expect } from 'vitest';
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';
import { encodeSignedOp } from '../../../src/access/operation.ts';
import { decodeEntry } from '../../../src/crypto/entry.ts';
import { mustBeOk, mustHave } from '../../app/support/world.ts';
import type { AttackWorld } from './attack-world.ts';
import { assembleEntry } from './craft-entry.ts';
import { HostileDevice } from './hostile-device.ts';
import { charterFate, fateOf, membersAt, sameAfterRestart, wasTold } from './replicas.ts';

/** L, lowest byte first. */
const groupOrder = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex');

/** R ‖ S + L: the same signature to whoever reduces S. */
function plusGroupOrder(signature: Bytes): Bytes {
  const changed = concatBytes(signature);
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    const sum = (changed[32 + i] ?? 0) + (groupOrder[i] ?? 0) + carry;
    changed[32 + i] = sum & 0xff;
    carry = sum >> 8;
  }
  return changed;
}

export async function malleatedSignatures(world: AttackWorld, names: readonly string[]): Promise<void> {
  const { chart } = world;
  const mallory = await HostileDevice.takeOver(world, 'bob');
  const twin = mallory.withKeys('twin');
  const alice = await HostileDevice.copyOf(world, 'alice');
  const entry = await mallory.entry({ chart, section: 'problems', text: 'signed once' });
  const addition = await mallory.add(twin, 'clinician');
  const merge = await alice.charterOp(chart, { kind: 'merge', time: 1 });
  const otherEntry = assembleEntry(entry.headerBytes, plusGroupOrder(entry.signature), entry.ciphertext);
  const [first = addition.signed.bytes, second = first] = addition.signed.signatures;
  const otherAddition = { ...addition.signed, signatures: [plusGroupOrder(first), second] };
  const otherMerge = { ...merge.signed, signatures: merge.signed.signatures.map(plusGroupOrder) };

  for (const name of names) {
    const link = await mallory.connect(name);
    await link.entries(chart, 'problems', otherEntry);
    await link.rosterOps(mallory.practice, encodeSignedOp(otherAddition));
    await link.charterOps(chart, encodeSignedOp(otherMerge));
    await world.settle();
    expect(wasTold(world, name, 'entry-bad-signature')).toBe(true);
    expect(wasTold(world, name, 'bad-signature')).toBe(true);
    const malleated = mustBeOk(decodeEntry(otherEntry));
    expect(await fateOf(world, name, malleated)).toBe('not kept');
    expect(await charterFate(world, name, chart, merge.id)).toBe('not kept');
    expect(await membersAt(world, name, mallory.practice)).not.toHaveProperty(twin.device);
  }
  const before = await sameAfterRestart(world, names);
  expect(before).not.toContain('signed once');

  // The true ones, under the same ids where the id leaves the signature out, are taken as ever.
  for (const name of names) {
    const link = mustHave(await mallory.connect(name));
    await link.deliver(entry, addition, merge);
    expect(await fateOf(world, name, entry)).toBe('effective');
    expect(await charterFate(world, name, chart, merge.id)).toBe('in force');
    expect(await membersAt(world, name, mallory.practice)).toHaveProperty(twin.device, 'clinician');
  }
  expect(await sameAfterRestart(world, names)).toContain('signed once');
}
