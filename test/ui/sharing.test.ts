import { describe, expect, test } from 'vitest';
import { opId, practiceId } from '../../src/base/ids.ts';
import { chartSections } from '../../src/base/sections.ts';
import type { ShareRow } from '../../src/app/charts/chart-acts.ts';
import { handOverQuestion, handOverTrouble, partsToAdd, takeOverQuestion } from '../../src/ui/chart/custody-words.ts';
import { disclosuresOf, sortedDisclosures } from '../../src/ui/chart/disclosure.ts';
import { dayAsTyped, endOfDay } from '../../src/ui/chart/end-date.ts';

const now = new Date('2026-11-22T12:00:00Z');
const lakeside = practiceId(new Uint8Array(32).fill(2));
const pharmacy = practiceId(new Uint8Array(32).fill(3));

function row(change: Partial<ShareRow>): ShareRow {
  return {
    grant: opId(new Uint8Array(32).fill(1)),
    practice: lakeside,
    practiceName: 'Lakeside Cardiology',
    section: 'medications',
    right: 'read',
    from: '2026-10-01T09:00:00Z',
    grantedBy: { practiceName: 'Birchwood', personName: 'Dr. Ada Lindqvist' },
    undone: false,
    ...change,
  };
}

describe('the record of disclosure', () => {
  test('[CH-9] parts given by one act are one row, in the order of a chart, until they end differently', () => {
    const rows = disclosuresOf(
      [
        row({ section: 'problems' }),
        row({ section: 'identity' }),
        row({ ended: '2026-11-01T09:00:00Z', endedAs: 'stopped' }),
        row({ section: 'vitals', right: 'write' }),
      ],
      now,
    );
    expect(rows.map(({ sections, right, ended }) => [sections, right, ended])).toEqual([
      [['identity', 'problems'], 'read', undefined],
      [['medications'], 'read', '2026-11-01T09:00:00Z'],
      [['vitals'], 'write', undefined],
    ]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  });

  test('[CH-8] what has ended, was undone or is past its end date is not said to hold now', () => {
    const rows = disclosuresOf(
      [
        row({ section: 'identity' }),
        row({ section: 'vitals', until: '2026-11-22T11:59:59Z' }),
        row({ section: 'results', until: '2026-11-22T12:00:01Z' }),
        row({ section: 'problems', ended: '2026-10-02T09:00:00Z' }),
        row({ section: 'documents', undone: true }),
      ],
      now,
    );
    expect(rows.filter(({ isCurrent }) => isCurrent).flatMap(({ sections }) => sections)).toEqual([
      'identity',
      'results',
    ]);
  });

  test('it is sorted by any date or by practice, and what has no end comes after every end', () => {
    const rows = disclosuresOf(
      [
        row({ from: '2026-03-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }),
        row({ from: '2026-01-01T00:00:00Z', practice: pharmacy, practiceName: 'Corner Pharmacy' }),
        row({ from: '2026-02-01T00:00:00Z', until: '2026-12-01T00:00:00Z', ended: '2026-02-02T00:00:00Z' }),
      ],
      now,
    );
    const froms = (by: 'from' | 'until' | 'practiceName' | 'ended', descending: boolean) =>
      sortedDisclosures(rows, { by, descending }).map(({ from }) => from.slice(5, 7));
    expect(froms('from', false)).toEqual(['01', '02', '03']);
    expect(froms('from', true)).toEqual(['03', '02', '01']);
    expect(froms('until', false)).toEqual(['02', '03', '01']);
    expect(froms('practiceName', false)).toEqual(['01', '02', '03']);
    expect(froms('ended', false)[0]).toBe('02');
  });
});

describe('an end date', () => {
  test('is the last second of the day that was typed, and is shown as that day again', () => {
    const end = endOfDay('2026-11-30');
    expect(end?.getHours()).toBe(23);
    expect(dayAsTyped(end?.toISOString() ?? '')).toBe('2026-11-30');
    expect([endOfDay(''), endOfDay('soon'), dayAsTyped('soon')]).toEqual([undefined, undefined, '']);
  });
});

describe('handing a chart over', () => {
  test('whoever is to keep a chart lacks every part that it may not write now', () => {
    const shares = [
      row({ section: 'medications', right: 'write' }),
      row({ section: 'vitals', right: 'read' }),
      row({ section: 'results', right: 'write', ended: '2026-10-02T09:00:00Z' }),
      row({ section: 'problems', right: 'write', undone: true }),
      row({ section: 'allergies', right: 'write', practice: pharmacy }),
    ];
    expect(partsToAdd(shares, lakeside)).toEqual(chartSections.filter((section) => section !== 'medications'));
  });

  test('before it is offered and before it is taken the consequences are said in numbers', () => {
    const { heading, consequences } = handOverQuestion({
      to: 'Lakeside Cardiology',
      keeps: 'none',
      added: ['vitals', 'results'],
      entries: 412,
      readers: ['Corner Pharmacy'],
    });
    expect(heading).toBe('Offer this chart to Lakeside Cardiology?');
    expect(consequences.join(' ')).toContain('keeps the chart with its 412 entries and alone decides');
    expect(consequences.join(' ')).toContain('You keep nothing of it.');
    expect(consequences.join(' ')).toContain(
      'gets 2 parts now that it could not write before: Vital signs and Results.',
    );
    expect(consequences.join(' ')).toContain('Corner Pharmacy may go on as now');
    const offer = {
      direction: 'received',
      practice: lakeside,
      practiceName: 'Lakeside',
      keeps: 'read',
      at: '',
    } as const;
    expect(takeOverQuestion(offer, []).consequences[1]).toBe('Lakeside keeps the right to read it.');
  });

  test('every way it can fail has words', () => {
    for (const { happened, todo } of Object.values(handOverTrouble)) expect(`${happened}${todo}`).toMatch(/\.$/);
  });
});
