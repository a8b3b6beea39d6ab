/**
 * Which record lies where in the log files: all keys in memory, none of the values. Keys are paths of ids, so they are kept as
 * a tree of their parts: a chart's id is held once for its hundred records, and all under a prefix are found without a search.
 */
import { placeLength, type PlacedItem } from './file-format.ts';
import { recordStores, type RecordStoreName } from './records.ts';

/** Where the newest value of a record lies. */
export interface Place {
  readonly kind: 'bytes' | 'clone';
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** A record of which the key is known and the value is not what was written. */
export type Placed = Place | 'lost';

export interface PlacedRecord {
  readonly key: string;
  readonly place: Placed;
}

/** A part that goes on is held with its slash, so that `a` and `a/b` are two records. */
type Node = Map<string, Node | Placed>;

export class FileIndex {
  readonly #roots = new Map<RecordStoreName, Node>(recordStores.map((store) => [store, new Map()]));
  #bytes = 0;

  /** What a log of nothing but the current records would take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What a frame says of a record. */
  apply({ kind, store, key, offset, length }: PlacedItem, file: number): void {
    if (kind === 'delete') this.delete(store, key);
    else this.set(store, key, kind === 'lost' ? 'lost' : { kind, file, offset, length });
  }

  get(store: RecordStoreName, key: string): Placed | undefined {
    const [folders, name] = pathOf(key);
    const place = this.#folder(store, folders)?.get(name);
    return place instanceof Map ? undefined : place;
  }

  set(store: RecordStoreName, key: string, place: Placed): void {
    this.#bytes += bytesOf(key, place) - bytesOf(key, this.get(store, key));
    const [folders, name] = pathOf(key);
    let node = this.#rootOf(store);
    for (const folder of folders) {
      const next = node.get(folder);
      const made = next instanceof Map ? next : new Map<string, Node | Placed>();
      if (next === undefined) node.set(folder, made);
      node = made;
    }
    node.set(name, place);
  }

  delete(store: RecordStoreName, key: string): void {
    this.#bytes -= bytesOf(key, this.get(store, key));
    const [folders, name] = pathOf(key);
    for (let depth = folders.length; depth >= 0; depth--) {
      const node = this.#folder(store, folders.slice(0, depth));
      node?.delete(folders[depth] ?? name);
      if (node !== undefined && node.size > 0) return;
    }
  }

  /** In order of key. */
  under(store: RecordStoreName, prefix: string): readonly PlacedRecord[] {
    const [folders, begin] = pathOf(prefix);
    const node = this.#folder(store, folders);
    const found: PlacedRecord[] = [];
    if (node !== undefined) collect(node, folders.join(''), begin, found);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #folder(store: RecordStoreName, folders: readonly string[]): Node | undefined {
    let node: Node = this.#rootOf(store);
    for (const folder of folders) {
      const next = node.get(folder);
      if (!(next instanceof Map)) return undefined;
      node = next;
    }
    return node;
  }

  #rootOf(store: RecordStoreName): Node {
    const root = this.#roots.get(store);
    if (root === undefined) throw new Error(`no record store is named ${store}`);
    return root;
  }
}

function bytesOf(key: string, place: Placed | undefined): number {
  if (place === undefined) return 0;
  return key.length + (place === 'lost' ? 0 : placeLength(place.kind, place.length));
}

function pathOf(key: string): readonly [readonly string[], string] {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  return [parts.map((part) => `${part}/`), name];
}

function collect(node: Node, path: string, begin: string, found: PlacedRecord[]): void {
  for (const [part, next] of node) {
    if (!part.startsWith(begin)) continue;
    if (next instanceof Map) collect(next, path + part, '', found);
    else found.push({ key: path + part, place: next });
  }
}
