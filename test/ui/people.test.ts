import { describe, expect, test } from 'vitest';
import { mayWrite, may } from '../../src/access/roles.ts';
import { deviceId } from '../../src/base/ids.ts';
import { chartSections } from '../../src/base/sections.ts';
import type { DeviceRow } from '../../src/app/people/people-acts.ts';
import { joinTrouble, recoverFromPeerTrouble } from '../../src/ui/door/join-words.ts';
import {
  addedWords,
  administrators,
  deviceSeenWords,
  peopleTrouble,
  removalConsequences,
  whoMayChange,
} from '../../src/ui/people/words.ts';
import { parseRoute } from '../../src/ui/shell/route.ts';
import { allRoles, isRole, roleMay, writesWholeCharts } from '../../src/ui/shell/roles.ts';
import { sectionWords } from '../../src/ui/shell/words.ts';

const device = (seed: number): DeviceRow['device'] => deviceId(new Uint8Array(32).fill(seed));
const row = (change: Partial<DeviceRow> = {}): DeviceRow => ({
  device: device(1),
  personName: 'Bo Maas',
  deviceName: 'Laptop',
  role: 'clinician',
  status: 'active',
  here: undefined,
  addedAt: '2026-10-03T09:00:00Z',
  connection: 'none',
  addedBy: 'Ada Lindqvist',
  ...change,
});
const noon = new Date('2026-11-22T12:00:00');

describe('what a role may do', () => {
  /** 'administrative records' and the like stand for their section. */
  const named = (sentence: string): readonly string[] =>
    chartSections.filter((section) => sentence.includes(sectionWords[section].toLowerCase()));

  test('[ID-4] the words name the sections that the role writes, or those it does not, and no other', () => {
    for (const role of allRoles) {
      const writes = chartSections.filter((section) => mayWrite(role, section));
      const sentence = roleMay[role].toLowerCase();
      if (sentence.includes('writes every chart')) expect(writes).toEqual(chartSections);
      else if (sentence.includes('changes nothing')) expect(writes).toEqual([]);
      else if (sentence.includes('writes all but'))
        expect(chartSections.filter((s) => !writes.includes(s))).toEqual(named(sentence));
      else expect(writes).toEqual(named(sentence));
    }
  });

  test('[ID-4] only whom the words let decide who works here and what is shared may do it', () => {
    for (const role of allRoles) {
      const decides = roleMay[role].includes('decides who works here and what is shared');
      expect(may(role, 'manageDevices'), role).toBe(decides);
      expect(may(role, 'manageSharing'), role).toBe(decides);
    }
  });

  test('[ID-4] an import, which writes every section, is offered to whoever may write every section', () => {
    for (const role of allRoles)
      expect(writesWholeCharts(role), role).toBe(chartSections.every((section) => mayWrite(role, section)));
  });

  test('a role that is none is not taken', () => {
    expect(isRole('nurse')).toBe(true);
    expect(isRole('keeper')).toBe(false);
    expect(isRole('toString')).toBe(false);
  });
});

describe('before a device is removed', () => {
  const charts = [{ access: 'own' }, { access: 'write' }, { access: 'ended' }] as const;

  test('it is said in numbers what it can no longer read; charts no longer shared with us are not counted', () => {
    const [first] = removalConsequences(row(), [row()], charts);
    expect(first).toContain('Bo Maas’s Laptop can read nothing written from now on, in 2 charts');
  });

  test('its person’s other devices are counted, removed ones and those of others are not', () => {
    const others = [
      row(),
      row({ device: device(2) }),
      row({ device: device(3), status: 'removed' }),
      row({ device: device(4), personName: 'Ada Lindqvist' }),
    ];
    expect(removalConsequences(row(), others, charts).join(' ')).toContain('goes on working on 1 other device.');
    expect(removalConsequences(row(), [row()], charts).join(' ')).toContain('has no other device');
  });

  test('of a colleague at this browser it is said that they can’t sign in any more; of another device that it keeps what it has', () => {
    const here = row({ here: 'same-browser' });
    expect(removalConsequences(here, [here], charts).join(' ')).toContain('can no longer sign in at this browser');
    expect(removalConsequences(row(), [row()], charts).join(' ')).toContain('may stay readable on it');
  });

  test('it is said that notes stay signed and that there is no way back', () => {
    const all = removalConsequences(row(), [row()], charts).join(' ');
    expect(all).toContain('Notes stay signed by Bo Maas');
    expect(all).toContain('can’t be undone');
  });
});

