/** Visits and what happened around them, newest first. */
import { conceptWords, joinWords, periodWords } from '../datatypes.ts';
import { isEnteredInError } from '../fhir-status.ts';
import { isObject } from '../json.ts';
import { byNewest } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { rowOf, whenOf, type Row } from './row.ts';

export interface EncounterRow extends Row {
  /** "ambulatory". */
  readonly kind: string;
  readonly period: string;
  readonly reason: string;
}

export function encounterRows(record: ChartRecord): readonly EncounterRow[] {
  const rows = record.ofTypes('Encounter').map((resource) => encounterRow(resource, record));
  return rows.sort((a, b) => byNewest(a.when, b.when));
}

/** Visits that stand, as `encounterRows` has them; of hundreds the summary makes rows of a few. */
export function visits(
  record: ChartRecord,
): readonly { readonly key: ResourceKey; readonly row: () => EncounterRow }[] {
  return record
    .ofTypes('Encounter')
    .map((resource) => ({ resource, json: record.asStored(resource) }))
    .filter(({ json }) => !isEnteredInError(json))
    .map(({ resource, json }) => ({ resource, when: whenOf(json) }))
    .sort((a, b) => byNewest(a.when, b.when))
    .map(({ resource }) => ({ key: resource.key, row: () => encounterRow(resource, record) }));
}

/** Procedures, orders, plans and whatever else the section holds beside visits and notes. */
export function otherEncounterRows(record: ChartRecord): readonly Row[] {
  const others = record
    .inSection('encounters')
    .filter(({ type }) => type !== 'Encounter' && type !== 'ClinicalImpression');
  return others.map((resource) => rowOf(resource, record)).sort((a, b) => byNewest(a.when, b.when));
}

function encounterRow(resource: Resource, record: ChartRecord): EncounterRow {
  const { json } = resource;
  const row = rowOf(resource, record, ['type', 'class', 'period', 'status', 'reasonCode']);
  const kind = json['class'];
  const period = json['period'];
  return {
    ...row,
    kind: isObject(kind) ? conceptWords({ coding: [kind] }) : '',
    period: isObject(period) ? periodWords(period) : '',
    reason: joinWords([conceptWords(json['reasonCode'])], ''),
  };
}
