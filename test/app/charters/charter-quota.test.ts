/** What a practice may fill a charter with that is not its own to keep (CH-11), and that nobody else suffers by it. */
import { describe, expect, test } from 'vitest';
import type { DeviceId, OpId, PracticeId } from '../../../src/base/ids.ts';
import { overForeignQuota, type CountedOp } from '../../../src/replica/charter-quota.ts';

const limits = { ops: 3, bytes: 1_000 };
const practiceOf = (device: DeviceId): PracticeId | undefined =>
  device.includes('-') ? (device.split('-')[0] as PracticeId) : undefined;
const uncounted = new Set(['keeper' as PracticeId, 'us' as PracticeId]);

/** `author` is the practice; its device is `practice-1`, or a stranger's when told. */
function op(id: string, author: string, prev: readonly string[] = [], told: Partial<CountedOp> = {}): CountedOp {
  return {
    id: id as OpId,
    prev: prev as readonly OpId[],
    practice: author as PracticeId,
    signer: `${author}-1` as DeviceId,
    byRoot: false,
    signed: { bytes: { length: 10 } },
    ...told,
  };
}
const many = (author: string, howMany: number, from = 0): CountedOp[] =>
  Array.from({ length: howMany }, (_, i) => op(`${author}${from + i}`, author));
const over = (known: readonly CountedOp[], fresh: readonly CountedOp[]): readonly string[] => [
  ...overForeignQuota({ known, fresh, uncounted, practiceOf }, limits).keys(),
];

describe('the operations of others in one charter', () => {
  test('[CH-11] have room for so many of each author, held ones counted, and not for one more', () => {
    expect(over([], many('bob', 3))).toEqual([]);
    expect(over([], many('bob', 4))).toEqual(['bob3']);
    expect(over(many('bob', 2), many('bob', 3, 2))).toEqual(['bob3', 'bob4']);
    expect(over([], [op('big', 'bob', [], { signed: { bytes: { length: 1_001 } } }), ...many('bob', 1)])).toEqual([
      'big',
    ]);
  });

  test('[CH-11] a full room of one author takes nothing from another, from the custodian or from us', () => {
    const held = [...many('bob', 3), ...many('nobody', 3).map((one) => ({ ...one, signer: 'stranger' as DeviceId }))];
    expect(over(held, [...many('carol', 3), ...many('keeper', 9), ...many('us', 9)])).toEqual([]);
  });

  test('[CH-11] what the custodian built on has room however much there is: its acts never wait for want of it', () => {
    const chain = Array.from({ length: 9 }, (_, i) => op(`x${i}`, 'bob', i === 0 ? [] : [`x${i - 1}`]));
    expect(over([], chain)).toEqual(['x3', 'x4', 'x5', 'x6', 'x7', 'x8']);
    expect(over([], [...chain, op('stop', 'keeper', ['x8'])])).toEqual([]);
    // The act came before what it stands on, which was refused then.
    expect(over([...chain.slice(0, 3), op('stop', 'keeper', ['x8'])], chain.slice(3))).toEqual([]);
    expect(over([...chain, op('stop', 'keeper', ['x8'])], many('bob', 3))).toEqual([]);
  });

  test('[CH-11] who says it is of the custodian’s practice, by a key that no roster here names, is counted with all such', () => {
    const liar = { signer: 'stranger' as DeviceId };
    expect(
      over(
        [],
        many('keeper', 4).map((one) => ({ ...one, ...liar })),
      ),
    ).toEqual(['keeper3']);
    expect(
      over(
        [],
        [...many('a', 2), ...many('b', 2)].map((one) => ({ ...one, ...liar })),
      ),
    ).toEqual(['b1']);
    // By its root key it has signed for itself.
    expect(
      over(
        [],
        many('keeper', 4).map((one) => ({ ...one, ...liar, byRoot: true })),
      ),
    ).toEqual([]);
  });
});
