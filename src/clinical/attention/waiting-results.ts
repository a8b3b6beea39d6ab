/**
 * Which results of a chart wait for a clinician: those that were news when they were written, in the version they have now. A pure
 * function of the section, so that every device of a practice comes to the same list; who acknowledged what is not known here.
 *
 * News is what was written within a month of being taken, or changed after it was written: an old file that is imported brings no
 * inbox of ten years. A corrected result is another version, and so is new again; so is one that somebody else withdrew, for else it
 * would leave without a trace. Nothing is judged without a range.
 */
import type { DeviceId } from '../../base/ids.ts';
import type { ConcurrentChange } from '../conflicts.ts';
import { contentHash } from '../content-hash.ts';
import { codesOfConcept, isEnteredInError } from '../fhir-status.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { conceptWords, joinWords } from '../datatypes.ts';
import { readDate } from '../readable-date.ts';
import { readValue } from '../readable.ts';
import { ChartRecord } from '../record.ts';
import { composeResource } from '../registers.ts';
import type { ResourceKey, StoredResource } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { unsettledVersions } from '../unsettled-words.ts';
import { componentsOf, measuredOf } from '../views/observation.ts';
import { isWithinOwnRange, resultFlag } from '../views/result-flag.ts';

/** 'unjudged': neither its laboratory nor a range says anything. */
export type ResultRank = 'critical' | 'abnormal' | 'unjudged' | 'normal';

export interface WaitingResult {
  readonly key: ResourceKey;
  /** Another when value, judgement or standing change. */
  readonly version: string;
  readonly rank: ResultRank;
  readonly label: string;
  readonly value: string;
  /** In words; empty where there is none. */
  readonly range: string;
  /** 'High', 'Low', 'Abnormal'; empty where nothing is flagged. */
  readonly flag: string;
  /** When it was taken, in words. */
  readonly taken: string;
  readonly writtenMs: number;
  readonly by: DeviceId;
  /** Its laboratory, or somebody here, changed it after it was final. */
  readonly corrected: boolean;
  /** Somebody else than who wrote it says that it does not count. What it said stays to be seen, and its rank. */
  readonly withdrawn?: true;
  /** All versions in words where two were written at once and nobody has chosen; the rank is the gravest of them. */
  readonly unsettled?: string;
}

export interface Written {
  readonly timeMs: number;
  readonly device: DeviceId;
}

/** What came more than so long before it was written is history, not news. */
export const newsWindowMs = 31 * 24 * 3_600_000;

/** The history of a patient told by a form, and measurements, are no results to answer. */
const categoriesLeftOut: ReadonlySet<string> = new Set([
  'vital-signs',
  'social-history',
  'survey',
  'activity',
  'therapy',
]);
/** Not done yet, or never to be. */
const notResults: ReadonlySet<string> = new Set(['registered', 'cancelled', 'entered-in-error', 'unknown']);
const correctedStatuses: ReadonlySet<string> = new Set(['corrected', 'amended', 'appended']);

interface WaitingInit {
  /** Since when this practice may read the section; what was written long before that was somebody else's to answer. */
  readonly readableFromMs?: number;
  /** What nobody has settled in the section. */
  readonly conflicts?: readonly ConcurrentChange[];
}

/** A name no register has: whoever is asked of it made the resource. */
const making = '';

