/**
 * The records of an exchange file (crypto/exchange-file.ts): their bytes, and strict decoding that never throws. What replication
 * would send is in them as its own frames (net/wire.ts), byte for byte.
 *
 *     record = kind (1 byte) ‖ body
 *
 * | kind | body |
 * |---|---|
 * | 1 about | canonical {v 1, practice 32, device 32, to 32, at ms}: who wrote it, for which practice, when; the first record and no other |
 * | 2 frame | a frame of replication |
 * | 3 leaves | canonical [[chart 32, leaf 32], …], sorted by chart: what the writer holds of each chart that both may have (RE-2) |
 *
 * History: 1, first.
 */
import { idShape, integerShape, mapShape, type Shape } from '../../access/shape.ts';
import { concatBytes, type Bytes } from '../../base/bytes.ts';
import { decodeCanonical, encodeCanonical, isCborMap, type CborValue } from '../../base/codec.ts';
import {
  chartId,
  deviceId,
  idBytes,
  practiceId,
  type ChartId,
  type DeviceId,
  type PracticeId,
} from '../../base/ids.ts';

const recordsVersion = 1;
const kinds = { about: 1, frame: 2, leaves: 3 } as const;

/** Leaves in one record: about 350 KB. */
const maxLeavesPerRecord = 5_000;

export interface AboutExchange {
  readonly practice: PracticeId;
  readonly device: DeviceId;
  readonly to: PracticeId;
  /** Milliseconds since 1970 by the writer's clock. */
  readonly at: number;
}

export type ExchangeRecord =
  | { readonly kind: 'about'; readonly about: AboutExchange }
  | { readonly kind: 'frame'; readonly frame: Bytes }
  | { readonly kind: 'leaves'; readonly leaves: ReadonlyMap<ChartId, Bytes> };

const aboutShape: Shape<AboutExchange & { readonly v: number }> = mapShape<AboutExchange & { readonly v: number }>({
  v: integerShape(recordsVersion, recordsVersion),
  practice: idShape(practiceId),
  device: idShape(deviceId),
  to: idShape(practiceId),
  at: integerShape(0, Number.MAX_SAFE_INTEGER),
});

export function aboutRecord(about: AboutExchange): Bytes {
  return recordOf('about', encodeCanonical(aboutShape.write({ v: recordsVersion, ...about })));
}

export function frameRecord(frame: Bytes): Bytes {
  return recordOf('frame', frame);
}

/** As many records as they need; none for none. */
export function leavesRecords(leaves: ReadonlyMap<ChartId, Bytes>): readonly Bytes[] {
  const lines = [...leaves].sort(([a], [b]) => (a < b ? -1 : 1)).map(([chart, leaf]) => [idBytes(chart), leaf]);
  const records: Bytes[] = [];
  for (let at = 0; at < lines.length; at += maxLeavesPerRecord)
    records.push(recordOf('leaves', encodeCanonical(lines.slice(at, at + maxLeavesPerRecord))));
  return records;
}

/** Undefined for what no version 1 writes. Never throws, whatever the bytes. */
export function decodeExchangeRecord(record: Uint8Array): ExchangeRecord | undefined {
  const body = record.subarray(1);
  switch (record[0]) {
    case kinds.about: {
      const decoded = decodeCanonical(body);
      const about = decoded.ok && isCborMap(decoded.value) ? aboutShape.read(decoded.value) : undefined;
      if (about === undefined) return undefined;
      const { practice, device, to, at } = about;
      return { kind: 'about', about: { practice, device, to, at } };
    }
    case kinds.frame:
      return { kind: 'frame', frame: new Uint8Array(body) };
    case kinds.leaves: {
      const decoded = decodeCanonical(body);
      const leaves = decoded.ok ? leavesOf(decoded.value) : undefined;
      return leaves === undefined ? undefined : { kind: 'leaves', leaves };
    }
    default:
      return undefined;
  }
}

function recordOf(kind: keyof typeof kinds, body: Uint8Array): Bytes {
  return concatBytes(Uint8Array.of(kinds[kind]), body);
}

function leavesOf(value: CborValue): ReadonlyMap<ChartId, Bytes> | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxLeavesPerRecord) return undefined;
  const leaves = new Map<ChartId, Bytes>();
  let before = '';
  for (const line of value as readonly CborValue[]) {
    const [chart, leaf, ...more] = Array.isArray(line) ? (line as readonly CborValue[]) : [];
    if (!(chart instanceof Uint8Array) || !(leaf instanceof Uint8Array) || more.length > 0) return undefined;
    if (chart.length !== 32 || leaf.length !== 32) return undefined;
    const id = chartId(chart);
    if (id <= before) return undefined;
    before = id;
    leaves.set(id, new Uint8Array(leaf));
  }
  return leaves;
}
