/**
 * Results and vital signs side by side: a row for each test, a column for each day, the newest first. A value stands in the row of its own
 * test and unit alone: what the trends keep apart (result-series.ts, vital-series.ts) is apart here, and so is what is qualified
 * or names another patient. Every value is as written; what has none, and what was entered in error, is counted and left to the list.
 */
import { conceptWords, joinWords } from '../datatypes.ts';
import { isCorrected, isUnfinished } from '../fhir-status.ts';
import { isObject, JsonNumber, objects, textOf, type JsonObject } from '../json.ts';
import type { ReadableDate } from '../readable-date.ts';
import type { ChartRecord } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { convert } from '../ucum.ts';
import { unitWords } from '../units.ts';
import { vitalSpecOf, vitalSpecs } from '../vital-kinds.ts';
import { componentsOf, measuredOf } from './observation.ts';
import { resultFlag, type ResultFlag } from './result-flag.ts';
import { testOf } from './result-series.ts';
import { rangesWords, resultRows, type ResultRow } from './results.ts';
import { isPressureSide, vitalRows, type VitalRow } from './vitals.ts';

export interface ValueGrid {
  /** Newest first; what cannot be read as a date comes after those, what has none last. */
  readonly days: readonly GridDay[];
  readonly groups: readonly { readonly title: string; readonly rows: readonly GridRow[] }[];
  /** Entries of the list that are not here. */
  readonly leftOut: { readonly withoutValue: number; readonly inError: number };
}

export interface GridDay {
  readonly id: string;
  /** "20 Oct 2020"; empty for what has no date. */
  readonly words: string;
}

export interface GridRow {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  /** Day → its values, the newest first. */
  readonly values: ReadonlyMap<string, readonly GridValue[]>;
}

export interface GridValue {
  readonly key: ResourceKey;
  /** "07:10"; empty where only the day was written. */
  readonly time: string;
  /** Without the unit of its row; with its own where that is another. */
  readonly words: string;
  /** As written, with its unit. */
  readonly full: string;
  readonly flag: ResultFlag | undefined;
  /** "High", as the laboratory judged it. */
  readonly interpretation: string;
  /** What it is compared with: "3.5 – 5.1 mmol/L"; empty where it came with no range. */
  readonly range: string;
  readonly corrected: boolean;
  /** "preliminary", "cancelled"; empty where its laboratory stands by it. */
  readonly unfinished: string;
  /** Another result stands in its place. */
  readonly replaced: boolean;
}

/** A value with what says in which row it stands. */
interface Measurement extends InUnit {
  readonly test: string;
  readonly label: string;
  readonly when: ReadableDate | undefined;
  readonly group: Group;
}

interface InUnit {
  /** Of its row; undefined for words, which have none: they stand with the numbers of their test. A number written as words does not. */
  readonly unit: string | undefined;
  readonly value: GridValue;
}

/** Where a row stands: the panel its test was ordered in, and its place there. */
interface Group {
  readonly title: string;
  readonly isPanel: boolean;
  readonly place: number;
}

interface Of {
  readonly json: JsonObject;
  readonly record: ChartRecord;
  readonly isReplaced: boolean;
}

export function resultGrid(record: ChartRecord): ValueGrid {
  const rows = resultRows(record);
  const panels = panelsOf(rows, record);
  return gridOf(rows, (row) => {
    const json = row.kind === 'report' ? undefined : record.get(row.key)?.json;
    if (json === undefined) return [];
    const of = { json, record, isReplaced: row.replacedBy !== undefined };
    const group = panels.get(row.key) ?? { title: row.category, isPanel: false, place: Infinity };
    const test = `${testOf(json)} ${qualifying(row, json)}`;
    const own = valueIn(json, row, of).map((value) => ({ ...value, test, label: row.label, when: row.when, group }));
    const parts = componentsOf(json).flatMap((part, place) =>
      valueIn(part, row, of).map((value) => ({
        ...value,
        // The same code may be another test in another panel: "Number".
        test: `${test} ${testOf(part)}`,
        label: titleOf(part),
        when: row.when,
        group: { title: row.label, isPanel: true, place },
      })),
    );
    return [...own, ...parts];
  });
}

