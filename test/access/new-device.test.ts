import { describe, expect, test } from 'vitest';
import { opId } from '../../src/base/ids.ts';
import type { NewDevice } from '../../src/access/operation-bodies.ts';
import { decodeOperation, encodeRosterOperation, encodeSignedOp } from '../../src/access/operation.ts';
import {
  assembleAddDevice,
  countersign,
  proposeDevice,
  removeDevice,
  setRole,
  type ToldToNewDevice,
} from '../../src/access/roster-builders.ts';
import { resolveRoster } from '../../src/access/roster.ts';
import { verifyOpBytes } from '../../src/access/verify-operation.ts';
import { atTime, mustHave, mustOk, seedOf, testDevice, TestPractice, type TestDevice } from './support/practices.ts';

function asNewDevice(device: TestDevice, changed: Partial<NewDevice> = {}): NewDevice {
  const boxKey = device.boxKeys.publicKey;
  return { device: device.id, boxKey, role: 'nurse', rank: 3, label: new Uint8Array(), ...changed };
}

async function pairing() {
  const clinic = await TestPractice.found('clinic');
  const newcomer = testDevice('newcomer');
  const told: ToldToNewDevice = {
    practice: clinic.id,
    author: clinic.first.id,
    boxKey: newcomer.boxKeys.publicKey,
    role: 'nurse',
  };
  const propose = (changed: Partial<NewDevice> = {}) =>
    proposeDevice(clinic.roster, clinic.first.id, asNewDevice(newcomer, changed), atTime);
  const agree = (bytes: Uint8Array<ArrayBuffer>) => countersign(bytes, newcomer.signKeys, told);
  return { clinic, newcomer, told, propose, agree };
}

