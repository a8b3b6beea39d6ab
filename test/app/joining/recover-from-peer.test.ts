/** A practice back on a new machine from its recovery phrase and somebody who holds its data (ID-5). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signRecovery, recoverProof } from '../../../src/access/joining.ts';
import { invitationIdOf, parseInvitation } from '../../../src/access/invitation.ts';
import { decodeMeetingMessage, encodeMeetingMessage, type MeetingMessage } from '../../../src/access/meeting.ts';
import { toHex } from '../../../src/base/bytes.ts';
import { deviceId } from '../../../src/base/ids.ts';
import { practiceIdOf } from '../../../src/access/operation.ts';
import { phraseToRootKeys } from '../../../src/crypto/recovery-phrase.ts';
import { signKeysFromSeed } from '../../../src/crypto/sign.ts';
import type { Recovered } from '../../../src/app/people/people-acts.ts';
import type { Session } from '../../../src/app/session.ts';
import { breakIn } from '../support/break-in.ts';
import { amlodipine, somebody, weight } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const patient = (id: string, family: string) =>
  somebody(id, family, { ...amlodipine, id: `m-${id}`, subject: { reference: `Patient/${id}` } });

describe('a practice that comes back by its recovery phrase', () => {
  let world: World;
  let phrase: string;
  let clinic: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    phrase = (await world.door('clinic')).newRecoveryPhrase();
    clinic = await world.newPractice('clinic', { recoveryPhrase: phrase });
    await importText(clinic, patient('p1', 'Okafor'));
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), clinic]) await session.lock();
  });

  async function peerWithShare(...sections: Parameters<Session['share']>[2]): Promise<Session> {
    const peer = await world.newPractice('pharmacy');
    others.push(peer);
    await importText(peer, patient('p9', 'Sato'));
    await meet(clinic, peer);
    mustBeOk(await clinic.share(mustHave(clinic.charts[0]).id, peer.practice.id, sections, 'write'));
    mustBeOk(await peer.share(mustHave(peer.charts[0]).id, clinic.practice.id, ['problems'], 'read'));
    await until(() => peer.charts.length === 2 && clinic.charts.length === 2);
    await until(() => [...peer.charts, ...clinic.charts].every(({ name }) => name !== ''));
    return peer;
  }

  async function recover(
    profile: string,
    invitation: string,
    recoveryPhrase = phrase,
    signal = new AbortController().signal,
  ) {
    const door = await world.door(profile);
    const words = { recoveryPhrase, invitation, personName: 'Dr Ada', deviceName: 'New laptop', passphrase };
    const steps: (readonly [number, number])[] = [];
    const recovered = await door.recoverFromPeer(words, (done, total) => steps.push([done, total]), signal);
    if (recovered.ok) others.push(recovered.value.session);
    return { recovered, steps };
  }

  const named = (session: Session, name: string): boolean => session.charts.some((chart) => chart.name.includes(name));

  async function sectionsOf(session: Session, name: string): Promise<readonly string[]> {
    const chart = await opened(session, (text) => text.includes(name));
    const filled = [...chart.sections.values()].filter(({ resources }) => resources.size > 0);
    chart.close();
    return filled.map(({ section }) => section).sort();
  }

  test('[ID-5] a peer gives back what it holds, with a new practice book in which that peer is', async () => {
    const peer = await peerWithShare('problems', 'medications');
    await clinic.lock();
    const { link } = mustBeOk(await peer.createInvitation());
    const { recovered, steps } = await recover('new', link);
    const { session, ...outcome } = mustBeOk(recovered);
    expect(outcome).toEqual({ from: 'peer', charts: 2, incompleteCharts: 1, newPracticeBook: true });
    expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
    expect(session.practice).toMatchObject({ id: clinic.practice.id, name: 'Clinic clinic', personName: 'Dr Ada' });
    expect(session.people.mayManage).toBe(true);
    await until(() => named(session, 'Okafor') && named(session, 'Sato'));
    await until(async () => (await sectionsOf(session, 'Okafor')).includes('medications'));
    expect(await sectionsOf(session, 'Okafor')).toEqual(['identity', 'medications', 'problems']);
    expect(session.peers).toMatchObject([{ name: 'Clinic pharmacy', personName: 'Dr pharmacy' }]);
    await until(() => session.people.arriving === undefined);

    const chart = await opened(session, (name) => name.includes('Okafor'));
    mustBeOk(await chart.edit('vitals', [weight('o1')]));
    mustBeOk(await chart.edit('problems', [{ ...weight('x'), key: 'Condition/new', base: condition }]));
    chart.close();
    await until(async () => {
      const theirs = await opened(peer, (name) => name.includes('Okafor'));
      const has = sectionOf(theirs, 'problems').resources.has('Condition/new');
      theirs.close();
      return has;
    });
    await session.lock();
    const again = mustBeOk(await (await world.door('new')).unlock(passphrase));
    others.push(again);
    expect(again.peers).toHaveLength(1);
    expect(await sectionsOf(again, 'Okafor')).toEqual(['identity', 'medications', 'problems', 'vitals']);
  });

  test('[ID-5] a device of the practice gives back everything, the practice book among it', async () => {
    const peer = await peerWithShare('problems');
    const { link } = mustBeOk(await clinic.people.inviteDevice('viewer'));
    const { session, ...outcome }: Recovered = mustBeOk((await recover('new', link)).recovered);
    expect(outcome).toEqual({ from: 'own-device', charts: 2, incompleteCharts: 0, newPracticeBook: false });
    // The phrase makes an admin, whatever the invitation was for.
    expect(session.people.mayManage).toBe(true);
    await until(() => named(session, 'Okafor') && named(session, 'Sato'));
    await until(async () => (await sectionsOf(session, 'Okafor')).length >= 4);
    await until(() => session.peers.some(({ id, connection }) => id === peer.practice.id && connection !== 'none'));
    await until(() => clinic.people.devices.length === 2);
    const added = clinic.people.devices.find(({ personName }) => personName === 'Dr Ada');
    expect(added).toMatchObject({ role: 'admin', status: 'active' });
    expect(added).not.toHaveProperty('addedBy');
  });

  test('[ID-5] whoever has the invitation but not the phrase gets nothing', async () => {
    const peer = await peerWithShare('problems');
    const { link } = mustBeOk(await peer.createInvitation());
    const stranger = (await world.door('other')).newRecoveryPhrase();
    const { recovered } = await recover('new', link, stranger);
    expect(recovered).toMatchObject({ ok: false, reason: 'practice-not-known-there' });
    expect((await recover('new', link, phrase.replace(/^\S+/, 'zzzz'))).recovered).toMatchObject({ ok: false });
    expect((await world.door('new')).state).toBe('empty');
    // Nobody's practice was found, so nobody used the invitation: the one who owns the phrase still can.
    expect(peer.invitations[0]?.state).toBe('waiting');
    mustBeOk((await recover('new', link)).recovered);
    expect(peer.invitations[0]?.state).toBe('used');
  });

  test('[ID-5] [ATTACK-14] a root signature that was made for another connection or invitation counts for nothing', async () => {
    const peer = await peerWithShare('problems');
    const root = mustBeOk(phraseToRootKeys(phrase));
    const invitations = [mustBeOk(await peer.createInvitation()), mustBeOk(await peer.createInvitation())] as const;
    const [secret, other] = invitations.map(({ link }) => mustBeOk(parseInvitation(link)).secret);
    const thief = deviceId(signKeysFromSeed(new Uint8Array(32).fill(7)).publicKey);
    const honest = deviceId(signKeysFromSeed(new Uint8Array(32).fill(8)).publicKey);
    const practice = practiceIdOf(root.sign.publicKey);
    const recovery = { host: peer.practice.device, guest: thief, practice };
    const id = invitationIdOf(mustHave(secret));
    const whole = {
      kind: 'recover' as const,
      invitation: id,
      rootKey: root.sign.publicKey,
      proof: recoverProof(mustHave(secret), recovery),
      signature: await signRecovery(recovery, id, root.sign),
    };
    const seen = await signRecovery({ ...recovery, guest: honest }, id, root.sign);
    const elsewhere = await signRecovery(recovery, invitationIdOf(mustHave(other)), root.sign);
    const cases: readonly MeetingMessage[] = [
      { ...whole, signature: seen },
      { ...whole, signature: elsewhere },
      { ...whole, proof: recoverProof(mustHave(other), recovery) },
      { ...whole, proof: recoverProof(mustHave(secret), { ...recovery, guest: honest }) },
    ];
    for (const message of cases) expect(await say(thief, message)).toEqual({ kind: 'refuse', reason: 'refused' });
    expect((await say(thief, whole)).kind).toBe('known');
  });

  test('[ID-5] a recovery that broke off leaves nothing, and is begun again with the same invitation', async () => {
    const peer = await peerWithShare('problems');
    await clinic.lock();
    const { link } = mustBeOk(await peer.createInvitation());
    for (const kind of ['recover', 'known', 'more', 'ops'] as const) {
      world.breakMeetingsAt(kind);
      const { recovered } = await recover('new', link);
      expect(recovered).toMatchObject({ ok: false, reason: 'connection-lost' });
      expect((await world.door('new')).state).toBe('empty');
    }
    world.breakMeetingsAt(undefined);
    const { session } = mustBeOk((await recover('new', link)).recovered);
    await until(() => named(session, 'Okafor'));
  });

  test('[ID-1] neither the phrase nor what it gives is on the disk afterwards', async () => {
    const peer = await peerWithShare('problems');
    const { link } = mustBeOk(await peer.createInvitation());
    mustBeOk((await recover('new', link)).recovered);
    const root = mustBeOk(phraseToRootKeys(phrase));
    const machine = await breakIn(world, 'new', passphrase);
    const records = await machine.records.readAll('', (value) => JSON.stringify(value));
    machine.store.close();
    const secrets = [...phrase.split(' ').slice(0, 3), toHex(root.sign.seed), toHex(root.box.secretKey)];
    expect(records.length).toBeGreaterThan(5);
    for (const secret of secrets) expect(records.filter((record) => record.includes(`"${secret}"`))).toEqual([]);
    // The search can find something: this device's own key lies there.
    expect(records.filter((record) => record.includes(toHex(machine.self.sign.seed)))).toHaveLength(1);
  });

  /** One message on a meeting line of its own, and what is answered. */
  async function say(from: ReturnType<typeof deviceId>, message: MeetingMessage): Promise<MeetingMessage> {
    const transport = world.meetings.transport(from);
    await transport.start();
    const host = mustHave(others.find(({ practice }) => practice.name === 'Clinic pharmacy')).practice.device;
    const line = mustBeOk(await transport.dial(host, []));
    const answer = new Promise<MeetingMessage>((resolve) => {
      line.onFrame((frame) => {
        resolve(mustBeOk(decodeMeetingMessage(frame)));
      });
    });
    await line.send(encodeMeetingMessage(message));
    const heard = await answer;
    line.close();
    await transport.stop();
    return heard;
  }
});

const condition = JSON.stringify({ resourceType: 'Condition', id: 'new', code: { text: 'Gout' } });
