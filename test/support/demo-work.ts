/** The inbox and tasks of the demo session, in memory. Tests only. */
import type { ChartId } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import { dueItems } from '../../src/clinical/due/due.ts';
import type { ResultRank } from '../../src/clinical/attention/waiting-results.ts';
import type { NoteTemplate } from '../../src/clinical/note-kinds.ts';
import type { WriteFailure } from '../../src/app/session.ts';
import type {
  Acknowledgement,
  Appointment,
  Due,
  DueRow,
  NewAppointment,
  Schedule,
  ClinicalInbox,
  InboxAlert,
  InboxResult,
  NewTask,
  NoteTemplates,
  PracticeWork,
  ResultVersion,
  SavedTemplate,
  Task,
  Tasks,
} from '../../src/app/work/work-acts.ts';

export class DemoWork implements PracticeWork {
  readonly inbox: DemoInbox;
  readonly tasks: DemoTasks;
  readonly schedule: DemoSchedule;
  readonly due: DemoDue;
  readonly noteTemplates: DemoNoteTemplates;

  constructor(changed: () => void) {
    this.tasks = new DemoTasks(changed);
    this.schedule = new DemoSchedule(changed);
    this.due = new DemoDue(changed);
    this.inbox = new DemoInbox(this.tasks, changed);
    this.noteTemplates = new DemoNoteTemplates(changed);
  }
}

const examples: readonly (readonly [string, string, string, ResultRank, string])[] = [
  ['Potassium', '6.9 mmol/L', 'from 3.5 to 5.1 mmol/L', 'critical', 'High'],
  ['Hemoglobin A1c', '8.4 %', 'to 5.6 %', 'abnormal', 'High'],
  ['Urine culture', 'Escherichia coli, more than 100,000 per mL', '', 'unjudged', ''],
  ['Sodium', '139 mmol/L', 'from 136 to 145 mmol/L', 'normal', ''],
  ['Creatinine', '0.9 mg/dL', 'from 0.6 to 1.1 mg/dL', 'normal', ''],
];

class DemoInbox implements ClinicalInbox {
  results: readonly InboxResult[] = [];
  readonly drafts = [];
  alerts: readonly InboxAlert[] = [];
  mayAcknowledge = true;
  readonly #tasks: DemoTasks;
  readonly #changed: () => void;
  readonly #acts = new Map<string, { readonly results: readonly InboxResult[]; readonly note: string }>();

  constructor(tasks: DemoTasks, changed: () => void) {
    this.#tasks = tasks;
    this.#changed = changed;
  }

  /** Results of these charts, one after the other, and an alert of the first. */
  fill(charts: readonly ChartId[]): void {
    const [first] = charts;
    if (first === undefined) return;
    this.results = examples.map(([label, value, range, rank, flag], i) => ({
      chart: charts[i % charts.length] ?? first,
      key: `Observation/demo-${String(i)}`,
      version: '1',
      ...{ rank, label, value, range, flag },
      taken: '20 Nov 2026, 09:10',
      corrected: i === 1,
      writtenAt: '2026-11-21T11:20:00Z',
      personName: 'Dr. Noor Haddad',
      practiceName: 'Lakeside Cardiology',
      own: i > 1,
    }));
    this.alerts = [
      {
        chart: first,
        alert: {
          id: 'allergy amoxicillin / penicillin',
          kind: 'allergy',
          severity: 'high',
          drug: { label: 'Amoxicillin 500 mg' },
          against: { label: 'Penicillin' },
          ground: { kind: 'same-class', label: 'penicillins', ingredients: ['amoxicillin'] },
          source: 'FDA Established Pharmacologic Class',
        },
      },
    ];
  }