describe('a device added from another machine', () => {
  test('[ID-3] author and new device sign the same bytes at different machines, and others accept the operation', async () => {
    const { clinic, newcomer, propose, agree } = await pairing();
    const bytes = mustOk(propose());
    const countersignature = mustOk(await agree(bytes));
    const op = mustOk(await assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, countersignature));
    expect(await verifyOpBytes(encodeSignedOp(op.signed))).toMatchObject({ ok: true, value: { id: op.id } });
    const member = mustHave(resolveRoster([...clinic.ops, op])).devices.get(newcomer.id);
    expect(member).toMatchObject({ status: 'active', role: 'nurse', rank: 3, boxKey: newcomer.boxKeys.publicKey });
  });

  test('[ID-3] the new device signs nothing but its own addition, as it was told', async () => {
    const { clinic, newcomer, told, propose, agree } = await pairing();
    const other = testDevice('someone else');
    const notTold = { reason: 'not-what-was-told' };
    expect(await agree(mustOk(propose({ role: 'viewer' })))).toMatchObject(notTold);
    expect(await agree(mustOk(propose({ role: 'admin' })))).toMatchObject(notTold);
    expect(await agree(mustOk(propose({ device: other.id })))).toMatchObject(notTold);
    // A host that put its own box key there would be handed every key meant for the new device.
    expect(await agree(mustOk(propose({ boxKey: clinic.first.boxKeys.publicKey })))).toMatchObject(notTold);
    const bytes = mustOk(propose());
    expect(await countersign(bytes, other.signKeys, told)).toMatchObject(notTold);
    expect(await countersign(bytes, newcomer.signKeys, { ...told, author: other.id })).toMatchObject(notTold);
    expect(mustOk(await agree(bytes))).toHaveLength(64);
  });

  test('[ID-3] [ATTACK-14] the new device joins no other practice than the one it meets', async () => {
    const { newcomer, agree } = await pairing();
    const hostile = await TestPractice.found('hostile');
    const bytes = mustOk(proposeDevice(hostile.roster, hostile.first.id, asNewDevice(newcomer), atTime));
    expect(await agree(bytes)).toMatchObject({ reason: 'not-what-was-told' });
  });

  test('[ID-3] [OP-1] other operations and broken bytes are not countersigned', async () => {
    const { clinic, newcomer, propose, agree } = await pairing();
    const removal = mustOk(await removeDevice(clinic.roster, clinic.root.sign, clinic.first.id, atTime));
    expect(await agree(removal.signed.bytes)).toMatchObject({ reason: 'not-what-was-told' });
    const create = mustHave(clinic.ops[0]);
    expect(await agree(create.signed.bytes)).toMatchObject({ reason: 'not-what-was-told' });
    const bytes = mustOk(propose());
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = bytes.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      const answered = await agree(changed);
      const decoded = decodeOperation(changed);
      // What may differ unnoticed is what the practice alone decides: heads, rank, time, label.
      const mayAgree =
        decoded.ok &&
        decoded.value.body.kind === 'addDevice' &&
        decoded.value.body.added.device === newcomer.id &&
        decoded.value.body.added.role === 'nurse' &&
        decoded.value.signer === clinic.first.id;
      if (!mayAgree) expect(answered.ok).toBe(false);
    }
  });

  test('[ID-3] [OP-3] bytes that were changed after the new device signed make no operation', async () => {
    const { clinic, propose, agree } = await pairing();
    const countersignature = mustOk(await agree(mustOk(propose())));
    for (const changed of [{ role: 'admin' }, { rank: 2 }, { boxKey: clinic.first.boxKeys.publicKey }] as const) {
      const bytes = mustOk(propose(changed));
      const assembled = await assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, countersignature);
      expect(assembled).toMatchObject({ reason: 'bad-signature' });
    }
  });

  test('[ID-3] [OP-3] a signature of another device, of the author or of nobody is refused', async () => {
    const { clinic, newcomer, told, propose, agree } = await pairing();
    const bytes = mustOk(propose());
    const other = testDevice('someone else');
    const othersBytes = mustOk(
      proposeDevice(clinic.roster, clinic.first.id, asNewDevice(other, { role: 'nurse' }), atTime),
    );
    const others = mustOk(await countersign(othersBytes, other.signKeys, { ...told, boxKey: other.boxKeys.publicKey }));
    const assemble = (signature: Uint8Array<ArrayBuffer>) =>
      assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, signature);
    expect(await assemble(others)).toMatchObject({ reason: 'bad-signature' });
    expect(await assemble(new Uint8Array(64))).toMatchObject({ ok: false });
    expect(await assemble(new Uint8Array())).toMatchObject({ ok: false });
    const right = mustOk(await agree(bytes));
    expect(await assembleAddDevice(clinic.roster, newcomer.signKeys, bytes, right)).toMatchObject({
      reason: 'not-an-addition',
    });
    expect(await assemble(right)).toMatchObject({ ok: true });
  });

  test('[ID-3] [ATTACK-14] what was signed for one practice is of no use in another', async () => {
    const { clinic, propose, agree } = await pairing();
    const bytes = mustOk(propose());
    const countersignature = mustOk(await agree(bytes));
    const other = await TestPractice.found('other');
    const assembled = await assembleAddDevice(other.roster, clinic.first.signKeys, bytes, countersignature);
    expect(assembled).toMatchObject({ reason: 'wrong-log' });
  });

  test('[ID-3] [OP-5.4] the same signatures add a device once, and not again after its removal', async () => {
    const { clinic, newcomer, propose, agree } = await pairing();
    const bytes = mustOk(propose());
    const countersignature = mustOk(await agree(bytes));
    const assemble = () => assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, countersignature);
    clinic.ops = [...clinic.ops, mustOk(await assemble())];
    expect(await assemble()).toMatchObject({ reason: 'already-a-member' });
    expect(propose()).toMatchObject({ reason: 'already-a-member' });
    await clinic.remove(newcomer.id);
    expect(await assemble()).toMatchObject({ reason: 'already-a-member' });
    expect(clinic.roster.devices.get(newcomer.id)?.status).toBe('removed');
    // A second proposal is a new operation, which follows the removal and wants a new signature.
    const again = mustOk(propose());
    expect(await assembleAddDevice(clinic.roster, clinic.first.signKeys, again, countersignature)).toMatchObject({
      reason: 'bad-signature',
    });
  });

  test('[OP-5.2] an author that lost its place while people compared codes adds nobody', async () => {
    const { clinic, propose, agree } = await pairing();
    const second = await clinic.add('second', 'admin');
    const bytes = mustOk(propose());
    const countersignature = mustOk(await agree(bytes));
    const demoted = mustOk(await setRole(clinic.roster, clinic.root.sign, clinic.first.id, 'viewer', atTime));
    clinic.ops = [...clinic.ops, demoted];
    const assembled = await assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, countersignature);
    expect(assembled).toMatchObject({ reason: 'author-removed' });
    expect(clinic.roster.devices.get(second.id)?.status).toBe('active');
  });

  test('[ID-4] [OP-5.3] who may not add devices, or not that senior, gets no operation', async () => {
    const { clinic, newcomer, told } = await pairing();
    const clinician = await clinic.add('clinician', 'clinician');
    const junior = await clinic.add('junior', 'admin', 4);
    for (const [author, rank, reason] of [
      [clinician, 3, 'author-may-not'],
      [junior, 3, 'rank-too-senior'],
      [clinic.first, 1, 'rank-too-senior'],
    ] as const) {
      const bytes = mustOk(proposeDevice(clinic.roster, author.id, asNewDevice(newcomer, { rank }), atTime));
      const agreed = mustOk(await countersign(bytes, newcomer.signKeys, { ...told, author: author.id }));
      expect(await assembleAddDevice(clinic.roster, author.signKeys, bytes, agreed)).toMatchObject({ reason });
    }
  });

  test('[ID-3] [ATTACK-2] a box key of small order makes no member', async () => {
    const { clinic, newcomer, told, propose } = await pairing();
    const boxKey = new Uint8Array(32);
    const bytes = mustOk(propose({ boxKey }));
    const agreed = mustOk(await countersign(bytes, newcomer.signKeys, { ...told, boxKey }));
    expect(await assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, agreed)).toMatchObject({
      reason: 'unacceptable-key',
    });
  });

  test('[OP-4] bytes that cite what the author does not know are not assembled', async () => {
    const { clinic, newcomer, agree } = await pairing();
    const bytes = encodeRosterOperation({
      practice: clinic.id,
      prev: [...clinic.roster.heads, opId(seedOf('unknown'))],
      signer: clinic.first.id,
      body: { kind: 'addDevice', added: asNewDevice(newcomer), time: atTime },
    });
    const agreed = mustOk(await agree(bytes));
    expect(await assembleAddDevice(clinic.roster, clinic.first.signKeys, bytes, agreed)).toMatchObject({
      reason: 'past-unknown',
    });
  });
});
