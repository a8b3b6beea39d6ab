/**
 * What a saved document and changes on top of it say, read from their columns without loading them: most sections are opened
 * to be looked at, and Automerge builds and hashes every change again before it answers. Only for what this device had in a
 * document before (AM-3), and only where one change follows the other and each operation writes a string at the root: then
 * the last text of every key stands, and nothing is unsettled. Of anything else it says nothing, and Automerge is asked.
 */
import { decodeChange } from '@automerge/automerge/slim';
import { inflateSync } from 'fflate';
import { toHex } from '../base/bytes.ts';
import { inflateAtMost } from '../base/inflate.ts';
import {
  bodyOfChunk,
  changeChunk,
  columnSpecs,
  deflated,
  documentChunk,
  hashBytes,
  passChangeHead,
  Reader,
  type Column,
} from './columns.ts';
import { genesisHash } from './genesis.ts';
import { maxDocumentBytes, maxDocumentValues } from './limits.ts';

/** Columns of operations, in documents and in changes. */
const keyText = 0x15;
const isInsertion = 0x34;
const action = 0x42;
const valueKind = 0x56;
const valueBytes = 0x57;
/** In documents: how many later operations took the value's place. */
const successors = 0x80;
/** Ids and what was replaced: a line of changes tells that by itself. */
const beside: ReadonlySet<number> = new Set([0x21, 0x23, 0x81, 0x83, 0x70, 0x71, 0x73]);

/** Columns of a document's changes: how many others each builds on, and which. */
const depCount = 0x40;
const depIndex = 0x43;

const set = 1;
const text = 6;

const genesisActor = '00';

interface Filled {
  readonly data: Uint8Array;
  readonly isDeflated: boolean;
}

type Columns = ReadonlyMap<number, Filled>;

/** Told when it is asked: the texts of a section that nobody looks at stay as they lie, compressed. */
export type TextAsked = () => string;

/** The same of the whole section: the text that stands for every root key. */
export type ValuesAsked = () => ReadonlyMap<string, TextAsked>;

