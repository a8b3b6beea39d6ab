/** What is still in memory of what became durable: never more than the disk would say, and nothing where it can't know. */
import { describe, expect, test } from 'vitest';
import { chainNameOf } from '../../src/crypto/entry.ts';
import { extendedState, RecentEntries } from '../../src/net/recent-entries.ts';
import type { Frontier } from '../../src/net/replication-host.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import type { NewEntry, SectionState } from '../../src/store/store.ts';
import { chainOfEntries, chartOne } from '../contracts/store-contract.ts';
import { mustBeOk } from '../crypto/fixtures.ts';

const section = 'allergies';

function frontierOf(entry: NewEntry | undefined): Frontier {
  if (entry === undefined) return [];
  const { device, stint, seq, hash } = entry;
  return [{ chain: chainNameOf(device, stint), seq, hash }];
}

function stateOf(entries: readonly NewEntry[]): SectionState {
  const state = extendedState(undefined, entries);
  if (state === undefined) throw new Error('a chain from its start extends nothing');
  return state;
}

describe('entries that became durable a moment ago', () => {
  test('[RE-5] what lies beyond a frontier is answered from memory when all of it is there', () => {
    const entries = chainOfEntries(5);
    const recent = new RecentEntries();
    recent.note(entries.slice(2));
    const beyond = recent.beyond(stateOf(entries), frontierOf(entries[1]));
    expect(beyond?.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(recent.beyond(stateOf(entries), frontierOf(entries[4]))).toEqual([]);
  });

  test('[CUT-8] nothing is said of a chain that does not lead back to what the other names', () => {
    const entries = chainOfEntries(4);
    const others = chainOfEntries(4, { salt: 1 });
    const recent = new RecentEntries();
    recent.note(entries);
    expect(recent.beyond(stateOf(entries), frontierOf(others[1]))).toBeUndefined();
    expect(recent.beyond(stateOf(entries), frontierOf(others[3]))).toBeUndefined();
  });

  test('nothing is said where an entry in between is not in memory', () => {
    const entries = chainOfEntries(5);
    const recent = new RecentEntries();
    recent.note(entries.slice(3));
    expect(recent.beyond(stateOf(entries), frontierOf(entries[1]))).toBeUndefined();
    expect(recent.all([entries[0], entries[4]].flatMap((entry) => entry?.hash ?? []))).toBeUndefined();
  });

  test('memory is bounded: the oldest go first, and large ones do not enter', () => {
    const entries = chainOfEntries(300);
    const large = chainOfEntries(1, { salt: 7, size: 20_000 });
    const recent = new RecentEntries();
    for (const entry of entries) recent.note([entry]);
    recent.note(large);
    const kept = recent.of(chartOne, section);
    expect(kept.map(({ seq }) => seq)).toEqual(entries.slice(-256).map(({ seq }) => seq));
  });

  test('what is kept is a copy of its own, not a view that holds a whole frame in memory', () => {
    const frame = new Uint8Array(200_000);
    const [entry] = chainOfEntries(1);
    if (entry === undefined) throw new Error('one entry');
    const recent = new RecentEntries();
    recent.note([{ ...entry, head: frame.subarray(0, 60), ciphertext: frame.subarray(60, 160) }]);
    const [kept] = recent.of(chartOne, section);
    expect(kept?.head.buffer.byteLength).toBe(60);
    expect(kept?.ciphertext.buffer.byteLength).toBe(100);
  });

  test('the state worked out for a chain that grew is the one the store reads', async () => {
    const entries = chainOfEntries(3);
    const store = openMemoryStore();
    mustBeOk(await store.commit({ entries }));
    const read = (await store.chartState(chartOne)).found.get(section);
    expect(stateOf(entries)).toEqual(read);
    expect(extendedState(stateOf(entries.slice(0, 1)), entries.slice(1))).toEqual(read);
  });

  test('[EN-8] no state is worked out over a gap or another branch: the store is asked', () => {
    const entries = chainOfEntries(3);
    expect(extendedState(undefined, entries.slice(1))).toBeUndefined();
    const other = chainOfEntries(3, { salt: 1 });
    expect(extendedState(stateOf(entries.slice(0, 1)), other.slice(1))).toBeUndefined();
  });
});
