/** Changes that no honest program writes (AM-1 to AM-3, EN-2), sealed and signed by a writer with every right, on the wire. */
import { decodeChange, encodeChange, type DecodedChange } from '@automerge/automerge/slim';
import { deflateSync } from 'fflate';
import { afterEach, describe, expect, test } from 'vitest';
import { concatBytes, u32Bytes, type Bytes } from '../../src/base/bytes.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { padmeLength } from '../../src/crypto/padding.ts';
import { mustBeOk, mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { bodyOf, problem, type ChangePlace, type EntryPlan } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, fates, sameAfterRestart, wasTold } from './support/replicas.ts';

const section = 'problems';
const honest = ['alice', 'carol'] as const;

type Op = DecodedChange['ops'][number];

const set = (key: string, value: string, pred: readonly string[] = []): Op => ({
  action: 'set',
  obj: '_root',
  key,
  value,
  pred: [...pred],
});

/** What creates a problem, as the product writes it. */
function creation(text: string): Op[] {
  const { key, base } = problem(text);
  return [set(`${key}#base`, base), set(`${key}#mark`, 'created')];
}

/** A change that is sound at this place but for what is given. */
function change(
  { actor, heads, seq, startOp }: ChangePlace,
  parts: Partial<Parameters<typeof encodeChange>[0]>,
): Bytes {
  const sound = {
    actor,
    author: null,
    seq,
    startOp,
    time: 1_772_452_800,
    message: '250',
    deps: [...heads],
    ops: creation('sound'),
  };
  return new Uint8Array(encodeChange({ ...sound, ...parts }));
}

