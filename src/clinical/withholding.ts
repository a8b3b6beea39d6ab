/**
 * One act of writing, seen from the words of its references: what each resource is written without, and the records that
 * keep those words in their sections. Imports, forms and settled conflicts all pass here before anything is stored.
 *
 * A reference written without words keeps those held for its place: whoever changes an entry without being able to read
 * the other section must not take its words away.
 */
import type { ChartSection } from '../base/sections.ts';
import { jsonObject, sameJson, stringifyJson, type JsonObject } from './json.ts';
import { parseObject } from './json-parser.ts';
import { ChartRecord, type OpenSections } from './record.ts';
import { ReferenceTargets, type Located } from './reference-target.ts';
import { addressable } from './references.ts';
import { typeOfKey } from './resource-key.ts';
import type { Registers, ResourceKey, SectionEdit } from './section-edit.ts';
import type { WordSource } from './resource-spots.ts';
import { mayHoldWords, takeWords } from './withheld-words.ts';
import { wordsRecord, type TakenWords } from './words-records.ts';

export type SectionEdits = ReadonlyMap<ChartSection, readonly SectionEdit[]>;

/** What a person says now is new unless it is what stands; what a file says, unless it was ever taken. */
type NewUnless = 'it-stands' | 'ever-held';

export interface Bare {
  readonly json: JsonObject;
  /** Top-level elements with words that the chart does not hold yet. */
  readonly newWordsIn: readonly string[];
}

/** A place costs 40 bytes on top of its words: with these, at most a tenth of what a resource may have. */
const maxWordsPerRecord = 2_000;

export class Withholding {
  readonly #record: ChartRecord;
  readonly #targets: ReferenceTargets;
  readonly #newUnless: NewUnless;
  readonly #taken = new Map<ResourceKey, TakenWords[]>();

  /** `added`: resources that the same act writes. */
  constructor(record: ChartRecord, added: readonly Located[], newUnless: NewUnless) {
    this.#record = record;
    this.#targets = new ReferenceTargets(() => [...record.located, ...added]);
    this.#newUnless = newUnless;
  }

  /** The resource, or some elements of it, as it may lie in its section. */
  bare(json: JsonObject, source: WordSource): Bare {
    const { json: bare, taken } = takeWords(json, source, this.#targets);
    const held = this.#record.words.of(source.key);
    const fresh = taken.filter(({ place, words }) => {
      const before = held?.places.get(place) ?? [];
      const known = this.#newUnless === 'ever-held' ? before : before.slice(-1);
      return !known.some((one) => sameJson(one, words));
    });
    if (fresh.length > 0) this.#taken.set(source.key, [...(this.#taken.get(source.key) ?? []), ...fresh]);
    return { json: bare, newWordsIn: [...new Set(fresh.map(({ element }) => element))] };
  }

  /** What keeps the words that are new, by section. */
  records(): ReadonlyMap<ChartSection, readonly SectionEdit[]> {
    const records = new Map<ChartSection, SectionEdit[]>();
    for (const [source, taken] of this.#taken) {
      const turn = (this.#record.words.of(source)?.newestTurn ?? -1) + 1;
      for (const section of new Set(taken.map((words) => words.section))) {
        const parts = inParts(taken.filter((words) => words.section === section));
        const made = parts.map((words) => wordsRecord(source, turn, words));
        records.set(section, [...(records.get(section) ?? []), ...made]);
      }
    }
    return records;
  }
}

/** A record of many small words may be longer than what they were taken from; no record may be longer than a resource. */
function inParts(words: readonly TakenWords[]): readonly (readonly TakenWords[])[] {
  const parts: TakenWords[][] = [];
  for (const one of words) {
    const last = parts.at(-1);
    if (last === undefined || last.length >= maxWordsPerRecord) parts.push([one]);
    else last.push(one);
  }
  return parts;
}

/** The edits a form or a choice made, as they may be stored: `sections` is the chart as its writer can read it. */
export function withholdWords(edits: SectionEdits, sections: OpenSections): SectionEdits {
  if (![...edits].some(([section, list]) => list.some((edit) => mayTake(edit, section)))) return edits;
  const record = new ChartRecord(sections);
  const withholding = new Withholding(record, createdIn(edits), 'it-stands');
  const bare = new Map([...edits].map(([section, list]) => [section, list.map((edit) => bareEdit(edit, section))]));
  return joinEdits(bare, withholding.records());

  function bareEdit(edit: SectionEdit, section: ChartSection): SectionEdit {
    if (edit.kind === 'settleList' || edit.kind === 'type') return edit;
    const source = { key: edit.key, section };
    if (edit.kind === 'create') {
      const json = parseObject(edit.base);
      const { json: bare } = json === undefined ? { json } : withholding.bare(json, source);
      return bare === json || bare === undefined ? edit : { ...edit, base: stringifyJson(bare) };
    }
    return { ...edit, registers: bareRegisters(edit.registers, source) };
  }

  function bareRegisters(registers: Registers, source: WordSource): Registers {
    const whole = record.get(source.key)?.json ?? jsonObject([]);
    const entries = Object.entries(registers).map(([name, text]) => {
      const json = name.startsWith('@') ? undefined : parseObject(text);
      if (json === undefined) return [name, text] as const;
      const container = jsonObject([...Object.entries(whole), ...Object.entries(json)]);
      const { json: bare } = withholding.bare(json, { ...source, container });
      return [name, bare === json ? text : stringifyJson(bare)] as const;
    });
    return Object.fromEntries(entries);
  }
}

function mayTake(edit: SectionEdit, section: ChartSection): boolean {
  if (edit.kind === 'settleList' || edit.kind === 'type') return false;
  const written = edit.kind === 'create' ? [['', edit.base] as const] : Object.entries(edit.registers);
  return written.some(([name, text]) => {
    const json = name.startsWith('@') ? undefined : parseObject(text);
    return json !== undefined && mayHoldWords(json, { key: edit.key, section });
  });
}

export function joinEdits(...parts: readonly SectionEdits[]): Map<ChartSection, readonly SectionEdit[]> {
  const joined = new Map<ChartSection, readonly SectionEdit[]>();
  for (const [section, edits] of parts.flatMap((part) => [...part]))
    joined.set(section, [...(joined.get(section) ?? []), ...edits]);
  return joined;
}

function createdIn(edits: SectionEdits): readonly Located[] {
  return [...edits].flatMap(([section, list]) =>
    list.flatMap((edit) => {
      const json = edit.kind === 'create' ? parseObject(edit.base) : undefined;
      if (edit.kind !== 'create' || json === undefined) return [];
      const { id } = json;
      const addressed = {
        key: edit.key,
        type: typeOfKey(edit.key),
        id: typeof id === 'string' ? id : undefined,
        fullUrl: undefined,
        json,
      };
      return [{ section, ...addressable(addressed) }];
    }),
  );
}
