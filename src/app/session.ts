/**
 * What the screens may ask of the house, and all they are told: the interface between app/ and ui/. Types only; those of one
 * concern are in its folder (`*-acts.ts`, and charts/chart-on-screen.ts of an open chart).
 *
 * Everything here is plaintext of charts this device may read; keys, sealed bytes and peers' addresses do not pass.
 * Every act that changes something resolves only when it is durable here (EN-8).
 */
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { ChartSection } from '../base/sections.ts';
import type { PersonDescription } from '../clinical/matching/person.ts';
import type { SectionEdit } from '../clinical/section-edit.ts';
import type { Audit } from './audit/audit-acts.ts';
import type { OpenChart } from './charts/chart-on-screen.ts';
import type { Exchange } from './exchange/exchange-acts.ts';
import type { Merges } from './merging/merge-acts.ts';
import type { PatientFiles } from './patients/import-acts.ts';
import type { NetworkStatus, Peers } from './peers/peer-acts.ts';
import type { People } from './people/people-acts.ts';
import type { PracticeWork } from './work/work-acts.ts';

export type Role = 'admin' | 'clinician' | 'nurse' | 'frontDesk' | 'viewer';

export interface Session extends EventTarget, PatientFiles, Peers {
  readonly practice: PracticeInfo;
  /** Everything that is always visible; replaced whole. A 'change' event on the session says it may have changed. */
  readonly status: SessionStatus;
  /** One a chart. */
  readonly charts: readonly ChartSummary[];
  /** One a person: charts that are merged are one row. */
  readonly patients: readonly PatientRow[];
  readonly merges: Merges;
  readonly notices: readonly Notice[];
  readonly settings: Settings;
  readonly people: People;
  /** With practices and devices that no network reaches. */
  readonly exchange: Exchange;
  /** Results and alerts that wait, tasks. */
  readonly work: PracticeWork;
  readonly audit: Audit;

  /** Patients (their leading charts) in order of fit; empty query: all, by name. As one types: synchronous, under a frame. */
  search(query: string): readonly ChartId[];
  /**
   * Opens the sections this practice may read, of all charts of this patient; call `close()` on leaving. `first`: those that are
   * shown at once; of a chart that is not merged the others may come after it (`unread`).
   */
  openChart(chart: ChartId, first?: readonly ChartSection[]): Promise<Result<OpenChart, 'unknown-chart' | 'damaged'>>;
  /** A patient registered by hand: Patient resource JSON text from clinical/edits. */
  registerPatient(patient: SectionEdit & { readonly kind: 'create' }): Promise<Result<ChartId, WriteFailure>>;

  // Sharing charts
  share(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    right: 'read' | 'write',
    until?: string,
  ): Promise<Result<void, WriteFailure>>;
  stopSharing(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[] | 'all',
  ): Promise<Result<void, WriteFailure>>;
  /** Chart by chart what was stopped stays stopped, also after a failure or a cancel; doing it again does the rest. */
  stopSharingEverything(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly stopped: number; readonly left: number }, WriteFailure>>;

  // This device and practice
  dismissNotice(id: string): Promise<void>;
  updateSettings(change: Partial<Settings>): Promise<Result<void, WriteFailure>>;
  changePassphrase(current: string, next: string): Promise<Result<void, 'wrong-passphrase' | 'storage'>>;
  backUp(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly fileName: string; readonly file: Blob }, 'cancelled' | 'storage'>>;
  requestPersistentStorage(): Promise<boolean>;
  diagnostics(): readonly Diagnostic[];
  /** Says that the person is at work: restarts the auto-lock timer. */
  touch(): void;
  /** Seals what is pending, wipes keys from memory, closes everything. A 'locked' event follows. */
  lock(): Promise<void>;
}

export type WriteFailure =
  | 'storage-full'
  | 'storage'
  | 'not-allowed'
  | 'unsettled-conflict'
  /** Somebody signed the note meanwhile (AM-6). */
  | 'signed'
  /** This device's own work there has two versions (CUT-8); what it wrote now would be set aside. */
  | 'forked'
  | 'too-large'
  | 'closed'
  | 'clock'
  | 'not-found';

export interface PracticeInfo {
  readonly id: PracticeId;
  readonly name: string;
  readonly device: DeviceId;
  readonly deviceName: string;
  readonly personName: string;
  readonly role: Role;
}

export interface SessionStatus {
  readonly saving: 'saved' | 'saving' | 'failed';
  /** Reason in one of WriteFailure when `saving` is 'failed'. */
  readonly savingFailure?: WriteFailure;
  readonly network: NetworkStatus;
  readonly storage: {
    readonly persistent: boolean | 'unknown';
    readonly usedBytes?: number;
    readonly quotaBytes?: number;
    readonly low: boolean;
  };
  /** Own charts that no other practice or device is known to hold ("these 214 charts exist only in this browser"). */
  readonly chartsOnlyHere: number;
  /** ISO date-time of the last backup made here. */
  readonly lastBackup?: string;
}

export interface ChartSummary {
  readonly id: ChartId;
  readonly name: string;
  /** FHIR date as written: may be a year only. */
  readonly birthDate?: string;
  readonly sex?: string;
  readonly identifier?: string;
  readonly deceased: boolean;
  readonly custodian: PracticeId;
  /** True when this practice is the custodian. */
  readonly own: boolean;
  /** Other practices that may read some of it now. */
  readonly sharedWith: readonly PracticeId[];
  /** For a received chart: what is left of the custodian's grant. 'ended': sharing was stopped. */
  readonly access: 'own' | 'read' | 'write' | 'ended';
  readonly unsettledConflicts: number;
  readonly setAside: number;
  /** What more tells this person from others, where the demographics are readable: for the search and for likely duplicates. */
  readonly person?: PersonDescription;
  /** ISO date-time of the newest change known here. */
  readonly changedAt?: string;
}

/** A patient in a list. */
export interface PatientRow extends ChartSummary {
  /** Of one with several charts, each of them, the leading one first; the row is that one's with the counts of all. */
  readonly parts?: readonly ChartSummary[];
}

/** What a person should see once: a chart was shared with us, sharing ended, something was set aside, and so on. */
export interface Notice {
  readonly id: string;
  readonly kind:
    | 'chart-received'
    | 'sharing-extended'
    | 'sharing-ended'
    | 'peer-joined'
    | 'set-aside'
    | 'restored-older-backup'
    | 'fork'
    /** A practice offers us to keep a chart of its; or took over one that we offered. */
    | 'custody-offered'
    | 'custody-taken'
    /** Charts (`count`) stay different from what a device there holds, however often the two compare (RE-6). */
    | 'same-difference';
  readonly at: string;
  readonly chart?: ChartId;
  readonly practice?: PracticeId;
  readonly count?: number;
}

export interface Settings {
  readonly sharing: boolean;
  readonly relays: readonly string[];
  readonly iceServers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  readonly autoLockMinutes: number;
  readonly theme: 'system' | 'light' | 'dark';
}

export type DiagnosticKind =
  | 'fork'
  | 'refused-entry'
  | 'refused-operation'
  | 'bad-signature'
  | 'quota'
  /** Somebody's clock was more than five minutes off. */
  | 'clock'
  /** The same difference to a peer stood three times (RE-6). */
  | 'same-difference'
  | 'other';

export interface Diagnostic {
  readonly kind: DiagnosticKind;
  /** Whose doing it was, if that is known. */
  readonly who?: PracticeId;
  readonly what: string;
  readonly reason: string;
  readonly count: number;
  readonly lastAt: string;
}
