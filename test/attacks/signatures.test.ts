/** What is signed, by whom, over which bytes (OP-1 to OP-6, EN-7), on the wire. */
import { afterEach, describe, expect, test } from 'vitest';
import { concatBytes, fromHex, type Bytes } from '../../src/base/bytes.ts';
import { encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import { idBytes } from '../../src/base/ids.ts';
import { encodeSignedOp } from '../../src/access/operation.ts';
import { decodeEntry, type VerifiedEntry } from '../../src/crypto/entry.ts';
import { encodeHeader } from '../../src/crypto/entry-header.ts';
import { sign, type Domain, type SignKeys } from '../../src/crypto/sign.ts';
import { decodeCanonical } from '../../src/base/codec.ts';
import { importText, mustBeOk, mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { assembleEntry, headerMap, noonMs, signHeader } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import type { HostileLink } from './support/hostile-link.ts';
import { malleatedSignatures } from './support/malleability.ts';
import {
  charterFate,
  fateOf,
  fates,
  membersAt,
  sameAfterRestart,
  sameChartEverywhere,
  told,
  wasTold,
} from './support/replicas.ts';

const honest = ['alice', 'carol'] as const;

describe('signatures and encodings under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  /** On a fresh connection to each honest practice. */
  async function toEach(
    mallory: HostileDevice,
    act: (link: HostileLink, name: string) => Promise<void>,
  ): Promise<void> {
    for (const name of honest) {
      await act(await mallory.connect(name), name);
      await world.settle();
    }
  }

  test('[ATTACK-1] a signature with the group order added is refused, and the same ids are taken after it', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    await malleatedSignatures(world, honest);
  });

  test('[ATTACK-2] a device with a key of small order, or one that is not canonical, is refused where it would be added', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const point = (hex: string): Bytes =>
      mustHave(fromHex(hex.padEnd(62, hex.slice(-2)) + (hex.length === 64 ? '' : '7f')));
    const identity = mustHave(fromHex(`01${'00'.repeat(31)}`));
    // R the identity and S zero: whoever does not look at the key takes it, for the identity, under any message.
    const forAnyMessage = concatBytes(identity, new Uint8Array(32));
    const weak: readonly Bytes[] = [
      identity,
      point('ecff'),
      new Uint8Array(32),
      mustHave(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')),
      mustHave(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')),
      point('edff'),
      point('eeff'),
    ];
    const twin = mallory.withKeys('twin');
    const addition = (device: Bytes, boxKey: Bytes): Bytes => {
      const added = { device, boxKey, role: 'clinician', rank: 2, label: new Uint8Array() };
      return rosterBytes(mallory, 'addDevice', { added, time: noonMs });
    };
    const refused: Bytes[] = [];
    for (const key of weak) {
      const bytes = addition(key, twin.box.publicKey);
      const own = await sign('roster-op', idBytes(mallory.practice), bytes, mallory.sign);
      refused.push(encodeSignedOp({ bytes, signatures: [own, forAnyMessage] }));
    }
    // A sound signing key with a box key that makes every shared secret zero: all could open what is wrapped to it.
    const openToAll = addition(twin.sign.publicKey, new Uint8Array(32));
    const both = [mallory.sign, twin.sign].map((keys) => sign('roster-op', idBytes(mallory.practice), openToAll, keys));
    refused.push(encodeSignedOp({ bytes: openToAll, signatures: await Promise.all(both) }));

    await toEach(mallory, async (link, name) => {
      const before = await membersAt(world, name, mallory.practice);
      for (const bytes of refused) await link.rosterOps(mallory.practice, bytes);
      await world.settle();
      expect(told(world, name).filter((line) => line.includes('unacceptable-key'))).toHaveLength(1);
      expect(countOf(name, 'unacceptable-key')).toBe(refused.length);
      expect(await membersAt(world, name, mallory.practice)).toEqual(before);
    });
    await sameAfterRestart(world, honest);
  });

  test('[ATTACK-3] other encodings of the same value, well signed, are refused by name', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const twin = mallory.withKeys('twin');
    const addition = await mallory.add(twin, 'clinician');
    const entry = await mallory.entry({ chart, section: 'problems', text: 'other encoding' });
    const signedRoster = async (bytes: Bytes): Promise<Bytes> => {
      const both = [mallory.sign, twin.sign].map((keys) => sign('roster-op', idBytes(mallory.practice), bytes, keys));
      return encodeSignedOp({ bytes, signatures: await Promise.all(both) });
    };
    const [head = new Uint8Array(32)] = addition.prev.map(idBytes);
    const { bytes } = addition.signed;
    const ops: readonly (readonly [Bytes, string])[] = [
      [concatBytes(bytes, Uint8Array.of(0)), 'not-canonical'],
      [withLongInteger(bytes), 'not-canonical'],
      [withFirstFieldLast(bytes), 'not-canonical'],
      [withPrev(bytes, [head, head]), 'malformed'],
      [withPrev(bytes, [new Uint8Array(32).fill(255), head]), 'malformed'],
    ];
    const headers: readonly (readonly [Bytes, string])[] = [
      [concatBytes(entry.headerBytes, Uint8Array.of(0)), 'entry-not-canonical'],
      [withLongInteger(entry.headerBytes), 'entry-not-canonical'],
      [withFirstFieldLast(entry.headerBytes), 'entry-not-canonical'],
      [headerMap(entry.header, (fields) => void (fields['more'] = 1)), 'entry-malformed'],
      [
        headerMap(entry.header, (fields) => void (fields['access'] = [...heads(fields), ...heads(fields)])),
        'entry-malformed',
      ],
    ];
    await toEach(mallory, async (link, name) => {
      for (const [changed, reason] of ops) {
        const before = countOf(name, reason);
        await link.rosterOps(mallory.practice, await signedRoster(changed));
        await world.settle();
        expect(countOf(name, reason), reason).toBe(before + 1);
      }
      for (const [changed, reason] of headers) {
        const before = countOf(name, reason);
        const signature = await signHeader(chart, changed, mallory.sign);
        await link.entries(chart, 'problems', assembleEntry(changed, signature, entry.ciphertext));
        await world.settle();
        expect(countOf(name, reason), reason).toBe(before + 1);
      }
      await link.entries(chart, 'problems', concatBytes(entry.bytes, Uint8Array.of(0)));
      await link.sendBytes(Uint8Array.of(1, 0xa1, 0x61));
      await world.settle();
      expect(wasTold(world, name, 'entry-wrong-length')).toBe(true);
      expect(await membersAt(world, name, mallory.practice)).not.toHaveProperty(twin.device);
      expect(await fateOf(world, name, entry)).toBe('not kept');
    });
    expect(await sameAfterRestart(world, honest)).not.toContain('other encoding');
  });

  test('[ATTACK-4] a signature made for another chart, section, suite or kind of object is not taken', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const entry = await mallory.entry({ chart, section: 'problems', text: 'signed for something else' });
    const { headerBytes, ciphertext, header, signature } = entry;
    const under = (domain: Domain, log: Bytes, bytes = headerBytes): Promise<Bytes> =>
      sign(domain, log, bytes, mallory.sign);
    const own = idBytes(chart);
    const forged: readonly Bytes[] = [
      assembleEntry(headerBytes, await under('charter-op', own), ciphertext),
      assembleEntry(headerBytes, await under('roster-op', idBytes(mallory.practice)), ciphertext),
      assembleEntry(headerBytes, await under('entry', new Uint8Array(32).fill(7)), ciphertext),
      // The signature of the true header, under the same claim for another section.
      assembleEntry(encodeHeader({ ...header, section: 'medications' }), signature, ciphertext),
    ];
    const otherSuite = headerMap(header, (fields) => void (fields['suite'] = 2));
    const suited = assembleEntry(otherSuite, await signHeader(chart, otherSuite, mallory.sign), ciphertext);
    // An operation by the signature of an entry: the same key, the same log, other words before them.
    const alice = await HostileDevice.copyOf(world, 'alice');
    const merge = await alice.charterOp(chart, { kind: 'merge', time: 1 });
    const asEntry = await sign('entry', own, merge.signed.bytes, alice.sign);

    await toEach(mallory, async (link, name) => {
      for (const bytes of forged) {
        const { header: claimed } = mustBeOk(decodeEntry(bytes));
        await link.entries(chart, claimed.section, bytes);
      }
      await link.entries(chart, 'problems', suited);
      await link.charterOps(chart, encodeSignedOp({ bytes: merge.signed.bytes, signatures: [asEntry] }));
      await world.settle();
      expect(countOf(name, 'entry-bad-signature')).toBe(forged.length);
      expect(countOf(name, 'entry-unknown-version')).toBe(1);
      expect(countOf(name, 'bad-signature')).toBe(1);
      for (const bytes of forged) expect(await fateOf(world, name, mustBeOk(decodeEntry(bytes)))).toBe('not kept');
      expect(await charterFate(world, name, chart, merge.id)).toBe('not kept');
    });
    expect(await sameAfterRestart(world, honest)).not.toContain('something else');
  });

  test('[ATTACK-5] what names another author than its signer is not verified and not shown', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const alice = await HostileDevice.copyOf(world, 'alice');
    const entry = await mallory.entry({ chart, section: 'problems', text: 'in the name of alice' });
    const asAlice = encodeHeader({ ...entry.header, device: alice.device, seq: 1, prev: null });
    const forged = assembleEntry(asAlice, await signHeader(chart, asAlice, mallory.sign), entry.ciphertext);
    const grant = await alice.charterOp(chart, {
      kind: 'grant',
      practice: mallory.practice,
      sections: ['medications'],
      right: 'write',
      until: null,
      time: noonMs,
    });
    const byMallory = await sign('charter-op', idBytes(chart), grant.signed.bytes, mallory.sign);
    const removal = rosterBytes(alice, 'removeDevice', { device: idBytes(alice.device), time: noonMs });
    const removedBy = await sign('roster-op', idBytes(alice.practice), removal, mallory.sign);
    await toEach(mallory, async (link, name) => {
      await link.entries(chart, 'problems', forged);
      await link.charterOps(chart, encodeSignedOp({ bytes: grant.signed.bytes, signatures: [byMallory] }));
      await link.rosterOps(alice.practice, encodeSignedOp({ bytes: removal, signatures: [removedBy] }));
      await world.settle();
      expect(countOf(name, 'entry-bad-signature')).toBe(1);
      expect(countOf(name, 'bad-signature')).toBe(2);
      expect(await fateOf(world, name, mustBeOk(decodeEntry(forged)))).toBe('not kept');
      expect(await charterFate(world, name, chart, grant.id)).toBe('not kept');
      expect(await membersAt(world, name, alice.practice)).toHaveProperty(alice.device, 'admin');
    });
    expect(await sameAfterRestart(world, honest)).not.toContain('in the name of alice');
  });

  test('[ATTACK-6] rights are the author’s: a writer’s connection carries in nothing of a reader, a reader’s carries a writer’s', async () => {
    world = await AttackWorld.scene('carol', 'eve:read');
    const { chart } = world;
    const reader = await HostileDevice.takeOver(world, 'eve');
    const byReader = await reader.entry({ chart, section: 'problems', text: 'written by a reader' });
    world.part('alice', 'carol');
    await world.write('carol', 'handed on by a reader');
    const atCarol = await reader.connect('carol');
    await world.settle();
    const honestOnes = reader.knows
      .entries(chart, 'problems')
      .filter(({ header }) => header.device === world.deviceOf('carol'));
    expect(honestOnes).toHaveLength(2);
    const second = mustHave(honestOnes.find(({ header }) => header.seq === 2));

    // The reverse: the writer's entry by the reader's connection counts at once.
    expect(await fateOf(world, 'alice', second)).toBe('not kept');
    const atAlice = await reader.connect('alice');
    await atAlice.deliver(second);
    expect(await fateOf(world, 'alice', second)).toBe('effective');

    // The reader's own entry, by its own connection and then by a writer's, which hands on all it keeps.
    await atCarol.deliver(byReader);
    await reader.disconnect();
    await world.heal();
    const carol = await HostileDevice.takeOver(world, 'carol');
    await (await carol.connect('alice')).deliver(byReader);
    await world.restart('carol');
    expect(await fates(world, honest, byReader)).toBe('refused: EN-3 no-right');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('handed on by a reader');
    expect(text).not.toContain('written by a reader');
  });

  test('[ATTACK-7] an entry under another chart or section, or a header joined to another ciphertext, reaches no document', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const clinic = world.session('alice');
    await importText(
      clinic,
      JSON.stringify([
        { resourceType: 'Patient', id: 'p2', name: [{ family: 'Bello', given: ['Tunde'] }], birthDate: '1990-01-01' },
      ]),
    );
    const other = mustHave(clinic.charts.find(({ id }) => id !== chart)).id;
    for (const name of ['bob', 'carol'])
      mustBeOk(await clinic.share(other, world.practiceOf(name), ['problems', 'allergies'], 'write'));
    await world.settle();
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const entry = await mallory.entry({ chart, section: 'problems', text: 'of another patient' });
    const second = await mallory.entry({ chart, section: 'problems', text: 'another ciphertext' });
    // Signed anew for the other chart, and for another section of it, with the ciphertext as it is.
    const resigned = (claim: Partial<VerifiedEntry['header']>, ciphertext = entry.ciphertext): Promise<Bytes> =>
      signedEntry({ ...entry.header, ...claim }, ciphertext, mallory.sign);
    const charter = mallory.knows.charter(other);
    const there = { chart: other, access: charter.heads, seq: 1, prev: null, deps: [], stint: '' } as const;
    const relabelled = await resigned(there);
    const inSection = await resigned({ ...there, section: 'allergies' });
    const swapped = assembleEntry(
      entry.headerBytes,
      entry.signature,
      resized(second.ciphertext, entry.ciphertext.length),
    );
    const joined = await resigned(
      { ctHash: second.header.ctHash, ctLength: second.header.ctLength },
      second.ciphertext,
    );

    await toEach(mallory, async (link, name) => {
      await link.entries(other, 'problems', entry.bytes);
      await link.entries(chart, 'medications', entry.bytes);
      await link.entries(other, 'problems', relabelled);
      await link.entries(other, 'allergies', inSection);
      await link.entries(chart, 'problems', swapped);
      await link.entries(chart, 'problems', joined);
      await world.settle();
      expect(countOf(name, 'entry-of-another-section')).toBe(2);
      expect(countOf(name, 'entry-bad-ciphertext-hash')).toBe(1);
      for (const bytes of [relabelled, inSection])
        expect(await fateOf(world, name, mustBeOk(decodeEntry(bytes)))).toBe('no-key');
      expect(await fateOf(world, name, mustBeOk(decodeEntry(joined)))).toBe('bad: EN-6 malformed');
    });
    const text = await sameChartEverywhere(world, honest);
    expect(text).not.toContain('of another patient');
    expect(text).not.toContain('another ciphertext');
    for (const name of honest) {
      const opened = mustBeOk(await world.session(name).openChart(other));
      expect(
        JSON.stringify([...opened.sections.values()].map(({ resources }) => [...resources.values()])),
      ).not.toContain('patient"');
      opened.close();
    }
  });

  function countOf(name: string, reason: string): number {
    return world
      .session(name)
      .diagnostics()
      .filter((row) => row.reason === reason)
      .reduce((sum, row) => sum + row.count, 0);
  }
});

