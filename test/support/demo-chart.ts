/** One open chart of the demo session: edits in memory, and for some charts conflicts, shares and set-aside rows. */
import type { ChartId } from '../../src/base/ids.ts';
import { ok, type Result } from '../../src/base/result.ts';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import { listKey, type ConcurrentChange, type Provenance } from '../../src/clinical/conflicts.ts';
import type { SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';
import type {
  Authorship,
  ChartSummary,
  HeldBy,
  HistoryRow,
  OpenChart,
  SectionView,
  SetAsideRow,
  ShareRow,
  WriteFailure,
} from '../../src/app/session.ts';
import { demoAuthors, type DemoSession } from './demo-session.ts';

export interface DemoChartParts {
  readonly id: ChartId;
  readonly number: number;
  readonly resources: Map<ChartSection, Map<string, StoredResource>>;
  shares?: ShareRow[];
  settled?: Set<string>;
  history?: HistoryRow[];
}

export class DemoChart extends EventTarget implements OpenChart {
  readonly id: ChartId;
  readonly #session: DemoSession;
  readonly #parts: DemoChartParts;
  sections: ReadonlyMap<ChartSection, SectionView>;

  constructor(session: DemoSession, parts: DemoChartParts) {
    super();
    this.id = parts.id;
    this.#session = session;
    this.#parts = parts;
    if (parts.number === 0 && parts.shares === undefined) parts.shares = this.#demoShares();
    this.sections = this.#views();
    session.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  get summary(): ChartSummary {
    const summary = this.#session.charts.find((chart) => chart.id === this.id);
    if (summary === undefined) throw new Error('the demo knows its charts');
    return summary;
  }

  get sharing(): readonly ShareRow[] {
    return this.#parts.shares ?? [];
  }

  get held(): HeldBy {
    if (this.#parts.number > 2) return { here: true, confirmed: [], waitingFor: [] };
    return {
      here: true,
      confirmed: [{ practiceName: 'Lakeside Cardiology', at: '2026-11-22T09:15:00Z' }],
      waitingFor: this.#parts.number === 0 ? [{ practiceName: 'Corner Pharmacy', entries: 3 }] : [],
    };
  }

  get setAside(): readonly SetAsideRow[] {
    if (this.#parts.number !== 0) return [];
    const row = { practiceName: 'Lakeside Cardiology', personName: 'Dr. Noor Haddad', at: '2026-11-21T16:00:00Z' };
    return [{ ...row, section: 'medications', entries: 3, reason: 'not-authorised' }];
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
    if (edit.kind === 'create') resources.set(edit.key, { key: edit.key, base: edit.base, registers: {} });
    if (edit.kind === 'settleList') (this.#parts.settled ??= new Set()).add(listKey(edit.list));
    if (edit.kind === 'create' || edit.kind === 'settleList') return;
    const before = resources.get(edit.key);
    if (before === undefined) throw new Error('the demo changes what is there');
    resources.set(edit.key, { ...before, registers: { ...before.registers, ...edit.registers } });
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

  #demoShares(): ShareRow[] {
    const [lakeside, pharmacy] = this.#session.peers;
    const from = '2026-10-03T09:00:00Z';
    return [
      ...chartSections
        .filter((section) => section !== 'administrative')
        .map((section): ShareRow => ({
          practice: lakeside?.id ?? this.summary.custodian,
          practiceName: lakeside?.name ?? '',
          section,
          right: 'write',
          from,
        })),
      ...(['identity', 'allergies', 'medications'] as const).map((section): ShareRow => ({
        practice: pharmacy?.id ?? this.summary.custodian,
        practiceName: pharmacy?.name ?? '',
        section,
        right: 'read',
        from,
        until: '2027-01-31T00:00:00Z',
      })),
    ];
  }
}
