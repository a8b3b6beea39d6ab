/**
 * Records of words that were taken out of references (withheld-words.ts): they lie in the section the words are about.
 *
 * A record, stored format, under the key `referenceWords/<content hash>`; no FHIR type begins with a small letter:
 *
 * | member  | what                                                                                        |
 * |---------|---------------------------------------------------------------------------------------------|
 * | `of`    | content hash of the key of the resource the words were taken from                           |
 * | `turn`  | 0, or one more than the newest record of that resource its writer saw: the newest is shown  |
 * | `words` | place → the members taken away; a place is a hash of resource, element and what was left    |
 *
 * Records are never changed and are named by what they hold, so two devices that write the same words write one record,
 * and different words never replace each other. Hashes, because a record's readers may not read the resource it is of.
 */
import type { ChartSection } from '../base/sections.ts';
import { contentHash } from './content-hash.ts';
import { isObject, JsonNumber, jsonObject, stringifyJson, type JsonObject } from './json.ts';
import { parseJson } from './json-parser.ts';
import type { ResourceKey, SectionEdit, StoredResource } from './section-edit.ts';

const keyPrefix = 'referenceWords/';

/** Bookkeeping of this file: never shown, counted or exported as a resource. */
export function holdsWords(key: ResourceKey): boolean {
  return key.startsWith(keyPrefix);
}

export interface TakenWords {
  readonly section: ChartSection;
  readonly place: string;
  /** Of the resource, at its top level. */
  readonly element: string;
  readonly words: JsonObject;
}

/** The record that keeps words in their section. */
export function wordsRecord(
  source: ResourceKey,
  turn: number,
  words: readonly TakenWords[],
): SectionEdit & { readonly kind: 'create' } {
  const record = jsonObject([
    ['of', contentHash(source)],
    ['turn', new JsonNumber(String(turn))],
    ['words', jsonObject(words.map(({ place, words: members }) => [place, members]))],
  ]);
  return { kind: 'create', key: `${keyPrefix}${contentHash(record)}`, base: stringifyJson(record) };
}

/** What is held for one resource. */
interface WordsOfResource {
  readonly records: readonly StoredResource[];
  /** What was ever kept for a place, the newest last. */
  readonly places: ReadonlyMap<string, readonly JsonObject[]>;
  readonly newestTurn: number;
}

/** What the open sections hold of withheld words. Looked through when the words of some resource are asked for. */
export class HeldWords {
  readonly #stored: () => Iterable<StoredResource>;
  readonly #read = new Map<string, WordsOfResource>();
  #bySource: ReadonlyMap<string, readonly StoredResource[]> | undefined;

  constructor(stored: () => Iterable<StoredResource>) {
    this.#stored = stored;
  }

  of(source: ResourceKey): WordsOfResource | undefined {
    const bySource = (this.#bySource ??= recordsBySource(this.#stored()));
    if (bySource.size === 0) return undefined;
    const hash = contentHash(source);
    const words = this.#read.get(hash) ?? wordsOf(bySource.get(hash) ?? []);
    if (words !== undefined) this.#read.set(hash, words);
    return words;
  }
}

function recordsBySource(all: Iterable<StoredResource>): ReadonlyMap<string, readonly StoredResource[]> {
  const records = new Map<string, StoredResource[]>();
  for (const stored of all) {
    const source = sourceOf(stored);
    if (source === undefined) continue;
    const others = records.get(source);
    if (others === undefined) records.set(source, [stored]);
    else others.push(stored);
  }
  return records;
}

/** As every record is written it begins with whose it is, and none has that twice: the rest is read for those that are shown. */
function sourceOf(stored: StoredResource): string | undefined {
  return /^\{"of":"([^"\\]*)"/.exec(stored.base)?.[1] ?? readRecord(stored)?.of;
}

function wordsOf(all: readonly StoredResource[]): WordsOfResource | undefined {
  const records = all.flatMap((stored) => {
    const record = readRecord(stored);
    return record === undefined ? [] : [{ record, stored }];
  });
  if (records.length === 0) return undefined;
  const inOrder = records.toSorted((a, b) => a.record.turn - b.record.turn || (a.stored.key < b.stored.key ? -1 : 1));
  const places = new Map<string, JsonObject[]>();
  for (const [place, members] of inOrder.flatMap(({ record }) => record.words)) {
    places.set(place, [...(places.get(place) ?? []), members]);
  }
  const newestTurn = inOrder.at(-1)?.record.turn ?? -1;
  return { records: inOrder.map(({ stored }) => stored), places, newestTurn };
}

interface WordsRecord {
  readonly of: string;
  readonly turn: number;
  readonly words: readonly (readonly [string, JsonObject])[];
}

/** Records never change, so each is read once. One that cannot be read (a faulty or hostile writer's) says nothing. */
const readRecords = new WeakMap<StoredResource, WordsRecord | { readonly unreadable: true }>();

function readRecord(stored: StoredResource): WordsRecord | undefined {
  const known = readRecords.get(stored) ?? parseRecord(stored.base) ?? { unreadable: true };
  readRecords.set(stored, known);
  return 'unreadable' in known ? undefined : known;
}

function parseRecord(base: string): WordsRecord | undefined {
  const parsed = parseJson(base);
  if (!parsed.ok || !isObject(parsed.value)) return undefined;
  const { of, turn, words } = parsed.value;
  const number = turn instanceof JsonNumber ? Number(turn.text) : -1;
  if (typeof of !== 'string' || !Number.isSafeInteger(number) || number < 0 || !isObject(words)) return undefined;
  return {
    of,
    turn: number,
    words: Object.entries(words).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  };
}