describe('documents under attack', () => {
  let world: AttackWorld;
  let mallory: HostileDevice;
  afterEach(() => world.end());

  async function begin(): Promise<void> {
    world = await AttackWorld.scene('bob', 'carol');
    mallory = await HostileDevice.takeOver(world, 'bob');
  }

  /** The entry by a device that forgets it at once, so that the next is again the second of its chain. */
  const entry = (plan: Omit<EntryPlan, 'chart' | 'section'>): Promise<VerifiedEntry> =>
    mallory.asOf().entry({ chart: world.chart, section, ...plan });

  /** Each is refused for its reason on both replicas, what honest people then write is merged, and all of it loads again. */
  async function refusedEverywhere(
    cases: readonly (readonly [Omit<EntryPlan, 'chart' | 'section'>, string])[],
  ): Promise<void> {
    // Each in a chain of its own, by devices of the same practice: none stands beside another.
    const courier = mallory;
    const on = mallory.knows.entries(world.chart, section);
    for (const [i, [plan, reason]] of cases.entries()) {
      const device = courier.withKeys(`writer ${i}`);
      const addition = await courier.add(device, 'clinician');
      device.knows.learn(addition);
      const bad = await device.entry({ chart: world.chart, section, on, ...plan });
      for (const name of honest) await (await courier.connect(name)).deliver(addition, bad);
      expect(await fates(world, honest, bad), reason).toBe(`bad: ${reason}`);
      for (const name of honest) expect(wasTold(world, name, reason)).toBe(true);
    }
    await world.write('alice', 'beside what was refused');
    const text = await sameAfterRestart(world, honest);
    expect(text).toContain('beside what was refused');
    for (const name of honest) expect(await world.session(name).exportChart(world.chart)).toMatchObject({ ok: true });
  }

  test('[ATTACK-32] one actor and number in two changes, given to two halves of the network that build on them: one stands everywhere', async () => {
    await begin();
    const [one, two] = [await entry({ text: 'to the one half' }), await entry({ text: 'to the other half' })];
    const number = (sealed: VerifiedEntry) => {
      const { actor, seq } = decodeChange(mustHave(mustHave(bodyOf(sealed, mallory.knows.keys)).changes[0]));
      return { actor, seq };
    };
    expect(number(one)).toEqual(number(two));
    world.part('alice', 'carol');
    await (await mallory.connect('alice')).deliver(one);
    await (await mallory.connect('carol')).deliver(two);
    await world.write('alice', 'alice builds on the one');
    await world.write('carol', 'carol builds on the other');
    await world.heal();
    for (const name of honest) expect(wasTold(world, name, 'fork')).toBe(true);
    const text = await sameAfterRestart(world, honest);
    expect([text.includes('to the one half'), text.includes('to the other half')].sort()).toEqual([false, true]);
    const [stands, falls] = text.includes('to the one half') ? [one, two] : [two, one];
    expect(await fates(world, honest, stands)).toMatch(/^(effective|vouched)$/);
    expect(await fates(world, honest, falls)).toBe('bad: AM-1 sequence-reused');
    // Nobody is stuck: both write on, and the chart can be given away whole.
    await world.write('alice', 'alice goes on');
    await world.write('carol', 'carol goes on');
    const later = await sameAfterRestart(world, honest);
    expect(later).toContain('alice goes on');
    expect(later).toContain('carol goes on');
    for (const name of honest) expect(await world.session(name).exportChart(world.chart)).toMatchObject({ ok: true });
  });

  test('[ATTACK-32] a change in a victim’s name inside another’s entry is refused', async () => {
    await begin();
    const victim = mustHave(
      mallory.knows.entries(world.chart, section).find(({ header }) => header.device === world.deviceOf('carol')),
    );
    const { actor, seq } = decodeChange(mustHave(mustHave(bodyOf(victim, mallory.knows.keys)).changes[0]));
    await refusedEverywhere([[{ changes: (place) => [change(place, { actor, seq: seq + 1 })] }, 'AM-1 foreign-actor']]);
  });

  test('[ATTACK-33] wrong numbers of operations, predecessors that are none, gaps and unknown objects are refused, and all loads again', async () => {
    await begin();
    const known = problem('first of carol').key;
    await refusedEverywhere([
      ...[1, 2 ** 31, 2 ** 32 - 2].map(
        (startOp) =>
          [{ changes: (place: ChangePlace) => [change(place, { startOp })] }, 'AM-1 wrong-start-op'] as const,
      ),
      [
        {
          changes: (place) => [
            change(place, {
              ops: [set(`${known}#r:note`, '{}', [`99@${place.actor}`]), set(`${known}#mark`, 'changed')],
            }),
          ],
        },
        'AM-1 unresolvable-predecessor',
      ],
      [
        {
          changes: (place) => [change(place, { ops: [set(`${known}#r:note`, '{}'), set(`${known}#mark`, 'changed')] })],
        },
        'AM-1 unresolvable-predecessor',
      ],
      [{ changes: (place) => [change(place, { seq: place.seq + 1 })] }, 'AM-1 sequence-gap'],
      [
        {
          changes: (place) => [
            change(place, { ops: creation('unknown object').map((op) => ({ ...op, obj: `7@${place.actor}` })) }),
          ],
        },
        'AM-1 foreign-shape',
      ],
      [{ changes: (place) => [change(place, { ops: [set('free text', 'anything')] })] }, 'AM-1 foreign-shape'],
    ]);
  });

  test('[ATTACK-34] what would swell in memory is refused before it does: inflate bombs, 3 MB of text, thousands of operations', async () => {
    await begin();
    const padded = (inflatedLength: number, compressed: Uint8Array): Bytes => {
      const out = new Uint8Array(padmeLength(8 + compressed.length));
      out.set(concatBytes(u32Bytes(compressed.length), u32Bytes(inflatedLength), compressed));
      return out;
    };
    const bomb = deflateSync(new Uint8Array(16 * 1024 * 1024), { level: 9 });
    const sound = { changes: (place: ChangePlace) => [change(place, {})] };
    const big = problem('big');
    await refusedEverywhere([
      [{ ...sound, plaintext: padded(16 * 1024 * 1024, bomb) }, 'EN-6 too-large'],
      [{ ...sound, plaintext: padded(1024, bomb) }, 'EN-6 malformed'],
      [
        {
          changes: (place) => [
            change(place, {
              ops: [set(`${big.key}#base`, 'x'.repeat(3 * 1024 * 1024)), set(`${big.key}#mark`, 'created')],
            }),
          ],
        },
        'AM-1 too-large',
      ],
      [
        {
          changes: (place) => [
            change(place, { ops: Array.from({ length: 3_000 }, (_, i) => creation(`many ${i}`)).flat() }),
          ],
        },
        'AM-1 too-many-operations',
      ],
    ]);
  });

  test('[ATTACK-34] thousands of changes on what does not exist keep nobody from the chart', async () => {
    await begin();
    const nowhere = 'ab'.repeat(32);
    const flood = (place: ChangePlace): Bytes[] => [change(place, { deps: [nowhere], startOp: 2 })];
    await refusedEverywhere([[{ changes: flood }, 'EN-2 deps-mismatch']]);
  });

  test('[ATTACK-35] one poisoned entry among a hundred good ones: ninety-nine are merged', async () => {
    await begin();
    const hundred: VerifiedEntry[] = [];
    const nonce = (i: number): Bytes => new Uint8Array(16).fill(i + 1);
    for (let i = 0; i < 100; i++) {
      const poisoned = i === 50;
      const plan: EntryPlan = { chart: world.chart, section, nonce: nonce(i), on: [] };
      hundred.push(
        await mallory.entry(
          poisoned
            ? {
                ...plan,
                changes: (place) => [change(place, { startOp: place.startOp + 1, ops: creation('poisoned') })],
              }
            : { ...plan, text: `good ${i}` },
        ),
      );
    }
    for (const name of honest) {
      const link = await mallory.connect(name);
      await link.entries(world.chart, section, ...hundred.map(({ bytes }) => bytes));
    }
    await world.settle();
    expect(await fates(world, honest, mustHave(hundred[50]))).toBe('bad: AM-1 wrong-start-op');
    const text = await sameAfterRestart(world, honest);
    for (let i = 0; i < 100; i++) expect(text.includes(`good ${i}\\"`), `good ${i}`).toBe(i !== 50);
    expect(text).not.toContain('poisoned');
  });

  test('[ATTACK-36] a copied profile that wrote beside its original: no lasting difference, and people are told of the fork', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    // The copy goes on from the same disk, with the same keys and the same place in its chain.
    const clone = await HostileDevice.copyOf(world, 'bob');
    await world.write('bob', 'by the original');
    await world.settle();
    await world.lock('bob');
    const byClone = await clone.entry({
      chart: world.chart,
      section,
      text: 'by the copy',
      nonce: new Uint8Array(16).fill(9),
    });
    await (await clone.connect('carol')).deliver(byClone);
    await clone.disconnect();
    await world.restart('bob');
    await world.reconnected();
    const all = ['alice', 'carol', 'bob'];
    const bob = await HostileDevice.copyOf(world, 'bob');
    const byOriginal = mustHave(
      bob.knows
        .entries(world.chart, section)
        .find(({ header, hash }) => header.device === bob.device && header.seq === 2 && hash !== byClone.hash),
    );
    // Nobody built on either: the smaller hash stands.
    const [stands, falls] = byClone.hash < byOriginal.hash ? [byClone, byOriginal] : [byOriginal, byClone];
    expect(await fates(world, all, stands)).toBe('effective');
    expect(await fates(world, all, falls)).toBe('quarantined: CUT-8 after-fork');
    for (const name of ['alice', 'carol']) expect(wasTold(world, name, 'fork')).toBe(true);
    // A parted chain takes no more (CUT-8), until an admin of the custodian has looked at it: so nothing is told as saved.
    const desk = await world.open('bob');
    expect(await desk.edit(section, [problem('the original goes on')])).toMatchObject({ ok: false, reason: 'forked' });
    desk.close();
    const text = await sameAfterRestart(world, all);
    expect(text.includes('by the copy')).toBe(stands === byClone);
    expect(text.includes('by the original')).toBe(stands === byOriginal);
    const open = await world.open('alice');
    const fork = mustHave(open.forks[0]);
    mustBeOk(await open.settleFork(fork.section, fork.chain, fork.seq, stands.hash));
    open.close();
    await world.settle();
    await world.write('bob', 'settled, the original goes on');
    await world.write('carol', 'work goes on');
    const settled = await sameAfterRestart(world, all);
    for (const words of ['work goes on', 'settled, the original goes on']) expect(settled).toContain(words);
  });

  test('[ATTACK-36] a device that went on while its keys were misused is told of the other branch, though its own chain is longer', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const clone = await HostileDevice.copyOf(world, 'bob');
    for (const name of ['alice', 'carol']) world.part('bob', name);
    for (const text of ['by the original', 'and more of it']) await world.write('bob', text);
    await world.lock('bob');
    const byClone = await clone.entry({ chart: world.chart, section, text: 'by the copy' });
    world.world.heal();
    await (await clone.connect('carol')).deliver(byClone);
    await clone.disconnect();
    await world.restart('bob');
    await world.reconnected();
    const all = ['alice', 'carol', 'bob'];
    for (const name of all) expect(wasTold(world, name, 'fork'), name).toBe(true);
    expect(await fates(world, all, byClone)).toMatch(/^(effective|quarantined: CUT-8 after-fork)$/);
    await sameAfterRestart(world, all);
  });

  test('[ATTACK-52] an entry that declares more or fewer dependencies than its changes have is refused', async () => {
    await begin();
    const carols = mustHave(
      mallory.knows.entries(world.chart, section).find(({ header }) => header.device === world.deviceOf('carol')),
    );
    const item = { chain: `${carols.header.device}/` as const, seq: 1, hash: carols.hash };
    const alone = mallory.knows
      .entries(world.chart, section)
      .filter(({ header }) => header.device === world.deviceOf('alice'));
    await refusedEverywhere([
      [
        {
          text: 'declares more',
          on: alone,
          claim: {
            deps: [item]
              .concat(alone.map(({ header, hash }) => ({ chain: `${header.device}/` as const, seq: header.seq, hash })))
              .sort((a, b) => (a.chain < b.chain ? -1 : 1)),
          },
        },
        'EN-2 deps-mismatch',
      ],
      [{ text: 'declares less', claim: { deps: [] } }, 'EN-2 deps-mismatch'],
    ]);
    const text = await sameAfterRestart(world, honest);
    expect(text).not.toContain('declares more');
    expect(text).not.toContain('declares less');
    expect(await fateOf(world, 'alice', carols)).toBe('effective');
    expect(mustBeOk(await world.session('alice').exportChart(world.chart)).text).toContain('first of carol');
  });

  test('[EN-9] one more entry under the name of an import that is whole hides nothing of it, now or after a restart', async () => {
    await begin();
    const batch = (index: number) => ({ id: 'ab'.repeat(16), index, count: 2 });
    const place = { chart: world.chart, section } as const;
    const first = await mallory.entry({ ...place, text: 'the one half', batch: batch(0) });
    const second = await mallory.entry({ ...place, text: 'the other half', batch: batch(1) });
    const alice = await mallory.connect('alice');
    await alice.deliver(first, second);
    await world.settle();
    const more = await mallory.entry({ ...place, text: 'not of the import', batch: batch(1) });
    await alice.deliver(more);
    await (await mallory.connect('carol')).deliver(first, second, more);
    const text = await sameAfterRestart(world, honest);
    expect(await fates(world, honest, second)).toBe('effective');
    // Its own places in the chain are taken, so nothing is waited for: it is one more entry of a writer with every right.
    expect(await fates(world, honest, more)).toBe('effective');
    expect(text).toContain('the one half');
    expect(text).toContain('the other half');
    expect(text).toContain('not of the import');
  });
});
