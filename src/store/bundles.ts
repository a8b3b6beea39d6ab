/**
 * Records of one chart that are written together share one record of the database, a bundle: a record costs more than its bytes,
 * and a chart that comes for the first time would be thirteen. Nobody above the database sees it. Pure.
 *
 * | store | group | bundle |
 * |---|---|---|
 * | heads, ciphertexts | chart / | chart / + : one, of the chart's first commit |
 * | ops | log / | log / + hash of what is in it: any number |
 *
 * A bundle is never added to. A record of its own stands in place of one of the same name in a bundle, and what is deleted is
 * taken out of it.
 */
import { toHex, toUtf8 } from '../base/bytes.ts';
import { sha256 } from '../crypto/hash.ts';
import type { RecordStoreName, Row } from './records.ts';

export type BundledStore = Extract<RecordStoreName, 'heads' | 'ciphertexts' | 'ops'>;

interface Bundle {
  readonly bundle: 1;
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

/** No id and no number begins so. */
const mark = '+';

const groupDepth: ReadonlyMap<RecordStoreName, number> = new Map([
  ['heads', 1],
  ['ciphertexts', 1],
  ['ops', 2],
]);

export function isBundled(store: RecordStoreName): store is BundledStore {
  return groupDepth.has(store);
}

export function isBundleKey(store: RecordStoreName, key: string): boolean {
  return isBundled(store) && key.startsWith(mark, groupOf(store, key).length);
}

/** The beginning that a key has in common with all of its chart, or log. */
function groupOf(store: BundledStore, key: string): string {
  let end = 0;
  for (let depth = groupDepth.get(store) ?? 0; depth > 0; depth--) end = key.indexOf('/', end) + 1;
  return key.slice(0, end);
}

/** The bundle that may hold what is named, or begins, so, and that no range of these keys would bring. */
export function bundleBeside(store: RecordStoreName, keyOrPrefix: string): string | undefined {
  const group = groupAbove(store, keyOrPrefix);
  return group === undefined ? undefined : group + mark;
}

/** The beginning of all of the chart, of which what is named, or begins, so is a part. */
export function groupAbove(store: RecordStoreName, keyOrPrefix: string): string | undefined {
  if (store !== 'heads' && store !== 'ciphertexts') return undefined;
  const group = groupOf(store, keyOrPrefix);
  return group !== '' && group.length < keyOrPrefix.length ? group : undefined;
}

export function bundleOf(store: BundledStore, rows: readonly Row[]): Row {
  const keys = rows.map(({ key }) => key);
  const group = groupOf(store, keys[0] ?? '');
  if (!keys.every((key) => key.startsWith(group))) throw new Error('a bundle is of one chart');
  const name = store === 'ops' ? toHex(sha256(toUtf8(keys.join()))) : '';
  const value: Bundle = { bundle: 1, keys, values: rows.map((row) => row.value) };
  return { key: group + mark + name, value };
}

/** What is in it; undefined for what is no bundle. */
export function rowsOf(value: unknown): readonly Row[] | undefined {
  const bundle = value as Partial<Record<keyof Bundle, unknown>> | null | undefined;
  if (bundle?.bundle !== 1 || !Array.isArray(bundle.keys) || !Array.isArray(bundle.values)) return undefined;
  const { keys, values } = bundle as Bundle;
  if (keys.length !== values.length || !keys.every((key) => typeof key === 'string')) return undefined;
  return keys.map((key, i) => ({ key, value: values[i] }));
}

/** The same without what begins so: undefined if nothing does, an empty list if nothing is left. */
export function bundleWithout(value: unknown, prefix: string): readonly Row[] | undefined {
  const rows = rowsOf(value);
  const left = rows?.filter(({ key }) => !key.startsWith(prefix));
  return left === undefined || left.length === rows?.length ? undefined : left;
}
