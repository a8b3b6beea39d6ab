/**
 * What people and devices are to a person: who may change them, what a removal does in numbers, why an act failed. Every promise
 * here is one that docs/threats.md makes: what was received can't be taken back, what was signed stays signed.
 */
import type { DeviceRow, People } from '../../app/people/people-acts.ts';
import type { ChartSummary, Role, WriteFailure } from '../../app/session.ts';
import type { Question } from '../shell/confirm.ts';
import { count, dateInWords, listInWords, whenInWords } from '../shell/format.ts';
import { roleMay } from '../shell/roles.ts';
import { roleWords, writeTrouble, type Trouble } from '../shell/words.ts';

type PeopleFailure = WriteFailure | 'gone' | 'name-taken';

export const peopleTrouble: Readonly<Record<PeopleFailure, Trouble>> = {
  ...writeTrouble,
  'not-allowed': {
    happened: 'Not done: only an administrator may change who works here, and one administrator has to remain.',
    safe: 'Nothing was changed.',
    todo: 'Ask an administrator. To step back as the only one, make somebody else administrator first.',
  },
  'not-found': {
    happened: 'Not done: this device is no longer a member of the practice.',
    safe: 'Nothing was changed.',
    todo: 'Look at the list again: somebody else may have removed it meanwhile.',
  },
  gone: {
    happened: 'The other computer has stopped waiting.',
    safe: 'It was not added.',
    todo: 'Ask its person to try again. If the invitation is refused as used, make a new one.',
  },
  'name-taken': {
    happened: 'Somebody at this computer has that name on the locked page already.',
    safe: 'Nobody was added.',
    todo: 'Choose another name for the locked page, such as initials with a digit.',
  },
};

/** One name, or all of them joined by "and": whom to ask. */
export function administrators(devices: readonly DeviceRow[]): string {
  const names = devices
    .filter(({ status, role }) => status === 'active' && role === 'admin')
    .map((row) => row.personName);
  return listInWords([...new Set(names)]);
}

export function whoMayChange(people: Pick<People, 'devices'>, what = 'change this list'): string {
  const names = administrators(people.devices);
  return names === '' ? `Only an administrator may ${what}.` : `Only an administrator may ${what}: ask ${names}.`;
}

/** The name of a device in a sentence: 'Bo Maas’s Laptop'. Nobody works at a keeper. */
export function deviceInWords({ personName, deviceName }: Pick<DeviceRow, 'personName' | 'deviceName'>): string {
  return personName === '' ? deviceName : `${personName}’s ${deviceName}`;
}

export function roleInWords(role: DeviceRow['role']): string {
  return role === 'keeper' ? 'Keeps sealed copies' : roleWords[role];
}

export function deviceSeenWords(row: DeviceRow, now: Date): string {
  if (row.here === 'this' || row.connection !== 'none') return 'now';
  return row.lastSeen === undefined ? 'not yet' : whenInWords(row.lastSeen, now);
}

/** The day, and by whom. Without anybody's name it was the recovery phrase: of the first device, as the practice was made. */
export function addedWords({ addedAt, addedBy }: DeviceRow, devices: readonly DeviceRow[]): string {
  const isFirst = devices.every((other) => other.addedAt >= addedAt);
  const how = addedBy === undefined ? (isFirst ? 'with the practice' : 'with the recovery phrase') : `by ${addedBy}`;
  return `${dateInWords(addedAt)} ${how}`;
}

/** Charts this practice can still read: what a removed device is kept from. */
function chartsInUse(charts: readonly Pick<ChartSummary, 'access'>[]): number {
  return charts.filter(({ access }) => access !== 'ended').length;
}

/** Before a device is removed: what will happen, in numbers, one sentence each. */
export function removalConsequences(
  row: DeviceRow,
  devices: readonly DeviceRow[],
  charts: readonly Pick<ChartSummary, 'access'>[],
): readonly string[] {
  if (row.role === 'keeper')
    return [
      `${deviceInWords(row)} is sent nothing from now on.`,
      'The sealed copies it has stay on it until somebody deletes its data folder; nobody can read them there.',
      'Edits that no other device has taken from it yet stay on the devices on which they were written.',
      'This can’t be undone. The same computer can be added again as a new keeper, with an empty data folder.',
    ];
  const others = devices.filter(
    (other) => other.status === 'active' && other.device !== row.device && other.personName === row.personName,
  ).length;
  return [
    `${deviceInWords(row)} can read nothing written from now on, in ${count(chartsInUse(charts), 'chart')}, and nothing it writes enters a chart.`,
    row.here === 'same-browser'
      ? `${row.personName} can no longer sign in at this browser: what opens the charts for them here is deleted.`
      : 'What it has received until now may stay readable on it; that can’t be taken back.',
    `Notes stay signed by ${row.personName}, as they are.`,
    others === 0
      ? `${row.personName} has no other device in this practice.`
      : `${row.personName} goes on working on ${count(others, 'other device')}.`,
    'This can’t be undone. The same computer can only be added again as a new device, with a new invitation.',
  ];
}

/** Before an administrator gives up the role on the device in use. */
export function stepBackQuestion(next: Role): Question {
  return {
    heading: 'Stop being administrator on this device?',
    consequences: [
      `From now on you are ${roleWords[next].toLowerCase()} here. ${roleMay[next]}`,
      'Only another administrator can give the role back; you can’t undo it yourself.',
    ],
    act: 'Step back',
  };
}
