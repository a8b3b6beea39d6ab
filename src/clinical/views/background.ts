/** Illnesses in the family, habits and work, and who else looks after the patient. */
import { conceptWords, joinWords, readPrimitive } from '../datatypes.ts';
import { codesOfConcept } from '../fhir-status.ts';
import { isArray, isObject, objects, type JsonObject } from '../json.ts';
import { byNewest } from '../readable-date.ts';
import { readValue } from '../readable.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { measuredOf } from './observation.ts';
import { labelOf, rowOf, type Row } from './row.ts';

export interface FamilyRow extends Row {
  /** "Type 2 diabetes (from 55 years); Stroke". */
  readonly conditions: string;
}

export function familyRows(record: ChartRecord): readonly FamilyRow[] {
  const rows = record.ofTypes('FamilyMemberHistory').map((resource) => ({
    ...rowOf(resource, record, ['relationship', 'condition', 'status', 'date']),
    label: labelOf(
      conceptWords(resource.json['relationship']) || readPrimitive(resource.json, 'name') || 'Relative',
      resource,
      record,
    ),
    conditions: joinWords(objects(resource.json['condition']).map(conditionWords), '; '),
  }));
  return rows.sort((a, b) => a.label.localeCompare(b.label));
}

function conditionWords(condition: JsonObject): string {
  const age = condition['onsetAge'];
  const onset = isObject(age) ? readValue(age) : '';
  return joinWords([conceptWords(condition['code']), onset === '' ? '' : `(from ${onset})`], ' ');
}

export interface HabitRow extends Row {
  readonly value: string;
}

export function isHabit({ type, json }: Pick<Resource, 'type' | 'json'>): boolean {
  const categories = isArray(json['category']) ? json['category'].flatMap(codesOfConcept) : [];
  return type === 'Observation' && categories.includes('social-history');
}

/** Observations of the category social-history, newest first. */
export function habitRows(record: ChartRecord): readonly HabitRow[] {
  const rows = record.inSection('results').filter(isHabit);
  return rows
    .map((resource) => ({
      ...rowOf(resource, record, [
        'code',
        'status',
        'category',
        'valueCodeableConcept',
        'valueString',
        'valueQuantity',
      ]),
      value: measuredOf(resource.json, record).value,
    }))
    .sort((a, b) => byNewest(a.when, b.when));
}

export interface CarerRow extends Row {
  readonly active: boolean;
  readonly people: string;
  readonly contact: string;
}

export function carerRows(record: ChartRecord): readonly CarerRow[] {
  const rows = record.ofTypes('CareTeam').map((resource) => {
    const { json } = resource;
    const row = rowOf(resource, record, ['name', 'participant', 'status', 'period', 'note']);
    return {
      ...row,
      active: !row.enteredInError && json['status'] !== 'inactive',
      people: joinWords(
        objects(json['participant']).map((participant) => personWords(participant, json, record)),
        '; ',
      ),
      contact: joinWords(
        objects(json['note']).map(({ text }) => (typeof text === 'string' ? text : '')),
        '; ',
      ),
    };
  });
  return rows.sort((a, b) => Number(b.active) - Number(a.active) || a.label.localeCompare(b.label));
}

function personWords(participant: JsonObject, team: JsonObject, record: ChartRecord): string {
  const { member } = participant;
  const reference = isObject(member) ? member['reference'] : undefined;
  const display = isObject(member) ? member['display'] : undefined;
  const name =
    typeof display === 'string' ? display : typeof reference === 'string' ? (record.nameOf(reference, team) ?? '') : '';
  const role = conceptWords(participant['role']);
  return name === '' ? role : joinWords([name, role === '' ? '' : `(${role})`], ' ');
}