/** Undefined where it takes more than reading, or somebody wrote there whom `isKnown` does not know. */
export function readSavedValues(
  snapshot: Uint8Array | undefined,
  changes: readonly Uint8Array[],
  isKnown: (actor: string) => boolean,
): ValuesAsked | undefined {
  try {
    const saved = snapshot === undefined ? { head: genesisHash, put: nothing } : readDocument(snapshot, isKnown);
    if (saved === undefined || !isLine(saved.head, changes, isKnown)) return undefined;
    const parts = [saved.put, ...changes.map(readChange)];
    return parts.includes(undefined) ? undefined : () => valuesOfAll(parts);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Puts what operations wrote in place of what stood before them. */
type Put = (values: Map<string, TextAsked>) => void;

const nothing: Put = () => undefined;

function valuesOfAll(parts: readonly (Put | undefined)[]): ReadonlyMap<string, TextAsked> {
  const values = new Map<string, TextAsked>();
  for (const put of parts) put?.(values);
  return values;
}

/** With the one head of its line of changes. */
function readDocument(
  bytes: Uint8Array,
  isKnown: (actor: string) => boolean,
): { readonly head: string; readonly put: Put | undefined } | undefined {
  const read = bodyOfChunk(bytes, documentChunk);
  for (let actors = read.uleb(); actors > 0; actors--) {
    const actor = toHex(read.take(read.uleb()));
    if (actor !== genesisActor && !isKnown(actor)) return undefined;
  }
  if (read.uleb() !== 1) return undefined;
  const head = toHex(read.take(hashBytes));
  const [ofChanges, ofOperations] = [columnSpecs(read), columnSpecs(read)];
  if (!eachFollowsTheOneBefore(columnsOf(read, ofChanges))) return undefined;
  return { head, put: readOperations(columnsOf(read, ofOperations)) };
}

function readChange(bytes: Uint8Array): Put | undefined {
  const read = bodyOfChunk(bytes, changeChunk);
  passChangeHead(read);
  return readOperations(columnsOf(read, columnSpecs(read)));
}

/** Whether these changes, in this order, each build on the one before and on nothing else, the first on `head`. */
function isLine(head: string, changes: readonly Uint8Array[], isKnown: (actor: string) => boolean): boolean {
  let last: string | undefined = head;
  for (const [i, bytes] of changes.entries()) {
    const read = bodyOfChunk(bytes, changeChunk);
    if (last === undefined || read.uleb() !== 1 || toHex(read.take(hashBytes)) !== last) return false;
    if (!isKnown(toHex(read.take(read.uleb())))) return false;
    last = i === changes.length - 1 ? undefined : decodeChange(bytes).hash;
  }
  return true;
}

function eachFollowsTheOneBefore(changes: Columns): boolean {
  const counts = valuesOf(changes.get(depCount), uleb) ?? [];
  const steps = valuesOf(changes.get(depIndex), sleb) ?? [];
  return (
    steps.length === counts.length - 1 &&
    counts.every((count, i) => count === (i === 0 ? 0 : 1)) &&
    steps.every((step, i) => step === (i === 0 ? 0 : 1))
  );
}

/** Undefined unless each of them sets a key of the root to a string. */
function readOperations(columns: Columns): Put | undefined {
  const known = [keyText, isInsertion, action, valueKind, valueBytes, successors];
  for (const spec of columns.keys()) if (!known.includes(spec) && !beside.has(spec)) return undefined;
  const actions = valuesOf(columns.get(action), uleb) ?? [];
  const kinds = valuesOf(columns.get(valueKind), uleb) ?? [];
  if (kinds.length !== actions.length || !actions.every((one) => one === set)) return undefined;
  if (!kinds.every((kind) => kind !== undefined && kind % 16 === text)) return undefined;
  if (!isAllFalse(columns.get(isInsertion))) return undefined;
  const lengths = kinds.map((kind) => Math.floor((kind ?? 0) / 16));
  const texts = textsOf(
    columns.get(valueBytes),
    lengths.reduce((sum, length) => sum + length, 0),
  );
  return (values) => {
    const keys = valuesOf(columns.get(keyText), string) ?? [];
    const taken = valuesOf(columns.get(successors), uleb);
    if (keys.length !== lengths.length) throw new Error('what was in a document before has a key for each operation');
    let end = 0;
    for (const [i, key] of keys.entries()) {
      const from = end;
      const to = (end += lengths[i] ?? 0);
      if (key !== undefined && (taken === undefined || taken[i] === 0))
        values.set(key, () => decoder.decode(texts().subarray(from, to)));
    }
  };
}

/** So many bytes of text, inflated when the first is asked for. */
function textsOf(column: Filled | undefined, length: number): () => Uint8Array {
  if (length > maxDocumentBytes) throw new RangeError('too many bytes of text');
  if (column?.isDeflated !== true && (column?.data.length ?? 0) !== length)
    throw new RangeError('texts of another length');
  let texts: Uint8Array | undefined;
  return () => (texts ??= column === undefined ? new Uint8Array() : inflatedTo(column, length));
}

function inflatedTo({ data, isDeflated }: Filled, length: number): Uint8Array {
  if (!isDeflated) return data;
  const inflated = inflateSync(data, { out: new Uint8Array(length) });
  if (inflated.length !== length) throw new Error('what was in a document before inflates to its length');
  return inflated;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function columnsOf(read: Reader, specs: readonly Column[]): Columns {
  return new Map(
    specs.map(({ spec, length }) => [
      spec & ~deflated,
      { data: read.take(length), isDeflated: (spec & deflated) !== 0 },
    ]),
  );
}

function plain({ data, isDeflated }: Filled): Uint8Array {
  const bytes = isDeflated ? inflateAtMost(data, maxDocumentBytes) : data;
  if (bytes === undefined) throw new RangeError('a column that does not inflate');
  return bytes;
}

/** The values of a run-length encoded column, undefined for those that are null. */
function valuesOf<T>(column: Filled | undefined, readOne: (read: Reader) => T): readonly (T | undefined)[] | undefined {
  if (column === undefined) return undefined;
  const read = new Reader(plain(column));
  const values: (T | undefined)[] = [];
  while (read.left > 0) {
    const run = read.sleb();
    const [distinct, repeat] = run > 0 ? [1, run] : run < 0 ? [-run, 1] : [1, read.uleb()];
    if (values.length + distinct * repeat > maxDocumentValues) throw new RangeError('too many values');
    for (let left = distinct; left > 0; left--) {
      const value = run === 0 ? undefined : readOne(read);
      for (let again = repeat; again > 0; again--) values.push(value);
    }
  }
  return values;
}

const uleb = (read: Reader): number => read.uleb();
const sleb = (read: Reader): number => read.sleb();
const string = (read: Reader): string => decoder.decode(read.take(read.uleb()));

/** Booleans are runs of false and true in turn. */
function isAllFalse(column: Filled | undefined): boolean {
  if (column === undefined) return true;
  const read = new Reader(plain(column));
  for (let isTrue = false; read.left > 0; isTrue = !isTrue) if (read.uleb() > 0 && isTrue) return false;
  return true;
}