  async acknowledge(
    named: readonly ResultVersion[],
    told: { readonly note?: string; readonly task?: Omit<NewTask, 'chart'> },
  ): Promise<Result<string, WriteFailure>> {
    const results = this.results.filter((result) => named.some(({ key }) => key === result.key));
    this.results = this.results.filter((result) => !results.includes(result));
    const id = String(this.#acts.size);
    this.#acts.set(id, { results, note: told.note ?? '' });
    const [first] = results;
    if (told.task !== undefined && first !== undefined) await this.#tasks.add({ ...told.task, chart: first.chart });
    this.#changed();
    return ok(id);
  }

  async takeBack(acknowledgement: string): Promise<Result<void, WriteFailure>> {
    const act = this.#acts.get(acknowledgement);
    if (act === undefined) return err('not-found');
    this.#acts.delete(acknowledgement);
    this.results = [...act.results, ...this.results];
    this.#changed();
    return ok(undefined);
  }

  acknowledgedOf(chart: ChartId, key: string): readonly Acknowledgement[] {
    return [...this.#acts].flatMap(([id, { results, note }]) =>
      results
        .filter((result) => result.chart === chart && result.key === key)
        .map(({ version }) => ({ id, version, note, personName: 'Dr. Ada Lindqvist', at: '2026-11-22T12:00:00Z' })),
    );
  }
}

class DemoTasks implements Tasks {
  all: readonly Task[] = [];
  mayWrite = true;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  async add(task: NewTask): Promise<Result<string, WriteFailure>> {
    const id = String(this.all.length);
    const by = { madeBy: 'Dr. Ada Lindqvist', changedBy: 'Dr. Ada Lindqvist' };
    const at = { madeAt: '2026-11-22T12:00:00Z', changedAt: '2026-11-22T12:00:00Z' };
    this.all = [...this.all, { ...task, id, status: 'requested', ...by, ...at }];
    this.#changed();
    return ok(id);
  }

  async change(id: string, change: Parameters<Tasks['change']>[1]): Promise<Result<void, WriteFailure>> {
    this.all = this.all.map((task) => (task.id === id ? { ...task, ...change } : task));
    this.#changed();
    return ok(undefined);
  }
}

class DemoNoteTemplates implements NoteTemplates {
  all: readonly SavedTemplate[] = [];
  mayWrite = true;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  add(template: NoteTemplate): Promise<Result<string, WriteFailure>> {
    const id = `template-${String(this.all.length)}`;
    this.#keep([...this.all, { id, ...template }]);
    return Promise.resolve(ok(id));
  }

  change(id: string, template: NoteTemplate): Promise<Result<void, WriteFailure>> {
    this.#keep([...this.all.filter((one) => one.id !== id), { id, ...template }]);
    return Promise.resolve(ok(undefined));
  }

  putAway({ id }: SavedTemplate): Promise<Result<void, WriteFailure>> {
    this.#keep(this.all.filter((one) => one.id !== id));
    return Promise.resolve(ok(undefined));
  }

  #keep(all: readonly SavedTemplate[]): void {
    this.all = all;
    this.#changed();
  }
}

class DemoSchedule implements Schedule {
  mayWrite = true;
  all: readonly Appointment[] = [];
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  on(day: string): readonly Appointment[] {
    return this.all.filter(({ start }) => start.startsWith(day)).sort((a, b) => a.start.localeCompare(b.start));
  }

  of(chart: ChartId): readonly Appointment[] {
    return this.all.filter((appointment) => appointment.chart === chart);
  }

  async book(appointment: NewAppointment): Promise<Result<string, WriteFailure>> {
    const id = String(this.all.length);
    const by = { changedBy: 'Iris Blom', changedAt: '2026-11-22T12:00:00Z' };
    this.all = [...this.all, { ...appointment, id, status: 'booked', ...by }];
    this.#changed();
    return ok(id);
  }

  async change(id: string, change: Parameters<Schedule['change']>[1]): Promise<Result<void, WriteFailure>> {
    this.all = this.all.map((appointment) => (appointment.id === id ? { ...appointment, ...change } : appointment));
    this.#changed();
    return ok(undefined);
  }
}

class DemoDue implements Due {
  off: ReadonlySet<string> = new Set();
  mayChoose = true;
  /** Of whom nothing is recorded. */
  patients: readonly {
    readonly id: ChartId;
    readonly birthDate?: string;
    readonly sex?: string;
    readonly deceased: boolean;
  }[] = [];
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  list(today: string): readonly DueRow[] {
    return this.patients.flatMap((patient) => {
      const items = dueItems(patient, {}, today, (rule) => this.off.has(rule)) ?? [];
      return items.length === 0 ? [] : [{ chart: patient.id, items }];
    });
  }

  async choose(rule: string, on: boolean): Promise<Result<void, WriteFailure>> {
    const off = new Set(this.off);
    if (on) off.delete(rule);
    else off.add(rule);
    this.off = off;
    this.#changed();
    return ok(undefined);
  }
}
