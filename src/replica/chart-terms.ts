/**
 * What a charter says about who may have the chart, small enough to be kept in memory of every chart while the charter itself
 * is not: from it, and from the frontiers, every question of a replicator is answered at once. Derived from a resolved
 * charter and from nothing else; kept in the commit that changes the charter, so that a start resolves none.
 *
 * Most charts of a practice are held and shared alike, so what they have in common is one object for all of them. Decides
 * nothing anew: each field is an answer of access/charter.ts. The clock is asked when a question is answered (CH-8).
 */
import type { ChartId, DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { CharterState } from '../access/charter.ts';
import { chainParts } from '../access/operation-bodies.ts';
import { mayWriteAt } from '../access/predicates.ts';
import type { RosterDevice } from '../access/roster.ts';
import type { EntryHeader } from '../crypto/entry.ts';
import type { Frontier, SharedChart } from '../net/replication-host.ts';
import { headsOf, isPartOf, opsFor } from './told-ops.ts';

/** What a practice may have of one section. */
interface SectionTerms {
  readonly reads: boolean;
  readonly writes: boolean;
  /** By a grant that nobody stopped, until its end; the custodian always. */
  readonly served: boolean;
  /** When its grant ends, in milliseconds since 1970; null: it does not. */
  readonly until: number | null;
  /** Was given it once. */
  readonly had: boolean;
}

interface PracticeTerms {
  readonly sections: ReadonlyMap<Section, SectionTerms>;
  /** The practices that the operations it may have give something to: it needs their rosters. */
  readonly told: readonly PracticeId[];
}

interface ChartShape extends Omit<ShapeRecord, 'practices'> {
  /** Every practice that has, or had, a part in it, and our own. */
  readonly practices: ReadonlyMap<PracticeId, PracticeTerms>;
  /** As it is kept. */
  readonly record: ShapeRecord;
}

export interface ChartTerms {
  readonly chart: ChartId;
  /** The charter heads in force here (CH-3). */
  readonly heads: readonly OpId[];
  /** The heads told to those who are part of it. */
  readonly told: readonly OpId[];
  /** The heads told to those who no longer are. */
  readonly ended: ReadonlyMap<PracticeId, readonly OpId[]>;
  readonly shape: ChartShape;
}

/** Makes and reads terms; owns what they have in common. */
export class TermsMaker {
  readonly #ours: PracticeId;
  readonly #shapes = new Map<string, ChartShape>();
  readonly #made = new WeakMap<CharterState, ChartTerms>();
  /** The last act in charts of a shape. */
  readonly #after = new WeakMap<ChartShape, { readonly act: string; readonly after: ChartShape }>();

  constructor(ours: PracticeId) {
    this.#ours = ours;
  }

  of(charter: CharterState): ChartTerms {
    const known = this.#made.get(charter);
    if (known !== undefined) return known;
    const { chart, heads, custodian, disclosure } = charter;
    const practices = [...new Set([this.#ours, custodian, ...disclosure.map((row) => row.practice)])].sort();
    const ended = practices.filter((practice) => !isPartOf(charter, practice));
    const told = headsOf(charter, opsFor(charter, custodian));
    // Of the length it is: ten thousand of them are kept.
    const exact = heads.slice();
    const made: ChartTerms = {
      chart,
      heads: exact,
      told: sameIds(told, heads) ? exact : told,
      ended:
        ended.length === 0
          ? nobody
          : new Map(ended.map((practice) => [practice, headsOf(charter, opsFor(charter, practice))])),
      shape: this.shapeOf(shapeRecordOf(charter, practices)),
    };
    this.#made.set(charter, made);
    return made;
  }

  /** As `termsToJson` wrote it; whoever keeps the record vouches for it. */
  fromJson(value: unknown): ChartTerms | undefined {
    const record = value as TermsRecord | null;
    if (record?.v !== 1) return undefined;
    const { chart, heads, told = heads, ended = {}, shape } = record;
    const ends = Object.entries(ended) as unknown as (readonly [PracticeId, readonly OpId[]])[];
    return { chart, heads, told, ended: ends.length === 0 ? nobody : new Map(ends), shape: this.shapeOf(shape) };
  }

  /** The same act in thousands of charts of one shape: what they come to is worked out once. `act`: all that `change` depends on. */
  shapeAfter(before: ChartShape, act: string, change: (record: ShapeRecord) => ShapeRecord): ChartShape {
    const known = this.#after.get(before);
    if (known?.act === act) return known.after;
    const after = this.shapeOf(change(before.record));
    this.#after.set(before, { act, after });
    return after;
  }

  /** The one object for all charts of this shape. */
  shapeOf(record: ShapeRecord): ChartShape {
    const text = JSON.stringify(record);
    const known = this.#shapes.get(text);
    if (known !== undefined) return known;
    const shape: ChartShape = {
      ...record,
      record,
      practices: new Map(
        record.practices.map(([practice, told, rows]) => [practice, { told, sections: sectionsOf(record, rows) }]),
      ),
    };
    this.#shapes.set(text, shape);
    return shape;
  }
}

const nobody: ReadonlyMap<PracticeId, readonly OpId[]> = new Map();

export function termsToJson({ chart, heads, told, ended, shape }: ChartTerms): unknown {
  const record: TermsRecord = {
    v: 1,
    chart,
    heads,
    ...(told === heads ? {} : { told }),
    ...(ended.size === 0 ? {} : { ended: Object.fromEntries(ended) }),
    shape: shape.record,
  };
  return record;
}

export function sameTerms(a: ChartTerms, b: ChartTerms): boolean {
  if (a === b) return true;
  return (
    a.shape === b.shape &&
    sameIds(a.heads, b.heads) &&
    sameIds(a.told, b.told) &&
    a.ended.size === b.ended.size &&
    [...a.ended].every(([practice, heads]) => sameIds(heads, b.ended.get(practice) ?? []))
  );
}

// ---------------------------------------------------------------------------------------------------------- questions

export function readsIn({ shape }: ChartTerms, practice: PracticeId, section: Section): boolean {
  return shape.practices.get(practice)?.sections.get(section)?.reads === true;
}

export function countRead({ shape }: ChartTerms, practice: PracticeId): number {
  return shape.sections.filter((section) => shape.practices.get(practice)?.sections.get(section)?.reads).length;
}

/** False says nothing: the charter has to be asked. */
export function surelyMayWrite(
  { shape }: ChartTerms,
  practice: PracticeId,
  member: RosterDevice | undefined,
  { section, stint }: Pick<EntryHeader, 'section' | 'stint'>,
): boolean {
  const writes = shape.practices.get(practice)?.sections.get(section)?.writes === true;
  return shape.firstStints && stint === '' && mayWriteAt(writes ? 'write' : 'none', member, section);
}

/** Whether it reads a section or once did. */
export function everRead({ shape }: ChartTerms, practice: PracticeId, section: Section): boolean {
  const terms = shape.practices.get(practice)?.sections.get(section);
  return terms?.had === true || terms?.reads === true;
}

/** A grant of it that still stands has come to its end (CH-8). */
export function hasExpired({ shape }: ChartTerms, nowMs: number): boolean {
  for (const { sections } of shape.practices.values())
    for (const { reads, until } of sections.values()) if (reads && until !== null && nowMs >= until) return true;
  return false;
}

/** The next moment at which a practice is served less than now; undefined: none. */
export function nextEnd({ shape }: ChartTerms, practice: PracticeId, nowMs: number): number | undefined {
  let next: number | undefined;
  for (const { until } of shape.practices.get(practice)?.sections.values() ?? [])
    if (until !== null && nowMs < until && (next === undefined || until < next)) next = until;
  return next;
}

/** `all`: everything that is here; `own`: what it wrote itself, and to the custodian also what we wrote. */
export function mayHaveOf({ shape }: ChartTerms, practice: PracticeId, section: Section, nowMs: number): 'all' | 'own' {
  const terms = shape.practices.get(practice)?.sections.get(section);
  return terms?.reads === true && isServed(terms, nowMs) ? 'all' : 'own';
}

export interface HeldOfChart {
  frontier(section: Section): Frontier;
  parted(section: Section): Frontier;
  practiceOf(device: DeviceId): PracticeId | undefined;
}

/** What is shown to a practice; undefined where it has no part in the chart. */
export function sharedChart(
  { shape, told, ended }: ChartTerms,
  practice: PracticeId,
  { ours, nowMs }: { readonly ours: PracticeId; readonly nowMs: number },
  held: HeldOfChart,
): SharedChart | undefined {
  const theirs = shape.practices.get(practice);
  if (theirs === undefined) return undefined;
  const own = shape.practices.get(ours);
  const sections = new Map<Section, Frontier>();
  const parted = new Map<Section, Frontier>();
  const show = (section: Section, of: (all: Frontier) => Frontier): void => {
    sections.set(section, of(held.frontier(section)));
    const branches = of(held.parted(section));
    if (branches.length > 0) parted.set(section, branches);
  };
  const chainsOf =
    (one: PracticeId) =>
    (frontier: Frontier): Frontier =>
      frontier.filter(({ chain }) => held.practiceOf(chainParts(chain).device) === one);
  for (const section of shape.sections) {
    const may = theirs.sections.get(section) ?? nothing;
    const we = own?.sections.get(section) ?? nothing;
    if (we.reads && isServed(may, nowMs)) show(section, (all) => all);
    else if (we.reads && may.had) show(section, chainsOf(practice));
    // Our own right ended: the custodian may have what we wrote.
    else if (!we.reads && we.had && practice === shape.custodian) show(section, chainsOf(ours));
  }
  return { heads: ended.get(practice) ?? told, sections, parted };
}

const nothing: SectionTerms = { reads: false, writes: false, served: false, until: null, had: false };

function isServed({ served, until }: SectionTerms, nowMs: number): boolean {
  return served && (until === null || nowMs < until);
}

// ------------------------------------------------------------------------------------------------------------ as kept

/** Each section in order: `r` reads, `w` writes, `s` served, `h` had, then the end of the grant if it has one. */
export type SectionRow = string;

export interface ShapeRecord {
  readonly custodian: PracticeId;
  readonly members: readonly PracticeId[];
  /** Of custody, to whom. */
  readonly offers: readonly PracticeId[];
  readonly sections: readonly Section[];
  /** Operations stand on what is not here. */
  readonly waits: boolean;
  /** Some are here that no rule allows, which are told to nobody. */
  readonly refuses: boolean;
  /** No act ended anybody's chain, or began one anew: each device writes in its first stint. */
  readonly firstStints: boolean;
  /** The devices on whose place in a roster it depends what stands. */
  readonly devices: readonly DeviceId[];
  /** Who, the practices told of, and a row a section. */
  readonly practices: readonly (readonly [PracticeId, readonly PracticeId[], readonly SectionRow[]])[];
}

interface TermsRecord {
  readonly v: 1;
  readonly chart: ChartId;
  readonly heads: readonly OpId[];
  readonly told?: readonly OpId[];
  readonly ended?: Readonly<Record<PracticeId, readonly OpId[]>>;
  readonly shape: ShapeRecord;
}

function shapeRecordOf(charter: CharterState, practices: readonly PracticeId[]): ShapeRecord {
  const { custodian, members, offers, sections, parked, refused, ops, disclosure } = charter;
  const devices = new Set(ops.map((op) => op.signer));
  for (const { body } of ops) if (body.kind === 'close') devices.add(body.device);
  return {
    custodian,
    members,
    offers: offers.map(({ to }) => to),
    sections,
    waits: parked.size > 0,
    refuses: refused.size > 0,
    firstStints: !ops.some(({ body }) => changesStints.has(body.kind)),
    devices: [...devices].sort(),
    practices: practices.map((practice) => {
      const given = new Set(disclosure.flatMap((row) => (row.practice === practice ? [row.section] : [])));
      const rows = sections.map((section): SectionRow => {
        // Before any end that a grant can have.
        const served = charter.isServed(practice, section, -Infinity);
        const until = practice === custodian ? null : charter.untilOf(practice, section);
        const right = charter.rightOf(practice, section);
        const reads = right !== 'none';
        const rights = `${reads ? 'r' : ''}${right === 'write' ? 'w' : ''}`;
        return `${rights}${served ? 's' : ''}${given.has(section) ? 'h' : ''}${reads ? (until ?? '') : ''}`;
      });
      return [practice, toldBy(charter, practice), rows];
    }),
  };
}

const changesStints: ReadonlySet<string> = new Set(['revoke', 'close', 'takeCustody', 'settle']);

/** Whose right has ended does not learn who got one later. */
function toldBy(charter: CharterState, practice: PracticeId): readonly PracticeId[] {
  const told = new Set(opsFor(charter, practice).map(({ id }) => id));
  const named = charter.disclosure.flatMap((row) => (told.has(row.granted.op) ? [row.practice] : []));
  return [...new Set(named)].sort();
}

function sectionsOf(
  { sections }: Pick<ShapeRecord, 'sections'>,
  rows: readonly SectionRow[],
): ReadonlyMap<Section, SectionTerms> {
  return new Map(sections.map((section, i) => [section, sectionTermsOf(rows[i] ?? '')]));
}

function sectionTermsOf(row: SectionRow): SectionTerms {
  const [letters = '', end = ''] = [/^[rwsh]*/.exec(row)?.[0], /-?\d+$/.exec(row)?.[0]];
  return {
    reads: letters.includes('r'),
    writes: letters.includes('w'),
    served: letters.includes('s'),
    had: letters.includes('h'),
    until: end === '' ? null : Number(end),
  };
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
