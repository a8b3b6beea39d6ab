/**
 * What the bodies of covered entries said besides their changes, in runs (SN-1): under which nonce each was written (EN-4),
 * how many changes it holds, and which import it is part of (EN-9). With the saved document this is all the bodies said.
 *
 *     manifest   one item a chain, in the order of the header's `covers`:
 *                [[[nonce 16, entries], …], [[changes, entries], …], [[first seq, entries, batch id 16, index, count], …]]
 *
 * Runs are as long as they can be, so that one set of bodies has one encoding. Entries outside the third list are of no batch.
 */
import { fromHex, toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../base/codec.ts';
import { maxBatchEntries, maxChainSeq, maxChangesPerEntry } from '../base/limits.ts';
import { err, ok, type Result } from '../base/result.ts';
import { actorNonceBytes } from './chain.ts';
import { integerFrom, type FrontierItem } from './entry-fields.ts';
import type { EntryBatch } from './sealed-entry.ts';

/** A body without its changes: these are the next of its actor, so many. */
export interface CoveredBody {
  readonly nonce: Bytes;
  readonly changes: number;
  readonly batch?: EntryBatch;
}

/** The bodies of one chain, from its first entry on. */
export type CoveredChain = readonly CoveredBody[];

interface BatchRun {
  readonly seq: number;
  entries: number;
  readonly batch: EntryBatch;
}

export function encodeManifest(chains: readonly CoveredChain[]): Bytes {
  return encodeCanonical(
    chains.map((bodies) => [
      runsOf(bodies.map(({ nonce }) => toHex(nonce))).map(([nonce, entries]) => [mustFromHex(nonce), entries]),
      runsOf(bodies.map(({ changes }) => changes)).map(([changes, entries]) => [changes, entries]),
      batchRuns(bodies).map(({ seq, entries, batch: { id, index, count } }) => [
        seq,
        entries,
        mustFromHex(id),
        index,
        count,
      ]),
    ]),
  );
}

/** Strict: exactly one item for every covered chain, and as many bodies in it as the chain has entries. */
export function decodeManifest(
  bytes: Uint8Array,
  covers: readonly FrontierItem[],
  maxEntries: number,
): Result<readonly CoveredChain[], 'malformed' | 'too-large'> {
  // Runs are not expanded before it is known how much they stand for.
  if (covers.reduce((sum, { seq }) => sum + seq, 0) > maxEntries) return err('too-large', 'entries');
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok || !isList(decoded.value) || decoded.value.length !== covers.length)
    return err('malformed', 'manifest');
  const chains: CoveredChain[] = [];
  for (const [i, { seq }] of covers.entries()) {
    const chain = chainFrom(decoded.value[i], seq);
    if (chain === undefined) return err('malformed', 'manifest of a chain');
    chains.push(chain);
  }
  return ok(chains);
}

function chainFrom(value: CborValue | undefined, length: number): CoveredChain | undefined {
  if (!isList(value) || value.length !== 3) return undefined;
  const nonces = expand(value[0], length, nonceFrom, (a, b) => toHex(a) === toHex(b));
  const changes = expand(
    value[1],
    length,
    (item) => integerFrom(item, 1, maxChangesPerEntry),
    (a, b) => a === b,
  );
  const batches = batchesFrom(value[2], length);
  if (nonces === undefined || changes === undefined || batches === undefined) return undefined;
  const bodies = nonces.map((nonce, i): CoveredBody => {
    const batch = batches.get(i + 1);
    return { nonce, changes: changes[i] ?? 0, ...(batch === undefined ? {} : { batch }) };
  });
  // Runs that could be longer are another encoding of the same.
  return sameBatchRuns(batchRuns(bodies), value[2]) ? bodies : undefined;
}

function nonceFrom(value: CborValue | undefined): Bytes | undefined {
  return value instanceof Uint8Array && value.length === actorNonceBytes ? new Uint8Array(value) : undefined;
}

function expand<T>(
  runs: CborValue | undefined,
  length: number,
  itemFrom: (value: CborValue | undefined) => T | undefined,
  same: (a: T, b: T) => boolean,
): readonly T[] | undefined {
  if (!isList(runs)) return undefined;
  const items: T[] = [];
  for (const run of runs) {
    if (!isList(run) || run.length !== 2) return undefined;
    const item = itemFrom(run[0]);
    const entries = integerFrom(run[1], 1, length - items.length);
    const last = items.at(-1);
    if (item === undefined || entries === undefined || (last !== undefined && same(last, item))) return undefined;
    for (let i = 0; i < entries; i++) items.push(item);
  }
  return items.length === length ? items : undefined;
}

function batchesFrom(runs: CborValue | undefined, length: number): ReadonlyMap<number, EntryBatch> | undefined {
  if (!isList(runs)) return undefined;
  const batches = new Map<number, EntryBatch>();
  let next = 1;
  for (const run of runs) {
    if (!isList(run) || run.length !== 5) return undefined;
    const seq = integerFrom(run[0], next, Math.min(length, maxChainSeq));
    const entries = seq === undefined ? undefined : integerFrom(run[1], 1, length - seq + 1);
    const id = nonceFrom(run[2]);
    const count = integerFrom(run[4], 1, maxBatchEntries);
    const index = count === undefined ? undefined : integerFrom(run[3], 0, count - 1);
    if (seq === undefined || entries === undefined || id === undefined) return undefined;
    if (count === undefined || index === undefined || index + entries > count) return undefined;
    for (let i = 0; i < entries; i++) batches.set(seq + i, { id: toHex(id), index: index + i, count });
    next = seq + entries;
  }
  return batches;
}

function batchRuns(bodies: CoveredChain): readonly BatchRun[] {
  const runs: BatchRun[] = [];
  for (const [i, { batch }] of bodies.entries()) {
    if (batch === undefined) continue;
    const run = runs.at(-1);
    const follows =
      run !== undefined &&
      run.seq + run.entries === i + 1 &&
      run.batch.id === batch.id &&
      run.batch.count === batch.count &&
      run.batch.index + run.entries === batch.index;
    if (follows) run.entries += 1;
    else runs.push({ seq: i + 1, entries: 1, batch });
  }
  return runs;
}

function sameBatchRuns(runs: readonly BatchRun[], value: CborValue | undefined): boolean {
  return isList(value) && value.length === runs.length;
}

function runsOf<T>(items: readonly T[]): readonly (readonly [T, number])[] {
  const runs: [T, number][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run?.[0] === item) run[1] += 1;
    else runs.push([item, 1]);
  }
  return runs;
}

function isList(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

function mustFromHex(text: string): Bytes {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error('a nonce and a batch are named in lowercase hex');
  return bytes;
}
