/**
 * The names of resources where several charts of one person are read as one. A key that two charts use for the same text is
 * one entry that lies in both; one that they use for different texts (the same file taken in twice, and changed since) are two
 * entries, and those of the later charts get a name of their own, `Type/id@2`. Keys of lists are told apart in the same way.
 * Nothing of it is stored.
 */
import type { ChartSection } from '../../base/sections.ts';
import { listKey, listOfKey, type ConcurrentChange } from '../conflicts.ts';
import type { ResourceKey, SectionEdit, StoredResource } from '../section-edit.ts';
import { holdsWords } from '../words-records.ts';

/** The sections of one chart, with what is unsettled in them. */
type Part = ReadonlyMap<
  ChartSection,
  {
    readonly resources: ReadonlyMap<ResourceKey, StoredResource>;
    readonly conflicts: readonly ConcurrentChange[];
  }
>;

interface Holder {
  readonly part: number;
  /** As it is called there. */
  readonly key: ResourceKey;
}

export class UnionKeys {
  readonly #holders = new Map<ResourceKey, Holder[]>();
  /** Of each part the keys that are called otherwise in the whole. */
  readonly #renamed: readonly Map<ResourceKey, ResourceKey>[];

  constructor(parts: readonly Part[]) {
    this.#renamed = parts.map(() => new Map<ResourceKey, ResourceKey>());
    const partsByKey = new Map<ResourceKey, number[]>();
    for (const [part, sections] of parts.entries()) {
      for (const key of keysIn(sections)) {
        const others = partsByKey.get(key);
        if (others === undefined) partsByKey.set(key, [part]);
        else others.push(part);
      }
    }
    const taken = new Set(partsByKey.keys());
    for (const [key, [first = 0, ...others]] of partsByKey) {
      this.#hold(key, { part: first, key });
      // Mostly nobody else has it, and then nothing is compared.
      const said = others.length === 0 ? [] : [{ name: key, text: textOf(parts[first], key) }];
      for (const part of others) {
        const text = textOf(parts[part], key);
        const same = said.find((one) => one.text === text);
        const name = same?.name ?? freeName(key, part, taken);
        taken.add(name);
        if (same === undefined) said.push({ name, text });
        if (name !== key) this.#renamed[part]?.set(key, name);
        this.#hold(name, { part, key });
      }
    }
  }

  /** What a part's key is called in the whole. */
  nameOf(part: number, key: ResourceKey): ResourceKey {
    const list = listOfKey(key);
    if (list !== undefined) return listKey(listName(part, list));
    return this.#renamed[part]?.get(key) ?? key;
  }

  /** Where an entry of the whole lies: in several parts when they say exactly the same. */
  holders(name: ResourceKey): readonly Holder[] {
    return this.#holders.get(name) ?? [];
  }

  /** A change reported by a part, in the names of the whole. */
  named(part: number, change: ConcurrentChange): ConcurrentChange {
    const branches = change.branches.map((branch) =>
      branch.added === undefined ? branch : { ...branch, added: branch.added.map((key) => this.nameOf(part, key)) },
    );
    return { key: this.nameOf(part, change.key), branches };
  }

  /** The parts an edit of the whole is for, and the edit in their names. What is new goes into the first. */
  inParts(edit: SectionEdit): readonly { readonly part: number; readonly edit: SectionEdit }[] {
    switch (edit.kind) {
      case 'create':
        return [{ part: 0, edit }];
      case 'settleList': {
        const { part, list } = listIn(edit.list);
        return [{ part, edit: { ...edit, list } }];
      }
      default:
        return this.holders(edit.key).map(({ part, key }) => ({ part, edit: { ...edit, key } }));
    }
  }

  #hold(name: ResourceKey, holder: Holder): void {
    const holders = this.#holders.get(name);
    if (holders === undefined) this.#holders.set(name, [holder]);
    else holders.push(holder);
  }
}

/**
 * A chart of another practice may hold any key, the very name an entry here would get too: two entries under one name would hide each
 * other, and what is changed in one chart would be written into the other.
 */
function freeName(key: ResourceKey, part: number, taken: ReadonlySet<ResourceKey>): ResourceKey {
  let name = `${key}@${String(part + 1)}`;
  while (taken.has(name)) name += '@';
  return name;
}

function keysIn(sections: Part): ReadonlySet<ResourceKey> {
  const keys = new Set<ResourceKey>();
  for (const { resources } of sections.values())
    for (const key of resources.keys()) if (!holdsWords(key)) keys.add(key);
  return keys;
}

/**
 * Everything that a chart says under a key: of a Patient its identity too. What is unsettled in one chart is no more the same
 * as in another: each is settled where it is.
 */
function textOf(sections: Part | undefined, key: ResourceKey): string {
  return JSON.stringify(
    [...(sections ?? [])].flatMap(([section, { resources, conflicts }]) => {
      const stored = resources.get(key);
      if (stored === undefined) return [];
      const unsettled = conflicts.filter((change) => change.key === key).flatMap(({ branches }) => branches);
      return [[section, stored.base, registersOf(stored), unsettled.map(({ provenance }) => provenance.change)]];
    }),
  );
}

function registersOf({ registers }: StoredResource): readonly (readonly [string, string])[] {
  return Object.entries(registers).sort(([a], [b]) => (a < b ? -1 : 1));
}

function listName(part: number, list: string): string {
  return part === 0 ? list : `${list}@${String(part + 1)}`;
}

function listIn(name: string): { readonly part: number; readonly list: string } {
  const [list = '', number = '1'] = name.split('@');
  return { part: Number(number) - 1, list };
}
