/**
 * Joining among those who would misuse it (ID-3, ID-5, ATTACK-14): guests that ask with somebody else's words, hosts that
 * propose something else than they offered, lines that break at every message, and who else asks for keys.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { deviceId, type DeviceId } from '../../../src/base/ids.ts';
import { generateContactKey, sealDeviceLabel, sealPracticeLabel } from '../../../src/access/labels.ts';
import { invitationIdOf, invitationLink, newSecret, parseInvitation } from '../../../src/access/invitation.ts';
import { joinProof, newJoinNonce, offerProof, type Offered } from '../../../src/access/joining.ts';
import { decodeMeetingMessage, encodeMeetingMessage, type MeetingMessage } from '../../../src/access/meeting.ts';
import { encodeSignedOp } from '../../../src/access/operation.ts';
import type { Role } from '../../../src/access/roles.ts';
import {
  addDevice,
  assembleAddDevice,
  makeRoster,
  proposeDevice,
  removeDevice,
} from '../../../src/access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../../src/access/roster.ts';
import type { Session } from '../../../src/app/session.ts';
import { generateBoxKeys, unwrap } from '../../../src/crypto/box.ts';
import { keyIdOf } from '../../../src/crypto/epoch-key.ts';
import { generatePhrase, phraseToRootKeys } from '../../../src/crypto/recovery-phrase.ts';
import { generateSignKeys, type SignKeys } from '../../../src/crypto/sign.ts';
import { rosterLog } from '../../../src/store/store.ts';
import type { Connection } from '../../../src/net/transport.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { breakIn } from '../support/break-in.ts';
import { adaWith, problem } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const random = seededRandom('hostile joining');
const names = { personName: 'Nora Brandt', deviceName: 'Tablet' };

/** One end of a meeting line, with no duty to follow the rules. */
class RawLine {
  readonly #heard: MeetingMessage[] = [];
  #wake: () => void = () => undefined;
  #isEnded = false;
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
    connection.onFrame((frame) => {
      this.#heard.push(mustBeOk(decodeMeetingMessage(frame)));
      this.#wake();
    });
    connection.onClose(() => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  async say(message: MeetingMessage): Promise<void> {
    await this.connection.send(encodeMeetingMessage(message));
  }

  /** Undefined when the other side ended the line, or says nothing for longer than any slow machine takes. */
  async hear(): Promise<MeetingMessage | undefined> {
    if (this.#heard.length === 0 && !this.#isEnded)
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, 20_000);
        this.#wake = () => {
          clearTimeout(patience);
          resolve();
        };
      });
    return this.#heard.shift();
  }
}