describe('the list of devices', () => {
  test('who may change it is named: administrators that are still members, each once', () => {
    const devices = [
      row({ personName: 'Ada', role: 'admin' }),
      row({ personName: 'Ada', role: 'admin', device: device(2) }),
      row({ personName: 'Gone', role: 'admin', status: 'removed' }),
      row({ personName: 'Cleo', role: 'admin' }),
      row({ personName: 'Bo' }),
    ];
    expect(administrators(devices)).toBe('Ada and Cleo');
    expect(whoMayChange({ devices })).toContain('ask Ada and Cleo');
    expect(whoMayChange({ devices: [] })).toBe('Only an administrator may change this list.');
  });

  test('a device in use was seen now, one that never came not yet', () => {
    expect(deviceSeenWords(row({ here: 'this' }), noon)).toBe('now');
    expect(deviceSeenWords(row({ connection: 'relayed' }), noon)).toBe('now');
    expect(deviceSeenWords(row(), noon)).toBe('not yet');
    expect(deviceSeenWords(row({ lastSeen: '2026-11-21T09:30:00' }), noon)).toBe('yesterday 09:30');
  });

  test('who added a device is said; the recovery phrase stands behind the first and behind recovered ones', () => {
    const { addedBy: _, ...unnamed } = row();
    const later: DeviceRow = { ...unnamed, addedAt: '2026-11-01T09:00:00Z' };
    expect(addedWords(row(), [row()])).toBe('3 Oct 2026 by Ada Lindqvist');
    expect(addedWords(unnamed, [unnamed, later])).toBe('3 Oct 2026 with the practice');
    expect(addedWords(later, [unnamed, later])).toBe('1 Nov 2026 with the recovery phrase');
  });
});

describe('places', () => {
  test('people, devices and invitations have addresses that tell no name', () => {
    expect(parseRoute('#/people')).toEqual({ page: 'people' });
    expect(parseRoute('#/people/add-device')).toEqual({ page: 'add-device' });
    expect(parseRoute('#/people/add-person')).toEqual({ page: 'add-person' });
    expect(parseRoute(`#/people/${device(1)}`)).toEqual({ page: 'device', device: device(1) });
    expect(parseRoute('#/people/ada')).toEqual({ page: 'nowhere' });
    expect(parseRoute('#/join/abc')).toEqual({ page: 'join', text: 'abc' });
  });
});

describe('why it did not work', () => {
  const notForClinicians = /\b(sync|hash|peer id|epoch|charter|frontier|roster|vault|replica|undefined|null)\b/i;

  test('every reason says what happened, what is safe and what to do, in a clinician’s words', () => {
    for (const table of [joinTrouble, recoverFromPeerTrouble, peopleTrouble]) {
      for (const { happened, safe, todo } of Object.values(table)) {
        for (const sentence of [happened, safe, todo]) {
          expect(sentence).toMatch(/\.$/);
          expect(sentence).not.toMatch(notForClinicians);
        }
      }
    }
  });

  test('after differing digits nobody is told to try the same invitation again', () => {
    expect(joinTrouble.refused.todo).toContain('new invitation');
    expect(joinTrouble.refused.safe).toContain('spent');
  });

  test('nobody who gets a practice back is told of digits that were never shown', () => {
    for (const { happened, safe, todo } of Object.values(recoverFromPeerTrouble))
      expect(`${happened} ${safe} ${todo}`).not.toContain('digits');
  });
});
