/**
 * The valid acts of one charter by what they are about, causes first, so that a view asks for those it needs instead of
 * reading the whole log. Holds operations in the order they are added and decides nothing: which of them a view is of, and
 * what is void, its caller says.
 */
import type { OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { OpGraph } from './op-graph.ts';
import type { CharterBodies } from './operation-bodies.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export type OpOf<K extends keyof CharterBodies> = VerifiedCharterOp & {
  readonly body: { readonly kind: K } & CharterBodies[K];
};

export function isKind<K extends keyof CharterBodies>(op: VerifiedCharterOp, kind: K): op is OpOf<K> {
  return op.body.kind === kind;
}

/** What gives a practice a right in a section, or takes it. */
export type RightChange = OpOf<'grant'> | OpOf<'revoke'>;

interface ChangeInOrder {
  readonly op: RightChange;
  /** Whether it knew of every earlier change of the same right: then it alone says what the right is. */
  readonly knewAllBefore: boolean;
}

export class CharterActs {
  readonly #graph: OpGraph<VerifiedCharterOp>;
  readonly #changes = new Map<PracticeId, Map<Section, ChangeInOrder[]>>();
  readonly #revokes = new Map<Section, OpOf<'revoke'>[]>();
  readonly #closes: OpOf<'close'>[] = [];
  readonly #openers: (OpOf<'grant'> | OpOf<'admit'> | OpOf<'settle'>)[] = [];
  #create: OpOf<'create'> | undefined;

  constructor(graph: OpGraph<VerifiedCharterOp>) {
    this.#graph = graph;
  }

  /** In causal order. */
  add(op: VerifiedCharterOp): void {
    if (isKind(op, 'create')) this.#create ??= op;
    if (isKind(op, 'close')) this.#closes.push(op);
    if (isKind(op, 'grant') || isKind(op, 'admit') || isKind(op, 'settle')) this.#openers.push(op);
    if (isKind(op, 'revoke')) for (const section of op.body.sections) listIn(this.#revokes, section).push(op);
    if (isKind(op, 'grant') || isKind(op, 'revoke')) this.#addChange(op);
  }

  get create(): OpOf<'create'> | undefined {
    return this.#create;
  }

  get closes(): readonly OpOf<'close'>[] {
    return this.#closes;
  }

  /** What may begin a stint (CUT-7): grants, admissions and settlements. */
  get openers(): readonly (OpOf<'grant'> | OpOf<'admit'> | OpOf<'settle'>)[] {
    return this.#openers;
  }

  /** Practices that something was ever given to, or taken from. */
  get practices(): readonly PracticeId[] {
    return [...this.#changes.keys()];
  }

  revokesIn(section: Section): readonly OpOf<'revoke'>[] {
    return this.#revokes.get(section) ?? [];
  }

  /** Of the changes of one right that are `among` those looked at, the ones that no other of them knew of, causes first. */
  latestChanges(
    practice: PracticeId,
    section: Section,
    among: (op: VerifiedCharterOp) => boolean,
  ): readonly RightChange[] {
    const changes = this.#changes.get(practice)?.get(section) ?? [];
    const candidates: RightChange[] = [];
    // The newest first: in a log that nobody wrote to at the same time as another, it is the answer.
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i];
      if (change === undefined || !among(change.op)) continue;
      candidates.unshift(change.op);
      if (change.knewAllBefore) break;
    }
    if (candidates.length < 2) return candidates;
    const heads = new Set<OpId>(this.#graph.headsOf(candidates.map((op) => op.id)));
    return candidates.filter((op) => heads.has(op.id));
  }

  #addChange(op: RightChange): void {
    const bySection = this.#changes.get(op.body.practice) ?? new Map<Section, ChangeInOrder[]>();
    this.#changes.set(op.body.practice, bySection);
    for (const section of new Set(op.body.sections)) {
      const earlier = listIn(bySection, section);
      const last = earlier.at(-1);
      const knows = (other: RightChange): boolean => this.#graph.isBefore(other.id, op.id);
      const knewAllBefore =
        last === undefined || (knows(last.op) && (last.knewAllBefore || earlier.every((other) => knows(other.op))));
      earlier.push({ op, knewAllBefore });
    }
  }
}

function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: V[] = [];
  lists.set(key, made);
  return made;
}
