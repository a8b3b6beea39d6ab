/**
 * Frames between replicators: their bytes, and strict decoding that never throws (protocol section 9). What a message means
 * and whether its sender may say it is the replication's business.
 *
 *     frame = version (1 byte, 1) ‖ canonical DAG-CBOR map with `kind`; ids are 32 bytes, sets sorted
 *
 * | kind | fields |
 * |---|---|
 * | hello | practice, rosters [{practice, heads}], summary 32: digest over everything both may have (summary.ts) |
 * | rosterOps | practice, ops [signed operation] |
 * | charts | charts [{chart, heads, digest 32}], more: the list goes on in the next frame |
 * | charterOps | chart, ops |
 * | frontiers | chart, sections [{section, frontier}]: what the sender holds durably of what both may read |
 * | entries | chart, section, entries [entry]: chains in order |
 * | have | chart, section, frontier: held durably now; frames: entry frames of this connection dealt with so far |
 * | want | chart, section, hashes: entries asked for by name |
 * | bye | reason: the sender closes |
 *
 * History: 1, first.
 */
import {
  bytesShape,
  idShape,
  integerShape,
  listShape,
  mapShape,
  setShape,
  wordShape,
  type Shape,
} from '../access/shape.ts';
import { frontierShape } from '../access/operation-bodies.ts';
import { maxOperationBytes } from '../access/limits.ts';
import { concatBytes, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, isCborMap, type CborValue } from '../base/codec.ts';
import {
  chartId,
  entryHash,
  opId,
  practiceId,
  type ChartId,
  type EntryHash,
  type OpId,
  type PracticeId,
} from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { bookSections, chartSections, isSection, type Section } from '../base/sections.ts';
import type { FrontierItem } from '../crypto/entry.ts';
import {
  maxChartsPerFrame,
  maxFrameBytes,
  maxHeads,
  maxHelloRosters,
  maxItemsPerFrame,
  maxWantedEntries,
} from './limits.ts';

export const wireVersion = 1;

export type ByeReason =
  /** your frames are of a version this app does not know */
  | 'unknown-version'
  /** no roster this device knows names yours */
  | 'not-a-member'
  /** too much of what you sent could not be taken */
  | 'too-many-faults'
  | 'closing';

interface RosterHeads {
  readonly practice: PracticeId;
  readonly heads: readonly OpId[];
}

export interface ChartLine {
  readonly chart: ChartId;
  readonly heads: readonly OpId[];
  readonly digest: Bytes;
}

export interface SectionFrontier {
  readonly section: Section;
  readonly frontier: readonly FrontierItem[];
}

interface Messages {
  readonly hello: { readonly practice: PracticeId; readonly rosters: readonly RosterHeads[]; readonly summary: Bytes };
  readonly rosterOps: { readonly practice: PracticeId; readonly ops: readonly Bytes[] };
  readonly charts: { readonly charts: readonly ChartLine[]; readonly more: boolean };
  readonly charterOps: { readonly chart: ChartId; readonly ops: readonly Bytes[] };
  readonly frontiers: { readonly chart: ChartId; readonly sections: readonly SectionFrontier[] };
  readonly entries: { readonly chart: ChartId; readonly section: Section; readonly entries: readonly Bytes[] };
  readonly have: {
    readonly chart: ChartId;
    readonly section: Section;
    readonly frontier: readonly FrontierItem[];
    readonly frames: number;
  };
  readonly want: { readonly chart: ChartId; readonly section: Section; readonly hashes: readonly EntryHash[] };
  readonly bye: { readonly reason: ByeReason };
}

export type Message = { readonly [K in keyof Messages]: { readonly kind: K } & Messages[K] }[keyof Messages];
export type MessageKind = keyof Messages;
export type Received<K extends MessageKind> = Extract<Message, { kind: K }>;

export type FrameFault = 'too-large' | 'empty' | 'unknown-version' | 'not-canonical' | 'unknown-kind' | 'malformed';

/** Throws if the message does not fit a frame: whoever builds one keeps to the limits. */
export function encodeFrame(message: Message): Bytes {
  const { kind, ...fields } = message;
  const written = (shapes[kind] as Shape<unknown>).write(fields);
  if (!isCborMap(written)) throw new Error('a message is written as a map');
  const frame = concatBytes(Uint8Array.of(wireVersion), encodeCanonical({ kind, ...written }));
  if (frame.length > maxFrameBytes) throw new Error(`${kind} of ${frame.length} bytes does not fit a frame`);
  return frame;
}

/** Never throws, whatever the bytes. */
export function decodeFrame(frame: Uint8Array): Result<Message, FrameFault> {
  if (frame.length > maxFrameBytes) return err('too-large', `${frame.length} bytes`);
  if (frame.length === 0) return err('empty');
  if (frame[0] !== wireVersion) return err('unknown-version', `version ${frame[0] ?? 0}`);
  const decoded = decodeCanonical(frame.subarray(1));
  if (!decoded.ok) return decoded;
  if (!isCborMap(decoded.value)) return err('malformed', 'not a map');
  const { kind, ...fields } = decoded.value;
  if (!isKind(kind)) return err('unknown-kind');
  const read = (shapes[kind] as Shape<object>).read(fields);
  return read === undefined ? err('malformed', kind) : ok({ kind, ...read } as Message);
}

const chart = idShape(chartId);
const practice = idShape(practiceId);
const section = wordShape(isSection);
const heads = setShape(idShape(opId), (id) => id, 0, maxHeads);
const digest = bytesShape(32, 32);
const ops = listShape(bytesShape(1, maxOperationBytes + 1024), 1, maxItemsPerFrame);
const flag: Shape<boolean> = {
  write: (value) => value,
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};
const byeReasons: readonly string[] = [
  'unknown-version',
  'not-a-member',
  'too-many-faults',
  'closing',
] satisfies ByeReason[];
const isByeReason = (text: string): text is ByeReason => byeReasons.includes(text);

const shapes: { readonly [K in keyof Messages]: Shape<Messages[K]> } = {
  hello: mapShape<Messages['hello']>({
    practice,
    rosters: setShape(mapShape<RosterHeads>({ practice, heads }), (roster) => roster.practice, 0, maxHelloRosters),
    summary: digest,
  }),
  rosterOps: mapShape<Messages['rosterOps']>({ practice, ops }),
  charts: mapShape<Messages['charts']>({
    charts: setShape(mapShape<ChartLine>({ chart, heads, digest }), (line) => line.chart, 0, maxChartsPerFrame),
    more: flag,
  }),
  charterOps: mapShape<Messages['charterOps']>({ chart, ops }),
  frontiers: mapShape<Messages['frontiers']>({
    chart,
    sections: setShape(
      mapShape<SectionFrontier>({ section, frontier: frontierShape }),
      (item) => item.section,
      0,
      chartSections.length + bookSections.length,
    ),
  }),
  entries: mapShape<Messages['entries']>({
    chart,
    section,
    entries: listShape(bytesShape(1, maxFrameBytes), 1, maxItemsPerFrame),
  }),
  have: mapShape<Messages['have']>({
    chart,
    section,
    frontier: frontierShape,
    frames: integerShape(0, Number.MAX_SAFE_INTEGER),
  }),
  want: mapShape<Messages['want']>({
    chart,
    section,
    hashes: setShape(idShape(entryHash), (hash) => hash, 1, maxWantedEntries),
  }),
  bye: mapShape<Messages['bye']>({ reason: wordShape(isByeReason) }),
};

function isKind(value: CborValue | undefined): value is MessageKind {
  return typeof value === 'string' && Object.hasOwn(shapes, value);
}
