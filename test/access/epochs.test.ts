import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { epochKeyFrom, keyIdOf } from '../../src/crypto/epoch-key.ts';
import { open } from '../../src/crypto/seal.ts';
import { WrapBatch } from '../../src/crypto/box.ts';
import { grantKeys, makeEpochs, revoke, revokeWithEpochs } from '../../src/access/charter-builders.ts';
import { resolveCharter } from '../../src/access/charter.ts';
import type { CharterBody, EpochBatch, EpochRecord } from '../../src/access/operation-bodies.ts';
import { encodeCharterOperation } from '../../src/access/operation.ts';
import { addDevice, removeDevice } from '../../src/access/roster-builders.ts';
import { unwrapEpochs } from '../../src/access/unwrap-epochs.ts';
import { isCharterOp, signOperation, type VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  atTime,
  mustHave,
  mustOk,
  rostersOf,
  TestChart,
  testDevice,
  TestPractice,
  type TestDevice,
} from './support/practices.ts';

async function shared() {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('chart', clinic, peer);
  await chart.grant(clinic.author(), peer, ['medications']);
  await chart.rekey(clinic.author(), ['medications', 'identity']);
  return { clinic, peer, chart };
}

function opened(chart: TestChart, practice: TestPractice, device: TestDevice = practice.first) {
  return unwrapEpochs(chart.state, { practice: practice.id, recipient: device.id, boxKeys: device.boxKeys });
}

/** The keys of one section that a device can open, as a share of all there are. */
function reads(chart: TestChart, practice: TestPractice, device?: TestDevice): string {
  const epochs = chart.state.epochs.filter((epoch) => epoch.section === 'medications');
  const { keys } = opened(chart, practice, device);
  return `${epochs.filter((epoch) => keys.has(epoch.keyId)).length} of ${epochs.length}`;
}

/** The keys an operation brings, changed before it is signed. */
async function tampered(
  chart: TestChart,
  by: TestPractice,
  write: VerifiedCharterOp,
  change: (batch: EpochBatch, epoch: EpochRecord) => EpochBatch,
): Promise<string> {
  const { body } = write;
  if (body.kind !== 'epoch') throw new Error('expected an epoch');
  const epochs = change(body.epochs, mustHave(body.epochs.epochs[0]));
  return verdictOf(chart, by, { ...body, epochs });
}

async function verdictOf(
  chart: TestChart,
  by: TestPractice,
  body: CharterBody,
  prev = chart.state.heads,
): Promise<string> {
  const { practice, heads: roster } = by.roster;
  const draft = { chart: chart.state.chart, prev, signer: by.first.id, practice, roster, body };
  const op = await signOperation(encodeCharterOperation(draft), [by.first.signKeys]);
  if (!isCharterOp(op)) throw new Error('expected a charter operation');
  const state = mustHave(resolveCharter([...chart.ops, op], rostersOf(...chart.practices)));
  const why = state.refused.get(op.id) ?? state.parked.get(op.id);
  return why === undefined ? 'in force' : `${why.rule} ${why.reason}`;
}

const withEpoch = (batch: EpochBatch, epoch: EpochRecord): EpochBatch => ({ ...batch, epochs: [epoch] });

