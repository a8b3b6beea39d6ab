/**
 * The Negentropy messages against the published description, version 1. The frozen messages were made once by running the
 * description's own reference implementation in JavaScript (hoytech/negentropy at 6edb041) on the ids SHA-256("leaf n"), time 0;
 * it was also run against reconciler.ts in both roles over 600 random pairs of sets. It is no dependency.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { chartId, type ChartId } from '../../src/base/ids.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { fingerprintOf, KeptLeaves, Leaves } from '../../src/net/leaves.ts';
import { maxQuestions, maxRangesBytes, maxRangesPerMessage } from '../../src/net/limits.ts';
import { decodeMessage, encodeMessage, encodeNumber, endless, type Range } from '../../src/net/negentropy.ts';
import { Reconciler } from '../../src/net/reconciler.ts';
import { mustHave, mustOk } from '../access/support/practices.ts';

const leaf = (n: number): Bytes => sha256(toUtf8(`leaf ${n}`));
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
/** Chart and leaf by the same id: what differs is then read off directly. */
const setOf = (ids: readonly Bytes[]): Leaves =>
  new Leaves(
    new Map(ids.map((id) => [chartId(id), id])),
    ids.map((id) => ({ chart: chartId(id), id })),
  );
const hex = (text: string): Bytes => mustHave(fromHex(text));

const question = hex(
  '6101011601bf0bcbeed58bed7b16b62849f913117a01012601a78a47c1c5be403a966677b2008e2de201013401d50f4f8c03' +
    '581c284ea973886d12d8d1010148018dbd6262ef75303e2fc9e8cf977641e8010252f001cbdc6881895fe73ebaf9700e2f73' +
    'f66101015d01eb0eb3174f6e51015ed8f5b0d1b8f4e001027956019cedd2673af6f1a6cce0f63cb5c48788010292ab01b14c' +
    'e173455dd8d93d247b57e5d728c401019c01062dd6ab0e17a83b109778fbd36c2b950101aa015de3b81c9f75aed4e674a587' +
    '3627ff320101ba01015bc75ec3fddf13924cb3adce87340b0101ca01c47d260fd290ae18941dc0474eb1786d0101d801fbff' +
    '6c815042595e9841e70f9aad8fc50101e8013b57a0011d37cf0d6aee43ee33fc69290101f10120a0e9b3bf4c7165348c5b64' +
    '5d2c8fa200000104c031139f8c82bf92a82ec365e16c68',
);
const answer = hex(
  '610102795600010292ab02057956b496231095b803ef9abfe91b7a2ed985280a5c240db0bfaf3470187b222b82794c4a7f08' +
    '9aebaaab44e5fd035f0633c15c2f60b254aca59a86bc3e11222284d754ad7833f85b8b92daf26e11d7aa0b9d28cab978c457' +
    'bfe27b8612d004738678c9ac66cd9592a66aa34ae9aee1c97b3772a242968c40019ab302dcb868029258ed7255057ea71ed1' +
    '98f3902c44b49f6bf84f3b92ae9922e563e6d22f85690101aa000101ba0207aa0251dbb6be2d61e4b89b2a32a9345028da94' +
    '5e8fa3bd949fa658b8537495c8aff3a5f54c682cebd0371d2f675553054ce34a30d3d9055ac8e32e68efee5cf1b19d2087ac' +
    'bd67280509e9b2899a00931d15a0e027fd3e5580f47c1197add704b6a0e8cf9579fb2941f26b0a1e5bb58408de0a0ecdae39' +
    '94b2ddafc79f68eb25b789e63ed0a8dd152a5b020b53e0c9d7a2522b93702c255d2847575ebea98a92b7ca5fcb2231351616' +
    '322ddcb7fe19e5e81e4b897285513bd068afd6505e56d2b91137035670e87737d52bada60db567e836f928e4aac2467cd463' +
    '0164d07f9e',
);