/** `writtenOf`: who wrote a register last, or made the resource where it was never written, and when. */
export function waitingResults(
  resources: ReadonlyMap<ResourceKey, StoredResource>,
  writtenOf: (key: ResourceKey, register: string) => Written | undefined,
  { readableFromMs = 0, conflicts = [] }: WaitingInit = {},
): readonly WaitingResult[] {
  const unsettled = unsettledOf(resources, conflicts);
  const waiting: WaitingResult[] = [];
  const replacements = new Map<string, readonly string[]>();
  for (const [key, stored] of resources) {
    const { newestMs } = glance(stored);
    const written = whenTold(stored, (register) => writtenOf(key, register));
    if (written === undefined || written.timeMs - newestMs > newsWindowMs) continue;
    const standing = readOnce(stored);
    const read = unsettled.has(key) ? gravest([standing, ...versionsOf(stored, key, conflicts)]) : standing;
    if (read === undefined) continue;
    // A clock that fell behind says nothing of what was taken since.
    const latestMs = Number.isFinite(read.takenMs) ? Math.max(written.timeMs, read.takenMs) : written.timeMs;
    if (latestMs < readableFromMs - newsWindowMs) continue;
    if (!read.changed && written.timeMs - read.takenMs > newsWindowMs) continue;
    const isOwnWithdrawal =
      read.shown.withdrawn === true && writtenOf(key, 'status')?.device === writtenOf(key, making)?.device;
    if (isOwnWithdrawal && !unsettled.has(key)) continue;
    const shown = { key, ...read.shown, writtenMs: written.timeMs, by: written.device };
    const versions = unsettled.get(key);
    waiting.push(
      versions === undefined
        ? shown
        : { ...shown, unsettled: versions, version: shortHash({ of: shown.version, versions }) },
    );
    if (read.replaces.length > 0) replacements.set(idOf(key), read.replaces);
  }
  const replaced = replacedBy(replacements);
  return waiting.filter(({ key }) => !replaced.has(idOf(key)));
}

/** When what it says now was said, and by whom: never before it was made, whatever the clock says of who changed or withdrew it. */
function whenTold(stored: StoredResource, writtenOf: (register: string) => Written | undefined): Written | undefined {
  const telling = isWithdrawnNow(stored) ? [...changedIn(stored), 'status'] : changedIn(stored);
  const told = newestOf(telling.map(writtenOf));
  if (told === undefined) return writtenOf('value');
  return { device: told.device, timeMs: Math.max(told.timeMs, writtenOf(making)?.timeMs ?? 0) };
}

/** Resource → its versions in words, of those results that two changed at once. */
function unsettledOf(
  resources: ReadonlyMap<ResourceKey, StoredResource>,
  conflicts: readonly ConcurrentChange[],
): ReadonlyMap<ResourceKey, string> {
  if (conflicts.length === 0) return new Map();
  return unsettledVersions(new ChartRecord(new Map([['results', { resources }]])), 'results', conflicts);
}

/** What the result would say with each of its unsettled versions. */
function versionsOf(
  stored: StoredResource,
  key: ResourceKey,
  conflicts: readonly ConcurrentChange[],
): readonly (ReadResult | undefined)[] {
  const branches = conflicts.filter((conflict) => conflict.key === key).flatMap((conflict) => conflict.branches);
  return branches.map(({ base = stored.base, registers }) =>
    readResult({ ...stored, base, registers: { ...stored.registers, ...registers } }),
  );
}

function gravest(reads: readonly (ReadResult | undefined)[]): ReadResult | undefined {
  const known = reads.filter((read) => read !== undefined);
  return known.toSorted((a, b) => resultRanks.indexOf(a.shown.rank) - resultRanks.indexOf(b.shown.rank))[0];
}

/** Registers that hold what a result says. */
const sayingRegisters = ['value', 'component', 'conclusion'];

function changedIn({ registers }: StoredResource): readonly string[] {
  return sayingRegisters.filter((register) => Object.hasOwn(registers, register));
}

/** It was a result once, and its status was written since. */
function wasWithdrawn(stored: StoredResource): boolean {
  if (!Object.hasOwn(stored.registers, 'status')) return false;
  const made = composeResource(stored.base, {});
  return changedIn(stored).length > 0 || (made.ok && isResult(made.value));
}

function isWithdrawnNow(stored: StoredResource): boolean {
  return Object.hasOwn(stored.registers, 'status') && readOnce(stored)?.shown.withdrawn === true;
}

function isResult(json: JsonObject): boolean {
  return !isEnteredInError(json) && !notResults.has(readValue(json['status']));
}

function newestOf(written: readonly (Written | undefined)[]): Written | undefined {
  const known = written.filter((one) => one !== undefined);
  return known.toSorted((a, b) => b.timeMs - a.timeMs)[0];
}

