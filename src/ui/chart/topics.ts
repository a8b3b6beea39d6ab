/**
 * The topics of a chart: one table from topic to section, rows, columns and what can be written there. The generic
 * topic page shows them all; what a topic compares is decided here and nowhere else.
 */
import { html, nothing } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import type { ChartRecord } from '../../clinical/record.ts';
import { allergyRows, type AllergyRow } from '../../clinical/views/allergies.ts';
import {
  carerRows,
  familyRows,
  habitRows,
  type CarerRow,
  type FamilyRow,
  type HabitRow,
} from '../../clinical/views/background.ts';
import { documentRows, type DocumentRow } from '../../clinical/views/documents.ts';
import { encounterRows, otherEncounterRows, type EncounterRow } from '../../clinical/views/encounters.ts';
import { immunizationRows, type ImmunizationRow } from '../../clinical/views/immunizations.ts';
import { medicationRows, type MedicationRow } from '../../clinical/views/medications.ts';
import { otherGroups } from '../../clinical/views/other.ts';
import { allNotes, noteEntries, type NoteEntry } from '../../clinical/views/notes.ts';
import { problemRows, type ProblemRow } from '../../clinical/views/problems.ts';
import { resultRows, type ResultRow } from '../../clinical/views/results.ts';
import type { Row } from '../../clinical/views/row.ts';
import { vitalRows, type VitalRow } from '../../clinical/views/vitals.ts';
import { typeWords } from '../../clinical/words.ts';
import '../shell/badge.ts';
import type { Column } from '../shell/data-table.ts';
import type { ChartTopic, PrintTopic } from '../shell/route.ts';
import type { AddFormName } from './forms.ts';
import { renderFlag } from './result-flag.ts';

export type TopicName = Exclude<
  ChartTopic,
  | 'summary'
  | 'conflicts'
  | 'set-aside'
  | 'sharing'
  | 'details'
  | 'merge'
  | 'compare'
  | 'changes'
  | 'as-of'
  | 'access'
  | PrintTopic
>;

/** A group of rows with a title of its own: 'Current', 'Past'. */
export interface TopicGroup {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<never>[];
}

export interface Topic {
  readonly name: TopicName;
  readonly label: string;
  readonly section: ChartSection;
  /** 'problems', for sentences. */
  readonly few: string;
  readonly groups: (record: ChartRecord) => readonly TopicGroup[];
  /** The form behind 'Add'. */
  readonly add?: AddFormName;
  /** What else can be added there. */
  readonly addMore?: readonly AddFormName[];
  /** The form behind 'None known'. */
  readonly none?: AddFormName;
  /** What the page says when it is empty. */
  readonly belongsHere: string;
}

const when: Column<Row> = { label: 'When', tight: true, cell: (row) => row.when?.words ?? '' };
const since: Column<Row> = { label: 'Since', tight: true, cell: (row) => dayOf(row.when?.words ?? '') };
const statusOf: Column<Row> = {
  label: 'Status',
  tight: true,
  cell: (row) => (row.enteredInError ? errorBadge : row.status),
};
const errorBadge = html`<pc-badge icon="xmark">Entered in error</pc-badge>`;
const replacedBadge = html`<pc-badge icon="xmark">Replaced</pc-badge>`;
const nameOf = (label: string): Column<Row> => ({ label, cell: (row) => row.label });

const problemColumns: readonly Column<ProblemRow>[] = [
  nameOf('Problem'),
  statusOf,
  { label: 'Began', tight: true, cell: (row) => dayOf(row.began) },
  { label: 'Ended', tight: true, onlyIfAny: true, cell: (row) => dayOf(row.ended) },
  { label: 'Code', cell: (row) => quiet(row.codes), wideOnly: true },
];

const medicationColumns: readonly Column<MedicationRow>[] = [
  nameOf('Medication'),
  {
    label: 'Dose',
    roomy: true,
    cell: (row) =>
      row.doNotPerform
        ? html`<pc-badge tone="danger" icon="stop">Must not be given</pc-badge>`
        : row.dose === ''
          ? quiet('not recorded')
          : row.dose,
  },
  statusOf,
  since,
  { label: 'Prescribed by', cell: (row) => row.recordedBy(), wideOnly: true },
];

const allergyColumns: readonly Column<AllergyRow>[] = [
  nameOf('Allergy'),
  { label: 'Reaction', cell: (row) => row.reactions },
  {
    label: 'Risk',
    cell: (row) =>
      row.criticality === 'high' && row.active
        ? html`<pc-badge tone="danger" icon="alert">High</pc-badge>`
        : row.criticality === 'high'
          ? 'High'
          : row.criticality === 'low'
            ? 'Low'
            : '',
  },
  statusOf,
  when,
];

const immunizationColumns: readonly Column<ImmunizationRow>[] = [
  nameOf('Vaccine'),
  { label: 'Given', tight: true, cell: (row) => dayOf((row.when?.words ?? '') || row.occurrence) },
  statusOf,
  { label: 'Lot', cell: (row) => row.lot, wideOnly: true },
  { label: 'Dose', cell: (row) => row.dose, wideOnly: true },
];