export function vitalGrid(record: ChartRecord): ValueGrid {
  return gridOf(vitalRows(record), (row) => {
    const json = record.get(row.key)?.json;
    if (json === undefined) return [];
    const of = { json, record, isReplaced: row.replacedBy !== undefined };
    const qualified = qualifying(row, json);
    const place = (test: string, label: string, at: number) => ({
      test: `${test} ${qualified}`,
      label: qualified === '' ? label : joinWords([label, qualified], ': '),
      when: row.when,
      group: { title: '', isPanel: false, place: at },
    });
    const isPressure = row.bloodPressure !== undefined;
    const pressure = isPressure ? [{ ...pressureIn(row, of), ...place('blood-pressure', 'Blood pressure', -1) }] : [];
    const parts = (isPressure ? [] : [json]).concat(
      componentsOf(json).filter((part) => !(isPressure && isPressureSide(part))),
    );
    const others = parts.flatMap((part) => {
      const spec = vitalSpecOf(part);
      const at = spec === undefined ? Infinity : vitalSpecs.indexOf(spec);
      const where = place(spec?.kind ?? testOf(part), spec?.label ?? titleOf(part), at);
      return valueIn(part, row, of, spec?.unit).map((value) => ({ ...value, ...where }));
    });
    return [...pressure, ...others];
  });
}

/** What its name says beyond what was measured: that it is qualified, or names another patient. */
function qualifying({ label }: ResultRow | VitalRow, json: JsonObject): string {
  return label === titleOf(json) ? '' : label;
}

function gridOf<R extends ResultRow | VitalRow>(
  rows: readonly R[],
  measure: (row: R) => readonly Measurement[],
): ValueGrid {
  const counted = rows.filter((row) => !row.enteredInError);
  const measured = counted.map(measure);
  // The newest first, as the rows are.
  const measurements = measured.flat();
  return {
    days: daysOf(measurements),
    groups: groupsOf(measurements),
    leftOut: {
      inError: rows.length - counted.length,
      withoutValue: measured.filter(({ length }) => length === 0).length,
    },
  };
}

function daysOf(measurements: readonly Measurement[]): readonly GridDay[] {
  const days = new Map(measurements.map(({ when }) => [dayId(when), when]));
  const startMs = (id: string): number => {
    const ms = Date.parse(id);
    return Number.isNaN(ms) || !isDay.test(id) ? -Infinity : ms;
  };
  return [...days]
    .map(([id, when]) => ({ id, words: id === '' ? '' : withoutTime(when?.words ?? '') }))
    .sort((a, b) => startMs(b.id) - startMs(a.id) || b.id.length - a.id.length);
}

const isDay = /^\d{4}(-\d{2}){0,2}$/;

/** Values of a day are in one column wherever their clocks stood; "2020" is not the first of January. What is no date stands as written. */
function dayId(when: ReadableDate | undefined): string {
  if (when === undefined) return '';
  return Number.isNaN(when.sortMs) ? when.written : when.written.slice(0, 10);
}

function withoutTime(words: string): string {
  return words.replace(/, \d{2}:\d{2}$/, '');
}

function groupsOf(measurements: readonly Measurement[]): ValueGrid['groups'] {
  const newestUnit = new Map<string, string>();
  for (const { test, unit } of measurements)
    if (unit !== undefined && !newestUnit.has(test)) newestUnit.set(test, unit);
  const rows = new Map<string, Omit<GridRow, 'values'> & { group: Group; readonly values: Map<string, GridValue[]> }>();
  for (const { test, unit = newestUnit.get(test) ?? '', group, label, when, value } of measurements) {
    const id = `${test} ${unit}`;
    const row = rows.get(id) ?? { id, label, unit, group, values: new Map<string, GridValue[]>() };
    if (group.isPanel && !row.group.isPanel) row.group = group;
    rows.set(id, row);
    const day = row.values.get(dayId(when));
    if (day === undefined) row.values.set(dayId(when), [value]);
    else day.push(value);
  }
  const all = [...rows.values()].sort(byPlace);
  const titles = new Set([...rows.values()].map(({ group }) => group.title));
  return [...titles]
    .sort((a, b) => Number(a === '') - Number(b === ''))
    .map((title) => ({ title, rows: all.filter(({ group }) => group.title === title) }));
}

