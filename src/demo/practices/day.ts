/**
 * A day at the demonstration's clinic: who is booked today and tomorrow, and what somebody still has to do. By the patients' order
 * alone, so that pictures repeat.
 */
import type { ChartId } from '../../base/ids.ts';
import type { Session } from '../../app/session.ts';
import type { AppointmentStatus } from '../../app/work/work-acts.ts';
import { dayOf, isoDay } from '../patients/days.ts';
import { mustBe } from './desk.ts';

const today = [
  ['08:30', 20, 'Check-up', 'Dr. Sage Examplewood', 'fulfilled'],
  ['09:00', 20, 'Blood pressure', 'Nurse Rowan Testbrook', 'fulfilled'],
  ['09:20', 20, 'Cough', 'Dr. Sage Examplewood', 'noshow'],
  ['10:00', 30, 'Results of the blood test', 'Dr. Sage Examplewood', 'arrived'],
  ['10:30', 15, 'Influenza vaccine', 'Nurse Rowan Testbrook', 'booked'],
  ['11:00', 20, 'Back pain', 'Dr. Sage Examplewood', 'booked'],
  ['13:30', 45, 'First visit', 'Dr. Sage Examplewood', 'booked'],
  ['14:30', 20, 'Well child visit', 'Dr. Sage Examplewood', 'booked'],
] as const satisfies readonly Booking[];

const tomorrow = [
  ['09:00', 20, 'Blood pressure', 'Nurse Rowan Testbrook', 'booked'],
  ['10:15', 30, 'Diabetes review', 'Dr. Sage Examplewood', 'booked'],
] as const satisfies readonly Booking[];

type Booking = readonly [time: string, minutes: number, reason: string, with_: string, status: AppointmentStatus];

/** `charts`: whose they are, one a booking, then one a task. */
export async function fillTheDay(session: Session, charts: readonly ChartId[], isoToday: string): Promise<void> {
  const { schedule, tasks } = session.work;
  const after = (days: number): string => isoDay(dayOf(isoToday) + days);
  const days = [
    ...today.map((booking) => ({ booking, day: isoToday })),
    ...tomorrow.map((booking) => ({ booking, day: after(1) })),
  ];
  for (const [i, { booking, day }] of days.entries()) {
    const [time, minutes, reason, seenBy, status] = booking;
    const chart = charts[i];
    if (chart === undefined) continue;
    const id = mustBe(await schedule.book({ chart, start: `${day}T${time}`, minutes, reason, with: seenBy }));
    if (status !== 'booked') mustBe(await schedule.change(id, { status }));
  }
  const [first, second] = charts.slice(days.length);
  if (first === undefined || second === undefined) return;
  mustBe(await tasks.add({ text: 'Telephone about the potassium', chart: first, due: isoToday }));
  mustBe(
    await tasks.add({ text: 'Book the eye examination', chart: second, due: after(7), owner: 'Olive Specimenham' }),
  );
  mustBe(await tasks.add({ text: 'Order influenza vaccine', due: after(-1), owner: 'Nurse Rowan Testbrook' }));
}
