/** The words of the audit log: what each kind of event is called, and its details in a sentence. Codes never reach the screen. */
import type { AuditEvent, AuditKind } from '../../app/audit/audit-acts.ts';
import type { Session } from '../../app/session.ts';
import { roleWords, sectionWords } from '../shell/words.ts';
import { groupDigits, listInWords } from '../shell/format.ts';
import { isRole } from '../shell/roles.ts';

/** Groups for the filter, in the order in which they are offered. */
export const kindGroups = [
  {
    name: 'signing-in',
    label: 'Signing in and locking',
    kinds: ['unlocked', 'unlock-failed', 'locked', 'passphrase-changed'],
  },
  { name: 'opening', label: 'Opening charts', kinds: ['chart-opened'] },
  {
    name: 'writing',
    label: 'Writing in charts',
    kinds: [
      'chart-registered',
      'chart-imported',
      'chart-changed',
      'set-aside-admitted',
      'fork-settled',
      'charts-merged',
      'charts-unmerged',
    ],
  },
  { name: 'overriding', label: 'Overriding a warning', kinds: ['check-overridden'] },
  {
    name: 'taking-out',
    label: 'Printing, exporting, backing up',
    kinds: [
      'printed',
      'chart-exported',
      'disclosure-exported',
      'audit-exported',
      'backup-made',
      'exchange-file-written',
      'exchange-file-read',
      'practice-restored',
    ],
  },
  {
    name: 'sharing',
    label: 'Sharing and stopping',
    kinds: [
      'shared',
      'sharing-stopped',
      'sharing-end-changed',
      'everything-stopped',
      'custody-offered',
      'custody-offer-withdrawn',
      'custody-taken',
      'custody-declined',
      'practice-met',
    ],
  },
  { name: 'people', label: 'People and roles', kinds: ['person-added', 'role-changed', 'device-removed'] },
] as const satisfies readonly { readonly name: string; readonly label: string; readonly kinds: readonly AuditKind[] }[];

export type KindGroup = (typeof kindGroups)[number]['name'];

export const kindWords: Readonly<Record<AuditKind, string>> = {
  unlocked: 'Signed in',
  'unlock-failed': 'Wrong passphrase',
  locked: 'Locked',
  'passphrase-changed': 'Changed the passphrase',
  'chart-opened': 'Opened the chart',
  'chart-registered': 'Registered the patient',
  'chart-imported': 'Imported',
  'chart-changed': 'Wrote in the chart',
  'check-overridden': 'Overrode a warning',
  'chart-exported': 'Exported the chart',
  'disclosure-exported': 'Exported the record of disclosure',
  printed: 'Printed',
  shared: 'Shared',
  'sharing-stopped': 'Stopped sharing',
  'sharing-end-changed': 'Changed until when it is shared',
  'everything-stopped': 'Stopped sharing everything',
  'custody-offered': 'Offered to hand the chart over',
  'custody-offer-withdrawn': 'Took back the offer of the chart',
  'custody-taken': 'Took the chart over',
  'custody-declined': 'Declined to take the chart over',
  'set-aside-admitted': 'Admitted what was set aside',
  'fork-settled': 'Chose one of two versions',
  'charts-merged': 'Merged two charts of one patient',
  'charts-unmerged': 'Took merged charts apart',
  'practice-met': 'Connected with a practice',
  'person-added': 'Added a person or device',
  'role-changed': 'Changed a role',
  'device-removed': 'Removed a device',
  'backup-made': 'Made a backup',
  'practice-restored': 'Restored the practice from a backup',
  'exchange-file-written': 'Wrote an exchange file',
  'exchange-file-read': 'Took in an exchange file',
  'audit-exported': 'Exported the audit log',
};

const codeWords: Readonly<Record<string, string>> = {
  ...sectionWords,
  ...roleWords,
  passphrase: 'with the passphrase',
  'recovery-phrase': 'with the recovery phrase, setting a new passphrase',
  'first-time': 'when the practice was made',
  backup: 'from a backup',
  joined: 'as a device that joined',
  recovered: 'from whoever had the data',
  idle: 'because nobody worked',
  read: 'to read',
  write: 'to read and write',
  none: 'keeping nothing',
  csv: 'for a spreadsheet',
  fhir: 'as FHIR AuditEvents',
  summary: 'the summary',
  'medication-list': 'the medication list',
  'immunization-record': 'the immunization record',
  'growth-chart': 'the growth chart',
};

export function detailsOf(event: AuditEvent, session: Session): string {
  const { kind, what = [], count, practice, device } = event;
  const parts: string[] = [];
  if (practice !== undefined) parts.push(practiceName(practice, session));
  if (device !== undefined) parts.push(deviceName(device, session));
  if (kind === 'check-overridden') parts.push((what[1] ?? '').replace(/^Overridden: /, 'reason: '));
  else if (what.length > 0) parts.push(listInWords(what.map(codeInWords), 6));
  if (kind === 'unlock-failed' && count !== undefined) parts.push(`${groupDigits(count)} times`);
  else if (kind === 'chart-changed' && (count ?? 1) > 1) parts.push(`${String(count)} acts`);
  else if (kind !== 'chart-changed' && count !== undefined) parts.push(groupDigits(count));
  return parts.filter((part) => part !== '').join(', ');
}

function codeInWords(code: string): string {
  return (Object.hasOwn(codeWords, code) ? codeWords[code] : undefined) ?? code.replaceAll('-', ' ');
}

function practiceName(practice: string, session: Session): string {
  return session.peers.find(({ id }) => id === practice)?.name ?? 'a practice not known here';
}

function deviceName(device: string, session: Session): string {
  const found = session.people.devices.find((one) => one.device === device);
  return found === undefined ? 'a device not known here' : `${found.personName}, ${found.deviceName}`;
}

export function roleInWords(role: AuditEvent['role']): string {
  return role === undefined || !isRole(role) ? '' : roleWords[role];
}

export const clockWords: Readonly<Record<NonNullable<AuditEvent['clock']>, string>> = {
  ahead: 'This computer’s clock was ahead: the event came here before its time.',
  'set-back': 'This computer’s clock was set back: an earlier event has a later time.',
};

/** '2026-11' */
export function monthInWords(month: string): string {
  const date = new Date(`${month}-01T12:00:00Z`);
  return Number.isNaN(date.getTime())
    ? month
    : date.toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}
