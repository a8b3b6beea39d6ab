/**
 * How sealed parts of attachments lie on the disk (EN-10), and beside them which kept entries name which part. Rights and wants
 * are worked out from the names alone, without reading a head or a part.
 *
 * | record | key | value |
 * |---|---|---|
 * | chunks | chart / section / chunk | the sealed part |
 * | chunk-names | chart / section / chunk / entry | the device that wrote the entry, 32 bytes |
 *
 * A part lies under the section it came for: what another section names is not given out for it. Parts are written before the
 * entry that names them; what a crash leaves without a name is swept.
 */
import {
  deviceId,
  idBytes,
  parseChartId,
  parseChunkHash,
  type ChartId,
  type ChunkHash,
  type DeviceId,
} from '../base/ids.ts';
import { ok, type Result } from '../base/result.ts';
import { isSection, type Section } from '../base/sections.ts';
import type { Bytes } from '../base/bytes.ts';
import type { Records, RecordWriter, WriteFailure } from './records.ts';
import type { CoveredHead, NamedChunk, NewEntry, StoredChunk } from './store.ts';

const chunkKey = ({ chart, section, hash }: Omit<NamedChunk, 'device'>): string => `${chart}/${section}/${hash}`;

export function keepChunks(writer: RecordWriter, chunks: readonly StoredChunk[]): void {
  for (const chunk of chunks) writer.put('chunks', chunkKey(chunk), chunk.bytes);
}

/** In the transaction that keeps the entries: whoever finds a part without a name may take it for an orphan. */
export function keepChunkNames(writer: RecordWriter, entries: readonly (NewEntry | CoveredHead)[]): void {
  for (const { chart, section, hash, device, chunks } of entries)
    for (const chunk of chunks ?? [])
      writer.put('chunk-names', `${chunkKey({ chart, section, hash: chunk })}/${hash}`, idBytes(device));
}

export function deleteChunksOf(writer: RecordWriter, chart: ChartId): void {
  writer.deleteRange('chunks', `${chart}/`);
  writer.deleteRange('chunk-names', `${chart}/`);
}

export async function readChunk(records: Records, chunk: Omit<NamedChunk, 'device'>): Promise<Bytes | undefined> {
  const [rows] = await records.read([{ store: 'chunks', key: chunkKey(chunk) }]);
  const value = rows?.records[0]?.value;
  return value instanceof Uint8Array ? (value as Bytes) : undefined;
}

export async function chunksUnder(records: Records, prefix: string): Promise<readonly Omit<NamedChunk, 'device'>[]> {
  return (await records.keys('chunks', prefix)).flatMap((key) => placeOf(key) ?? []);
}

export async function chunkNamesUnder(records: Records, prefix: string): Promise<readonly NamedChunk[]> {
  const [rows] = await records.read([{ store: 'chunk-names', prefix }]);
  return (rows?.records ?? []).flatMap(({ key, value }): readonly NamedChunk[] => {
    const place = placeOf(key);
    const device = deviceFrom(value);
    return place === undefined || device === undefined ? [] : [{ ...place, device }];
  });
}

/**
 * Parts of the chart that no kept entry names are deleted. Looked up before the transaction, which then reads no part: so the
 * caller sees to it that no act is writing parts of the chart meanwhile.
 */
export async function sweepChunks(records: Records, chart: ChartId): Promise<Result<undefined, WriteFailure>> {
  // Parts first: one that comes meanwhile comes after the entry that names it.
  const kept = await records.keys('chunks', `${chart}/`);
  const named = new Set((await chunkNamesUnder(records, `${chart}/`)).map(chunkKey));
  const orphans = kept.filter((key) => !named.has(key));
  if (orphans.length === 0) return ok(undefined);
  return records.write<never>((writer) => {
    for (const key of orphans) writer.delete('chunks', key);
    return Promise.resolve(ok(undefined));
  });
}

function placeOf(key: string): Omit<NamedChunk, 'device'> | undefined {
  const [chartText = '', section = '', hashText = ''] = key.split('/');
  const chart = parseChartId(chartText);
  const hash = parseChunkHash(hashText);
  return chart === undefined || hash === undefined || !isSection(section) ? undefined : { chart, section, hash };
}

function deviceFrom(value: unknown): DeviceId | undefined {
  return value instanceof Uint8Array && value.length === 32 ? deviceId(value) : undefined;
}

/** Where parts of one chart, or of one of its sections, or one part lie. */
export const chunksPrefix = (chart: ChartId, section?: Section, hash?: ChunkHash): string =>
  [chart, ...(section === undefined ? [] : [section]), ...(hash === undefined ? [] : [hash]), ''].join('/');
