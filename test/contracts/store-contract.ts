/**
 * What every Store does, as cases that need no test framework: the same file runs in Node on memory and fake-indexeddb
 * and in a real browser. A case throws if the store breaks its word.
 */
import { toHex, type Bytes } from '../../src/base/bytes.ts';
import {
  chartId,
  chunkHash,
  deviceId,
  opId,
  practiceId,
  snapshotName,
  type ChartId,
  type EntryHash,
  type SnapshotName,
} from '../../src/base/ids.ts';
import type { Section } from '../../src/base/sections.ts';
import { hashOfHead } from '../../src/crypto/entry.ts';
import {
  charterLog,
  rosterLog,
  wholeEntry,
  type CoveredHead,
  type NewEntry,
  type Store,
  type StoredHead,
  type StoredSnapshot,
} from '../../src/store/store.ts';

interface StoreBench {
  /** A fresh, empty store. */
  open(): Promise<Store>;
  /** The same data opened again, as after a restart; undefined where nothing outlives the process. */
  readonly reopen: ((store: Store) => Promise<Store>) | undefined;
}

export interface StoreCase {
  readonly title: string;
  readonly run: (bench: StoreBench) => Promise<void>;
}

const filled = (value: number, length = 32): Bytes => new Uint8Array(length).fill(value);
const alice = deviceId(filled(0xa1));
const bob = deviceId(filled(0xb0));
export const chartOne = chartId(filled(1));
const chartTwo = chartId(filled(2));

/** Entries of one chain, well shaped for a store, which looks at no signature. */
export function chainOfEntries(
  count: number,
  options: Partial<Pick<NewEntry, 'chart' | 'section' | 'device' | 'stint'>> & { salt?: number; size?: number } = {},
): readonly NewEntry[] {
  const { salt = 0, size = 100, chart = chartOne, section = 'allergies', device = alice, stint = '' } = options;
  const entries: NewEntry[] = [];
  let prev: EntryHash | null = null;
  for (let seq = 1; seq <= count; seq++) {
    const head = headFor(`${chart}${section}${device}${stint}`, seq, salt);
    const hash = hashOfHead(head);
    entries.push({
      hash,
      chart,
      section,
      device,
      stint,
      seq,
      prev,
      head,
      ciphertext: filled((seq + salt) % 251, size),
    });
    prev = hash;
  }
  return entries;
}

/** 60 bytes that no other entry has. */
function headFor(text: string, seq: number, salt: number): Bytes {
  let state = (seq * 2654435761 + salt * 40503) >>> 0;
  for (const char of text) state = (Math.imul(state ^ char.charCodeAt(0), 16777619) + 1) >>> 0;
  const bytes = filled(seq % 251, 60);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of [state, seq, salt].entries()) view.setUint32(8 + 4 * i, number);
  return bytes;
}