describe('who gets a key', () => {
  test('[CH-5] every active device and the root of each reading practice opens it, and a keeper does not', async () => {
    const { clinic, peer, chart } = await shared();
    const nurse = await peer.add('nurse', 'nurse');
    const keeper = await peer.add('keeper', 'keeper');
    await chart.rekey(clinic.author(), ['medications']);
    expect(reads(chart, peer)).toBe('3 of 3');
    expect(reads(chart, peer, nurse)).toBe('3 of 3');
    expect(reads(chart, peer, keeper)).toBe('0 of 3');
    const byRoot = unwrapEpochs(chart.state, { practice: peer.id, recipient: 'root', boxKeys: peer.root.box });
    expect(byRoot.keys.size).toBe(opened(chart, peer).keys.size);
  });

  test('[CH-5] [ATTACK-28] a reader added later reads all there ever was, through one new key', async () => {
    const { clinic, peer, chart } = await shared();
    expect(reads(chart, peer)).toBe('2 of 2');
    const epochs = chart.state.epochs.filter((epoch) => epoch.section === 'medications');
    expect(epochs[0]?.readers).toEqual([clinic.id]);
    expect(epochs[1]?.previous).toEqual([epochs[0]?.keyId]);
  });

  test('[CH-7] [ATTACK-31] a device added later is handed the keys it lacks', async () => {
    const { clinic, peer, chart } = await shared();
    const nurse = await clinic.add('nurse', 'nurse');
    expect(reads(chart, clinic, nurse)).toBe('0 of 2');
    const newest = mustHave(chart.state.epochs.findLast((epoch) => epoch.section === 'medications')).keyId;
    const to = { practice: clinic.id, device: nurse.id };
    chart.take(mustOk(await grantKeys(chart.state, clinic.author(), to, [newest], chart.making, atTime)));
    expect(reads(chart, clinic, nurse)).toBe('2 of 2');
    const keeper = await clinic.add('keeper', 'keeper');
    const refused = await grantKeys(
      chart.state,
      peer.author(),
      { practice: clinic.id, device: keeper.id },
      [newest],
      chart.making,
      atTime,
    );
    expect(refused).toMatchObject({ reason: 'wrong-devices' });
  });

  test('[CH-4] what follows a revoke is closed to the peer though it holds every byte, and what came before stays open to it', async () => {
    const { clinic, peer, chart } = await shared();
    const before = opened(chart, peer);
    await chart.revoke(clinic.author(), peer, ['medications']);
    expect(reads(chart, peer)).toBe('2 of 3');
    expect(reads(chart, clinic)).toBe('3 of 3');
    expect(opened(chart, peer).keys).toEqual(before.keys);
    // Nor do its old keys open anything that the new operation carries.
    const last = mustHave(chart.ops.at(-1)).body;
    const sealed = last.kind === 'revoke' ? (last.epochs?.epochs ?? []).map((epoch) => epoch.sealedPrevious) : [];
    expect(sealed).toHaveLength(2);
    for (const key of before.keys.values()) for (const bytes of sealed) expect(open(key, bytes)).toBeUndefined();
  });

  test('[CH-4] [ATTACK-29] after a revoke without keys nothing that is there is usable, by whoever writes next', async () => {
    const { clinic, peer, chart } = await shared();
    const other = await TestPractice.found('other');
    chart.practices.push(other);
    await chart.grant(clinic.author(), other, ['medications']);
    await chart.rekey(clinic.author(), ['medications', 'identity']);
    const old = new Set(opened(chart, peer).keys.keys());
    const ended = { practice: peer.id, sections: ['medications', 'identity'] as const, cut: {} };
    const { body } = chart.take(mustOk(await revoke(chart.state, clinic.author(), ended, atTime)));
    expect(body).toMatchObject({ kind: 'revoke', epochs: null });
    for (const section of ended.sections) expect(chart.state.usableEpochs(section)).toEqual([]);
    expect(chart.state.usableEpochs('vitals')).toHaveLength(1);
    // Another practice that may write makes the key as well as the custodian.
    await chart.rekey(other.author(), ['medications']);
    const [usable] = chart.state.usableEpochs('medications');
    expect(old.has(mustHave(usable))).toBe(false);
    expect(opened(chart, peer).keys.has(mustHave(usable))).toBe(false);
    expect(reads(chart, clinic)).toBe('4 of 4');
    expect(reads(chart, other)).toBe('4 of 4');
    expect(reads(chart, peer)).toBe('3 of 4');
  });

  test('[CH-9] sections with the same readers share a wrap a reader and no key; those of others come from another secret', async () => {
    const { clinic, peer, chart } = await shared();
    const sections = ['identity', 'medications', 'problems', 'results'] as const;
    const made = mustOk(await makeEpochs(chart.state, clinic.author(), sections, chart.making, atTime));
    if (made.op.body.kind !== 'epoch') throw new Error('expected an epoch');
    const { epochs } = made.op.body.epochs;
    const wrapsOf = new Map(epochs.map(({ section, wraps }) => [section, wraps.map(toHex).join()]));
    // The peer reads the first two, the clinic alone the others.
    expect(wrapsOf.get('identity')).toBe(wrapsOf.get('medications'));
    expect(wrapsOf.get('problems')).toBe(wrapsOf.get('results'));
    expect(wrapsOf.get('problems')).not.toBe(wrapsOf.get('medications'));
    chart.ops = [...chart.ops, made.op];
    const here = opened(chart, clinic).keys;
    const there = opened(chart, peer).keys;
    for (const { section, keyId } of epochs) {
      expect([section, there.has(keyId)]).toEqual([section, section === 'identity' || section === 'medications']);
      expect(here.get(keyId)).toEqual(made.keys.get(keyId));
    }
    // Whoever is handed one section's key has no other's by it.
    for (const from of here.values())
      for (const { section, keyId } of epochs)
        expect(keyIdOf(chart.state.chart, section, epochKeyFrom(from, chart.state.chart, section))).not.toBe(keyId);
  });

  test('[CH-4] [CH-5] a revoke that brings keys brings them to exactly those who read on', async () => {
    const { clinic, peer, chart } = await shared();
    const before = chart.state;
    const epoch = mustOk(await makeEpochs(before, clinic.author(), ['medications'], chart.making, atTime)).op.body;
    if (epoch.kind !== 'epoch') throw new Error('expected an epoch');
    const ended = { practice: peer.id, sections: ['medications'] as const, cut: {} };
    const body = mustOk(await revokeWithEpochs(before, clinic.author(), ended, chart.making, atTime)).op.body;
    if (body.kind !== 'revoke' || body.epochs === null) throw new Error('expected keys');
    expect(body.epochs.epochs.map(({ section, readers }) => [section, readers])).toEqual([
      ['identity', [clinic.id]],
      ['medications', [clinic.id]],
    ]);
    expect(await verdictOf(chart, clinic, { ...body, epochs: epoch.epochs })).toBe('CH-5 wrong-readers');
    expect(await verdictOf(chart, clinic, body)).toBe('in force');
  });
});