const resultColumns: readonly Column<ResultRow>[] = [
  nameOf('Test'),
  {
    label: 'Result',
    number: true,
    besideName: true,
    cell: (row) =>
      valueWords(row) === '' && row.flag === undefined
        ? ''
        : html`${row.replacedBy === undefined ? renderFlag(row) : nothing}
            <span title=${row.value}
              >${row.replacedBy === undefined ? valueWords(row) : html`<s>${valueWords(row)}</s>`}</span
            >`,
  },
  { label: 'Expected', cell: (row) => quiet(row.referenceRange), wideOnly: true },
  { label: 'Kind', cell: (row) => quiet(row.kind === 'report' ? 'Report' : row.category), wideOnly: true },
  when,
  {
    label: 'Status',
    tight: true,
    onlyIfAny: true,
    cell: (row) =>
      row.enteredInError
        ? errorBadge
        : row.replacedBy !== undefined
          ? replacedBadge
          : row.corrected
            ? html`<pc-badge tone="info" icon="edit">Corrected</pc-badge>`
            : row.unfinished,
  },
];

const vitalColumns: readonly Column<VitalRow>[] = [
  nameOf('Measurement'),
  {
    label: 'Value',
    number: true,
    besideName: true,
    cell: (row) =>
      row.enteredInError || row.replacedBy !== undefined
        ? html`<s>${row.short}</s>`
        : html`<span title=${row.value}>${row.short === '' ? partsInWords(row.parts) : row.short}</span>`,
  },
  when,
  {
    label: 'Status',
    onlyIfAny: true,
    cell: (row) => (row.enteredInError ? errorBadge : row.replacedBy === undefined ? '' : replacedBadge),
  },
];

const encounterColumns: readonly Column<EncounterRow>[] = [
  nameOf('Visit'),
  { label: 'When', cell: (row) => (row.period === '' ? (row.when?.words ?? '') : row.period) },
  { label: 'Kind', cell: (row) => row.kind, wideOnly: true },
  { label: 'Reason', onlyIfAny: true, cell: (row) => row.reason },
  statusOf,
];

const noteColumns: readonly Column<NoteEntry>[] = [
  { label: 'Note', cell: (row) => row.title || row.kind },
  { label: 'Text', cell: (row) => firstLine(row.text) },
  when,
  {
    label: 'Status',
    onlyIfAny: true,
    cell: (row) => (row.enteredInError ? errorBadge : row.state === 'draft' ? 'Draft' : ''),
  },
];

const documentColumns: readonly Column<DocumentRow>[] = [
  nameOf('Document'),
  when,
  { label: 'By', cell: (row) => row.recordedBy() },
];

const familyColumns: readonly Column<FamilyRow>[] = [
  nameOf('Relative'),
  { label: 'Illness', cell: (row) => row.conditions },
  when,
  { label: 'Status', onlyIfAny: true, cell: (row) => (row.enteredInError ? errorBadge : '') },
];

const habitColumns: readonly Column<HabitRow>[] = [
  nameOf('What'),
  { label: 'Answer', cell: (row) => row.value },
  when,
  { label: 'Status', onlyIfAny: true, cell: (row) => (row.enteredInError ? errorBadge : '') },
];

const carerColumns: readonly Column<CarerRow>[] = [
  nameOf('Who'),
  { label: 'Role', cell: (row) => row.people },
  { label: 'Contact', cell: (row) => row.contact },
  statusOf,
];

const otherColumns: readonly Column<Row>[] = [
  nameOf('What'),
  when,
  statusOf,
  { label: 'By', cell: (row) => row.recordedBy(), wideOnly: true },
];

