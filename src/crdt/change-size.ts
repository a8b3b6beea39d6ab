/**
 * Counts what an encoded change holds without expanding it. Automerge's columns are run-length encoded: forty bytes can
 * stand for a billion operations, and decoding them would fill memory before any limit is looked at (AM-1).
 *
 * A change as it travels in an entry (Automerge binary format, chunk type 1; entries are compressed whole, so a change
 * that is itself compressed, type 2, is never written and is refused):
 *
 * ```
 * chunk of type 1: head (columns.ts) | columns: count, (spec uleb, length uleb) each | column data
 * ```
 */
import { err, ok, type Result } from '../base/result.ts';
import { bodyOfChunk, changeChunk, columnSpecs, countValues, passChangeHead, Reader } from './columns.ts';

export interface ChangeSize {
  readonly ops: number;
  readonly preds: number;
}

/** Columns of a change that sets keys of the root map and writes letters: object (2), letter (2), key, insert, action, value (2), predecessors (3). */
const objectActorColumn = 0x01;
const objectCounterColumn = 0x02;
const letterActorColumn = 0x11;
const letterCounterColumn = 0x13;
const keyColumn = 0x15;
const insertColumn = 0x34;
const actionColumn = 0x42;
const valueSizeColumn = 0x56;
const valueColumn = 0x57;
const predCountColumn = 0x70;
const predActorColumn = 0x71;
const predCounterColumn = 0x73;

const knownColumns: ReadonlySet<number> = new Set([
  objectActorColumn,
  objectCounterColumn,
  letterActorColumn,
  letterCounterColumn,
  keyColumn,
  insertColumn,
  actionColumn,
  valueSizeColumn,
  valueColumn,
  predCountColumn,
  predActorColumn,
  predCounterColumn,
]);

export function measureChange(
  bytes: Uint8Array,
  limits: { readonly ops: number; readonly preds: number },
): Result<ChangeSize, 'malformed' | 'too-many-operations'> {
  try {
    const read = bodyOfChunk(bytes, changeChunk);
    passChangeHead(read);
    return measureColumns(read, limits);
  } catch (error) {
    if (error instanceof RangeError) return err('malformed', error.message);
    throw error;
  }
}

function measureColumns(
  read: Reader,
  limits: { readonly ops: number; readonly preds: number },
): Result<ChangeSize, 'malformed' | 'too-many-operations'> {
  const columns = columnSpecs(read);
  const size = { ops: 0, preds: 0 };
  for (const { spec, length } of columns) {
    if (!knownColumns.has(spec)) return err('malformed', `column ${spec}`);
    const column = new Reader(read.take(length));
    if (spec === valueColumn) continue; // As long as it is.
    const perPredecessor = spec === predActorColumn || spec === predCounterColumn;
    const { values, sum } = countValues(column, spec, perPredecessor ? limits.preds : limits.ops);
    if (values > (perPredecessor ? limits.preds : limits.ops)) return err('too-many-operations', `column ${spec}`);
    if (spec === actionColumn) size.ops = values;
    if (spec === predCountColumn) size.preds = sum;
  }
  if (read.left > 0) return err('malformed', 'bytes after the columns');
  return size.preds > limits.preds ? err('too-many-operations', 'predecessors') : ok(size);
}
