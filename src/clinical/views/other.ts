/**
 * Whatever has no page of its own, element by element: nothing of a record is hidden. Also the whole of any one
 * resource, for "show everything".
 */
import type { ChartSection } from '../../base/sections.ts';
import { byNewest } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { typeWords } from '../words.ts';
import { rowOf, type Row } from './row.ts';

export interface OtherGroup {
  /** "Care plan". */
  readonly title: string;
  readonly type: string;
  readonly rows: readonly Row[];
}

/** Types that the topic pages show. */
const typesWithPage: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'CareTeam',
  'ClinicalImpression',
  'Condition',
  'Encounter',
  'FamilyMemberHistory',
  'Immunization',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
]);

/** Sections whose page shows every resource in them. */
const sectionsShownWhole: ReadonlySet<ChartSection> = new Set(['identity', 'results', 'vitals', 'documents']);

/** Whether a section's rest has it. The patient is what the page of details is about. */
export function isOther({ section: own, type }: Pick<Resource, 'section' | 'type'>, section: ChartSection): boolean {
  if (own === 'demographics' && type === 'Patient') return false;
  return own === section && !sectionsShownWhole.has(section) && !typesWithPage.has(type);
}

/** The rest of one section, grouped by type; for `administrative` that is all of it. */
export function otherGroups(record: ChartRecord, section: ChartSection): readonly OtherGroup[] {
  const groups = new Map<string, Row[]>();
  for (const resource of record.inSection(section)) {
    if (!isOther(resource, section)) continue;
    const rows = groups.get(resource.type) ?? [];
    rows.push(rowOf(resource, record));
    groups.set(resource.type, rows);
  }
  return [...groups]
    .map(([type, rows]) => ({ type, title: typeWords(type), rows: rows.sort((a, b) => byNewest(a.when, b.when)) }))
    .sort((a, b) => a.title.localeCompare(b.title));
}

/** Everything one resource says. */
export function wholeRow(record: ChartRecord, key: ResourceKey): Row | undefined {
  const resource = record.get(key);
  return resource === undefined ? undefined : rowOf(resource, record);
}
