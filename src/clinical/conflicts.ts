/**
 * What two people wrote without knowing of each other (AM-4, AM-5): the shape in which crdt/ reports it.
 */
import type { ActorId, ChangeHash, DeviceId } from '../base/ids.ts';
import type { Registers, ResourceKey } from './section-edit.ts';

/** Who wrote a change: the device proves the practice, the clock is the author's own and decides nothing. */
export interface Provenance {
  readonly device: DeviceId;
  readonly actor: ActorId;
  readonly timeMs: number;
  readonly change: ChangeHash;
}

/** One side of a concurrent change: everything it wrote to the resource that the other side had not seen. */
export interface ConcurrentBranch {
  readonly provenance: Provenance;
  readonly registers: Registers;
  /** This side created the resource. */
  readonly created: boolean;
  /** For a creation beside another that differs: the JSON text it created. */
  readonly base?: string;
  /** What this side still saw in the registers that only others changed. */
  readonly saw?: Registers;
  /** Its words were typed beside words that are signed: they are told, and cannot stand in their place (AM-6). */
  readonly isUnsigned?: true;
  /** For a list: the resources this side added to it. */
  readonly added?: readonly ResourceKey[];
}

/** A resource, or with a key of `listKey` a list of resources, that two sides changed at the same time. */
export interface ConcurrentChange {
  readonly key: ResourceKey;
  readonly branches: readonly ConcurrentBranch[];
}

const listPrefix = '@list/';

/** The key under which additions to the list of one resource type meet. */
export function listKey(resourceType: string): ResourceKey {
  return `${listPrefix}${resourceType}`;
}

/** The resource type of a list's key; undefined for a resource's key. */
export function listOfKey(key: ResourceKey): string | undefined {
  return key.startsWith(listPrefix) ? key.slice(listPrefix.length) : undefined;
}
