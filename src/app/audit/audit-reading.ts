/**
 * From a volume's section to events and to what is known of each device's log there: numbers that are missing, used twice, or
 * set aside. Pure but for the section it is handed; decides nothing about who may write (access/, AU-3).
 */
import type { DeviceId, EntryHash } from '../../base/ids.ts';
import type { Role } from '../../access/roles.ts';
import type { RosterState } from '../../access/roster.ts';
import type { AuditCompleteness, AuditEvent } from './audit-acts.ts';
import { parseAuditRecord, parseAuditRecordKey, type NotedAct } from './audit-records.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';

/** An event as it lies in the log, before names are put to it. */
export interface LoggedEvent {
  readonly device: DeviceId;
  readonly number: number;
  readonly act: NotedAct;
  readonly role: Role | undefined;
  /** It came here before its time. */
  readonly ahead: boolean;
  readonly onlyHere: boolean;
}

type Counts = ReadonlyMap<DeviceId, number>;

/** What a volume holds; beside events that can be read, how many records of each device cannot. */
export interface ReadVolume {
  readonly events: readonly LoggedEvent[];
  /** By no rule to be written (AU-3). */
  readonly refused: Counts;
  readonly unreadable: Counts;
  readonly setAside: Counts;
}

type Keeper = Pick<SectionKeeper, 'document' | 'entryOf' | 'graph' | 'early' | 'stopped' | 'setAside'>;

export function readVolume(keeper: Keeper, roster: RosterState): ReadVolume {
  const events: LoggedEvent[] = [];
  const refused = new Map<DeviceId, number>();
  const unreadable = new Map<DeviceId, number>();
  const setAside = new Map<DeviceId, number>();
  for (const [key, { base }] of keeper.document.resources()) {
    const name = parseAuditRecordKey(key);
    if (name === undefined) continue;
    const { device, first } = name;
    const acts = parseAuditRecord(base, first);
    if (acts === undefined) {
      // Of a newer version, or nonsense: either way it says nothing here.
      add(unreadable, device);
      continue;
    }
    const change = keeper.document.provenanceOf(key)?.change;
    const entry = change === undefined ? undefined : keeper.entryOf(change);
    const role = roleAt(keeper, roster, device, entry);
    const ahead = entry !== undefined && keeper.early.has(entry);
    for (const [i, act] of acts.entries())
      events.push({ device, number: first + i, act, role, ahead, onlyHere: false });
  }
  for (const { device, kind } of keeper.stopped.values()) add(kind === 'bad' ? refused : unreadable, device);
  for (const hash of keeper.setAside.keys()) {
    const device = keeper.graph.get(hash)?.device;
    if (device !== undefined) add(setAside, device);
  }
  return { events, refused, unreadable, setAside };
}

export function joinedVolumes(volumes: readonly ReadVolume[], more: readonly LoggedEvent[]): ReadVolume {
  return {
    events: [...volumes.flatMap(({ events }) => events), ...more],
    refused: summed(volumes.map(({ refused }) => refused)),
    unreadable: summed(volumes.map(({ unreadable }) => unreadable)),
    setAside: summed(volumes.map(({ setAside }) => setAside)),
  };
}

function summed(counts: readonly Counts[]): Counts {
  const sums = new Map<DeviceId, number>();
  for (const one of counts) for (const [device, count] of one) add(sums, device, count);
  return sums;
}

/** By the roster its author cited (EN-3): a role that was changed later says nothing of what was done before. */
function roleAt(keeper: Keeper, roster: RosterState, device: DeviceId, entry: EntryHash | undefined): Role | undefined {
  const header = entry === undefined ? undefined : keeper.graph.get(entry);
  return header === undefined ? undefined : roster.at(header.roster)?.get(device)?.role;
}

/** Numbers of one device from `from` on: which are missing below the highest, and which stand for two. */
export function numbersOf(
  numbers: readonly number[],
  from: number,
): Pick<AuditCompleteness, 'missing' | 'twice' | 'upTo'> {
  const sorted = [...numbers].sort((a, b) => a - b);
  const missing: { from: number; to: number }[] = [];
  const twice = new Set<number>();
  let next = from;
  for (const number of sorted) {
    if (number < next) twice.add(number);
    else if (number > next) missing.push({ from: next, to: number - 1 });
    next = Math.max(next, number + 1);
  }
  return { missing, twice: [...twice], upTo: Math.max(0, ...sorted.slice(-1)) };
}

/**
 * Newest first, by the times the devices say; of one device in the order of its numbers wherever its clock was set back, which
 * is said of the event.
 */
export function inOrder(events: readonly LoggedEvent[]): readonly (LoggedEvent & Pick<AuditEvent, 'clock'>)[] {
  const latest = new Map<DeviceId, number>();
  const ordered = [...events].sort((a, b) =>
    a.device === b.device ? a.number - b.number : a.device < b.device ? -1 : 1,
  );
  const placed = ordered.map((event) => {
    const before = latest.get(event.device) ?? 0;
    const place = Math.max(before, event.act.at);
    latest.set(event.device, place);
    const clock = event.ahead ? ('ahead' as const) : event.act.at < before ? ('set-back' as const) : undefined;
    return { place, event: clock === undefined ? event : { ...event, clock } };
  });
  return placed.sort((a, b) => b.place - a.place || b.event.number - a.event.number).map(({ event }) => event);
}

function add(counts: Map<DeviceId, number>, device: DeviceId, more = 1): void {
  counts.set(device, (counts.get(device) ?? 0) + more);
}
