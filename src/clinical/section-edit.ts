/**
 * What a person's act, an import or a settled conflict asks a section document to write. crdt/ turns these into
 * changes; nothing here knows of Automerge.
 */
import type { ChangeHash } from '../base/ids.ts';

/** `Type/id`, or `Type/~…` for a resource that came without an id (it leaves without one too). */
export type ResourceKey = string;

/** A register's name → the JSON text of an object with the elements of that register (AM-4). */
export type Registers = Readonly<Record<string, string>>;

/**
 * A resource as it is kept: `base` is its JSON text as it was first written and is never written again; a register
 * replaces its elements of the base whole, and removes those it does not hold.
 */
export interface StoredResource {
  readonly key: ResourceKey;
  readonly base: string;
  /** What is written together in `text` is in its register here, as if it had been written whole. */
  readonly registers: Registers;
  /** The wording of a note that was begun as text several may write in at once (AM-6). */
  readonly text?: WrittenText;
}

/** What stands in a text, and where in its history that was read: what is typed next is a difference to it. */
export interface WrittenText {
  readonly words: string;
  readonly heads: readonly ChangeHash[];
  /** Its register was written, by signing: nobody types here any more. What others typed meanwhile is still in `words`. */
  readonly isClosed: boolean;
}

/** What a person made of the wording they had before them; what others typed meanwhile stays. */
export interface Typed {
  readonly from: Pick<WrittenText, 'words' | 'heads'>;
  readonly to: string;
}

export type SectionEdit =
  | {
      readonly kind: 'create';
      readonly key: ResourceKey;
      readonly base: string;
      /** A resource type whose list is marked too: two people who both add the first allergy then see each other's. */
      readonly list?: string;
      /** Its wording is begun with this as text that several may write in at once (AM-6). */
      readonly words?: string;
    }
  | ({ readonly kind: 'type'; readonly key: ResourceKey } & Typed)
  | { readonly kind: 'change'; readonly key: ResourceKey; readonly registers: Registers }
  /** A person has seen the concurrent changes of this resource and chosen; `registers` may be empty: as it stands. */
  | {
      readonly kind: 'settle';
      readonly key: ResourceKey;
      readonly registers: Registers;
      /** The changes that person saw, one a branch: a third that arrived meanwhile is then not settled unseen. */
      readonly branches?: readonly ChangeHash[];
    }
  /** A person has seen what was added to this list at the same time and accepts it as it stands. */
  | { readonly kind: 'settleList'; readonly list: string; readonly branches?: readonly ChangeHash[] };
