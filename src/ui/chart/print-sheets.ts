/**
 * What can be printed of a chart, as rows of tables: the summary, the medication list, the immunization record; the growth chart draws
 * itself. A value that nobody has settled shows all its versions in the place of one (AM-5); a sheet never says less than the screen
 * about what it lacks.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { allergyRows } from '../../clinical/views/allergies.ts';
import { immunizationRows, type ImmunizationRow } from '../../clinical/views/immunizations.ts';
import { medicationRows } from '../../clinical/views/medications.ts';
import { problemRows } from '../../clinical/views/problems.ts';
import { resultRows } from '../../clinical/views/results.ts';
import type { Row } from '../../clinical/views/row.ts';
import { withoutReplaced } from '../../clinical/views/superseded.ts';
import { vitalRows } from '../../clinical/views/vitals.ts';
import { appointmentInWords, appointmentsOf, isToCome } from '../schedule/appointment-words.ts';
import { localDay } from '../shell/clock.ts';
import { count } from '../shell/format.ts';
import type { PrintTopic } from '../shell/route.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';
import { emptyWords, unreadableWords } from './list-words.ts';
import { renderFlag } from './result-flag.ts';
import { dayOf, isNoneKnown, topicOf, type TopicName } from './topics.ts';
import { renderUnsettled, unsettledWords } from './unsettled.ts';

export const sheetTitles: Readonly<Record<PrintTopic, string>> = {
  print: 'Patient summary',
  'print-medications': 'Medication list',
  'print-immunizations': 'Immunization record',
  'print-growth': 'Growth chart',
};

/** Kinds of results and vaccines on the one page that is a summary; how many more there are is said. */
const mostOnSummary = 14;
const mostAppointments = 4;

/** Dates and states stay on one line. */
const longestTight = 14;

type Cell = string | TemplateResult | typeof nothing;

/** `value`: which column holds what may be unsettled; its versions stand there instead. */
interface ListWanted<R extends Row> {
  readonly topic: TopicName;
  readonly title: string;
  readonly rows: readonly R[];
  readonly heads: readonly string[];
  readonly cells: (row: R) => readonly Cell[];
  readonly value: number;
  /** Of so many rows that there are in all. */
  readonly most?: number;
}

export function renderSummary(view: ChartView) {
  const { record } = view;
  const vitals = newestOfEach(vitalRows(record).filter((row) => !row.enteredInError && row.replacedBy === undefined));
  const results = newestOfEach(
    withoutReplaced(resultRows(record)).filter((row) => !row.enteredInError && row.kind !== 'report'),
  );
  const given = newestOfEach(givenRows(view));
  return [
    renderList(view, {
      ...{ topic: 'problems', title: 'Problems', heads: ['Problem', 'Since'], value: 1 },
      rows: problemRows(record).filter((row) => row.active && !isNoneKnown(row)),
      cells: (row) => [row.label, dayOf(row.began)],
    }),
    renderMedications(view),
    renderList(view, {
      ...{ topic: 'allergies', title: 'Allergies', heads: ['Allergy', 'Reaction', 'Risk'], value: 1 },
      rows: allergyRows(record).filter((row) => row.active && !isNoneKnown(row)),
      cells: (row) => [row.label, row.reactions, row.criticality],
    }),
    renderList(view, {
      ...{ topic: 'vitals', title: 'Newest vital signs', heads: ['Measured', 'Value', 'When'], value: 1 },
      rows: vitals,
      cells: (row) => [row.label, row.short, dayOf(row.when?.words ?? '')],
    }),
    renderList(view, {
      ...{ topic: 'results', title: 'Newest results', heads: ['Test', 'Result', 'Expected', 'When'], value: 1 },
      ...{ rows: results, most: mostOnSummary },
      cells: (row) => [
        row.label,
        html`${row.short} ${renderFlag(row)} ${row.unfinished}`,
        row.referenceRange,
        dayOf(row.when?.words ?? ''),
      ],
    }),
    renderList(view, {
      ...{ topic: 'immunizations', title: 'Newest immunizations', heads: ['Vaccine', 'Given'], value: 1 },
      ...{ rows: given, most: mostOnSummary },
      cells: (row) => [row.label, dayOf((row.when?.words ?? '') || row.occurrence)],
    }),
    renderNextAppointments(view),
    html`<p class="quiet">Visits, notes, documents and older values are in the chart and not on this sheet.</p>`,
  ];
}

/** For the patient to take along: when they are awaited here. */
function renderNextAppointments({ chart, session }: ChartView) {
  const today = localDay(new Date());
  const next = appointmentsOf(session, chart.id, today).filter((one) => isToCome(one, today));
  if (next.length === 0) return nothing;
  return html`<section>
    <h3>Next appointments</h3>
    <ul>
      ${next.slice(0, mostAppointments).map((one) => html`<li>${appointmentInWords(one)}</li>`)}
    </ul>
  </section>`;
}

