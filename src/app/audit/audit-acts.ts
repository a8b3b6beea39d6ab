/**
 * The audit log as the screens see it: who did what, when, at which device, on which chart; what of each device's log is here.
 * Types only. Texts in it are codes: the words a person reads are the screens' own.
 */
import type { ChartId, DeviceId, PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { Role } from '../session.ts';

/** What is written down. Once released never taken out of the list: old logs hold it. */
export const auditKinds = [
  'unlocked',
  'unlock-failed',
  'locked',
  'passphrase-changed',
  'chart-opened',
  'chart-registered',
  'chart-imported',
  'chart-changed',
  'check-overridden',
  'chart-exported',
  'disclosure-exported',
  'printed',
  'shared',
  'sharing-stopped',
  'sharing-end-changed',
  'everything-stopped',
  'custody-offered',
  'custody-offer-withdrawn',
  'custody-taken',
  'custody-declined',
  'set-aside-admitted',
  'fork-settled',
  'charts-merged',
  'charts-unmerged',
  'practice-met',
  'person-added',
  'role-changed',
  'device-removed',
  'backup-made',
  'practice-restored',
  'exchange-file-written',
  'exchange-file-read',
  'audit-exported',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** By what the vault was opened. */
export type UnlockedHow = 'passphrase' | 'recovery-phrase' | 'first-time' | 'backup' | 'joined' | 'recovered';

export interface AuditAct {
  readonly kind: AuditKind;
  readonly chart?: ChartId;
  /** The other chart of a merge. */
  readonly other?: ChartId;
  /** With whom something was shared, whom it was taken from. */
  readonly practice?: PracticeId;
  /** Whose role changed, who was removed. */
  readonly device?: DeviceId;
  /** What of it: sections, the page that was printed, how it was unlocked. Codes, and of an override the reason. */
  readonly what?: readonly string[];
  readonly count?: number;
}

export interface AuditEvent extends AuditAct {
  /** Device and number: one event of the practice. */
  readonly id: string;
  /** The events of a device are numbered from 1 on without gaps (AU-2). */
  readonly number: number;
  readonly by: DeviceId;
  readonly personName: string;
  readonly deviceName: string;
  /** As its roster said when it wrote the record; undefined while the event is on this device alone. */
  readonly role: Role | 'keeper' | undefined;
  /** ISO date-time by that device's clock. */
  readonly at: string;
  /** What speaks against its time: an earlier event is later, or it came here before it was written. */
  readonly clock?: 'set-back' | 'ahead';
  /** Not handed to the practice yet: on this device alone. */
  readonly onlyHere: boolean;
}

/** What of one device's log is here. */
export interface AuditCompleteness {
  readonly device: DeviceId;
  readonly personName: string;
  readonly deviceName: string;
  readonly removed: boolean;
  /** The newest event here. */
  readonly upTo: number;
  readonly upToAt: string;
  readonly count: number;
  /** Numbers that are not here although later ones are. */
  readonly missing: readonly { readonly from: number; readonly to: number }[];
  /** Numbers that stand for two different events. */
  readonly twice: readonly number[];
  /** Records that no rule allows: written over a colleague's, say (AU-3). They count for nothing. */
  readonly refused: number;
  /** Records that wait for something that is not here, or that no version of this app reads. */
  readonly unreadable: number;
  /** Records that came after the device lost its place, or beside others of it (CUT-4). */
  readonly setAside: number;
}

/** A month of the log, newest first. */
export interface AuditMonth {
  /** '2026-11', by the clock of whoever began it. */
  readonly month: string;
  readonly events: readonly AuditEvent[];
  /** Empty for whoever may read the own events alone. */
  readonly devices: readonly AuditCompleteness[];
}

/** The whole log, looked through once. */
export interface AuditCheck {
  readonly events: number;
  readonly months: number;
  readonly devices: readonly AuditCompleteness[];
}

export interface Audit {
  /** An administrator reads the whole log, everybody else what was done at the own device. */
  readonly readsAll: boolean;
  /** Of what the screen did and no other act tells: printing. */
  note(act: AuditAct): void;
  /** Newest first. */
  months(): Promise<readonly string[]>;
  month(month: string): Promise<AuditMonth>;
  /** Every month, one after the other: what of each device is here. */
  check(progress: (done: number, total: number) => void, signal: AbortSignal): Promise<Result<AuditCheck, 'cancelled'>>;
  /** These events as a file; that they were taken out is written down. */
  asFile(
    events: readonly AuditEvent[],
    form: 'csv' | 'fhir',
  ): { readonly fileName: string; readonly type: string; readonly text: string };
}
