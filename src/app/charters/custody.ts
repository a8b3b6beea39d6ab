/**
 * Handing a chart over to another practice (CH-10): the offer, signed by the root of the practice that keeps it, and the taking
 * over. The recovery phrase is asked for the one signature it makes, and its keys are wiped whatever comes of it.
 */
import type { ChartId, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { grant, offerCustody, takeCustody, withdrawOffer, type CharterAuthor } from '../../access/charter-builders.ts';
import type { CharterState } from '../../access/charter.ts';
import { cutFor } from '../../access/effective.ts';
import type { SectionFrontiers } from '../../access/operation-bodies.ts';
import { practiceIdOf } from '../../access/operation.ts';
import type { FrontierItem } from '../../crypto/entry.ts';
import { phraseToRootKeys } from '../../crypto/recovery-phrase.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { Custody, PhraseFailure } from '../charts/chart-acts.ts';
import type { ChartAccess } from './charter-book.ts';
import type { CharterChanges, CharterStep } from './charter-changes.ts';
import type { ChartService } from '../charts/chart-service.ts';
import type { HiddenHere } from '../charts/hidden-here.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';
import type { Sharing } from './sharing.ts';

type Done = Promise<Result<void, WriteFailure>>;
type Signed = Promise<Result<void, WriteFailure | PhraseFailure>>;

export interface CustodyParts {
  readonly charts: ChartService;
  readonly changes: CharterChanges;
  readonly sharing: Sharing;
  readonly hidden: HiddenHere;
}

export class CustodyOfCharts {
  readonly #context: PracticeContext;
  readonly #parts: CustodyParts;

  constructor(context: PracticeContext, parts: CustodyParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** As a person here sees it. Offers to third practices are none of ours to act on. */
  shown(charter: CharterState): Custody {
    const { charts, hidden } = this.#parts;
    const { practice: ours } = this.#context.self;
    const { chart, custodian } = charter;
    const own = custodian === ours;
    const offer = charter.offers.find(({ op, to }) => (own || to === ours) && (own || !hidden.has(chart, op)));
    const other = own ? offer?.to : custodian;
    return {
      custodian,
      custodianName: charts.practiceName(custodian),
      own,
      ...(offer === undefined || other === undefined
        ? {}
        : {
            offer: {
              direction: own ? ('given' as const) : ('received' as const),
              practice: other,
              practiceName: charts.practiceName(other),
              keeps: offer.keeps,
              at: new Date(offer.timeMs).toISOString(),
            },
          }),
    };
  }

  /** Who is to keep the chart must be able to read and write all of it: what it lacks is given with the offer. */
  handOver(chart: ChartId, to: PracticeId, keeps: 'none' | 'read' | 'write', recoveryPhrase: string): Signed {
    return this.#signedByRoot(recoveryPhrase, (root) => [
      ({ charter }) => {
        const sections = charter.sections.filter((section) => charter.rightOf(to, section) !== 'write');
        const given = { practice: to, sections, right: 'write' as const };
        return sections.length === 0
          ? Promise.resolve(undefined)
          : grant(charter, this.#context.author(), given, this.#context.timeMs());
      },
      (access) => this.#parts.sharing.newKeys(access),
      ({ charter }) => offerCustody(charter, root, { to, keeps }, this.#context.timeMs()),
    ])(chart);
  }

  withdraw(chart: ChartId, recoveryPhrase: string): Signed {
    return this.#signedByRoot(recoveryPhrase, (root) => [
      ({ charter }) => withdrawOffer(charter, root, this.#context.timeMs()),
    ])(chart);
  }

  take(chart: ChartId): Done {
    const { changes } = this.#parts;
    return changes.change(chart, [
      async (access) => {
        const cut = await this.#cutOfCustodian(access);
        const making = { heldKeys: access.keys, random: this.#context.ports.random };
        return takeCustody(access.charter, this.#context.author(), cut, making, this.#context.timeMs());
      },
    ]);
  }

  decline(chart: ChartId): Done {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      const offers = access?.charter.offers.filter(({ to }) => to === this.#context.self.practice) ?? [];
      if (offers.length === 0) return err('not-found');
      const ids = offers.map(({ op }) => op);
      const kept = await this.#parts.hidden.set(chart, ids, true);
      if (!kept.ok) return err(writeFailureOf(kept.reason));
      await this.#parts.charts.repaint(chart);
      return ok(undefined);
    });
  }

  #signedByRoot(recoveryPhrase: string, steps: (root: CharterAuthor) => readonly CharterStep[]) {
    return async (chart: ChartId): Signed => {
      const root = phraseToRootKeys(recoveryPhrase);
      if (!root.ok) return root;
      const { sign, box } = root.value;
      try {
        if (practiceIdOf(sign.publicKey) !== this.#context.self.practice) return err('wrong-recovery-phrase');
        const { roster } = this.#context.author();
        return await this.#parts.changes.change(chart, steps({ signKeys: sign, roster }));
      } finally {
        wipe(sign.seed, box.secretKey);
      }
    };
  }

  /** What counts here of what the old custodian wrote: it stays, whatever right it keeps (CUT-1). */
  async #cutOfCustodian(access: ChartAccess): Promise<SectionFrontiers> {
    const { charter } = access;
    const cut: Partial<Record<Section, readonly FrontierItem[]>> = {};
    for (const section of charter.sections) {
      const keeper = await this.#parts.charts.keeper(access, section);
      await keeper.refresh(access);
      const items = cutFor(keeper.judgement, charter.custodian);
      const frontier = items.flatMap((item) => keeper.beforeHalfBatch(item) ?? []);
      if (frontier.length > 0) cut[section] = frontier;
    }
    return cut;
  }
}
