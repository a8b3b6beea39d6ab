/** What connections say and keep to themselves (RE-1 to RE-5, EN-8), before probers, floods, crashes and other versions. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import { chartId, entryHash, idBytes, type ChartId, type EntryHash } from '../../src/base/ids.ts';
import { encodeSignedOp } from '../../src/access/operation.ts';
import { decodeEntry, type FrontierItem } from '../../src/crypto/entry.ts';
import { sign } from '../../src/crypto/sign.ts';
import { chartDigest } from '../../src/net/summary.ts';
import { decodeFrame, encodeFrame, wireVersion, type Message, type Received } from '../../src/net/wire.ts';
import { importText, mustBeOk, mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { assembleEntry, bodyOf, headerMap, signHeader } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { readProfile } from './support/profile-copies.ts';
import { charterFate, fateOf, fates, sameAfterRestart, told, wasTold } from './support/replicas.ts';

const section = 'problems';
const honest = ['alice', 'carol'] as const;

/** What a device says that has nothing of the chart. */
const frontiersOf = (chart: ChartId): Message => ({
  kind: 'frontiers',
  charts: [{ chart, heads: [], sections: [{ section, frontier: [] }] }],
  asks: true,
});

const hashesIn = (messages: readonly Received<'entries'>[]): readonly EntryHash[] =>
  messages
    .flatMap(({ sections }) => sections.flatMap(({ entries }) => entries))
    .map((bytes) => mustBeOk(decodeEntry(bytes)).hash);