async function signedEntry(header: VerifiedEntry['header'], ciphertext: Bytes, keys: SignKeys): Promise<Bytes> {
  const bytes = encodeHeader(header);
  return assembleEntry(bytes, await signHeader(header.chart, bytes, keys), ciphertext);
}

/** An operation whose body no builder would write. */
function rosterBytes(author: HostileDevice, kind: string, body: CborValue): Bytes {
  const prev = author.knows.roster(author.practice).heads.map(idBytes);
  const log = ['roster', idBytes(author.practice)];
  return encodeCanonical({ v: 1, suite: 1, log, prev, author: idBytes(author.device), kind, body });
}

/** The first `"v": 1` written with two bytes more than it needs. */
function withLongInteger(bytes: Bytes): Bytes {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x61, 0x76, 0x01]));
  return concatBytes(bytes.slice(0, at + 2), Uint8Array.of(0x18, 0x01), bytes.slice(at + 3));
}

/** The first field, `"v": 1`, at the end of the map. */
function withFirstFieldLast(bytes: Bytes): Bytes {
  expect([...bytes.slice(1, 4)]).toEqual([0x61, 0x76, 0x01]);
  return concatBytes(bytes.slice(0, 1), bytes.slice(4), bytes.slice(1, 4));
}

function withPrev(bytes: Bytes, prev: readonly Bytes[]): Bytes {
  return encodeCanonical({ ...(mustBeOk(decodeCanonical(bytes)) as Record<string, CborValue>), prev });
}

function resized(bytes: Bytes, length: number): Bytes {
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  return out;
}

function heads({ access }: Readonly<Record<string, CborValue>>): readonly CborValue[] {
  return Array.isArray(access) ? (access as readonly CborValue[]) : [];
}
