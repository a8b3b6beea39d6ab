/**
 * What a saved document and changes on top of it say, read from their columns without loading them: most sections are opened
 * to be looked at, and Automerge builds and hashes every change again before it answers. Only for what this device had in a
 * document before (AM-3), and only where one change follows the other and each operation writes a string at the root: then
 * the last text of every key stands, and nothing is unsettled. Of anything else it says nothing, and Automerge is asked.
 */
import { decodeChange } from '@automerge/automerge/slim';
import { toHex } from '../base/bytes.ts';
import { inflateAtMost } from '../base/inflate.ts';
import { Reader } from './columns.ts';
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

const deflated = 8;
const set = 1;
const text = 6;

const genesisActor = '00';
const documentChunk = 0;
const changeChunk = 1;

type Columns = ReadonlyMap<number, Uint8Array>;

/**
 * The text that stands for every root key; undefined where that takes more than reading, or somebody wrote there whom
 * `isKnown` does not know.
 */
export function readSavedValues(
  snapshot: Uint8Array | undefined,
  changes: readonly Uint8Array[],
  isKnown: (actor: string) => boolean,
): ReadonlyMap<string, string> | undefined {
  try {
    const values = new Map<string, string>();
    const head = snapshot === undefined ? genesisHash : readDocument(snapshot, values, isKnown);
    const isRead = isLine(head, changes, isKnown) && changes.every((change) => readChange(change, values));
    return isRead ? values : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Answers the one head of its line of changes. */
function readDocument(
  bytes: Uint8Array,
  values: Map<string, string>,
  isKnown: (actor: string) => boolean,
): string | undefined {
  const read = bodyOf(bytes, documentChunk);
  for (let actors = read.uleb(); actors > 0; actors--) {
    const actor = toHex(read.take(read.uleb()));
    if (actor !== genesisActor && !isKnown(actor)) return undefined;
  }
  if (read.uleb() !== 1) return undefined;
  const head = toHex(read.take(32));
  const [ofChanges, ofOperations] = [specsOf(read), specsOf(read)];
  if (!eachFollowsTheOneBefore(columnsOf(read, ofChanges))) return undefined;
  const operations = columnsOf(read, ofOperations);
  const taken = valuesOf(operations.get(successors), uleb);
  return readOperations(operations, (key, value, i) => {
    if (taken !== undefined && taken[i] !== 0) return true;
    if (values.has(key)) return false;
    values.set(key, value());
    return true;
  })
    ? head
    : undefined;
}

function readChange(bytes: Uint8Array, values: Map<string, string>): boolean {
  const read = bodyOf(bytes, changeChunk);
  read.skip(32 * read.uleb());
  read.skip(read.uleb()); // actor
  for (let numbers = 0; numbers < 3; numbers++) read.sleb(); // seq, startOp, time
  read.skip(read.uleb()); // message
  for (let actors = read.uleb(); actors > 0; actors--) read.skip(read.uleb());
  return readOperations(columnsOf(read, specsOf(read)), (key, value) => {
    values.set(key, value());
    return true;
  });
}

/** Whether these changes, in this order, each build on the one before and on nothing else, the first on `head`. */
function isLine(
  head: string | undefined,
  changes: readonly Uint8Array[],
  isKnown: (actor: string) => boolean,
): boolean {
  let last = head;
  for (const [i, bytes] of changes.entries()) {
    const read = bodyOf(bytes, changeChunk);
    if (last === undefined || read.uleb() !== 1 || toHex(read.take(32)) !== last) return false;
    if (!isKnown(toHex(read.take(read.uleb())))) return false;
    last = i === changes.length - 1 ? undefined : decodeChange(bytes).hash;
  }
  return head !== undefined;
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

/** True if all of them are as `take` wants them, and set a key of the root to a string. */
function readOperations(columns: Columns, take: (key: string, value: () => string, index: number) => boolean): boolean {
  const known = [keyText, isInsertion, action, valueKind, valueBytes, successors];
  for (const spec of columns.keys()) if (!known.includes(spec) && !beside.has(spec)) return false;
  const keys = valuesOf(columns.get(keyText), string) ?? [];
  const actions = valuesOf(columns.get(action), uleb) ?? [];
  const kinds = valuesOf(columns.get(valueKind), uleb) ?? [];
  if (actions.length !== keys.length || kinds.length !== keys.length) return false;
  if (!actions.every((one) => one === set) || !isAllFalse(columns.get(isInsertion))) return false;
  const bytes = new Reader(columns.get(valueBytes) ?? new Uint8Array());
  for (const [i, key] of keys.entries()) {
    const kind = kinds[i];
    if (key === undefined || kind === undefined || kind % 16 !== text) return false;
    const value = bytes.take(Math.floor(kind / 16));
    if (!take(key, () => decoder.decode(value), i)) return false;
  }
  return bytes.left === 0;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** After the magic, checksum, type and length: which whoever kept these bytes has looked at. */
function bodyOf(bytes: Uint8Array, type: number): Reader {
  const read = new Reader(bytes);
  read.skip(8);
  if (read.byte() !== type || read.uleb() !== read.left) throw new RangeError('another chunk');
  return read;
}

interface Spec {
  readonly spec: number;
  readonly length: number;
}

function specsOf(read: Reader): readonly Spec[] {
  const specs: Spec[] = [];
  for (let count = read.uleb(); count > 0; count--) specs.push({ spec: read.uleb(), length: read.uleb() });
  return specs;
}

function columnsOf(read: Reader, specs: readonly Spec[]): Columns {
  const columns = new Map<number, Uint8Array>();
  for (const { spec, length } of specs) {
    const data = read.take(length);
    const plain = (spec & deflated) === 0 ? data : inflateAtMost(data, maxDocumentBytes);
    if (plain === undefined) throw new RangeError('a column that does not inflate');
    columns.set(spec & ~deflated, plain);
  }
  return columns;
}

/** The values of a run-length encoded column, undefined for those that are null. */
function valuesOf<T>(
  column: Uint8Array | undefined,
  readOne: (read: Reader) => T,
): readonly (T | undefined)[] | undefined {
  if (column === undefined) return undefined;
  const read = new Reader(column);
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
function isAllFalse(column: Uint8Array | undefined): boolean {
  if (column === undefined) return true;
  const read = new Reader(column);
  for (let isTrue = false; read.left > 0; isTrue = !isTrue) if (read.uleb() > 0 && isTrue) return false;
  return true;
}
