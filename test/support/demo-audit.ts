/** The audit log of the made-up practice: one month with events of every group, one device with a gap. */
import { ok } from '../../src/base/result.ts';
import type { ChartId, DeviceId } from '../../src/base/ids.ts';
import type { Audit, AuditAct, AuditCompleteness, AuditEvent } from '../../src/app/audit/audit-acts.ts';

const month = '2026-11';

export class DemoAudit implements Audit {
  readonly readsAll = true;
  readonly #device: DeviceId;
  readonly #charts: () => readonly ChartId[];
  readonly noted: AuditAct[] = [];

  constructor(device: DeviceId, charts: () => readonly ChartId[]) {
    this.#device = device;
    this.#charts = charts;
  }

  note(act: AuditAct): void {
    this.noted.push(act);
  }

  months(): ReturnType<Audit['months']> {
    return Promise.resolve([month, '2026-10']);
  }

  month(wanted: string): ReturnType<Audit['month']> {
    return Promise.resolve({ month: wanted, events: wanted === month ? this.#events() : [], devices: this.#devices() });
  }

  check(): ReturnType<Audit['check']> {
    return Promise.resolve(ok({ events: this.#events().length, months: 2, devices: this.#devices() }));
  }

  asFile(events: readonly AuditEvent[], form: 'csv' | 'fhir'): ReturnType<Audit['asFile']> {
    return { fileName: `audit.${form}`, type: 'text/plain', text: String(events.length) };
  }

  #events(): readonly AuditEvent[] {
    const [first, second = first] = this.#charts();
    const acts: readonly AuditAct[] = [
      { kind: 'unlocked', what: ['passphrase'] },
      { kind: 'unlock-failed' },
      ...(first === undefined || second === undefined
        ? []
        : ([
            { kind: 'chart-opened', chart: first },
            { kind: 'chart-changed', chart: first, what: ['medications'], count: 1 },
            { kind: 'check-overridden', chart: first, what: ['allergy-1', 'Overridden: tolerated before'] },
            { kind: 'printed', chart: first, what: ['summary'] },
            { kind: 'chart-exported', chart: second },
          ] as const)),
      { kind: 'locked', what: ['idle'] },
    ];
    return acts
      .map((act, i): AuditEvent => ({
        ...act,
        id: `${this.#device}.${String(i + 1)}`,
        number: i + 1,
        by: this.#device,
        personName: 'Dr. Ada Lindqvist',
        deviceName: 'Front room',
        role: 'admin',
        at: new Date(Date.UTC(2026, 10, 22, 9, i * 7)).toISOString(),
        onlyHere: false,
        ...(i === 3 ? { clock: 'set-back' as const } : {}),
      }))
      .reverse();
  }

  #devices(): readonly AuditCompleteness[] {
    const log = {
      device: this.#device,
      personName: 'Dr. Ada Lindqvist',
      deviceName: 'Front room',
      removed: false,
      upTo: 8,
      upToAt: '2026-11-22T09:49:00.000Z',
      count: 8,
      missing: [],
      twice: [],
      refused: 0,
      unreadable: 0,
      setAside: 0,
    };
    return [
      log,
      {
        ...log,
        personName: 'Noor Haddad',
        deviceName: 'Reception',
        missing: [{ from: 12, to: 14 }],
        upTo: 40,
        count: 37,
      },
    ];
  }
}
