/** An exchange file in which heads stand in other records than the snapshots they go by, and before what lets them be taken (RE-5). */
import { expect, test, vi } from 'vitest';
import type { LooseEntries } from '../../../src/app/sections/compaction.ts';
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';
import { idBytes } from '../../../src/base/ids.ts';
import { decodeExchangeRecord, frameRecord } from '../../../src/app/exchange/exchange-records.ts';
import { ExchangeFile, sealExchangeFile } from '../../../src/crypto/exchange-file.ts';
import { decodeFrame, encodeFrame } from '../../../src/net/wire.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { breakIn } from '../support/break-in.ts';
import { adaWith, amlodipine, problem, textOf } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, opened, until, World } from '../support/world.ts';

vi.mock('../../../src/app/sections/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: ({ entries }: LooseEntries) => entries > 0,
}));

const quiet = (): void => undefined;
const never = new AbortController().signal;
const passphrase = 'correct horse battery';

/** Every item of an entries frame in a frame of its own; these first, then the rest but the first record, which says who wrote it. */
function tornApart(records: readonly Bytes[]): readonly Uint8Array[] {
  const items: Uint8Array[] = [];
  const others: Uint8Array[] = [];
  for (const bytes of records.slice(1)) {
    const record = mustHave(decodeExchangeRecord(bytes));
    const message = record.kind === 'frame' ? mustBeOk(decodeFrame(record.frame)) : undefined;
    if (message?.kind !== 'entries') others.push(bytes);
    else
      for (const { chart, section, entries } of message.sections)
        for (const entry of entries)
          items.push(frameRecord(encodeFrame({ kind: 'entries', sections: [{ chart, section, entries: [entry] }] })));
  }
  return [mustHave(records[0]), ...items, ...others];
}

test('[RE-5] heads that have to wait in a file are taken with the snapshot they go by, wherever it stands', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, adaWith(amlodipine, problem()));
  await meet(clinic, pharmacy);
  for (const session of [clinic, pharmacy]) world.cut(session);
  const chart = mustHave(clinic.charts[0]).id;
  mustBeOk(await clinic.share(chart, pharmacy.practice.id, ['medications', 'problems'], 'write'));
  (await opened(clinic)).close();
  mustBeOk(await clinic.exportChart(chart));
  // Nothing of a moment ago is left in memory with its ciphertext.
  await clinic.lock();
  const again = mustBeOk(await (await world.door('alice')).unlock(passphrase));
  world.cut(again);
  const saved = mustBeOk(await again.exchange.save({ practice: pharmacy.practice.id }, 'everything', quiet, never));

  const [writer, reader] = [await breakIn(world, 'alice', passphrase), await breakIn(world, 'bob', passphrase)];
  const bytes = new Uint8Array(await saved.file.arrayBuffer());
  const read = (start: number, end: number) => Promise.resolve(bytes.subarray(start, end));
  const records: Bytes[] = [];
  const file = mustBeOk(await ExchangeFile.open({ size: bytes.length, read }, reader.self.box));
  await file.records((record) => Promise.resolve(records.push(record) > 0));
  const pieces: Bytes[] = [];
  const recipients = [reader.self.box.publicKey];
  const by = { keys: writer.self.sign, log: idBytes(pharmacy.practice.id) };
  for await (const piece of sealExchangeFile(tornApart(records), recipients, by, seededRandom('torn apart')))
    pieces.push(piece);

  const taken = mustBeOk(await pharmacy.exchange.takeIn(new Blob([concatBytes(...pieces)]), quiet, never));
  expect(taken).toMatchObject({ newCharts: 1, notTaken: [], stopped: false });
  await until(() => pharmacy.charts.length === 1, 'the chart is in the list');
  const there = await opened(pharmacy);
  expect(textOf(there, 'medications')).toContain('mlodipine');
  expect(textOf(there, 'problems')).not.toBe('');
  await again.lock();
  await pharmacy.lock();
});
