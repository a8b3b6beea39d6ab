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

/** What gives a practice a right in a section, or takes it. Who gives up custody has what it keeps, whatever it had before. */
export type RightChange = OpOf<'grant'> | OpOf<'revoke'> | OpOf<'takeCustody'>;

type Opener = OpOf<'grant'> | OpOf<'admit'> | OpOf<'settle'> | OpOf<'takeCustody'>;

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
  readonly #openers: Opener[] = [];
  readonly #offers = new Map<OpId, OpOf<'offerCustody'>>();
  readonly #takes: OpOf<'takeCustody'>[] = [];
  #create: OpOf<'create'> | undefined;

  constructor(graph: OpGraph<VerifiedCharterOp>) {
    this.#graph = graph;
  }

  /** In causal order. */
  add(op: VerifiedCharterOp): void {
    if (isKind(op, 'create')) this.#create ??= op;
    if (isKind(op, 'close')) this.#closes.push(op);
    if (isOpener(op)) this.#openers.push(op);
    if (isKind(op, 'offerCustody')) this.#offers.set(op.id, op);
    if (isKind(op, 'takeCustody')) this.#takes.push(op);
    if (isKind(op, 'revoke')) for (const section of op.body.sections) listIn(this.#revokes, section).push(op);
    if (isKind(op, 'grant') || isKind(op, 'revoke')) this.#addChange(op, op.body.practice, op.body.sections);
    if (isKind(op, 'takeCustody')) this.#addChange(op, this.offerOf(op).practice, this.#create?.body.sections ?? []);
  }

  get create(): OpOf<'create'> | undefined {
    return this.#create;
  }

  get closes(): readonly OpOf<'close'>[] {
    return this.#closes;
  }

  /** What may begin a stint (CUT-7). */
  get openers(): readonly Opener[] {
    return this.#openers;
  }

  /**
   * CH-10: of the offers made under one custody, the ones that no later word of the custodian replaced. Of words that do not
   * know of each other the one that takes offers back wins.
   */
  openOffers(
    custodian: PracticeId,
    custody: OpId,
    among: (op: VerifiedCharterOp) => boolean,
  ): readonly OpOf<'offerCustody'>[] {
    const made = [...this.#offers.values()].filter(
      (op) => op.practice === custodian && this.#graph.isBefore(custody, op.id) && among(op),
    );
    const heads = new Set(this.#graph.headsOf(made.map((op) => op.id)));
    const newest = made.filter((op) => heads.has(op.id));
    return newest.every((op) => op.body.to !== null) ? newest : [];
  }

  get takes(): readonly OpOf<'takeCustody'>[] {
    return this.#takes;
  }

  /** The custodies of a charter follow each other, so the one whose offer knew most is the present one. */
  latestTake(among: readonly OpOf<'takeCustody'>[]): OpOf<'takeCustody'> | undefined {
    const place = (take: OpOf<'takeCustody'>): number => this.#graph.placeOf(take.body.offer);
    return among.reduce<OpOf<'takeCustody'> | undefined>(
      (latest, take) => (latest === undefined || place(latest) < place(take) ? take : latest),
      undefined,
    );
  }

  /** What was taken up: by the old custodian, so its author's practice is who gave the chart away. */
  offerOf(take: OpOf<'takeCustody'>): OpOf<'offerCustody'> {
    const offer = this.#offers.get(take.body.offer);
    if (offer === undefined) throw new Error('a valid taking has its offer in its past');
    return offer;
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

  #addChange(op: RightChange, practice: PracticeId, sections: readonly Section[]): void {
    const bySection = this.#changes.get(practice) ?? new Map<Section, ChangeInOrder[]>();
    this.#changes.set(practice, bySection);
    for (const section of new Set(sections)) {
      const earlier = listIn(bySection, section);
      const last = earlier.at(-1);
      const knows = (other: RightChange): boolean => this.#graph.isBefore(other.id, op.id);
      const knewAllBefore =
        last === undefined || (knows(last.op) && (last.knewAllBefore || earlier.every((other) => knows(other.op))));
      earlier.push({ op, knewAllBefore });
    }
  }
}

function isOpener(op: VerifiedCharterOp): op is Opener {
  return isKind(op, 'grant') || isKind(op, 'admit') || isKind(op, 'settle') || isKind(op, 'takeCustody');
}

function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: V[] = [];
  lists.set(key, made);
  return made;
}
