/**
 * The bytes of the audit log: an event as it lies on the device until it is gathered, and the record that gathers some hundreds
 * of them in a volume (AU-2). What a colleague's device wrote is read like any foreign bytes: a value that is none is left out.
 *
 *     event    {at ms, kind, chart?, other?, practice?, device?, what?: [text], count?}
 *     record   {v 1, first, events: [event, …]}      the n-th of them has the number first + n
 *     key      AuditRecord/<device>.<first>
 */
import {
  parseChartId,
  parseDeviceId,
  parsePracticeId,
  type ChartId,
  type DeviceId,
  type PracticeId,
} from '../../base/ids.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { auditKinds, type AuditAct, type AuditKind } from './audit-acts.ts';

/** An act with its time by the clock of the device, in milliseconds. */
export interface NotedAct extends AuditAct {
  readonly at: number;
}

/** Bounds what one record makes whoever reads it hold at once; a record of so many is some 20 KiB, inflated. */
export const maxEventsPerRecord = 256;
/** Codes, a dozen at most; a foreign record may hold anything. */
const maxWords = 32;
const maxWordLength = 120;
/** Dates can show no more. */
const maxTimeMs = Date.UTC(9999, 0, 1);

const recordType = 'AuditRecord';

export function auditRecordKey(device: DeviceId, first: number): ResourceKey {
  return `${recordType}/${device}.${String(first)}`;
}

/** Whose record it is, by its name, and which number it begins with; undefined for the name of anything else. */
export function parseAuditRecordKey(
  key: ResourceKey,
): { readonly device: DeviceId; readonly first: number } | undefined {
  const [, deviceText = '', number = ''] = /^AuditRecord\/([0-9a-f]{64})\.([1-9]\d{0,14})$/.exec(key) ?? [];
  const device = parseDeviceId(deviceText);
  return device === undefined ? undefined : { device, first: Number(number) };
}

export function auditRecord(first: number, events: readonly NotedAct[]): string {
  return JSON.stringify({ v: 1, first, events });
}

/** Undefined for one that is not what its name says, or of a newer version. */
export function parseAuditRecord(text: string, first: number): readonly NotedAct[] | undefined {
  const record = jsonOf(text);
  if (record?.['v'] !== 1 || record['first'] !== first) return undefined;
  const events: unknown = record['events'];
  if (!Array.isArray(events) || events.length === 0 || events.length > maxEventsPerRecord) return undefined;
  const noted = events.map((event: unknown) => parseNotedAct(event));
  return noted.every((act) => act !== undefined) ? noted : undefined;
}

export function parseNotedAct(value: unknown): NotedAct | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const json = value as Record<string, unknown>;
  const { at, kind, what, count } = json;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0 || at >= maxTimeMs || !isKind(kind))
    return undefined;
  const chart = idOf<ChartId>(json['chart'], parseChartId);
  const other = idOf<ChartId>(json['other'], parseChartId);
  const practice = idOf<PracticeId>(json['practice'], parsePracticeId);
  const device = idOf<DeviceId>(json['device'], parseDeviceId);
  return {
    at,
    kind,
    ...(chart === undefined ? {} : { chart }),
    ...(other === undefined ? {} : { other }),
    ...(practice === undefined ? {} : { practice }),
    ...(device === undefined ? {} : { device }),
    ...(Array.isArray(what)
      ? { what: what.slice(0, maxWords).map((word) => String(word).slice(0, maxWordLength)) }
      : {}),
    ...(typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? { count } : {}),
  };
}

function idOf<Id>(value: unknown, parse: (text: string) => Id | undefined): Id | undefined {
  return typeof value === 'string' ? parse(value) : undefined;
}

const kinds: ReadonlySet<unknown> = new Set(auditKinds);

function isKind(value: unknown): value is AuditKind {
  return kinds.has(value);
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
