/** The bytes between two transports: vectors, truncation, hostile input. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, type Bytes } from '../../src/base/bytes.ts';
import { encodeRecord, noLink, RecordReader, type LinkRecord } from '../../src/net/link-records.ts';
import { maxFrameBytes } from '../../src/net/limits.ts';

const link = { instance: '0102030405060708', number: 7 };

/** Frozen: a change of these bytes is another version. */
const vectors: readonly (readonly [LinkRecord, string])[] = [
  [
    { kind: 'open', version: 1, link, replaces: noLink },
    '0100000019' + '01' + '0102030405060708' + '00000007' + '0000000000000000' + '00000000',
  ],
  [{ kind: 'move', version: 1, link }, '020000000d' + '01' + '0102030405060708' + '00000007'],
  [{ kind: 'accept', instance: link.instance }, '0300000008' + '0102030405060708'],
  [{ kind: 'refuse', reason: 'not-allowed' }, '040000000100'],
  [{ kind: 'refuse', reason: 'duplicate' }, '040000000101'],
  [{ kind: 'refuse', reason: 'version' }, '040000000102'],
  [{ kind: 'refuse', reason: 'unknown-link' }, '040000000103'],
  [{ kind: 'frame', frame: Uint8Array.of(1, 2, 3) }, '0500000003010203'],
  [{ kind: 'credit', bytes: 262144 }, '060000000400040000'],
  [{ kind: 'moved' }, '0700000000'],
  [{ kind: 'bye' }, '0800000000'],
];

describe('records of a link', () => {
  it('are these bytes, and are read back from them', () => {
    for (const [record, hex] of vectors) {
      expect(toHex(encodeRecord(record))).toBe(hex);
      expect(new RecordReader().push(encodeRecord(record))).toEqual({ ok: true, value: [record] });
    }
  });

  it('are read the same however the network cuts them', () => {
    const whole = concatBytes(...vectors.map(([record]) => encodeRecord(record)));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length }), { maxLength: 20 }), (cuts) => {
        const reader = new RecordReader();
        const read: LinkRecord[] = [];
        const ends = [...cuts.sort((a, b) => a - b), whole.length];
        let from = 0;
        for (const end of ends) {
          const records = reader.push(whole.subarray(from, end));
          if (!records.ok) throw new Error(records.reason);
          read.push(...records.value);
          from = end;
        }
        expect(read).toEqual(vectors.map(([record]) => record));
      }),
    );
  });

  it('a truncated record is never taken for a whole one', () => {
    for (const [record] of vectors) {
      const whole = encodeRecord(record);
      for (let length = 0; length < whole.length; length++) {
        expect(new RecordReader().push(whole.subarray(0, length))).toEqual({ ok: true, value: [] });
      }
    }
  });

  it('unknown kinds, wrong lengths and frames beyond the limit are refused before anything is kept', () => {
    const header = (kind: number, length: number): Bytes => {
      const bytes = new Uint8Array(5);
      bytes[0] = kind;
      new DataView(bytes.buffer).setUint32(1, length);
      return bytes;
    };
    const malformed = [header(0, 0), header(9, 0), header(255, 1), header(5, 0), header(5, maxFrameBytes + 1)];
    malformed.push(header(5, 0xffffffff), header(1, 24), header(6, 3), header(7, 1), header(8, 1));
    for (const bytes of malformed) expect(new RecordReader().push(bytes)).toMatchObject({ ok: false });
    expect(new RecordReader().push(Uint8Array.of(4, 0, 0, 0, 1, 9))).toMatchObject({ ok: false });
    expect(new RecordReader().push(header(5, maxFrameBytes))).toEqual({ ok: true, value: [] });
  });

  it('no bytes of a peer throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        new RecordReader().push(bytes);
      }),
    );
  });
});