export const topics: readonly Topic[] = [
  {
    name: 'problems',
    label: 'Problems',
    section: 'problems',
    few: 'problems',
    add: 'add-problem',
    none: 'no-problems',
    belongsHere: 'Diagnoses and complaints that matter beyond one visit.',
    groups: (record) => [
      ...activeAndPast(problemRows(record), problemColumns, 'Current', 'Past and resolved'),
      ...others(record, 'problems'),
    ],
  },
  {
    name: 'medications',
    label: 'Medications',
    section: 'medications',
    few: 'medications',
    add: 'add-medication',
    none: 'no-medications',
    belongsHere: 'What the patient takes, with the dose as prescribed.',
    groups: (record) => [
      ...activeAndPast(medicationRows(record), medicationColumns, 'Current', 'Stopped and completed'),
      ...others(record, 'medications'),
    ],
  },
  {
    name: 'allergies',
    label: 'Allergies',
    section: 'allergies',
    few: 'allergies',
    add: 'add-allergy',
    none: 'no-allergies',
    belongsHere: 'What the patient must not get, and what happened when they did.',
    groups: (record) => [
      ...activeAndPast(allergyRows(record), allergyColumns, 'Current', 'Past and refuted'),
      ...others(record, 'allergies'),
    ],
  },
  {
    name: 'immunizations',
    label: 'Immunizations',
    section: 'immunizations',
    few: 'immunizations',
    add: 'add-immunization',
    belongsHere: 'Vaccines given, here or elsewhere.',
    groups: (record) => [group('', immunizationRows(record), immunizationColumns), ...others(record, 'immunizations')],
  },
  {
    name: 'results',
    label: 'Results',
    section: 'results',
    few: 'results',
    add: 'add-result',
    belongsHere: 'Laboratory and imaging results.',
    groups: (record) => [group('', resultRows(record), resultColumns)],
  },
  {
    name: 'vitals',
    label: 'Vitals',
    section: 'vitals',
    few: 'measurements',
    add: 'add-vitals',
    belongsHere: 'Blood pressure, weight, height and the like.',
    groups: (record) => [group('', vitalRows(record), vitalColumns)],
  },
  {
    name: 'encounters',
    label: 'Encounters',
    section: 'encounters',
    few: 'visits',
    add: 'start-visit',
    addMore: ['add-procedure'],
    belongsHere: 'Visits, and the procedures and plans that came of them.',
    groups: (record) => [
      group('Visits', encounterRows(record), encounterColumns),
      ...byType(otherEncounterRows(record)),
    ],
  },
  {
    name: 'notes',
    label: 'Notes',
    section: 'documents',
    few: 'notes',
    belongsHere: 'What was found and thought, in your own words.',
    groups: (record) => [group('', allNotes(noteEntries(record)), noteColumns)],
  },
  {
    name: 'history',
    label: 'Family and social',
    section: 'problems',
    few: 'family and social history',
    add: 'add-relative',
    addMore: ['add-habits'],
    belongsHere: 'Illnesses in the family, smoking, alcohol and work.',
    groups: (record) => [
      group('Family', familyRows(record), familyColumns),
      group('Social', habitRows(record), habitColumns),
    ],
  },
  {
    name: 'team',
    label: 'Care team',
    section: 'problems',
    few: 'care team members',
    add: 'add-carer',
    belongsHere: 'Who else looks after the patient, at other practices and at home.',
    groups: (record) => [group('', carerRows(record), carerColumns)],
  },
  {
    name: 'documents',
    label: 'Documents',
    section: 'documents',
    few: 'documents',
    belongsHere: 'Letters, summaries and files.',
    groups: (record) => [group('', documentRows(record), documentColumns)],
  },
  {
    name: 'other',
    label: 'Other',
    section: 'administrative',
    few: 'other records',
    belongsHere: 'Claims, coverage, contacts and every record without a page of its own.',
    groups: (record) => [...others(record, 'demographics'), ...others(record, 'administrative')],
  },
];

export function topicOf(name: TopicName): Topic {
  const topic = topics.find((candidate) => candidate.name === name);
  if (topic === undefined) throw new Error(`a topic ${name} is in the table`);
  return topic;
}

export function isNoneKnown(row: Row): boolean {
  return 'noneKnown' in row && row.noneKnown !== undefined;
}

// A table takes rows of any type; the columns given with them know which.
function group<R extends Row>(title: string, rows: readonly R[], columns: readonly Column<R>[]): TopicGroup {
  return { title, rows, columns };
}

function activeAndPast<R extends Row & { readonly active: boolean }>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  activeTitle: string,
  pastTitle: string,
): readonly TopicGroup[] {
  return [
    group(
      activeTitle,
      rows.filter((row) => row.active && !isNoneKnown(row)),
      columns,
    ),
    group(
      'Stated',
      rows.filter((row) => row.active && isNoneKnown(row)),
      columns,
    ),
    group(
      pastTitle,
      rows.filter((row) => !row.active),
      columns,
    ),
  ];
}

function others(record: ChartRecord, section: ChartSection): readonly TopicGroup[] {
  return otherGroups(record, section).map(({ title, rows }) => group(title, rows, otherColumns));
}

function byType(rows: readonly Row[]): readonly TopicGroup[] {
  const types = [...new Set(rows.map((row) => row.type))];
  return types
    .map((type) =>
      group(
        typeWords(type),
        rows.filter((row) => row.type === type),
        otherColumns,
      ),
    )
    .sort((a, b) => a.title.localeCompare(b.title));
}

function valueWords(row: ResultRow): string {
  return row.parts.length > 0 && row.value === '' ? partsInWords(row.parts) : row.short;
}

function partsInWords(parts: readonly { readonly label: string; readonly value: string }[]): string {
  return parts.map((part) => `${part.label} ${part.value}`).join(', ');
}

/** The day without the time of day, which a list of months and years has no use for. */
export function dayOf(words: string): string {
  return words.replace(/, \d{2}:\d{2}$/, '');
}

function quiet(text: string) {
  return text === '' ? '' : html`<span class="quiet">${text}</span>`;
}

function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
