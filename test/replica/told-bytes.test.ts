/** Operations handed on as they lie on the disk: which, in what order, and what looking at them costs in hashes. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeSignedOp } from '../../src/access/operation.ts';
import type { OpId } from '../../src/base/ids.ts';
import * as hash from '../../src/crypto/hash.ts';
import { storedOpsBeyond } from '../../src/replica/told-bytes.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { charterLog, type Store } from '../../src/store/store.ts';
import { flipBit } from '../crypto/fixtures.ts';
import { mustHave, TestChart, TestPractice } from '../access/support/practices.ts';

vi.mock('../../src/crypto/hash.ts', { spy: true });

let chart: TestChart;
let store: Store;

beforeEach(async () => {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  chart = await TestChart.begin('chart', clinic, peer);
  for (const right of ['read', 'write'] as const) await chart.grant(clinic.author(), peer, ['problems'], right);
  store = openMemoryStore();
});

afterEach(() => {
  vi.mocked(hash.sha256).mockClear();
  vi.mocked(hash.taggedHash).mockClear();
});

async function keep(bytesOf = (_id: OpId, bytes: ReturnType<typeof encodeSignedOp>) => bytes): Promise<void> {
  const log = charterLog(mustHave(chart.ops[0]).log.chart);
  await store.commit({
    ops: chart.ops.map(({ id, signed }) => ({ log, id, bytes: bytesOf(id, encodeSignedOp(signed)) })),
  });
}

const beyond = (known: readonly OpId[]) => storedOpsBeyond(store, mustHave(chart.ops[0]).log.chart, known);

test('each after those it cites, without what is known, at one hash an operation and one an author', async () => {
  await keep();
  vi.mocked(hash.sha256).mockClear();
  vi.mocked(hash.taggedHash).mockClear();
  const all = await beyond([]);
  expect(all.map(({ id }) => id)).toEqual(chart.ops.map(({ id }) => id));
  expect(vi.mocked(hash.sha256)).toHaveBeenCalledTimes(chart.ops.length);
  expect(vi.mocked(hash.taggedHash).mock.calls.length).toBeLessThanOrEqual(1);
  const [, second] = chart.ops;
  expect((await beyond([mustHave(second).id])).map(({ id }) => id)).toEqual(chart.ops.slice(2).map(({ id }) => id));
});

test('what is damaged, or lies under another name, is left out with nothing else', async () => {
  const [, second, third] = chart.ops;
  const [twisted, misnamed] = [mustHave(second), mustHave(third)];
  await keep((id, bytes) => {
    if (id === twisted.id) return flipBit(bytes, 8 * 40);
    return id === misnamed.id ? encodeSignedOp(twisted.signed) : bytes;
  });
  const left = chart.ops.filter((op) => op !== twisted && op !== misnamed);
  expect((await beyond([])).map(({ id }) => id)).toEqual(left.map(({ id }) => id));
});