describe('joining among hostile ones', () => {
  let world: World;
  let desk: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    desk = await world.newPractice('alice');
    await importText(desk, adaWith(problem('Asthma')));
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), desk]) await session.lock();
  });

  function asked(profile: string, invitation: string) {
    const codes: string[] = [];
    const words = { invitation, ...names, signInName: 'NB', passphrase };
    const told = { code: (code: string) => codes.push(code), progress: () => undefined };
    const done = world.door(profile).then((door) => door.join(words, told, new AbortController().signal));
    return { codes, done };
  }

  async function join(profile: string, role: Role & Session['practice']['role'] = 'clinician'): Promise<Session> {
    const { link } = mustBeOk(await desk.people.inviteDevice(role));
    const { done } = asked(profile, link);
    await until(() => desk.people.requests.length === 1);
    mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
    const session = mustBeOk(await done);
    others.push(session);
    return session;
  }

  async function rawLine(from: DeviceId, to: DeviceId): Promise<RawLine> {
    const transport = world.meetings.transport(from);
    await transport.start();
    return new RawLine(mustBeOk(await transport.dial(to, [])));
  }

  async function answerTo(from: DeviceId, message: MeetingMessage): Promise<MeetingMessage | undefined> {
    const line = await rawLine(from, desk.practice.device);
    await line.say(message);
    const answer = await line.hear();
    line.connection.close();
    return answer;
  }

  // ------------------------------------------------------------------------------------------------------ guests

  test('[ID-3] [ATTACK-14] a proof made for another device, other keys, names or secret is refused, and nobody is asked', async () => {
    const { link } = mustBeOk(await desk.people.inviteDevice('admin'));
    const { secret } = mustBeOk(parseInvitation(link));
    const guest = deviceId(generateSignKeys(random).publicKey);
    const thief = deviceId(generateSignKeys(random).publicKey);
    const boxKey = generateBoxKeys(random).publicKey;
    const otherKey = generateBoxKeys(random).publicKey;
    const joining = { host: desk.practice.device, guest, boxKey, ...names };
    const invitation = invitationIdOf(secret);
    const whole = { kind: 'join', invitation, boxKey, ...names, proof: joinProof(secret, joining) } as const;
    const refused = { kind: 'refuse', reason: 'refused' };
    // Overheard from an honest guest and said again by another device.
    expect(await answerTo(thief, whole)).toEqual(refused);
    expect(await answerTo(guest, { ...whole, boxKey: otherKey })).toEqual(refused);
    expect(await answerTo(guest, { ...whole, personName: 'Dr alice' })).toEqual(refused);
    expect(await answerTo(guest, { ...whole, proof: joinProof(newSecret(random), joining) })).toEqual(refused);
    expect(desk.people.requests).toEqual([]);
    const line = await rawLine(guest, desk.practice.device);
    await line.say(whole);
    expect(await line.hear()).toMatchObject({ kind: 'offer', role: 'admin' });
    await until(() => desk.people.requests.length === 1);
    line.connection.close();
    await until(() => desk.people.requests.length === 0);
  });

  test('[ID-3] a guest that signs with other keys than it proved is not added', async () => {
    const { link } = mustBeOk(await desk.people.inviteDevice('admin'));
    const { secret } = mustBeOk(parseInvitation(link));
    const keys = generateSignKeys(random);
    const other = generateSignKeys(random);
    const guest = deviceId(keys.publicKey);
    const boxKey = generateBoxKeys(random).publicKey;
    const proof = joinProof(secret, { host: desk.practice.device, guest, boxKey, ...names });
    const line = await rawLine(guest, desk.practice.device);
    await line.say({ kind: 'join', invitation: invitationIdOf(secret), boxKey, ...names, proof });
    await line.hear();
    await until(() => desk.people.requests.length === 1);
    const answered = desk.people.answer(mustHave(desk.people.requests[0]).id, true);
    const proposal = await line.hear();
    if (proposal?.kind !== 'propose') throw new Error('a device is proposed');
    const { signOperation } = await import('../../../src/access/verify-operation.ts');
    const forged = await signOperation(proposal.op, [other]).catch(() => undefined);
    const signature = forged?.signed.signatures[0] ?? new Uint8Array(64);
    await line.say({ kind: 'agree', signature: new Uint8Array(signature) });
    expect(await answered).toMatchObject({ ok: false });
    expect(await line.hear()).toEqual({ kind: 'refuse', reason: 'refused' });
    expect(desk.people.devices).toHaveLength(1);
    line.connection.close();
  });

  test('[ID-3] keys of small order are refused before anyone is asked', async () => {
    const { link } = mustBeOk(await desk.people.inviteDevice('admin'));
    const { secret } = mustBeOk(parseInvitation(link));
    const guest = deviceId(generateSignKeys(random).publicKey);
    const boxKey = new Uint8Array(32);
    const proof = joinProof(secret, { host: desk.practice.device, guest, boxKey, ...names });
    const ask = { kind: 'join', invitation: invitationIdOf(secret), boxKey, ...names, proof } as const;
    expect(await answerTo(guest, ask)).toEqual({ kind: 'refuse', reason: 'refused' });
    expect(desk.people.requests).toEqual([]);
  });

  // ------------------------------------------------------------------------------------------------------- lines

  test('[ID-3] wherever the line breaks, the new browser is a whole device or none', async () => {
    let devices = 1;
    for (const kind of ['join', 'offer', 'propose'] as const) {
      world.breakMeetingsAt(kind);
      const { link } = mustBeOk(await desk.people.inviteDevice('nurse'));
      const { done } = asked('tablet', link);
      if (kind === 'propose') {
        await until(() => desk.people.requests.length === 1);
        expect(await desk.people.answer(mustHave(desk.people.requests[0]).id, true)).toMatchObject({ ok: false });
      }
      expect(await done).toMatchObject({ ok: false, reason: 'connection-lost' });
      await until(() => desk.people.requests.length === 0);
      expect((await world.door('tablet')).state).toBe('empty');
      expect(desk.people.devices).toHaveLength(devices);
    }
    for (const kind of ['agree', 'joined', 'wantKeys', 'keys'] as const) {
      world.breakMeetingsAt(kind);
      const { link } = mustBeOk(await desk.people.inviteDevice('nurse'));
      const { codes, done } = asked(`tablet-${kind}`, link);
      await until(() => desk.people.requests.length === 1);
      const first = desk.people.answer(mustHave(desk.people.requests[0]).id, true);
      if (kind === 'agree') {
        expect(await first).toMatchObject({ ok: false, reason: 'gone' });
        // The guest asks again with the same keys; a person compares again.
        world.breakMeetingsAt(undefined);
        await until(() => desk.people.requests.length === 1 && codes.length === 2);
        const again = mustHave(desk.people.requests[0]);
        expect(again.shortCode).toBe(codes[1]);
        mustBeOk(await desk.people.answer(again.id, true));
      } else {
        await until(() => desk.people.devices.length === devices + 1);
        world.breakMeetingsAt(kind === 'joined' ? undefined : kind);
      }
      const outcome = await done;
      expect(outcome, kind).toMatchObject({ ok: true });
      const session = mustBeOk(outcome);
      world.breakMeetingsAt(undefined);
      await until(() => session.charts.some(({ name }) => name.includes('Okafor')));
      await session.lock();
      devices += 1;
      expect(desk.people.devices).toHaveLength(devices);
    }
  });

  test('[ID-5] a hand-over of keys that broke off goes on after a restart, with any sibling', async () => {
    world.breakMeetingsAt('keys');
    const tablet = await join('tablet');
    await until(() => tablet.charts.length === 1);
    expect(tablet.charts[0]?.name).toBe('');
    expect(tablet.people.arriving).toBeDefined();
    await tablet.lock();
    world.breakMeetingsAt(undefined);
    const again = mustBeOk(await (await world.door('tablet')).unlock(passphrase));
    others.push(again);
    await until(() => again.charts.some(({ name }) => name.includes('Okafor')));
    await until(() => again.people.arriving === undefined);
  });

  // -------------------------------------------------------------------------------------------------------- keys

  test('[ID-5] keys are given to an active device of the practice, sealed to it, and to nobody else', async () => {
    const tablet = await join('tablet');
    await until(() => tablet.charts.some(({ name }) => name.includes('Okafor')));
    const { device } = tablet.practice;
    await tablet.lock();
    const { self, store } = await breakIn(world, 'tablet', passphrase);
    store.close();
    const want = { kind: 'wantKeys', after: null } as const;
    const stranger = deviceId(generateSignKeys(random).publicKey);
    expect(await answerTo(stranger, want)).toEqual({ kind: 'refuse', reason: 'refused' });

    const given = await answerTo(device, want);
    if (given?.kind !== 'keys') throw new Error('a member is answered');
    expect(given.keys.length).toBeGreaterThan(0);
    for (const { chart, section, keyId, wrap } of given.keys) {
      expect(unwrap(given.ephemeralKey, wrap, generateBoxKeys(random)).ok).toBe(false);
      expect(keyIdOf(chart, section, mustBeOk(unwrap(given.ephemeralKey, wrap, self.box)))).toBe(keyId);
    }
    const last = mustHave(given.keys.at(-1));
    const rest = await answerTo(device, { ...want, after: { chart: last.chart, keyId: last.keyId } });
    expect(rest).toMatchObject({ kind: 'keys', keys: [], more: false });

    mustBeOk(await desk.people.remove(device));
    expect(await answerTo(device, want)).toEqual({ kind: 'refuse', reason: 'refused' });
  });

  test('[ID-4] a keeper is given no key', async () => {
    const { self, store, rosters } = await breakIn(world, 'alice', passphrase);
    const keys = generateSignKeys(random);
    const box = generateBoxKeys(random);
    const label = sealDeviceLabel(self.contactKey, { ...names, profession: 'keeper' }, random);
    const profile = { signKeys: keys, boxKey: box.publicKey, role: 'keeper', rank: 2, label } as const;
    const added = mustBeOk(await addDevice(rosters.mustGet(self.practice), self.sign, profile, world.nowMs));
    store.close();
    const keeper = deviceId(keys.publicKey);
    await desk.createInvitation();
    const introduced = await answerTo(keeper, {
      kind: 'introduce',
      practice: desk.practice.id,
      roster: [...rosters.mustGet(self.practice).ops, added].map((op) => encodeSignedOp(op.signed)),
    });
    expect(introduced?.kind).toBe('done');
    expect(desk.people.devices.find(({ role }) => role === 'keeper')?.status).toBe('active');
    expect(await answerTo(keeper, { kind: 'wantKeys', after: null })).toEqual({ kind: 'refuse', reason: 'refused' });
  });

  test('[ID-3] whoever was removed is told so by its roster up to there, and of nothing that came later', async () => {
    const tablet = await join('tablet');
    const { device } = tablet.practice;
    const gone = tablet.lock();
    await gone;
    mustBeOk(await desk.people.remove(device));
    const phone = await join('phone');
    const known = await world.ports('tablet').openStore(() => undefined);
    const ops = await mustBeOk(known).ops(rosterLog(desk.practice.id));
    mustBeOk(known).close();
    const told = await answerTo(device, {
      kind: 'introduce',
      practice: desk.practice.id,
      roster: ops.found.map(({ bytes }) => bytes),
    });
    if (told?.kind !== 'removed') throw new Error('a removed device is told so');
    const name = Buffer.from(phone.practice.device, 'hex');
    expect(told.roster.length).toBe(ops.found.length + 1);
    expect(told.roster.some((op) => Buffer.from(op).includes(name))).toBe(false);
  });

  // -------------------------------------------------------------------------------------------------------- host

  describe('a host that is not what it says', () => {
    interface FakeHost {
      readonly keys: SignKeys;
      readonly device: DeviceId;
      readonly roster: RosterState;
      readonly contactKey: Bytes;
      readonly secret: Bytes;
      readonly link: string;
    }

    async function fakeHost(): Promise<FakeHost> {
      const root = mustBeOk(phraseToRootKeys(generatePhrase(random)));
      const keys = generateSignKeys(random);
      const contactKey = generateContactKey(random);
      const first = {
        signKeys: keys,
        boxKey: generateBoxKeys(random).publicKey,
        label: sealDeviceLabel(contactKey, { ...names, profession: 'admin' }, random),
      };
      const label = sealPracticeLabel(contactKey, { practiceName: 'Clinic' }, random);
      const created = await makeRoster({ root, label, first, timeMs: world.nowMs });
      const roster = mustHave(resolveRoster([created]));
      const device = deviceId(keys.publicKey);
      const secret = newSecret(random);
      const { practice } = roster;
      const expiresMs = world.nowMs + 3_600_000;
      const invitation = { kind: 'device', practice, device, secret, expiresMs, addresses: [] } as const;
      return { keys, device, roster, contactKey, secret, link: invitationLink(invitation, 'https://clinic.example/') };
    }

    /** What the host does when a guest has said `join`; the rest of the story is the guest's. */
    async function meetFake(
      host: FakeHost,
      act: (line: RawLine, offered: Offered) => Promise<void>,
    ): Promise<{ readonly outcome: unknown; readonly heard: readonly MeetingMessage[] }> {
      const transport = world.meetings.transport(host.device);
      await transport.start();
      const heard: MeetingMessage[] = [];
      const acted = new Promise<void>((resolve, reject) => {
        transport.onConnection((connection) => {
          const line = new RawLine(connection);
          const converse = async (): Promise<void> => {
            const join = await line.hear();
            if (join?.kind !== 'join') return;
            const { boxKey, personName, deviceName } = join;
            const { practice } = host.roster;
            const joining = { host: host.device, guest: connection.device, boxKey, personName, deviceName };
            await act(line, { ...joining, practice, role: 'nurse', nonce: newJoinNonce(random) });
            for (let said = await line.hear(); said !== undefined; said = await line.hear()) heard.push(said);
          };
          converse().then(resolve, reject);
        });
      });
      const outcome = await asked('tablet', host.link).done;
      await acted;
      await transport.stop();
      return { outcome, heard };
    }

    const offer = (host: FakeHost, line: RawLine, offered: Offered): Promise<void> => {
      const { practice, role, nonce } = offered;
      return line.say({ kind: 'offer', practice, role, nonce, proof: offerProof(host.secret, offered) });
    };

    function proposal(host: FakeHost, { guest, boxKey }: Offered, role: Role, roster = host.roster): Bytes {
      const label = sealDeviceLabel(host.contactKey, { ...names, profession: role }, random);
      return mustBeOk(proposeDevice(roster, host.device, { device: guest, boxKey, role, rank: 2, label }, world.nowMs));
    }

    const refused = { ok: false, reason: 'refused' };

    afterEach(async () => {
      expect((await world.door('tablet')).state).toBe('empty');
    });

    test('[ID-3] that does not know the secret, or offers another practice than invited, is left', async () => {
      const host = await fakeHost();
      const guessed = await meetFake(host, (line, offered) => {
        const { practice, role, nonce } = offered;
        return line.say({ kind: 'offer', practice, role, nonce, proof: offerProof(newSecret(random), offered) });
      });
      expect(guessed.outcome).toMatchObject(refused);
      const other = await fakeHost();
      const swapped = await meetFake(host, (line, offered) =>
        offer(host, line, { ...offered, practice: other.roster.practice }),
      );
      expect(swapped.outcome).toMatchObject(refused);
      const raised = await meetFake(host, (line, offered) => {
        const { practice, nonce } = offered;
        return line.say({ kind: 'offer', practice, role: 'admin', nonce, proof: offerProof(host.secret, offered) });
      });
      expect(raised.outcome).toMatchObject(refused);
    });

    test('[ID-3] [ATTACK-14] that proposes another role, key, device or practice than it offered gets no signature', async () => {
      const host = await fakeHost();
      const other = await fakeHost();
      const proposals: readonly ((offered: Offered) => Bytes)[] = [
        (offered) => proposal(host, offered, 'admin'),
        (offered) => proposal(host, { ...offered, boxKey: generateBoxKeys(random).publicKey }, 'nurse'),
        (offered) => proposal(host, { ...offered, guest: other.device }, 'nurse'),
        (offered) => proposal(host, offered, 'nurse', other.roster),
      ];
      for (const propose of proposals) {
        const { outcome, heard } = await meetFake(host, async (line, offered) => {
          await offer(host, line, offered);
          await line.say({ kind: 'propose', op: propose(offered) });
        });
        expect(outcome).toMatchObject(refused);
        expect(heard.map(({ kind }) => kind)).toEqual(['refuse']);
      }
    });

    test('[ID-3] whose roster does not name the new device, or names it as removed, gives nothing to keep', async () => {
      const host = await fakeHost();
      const added: RosterState[] = [];
      const rosters: readonly ((state: RosterState) => Promise<readonly Bytes[]>)[] = [
        () => Promise.resolve(host.roster.ops.map((op) => encodeSignedOp(op.signed))),
        async (state) => {
          const guest = mustHave([...state.devices.keys()].find((device) => device !== host.device));
          const removal = mustBeOk(await removeDevice(state, host.keys, guest, world.nowMs));
          return [...state.ops, removal].map((op) => encodeSignedOp(op.signed));
        },
      ];
      for (const rosterOf of rosters) {
        const { outcome } = await meetFake(host, async (line, offered) => {
          await offer(host, line, offered);
          const op = proposal(host, offered, 'nurse');
          await line.say({ kind: 'propose', op });
          const agreed = await line.hear();
          if (agreed?.kind !== 'agree') throw new Error('what was offered is signed');
          const made = mustBeOk(await assembleAddDevice(host.roster, host.keys, op, agreed.signature));
          const state = mustHave(resolveRoster([...host.roster.ops, made]));
          added.push(state);
          const { contactKey } = host;
          const book = mustHave(desk.charts[0]).id;
          await line.say({ kind: 'joined', roster: await rosterOf(state), contactKey, book, relays: [] });
        });
        expect(outcome).toMatchObject(refused);
      }
      expect(added).toHaveLength(2);
    });
  });
});