export const storeContract: readonly StoreCase[] = [
  {
    title: '[EN-7] entries come back byte for byte, in the order in which they were kept',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(5);
      await mustCommit(store, { entries: written.slice(0, 2) });
      await mustCommit(store, { entries: written.slice(2) });
      const { found, damaged } = await store.entries(chartOne, 'allergies');
      same(found.map(wholeEntry).map(toHex), written.map(wholeEntry).map(toHex));
      same(
        found.map(({ hash, chart, section, device, stint, seq }) => [hash, chart, section, device, stint, seq]),
        written.map(({ hash, chart, section, device, stint, seq }) => [hash, chart, section, device, stint, seq]),
      );
      same(damaged, []);
    },
  },
  {
    title: 'a section is read without its neighbours, and an empty one is empty',
    async run(bench) {
      const store = await bench.open();
      const allergies = chainOfEntries(2);
      await mustCommit(store, {
        entries: [
          ...allergies,
          ...chainOfEntries(3, { section: 'medications' }),
          ...chainOfEntries(4, { chart: chartTwo }),
        ],
      });
      same(await hashesOf(store, chartOne, 'allergies'), allergies.map(hashOf));
      same(await hashesOf(store, chartOne, 'vitals'), []);
    },
  },
  {
    title: 'frontiers and counts of every chart are known without reading a section',
    async run(bench) {
      const store = await bench.open();
      const byAlice = chainOfEntries(3);
      const byBob = chainOfEntries(2, { device: bob, stint: opId(filled(9)) });
      await mustCommit(store, { entries: [...byAlice, ...byBob, ...chainOfEntries(1, { chart: chartTwo })] });
      const { found } = await store.chartStates();
      same([...found.keys()].sort(), [chartOne, chartTwo].sort());
      const state = found.get(chartOne)?.get('allergies');
      same(state?.frontier, [
        { chain: `${alice}/`, seq: 3, hash: byAlice[2]?.hash },
        { chain: `${bob}/${opId(filled(9))}`, seq: 2, hash: byBob[1]?.hash },
      ]);
      same(state?.entries, 5);
      same(state?.bytes, 5 * 160);
      same((await store.chartState(chartOne)).found.get('allergies'), state);
      same((await store.chartState(chartId(filled(7)))).found.size, 0);
    },
  },
  {
    title: 'heads are read without ciphertexts, and entries by name',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(6, { size: 70_000 });
      await mustCommit(store, { entries: written });
      const { found } = await store.heads(chartOne, 'allergies');
      same(found.map(hashOf), written.map(hashOf));
      same(toHex(found[3]?.head ?? filled(0)), toHex(written[3]?.head ?? filled(1)));
      const wanted = new Set([written[1], written[4]].flatMap((entry) => entry?.hash ?? []));
      const named = await store.entries(chartOne, 'allergies', wanted);
      same(named.found.map(hashOf), [...wanted]);
    },
  },
  {
    title: 'entries kept one by one or at once read the same',
    async run(bench) {
      const atOnce = await bench.open();
      const oneByOne = await bench.open();
      const written = chainOfEntries(300, { size: 900 });
      await mustCommit(atOnce, { entries: written });
      for (const entry of written) await mustCommit(oneByOne, { entries: [entry] });
      const expected = written.map(wholeEntry).map(toHex);
      for (const store of [atOnce, oneByOne]) {
        same((await store.entries(chartOne, 'allergies')).found.map(wholeEntry).map(toHex), expected);
        same((await store.chartState(chartOne)).found.get('allergies')?.entries, 300);
      }
    },
  },
  {
    title: '[EN-1] nothing is kept over a gap in its chain, and the whole commit is undone',
    async run(bench) {
      const store = await bench.open();
      const [first, , third] = chainOfEntries(3);
      if (first === undefined || third === undefined) throw new Error('three entries');
      const result = await store.commit({
        entries: [first, third],
        sealed: [{ key: 'half', bytes: filled(1) }],
        ops: [{ log: charterLog(chartOne), id: opId(filled(3)), bytes: filled(3) }],
      });
      same(result.ok ? 'kept' : result.reason, 'gap');
      same(await hashesOf(store, chartOne, 'allergies'), []);
      same((await store.chartStates()).found.size, 0);
      same(await store.sealed('half'), undefined);
      same((await store.ops(charterLog(chartOne))).found, []);
    },
  },
  {
    title:
      '[ATTACK-41] no sequence number is used twice: a second entry at a position, or one on another branch, is refused',
    async run(bench) {
      const store = await bench.open();
      await mustCommit(store, { entries: chainOfEntries(2) });
      const other = chainOfEntries(3, { salt: 1 });
      for (const entries of [other.slice(0, 1), other.slice(1, 2), other.slice(2)]) {
        const result = await store.commit({ entries });
        same(result.ok ? 'kept' : result.reason, 'fork');
      }
      same(await hashesOf(store, chartOne, 'allergies'), chainOfEntries(2).map(hashOf));
    },
  },
  {
    title: 'what is kept already is passed over, alone or with what follows it',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(4);
      await mustCommit(store, { entries: written.slice(0, 3) });
      await mustCommit(store, { entries: written.slice(1) });
      await mustCommit(store, { entries: written });
      same(await hashesOf(store, chartOne, 'allergies'), written.map(hashOf));
      same((await store.chartState(chartOne)).found.get('allergies')?.entries, 4);
    },
  },
  {
    title: '[CUT-8] the other branch of a fork is kept beside the chain and moves no frontier',
    async run(bench) {
      const store = await bench.open();
      const chain = chainOfEntries(2);
      const branch = chainOfEntries(2, { salt: 1 });
      await mustCommit(store, { entries: chain });
      await mustCommit(store, { beside: branch.slice(1) });
      await mustCommit(store, { beside: branch.slice(1) });
      same(await hashesOf(store, chartOne, 'allergies'), [...chain, ...branch.slice(1)].map(hashOf));
      const state = (await store.chartState(chartOne)).found.get('allergies');
      same(state?.frontier, [{ chain: `${alice}/`, seq: 2, hash: chain[1]?.hash }]);
      const third = chainOfEntries(3)[2];
      await mustCommit(store, { entries: third === undefined ? [] : [third] });
    },
  },
  {
    title: 'operations are kept once, by log, and read by kind at once',
    async run(bench) {
      const store = await bench.open();
      const practice = practiceId(filled(8));
      const op = (log: ReturnType<typeof charterLog>, n: number) => ({
        log,
        id: opId(filled(n)),
        bytes: filled(n, 50),
      });
      await mustCommit(store, { ops: [op(charterLog(chartOne), 1), op(charterLog(chartTwo), 2)] });
      await mustCommit(store, { ops: [op(charterLog(chartOne), 1), op(charterLog(chartOne), 3)] });
      await mustCommit(store, { ops: [op(rosterLog(practice), 4)] });
      same(
        (await store.ops(charterLog(chartOne))).found.map((o) => o.id),
        [opId(filled(1)), opId(filled(3))],
      );
      const charters = (await store.logs('charter')).found;
      same([...charters.keys()].sort(), [charterLog(chartOne), charterLog(chartTwo)].sort());
      const rosters = (await store.logs('roster')).found;
      same(toHex(rosters.get(rosterLog(practice))?.[0]?.bytes ?? filled(0)), toHex(filled(4, 50)));
    },
  },
  {
    title: 'what a device holds is kept per section, the newest word of it',
    async run(bench) {
      const store = await bench.open();
      const frontier = chainOfEntries(2).map(({ hash, seq }) => ({ chain: `${alice}/` as const, seq, hash }));
      const at = (section: Section, atMs: number, items: typeof frontier) => ({
        ...{ chart: chartOne, device: bob, section },
        ...{ frontier: items, atMs },
      });
      await mustCommit(store, { held: [at('allergies', 1, frontier.slice(0, 1)), at('vitals', 2, [])] });
      await mustCommit(store, { held: [at('allergies', 5, frontier.slice(1))] });
      same((await store.held(chartOne)).found, [at('allergies', 5, frontier.slice(1)), at('vitals', 2, [])]);
      same((await store.held(chartTwo)).found, []);
    },
  },
  {
    title: 'sealed records are written, replaced, listed by prefix and removed, in one commit with the rest',
    async run(bench) {
      const store = await bench.open();
      await mustCommit(store, {
        entries: chainOfEntries(1),
        sealed: [
          { key: 'vault', bytes: filled(1) },
          { key: 'index/0', bytes: filled(2) },
          { key: 'index/1', bytes: filled(3) },
        ],
      });
      await mustCommit(store, {
        sealed: [
          { key: 'vault', bytes: filled(4) },
          { key: 'index/1', bytes: undefined },
        ],
      });
      same(toHex((await store.sealed('vault')) ?? filled(0)), toHex(filled(4)));
      same(await store.sealedKeys('index/'), ['index/0']);
      same([...(await store.sealedUnder('index/'))], [['index/0', await store.sealed('index/0')]]);
      same(await store.sealed('index/1'), undefined);
    },
  },
  {
    title: '[ATTACK-44] a sealed record whose key could carry a name is a bug, and throws',
    async run(bench) {
      const store = await bench.open();
      for (const key of ['Jane Doe', 'patient/Ümit', '', 'a'.repeat(201)]) {
        const result = await store.commit({ sealed: [{ key, bytes: filled(1) }] }).then(
          () => 'kept',
          () => 'threw',
        );
        same(result, 'threw');
      }
    },
  },
  {
    title: 'bytes changed after a commit, or after a read, change nothing that is kept',
    async run(bench) {
      const store = await bench.open();
      const bytes = filled(1);
      await mustCommit(store, { sealed: [{ key: 'a', bytes }] });
      bytes.fill(9);
      (await store.sealed('a'))?.fill(8);
      same(toHex((await store.sealed('a')) ?? bytes), toHex(filled(1)));
    },
  },
  {
    title: 'commits made at once do not disturb each other',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(40);
      await Promise.all(written.map((entry) => mustCommit(store, { entries: [entry] })));
      same(await hashesOf(store, chartOne, 'allergies'), written.map(hashOf));
    },
  },
  {
    title: '[SN-3] a snapshot is kept beside everything else, byte for byte, and nothing is let go for it',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(3);
      const snapshot = snapshotNamed('a');
      await mustCommit(store, {
        entries: written,
        snapshots: [snapshot, snapshotNamed('b'), snapshotNamed('c', 'vitals')],
      });
      const { found, damaged } = await store.snapshots(chartOne, 'allergies');
      same(
        found.map(({ name, bytes }) => [name, toHex(bytes)]),
        [snapshot, snapshotNamed('b')].map(({ name, bytes }) => [name, toHex(bytes)]),
      );
      same(damaged, []);
      same(await hashesOf(store, chartOne, 'allergies'), written.map(hashOf));
      same((await store.snapshots(chartTwo, 'allergies')).found, []);
    },
  },
  {
    title: '[SN-3] the ciphertexts a snapshot stands for go in one commit; heads, frontier and all other entries stay',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(700, { size: 20 });
      const byBob = chainOfEntries(2, { device: bob });
      const elsewhere = chainOfEntries(2, { section: 'vitals' });
      await mustCommit(store, { entries: [...written, ...byBob, ...elsewhere] });
      const before = (await store.chartState(chartOne)).found.get('allergies');
      const [first, second] = [snapshotNamed('a'), snapshotNamed('b')];
      const covered = written.slice(0, 600);
      await mustCommit(store, { snapshots: [first, second] });
      await mustCommit(store, { replaced: [replacing(first, covered)] });

      const heads = await store.heads(chartOne, 'allergies');
      const byHash = new Map([...written, ...byBob].map((entry) => [entry.hash, entry]));
      same(heads.damaged, []);
      same(heads.found.length, 702);
      for (const { hash, head, seq, device } of heads.found) {
        const entry = byHash.get(hash);
        same([toHex(head), seq, device], [toHex(entry?.head ?? filled(0)), entry?.seq, entry?.device]);
      }
      same(heads.found.filter((head) => head.covered !== undefined).map(hashOf), covered.map(hashOf));
      const { found, damaged } = await store.entries(chartOne, 'allergies');
      same(found.map(wholeEntry).map(toHex), [...written.slice(600), ...byBob].map(wholeEntry).map(toHex));
      same(damaged, []);
      same((await store.entries(chartOne, 'allergies', new Set(covered.map(hashOf)))).found, []);
      const after = (await store.chartState(chartOne)).found.get('allergies');
      same([after?.frontier, after?.entries], [before?.frontier, before?.entries]);
      same(
        (await store.snapshots(chartOne, 'allergies')).found.map(({ name }) => name),
        [first.name],
      );
      same(await hashesOf(store, chartOne, 'vitals'), elsewhere.map(hashOf));

      const next = chainOfEntries(701, { size: 20 }).slice(700);
      await mustCommit(store, { entries: next });
      same((await store.entries(chartOne, 'allergies')).found.length, 103);
    },
  },
  {
    title:
      '[SN-3] nothing is let go for a snapshot that is not kept; what goes by an earlier one that covers more goes on doing so',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(6);
      const [first, second] = [snapshotNamed('a'), snapshotNamed('b')];
      await mustCommit(store, { entries: written });
      const unkept = await store.commit({ replaced: [replacing(first, written)] });
      same(unkept.ok ? 'kept' : unkept.reason, 'not-covered');
      same(await hashesOf(store, chartOne, 'allergies'), written.map(hashOf));
      await mustCommit(store, { snapshots: [first, second], replaced: [replacing(first, written.slice(0, 4))] });
      // Nothing goes by the second, so it is gone.
      same((await namesOf(store)).join(), first.name);
      await mustCommit(store, { snapshots: [second] });
      await mustCommit(store, { replaced: [replacing(second, written.slice(0, 3))] });
      const goneBy = async (): Promise<readonly (SnapshotName | undefined)[]> => {
        const { found } = await store.heads(chartOne, 'allergies');
        return found.toSorted((a, b) => a.seq - b.seq).map(({ covered }) => covered?.by);
      };
      const [one, two] = [first.name, second.name];
      same(await goneBy(), [two, two, two, one, undefined, undefined]);
      same((await namesOf(store)).length, 2);
      await mustCommit(store, { replaced: [replacing(second, written.slice(0, 5))] });
      same(await goneBy(), [two, two, two, two, two, undefined]);
      same((await namesOf(store)).join(), two);
      same((await store.entries(chartOne, 'allergies')).found.length, 1);
    },
  },
  {
    title:
      "[SN-3] [ATTACK-56] one maker's newer snapshot takes the place of its older ones, but of none that was checked here",
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(6);
      const [first, second, third] = [snapshotNamed('a'), snapshotNamed('b'), snapshotNamed('c')];
      const by = (name: SnapshotName, some: readonly NewEntry[]): readonly CoveredHead[] =>
        some.map(({ ciphertext: _, ...head }) => ({ ...head, by: name, beside: false }));
      await mustCommit(store, { entries: written.slice(0, 2), snapshots: [first] });
      await mustCommit(store, { replaced: [replacing(first, written.slice(0, 2))] });
      await mustCommit(store, { snapshots: [second], covered: by(second.name, written.slice(2, 4)) });
      const former = new Set([first.name, second.name]);
      const place = { chart: chartOne, section: 'allergies' } as const;
      await mustCommit(store, {
        snapshots: [third],
        covered: by(third.name, written.slice(4)),
        superseded: [{ ...place, by: third.name, former }],
      });
      const { found } = await store.heads(chartOne, 'allergies');
      const goesBy = new Map(found.map(({ seq, covered }) => [seq, covered]));
      for (const seq of [1, 2]) same(goesBy.get(seq), { by: first.name, checked: true });
      for (const seq of [3, 4, 5, 6]) same(goesBy.get(seq), { by: third.name, checked: false });
      same([...(await namesOf(store))].sort(), [first.name, third.name].sort());
    },
  },
  {
    title:
      '[SN-2] [SN-3] a snapshot found wanting goes, its heads stay, and go by another that comes; one that nothing goes by goes',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(3);
      const [bad, good] = [snapshotNamed('a'), snapshotNamed('b')];
      const by = (name: SnapshotName, some: readonly NewEntry[], beside: boolean): readonly CoveredHead[] =>
        some.map(({ ciphertext: _, ...head }) => ({ ...head, by: name, beside }));
      await mustCommit(store, { snapshots: [bad], covered: by(bad.name, written, false) });
      await mustCommit(store, { refused: [bad] });
      same(await namesOf(store), []);
      same((await store.heads(chartOne, 'allergies')).found.length, 3);
      // The first is given whole, the second with another snapshot.
      await mustCommit(store, { beside: written.slice(0, 1) });
      await mustCommit(store, { snapshots: [good], covered: by(good.name, written.slice(1, 2), true) });
      const { found } = await store.heads(chartOne, 'allergies');
      const goesBy = new Map(found.map(({ seq, covered }) => [seq, covered?.by]));
      same([goesBy.get(1), goesBy.get(2), goesBy.get(3)], [undefined, good.name, bad.name]);
      same(await namesOf(store), [good.name]);
      await mustCommit(store, { beside: written.slice(1, 2) });
      same(await namesOf(store), []);
      same((await store.entries(chartOne, 'allergies')).found.length, 2);
    },
  },
  {
    title: '[SN-3] heads that come with a snapshot extend their chains; a covered entry given again is whole again',
    async run(bench) {
      const store = await bench.open();
      const written = chainOfEntries(5);
      const snapshot = snapshotNamed('a');
      const covered = written
        .slice(1, 4)
        .map(({ ciphertext: _, ...head }): CoveredHead => ({ ...head, by: snapshot.name, beside: false }));
      await mustCommit(store, { entries: written.slice(0, 1) });
      const without = await store.commit({ covered });
      same(without.ok ? 'kept' : without.reason, 'not-covered');
      await mustCommit(store, { snapshots: [snapshot], covered });
      await mustCommit(store, { entries: written.slice(4) });
      const state = (await store.chartState(chartOne)).found.get('allergies');
      same([state?.frontier[0]?.seq, state?.entries], [5, 5]);
      same(
        await hashesOf(store, chartOne, 'allergies'),
        [written[0], written[4]].map((entry) => entry?.hash),
      );
      const gap = await store.commit({ covered: covered.map((head) => ({ ...head, seq: head.seq + 7 })) });
      same(gap.ok ? 'kept' : gap.reason, 'gap');

      const branch = chainOfEntries(3, { salt: 9 }).slice(2);
      const apart = branch.map(({ ciphertext: _, ...head }) => ({ ...head, by: snapshot.name, beside: true }));
      await mustCommit(store, { covered: apart });
      await mustCommit(store, { covered: apart });
      const parted = (await store.chartState(chartOne)).found.get('allergies');
      same([parted?.frontier, parted?.entries], [state?.frontier, 6]);

      await mustCommit(store, { beside: written.slice(2, 3) });
      same(new Map(await coveredIn(store)).get(written[2]?.hash ?? hashOfHead(filled(0))), false);
      same(new Set(await hashesOf(store, chartOne, 'allergies')).has(written[2]?.hash ?? hashOfHead(filled(0))), true);
    },
  },
  {
    title: 'a removed chart leaves nothing, and its neighbours stay',
    async run(bench) {
      const store = await bench.open();
      const ops = [chartOne, chartTwo].map((c, i) => ({ log: charterLog(c), id: opId(filled(i)), bytes: filled(1) }));
      const held = [{ chart: chartOne, device: bob, section: 'allergies' as const, frontier: [], atMs: 1 }];
      await mustCommit(store, {
        entries: [...chainOfEntries(2), ...chainOfEntries(2, { chart: chartTwo })],
        ops,
        held,
      });
      await mustCommit(store, { snapshots: [snapshotNamed('a')] });
      same((await store.removeChart(chartOne)).ok, true);
      same((await store.snapshots(chartOne, 'allergies')).found, []);
      same([...(await store.chartStates()).found.keys()], [chartTwo]);
      same(await hashesOf(store, chartOne, 'allergies'), []);
      same((await store.ops(charterLog(chartOne))).found, []);
      same((await store.held(chartOne)).found, []);
      same((await store.ops(charterLog(chartTwo))).found.length, 1);
    },
  },
  {
    title: '[EN-10] sealed parts lie under their section, beside what names them, and what nothing names is swept',
    async run(bench) {
      const store = await bench.open();
      const part = (name: number, chart = chartOne, section: StoredHead['section'] = 'allergies') => ({
        ...{ chart, section, hash: chunkHash(filled(name)) },
        bytes: filled(name),
      });
      const [first] = chainOfEntries(1);
      if (first === undefined) throw new Error('one entry');
      const named = { ...first, chunks: [part(1).hash, part(2).hash] };
      await mustCommit(store, { chunks: [part(1), part(3), part(4, chartTwo), part(1, chartOne, 'results')] });
      await mustCommit(store, { entries: [named] });
      same([...((await store.chunk(chartOne, 'allergies', part(1).hash)) ?? [])], [...part(1).bytes]);
      same(await store.chunk(chartOne, 'allergies', part(2).hash), undefined);
      same(await store.chunk(chartOne, 'medications', part(1).hash), undefined);
      const names = async (...of: Parameters<Store['chunksNamed']>) =>
        (await store.chunksNamed(...of)).map(({ section, hash, device }) => [section, hash, device]);
      const { device } = first;
      same(await names(chartOne), [
        ['allergies', part(1).hash, device],
        ['allergies', part(2).hash, device],
      ]);
      same(await names(chartOne, 'allergies', part(2).hash), [['allergies', part(2).hash, device]]);
      same(await names(chartOne, 'results'), []);
      same((await names()).length, 2);
      same((await store.chunksHeld(chartOne)).length, 3);
      same((await store.sweepChunks(chartOne)).ok, true);
      same(await store.chunksHeld(chartOne), [{ chart: chartOne, section: 'allergies', hash: part(1).hash }]);
      same((await store.chunksHeld()).length, 2);
      same((await store.removeChart(chartOne)).ok, true);
      same(await store.chunksHeld(chartOne), []);
      same(await names(), []);
      same((await store.chunksHeld()).length, 1);
    },
  },
  {
    title: 'after closing, commits say so and reads throw',
    async run(bench) {
      const store = await bench.open();
      store.close();
      const result = await store.commit({ entries: chainOfEntries(1) });
      same(result.ok ? 'kept' : result.reason, 'closed');
      const read = await store.chartStates().then(
        () => 'read',
        () => 'threw',
      );
      same(read, 'threw');
    },
  },
  {
    title: '[EN-8] what a commit said was kept is there after a restart; after a wipe nothing is',
    async run(bench) {
      if (bench.reopen === undefined) return;
      const store = await bench.open();
      const written = chainOfEntries(3);
      await mustCommit(store, { entries: written, sealed: [{ key: 'vault', bytes: filled(1) }] });
      store.close();
      const again = await bench.reopen(store);
      same(await hashesOf(again, chartOne, 'allergies'), written.map(hashOf));
      await again.wipe();
      const empty = await bench.reopen(again);
      same((await empty.chartStates()).found.size, 0);
      same(await empty.sealed('vault'), undefined);
    },
  },
];

