import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, type Bytes } from '../../src/base/bytes.ts';
import { encodeCanonical } from '../../src/base/codec.ts';
import { chartId, deviceId, entryHash, opId, practiceId } from '../../src/base/ids.ts';
import { bookSections, chartSections } from '../../src/base/sections.ts';
import { chainNameOf, type FrontierItem } from '../../src/crypto/entry.ts';
import { maxFrameBytes } from '../../src/net/limits.ts';
import { decodeFrame, encodeFrame, wireVersion, type Message, type MessageKind } from '../../src/net/wire.ts';

const bytesOf = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => new Uint8Array(bytes));
const someBytes: fc.Arbitrary<Bytes> = fc
  .uint8Array({ minLength: 1, maxLength: 300 })
  .map((bytes) => new Uint8Array(bytes));
const chart = bytesOf(32).map(chartId);
const practice = bytesOf(32).map(practiceId);
const head = bytesOf(32).map(opId);
const hash = bytesOf(32).map(entryHash);
const section = fc.constantFrom(...chartSections, ...bookSections);
const heads = fc.uniqueArray(head, { maxLength: 8 }).map((list) => list.sort());
const item: fc.Arbitrary<FrontierItem> = fc
  .record({
    device: bytesOf(32).map(deviceId),
    stint: fc.option(head, { nil: '' as const }),
    seq: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    hash,
  })
  .map(({ device, stint, ...rest }) => ({ chain: chainNameOf(device, stint), ...rest }));
const frontier = fc
  .uniqueArray(item, { maxLength: 4, selector: ({ chain }) => chain })
  .map((items) => items.sort((a, b) => (a.chain < b.chain ? -1 : 1)));

function sortedBy<T>(list: fc.Arbitrary<T>, key: (value: T) => string): fc.Arbitrary<T[]> {
  return fc
    .uniqueArray(list, { maxLength: 4, selector: key })
    .map((items) => items.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
}

const messages: Readonly<Record<MessageKind, fc.Arbitrary<Message>>> = {
  hello: fc.record({
    kind: fc.constant('hello' as const),
    practice,
    rosters: sortedBy(fc.record({ practice, heads }), (roster) => roster.practice),
    summary: bytesOf(32),
  }),
  rosterOps: fc.record({
    kind: fc.constant('rosterOps' as const),
    practice,
    ops: fc.array(someBytes, { minLength: 1, maxLength: 3 }),
  }),
  charts: fc.record({
    kind: fc.constant('charts' as const),
    charts: sortedBy(fc.record({ chart, heads, digest: bytesOf(32) }), (line) => line.chart),
    more: fc.boolean(),
  }),
  charterOps: fc.record({
    kind: fc.constant('charterOps' as const),
    chart,
    ops: fc.array(someBytes, { minLength: 1, maxLength: 3 }),
  }),
  frontiers: fc.record({
    kind: fc.constant('frontiers' as const),
    chart,
    sections: sortedBy(fc.record({ section, frontier }), (line) => line.section),
  }),
  entries: fc.record({
    kind: fc.constant('entries' as const),
    chart,
    section,
    entries: fc.array(someBytes, { minLength: 1, maxLength: 3 }),
  }),
  have: fc.record({ kind: fc.constant('have' as const), chart, section, frontier, frames: fc.nat() }),
  want: fc.record({
    kind: fc.constant('want' as const),
    chart,
    section,
    hashes: fc.uniqueArray(hash, { minLength: 1, maxLength: 4 }).map((list) => list.sort()),
  }),
  bye: fc.record({
    kind: fc.constant('bye' as const),
    reason: fc.constantFrom('unknown-version', 'not-a-member', 'too-many-faults', 'closing'),
  }),
};
const message = fc.oneof(...Object.values(messages));

describe('frames', () => {
  for (const [kind, arbitrary] of Object.entries(messages)) {
    test(`${kind} comes back as it was said`, () => {
      fc.assert(
        fc.property(arbitrary, (said) => {
          expect(decodeFrame(encodeFrame(said))).toEqual({ ok: true, value: said });
        }),
        { numRuns: 50 },
      );
    });
  }

  test('[OP-1] whatever decodes is the one encoding of what it says', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (said, at, flip) => {
        const frame = encodeFrame(said);
        const place = at % frame.length;
        frame[place] = (frame[place] ?? 0) ^ flip;
        const decoded = decodeFrame(frame);
        if (decoded.ok) expect(toHex(encodeFrame(decoded.value))).toBe(toHex(frame));
      }),
      { numRuns: 2000 },
    );
  });

  test('every truncation and every trailing byte is refused', () => {
    fc.assert(
      fc.property(message, fc.nat(), (said, at) => {
        const frame = encodeFrame(said);
        expect(decodeFrame(frame.slice(0, at % frame.length)).ok).toBe(false);
        expect(decodeFrame(new Uint8Array([...frame, 0])).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('no bytes make decoding throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, versioned) => {
        expect(() => decodeFrame(versioned ? new Uint8Array([wireVersion, ...bytes]) : bytes)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  test('faults have names: too large, empty, of another version, of an unknown kind, misshapen', () => {
    const reasonOf = (frame: Uint8Array): string => {
      const decoded = decodeFrame(frame);
      return decoded.ok ? 'decoded' : decoded.reason;
    };
    const framed = (value: Parameters<typeof encodeCanonical>[0]): Bytes =>
      new Uint8Array([wireVersion, ...encodeCanonical(value)]);
    expect(reasonOf(new Uint8Array(maxFrameBytes + 1))).toBe('too-large');
    expect(reasonOf(new Uint8Array())).toBe('empty');
    expect(reasonOf(new Uint8Array([wireVersion + 1, 1, 2]))).toBe('unknown-version');
    expect(reasonOf(framed({ kind: 'gossip' }))).toBe('unknown-kind');
    expect(reasonOf(framed({ kind: 'constructor' }))).toBe('unknown-kind');
    expect(reasonOf(framed({ kind: 'bye', reason: 'whim' }))).toBe('malformed');
    expect(reasonOf(framed({ kind: 'bye', reason: 'closing', more: 1 }))).toBe('malformed');
    expect(reasonOf(framed([1, 2]))).toBe('malformed');
  });

  test('a section, chain or head named twice, or out of order, is refused', () => {
    const vitals = { section: 'vitals', frontier: [] };
    const framed = (sections: (typeof vitals)[]): Bytes =>
      new Uint8Array([wireVersion, ...encodeCanonical({ kind: 'frontiers', chart: new Uint8Array(32), sections })]);
    expect(decodeFrame(framed([vitals])).ok).toBe(true);
    expect(decodeFrame(framed([vitals, vitals]))).toMatchObject({ ok: false, reason: 'malformed' });
    expect(decodeFrame(framed([vitals, { ...vitals, section: 'allergies' }])).ok).toBe(false);
  });

  test('version 1 of the frames is frozen', () => {
    const id = new Uint8Array(32).fill(0xab);
    const frame = encodeFrame({
      kind: 'have',
      chart: chartId(id),
      section: 'vitals',
      frontier: [{ chain: chainNameOf(deviceId(id), ''), seq: 7, hash: entryHash(id) }],
      frames: 3,
    });
    const ab = 'ab'.repeat(32);
    expect(toHex(frame)).toBe(
      `01a5646b696e64646861766565636861727458` +
        `20${ab}666672616d6573036773656374696f6e66766974616c736866726f6e7469657281845820${ab}40075820${ab}`,
    );
  });
});
