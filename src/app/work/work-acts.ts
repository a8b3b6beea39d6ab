/**
 * The work of a practice beside its charts, as the screens see it: results and alerts that wait for a clinician, tasks, and the
 * appointments of a day. Types only. Kept in the practice book, so that a colleague's act counts here too; every act resolves once
 * it is durable here (EN-8).
 */
import type { ChartId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { DueItem } from '../../clinical/due/due.ts';
import type { WaitingResult } from '../../clinical/attention/waiting-results.ts';
import type { MedicationAlert } from '../../clinical/checks/medication-check.ts';
import type { NoteTemplate } from '../../clinical/note-kinds.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import type { WriteFailure } from '../session.ts';

export interface PracticeWork {
  readonly inbox: ClinicalInbox;
  readonly tasks: Tasks;
  readonly schedule: Schedule;
  readonly due: Due;
  readonly noteTemplates: NoteTemplates;
}

// ---------------------------------------------------------------------------------------------------------- inbox

export interface ClinicalInbox {
  /** Of all charts this practice reads, what nobody of it has acknowledged: the gravest first, then the newest. */
  readonly results: readonly InboxResult[];
  /** Notes that the person at this screen began and did not sign, the newest first. */
  readonly drafts: readonly InboxDraft[];
  /** Alerts of medications nobody has answered, the gravest first. */
  readonly alerts: readonly InboxAlert[];
  /** A clinician or administrator is at work: only their look at a result counts. */
  readonly mayAcknowledge: boolean;
  /** One act, to be taken back whole; its id. With a task, both or neither. */
  acknowledge(
    results: readonly ResultVersion[],
    told: { readonly note?: string; readonly task?: Omit<NewTask, 'chart'> },
  ): Promise<Result<string, WriteFailure>>;
  takeBack(acknowledgement: string): Promise<Result<void, WriteFailure>>;
  /** Of one result, in any version, newest first. */
  acknowledgedOf(chart: ChartId, key: ResourceKey): readonly Acknowledgement[];
}

/** A result with the value it had when somebody looked at it: a corrected one is another. */
export interface ResultVersion extends Pick<WaitingResult, 'key' | 'version'> {
  readonly chart: ChartId;
}

export interface InboxResult extends Omit<WaitingResult, 'writtenMs' | 'by'>, ResultVersion {
  /** ISO date-time by its author's clock. */
  readonly writtenAt: string;
  readonly personName: string;
  readonly practiceName: string;
  readonly own: boolean;
}

export interface InboxDraft {
  readonly chart: ChartId;
  readonly key: ResourceKey;
  readonly title: string;
  /** ISO date-time by the clock of the device it was begun on. */
  readonly begunAt: string;
}

export interface InboxAlert {
  readonly chart: ChartId;
  readonly alert: MedicationAlert;
}

export interface Acknowledgement {
  readonly id: string;
  readonly version: string;
  /** Whose device signed it. */
  readonly personName: string;
  readonly at: string;
  /** Empty where nothing was said. */
  readonly note: string;
}

// ---------------------------------------------------------------------------------------------------------- tasks

export interface Tasks {
  /** Open ones first, by the day they are due; then those done lately. */
  readonly all: readonly Task[];
  readonly mayWrite: boolean;
  add(task: NewTask): Promise<Result<string, WriteFailure>>;
  change(
    id: string,
    change: Partial<Pick<Task, 'text' | 'due' | 'owner' | 'status'>>,
  ): Promise<Result<void, WriteFailure>>;
}

export interface NewTask {
  readonly text: string;
  readonly chart?: ChartId;
  /** FHIR date. */
  readonly due?: string;
  /** The person it is for, by name; left out: whoever comes first. */
  readonly owner?: string;
}

export type TaskStatus = 'requested' | 'completed' | 'cancelled';

export interface Task extends NewTask {
  readonly id: string;
  readonly status: TaskStatus;
  /** Whose devices signed them. */
  readonly madeBy: string;
  readonly madeAt: string;
  readonly changedBy: string;
  readonly changedAt: string;
}

// ---------------------------------------------------------------------------------------------- templates of notes

export interface NoteTemplates {
  /** By name; empty until the practice has some of its own. */
  readonly all: readonly SavedTemplate[];
  readonly mayWrite: boolean;
  /** Its id. */
  add(template: NoteTemplate): Promise<Result<string, WriteFailure>>;
  /** Also brings back one that was put away. */
  change(id: string, template: NoteTemplate): Promise<Result<void, WriteFailure>>;
  putAway(template: SavedTemplate): Promise<Result<void, WriteFailure>>;
}

export interface SavedTemplate extends NoteTemplate {
  readonly id: string;
}

// ------------------------------------------------------------------------------------------------------- schedule

export interface Schedule {
  /** Whoever may write the section `schedule`: the front desk too. */
  readonly mayWrite: boolean;
  /** FHIR date; by the hour. */
  on(day: string): readonly Appointment[];
  /** Newest first. */
  of(chart: ChartId): readonly Appointment[];
  book(appointment: NewAppointment): Promise<Result<string, WriteFailure>>;
  change(
    id: string,
    change: Partial<Pick<Appointment, 'start' | 'minutes' | 'reason' | 'with' | 'status'>>,
  ): Promise<Result<void, WriteFailure>>;
}

/** Codes of FHIR's AppointmentStatus. */
export type AppointmentStatus = 'booked' | 'arrived' | 'fulfilled' | 'cancelled' | 'noshow';

export interface NewAppointment {
  readonly chart: ChartId;
  /** By the clock of the practice: "2026-11-24T09:30". */
  readonly start: string;
  readonly minutes: number;
  readonly reason?: string;
  /** The person it is with, by name. */
  readonly with?: string;
}

export interface Appointment extends NewAppointment {
  readonly id: string;
  readonly status: AppointmentStatus;
  /** Whose device signed it as it stands. */
  readonly changedBy: string;
  readonly changedAt: string;
}

// ------------------------------------------------------------------------------------------------------------ due

export interface Due {
  /** Of own charts of the living: what is due, or of which nothing is recorded. `today`: FHIR date. */
  list(today: string): readonly DueRow[];
  /** Rules this practice does not want to be reminded by. */
  readonly off: ReadonlySet<string>;
  readonly mayChoose: boolean;
  choose(rule: string, on: boolean): Promise<Result<void, WriteFailure>>;
}

export interface DueRow {
  readonly chart: ChartId;
  readonly items: readonly DueItem[];
}
