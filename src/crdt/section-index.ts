/**
 * What a section reads as: its resources, what is unsettled among them, kept up to date key by key, so that a screen never
 * waits for the whole document to be read again.
 */
import { listKey, type ConcurrentBranch, type ConcurrentChange } from '../clinical/conflicts.ts';
import type { ResourceKey, StoredResource, Typed } from '../clinical/section-edit.ts';
import { readList, readResource, withText, type DocumentView } from './concurrency.ts';
import type { SectionState } from './edit-plan.ts';
import * as layout from './layout.ts';
import type { TextAsked } from './saved-values.ts';
import { strokesFor, type Stroke } from './typing.ts';

const none: readonly never[] = [];

export class SectionIndex implements SectionState {
  readonly #view: DocumentView;
  readonly #resources = new Map<ResourceKey, StoredResource>();
  /** Registers that were ever written, by resource; absent while there are none. */
  readonly #registers = new Map<ResourceKey, Set<string>>();
  /** Resources for which a text was made. */
  readonly #written = new Set<ResourceKey>();
  readonly #branches = new Map<ResourceKey, readonly ConcurrentBranch[]>();
  readonly #unsettled = new Map<ResourceKey, readonly string[]>();

  constructor(view: DocumentView) {
    this.#view = view;
  }

  /** Takes a whole document as it stands; what has concurrent values is to be refreshed after this. */
  load(texts: Iterable<readonly [rootKey: string, text: TextAsked]>): void {
    const registers = new Map<ResourceKey, Map<string, TextAsked>>();
    const bases = new Map<ResourceKey, TextAsked>();
    const words = new Map<ResourceKey, string>();
    for (const [rootKey, text] of texts) {
      const place = layout.parseRootKey(rootKey);
      if (place?.kind === 'base') bases.set(place.key, text);
      if (place?.kind === 'text') words.set(place.key, text());
      if (place?.kind !== 'register') continue;
      this.#noteRegister(place.key, place.register);
      const written = registers.get(place.key);
      if (written === undefined) registers.set(place.key, new Map([[place.register, text]]));
      else written.set(place.register, text);
    }
    for (const [key, base] of bases) this.#resources.set(key, readWhenAsked(key, base, registers.get(key)));
    for (const [key, text] of words) {
      const resource = this.#resources.get(key);
      this.#written.add(key);
      if (resource !== undefined) this.#resources.set(key, withText(resource, text, this.#view.texts.heads()));
    }
  }

  /** Reads again whatever these root keys belong to; tells which resources and lists that were. */
  refresh(rootKeys: Iterable<string>): ReadonlySet<ResourceKey> {
    const keys = new Set<ResourceKey>();
    const lists = new Set<string>();
    for (const rootKey of rootKeys) {
      const place = layout.parseRootKey(rootKey);
      if (place === undefined) continue;
      if (place.kind === 'list') {
        lists.add(place.list);
        continue;
      }
      keys.add(place.key);
      if (place.kind === 'register') this.#noteRegister(place.key, place.register);
      if (place.kind === 'typed') this.#written.add(place.key);
      // What a side added to an unsettled list may have grown.
      const list = layout.typeOfKey(place.key);
      if (place.kind === 'base' && this.#branches.has(listKey(list))) lists.add(list);
    }
    for (const key of keys) this.#readResource(key);
    for (const list of lists) this.#readList(list);
    return new Set([...keys, ...[...lists].map(listKey)]);
  }

  resources(): ReadonlyMap<ResourceKey, StoredResource> {
    return this.#resources;
  }

  resource(key: ResourceKey): StoredResource | undefined {
    return this.#resources.get(key);
  }

  /** By key: in the order in which they came about they would stand differently on each replica. */
  conflicts(): readonly ConcurrentChange[] {
    return [...this.#branches].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, branches]) => ({ key, branches }));
  }

  branches(key: ResourceKey): readonly string[] {
    return (this.#branches.get(key) ?? none).map((branch) => branch.provenance.change);
  }

  unsettledRegisters(key: ResourceKey): readonly string[] {
    return this.#unsettled.get(key) ?? none;
  }

  signedWords(key: ResourceKey): readonly string[] {
    const closing = layout.closingKey(key);
    return closing === undefined ? none : this.#view.read(closing).map(({ text }) => text);
  }

  strokesFor(key: ResourceKey, typed: Typed): readonly Stroke[] | undefined {
    const base = this.#view.read(layout.baseKey(key)).at(-1);
    const object = base === undefined ? undefined : this.#view.texts.textOf(key, base);
    return object === undefined ? undefined : strokesFor(object, typed, this.#view.texts);
  }

  hasText(key: ResourceKey): boolean {
    return this.#written.has(key);
  }

  registersOf(key: ResourceKey): Iterable<string> {
    return this.#registers.get(key) ?? none;
  }

  #readResource(key: ResourceKey): void {
    const reading = readResource(key, this.registersOf(key), this.#view, this.#written.has(key));
    if (reading === undefined) return;
    this.#resources.set(key, reading.standing);
    keep(this.#branches, key, reading.branches);
    keep(this.#unsettled, key, reading.unsettled);
  }

  #readList(list: string): void {
    const keys = [...this.#resources.keys()].filter((key) => layout.typeOfKey(key) === list);
    keep(this.#branches, listKey(list), readList(layout.listMarkKey(list), keys, this.#view));
  }

  #noteRegister(key: ResourceKey, register: string): void {
    const known = this.#registers.get(key);
    if (known === undefined) this.#registers.set(key, new Set([register]));
    else known.add(register);
  }
}

function keep<T>(map: Map<ResourceKey, readonly T[]>, key: ResourceKey, items: readonly T[]): void {
  if (items.length === 0) map.delete(key);
  else map.set(key, items);
}

/** Its texts stay where they lie until a screen wants them. */
function readWhenAsked(
  key: ResourceKey,
  base: TextAsked,
  registers: ReadonlyMap<string, TextAsked> | undefined,
): StoredResource {
  const read: { base?: string; registers?: Readonly<Record<string, string>> } = {};
  return {
    key,
    get base() {
      return (read.base ??= base());
    },
    get registers() {
      return (read.registers ??= Object.fromEntries([...(registers ?? [])].map(([name, text]) => [name, text()])));
    },
  };
}
