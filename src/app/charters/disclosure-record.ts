/**
 * Who could read or write what of a chart, from when to when, and by whose act (CH-9), in words; and the same as a file.
 * Everything is read off the charter: it is the record.
 */
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import { isChartSection } from '../../base/sections.ts';
import { isKind } from '../../access/charter-acts.ts';
import type { CharterState } from '../../access/charter.ts';
import type { Person, ShareRow } from '../charts/chart-acts.ts';
import { csvOf } from '../csv.ts';

interface Names {
  practiceName(practice: PracticeId): string;
  person(device: DeviceId, practice: PracticeId): Person;
}

type Row = CharterState['disclosure'][number];

export function shareRows(charter: CharterState, names: Names): readonly ShareRow[] {
  return charter.disclosure.flatMap((row): readonly ShareRow[] => {
    const { practice, section, right, granted, until, undone } = row;
    if (!isChartSection(section)) return [];
    const end = endOf(row, charter);
    const stopInDoubt = end === undefined && !undone ? doubtOf(row, charter) : undefined;
    return [
      {
        grant: granted.op,
        practice,
        practiceName: names.practiceName(practice),
        section,
        right,
        from: isoOf(granted.timeMs),
        ...(until === null ? {} : { until: isoOf(until) }),
        grantedBy: names.person(granted.device, granted.practice),
        ...(end === undefined
          ? {}
          : {
              ended: isoOf(end.act.timeMs),
              endedBy: names.person(end.act.device, end.act.practice),
              endedAs: end.as,
            }),
        undone,
        ...(stopInDoubt === undefined ? {} : { stopInDoubt }),
      },
    ];
  });
}

/** Why a stop of what still stands does not count. */
function doubtOf({ practice, section }: Row, { revokesToRepeat, voided }: CharterState): ShareRow['stopInDoubt'] {
  const stop = revokesToRepeat.find(
    (op) => isKind(op, 'revoke') && op.body.practice === practice && op.body.sections.includes(section),
  );
  if (stop === undefined) return undefined;
  return voided.get(stop.id)?.reason === 'custody-ended' ? 'custody-ended' : 'place-lost';
}

/** A later grant of the same takes an earlier one's place, unless that had been ended before. */
function endOf(row: Row, charter: CharterState) {
  const next = charter.disclosure.find(
    (other) =>
      other.practice === row.practice &&
      other.section === row.section &&
      !other.undone &&
      charter.isBefore(row.granted.op, other.granted.op),
  );
  if (next !== undefined && (row.ended === null || charter.isBefore(next.granted.op, row.ended.op)))
    return { act: next.granted, as: 'changed' as const };
  return row.ended === null ? undefined : { act: row.ended, as: 'stopped' as const };
}

const columns = [
  'practice',
  'practice id',
  'section',
  'right',
  'from',
  'until',
  'granted by (practice)',
  'granted by (person)',
  'ended',
  'ended as',
  'ended by (practice)',
  'ended by (person)',
  'undone',
] as const;

/** Times in ISO 8601. */
export function disclosureCsv(rows: readonly ShareRow[]): string {
  const lines = rows.map((row) => [
    row.practiceName,
    row.practice,
    row.section,
    row.right,
    row.from,
    row.until ?? '',
    row.grantedBy.practiceName,
    row.grantedBy.personName,
    row.ended ?? '',
    row.endedAs ?? '',
    row.endedBy?.practiceName ?? '',
    row.endedBy?.personName ?? '',
    row.undone ? 'yes' : 'no',
  ]);
  return csvOf([columns, ...lines]);
}

function isoOf(timeMs: number): string {
  const date = new Date(timeMs);
  // Times are their author's word: one no calendar has is no reason to lose the record.
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