describe('a maker of keys who cheats', () => {
  async function madeByPeer() {
    const found = await shared();
    const { op } = mustOk(
      await makeEpochs(found.chart.state, found.peer.author(), ['medications'], found.chart.making, atTime),
    );
    return { ...found, op };
  }

  test('[CH-5] a peer that may write makes a key; one that may only read, or not even that, does not [ATTACK-26]', async () => {
    const { clinic, peer, chart, op } = await madeByPeer();
    expect(await tampered(chart, peer, op, (batch) => batch)).toBe('in force');
    const reader = await TestPractice.found('reader');
    const others = await TestChart.begin('read only', clinic, reader);
    await others.grant(clinic.author(), reader, ['medications'], 'read');
    const tried = await makeEpochs(others.state, reader.author(), ['medications'], others.making, atTime);
    expect(tried).toMatchObject({ reason: 'no-right' });
    const nurse = await peer.add('viewer', 'viewer');
    const byViewer = await makeEpochs(chart.state, peer.author(nurse), ['medications'], chart.making, atTime);
    expect(byViewer).toMatchObject({ reason: 'no-right' });
  });

  test('[CH-5] [ATTACK-25] a wrap set that leaves out or slips in a reader or device is refused', async () => {
    const { clinic, peer, chart, op } = await madeByPeer();
    const leaveOut = (batch: EpochBatch, epoch: EpochRecord): EpochBatch => ({
      ...withEpoch(batch, { ...epoch, readers: [peer.id], wraps: epoch.wraps.slice(0, 2) }),
      rosters: batch.rosters.filter((roster) => roster.practice === peer.id),
    });
    expect(await tampered(chart, peer, op, leaveOut)).toBe('CH-5 wrong-readers');
    const oneWrapLess = (batch: EpochBatch, epoch: EpochRecord) =>
      withEpoch(batch, { ...epoch, wraps: epoch.wraps.slice(1) });
    expect(await tampered(chart, peer, op, oneWrapLess)).toBe('CH-5 wrong-wraps');
    const noDevices = (batch: EpochBatch): EpochBatch => ({
      ...batch,
      rosters: batch.rosters.map((roster) => (roster.practice === clinic.id ? { ...roster, devices: [] } : roster)),
    });
    expect(await tampered(chart, peer, op, noDevices)).toBe('CH-5 wrong-devices');
    const stranger = await TestPractice.found('stranger');
    chart.practices.push(stranger);
    const slipIn = (batch: EpochBatch, epoch: EpochRecord): EpochBatch => ({
      ...withEpoch(batch, {
        ...epoch,
        readers: [...epoch.readers, stranger.id].sort(),
        wraps: [...epoch.wraps, ...epoch.wraps.slice(0, 2)],
      }),
      rosters: [
        ...batch.rosters,
        { practice: stranger.id, heads: stranger.roster.heads, devices: [stranger.first.id] },
      ],
    });
    expect(await tampered(chart, peer, op, slipIn)).toBe('CH-5 wrong-readers');
  });

  test('[CH-4] a key once used is not used again, and former keys are those of the section', async () => {
    const { peer, chart, op } = await madeByPeer();
    const old = mustHave(chart.state.epochs.find((epoch) => epoch.section === 'medications')).keyId;
    const foreign = mustHave(chart.state.epochs.find((epoch) => epoch.section === 'problems')).keyId;
    expect(await tampered(chart, peer, op, (batch, epoch) => withEpoch(batch, { ...epoch, keyId: old }))).toBe(
      'CH-4 key-used-before',
    );
    const sealing = (batch: EpochBatch, epoch: EpochRecord) =>
      withEpoch(batch, { ...epoch, previous: [...epoch.previous.slice(1), foreign].sort() });
    expect(await tampered(chart, peer, op, sealing)).toBe('CH-5 unknown-former-key');
  });

  test('[CH-5] [ATTACK-25] different keys for different readers: who gets the wrong one knows, and the key is not used', async () => {
    const { clinic, peer, chart, op } = await madeByPeer();
    if (op.body.kind !== 'epoch') throw new Error('expected an epoch');
    const batch = op.body.epochs;
    const epoch = mustHave(batch.epochs[0]);
    const wraps = new WrapBatch(seededRandom('cheat'));
    const wrong = epoch.wraps.map((_, i) => {
      const roster = mustHave(batch.rosters[Math.floor(i / 2)]);
      const practice = roster.practice === clinic.id ? clinic : peer;
      const boxKey = i % 2 === 0 ? practice.root.box.publicKey : practice.first.boxKeys.publicKey;
      return wraps.wrap(boxKey, new Uint8Array(32).fill(practice === clinic ? 1 : 2));
    });
    const body: CharterBody = {
      ...op.body,
      epochs: { ...batch, ephemeralKey: wraps.ephemeralKey, epochs: [{ ...epoch, wraps: wrong }] },
    };
    const { practice, heads: roster } = peer.roster;
    const draft = { chart: chart.state.chart, prev: chart.state.heads, signer: peer.first.id, practice, roster, body };
    const cheat = await signOperation(encodeCharterOperation(draft), [peer.first.signKeys]);
    if (!isCharterOp(cheat)) throw new Error('expected a charter operation');
    chart.ops = [...chart.ops, cheat];
    const { broken } = opened(chart, clinic);
    expect([...broken]).toEqual([epoch.keyId]);
    expect(chart.state.usableEpochs('medications', broken)).not.toContain(epoch.keyId);
    // The next honest key leaves the broken one behind, and is usable again.
    await chart.rekey(clinic.author(), ['medications']);
    expect(chart.state.usableEpochs('medications', broken)).toHaveLength(1);
    expect(reads(chart, peer)).toBe('3 of 4');
  });

  test('[CH-5] [ATTACK-48] a maker with an older roster than it has seen would reach a removed device: refused', async () => {
    const { clinic, peer, chart } = await shared();
    const stolen = await peer.add('stolen', 'nurse');
    const staleRoster = peer.ops;
    await peer.remove(stolen.id);
    await chart.rekey(clinic.author(), ['medications']);
    const current = peer.ops;
    peer.ops = staleRoster;
    const stale = mustOk(
      await makeEpochs(
        { ...chart.state, heads: [mustHave(chart.ops.at(-2)).id] },
        clinic.author(),
        ['medications'],
        chart.making,
        atTime,
      ),
    ).op;
    peer.ops = current;
    if (stale.body.kind !== 'epoch') throw new Error('expected an epoch');
    expect(await verdictOf(chart, clinic, stale.body)).toBe('CH-5 stale-roster');
  });
});

