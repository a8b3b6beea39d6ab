/** One open chart of the demo session: edits in memory, and for some charts conflicts, shares and set-aside rows. */
import type { ChartId, EntryHash } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import { listKey, type ConcurrentChange, type Provenance } from '../../src/clinical/conflicts.ts';
import type { SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';
import type {
  ChartFiles,
  Authorship,
  HeldAt,
  HistoryRow,
  OpenChart,
  SectionView,
} from '../../src/app/charts/chart-on-screen.ts';
import type { ChartSummary, WriteFailure } from '../../src/app/session.ts';
import type { ChartActs, Custody, ForkRow, SetAsideRow, ShareRow } from '../../src/app/charts/chart-acts.ts';
import { applyEdit } from './apply-edit.ts';
import { demoAside, demoForks, demoHistory, demoReceived, demoShares } from './demo-review.ts';
import { demoAuthors, demoPeerIds, type DemoSession } from './demo-session.ts';

export interface DemoChartParts {
  readonly id: ChartId;
  readonly number: number;
  readonly resources: Map<ChartSection, Map<string, StoredResource>>;
  shares?: readonly ShareRow[];
  aside?: readonly SetAsideRow[];
  forks?: readonly ForkRow[];
  offer?: Custody['offer'] | 'none';
  settled?: Set<string>;
  history?: readonly HistoryRow[];
}

export class DemoChart extends EventTarget implements OpenChart {
  readonly id: ChartId;
  readonly files: ChartFiles = {
    state: () => undefined,
    want: () => undefined,
    open: () => Promise.resolve(err('missing')),
  };
  readonly #session: DemoSession;
  readonly #parts: DemoChartParts;
  sections: ReadonlyMap<ChartSection, SectionView>;
  unread: readonly ChartSection[] = [];

  constructor(session: DemoSession, parts: DemoChartParts) {
    super();
    this.id = parts.id;
    this.#session = session;
    this.#parts = parts;
    if (parts.number === 1) parts.shares ??= demoReceived(session.practice.id);
    if (parts.number === 0) {
      parts.shares ??= demoShares(...demoPeerIds);
      parts.aside ??= demoAside(parts.resources, ...demoPeerIds);
      parts.forks ??= demoForks();
      parts.history ??= demoHistory(parts.resources, (own) => this.#author(own, 1));
    }
    this.sections = this.#views();
    session.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  editWithFiles(section: ChartSection, edits: Parameters<OpenChart['edit']>[1]) {
    return this.edit(section, edits);
  }

  get summary(): ChartSummary {
    const summary = this.#session.charts.find((chart) => chart.id === this.id);
    if (summary === undefined) throw new Error('the demo knows its charts');
    return summary;
  }

  get sharing(): readonly ShareRow[] {
    return this.#parts.shares ?? [];
  }

  get held(): readonly HeldAt[] {
    if (this.#parts.number > 2) return [];
    const lakeside = { kind: 'practice', name: 'Lakeside Cardiology', lacking: 0, at: '2026-11-22T09:15:00Z' } as const;
    const keeper = { kind: 'keeper', name: 'Box in the cellar', lacking: 0, at: '2026-11-22T09:16:00Z' } as const;
    const pharmacy = { kind: 'practice', name: 'Corner Pharmacy', lacking: 3, at: '2026-11-20T17:02:00Z' } as const;
    const never = { kind: 'device', name: 'Tablet', lacking: 12 } as const;
    return this.#parts.number === 0 ? [keeper, never, lakeside, pharmacy] : [keeper, lakeside];
  }

  get setAside(): readonly SetAsideRow[] {
    return this.#parts.aside ?? [];
  }

  async admit(ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>> {
    this.#replaceAside((this.#parts.aside ?? []).filter(({ id }) => !ids.includes(id)));
    return ok(undefined);
  }

  async hide(ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>> {
    return this.#setHidden(ids, true);
  }

  async unhide(ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>> {
    return this.#setHidden(ids, false);
  }

  #setHidden(ids: readonly EntryHash[], hidden: boolean): Result<void, WriteFailure> {
    this.#replaceAside((this.#parts.aside ?? []).map((row) => (ids.includes(row.id) ? { ...row, hidden } : row)));
    return ok(undefined);
  }

  #replaceAside(rows: readonly SetAsideRow[]): void {
    this.#parts.aside = rows;
    const setAside = rows.filter(({ hidden }) => !hidden).reduce((sum, { entries }) => sum + entries, 0);
    this.#session.replaceSummary(this.id, { setAside });
  }

  get forks(): readonly ForkRow[] {
    return this.#parts.forks ?? [];
  }

  async settleFork(...[, , , hash]: Parameters<ChartActs['settleFork']>): Promise<Result<void, WriteFailure>> {
    this.#parts.forks = this.forks.map((fork) => ({
      ...fork,
      settled: true,
      branches: fork.branches.map((branch) => ({ ...branch, stands: branch.hash === hash })),
    }));
    this.#session.changed();
    return ok(undefined);
  }

  async setEnd(...[practice, sections, until]: Parameters<ChartActs['setEnd']>): Promise<Result<void, WriteFailure>> {
    this.#parts.shares = this.sharing.map((row) => {
      if (row.practice !== practice || !sections.includes(row.section) || row.ended !== undefined) return row;
      const { until: _before, ...kept } = row;
      return until === undefined ? kept : { ...kept, until };
    });
    this.#session.changed();
    return ok(undefined);
  }

  /** The second chart is offered to us; the third we offered to Corner Pharmacy. */
  get custody(): Custody {
    const { custodian, own } = this.summary;
    const custodianName = own ? this.#session.practice.name : 'Lakeside Cardiology';
    const [lakeside, pharmacy] = demoPeerIds;
    const at = '2026-11-22T07:30:00Z';
    const offered: Custody['offer'][] = [
      undefined,
      { direction: 'received', practice: lakeside, practiceName: 'Lakeside Cardiology', keeps: 'read', at },
      { direction: 'given', practice: pharmacy, practiceName: 'Corner Pharmacy', keeps: 'write', at },
    ];
    const offer = this.#parts.offer ?? offered[this.#parts.number];
    return { custodian, custodianName, own, ...(offer === undefined || offer === 'none' ? {} : { offer }) };
  }

  async handOver(
    ...[practice, keeps, recoveryPhrase]: Parameters<ChartActs['handOver']>
  ): ReturnType<ChartActs['handOver']> {
    if (recoveryPhrase.split(/\s+/).length !== 24) return err('wrong-length');
    const practiceName = this.#session.peers.find(({ id }) => id === practice)?.name ?? '';
    return this.#setOffer({ direction: 'given', practice, practiceName, keeps, at: '2026-11-22T11:00:00Z' });
  }

  async withdrawOffer(recoveryPhrase: string): ReturnType<ChartActs['withdrawOffer']> {
    return recoveryPhrase.split(/\s+/).length === 24 ? this.#setOffer('none') : err('wrong-length');
  }

  async takeOver(): Promise<Result<void, WriteFailure>> {
    this.#session.replaceSummary(this.id, { own: true, custodian: this.#session.practice.id, access: 'own' });
    return this.#setOffer('none');
  }

  async declineOffer(): Promise<Result<void, WriteFailure>> {
    return this.#setOffer('none');
  }

  #setOffer(offer: NonNullable<DemoChartParts['offer']>): Result<void, never> {
    this.#parts.offer = offer;
    this.#session.changed();
    return ok(undefined);
  }

  async edit(section: ChartSection, edits: readonly SectionEdit[]): Promise<Result<void, WriteFailure>> {
    const resources = this.#parts.resources.get(section) ?? new Map<string, StoredResource>();
    this.#parts.resources.set(section, resources);
    for (const edit of edits) this.#apply(resources, edit);
    this.sections = this.#views();
    this.dispatchEvent(new Event('change'));
    return ok(undefined);
  }

  #apply(resources: Map<string, StoredResource>, edit: SectionEdit): void {
    if (edit.kind === 'settleList') {
      (this.#parts.settled ??= new Set()).add(listKey(edit.list));
      return;
    }
    resources.set(edit.key, applyEdit(resources.get(edit.key), edit));
    if (edit.kind === 'create' || edit.kind === 'type') return;
    if (edit.kind === 'settle') (this.#parts.settled ??= new Set()).add(edit.key);
    const author = this.#author(true, 0);
    const rows = Object.entries(edit.registers).map(([register, json]) => ({ key: edit.key, register, json, author }));
    this.#parts.history = [...rows, ...(this.#parts.history ?? [])];
  }

  history(_section: ChartSection, key: string): readonly HistoryRow[] {
    return (this.#parts.history ?? []).filter((row) => row.key === key);
  }

  authorship(provenance: Provenance): Authorship {
    return this.#author(provenance.device === demoAuthors.own.device, 0, new Date(provenance.timeMs).toISOString());
  }

  close(): void {}

  changes(): ReturnType<OpenChart['changes']> {
    const changes = chartSections.flatMap((section) =>
      [...(this.sections.get(section)?.resources.keys() ?? [])].slice(0, 2).map((key, i) => ({
        section,
        change: demoAuthors.change(i),
        author: { ...this.#author(i === 0, 1), deviceName: 'Front room' },
        isNew: section === 'medications',
        written: () => [key],
      })),
    );
    return Promise.resolve({ changes, lookedAt: '2026-11-20T08:00:00Z' });
  }

  asOf(): Promise<OpenChart> {
    return Promise.resolve(this);
  }

  #author(own: boolean, number: number, at = '2026-11-22T09:12:00Z'): Authorship {
    return own
      ? {
          personName: 'Dr. Ada Lindqvist',
          practiceName: 'Birchwood Family Practice',
          own,
          at,
          change: demoAuthors.change(number),
        }
      : {
          personName: 'Dr. Noor Haddad',
          practiceName: 'Lakeside Cardiology',
          own,
          at,
          change: demoAuthors.change(number),
        };
  }

  #views(): ReadonlyMap<ChartSection, SectionView> {
    return new Map(chartSections.map((section) => [section, this.#view(section)]));
  }

  #view(section: ChartSection): SectionView {
    const { number } = this.#parts;
    const hidden = number === 1 && ['encounters', 'documents', 'administrative', 'demographics'].includes(section);
    const incomplete = number === 1 && section === 'results';
    const conflicts = number === 2 ? this.#conflicts(section) : [];
    return {
      section,
      state: hidden ? 'not-shared' : incomplete ? 'incomplete' : number === 3 ? 'ended' : 'open',
      canWrite: !hidden && number !== 3,
      resources: hidden ? new Map() : new Map(this.#parts.resources.get(section)),
      conflicts: conflicts.filter(({ key }) => this.#parts.settled?.has(key) !== true),
      notYetReadable: incomplete ? [{ practice: this.summary.custodian, entries: 3 }] : [],
      provenance: (key) =>
        this.#parts.resources.get(section)?.has(key) === true ? this.#author(number !== 1, 1) : undefined,
    };
  }

  /** Two doses of the first drug with a dose, and two people who each added an allergy. */
  #conflicts(section: ChartSection): readonly ConcurrentChange[] {
    const keys = [...(this.#parts.resources.get(section)?.keys() ?? [])];
    const own = { ...demoAuthors.own, timeMs: Date.parse('2026-11-22T08:05:00Z'), change: demoAuthors.change(2) };
    const peer = { ...demoAuthors.peer, timeMs: Date.parse('2026-11-22T08:20:00Z'), change: demoAuthors.change(3) };
    if (section === 'medications') {
      const key = keys.find((candidate) => candidate.startsWith('MedicationRequest/'));
      if (key === undefined) return [];
      const dose = (value: number, unit: string): Record<string, string> => ({
        dose: JSON.stringify({
          dosageInstruction: [
            { text: `${String(value)} ${unit} once daily`, doseAndRate: [{ doseQuantity: { value, unit } }] },
          ],
        }),
      });
      return [
        {
          key,
          branches: [
            { provenance: own, registers: dose(500, 'mg'), created: false },
            { provenance: peer, registers: dose(1000, 'mg'), created: false },
          ],
        },
      ];
    }
    if (section === 'problems' && keys[0] !== undefined) {
      const resolved = { clinicalStatus: { coding: [{ code: 'resolved' }] }, abatementDateTime: '2026-11-20' };
      return [
        {
          key: keys[0],
          branches: [
            { provenance: own, registers: { status: JSON.stringify(resolved) }, created: false },
            {
              provenance: peer,
              registers: { severity: JSON.stringify({ severity: { text: 'Severe' } }) },
              created: false,
            },
          ],
        },
      ];
    }
    return [];
  }
}
