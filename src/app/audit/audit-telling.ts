/** The audit log as whoever sits here may read it: events with names put to them, and what of each device's log is here (AU-4). */
import type { DeviceId } from '../../base/ids.ts';
import type { AuditCompleteness, AuditEvent } from './audit-acts.ts';
import { inOrder, numbersOf, type LoggedEvent, type ReadVolume } from './audit-reading.ts';
import { mayManage } from '../people/people-roster.ts';
import type { PracticeContext } from '../practice-context.ts';

export class AuditTelling {
  readonly #context: Pick<PracticeContext, 'self' | 'rosters' | 'names' | 'journal'>;

  constructor(context: PracticeContext) {
    this.#context = context;
  }

  get readsAll(): boolean {
    return mayManage(this.#context);
  }

  /** What could not be handed on yet: for want of room, or of a key. */
  onlyHere(): LoggedEvent[] {
    const { device } = this.#context.self;
    return [...this.#context.journal.waiting].map(([number, act]) => ({
      device,
      number,
      act,
      role: undefined,
      ahead: false,
      onlyHere: true,
    }));
  }

  /** An administrator reads all of them, everybody else those of the own device. */
  ofReader(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
    return this.readsAll ? events : events.filter(({ device }) => device === this.#context.self.device);
  }

  shown(events: readonly LoggedEvent[]): readonly AuditEvent[] {
    return inOrder(this.ofReader(events)).map(({ device, number, act: { at, ...act }, role, onlyHere, clock }) => ({
      ...act,
      ...this.#namesOf(device),
      id: `${device}.${String(number)}`,
      number,
      by: device,
      role,
      at: new Date(at).toISOString(),
      onlyHere,
      ...(clock === undefined ? {} : { clock }),
    }));
  }

  /** `from`: the first number there should be; undefined: the first there is, for a month says nothing of those before it. */
  completeness(
    { events, refused, unreadable, setAside }: ReadVolume,
    from: number | undefined,
  ): readonly AuditCompleteness[] {
    if (!this.readsAll) return [];
    const byDevice = new Map<DeviceId, LoggedEvent[]>();
    for (const device of [...refused.keys(), ...unreadable.keys(), ...setAside.keys()]) byDevice.set(device, []);
    for (const event of events) {
      const known = byDevice.get(event.device);
      if (known === undefined) byDevice.set(event.device, [event]);
      else known.push(event);
    }
    const { devices } = this.#context.rosters.mustGet(this.#context.self.practice);
    return [...byDevice].map(([device, own]) => {
      const numbers = own.map(({ number }) => number);
      const first = from ?? numbers.reduce((least, number) => Math.min(least, number), Infinity);
      const newest = own.reduce<LoggedEvent | undefined>(
        (a, b) => (a !== undefined && a.number > b.number ? a : b),
        undefined,
      );
      return {
        ...this.#namesOf(device),
        ...numbersOf(numbers, first),
        device,
        removed: devices.get(device)?.status !== 'active',
        upToAt: newest === undefined ? '' : new Date(newest.act.at).toISOString(),
        count: own.length,
        refused: refused.get(device) ?? 0,
        unreadable: unreadable.get(device) ?? 0,
        setAside: setAside.get(device) ?? 0,
      };
    });
  }

  #namesOf(device: DeviceId): Pick<AuditEvent, 'personName' | 'deviceName'> {
    const names = this.#context.names.of(device);
    return { personName: names?.personName ?? '', deviceName: names?.deviceName ?? '' };
  }
}
