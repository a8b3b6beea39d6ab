/**
 * The operations of one charter, each judged by its own past (OP-4). Keeps what each operation's past says, so that the
 * view of any set of heads is worked out once. Never looks at more than an operation names: the verdicts never change.
 */
import type { KeyId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { settleCloses, type RosterNow } from './charter-closes.ts';
import { judgeCharterOp, type RosterOf } from './charter-validity.ts';
import { viewCharter, type CharterView } from './charter-view.ts';
import type { KnownEpochs } from './epoch-validity.ts';
import { finding, type Finding } from './findings.ts';
import { joinKnown, rostersCitedBy, withCitations, type KnownRosters } from './known-rosters.ts';
import { OpGraph, type OpSet } from './op-graph.ts';
import type { EpochBatch } from './operation-bodies.ts';
import { headsKey } from './operation.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export class CharterLog {
  readonly graph: OpGraph<VerifiedCharterOp>;
  readonly rosterOf: RosterOf;
  readonly valid: readonly VerifiedCharterOp[];
  readonly parked: ReadonlyMap<OpId, Finding>;
  readonly refused: ReadonlyMap<OpId, Finding>;
  readonly #rostersKnownBy = new Map<OpId, KnownRosters>();
  readonly #viewsByHeads = new Map<string, CharterView>();
  readonly #epochs: { readonly op: OpId; readonly section: Section; readonly keyId: KeyId }[] = [];

  constructor(ops: readonly VerifiedCharterOp[], rosterOf: RosterOf) {
    this.graph = new OpGraph(ops);
    this.rosterOf = rosterOf;
    const valid: VerifiedCharterOp[] = [];
    const parked = new Map(this.graph.parked.map((op) => [op.id, finding('OP-4', 'past-unknown')]));
    const refused = new Map<OpId, Finding>();
    for (const op of this.graph.ordered) {
      if (op.prev.some((id) => refused.has(id))) refused.set(op.id, finding('OP-4', 'builds-on-refused'));
      else if (op.prev.some((id) => parked.has(id))) parked.set(op.id, finding('OP-4', 'builds-on-parked'));
      else {
        const judged = this.#judge(op);
        if (judged === undefined) valid.push(op);
        else if ('parked' in judged) parked.set(op.id, judged.parked);
        else refused.set(op.id, judged.refused);
      }
    }
    this.valid = valid;
    this.parked = parked;
    this.refused = refused;
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
    const closes = settleCloses(this, set, rosterThen, () => true);
    const view = viewCharter(this.graph, set, (op) => !closes.voided.has(op.id) && !closes.moot.has(op.id));
    this.#viewsByHeads.set(key, view);
    return view;
  }

  rostersKnownAt(heads: readonly OpId[]): KnownRosters {
    return joinKnown(heads.map((head) => this.#rostersKnownBy.get(head) ?? new Map<PracticeId, never>()));
  }

  #judge(op: VerifiedCharterOp) {
    const isCreate = op.body.kind === 'create';
    const known = this.rostersKnownAt(op.prev);
    const judged = judgeCharterOp(
      op,
      { view: isCreate ? undefined : this.viewAt(op.prev), rosters: known, epochs: this.#epochsIn(op.id) },
      this.rosterOf,
    );
    if (judged === undefined) {
      this.#rostersKnownBy.set(op.id, withCitations(known, rostersCitedBy(op)));
      for (const { section, keyId } of epochsOf(op)?.epochs ?? []) this.#epochs.push({ op: op.id, section, keyId });
    }
    return judged;
  }

  #epochsIn(op: OpId): KnownEpochs {
    const past: OpSet = this.graph.pastOf(op);
    const before = this.#epochs.filter((epoch) => this.graph.isIn(epoch.op, past));
    return {
      hasAny: (section) => before.some((epoch) => epoch.section === section),
      isUsed: (keyId) => before.some((epoch) => epoch.keyId === keyId),
      isOf: (section, keyId) => before.some((epoch) => epoch.section === section && epoch.keyId === keyId),
    };
  }
}

/** The new keys an operation brings. */
export function epochsOf({ body }: VerifiedCharterOp): EpochBatch | undefined {
  if (body.kind === 'epoch') return body.epochs;
  return body.kind === 'revoke' ? (body.epochs ?? undefined) : undefined;
}
