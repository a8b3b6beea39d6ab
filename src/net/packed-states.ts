/**
 * What is kept of ten thousand charts, in memory for all of them at once: frontiers and counts of their sections. As objects they would
 * weigh more than everything else a closed chart leaves in memory; so each chart is one text of single bytes, and becomes objects
 * when somebody asks. The last that were asked for stay objects, since who asks for one section of a chart asks for the next.
 *
 * ```
 * sections, each: its name's number | entries | bytes | number of chains | chains, each: its name's number | seq | 32 bytes of hash
 * ```
 * Numbers are LEB128; names are numbered as they come, for they are the same in most charts. Never stored, never sent.
 */
import { fromHex } from '../base/bytes.ts';
import { entryHash, type ChartId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { ChainName, FrontierItem } from '../crypto/entry.ts';
import type { SectionState } from '../store/store.ts';

type States = ReadonlyMap<Section, SectionState>;

const nothing: States = new Map();
const hashBytes = 32;
/** Charts that stay objects. */
const maxRead = 64;

export class PackedStates {
  readonly #packed = new Map<ChartId, string>();
  /** Oldest first. */
  readonly #read = new Map<ChartId, States>();
  readonly #sections = new Names<Section>();
  readonly #chains = new Names<ChainName>();
  #entries = 0;

  keys(): Iterable<ChartId> {
    return this.#packed.keys();
  }

  /** Of all charts: asked more often than it changes. */
  get entries(): number {
    return this.#entries;
  }

  get(chart: ChartId): States {
    const packed = this.#packed.get(chart);
    if (packed === undefined) return nothing;
    const states = this.#read.get(chart) ?? this.#unpack(packed);
    this.#note(chart, states);
    return states;
  }

  /** Another one after anything of the chart became durable. */
  versionOf(chart: ChartId): string {
    return this.#packed.get(chart) ?? '';
  }

  set(chart: ChartId, states: States): void {
    this.#entries += entriesOf(states) - entriesOf(this.get(chart));
    this.#packed.set(chart, this.#pack(states));
    this.#read.delete(chart);
  }

  delete(chart: ChartId): void {
    this.#entries -= entriesOf(this.get(chart));
    this.#packed.delete(chart);
    this.#read.delete(chart);
  }

  #note(chart: ChartId, states: States): void {
    this.#read.delete(chart);
    this.#read.set(chart, states);
    const [oldest] = this.#read.keys();
    if (this.#read.size > maxRead && oldest !== undefined) this.#read.delete(oldest);
  }

  #pack(states: States): string {
    const codes: number[] = [];
    for (const [section, { frontier, entries, bytes }] of states) {
      for (const number of [this.#sections.numberOf(section), entries, bytes, frontier.length])
        putNumber(codes, number);
      for (const { chain, seq, hash } of frontier) {
        putNumber(codes, this.#chains.numberOf(chain));
        putNumber(codes, seq);
        const name = fromHex(hash);
        if (name?.length !== hashBytes) throw new Error('the name of an entry is 32 bytes');
        codes.push(...name);
      }
    }
    return textOf(codes);
  }

  #unpack(packed: string): States {
    const states = new Map<Section, SectionState>();
    const read = new PackedReader(packed);
    while (!read.isAtEnd) {
      const section = this.#sections.nameOf(read.number());
      const [entries, bytes] = [read.number(), read.number()];
      const frontier: FrontierItem[] = [];
      for (let left = read.number(); left > 0; left--)
        frontier.push({
          chain: this.#chains.nameOf(read.number()),
          seq: read.number(),
          hash: entryHash(read.take(hashBytes)),
        });
      states.set(section, { frontier, entries, bytes });
    }
    return states;
  }
}

function entriesOf(states: States): number {
  let sum = 0;
  for (const { entries } of states.values()) sum += entries;
  return sum;
}

/** Each name's number is its place. */
class Names<Name extends string> {
  readonly #names: Name[] = [];
  readonly #numbers = new Map<Name, number>();

  numberOf(name: Name): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  nameOf(number: number): Name {
    const name = this.#names[number];
    if (name === undefined) throw new Error('a number was given to a name');
    return name;
  }
}

function putNumber(codes: number[], number: number): void {
  let rest = number;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) codes.push((rest % 0x80) + 0x80);
  codes.push(rest);
}

/** Codes are handed over as arguments, of which an engine takes only so many. */
const codesAtOnce = 4096;

function textOf(codes: readonly number[]): string {
  let text = '';
  for (let from = 0; from < codes.length; from += codesAtOnce)
    text += String.fromCharCode(...codes.slice(from, from + codesAtOnce));
  return text;
}

class PackedReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  number(): number {
    let number = 0;
    for (let weight = 1; ; weight *= 0x80) {
      const code = this.#text.charCodeAt(this.#at++);
      number += (code % 0x80) * weight;
      if (code < 0x80) return number;
    }
  }

  take(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.#text.charCodeAt(this.#at++);
    return bytes;
  }
}
