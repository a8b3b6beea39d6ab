/**
 * Appointments: records of the practice book's section `schedule`, so that the front desk books, receives and cancels without reading a
 * clinical section. Who did what last is the signature's to say. In the file of a chart it is an Appointment (work-files.ts).
 */
import { mayWrite } from '../../access/roles.ts';
import { toHex } from '../../base/bytes.ts';
import { parseChartId, type ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ChartService } from '../charts/chart-service.ts';
import type { BookRecord, PracticeBook } from './practice-book.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { PracticeInfo, WriteFailure } from '../session.ts';
import type { Appointment, AppointmentStatus, NewAppointment, Schedule } from './work-acts.ts';

interface Parts {
  readonly context: PracticeContext;
  readonly book: PracticeBook;
  readonly charts: Pick<ChartService, 'namesOf'>;
  readonly saving: Saving;
  readonly role: () => PracticeInfo['role'];
  readonly changed: () => void;
}

type AppointmentRecord = Omit<Appointment, 'id' | 'changedBy' | 'changedAt'>;

const appointmentStatuses: readonly AppointmentStatus[] = ['booked', 'arrived', 'fulfilled', 'cancelled', 'noshow'];

/** Characters of a reason: clinical words belong into the chart. */
const maxReasonLength = 200;

export class PracticeSchedule implements Schedule {
  readonly #parts: Parts;
  #records: readonly BookRecord<AppointmentRecord>[] = [];
  #byDay: ReadonlyMap<string, readonly Appointment[]> = new Map();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Inside the queue only. */
  async refresh(): Promise<void> {
    this.#records = await this.#parts.book.records('Appointment', appointmentFromJson);
    const byDay = new Map<string, Appointment[]>();
    for (const record of this.#records) {
      const shown = this.#shown(record);
      const day = shown.start.slice(0, 10);
      const known = byDay.get(day);
      if (known === undefined) byDay.set(day, [shown]);
      else known.push(shown);
    }
    for (const day of byDay.values()) day.sort((a, b) => a.start.localeCompare(b.start) || a.id.localeCompare(b.id));
    this.#byDay = byDay;
  }

  #shown({ id, value, written }: BookRecord<AppointmentRecord>): Appointment {
    const changedBy = this.#parts.charts.namesOf(written.device).personName;
    return { ...value, id, changedBy, changedAt: new Date(written.timeMs).toISOString() };
  }

  get mayWrite(): boolean {
    return mayWrite(this.#parts.role(), 'schedule');
  }

  on(day: string): readonly Appointment[] {
    return this.#byDay.get(day) ?? [];
  }

  of(chart: ChartId): readonly Appointment[] {
    const own = [...this.#byDay.values()].flat().filter((appointment) => appointment.chart === chart);
    return own.sort((a, b) => b.start.localeCompare(a.start));
  }

  book(appointment: NewAppointment): Promise<Result<string, WriteFailure>> {
    const id = toHex(this.#parts.context.ports.random.bytes(16));
    if ((appointment.reason ?? '').length > maxReasonLength) return Promise.resolve(err('too-large'));
    return this.#put(() => ok({ id, value: { ...appointment, status: 'booked' } })).then((put) =>
      put.ok ? ok(id) : put,
    );
  }

  change(id: string, change: Parameters<Schedule['change']>[1]): Promise<Result<void, WriteFailure>> {
    return this.#put(() => {
      const known = this.#records.find((record) => record.id === id);
      return known === undefined ? err('not-found') : ok({ id, value: { ...known.value, ...change } });
    });
  }

  #put(
    make: () => Result<{ readonly id: string; readonly value: AppointmentRecord }, WriteFailure>,
  ): Promise<Result<void, WriteFailure>> {
    const { context, book, saving, changed } = this.#parts;
    if (!this.mayWrite) return Promise.resolve(err('not-allowed'));
    const kept = context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      const made = make();
      if (!made.ok) return made;
      const written = await book.put('Appointment', made.value.id, { v: 1, ...made.value.value });
      if (!written.ok) return written;
      await this.refresh();
      return ok(undefined);
    });
    return saving.watch(kept).finally(changed);
  }
}

function appointmentFromJson(value: unknown): AppointmentRecord | undefined {
  const json = value as Record<string, unknown> | null;
  const chart = parseChartId(String(json?.['chart']));
  const status = appointmentStatuses.find((known) => known === json?.['status']);
  const { start, minutes, reason, with: who } = json ?? {};
  if (json?.['v'] !== 1 || chart === undefined || status === undefined) return undefined;
  if (typeof start !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(start) || typeof minutes !== 'number')
    return undefined;
  return {
    chart,
    start,
    minutes,
    status,
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof who === 'string' ? { with: who } : {}),
  };
}
