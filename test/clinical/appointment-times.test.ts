/** When an appointment of a file is, told by the clock of this device on either side of a summer-time change. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMoment } from '../../src/clinical/readable-date.ts';
import { otherEncounterRows } from '../../src/clinical/views/encounters.ts';
import { appointmentResource } from '../../src/clinical/work-resources.ts';
import { Chart } from './support.ts';

const zone = process.env.TZ;

describe('in Berlin, where clocks go forward on 29 March 2026 and back on 25 October', () => {
  beforeEach(() => {
    process.env.TZ = 'Europe/Berlin';
  });

  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it.each([
    ['2026-03-28T08:30:00Z', '28 Mar 2026, 09:30'],
    ['2026-03-29T07:30:00Z', '29 Mar 2026, 09:30'],
    ['2026-10-24T22:30:00Z', '25 Oct 2026, 00:30'],
    ['2026-10-25T08:30:00.000Z', '25 Oct 2026, 09:30'],
    // With a clock of its own it keeps that.
    ['2026-07-01T12:00:00-04:00', '1 Jul 2026, 12:00'],
  ])('%s is %s', (written, words) => {
    expect(readMoment(written)?.words).toBe(words);
  });

  it('a list says when it is, not when it was booked, and everything it says has the same clock', () => {
    const [row] = otherEncounterRows(
      Chart.of({
        resourceType: 'Appointment',
        id: 'a',
        status: 'booked',
        created: '2026-01-05',
        start: '2026-07-01T12:00:00Z',
        end: '2026-07-01T12:20:00Z',
      }).record,
    );
    expect(row?.when?.words).toBe('1 Jul 2026, 14:00');
    expect(row?.details().map(({ value }) => value)).toEqual(
      expect.arrayContaining(['1 Jul 2026, 14:00', '1 Jul 2026, 14:20']),
    );
  });

  it.each([
    ['2026-03-28T09:30', '2026-03-28T08:30:00.000Z'],
    ['2026-03-29T09:30', '2026-03-29T07:30:00.000Z'],
    ['2026-10-25T09:30', '2026-10-25T08:30:00.000Z'],
  ])('booked at %s it is the moment %s in the file', (start, moment) => {
    const told = { id: 'a', status: 'booked', startMs: Date.parse(start), minutes: 20 };
    expect(appointmentResource(told, 'Patient/p')['start']).toBe(moment);
  });
});
