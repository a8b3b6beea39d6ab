/** What a packed frame says a thousand times for nothing is looked at once (protocol section 9). */
import { afterEach, expect, test, vi } from 'vitest';
import { encodeSignedOp } from '../../src/access/operation.ts';
import * as sign from '../../src/crypto/sign.ts';
import { checkCharterOps } from '../../src/net/verify-charter-ops.ts';
import { verifyEntries } from '../../src/net/verify-entries.ts';
import { decodeFrame, encodeFrame } from '../../src/net/wire.ts';
import { RosterBook } from '../../src/replica/roster-book.ts';
import { sealSample } from '../crypto/fixtures.ts';
import { mustHave, mustOk, TestChart, TestPractice } from '../access/support/practices.ts';

vi.mock('../../src/crypto/sign.ts', { spy: true });

afterEach(() => vi.mocked(sign.verify).mockClear());

const times = 1000;

test('an operation of a charter many times in a frame costs one signature, and is answered for each time', async () => {
  const clinic = await TestPractice.found('clinic');
  const peer = await TestPractice.found('peer');
  const chart = await TestChart.begin('chart', clinic, peer);
  await chart.grant(clinic.author(), peer, ['medications'], 'read');
  const [create] = chart.ops;
  const { chart: id } = mustHave(create).log;
  const [first, second] = chart.ops.map(({ signed }) => encodeSignedOp(signed));
  const ops = [mustHave(second), ...Array<typeof first>(times).fill(first).map(mustHave)];
  const frame = encodeFrame({ kind: 'charterOps', charters: [{ chart: id, ops }] });
  expect(frame.length).toBeLessThan(10_000);
  const message = mustOk(decodeFrame(frame));
  if (message.kind !== 'charterOps') throw new Error('it says what it said');
  const [found = []] = await checkCharterOps(message.charters);
  expect(vi.mocked(sign.verify)).toHaveBeenCalledTimes(2);
  const ids = chart.ops.map(({ id }) => id);
  expect(found.map((one) => mustOk(one).id)).toEqual([ids[1], ...Array<unknown>(times).fill(ids[0])]);
});

test('so does one of a roster', async () => {
  const clinic = await TestPractice.found('clinic');
  const [op] = clinic.ops;
  const book = new RosterBook();
  const bytes = Array<Uint8Array>(times).fill(encodeSignedOp(mustHave(op).signed));
  const found = mustOk(await book.checkEach(clinic.id, bytes));
  expect(found.map((one) => [one.op.id, one.found])).toEqual(Array<unknown>(times).fill([mustHave(op).id, 'new']));
  expect(vi.mocked(sign.verify).mock.calls.length).toBeLessThan(4);
});

test('and an entry of a section, which is answered for each time', async () => {
  const { header, bytes } = await sealSample('repeated entries');
  const { chart, section } = header;
  const entries = Array<typeof bytes>(times).fill(bytes);
  const [found] = await verifyEntries([{ chart, section, entries }]);
  expect(found?.verified).toHaveLength(times);
  expect(found?.faults).toEqual([]);
  expect(vi.mocked(sign.verify)).toHaveBeenCalledTimes(1);
});
