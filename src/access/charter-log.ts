/**
 * The operations of one charter, each judged by its own past (OP-4). Keeps what each operation's past says, so that the
 * view of any set of heads is worked out once. Never looks at more than an operation names: the verdicts never change, and
 * those of an earlier resolution are taken as they are.
 */
import type { KeyId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { CharterActs } from './charter-acts.ts';
import { settleActs, type RosterNow } from './charter-closes.ts';
import { judgeCharterOp, type RosterOf } from './charter-validity.ts';
import { viewCharter, type CharterView } from './charter-view.ts';
import type { KnownEpochs } from './epoch-validity.ts';
import { finding, type Finding } from './findings.ts';
import { joinKnown, rostersCitedBy, withCitations, type KnownRosters } from './known-rosters.ts';
import { OpGraph, type OpSet } from './op-graph.ts';
import type { EpochBatch } from './operation-bodies.ts';
import { headsKey } from './operation.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

/** Who kept the chart by what an operation's author knew, and since which operation (CH-10). */
export interface CustodyThen {
  readonly custodian: PracticeId;
  readonly custody: OpId;
}

/**
 * What was said of an operation for good: allowed (with what its author knew of rosters and custody) or refused. Parked ones
 * have none: what they wait for may come.
 */
type FinalVerdict = { readonly refused: Finding } | { readonly rosters: KnownRosters; readonly under: CustodyThen };

export type FinalVerdicts = ReadonlyMap<OpId, FinalVerdict>;

export class CharterLog {
  readonly graph: OpGraph<VerifiedCharterOp>;
  readonly rosterOf: RosterOf;
  readonly valid: readonly VerifiedCharterOp[];
  readonly parked: ReadonlyMap<OpId, Finding>;
  readonly refused: ReadonlyMap<OpId, Finding>;
  /** The valid ones, by what they are about. */
  readonly acts: CharterActs;
  readonly #verdicts = new Map<OpId, FinalVerdict>();
  readonly #viewsByHeads = new Map<string, CharterView>();
  readonly #epochsByKey = new Map<KeyId, { readonly op: OpId; readonly section: Section }[]>();

  /** `before`: what an earlier resolution of some of these operations said for good. */
  constructor(ops: readonly VerifiedCharterOp[], rosterOf: RosterOf, before: FinalVerdicts = new Map()) {
    this.graph = new OpGraph(ops);
    this.acts = new CharterActs(this.graph);
    this.rosterOf = rosterOf;
    const valid: VerifiedCharterOp[] = [];
    const parked = new Map(this.graph.parked.map((op) => [op.id, finding('OP-4', 'past-unknown')]));
    const refused = new Map<OpId, Finding>();
    for (const op of this.graph.ordered) {
      const verdict = before.get(op.id) ?? this.#judge(op, { parked, refused });
      if ('parked' in verdict) {
        parked.set(op.id, verdict.parked);
        continue;
      }
      this.#verdicts.set(op.id, verdict);
      if ('refused' in verdict) refused.set(op.id, verdict.refused);
      else {
        valid.push(op);
        this.#takeUp(op);
      }
    }
    this.valid = valid;
    this.parked = parked;
    this.refused = refused;
  }

  /** For a later resolution of the same operations and more. */
  get verdicts(): FinalVerdicts {
    return this.#verdicts;
  }

  /** The charter as someone knew it who cited these heads; all of them must be valid. */
  viewAt(heads: readonly OpId[]): CharterView {
    const key = headsKey(heads);
    const known = this.#viewsByHeads.get(key);
    if (known !== undefined) return known;
    const set = this.graph.upTo(heads);
    if (set === undefined) throw new Error('a view is asked for at heads that are known');
    const rosters = this.rostersKnownAt(heads);
    const rosterThen: RosterNow = (practice) => this.rosterOf(practice)?.at((rosters.get(practice) ?? []).flat());
    const settled = settleActs(this, set, rosterThen, () => true);
    const view = viewCharter(
      this.acts,
      (op) => this.graph.isIn(op.id, set) && !settled.voided.has(op.id) && !settled.moot.has(op.id),
    );
    this.#viewsByHeads.set(key, view);
    return view;
  }

  /** Who kept the chart by what the author of a valid operation knew. */
  custodyUnder(op: VerifiedCharterOp): CustodyThen {
    const verdict = this.#verdicts.get(op.id);
    if (verdict === undefined || !('under' in verdict)) throw new Error('only a valid operation is under a custody');
    return verdict.under;
  }

  rostersKnownAt(heads: readonly OpId[]): KnownRosters {
    return joinKnown(heads.map((head) => this.#rostersKnownBy(head)));
  }

  #rostersKnownBy(op: OpId): KnownRosters {
    const verdict = this.#verdicts.get(op);
    return verdict !== undefined && 'rosters' in verdict ? verdict.rosters : new Map<PracticeId, never>();
  }

  #judge(
    op: VerifiedCharterOp,
    { parked, refused }: Readonly<Record<'parked' | 'refused', ReadonlyMap<OpId, Finding>>>,
  ): FinalVerdict | { readonly parked: Finding } {
    if (op.prev.some((id) => refused.has(id))) return { refused: finding('OP-4', 'builds-on-refused') };
    if (op.prev.some((id) => parked.has(id))) return { parked: finding('OP-4', 'builds-on-parked') };
    const view = op.body.kind === 'create' ? undefined : this.viewAt(op.prev);
    const known = this.rostersKnownAt(op.prev);
    const judged = judgeCharterOp(op, { view, rosters: known, epochs: this.#epochsIn(op.id) }, this.rosterOf);
    const { custodian, custody } = view ?? { custodian: op.practice, custody: op.id };
    return judged ?? { rosters: withCitations(known, rostersCitedBy(op)), under: { custodian, custody } };
  }

  /** What comes after a valid operation finds it here. */
  #takeUp(op: VerifiedCharterOp): void {
    this.acts.add(op);
    for (const { section, keyId } of epochsOf(op)?.epochs ?? []) {
      this.#epochsByKey.set(keyId, [...(this.#epochsByKey.get(keyId) ?? []), { op: op.id, section }]);
    }
  }

  #epochsIn(op: OpId): KnownEpochs {
    const past: OpSet = this.graph.pastOf(op);
    const isBefore = (earlier: OpId): boolean => this.graph.isIn(earlier, past);
    const uses = (keyId: KeyId) => this.#epochsByKey.get(keyId) ?? [];
    return {
      isUsed: (keyId) => uses(keyId).some((use) => isBefore(use.op)),
      isOf: (section, keyId) => uses(keyId).some((use) => use.section === section && isBefore(use.op)),
    };
  }
}

/** The new keys an operation brings. */
export function epochsOf({ body }: VerifiedCharterOp): EpochBatch | undefined {
  if (body.kind === 'epoch') return body.epochs;
  return body.kind === 'revoke' || body.kind === 'takeCustody' ? (body.epochs ?? undefined) : undefined;
}