async function mustCommit(store: Store, batch: Parameters<Store['commit']>[0]): Promise<void> {
  const result = await store.commit(batch);
  if (!result.ok) throw new Error(`commit was refused: ${result.reason} ${result.detail ?? ''}`);
}

function snapshotNamed(letter: string, section: Section = 'allergies'): StoredSnapshot {
  const name = snapshotName(filled(letter.charCodeAt(0)));
  return { chart: chartOne, section, name, bytes: filled(letter.charCodeAt(0), 300) };
}

/** What a snapshot stands for. */
function replacing({ chart, section, name }: StoredSnapshot, entries: readonly NewEntry[]) {
  return { chart, section, by: name, entries: new Set(entries.map(hashOf)) };
}

async function namesOf(store: Store): Promise<readonly SnapshotName[]> {
  return [...(await store.snapshotNames(chartOne, 'allergies'))];
}

async function coveredIn(store: Store): Promise<readonly (readonly [EntryHash, boolean])[]> {
  return (await store.heads(chartOne, 'allergies')).found.map(
    ({ hash, covered }) => [hash, covered !== undefined] as const,
  );
}

const hashOf = (entry: { readonly hash: EntryHash }): EntryHash => entry.hash;

async function hashesOf(store: Store, chart: ChartId, section: Section): Promise<readonly EntryHash[]> {
  return (await store.entries(chart, section)).found.map(hashOf);
}

/** Equal as JSON: enough for ids, numbers and lists of them. */
function same(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`got ${a} and should be ${b}`);
}