describe('the published messages', () => {
  test('[RE-2] numbers are written in base 128, most significant digit first, in as few digits as there are', () => {
    const written = [0, 1, 127, 128, 129, 16_383, 16_384, 2 ** 32, Number.MAX_SAFE_INTEGER].map((n) =>
      toHex(encodeNumber(n)),
    );
    expect(written).toEqual(['00', '01', '7f', '8100', '8101', 'ff7f', '818000', '9080808000', '8fffffffffffff7f']);
  });

  test('[RE-2] the reference question and answer are read, and written again to the same bytes', () => {
    for (const message of [question, answer])
      expect(toHex(encodeMessage(mustOk(decodeMessage(message))))).toBe(toHex(message));
    const modes = mustOk(decodeMessage(answer)).map(({ mode }) => mode);
    expect(modes).toEqual(['skip', 'ids', 'skip', 'ids', 'skip', 'ids'].slice(0, modes.length));
  });

  test('[RE-2] the reference fingerprints are those of our leaves in the same ranges', () => {
    const ours = setOf(numbers(0, 100).map(leaf));
    let from = 0;
    for (const range of mustOk(decodeMessage(question))) {
      const to = ours.indexOf(range.end);
      if (range.mode !== 'fingerprint') throw new Error('sixteen fingerprints');
      expect(toHex(ours.fingerprintBetween(from, to))).toBe(toHex(range.fingerprint));
      from = to;
    }
    expect(from).toBe(100);
  });

  test('[RE-2] the reference question is answered, and its answer tells what differs', () => {
    const theirs = setOf([...numbers(0, 37), ...numbers(38, 100), 200].map(leaf));
    const said = mustOk(new Reconciler(theirs, 100, false).hear(question));
    const asking = new Reconciler(setOf(numbers(0, 100).map(leaf)), 100, true);
    expect(mustOk(asking.hear(answer))).toBeUndefined();
    expect([...asking.extra]).toEqual([chartId(leaf(37))]);
    expect([...asking.lacking.keys()]).toEqual([toHex(leaf(200))]);
    // Fewer leaves than the reference's own threshold: named in the same ranges.
    expect(toHex(mustHave(said))).toBe(toHex(answer));
  });

  test('[RE-2] the fingerprint is of the sum mod 2^256 as little-endian number and the count', () => {
    const all = new Uint8Array(32).fill(255);
    const one = new Uint8Array(32);
    one[0] = 1;
    const zeroOf = (count: number): string =>
      toHex(sha256(new Uint8Array([...new Uint8Array(32), ...encodeNumber(count)])).slice(0, 16));
    expect(toHex(fingerprintOf([]))).toBe(zeroOf(0));
    // All ones and one: carried out of every digit, and not the empty set.
    expect(toHex(fingerprintOf([all, one]))).toBe(zeroOf(2));
    expect(zeroOf(2)).not.toBe(zeroOf(0));
  });
});

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes));
const ids = (maxLength: number): fc.Arbitrary<Bytes[]> => fc.uniqueArray(id, { maxLength, selector: toHex });

/** Rounds, bytes and what was found. */
function reconcile(mine: Leaves, theirs: Leaves) {
  const asking = new Reconciler(mine, theirs.count, true);
  const answering = new Reconciler(theirs, mine.count, false);
  let rounds = 0;
  let bytes = 0;
  let said: Bytes | undefined = asking.firstQuestion();
  while (said !== undefined) {
    const reply: Bytes = mustHave(mustOk(answering.hear(said)));
    rounds += 1;
    bytes += said.length + reply.length;
    expect(Math.max(said.length, reply.length)).toBeLessThanOrEqual(maxRangesBytes);
    said = mustOk(asking.hear(reply));
  }
  return { rounds, bytes, extra: [...asking.extra].sort(), lacking: [...asking.lacking.keys()].sort() };
}

