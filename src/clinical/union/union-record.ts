/**
 * Several charts of one person as one readable record: the entries of all, each read inside its own chart, so that a reference
 * never leads into another chart that happens to use the same id. Where the own chart has no target, the others are asked.
 */
import { ChartRecord, readWhenAsked, type HeldResource, type Resource, type UnreadableResource } from '../record.ts';
import type { JsonObject } from '../json.ts';
import type { ResourceKey } from '../section-edit.ts';
import type { UnionKeys } from './union-keys.ts';

interface Origin {
  readonly part: number;
  readonly resource: Resource;
}

export class UnionRecord extends ChartRecord {
  readonly #held: readonly HeldResource[];
  readonly #parts: readonly ChartRecord[];
  readonly #keys: UnionKeys;
  readonly #origins = new Map<Resource, Origin>();

  /** In the order of the parts that `keys` was made of. */
  constructor(parts: readonly ChartRecord[], keys: UnionKeys) {
    super(new Map());
    this.#parts = parts;
    this.#keys = keys;
    this.#held = parts.flatMap((record, part) =>
      record.held
        .filter(({ resource: { key } }) => this.#isFirst(part, key))
        .map(({ resource, isReadable }) => ({ resource: this.#take(part, resource), isReadable })),
    );
  }

  override get held(): readonly HeldResource[] {
    return this.#held;
  }

  override get unreadable(): readonly UnreadableResource[] {
    return this.#parts.flatMap((record, part) =>
      record.unreadable.map((one) => ({ ...one, key: this.#keys.nameOf(part, one.key) })),
    );
  }

  override asStored(resource: Resource): JsonObject {
    const origin = this.#origins.get(resource);
    return origin === undefined ? resource.json : this.#mustGetPart(origin.part).asStored(origin.resource);
  }

  override noted(resource: Resource, register: string): JsonObject | undefined {
    const origin = this.#origins.get(resource);
    return origin === undefined ? undefined : this.#mustGetPart(origin.part).noted(origin.resource, register);
  }

  override withWords(resource: Resource, text: string): string {
    const origin = this.#origins.get(resource);
    return origin === undefined ? text : this.#mustGetPart(origin.part).withWords(origin.resource, text);
  }

  override resolve(reference: string, from: JsonObject): JsonObject | undefined {
    for (const record of this.#partsFrom(from)) {
      const target = record.resolve(reference, from);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  override keyOf(reference: string, from?: JsonObject): ResourceKey | undefined {
    for (const record of this.#partsFrom(from)) {
      const key = record.keyOf(reference);
      if (key !== undefined) return this.#keys.nameOf(this.#parts.indexOf(record), key);
    }
    return undefined;
  }

  /** The chart it stands in first. */
  #partsFrom(from: JsonObject | undefined): readonly ChartRecord[] {
    const own = from === undefined ? undefined : this.#parts.find((record) => record.gave(from));
    if (own === undefined) return this.#parts;
    return [own, ...this.#parts.filter((record) => record !== own)];
  }

  /** What several charts say in the same words is one entry. */
  #isFirst(part: number, key: ResourceKey): boolean {
    return this.#keys.holders(this.#keys.nameOf(part, key))[0]?.part === part;
  }

  #take(part: number, resource: Resource): Resource {
    const key = this.#keys.nameOf(part, resource.key);
    const { section, type } = resource;
    const taken = key === resource.key ? resource : readWhenAsked({ key, section, type }, () => resource.json);
    this.#origins.set(taken, { part, resource });
    return taken;
  }

  #mustGetPart(part: number): ChartRecord {
    const record = this.#parts[part];
    if (record === undefined) throw new Error('an entry of the whole lies in one of its parts');
    return record;
  }
}
