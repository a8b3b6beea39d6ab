/** Exchange files and their records made wrong: nothing throws, nothing is accepted but what was written (OP-1, RE-5). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, toHex, type Bytes } from '../../src/base/bytes.ts';
import { chartId, deviceId, practiceId } from '../../src/base/ids.ts';
import {
  aboutRecord,
  decodeExchangeRecord,
  frameRecord,
  leavesRecords,
  type ExchangeRecord,
} from '../../src/app/exchange/exchange-records.ts';
import { generateBoxKeys } from '../../src/crypto/box.ts';
import { ExchangeFile, sealExchangeFile } from '../../src/crypto/exchange-file.ts';
import { generateSignKeys } from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { cases, mutated } from './support/mutations.ts';

const random = seededRandom('fuzzed exchange');
const about = {
  practice: practiceId(random.bytes(32)),
  device: deviceId(random.bytes(32)),
  to: practiceId(random.bytes(32)),
  at: 1_772_442_000_000,
};
const leaves = new Map([1, 2, 3].map(() => [chartId(random.bytes(32)), random.bytes(32)]));
const records = [aboutRecord(about), ...leavesRecords(leaves), frameRecord(random.bytes(40))];

/** The one encoding of what a record says. */
function encoded(record: ExchangeRecord): Bytes {
  switch (record.kind) {
    case 'about':
      return aboutRecord(record.about);
    case 'frame':
      return frameRecord(record.frame);
    case 'leaves':
      return leavesRecords(record.leaves)[0] ?? new Uint8Array();
  }
}

describe('an exchange file', () => {
  test('[OP-1] a record is refused or is the one encoding of what it says', () => {
    expect(records.map((record) => decodeExchangeRecord(record)?.kind)).toEqual(['about', 'leaves', 'frame']);
    let accepted = 0;
    fc.assert(
      fc.property(mutated(records), (bytes) => {
        const record = decodeExchangeRecord(bytes);
        if (record === undefined) return;
        accepted += 1;
        expect(toHex(encoded(record))).toBe(toHex(bytes));
      }),
      cases(2_000),
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test('[ATTACK-45] made wrong, a file opens to nothing or is the one that was written', async () => {
    const box = generateBoxKeys(random);
    const keys = generateSignKeys(random);
    const log = random.bytes(32);
    const pieces: Bytes[] = [];
    for await (const piece of sealExchangeFile(records, [box.publicKey], { keys, log }, random)) pieces.push(piece);
    const whole = concatBytes(...pieces);
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(mutated([whole]), async (bytes) => {
        const read = (start: number, end: number) => Promise.resolve(bytes.subarray(start, end));
        const file = await ExchangeFile.open({ size: bytes.length, read }, box);
        if (!file.ok) return;
        const checked = await file.value.check(
          () => ({ publicKey: keys.publicKey, log }),
          () => Promise.resolve(),
        );
        if (!checked.ok) return;
        accepted += 1;
        expect(toHex(bytes)).toBe(toHex(whole));
      }),
      cases(300),
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