export function renderMedications(view: ChartView) {
  return renderList(view, {
    ...{ topic: 'medications', title: 'Current medications', value: 1 },
    heads: ['Medication', 'Dose', 'Since', 'Prescribed by'],
    rows: medicationRows(view.record).filter((row) => row.active && !isNoneKnown(row) && !row.enteredInError),
    cells: (row) => [
      row.label,
      row.doNotPerform ? html`<strong>MUST NOT BE GIVEN</strong>` : row.dose === '' ? 'not recorded' : row.dose,
      dayOf(row.when?.words ?? ''),
      row.recordedBy(),
    ],
  });
}

export function renderPastMedications(view: ChartView) {
  const rows = medicationRows(view.record).filter((row) => !row.active && !isNoneKnown(row) && !row.enteredInError);
  if (rows.length === 0) return nothing;
  return renderList(view, {
    ...{ topic: 'medications', title: 'Past medications', heads: ['Medication', 'Dose', 'Status', 'Since'], value: 1 },
    rows,
    cells: (row) => [row.label, row.dose, row.status, dayOf(row.when?.words ?? '')],
  });
}

export function renderImmunizations(view: ChartView) {
  const refused = immunizationRows(view.record).filter((row) => !row.given && !row.enteredInError && !isNoneKnown(row));
  const when = (row: ImmunizationRow) => dayOf((row.when?.words ?? '') || row.occurrence);
  return [
    renderList(view, {
      ...{ topic: 'immunizations', title: 'Given', heads: ['Vaccine', 'Given', 'Dose and site', 'Lot'], value: 1 },
      // By vaccine, and the doses of each as they were given.
      rows: givenRows(view)
        .toReversed()
        .toSorted((a, b) => a.label.localeCompare(b.label)),
      cells: (row) => [row.label, when(row), row.dose, row.lot],
    }),
    refused.length === 0
      ? nothing
      : renderList(view, {
          ...{ topic: 'immunizations', title: 'Not given', heads: ['Vaccine', 'Date', 'Status'], value: 1 },
          rows: refused,
          cells: (row) => [row.label, when(row), row.status],
        }),
  ];
}

function givenRows(view: ChartView): readonly ImmunizationRow[] {
  return immunizationRows(view.record).filter((row) => row.given && !isNoneKnown(row));
}

function newestOfEach<R extends Row>(rows: readonly R[]): readonly R[] {
  const newest = new Map<string, R>();
  for (const row of rows) if (!newest.has(row.label)) newest.set(row.label, row);
  return [...newest.values()];
}

function renderList<R extends Row>(view: ChartView, list: ListWanted<R>) {
  const { section, few } = topicOf(list.topic);
  const unsettled = unsettledWords(view, section);
  const empty = emptyWords(view, list.topic, section, few);
  // What is not settled comes before what may be left out.
  const sorted = [
    ...list.rows.filter(({ key }) => unsettled.has(key)),
    ...list.rows.filter(({ key }) => !unsettled.has(key)),
  ];
  const shown = list.most === undefined || sorted.length <= list.most ? list.rows : sorted.slice(0, list.most);
  const left = list.rows.length - shown.length;
  return html`<section>
    <h3>${list.title}</h3>
    ${renderTable(list, shown, unsettled)}
    ${
      empty === undefined
        ? list.rows.length === 0
          ? html`<p>None.</p>`
          : nothing
        : html`<p><strong>${empty.heading}.</strong> ${empty.text}</p>`
    }
    ${left === 0 ? nothing : html`<p class="quiet">and ${count(left, 'kind')} more in the chart</p>`}
    ${lackingWords(view, section)}
  </section>`;
}

function renderTable<R extends Row>(
  { title, heads, cells, value }: ListWanted<R>,
  rows: readonly R[],
  unsettled: ReadonlyMap<ResourceKey, string>,
) {
  if (rows.length === 0) return nothing;
  return html`<table aria-label=${title}>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => {
        const versions = unsettled.get(row.key);
        return html`<tr class=${versions === undefined ? '' : 'unsettled'}>
          ${cells(row).map((cell, i) => {
            if (i === 0) return html`<th scope="row">${cell}</th>`;
            const inQuestion = i === value ? versions : undefined;
            if (inQuestion === undefined) return html`<td class=${isTight(cell) ? 'tight' : ''}>${cell}</td>`;
            return html`<td>${renderUnsettled(inQuestion)} ${inQuestion === '' ? cell : nothing}</td>`;
          })}
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function isTight(cell: Cell): boolean {
  return typeof cell === 'string' && cell.length <= longestTight;
}

/** What of a section is not on the paper although it belongs there. An empty list says the same in its own words. */
function lackingWords(view: ChartView, section: ChartSection) {
  const held = mustGetSection(view, section);
  const unreadable = unreadableWords(view, held);
  if (unreadable !== '') return html`<p class="lacking"><strong>Not complete.</strong> ${unreadable}</p>`;
  if (held.state === 'ended')
    return html`<p class="lacking">
      <strong>No longer shared.</strong> This is what was received until sharing ended.
    </p>`;
  if (held.state === 'damaged')
    return html`<p class="lacking"><strong>Damaged.</strong> Some of this part cannot be read on this computer.</p>`;
  return nothing;
}