/** Gravest first, then newest. */
export function byRank(
  a: Pick<WaitingResult, 'rank' | 'writtenMs'>,
  b: Pick<WaitingResult, 'rank' | 'writtenMs'>,
): number {
  return resultRanks.indexOf(a.rank) - resultRanks.indexOf(b.rank) || b.writtenMs - a.writtenMs;
}

export const resultRanks: readonly ResultRank[] = ['critical', 'abnormal', 'unjudged', 'normal'];

interface ReadResult {
  readonly takenMs: number;
  /** Something was written to it after it was made. */
  readonly changed: boolean;
  readonly replaces: readonly string[];
  readonly shown: Omit<WaitingResult, 'key' | 'writtenMs' | 'by'>;
}

/** Of most results of an old file the newest date in their text says that they are no news, for a hundredth of reading them. */
function glance(stored: StoredResource): { readonly newestMs: number } {
  const known = glances.get(stored);
  if (known !== undefined) return known;
  const dates = Object.keys(stored.registers).length > 0 ? [] : (stored.base.match(/\d{4}-\d\d-\d\d(?=[T"])/g) ?? []);
  const newest = dates.reduce((newer, date) => (date > newer ? date : newer), '');
  // A day later in the zone it was written in; without any date it may be of today.
  const ms = newest === '' ? Number.NaN : Date.parse(newest) + 2 * 24 * 3_600_000;
  const made = { newestMs: Number.isNaN(ms) ? Infinity : ms };
  glances.set(stored, made);
  return made;
}
const glances = new WeakMap<StoredResource, { readonly newestMs: number }>();

/** Stored resources never change in place: each is read once, however often its chart is written in. */
const readResources = new WeakMap<StoredResource, { readonly result: ReadResult | undefined }>();

function readOnce(stored: StoredResource): ReadResult | undefined {
  const known = readResources.get(stored);
  if (known !== undefined) return known.result;
  const result = readResult(stored);
  readResources.set(stored, { result });
  return result;
}

function readResult(stored: StoredResource): ReadResult | undefined {
  const composed = composeResource(stored.base, stored.registers);
  if (!composed.ok) return undefined;
  const json = composed.value;
  const type = json['resourceType'];
  if (type !== 'Observation' && type !== 'DiagnosticReport') return undefined;
  const isWithdrawn = !isResult(json);
  if (isWithdrawn && !wasWithdrawn(stored)) return undefined;
  const categories = objects(json['category']).flatMap(codesOfConcept);
  if (categories.some((code) => categoriesLeftOut.has(code))) return undefined;
  // A report that only gathers results held beside it says nothing that they do not say.
  const conclusion = joinWords([readValue(json['conclusion']), conceptWords(json['conclusionCode'])], '; ');
  if (type === 'DiagnosticReport' && conclusion === '' && objects(json['result']).length > 0) return undefined;
  const value = type === 'DiagnosticReport' ? conclusion : valueWords(json);
  const taken = takenOf(json);
  const { rank, flag } = judged(json);
  const status = readValue(json['status']);
  return {
    takenMs: Number.isNaN(taken.ms) ? Infinity : taken.ms,
    changed: changedIn(stored).length > 0,
    replaces: replacedIn(json),
    shown: {
      version: versionOf(json, isWithdrawn),
      rank,
      flag,
      label: titleOf(json),
      value,
      range: rangeWords(json),
      taken: taken.words,
      corrected: correctedStatuses.has(status) || changedIn(stored).length > 0,
      ...(isWithdrawn ? { withdrawn: true } : {}),
    },
  };
}

const versionElements =
  /^(value[A-Z]\w*|component|interpretation|referenceRange|dataAbsentReason|conclusion|conclusionCode|code)$/;

/** A final result with the value of the preliminary one is another statement; 'corrected' and 'amended' are one. */
function versionOf(json: JsonObject, isWithdrawn: boolean): string {
  const status = readValue(json['status']);
  const standing = isWithdrawn
    ? 'withdrawn'
    : correctedStatuses.has(status)
      ? 'corrected'
      : status === 'preliminary'
        ? 'preliminary'
        : 'final';
  const told = Object.entries(json).filter(([element]) => versionElements.test(element));
  return shortHash({ standing, ...Object.fromEntries(told) });
}

function shortHash(value: Readonly<Record<string, JsonValue>>): string {
  return contentHash(value).slice(0, 16);
}

/** The gravest of a panel and its parts. A whole is called normal only if each part that has a value is judged so. */
function judged(json: JsonObject): { readonly rank: ResultRank; readonly flag: string } {
  const parts = [json, ...componentsOf(json)];
  const flags = parts.map(resultFlag).filter((flag) => flag !== undefined);
  const gravest = flags.find(({ critical }) => critical) ?? flags[0];
  if (gravest !== undefined) {
    const word = { high: 'High', low: 'Low', abnormal: 'Abnormal' }[gravest.direction];
    return { rank: gravest.critical ? 'critical' : 'abnormal', flag: word };
  }
  const valued = parts.filter((part) => Object.keys(part).some((element) => /^value[A-Z]/.test(element)));
  const isNormal = valued.length > 0 && valued.every((part) => isJudgedNormal(part) || isWithinOwnRange(part));
  return { rank: isNormal ? 'normal' : 'unjudged', flag: '' };
}

function isJudgedNormal(part: JsonObject): boolean {
  return objects(part['interpretation'])
    .flatMap(codesOfConcept)
    .some((code) => code === 'N' || code === 'NEG' || code === 'ND');
}

const alone = new ChartRecord(new Map());

function valueWords(json: JsonObject): string {
  const parts = componentsOf(json).map((part) => `${titleOf(part)} ${measuredOf(part, alone).short}`);
  return joinWords([measuredOf(json, alone).short, ...parts], ', ');
}

function rangeWords(json: JsonObject): string {
  return joinWords(
    objects(json['referenceRange']).map((range) => {
      const { low, high, text } = range;
      if (typeof text === 'string') return text;
      return joinWords(
        [low === undefined ? '' : `from ${readValue(low)}`, high === undefined ? '' : `to ${readValue(high)}`],
        ' ',
      );
    }),
    '; ',
  );
}

function takenOf(json: JsonObject): { readonly ms: number; readonly words: string } {
  const period = json['effectivePeriod'];
  const date =
    readDate(json['effectiveDateTime'] ?? json['effectiveInstant']) ??
    (isObject(period) ? readDate(period['start']) : undefined);
  const issued = readDate(json['issued']);
  // Whichever is later: a culture is issued days after it was taken.
  const times = [date, issued].flatMap((time) =>
    time === undefined || Number.isNaN(time.sortMs) ? [] : [time.sortMs],
  );
  return { ms: times.length === 0 ? Number.NaN : Math.max(...times), words: (date ?? issued)?.words ?? '' };
}

const replaces = 'http://hl7.org/fhir/StructureDefinition/observation-replaces';

/** Ids of results that this one names as replaced by it. */
function replacedIn(json: JsonObject): readonly string[] {
  return objects(json['extension']).flatMap(({ url, valueReference }) => {
    const reference = url === replaces && isObject(valueReference) ? valueReference['reference'] : undefined;
    return typeof reference === 'string' ? [idOf(reference)] : [];
  });
}

/**
 * What results that wait themselves replace, and what those replaced before. Anyone who writes results may name any of them: what is
 * itself no news, or names itself, or two that name each other, would take a critical one out of the list with nothing in its place.
 */
function replacedBy(replacements: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const named = new Set([...replacements.values()].flat());
  const replaced = new Set<string>();
  const toFollow = [...replacements.keys()].filter((id) => !named.has(id));
  for (let id = toFollow.pop(); id !== undefined; id = toFollow.pop())
    for (const former of replacements.get(id) ?? []) {
      if (replaced.has(former)) continue;
      replaced.add(former);
      toFollow.push(former);
    }
  return replaced;
}

function idOf(reference: string): string {
  return reference.slice(Math.max(reference.lastIndexOf('/'), reference.lastIndexOf(':')) + 1);
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}