type Placed = Pick<GridRow, 'label'> & { readonly group: Group };

function byPlace(a: Placed, b: Placed): number {
  // Two that have no place are as far as one another.
  return a.group.place === b.group.place ? a.label.localeCompare(b.label) : a.group.place - b.group.place;
}

/** Result → the panel it is a part of, by the newest report or observation that gathers it. */
function panelsOf(rows: readonly ResultRow[], record: ChartRecord): ReadonlyMap<ResourceKey, Group> {
  const panels = new Map<ResourceKey, Group>();
  for (const row of rows) {
    if (row.enteredInError) continue;
    for (const [place, key] of membersOf(row, record).entries())
      if (!panels.has(key)) panels.set(key, { title: row.label, isPanel: true, place });
  }
  return panels;
}

function membersOf(row: ResultRow, record: ChartRecord): readonly ResourceKey[] {
  const members = objects(record.get(row.key)?.json['hasMember']).map(({ reference }) =>
    record.keyOf(textOf(reference)),
  );
  return [...row.resultKeys, ...members.filter((key) => key !== undefined)];
}

/** The value of an observation or of a part of one; none where it says neither a value nor why there is none. */
function valueIn(part: JsonObject, row: ResultRow | VitalRow, of: Of, kept?: string): readonly InUnit[] {
  const { value: full, short } = measuredOf(part, of.record);
  if (full === '') return [];
  const { valueQuantity: quantity } = part;
  const isNumber = isObject(quantity) && quantity['value'] instanceof JsonNumber;
  if (!isNumber) {
    const unit = readsAsNumber.test(short) ? '' : undefined;
    return [{ unit, value: gridValue(row, of, { words: short, full, judged: [part] }) }];
  }
  const written = textOf(quantity['unit'] ?? quantity['code']);
  const unit = inUnitKept(textOf(quantity['code'] ?? quantity['unit']), kept) ?? unitWords(written);
  const words = withoutUnit(short, unit);
  return [{ unit, value: gridValue(row, of, { words, full, judged: [part] }) }];
}

/** "95", ">200", "1 / 128": beside a unit it would be read in that unit, whatever its laboratory counted in. */
const readsAsNumber = /^[<>=≈≤≥~]* ?[-+.]?\d/;

/** The unit that a vital sign is kept in, where what was written is one of the same kind: the trend has them on one line too. */
function inUnitKept(written: string, kept: string | undefined): string | undefined {
  return kept !== undefined && convert(0, written, kept).ok ? unitWords(kept) : undefined;
}

function withoutUnit(words: string, unit: string): string {
  return unit !== '' && words.endsWith(` ${unit}`) ? words.slice(0, -unit.length - 1) : words;
}

function pressureIn(row: VitalRow, of: Of): InUnit {
  const unit = row.bloodPressure?.unit ?? '';
  const judged = [of.json, ...componentsOf(of.json).filter(isPressureSide)];
  return { unit, value: gridValue(row, of, { words: withoutUnit(row.short, unit), full: row.value, judged }) };
}

function gridValue(
  row: ResultRow | VitalRow,
  { json, isReplaced }: Of,
  { words, full, judged }: { readonly words: string; readonly full: string; readonly judged: readonly JsonObject[] },
): GridValue {
  const flagged = judged.flatMap((part) => {
    const flag = resultFlag(part);
    return flag === undefined ? [] : [{ flag, interpretation: conceptWords(part['interpretation']) }];
  });
  // Of a pair the graver side speaks.
  const gravest = flagged.find(({ flag }) => flag.critical) ?? flagged[0];
  return {
    key: row.key,
    time: /, (\d{2}:\d{2})$/.exec(row.when?.words ?? '')?.[1] ?? '',
    words,
    full,
    flag: isReplaced ? undefined : gravest?.flag,
    interpretation: gravest?.interpretation ?? '',
    range: joinWords(
      judged.map((part) => rangesWords(part['referenceRange'])),
      '; ',
    ),
    corrected: isCorrected(json),
    unfinished: isUnfinished(json) ? row.status : '',
    replaced: isReplaced,
  };
}