describe('which key may be sealed under', () => {
  test('[CH-6] a key is usable until readers or their devices change', async () => {
    const { clinic, peer, chart } = await shared();
    const usable = () => chart.state.usableEpochs('medications').length;
    expect(usable()).toBe(1);
    const nurse = await peer.add('nurse', 'nurse');
    expect(usable()).toBe(0);
    await chart.rekey(clinic.author(), ['medications']);
    expect(usable()).toBe(1);
    await peer.add('keeper', 'keeper');
    expect(usable()).toBe(1);
    await peer.remove(nurse.id);
    expect(usable()).toBe(0);
  });

  test('[CH-6] nor after a device that colleagues gave the key to came and went without a key of its own', async () => {
    const { clinic, peer, chart } = await shared();
    const usable = () => chart.state.usableEpochs('medications').length;
    const lost = await peer.add('lost', 'nurse');
    await peer.remove(lost.id);
    expect(usable()).toBe(0);
    await chart.rekey(clinic.author(), ['medications']);
    expect(usable()).toBe(1);
    // A keeper is given none.
    const keeper = await peer.add('keeper', 'keeper');
    await peer.remove(keeper.id);
    expect(usable()).toBe(1);
  });

  test('[CH-6] [ATTACK-30] a device removed from the peer practice is left out of the next key, with no act of the custodian', async () => {
    const { clinic, peer, chart } = await shared();
    const stolen = await peer.add('stolen', 'nurse');
    await chart.rekey(clinic.author(), ['medications']);
    expect(reads(chart, peer, stolen)).toBe('3 of 3');
    await peer.remove(stolen.id);
    await chart.rekey(peer.author(), ['medications']);
    expect(reads(chart, peer, stolen)).toBe('3 of 4');
    expect(reads(chart, clinic)).toBe('4 of 4');
  });

  test('[CH-6] [ATTACK-27] after concurrent removals of X and Y neither key is used, and neither reads what follows', async () => {
    const clinic = await TestPractice.found('clinic');
    const [x, y] = [await TestPractice.found('x'), await TestPractice.found('y')];
    const second = await clinic.add('second', 'admin');
    const chart = await TestChart.begin('chart', clinic, x, y);
    for (const peer of [x, y]) await chart.grant(clinic.author(), peer, ['medications'], 'read');
    await chart.rekey(clinic.author(), ['medications', 'identity']);
    const base = chart.state;
    const end = async (peer: TestPractice, by: TestDevice) =>
      mustOk(
        await revokeWithEpochs(
          base,
          clinic.author(by),
          { practice: peer.id, sections: ['medications'], cut: {} },
          chart.making,
          atTime,
        ),
      );
    chart.take(await end(x, clinic.first));
    chart.take(await end(y, second));
    expect(chart.state.readersOf('medications')).toEqual([clinic.id]);
    expect(chart.state.usableEpochs('medications')).toEqual([]);
    expect(chart.state.usableEpochs('identity')).toEqual([]);
    await chart.rekey(clinic.author(), ['medications']);
    const [usable] = chart.state.usableEpochs('medications');
    for (const peer of [x, y]) expect(opened(chart, peer).keys.has(mustHave(usable))).toBe(false);
    expect(reads(chart, clinic)).toBe('5 of 5');
  });

  test('[CH-6] [ATTACK-49] two devices removed at the same time, each wrapped to by the other remover: neither reads what follows', async () => {
    const clinic = await TestPractice.found('clinic');
    const admins = [await clinic.add('a', 'admin'), await clinic.add('b', 'admin')];
    const [a, b] = [mustHave(admins[0]), mustHave(admins[1])];
    const [u, v] = [await clinic.add('u', 'nurse'), await clinic.add('v', 'nurse')];
    const chart = await TestChart.begin('chart', clinic);
    const base = { roster: clinic.ops, state: chart.state };
    const branch = async (by: TestDevice, gone: TestDevice) => {
      clinic.ops = base.roster;
      const removal = await clinic.remove(gone.id, by.signKeys);
      const state = mustHave(resolveCharter(base.state.ops, rostersOf(clinic)));
      const made = mustOk(await makeEpochs(state, clinic.author(by), ['medications'], chart.making, atTime));
      return { removal, made };
    };
    const first = await branch(a, u);
    const other = await branch(b, v);
    clinic.ops = [...base.roster, first.removal, other.removal];
    chart.take(first.made);
    chart.take(other.made);
    expect(chart.state.parked.size + chart.state.refused.size).toBe(0);
    expect(chart.state.usableEpochs('medications')).toEqual([]);
    await chart.rekey(clinic.author(), ['medications']);
    const [usable] = chart.state.usableEpochs('medications');
    for (const device of [u, v]) expect(opened(chart, clinic, device).keys.has(mustHave(usable))).toBe(false);
    expect(opened(chart, clinic, a).keys.has(mustHave(usable))).toBe(true);
  });

  test('[CH-6] a device that came back with another box key is not reached by the old wraps', async () => {
    const { clinic, peer, chart } = await shared();
    const device = await peer.add('nurse', 'nurse');
    await chart.rekey(clinic.author(), ['medications']);
    peer.ops = [...peer.ops, mustOk(await removeDevice(peer.roster, peer.first.signKeys, device.id, atTime))];
    const profile = {
      signKeys: device.signKeys,
      boxKey: testDevice('other').boxKeys.publicKey,
      label: new Uint8Array(),
    };
    const again = await addDevice(peer.roster, peer.first.signKeys, { ...profile, role: 'nurse', rank: 2 }, atTime);
    peer.ops = [...peer.ops, mustOk(again)];
    expect(chart.state.usableEpochs('medications')).toEqual([]);
  });
});