describe('two sets', () => {
  test('[RE-2] any two find out exactly what differs', () => {
    fc.assert(
      fc.property(ids(300), ids(80), ids(80), (both, mine, theirs) => {
        const [a, b] = [setOf([...both, ...mine]), setOf([...both, ...theirs])];
        const found = reconcile(a, b);
        expect(found.extra).toEqual(mine.map(toHex).sort());
        expect(found.lacking).toEqual(theirs.map(toHex).sort());
      }),
      { numRuns: 150 },
    );
  });

  test('[RE-2] of neighbours that share all but their last byte too', () => {
    const near = (last: number): Bytes => new Uint8Array(32).fill(7, 0, 31).fill(last, 31);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(255)), fc.uniqueArray(fc.nat(255)), (mine, theirs) => {
        const found = reconcile(setOf(mine.map(near)), setOf(theirs.map(near)));
        const only = (of: number[], others: number[]): string[] =>
          of
            .filter((n) => !others.includes(n))
            .map((n) => toHex(near(n)))
            .sort();
        expect(found.extra).toEqual(only(mine, theirs));
        expect(found.lacking).toEqual(only(theirs, mine));
      }),
      { numRuns: 100 },
    );
  });

  test('[RE-2] of ten thousand leaves, 1, 10 or 100 differing are found in one question and one answer', () => {
    const costOf = (differing: number) => {
      const same = numbers(0, 10_000 - differing).map(leaf);
      const mine = numbers(20_000, 20_000 + differing).map(leaf);
      const theirs = numbers(30_000, 30_000 + differing).map(leaf);
      const { rounds, bytes, extra, lacking } = reconcile(setOf([...same, ...mine]), setOf([...same, ...theirs]));
      expect([extra.length, lacking.length]).toEqual([differing, differing]);
      return { rounds, bytes };
    };
    expect([1, 10, 100].map(costOf)).toMatchInlineSnapshot(`
      [
        {
          "bytes": 8659,
          "rounds": 1,
        },
        {
          "bytes": 27292,
          "rounds": 1,
        },
        {
          "bytes": 156045,
          "rounds": 1,
        },
      ]
    `);
  });

  test('[RE-2] what one side lacks altogether comes in messages that fit a frame', () => {
    const found = reconcile(setOf([leaf(0)]), setOf(numbers(0, 40_000).map(leaf)));
    expect(found.lacking).toHaveLength(39_999);
    expect(found.rounds).toMatchInlineSnapshot(`3`);
  });
});

