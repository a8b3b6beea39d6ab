/**
 * What peers and strangers can do over their connections to a practice at work: learn what they should not, fill its disk,
 * or keep it from its own charts.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { chartId, deviceId, idBytes, opId, type ChartId, type PracticeId } from '../../../src/base/ids.ts';
import { encodeMeetingMessage } from '../../../src/access/meeting.ts';
import { encodeRosterOperation, encodeSignedOp } from '../../../src/access/operation.ts';
import { signOperation } from '../../../src/access/verify-operation.ts';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import { replicaParts } from '../../../src/app/peers/replica-parts.ts';
import { PracticeReplication } from '../../../src/replica/practice-replication.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import type { Session } from '../../../src/app/session.ts';
import { decodeEntry, signEntry } from '../../../src/crypto/entry.ts';
import { generateSignKeys } from '../../../src/crypto/sign.ts';
import { charterLog, newEntry, rosterLog } from '../../../src/store/store.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { adaWith, newProblemText, problem } from '../support/patient.ts';
import { sealBy } from '../support/seal-by.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const random = seededRandom('hostile peer');

const nobodyListens = {
  chartCame: () => undefined,
  charterCame: () => undefined,
  rosterCame: () => undefined,
  confirmed: () => undefined,
  closeIsAwaited: () => undefined,
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a practice among hostile ones', () => {
  let world: World;
  let clinic: Session;
  let peer: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    peer = await world.newPractice('bob');
    await importText(clinic, adaWith(problem()));
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), peer, clinic]) await session.lock();
  });

  async function third(): Promise<Session> {
    const session = await world.newPractice('carol');
    others.push(session);
    return session;
  }

  async function rostersOnDisk(profile: string): Promise<readonly PracticeId[]> {
    const machine = await breakIn(world, profile, passphrase);
    const { practices } = machine.rosters;
    machine.store.close();
    return practices;
  }

  test('[RE-1] [ATTACK-42] a practice whose right has ended is told of no practice that got one later', async () => {
    const carol = await third();
    await meet(clinic, peer);
    await meet(clinic, carol);
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, peer.practice.id, ['problems'], 'read'));
    await until(() => peer.charts.length === 1);
    mustBeOk(await clinic.stopSharing(id, peer.practice.id, 'all'));
    await until(() => peer.charts[0]?.access === 'ended');
    mustBeOk(await clinic.share(id, carol.practice.id, ['problems'], 'read'));
    await until(() => carol.charts.length === 1);
    await world.untilQuiet();
    expect(await rostersOnDisk('bob')).not.toContain(carol.practice.id);
    await peer.lock();
    const before = world.sync.frames.length;
    peer = mustBeOk(await (await world.door('bob')).unlock(passphrase));
    await until(() => peer.peers[0]?.connection === 'direct');
    await world.untilQuiet();
    expect(await rostersOnDisk('bob')).not.toContain(carol.practice.id);
    const name = Buffer.from(idBytes(carol.practice.id));
    const said = world.sync.frames
      .slice(before)
      .filter(({ to, frame }) => to === peer.practice.device && Buffer.from(frame).includes(name));
    expect(said).toEqual([]);
  });

  test('[RE-1] a charter that comes in several frames is kept, though what shares it with us is in the last', async () => {
    const { id } = onlyChart(clinic);
    await meet(clinic, peer);
    world.cut(clinic);
    mustBeOk(await clinic.share(id, peer.practice.id, ['problems'], 'read'));
    const custodian = await breakIn(world, 'alice', passphrase);
    const { charter } = await accessOf(custodian, id);
    const ops = charter.ops.map((op) => encodeSignedOp(op.signed));
    const receiver = await breakIn(world, 'bob', passphrase);
    const replication = new PracticeReplication(
      replicaParts(receiver, () => undefined),
      nobodyListens,
    );
    const verdicts: string[] = [];
    for (const op of ops) {
      const [verdict] = await replication.receiveCharterOps(clinic.practice.device, [{ chart: id, ops: [op] }]);
      verdicts.push(mustHave(verdict?.[0]).kind);
    }
    expect(verdicts).not.toContain('refused');
    const kept = await receiver.store.ops(charterLog(id));
    expect(kept.found).toHaveLength(ops.length);
    custodian.store.close();
    receiver.store.close();
  });

  test('[ID-7] [ATTACK-14] of two guests who use one invitation at the same moment, one becomes a peer', async () => {
    const carol = await third();
    const invitation = mustBeOk(await clinic.createInvitation());
    const { signal } = new AbortController();
    const met = await Promise.all([peer, carol].map((guest) => guest.acceptInvitation(invitation.link, signal)));
    expect(met.filter(({ ok }) => ok)).toHaveLength(1);
    expect(clinic.peers).toHaveLength(1);
  });

  test('[ID-7] a stranger introducing itself as a known practice leaves nothing on the disk', async () => {
    await meet(clinic, peer);
    const stranger = generateSignKeys(random);
    const device = deviceId(stranger.publicKey);
    // Well signed, by keys of no member, and standing on an operation that nobody has.
    const bytes = encodeRosterOperation({
      practice: peer.practice.id,
      prev: [opId(random.bytes(32))],
      signer: device,
      body: { kind: 'merge', time: world.nowMs },
    });
    const parked = encodeSignedOp((await signOperation(bytes, [stranger])).signed);
    const before = await rosterOpsOnDisk('alice', peer.practice.id);
    const transport = world.meetings.transport(device);
    await transport.start();
    const connection = mustBeOk(await transport.dial(clinic.practice.device, []));
    const answered = new Promise<void>((resolve) => {
      connection.onFrame(() => {
        resolve();
      });
    });
    await connection.send(
      encodeMeetingMessage({ kind: 'introduce', practice: peer.practice.id, roster: [...before, parked] }),
    );
    await answered;
    expect(await rosterOpsOnDisk('alice', peer.practice.id)).toHaveLength(before.length);
    await transport.stop();
  });

  test('[CUT-4] a practice whose right has ended cannot keep the custodian from its own chart by entries that wait for ever', async () => {
    await meet(clinic, peer);
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, peer.practice.id, ['problems'], 'write'));
    await until(() => peer.charts[0]?.name === 'Ada Okafor');
    await peer.lock();
    mustBeOk(await clinic.stopSharing(id, peer.practice.id, 'all'));
    const attacker = await breakIn(world, 'bob', passphrase);
    const access = await accessOf(attacker, id);
    const keeper = await SectionKeeper.load(attacker, access, 'problems');
    const [epoch] = access.charter.usableEpochs('problems', access.broken);
    const sealed = mustBeOk(await sealBy(keeper, [newProblemText('late')], world.nowMs, access, mustHave(epoch)));
    keeper.close();
    const { header, ciphertext } = mustHave(sealed.entries[0]);
    // By a roster that nobody will ever show.
    const waits = await signEntry({ ...header, roster: [opId(random.bytes(32))] }, ciphertext, attacker.self.sign);
    mustBeOk(await attacker.content.commit({ entries: [newEntry(waits)] }));
    attacker.store.close();
    peer = mustBeOk(await (await world.door('bob')).unlock(passphrase));
    await until(async () => (await entriesOnDisk('alice', id)).includes(waits.hash));
    await world.untilQuiet();
    expect((await opened(clinic)).sections.get('problems')?.state).toBe('open');
    expect(await clinic.exportChart(id)).toMatchObject({ ok: true });
  });

  test('[RE-3] what a peer says to hold of charts that it does not share fills no disk', async () => {
    await meet(clinic, peer);
    const machine = await breakIn(world, 'alice', passphrase);
    const replication = new PracticeReplication(
      replicaParts(machine, () => undefined),
      nobodyListens,
    );
    const unknown = chartId(random.bytes(32));
    await replication.peerHolds(peer.practice.device, [{ chart: unknown, section: 'problems', frontier: [] }]);
    expect((await machine.store.held(unknown)).found).toEqual([]);
    const { id } = onlyChart(clinic);
    await replication.peerHolds(peer.practice.device, [{ chart: id, section: 'problems', frontier: [] }]);
    expect((await machine.store.held(id)).found).toEqual([]);
    machine.store.close();
  });

  test('[RE-1] [ATTACK-42] a practice whose right has ended may have back what it wrote, and nothing of others, asked for by place or by name', async () => {
    await meet(clinic, peer);
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, peer.practice.id, ['problems'], 'write'));
    await until(() => peer.charts.length === 1);
    const there = await opened(peer);
    await until(() => there.sections.get('problems')?.resources.has('Condition/c1') === true);
    mustBeOk(await there.edit('problems', [newProblemText('Hypertension, by the peer')]));
    const here = await opened(clinic);
    await until(() =>
      JSON.stringify([...mustHave(here.sections.get('problems')).resources.values()]).includes('by the peer'),
    );
    mustBeOk(await clinic.stopSharing(id, peer.practice.id, 'all'));
    mustBeOk(await here.edit('problems', [newProblemText('Hypertension, after the stop')]));

    const machine = await breakIn(world, 'alice', passphrase);
    await machine.charters.get(id);
    const replication = new PracticeReplication(
      replicaParts(machine, () => undefined),
      nobodyListens,
    );
    const { device } = peer.practice;
    const authors = (entries: readonly Bytes[]): readonly string[] =>
      entries.map((bytes) => mustBeOk(decodeEntry(bytes)).header.device);
    const beyond = await replication.entriesBeyond(device, id, 'problems', [], 1_000_000);
    expect(authors(beyond.entries)).toEqual([device]);
    const all = (await machine.store.heads(id, 'problems')).found.map(({ hash }) => hash);
    expect(all.length).toBeGreaterThan(2);
    expect(authors(await replication.entriesNamed(device, id, 'problems', all))).toEqual([device]);
    machine.store.close();
  });

  async function entriesOnDisk(profile: string, chart: ChartId): Promise<readonly string[]> {
    const machine = await breakIn(world, profile, passphrase);
    const { found } = await machine.store.heads(chart, 'problems');
    machine.store.close();
    return found.map(({ hash }) => hash);
  }

  async function rosterOpsOnDisk(profile: string, practice: PracticeId): Promise<readonly Bytes[]> {
    const machine = await breakIn(world, profile, passphrase);
    const { found } = await machine.store.ops(rosterLog(practice));
    machine.store.close();
    return found.map(({ bytes }) => bytes);
  }

  /** A practice whose network takes a while to start, as a real one does, and what it started. */
  async function slowlyConnected(): Promise<{ readonly session: Session; running: () => number }> {
    const ports = world.ports('dave');
    const transports: { addresses(): readonly string[] }[] = [];
    const door = await openPracticeDoor({
      ...ports,
      createTransport: async (init) => {
        await pause(20);
        const transport = await ports.createTransport(init);
        transports.push(transport);
        return transport;
      },
    });
    const session = mustBeOk(
      await door.create({
        practiceName: 'Clinic dave',
        personName: 'Dr dave',
        role: 'clinician',
        deviceName: 'laptop',
        passphrase,
        recoveryPhrase: door.newRecoveryPhrase(),
        sharing: false,
      }),
    );
    others.push(session);
    return { session, running: () => transports.filter((one) => one.addresses().length > 0).length };
  }

  test('with sharing turned on and off again at once, no connection is kept', async () => {
    const { session, running } = await slowlyConnected();
    await Promise.all([session.updateSettings({ sharing: true }), session.updateSettings({ sharing: false })]);
    await pause(80);
    expect(session.settings.sharing).toBe(false);
    expect(running()).toBe(0);
  });

  test('[ID-6] a practice that is locked while its network starts stays off it', async () => {
    for (const delayMs of [0, 1, 5, 15]) {
      const { session, running } = await slowlyConnected();
      const starting = session.updateSettings({ sharing: true });
      await pause(delayMs);
      await session.lock();
      await starting;
      await pause(80);
      expect(running()).toBe(0);
      world = await World.start();
    }
  });
});
