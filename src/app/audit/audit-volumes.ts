/**
 * Where the audit log lies: volumes, charters of the practice with the section `audit` and no other, one a month (AU-1). So a
 * write loads a month and no more, what is older is opened when somebody reads it, and nothing is ever opened to unlock.
 */
import type { ChartId } from '../../base/ids.ts';
import { createCharter } from '../../access/charter-builders.ts';
import { may } from '../../access/roles.ts';
import type { VerifiedCharterOp } from '../../access/verify-operation.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { PracticeContext } from '../practice-context.ts';

export interface Volume {
  readonly chart: ChartId;
  /** '2026-11' in UTC, as whoever began it says. */
  readonly month: string;
}

/** Where the next record goes; with the operation that begins the volume, where it is new. */
export interface OpenVolume {
  readonly access: ChartAccess;
  readonly ops: readonly VerifiedCharterOp[];
}

type Parts = Pick<PracticeContext, 'charters' | 'self'>;

/** Whether a charter is a volume of this practice's log. */
export function isVolume({ charters, self }: Parts, chart: ChartId): boolean {
  const shape = charters.terms(chart)?.shape;
  return shape?.custodian === self.practice && shape.sections.length === 1 && shape.sections[0] === 'audit';
}

export function volumesHere(context: Parts): readonly ChartId[] {
  return [...context.charters.allTerms.keys()].filter((chart) => isVolume(context, chart));
}

export class AuditVolumes {
  readonly #context: PracticeContext;
  readonly #months = new Map<ChartId, string>();

  constructor(context: PracticeContext) {
    this.#context = context;
  }

  /** This one, by the clock here. */
  get month(): string {
    return monthAt(this.#context.timeMs());
  }

  /** Newest first; of one month several, where devices that were apart began one each. Inside the queue only. */
  async all(): Promise<readonly Volume[]> {
    const volumes: Volume[] = [];
    for (const chart of volumesHere(this.#context)) {
      const month = this.#months.get(chart) ?? monthOf((await this.#context.charters.get(chart)) ?? undefined);
      if (month === undefined) continue;
      this.#months.set(chart, month);
      volumes.push({ chart, month });
    }
    return volumes.sort((a, b) => (a.month === b.month ? (a.chart < b.chart ? -1 : 1) : a.month < b.month ? 1 : -1));
  }

  /**
   * This month's, the same for all who know the same; a new one where there is none and the role may begin it, else the newest that
   * is not of a month to come.
   * Undefined where there is none at all. Inside the queue only.
   */
  async current(): Promise<OpenVolume | undefined> {
    const { month } = this;
    const volumes = await this.all();
    const here = volumes.find((volume) => volume.month === month);
    // One that a clock far ahead began is not the newest for ever.
    const newest = volumes.find((volume) => volume.month < month) ?? volumes.at(-1);
    const chosen = here ?? (this.#mayBegin() ? undefined : newest);
    const access = chosen === undefined ? undefined : await this.#context.charters.get(chosen.chart);
    if (access !== undefined) return { access, ops: [] };
    return this.#mayBegin() ? this.#begin() : undefined;
  }

  #mayBegin(): boolean {
    const { self, rosters } = this.#context;
    const device = rosters.mustGet(self.practice).devices.get(self.device);
    return device?.status === 'active' && may(device.role, 'createChart');
  }

  async #begin(): Promise<OpenVolume | undefined> {
    const { charters, ports } = this.#context;
    const begun = await createCharter(this.#context.author(), ['audit'], ports.random, this.#context.timeMs());
    const access = begun.ok ? charters.preview([begun.value.op]) : undefined;
    return begun.ok && access !== undefined ? { access, ops: [begun.value.op] } : undefined;
  }
}

function monthOf(access: ChartAccess | undefined): string | undefined {
  const create = access?.charter.ops.find(({ body }) => body.kind === 'create');
  return create === undefined ? undefined : monthAt(create.body.time);
}

function monthAt(timeMs: number): string {
  // A clock may say anything: a year that no date can show is the last one.
  return new Date(Math.min(Math.max(timeMs, 0), Date.UTC(9999, 11, 31))).toISOString().slice(0, 7);
}