describe('hostile messages', () => {
  const heard = (message: Bytes, leaves = setOf(numbers(0, 100).map(leaf))): string => {
    const result = new Reconciler(leaves, 100, false).hear(message);
    return result.ok ? 'answered' : result.reason;
  };
  const fingerprint = '00'.repeat(16);

  test('[RE-2] each kind of malformed message is refused by name', () => {
    const refused: Record<string, string> = {
      '': 'cut-short',
      '60': 'version',
      '62': 'version',
      // a number with a leading zero digit, one beyond what numbers hold, one that never ends
      '61800000': 'number',
      [`61${'ff'.repeat(9)}7f0000`]: 'number',
      [`61${'ff'.repeat(200)}`]: 'number',
      // an id of 33 bytes; endless and yet with an id
      [`610121${'aa'.repeat(33)}00`]: 'bound',
      '610001aa00': 'bound',
      // a range that ends before it begins; anything after the end
      '610101aa000101a900': 'order',
      '61000000000000': 'order',
      '61000003': 'mode',
      [`61000001${fingerprint.slice(2)}`]: 'cut-short',
      // four thousand million ids, and no byte of them
      '61000002908080800000': 'cut-short',
      [`610101aa0201${'bb'.repeat(32)}`]: 'id-outside-range',
      [`610101aa0000000201${'a9'.repeat(32)}`]: 'id-outside-range',
      [`6100000202${'bb'.repeat(64)}`]: 'id-twice',
    };
    for (const [message, reason] of Object.entries(refused))
      expect([message, heard(hex(message))]).toEqual([message, reason]);
  });

  test('[RE-2] more ranges than a message may have are not looked at', () => {
    const empty: Range[] = Array.from({ length: maxRangesPerMessage + 1 }, () => ({
      mode: 'skip',
      end: { time: 0, prefix: Uint8Array.of(1) },
    }));
    expect(heard(encodeMessage(empty.slice(1)))).toBe('answered');
    expect(heard(encodeMessage(empty))).toBe('too-many-ranges');
  });

  test('[RE-2] whoever asks for ever, or names more than it said to have, is refused', () => {
    const ours = setOf(numbers(0, 100).map(leaf));
    const endlessly = new Reconciler(ours, 100, false);
    const again = encodeMessage([{ mode: 'fingerprint', end: endless, fingerprint: hex(fingerprint) }]);
    for (let i = 0; i < maxQuestions; i++) expect(endlessly.hear(again).ok).toBe(true);
    expect(endlessly.hear(again)).toMatchObject({ ok: false, reason: 'endless' });
    const asking = new Reconciler(ours, 3, true);
    const named = encodeMessage([{ mode: 'ids', end: endless, ids: numbers(500, 504).map(leaf) }]);
    expect(asking.hear(named)).toMatchObject({ ok: false, reason: 'more-than-it-has' });
  });

  test('[RE-2] no bytes make it throw, and no answer is longer than it may be', () => {
    const ours = setOf(numbers(0, 2000).map(leaf));
    const numberOrByte = fc.constantFrom(0, 1, 2, 16, 32, 0x61, 0x80, 0xff);
    fc.assert(
      fc.property(fc.array(fc.oneof(numberOrByte, fc.nat(255)), { maxLength: 300 }), fc.boolean(), (bytes, asks) => {
        const said = new Reconciler(ours, 10, asks).hear(new Uint8Array([0x61, ...bytes]));
        if (said.ok && said.value !== undefined) expect(said.value.length).toBeLessThanOrEqual(maxRangesBytes);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('leaves', () => {
  const digests = (count: number): Map<ChartId, Bytes> =>
    new Map(numbers(0, count).map((n) => [chartId(leaf(n)), leaf(n + 1_000_000)]));
  const never = (): Promise<void> => Promise.reject(new Error('too few to pause for'));

  test('[RE-2] are other ids to every pair of devices, so that nobody else can look for sets that look alike', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map((secret) => new KeptLeaves().of(new Uint8Array(32).fill(secret), digests(3), never)),
    );
    expect(toHex(mustHave(one).fingerprint)).not.toBe(toHex(mustHave(other).fingerprint));
  });

  test('[RE-2] stay as they are while the host gives the same; what changed alone is made anew', async () => {
    const kept = new KeptLeaves();
    const secret = new Uint8Array(32).fill(1);
    const given = digests(50);
    const first = await kept.of(secret, given, never);
    expect(await kept.of(secret, given, never)).toBe(first);
    const changed = new Map(given).set(chartId(leaf(7)), leaf(7));
    const second = await kept.of(secret, changed, never);
    expect(toHex(second.fingerprint)).not.toBe(toHex(first.fingerprint));
    expect(toHex(second.fingerprint)).toBe(toHex((await new KeptLeaves().of(secret, changed, never)).fingerprint));
    const same = second.sorted.filter(({ id: mine }) => first.sorted.some((leaf) => leaf.id === mine));
    expect(same).toHaveLength(49);
  });

  test('[RE-2] ten thousand are hashed with pauses the first time, and without afterwards', async () => {
    const kept = new KeptLeaves();
    const secret = new Uint8Array(32).fill(1);
    let pauses = 0;
    const breathe = (): Promise<void> => {
      pauses += 1;
      return Promise.resolve();
    };
    await kept.of(secret, digests(10_000), breathe);
    expect(pauses).toBe(20);
    await kept.of(secret, digests(10_000).set(chartId(leaf(7)), leaf(7)), breathe);
    expect(pauses).toBe(20);
  });
});