describe('reconciliation under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  const countOf = (name: string, reason: string): number =>
    world
      .session(name)
      .diagnostics()
      .filter((row) => row.reason === reason)
      .reduce((sum, row) => sum + row.count, 0);

  test('[ATTACK-39] whoever may not see a chart learns by no question whether it exists; no set of ids cancels itself out', async () => {
    world = await AttackWorld.scene('bob', 'eve:none');
    const { chart } = world;
    const eve = await HostileDevice.takeOver(world, 'eve');
    const hashes = (await HostileDevice.copyOf(world, 'alice')).knows
      .entries(chart, section)
      .map(({ hash }) => hash)
      .sort();
    const answers: Message[][] = [];
    for (const probed of [chart, chartId(new Uint8Array(32).fill(5))]) {
      const link = await eve.connect('alice');
      const before = link.heard.length;
      await link.send({
        kind: 'charts',
        charts: [{ chart: probed, heads: [], digest: new Uint8Array(32), sections: null }],
        lacking: [],
        more: false,
      });
      await link.send(frontiersOf(probed));
      await link.send({ kind: 'want', chart: probed, section, hashes });
      await link.send({ kind: 'have', frames: 0, except: [{ chart: probed, section }] });
      await world.settle();
      answers.push(link.heard.slice(before));
      await eve.disconnect();
      await world.settle();
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toEqual([]);
    expect(countOf('alice', 'unknown-chart')).toBe(2);
    const name = Buffer.from(idBytes(chart));
    const toEve = world.world.sync.frames.filter(({ to }) => to === eve.device);
    expect(toEve.filter(({ frame }) => Buffer.from(frame).includes(name))).toEqual([]);

    // Four ids that cancel each other to the two of the other side: equal for whoever adds them up by XOR.
    const id = (byte: number): Bytes => new Uint8Array(32).fill(byte);
    const item = (byte: number, at: number): FrontierItem => ({
      chain: `${mustHave(['a', 'b', 'c', 'd'][at]).repeat(64)}/` as FrontierItem['chain'],
      seq: 1,
      hash: entryHash(id(byte)),
    });
    const digestOf = (items: readonly FrontierItem[]): Bytes =>
      chartDigest({ heads: [], sections: new Map([[section, items]]) });
    const [one, other] = [
      [item(1, 0), item(2, 1)],
      [item(4, 0), item(8, 1), item(15, 2), item(0, 3)],
    ];
    const xor = (items: readonly FrontierItem[]): number =>
      items.reduce((sum, { hash }) => sum ^ parseInt(hash.slice(0, 2), 16), 0);
    expect(xor(one)).toBe(xor(other));
    expect(digestOf(one)).not.toEqual(digestOf(other));
    expect(await sameAfterRestart(world, ['alice', 'bob'])).toContain('first of bob');
  });

  test('[ATTACK-40] everyone back at once costs a few frames a link whatever the number of charts; a flood of gaps fills nothing', async () => {
    world = await AttackWorld.scene('bob', 'carol', 'dave');
    const { chart } = world;
    const clinic = world.session('alice');
    await importText(
      clinic,
      ...Array.from({ length: 6 }, (_, i) =>
        JSON.stringify([
          {
            resourceType: 'Patient',
            id: `q${i}`,
            name: [{ family: `Family${i}`, given: ['X'] }],
            birthDate: `199${i}-01-01`,
          },
        ]),
      ),
    );
    for (const { id } of clinic.charts.filter((one) => one.id !== chart))
      for (const name of ['bob', 'carol', 'dave'])
        mustBeOk(await clinic.share(id, world.practiceOf(name), [section], 'write'));
    await world.settle();
    const all = ['alice', 'bob', 'carol', 'dave'];
    const before = world.world.sync.frames.length;
    for (const name of all) await world.lock(name);
    await Promise.all(all.map((name) => world.restart(name)));
    await world.reconnected();
    const links = (all.length * (all.length - 1)) / 2;
    // Dropped dials say hello too; what must not be there is anything per chart.
    const said = world.world.sync.frames.slice(before).map(({ frame }) => mustBeOk(decodeFrame(frame)).kind);
    expect(
      said.filter((kind) => kind === 'charts' || kind === 'frontiers' || kind === 'entries').length,
    ).toBeLessThanOrEqual(2 * links);
    expect(said.length).toBeLessThanOrEqual(8 * links);

    const mallory = await HostileDevice.takeOver(world, 'bob');
    const next = await mallory.entry({ chart, section, text: 'after nothing' });
    const gaps: Bytes[] = [];
    for (let i = 0; i < 300; i++) {
      const headerBytes = headerMap(next.header, (fields) => {
        fields['seq'] = i + 100;
        fields['prev'] = new Uint8Array(32).fill(i & 0xff);
      });
      gaps.push(assembleEntry(headerBytes, await signHeader(chart, headerBytes, mallory.sign), next.ciphertext));
    }
    const link = await mallory.connect('alice');
    for (const gap of gaps) await link.entries(chart, section, gap);
    await world.write('carol', 'honest traffic flows');
    await world.settle();
    expect(countOf('alice', 'later-gap')).toBe(gaps.length);
    expect(await fateOf(world, 'alice', mustBeOk(decodeEntry(mustHave(gaps[0]))))).toBe('not kept');
    expect(await sameAfterRestart(world, honest)).toContain('honest traffic flows');
  });

  test('[ATTACK-41] a program killed at any moment of saving has kept what it acknowledged and what it announced', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = world.deviceOf('bob');
    const announced = (): ReadonlySet<EntryHash> =>
      new Set(
        world.world.sync.frames
          .filter(({ from }) => from === bob)
          .flatMap(({ frame }) => {
            const message = mustBeOk(decodeFrame(frame));
            return message.kind === 'entries' ? hashesIn([message]) : [];
          }),
      );
    interface Killed {
      readonly disk: Awaited<ReturnType<typeof readProfile>>;
      readonly acknowledged: readonly string[];
      readonly announced: ReadonlySet<EntryHash>;
    }
    const moments: Killed[] = [];
    const acknowledged: string[] = [];
    for (let i = 0; i < 3; i++) {
      const saving = world.write('bob', `act ${i}`).then(() => acknowledged.push(`act ${i}`));
      for (let step = 0; step < 4; step++) {
        const known = { acknowledged: [...acknowledged], announced: announced() };
        moments.push({ disk: await readProfile(world.world.databaseOf('bob')), ...known });
      }
      await saving;
      await world.settle();
      const known = { acknowledged: [...acknowledged], announced: announced() };
      moments.push({ disk: await readProfile(world.world.databaseOf('bob')), ...known });
    }
    expect(new Set(moments.map((moment) => moment.acknowledged.length)).size).toBe(4);
    await world.lock('bob');
    const tips = new Map<number, EntryHash>();
    for (const moment of moments) {
      await world.putBack('bob', moment.disk);
      const { knows } = await HostileDevice.copyOf(world, 'bob');
      const kept = knows.entries(chart, section).filter(({ header }) => header.device === bob);
      const texts = JSON.stringify(
        kept.map((entry) => Buffer.from(mustHave(mustHave(bodyOf(entry, knows.keys)).changes[0])).toString('latin1')),
      );
      for (const text of moment.acknowledged) expect(texts).toContain(text);
      for (const hash of moment.announced)
        expect(knows.entries(chart, section).some((entry) => entry.hash === hash)).toBe(true);
      // One number, one entry, whenever it was killed.
      for (const { header, hash } of kept) expect(tips.get(header.seq) ?? hash).toBe(hash);
      for (const { header, hash } of kept) tips.set(header.seq, hash);
    }
    await world.restart('bob');
    await world.reconnected();
    await world.write('bob', 'after the crash');
    const text = await sameAfterRestart(world, ['alice', 'carol', 'bob']);
    for (const words of ['act 0', 'act 1', 'act 2', 'after the crash']) expect(text).toContain(words);
    for (const name of honest) expect(told(world, name).filter((line) => line.startsWith('fork'))).toEqual([]);
  });

  test('[ATTACK-42] a removed practice that comes back hands over what it wrote, gets its removal, and nothing newer', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const bob = await HostileDevice.takeOver(world, 'bob');
    const offline = await bob.entry({ chart, section, text: 'written offline' });
    await world.stop('bob');
    await world.write('alice', 'after bob had gone');
    await world.settle();
    const known = new Set(bob.knows.entries(chart, section).map(({ hash }) => hash));
    const { knows: alices } = await HostileDevice.copyOf(world, 'alice');
    const later = alices.entries(chart, section).filter(({ hash }) => !known.has(hash));
    expect(later).toHaveLength(1);
    for (const name of honest) {
      const link = await bob.connect(name);
      await link.deliver(offline);
      await link.send(frontiersOf(chart));
      await link.send({ kind: 'want', chart, section, hashes: later.map(({ hash }) => hash) });
      await world.settle();
      const heard = hashesIn(link.heardOf('entries'));
      for (const { hash } of later) expect(heard).not.toContain(hash);
      await bob.disconnect();
    }
    const removal = mustHave(bob.knows.charterOps(chart).find(({ body }) => body.kind === 'revoke'));
    expect(await charterFate(world, 'carol', chart, removal.id)).toBe('in force');
    expect(await fates(world, honest, offline)).toBe('quarantined: CUT-2 after-cut');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('after bob had gone');
    expect(text).not.toContain('written offline');
  });

  test('[ATTACK-43] frames, operations and entries of a later version are refused with words, the same everywhere, and work goes on', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const { chart } = world;
    const mallory = await HostileDevice.takeOver(world, 'bob');
    const entry = await mallory.entry({ chart, section, text: 'of a later version' });
    const newer = headerMap(entry.header, (fields) => (fields['v'] = 3));
    const laterEntry = assembleEntry(newer, await signHeader(chart, newer, mallory.sign), entry.ciphertext);
    const merge = await mallory.asOf().charterOp(chart, { kind: 'merge', time: 1 });
    const bytes = encodeCanonical({
      ...(mustBeOk(decodeCanonical(merge.signed.bytes)) as Record<string, CborValue>),
      v: 2,
    });
    const laterOp = encodeSignedOp({
      bytes,
      signatures: [await sign('charter-op', idBytes(chart), bytes, mallory.sign)],
    });
    for (const name of honest) {
      const link = await mallory.connect(name);
      await link.entries(chart, section, laterEntry);
      await link.charterOps(chart, laterOp);
      await world.settle();
      expect(wasTold(world, name, 'entry-unknown-version')).toBe(true);
      const frame = encodeFrame({ kind: 'bye', reason: 'closing' });
      frame[0] = wireVersion + 1;
      // Whoever sends operations of a later version is told so, and comes back another time.
      expect(link.heardOf('bye')).toEqual([{ kind: 'bye', reason: 'unknown-version' }]);
      const again = await mallory.connect(name);
      await again.sendBytes(frame);
      await world.settle();
      expect(countOf(name, 'unknown-version')).toBe(2);
      expect(again.heardOf('bye')).toEqual([{ kind: 'bye', reason: 'unknown-version' }]);
      expect(again.isClosed).toBe(true);
    }
    await world.write('carol', 'work goes on');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('work goes on');
    expect(text).not.toContain('of a later version');
  });
});
