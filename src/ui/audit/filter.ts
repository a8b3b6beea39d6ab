/** Which events of a month are shown. Pure. */
import type { AuditEvent } from '../../app/audit/audit-acts.ts';
import { kindGroups, type KindGroup } from './words.ts';
import { localDay } from '../shell/clock.ts';

export interface AuditFilter {
  /** A device; '' for all. */
  readonly by: string;
  readonly group: KindGroup | '';
  /** Part of a patient's name. */
  readonly patient: string;
  /** Days, as a date field gives them; '' for none. */
  readonly from: string;
  readonly to: string;
}

export const everything: AuditFilter = { by: '', group: '', patient: '', from: '', to: '' };

export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== '');
}

/** `nameOf`: of a chart, folded as `patient` is to be found in it. */
export function filtered(
  events: readonly AuditEvent[],
  filter: AuditFilter,
  nameOf: (chart: string) => string,
): readonly AuditEvent[] {
  const kinds = new Set<string>(kindGroups.find(({ name }) => name === filter.group)?.kinds);
  const patient = folded(filter.patient);
  return events.filter((event) => {
    if (filter.by !== '' && event.by !== filter.by) return false;
    if (filter.group !== '' && !kinds.has(event.kind)) return false;
    const day = localDay(new Date(event.at));
    if (filter.from !== '' && day < filter.from) return false;
    if (filter.to !== '' && day > filter.to) return false;
    return (
      patient === '' ||
      [event.chart, event.other].some((chart) => chart !== undefined && folded(nameOf(chart)).includes(patient))
    );
  });
}

function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}
