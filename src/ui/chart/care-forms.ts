/** Forms of results, vaccines, visits, procedures, family and social history and the care team: fields and the acts they lead to. */
import {
  addCarer,
  addFamilyHistory,
  addHabits,
  endCarer,
  relationshipChoices,
  smokingChoices,
} from '../../clinical/edits/background.ts';
import { addImmunization } from '../../clinical/edits/immunization.ts';
import { addResult, correctResult, resultJudgements, resultToType } from '../../clinical/edits/result.ts';
import { addProcedure, closeVisit, startVisit, visitKindChoices } from '../../clinical/edits/visit.ts';
import { vaccines } from '../../clinical/vaccines/cvx.ts';
import { choice, choicesOf, type AddForm, type ChangeForm, type FieldSpec } from './form-spec.ts';

const resultValueFields: readonly FieldSpec[] = [
  { name: 'value', label: 'Result', kind: 'text', required: true, hint: 'A number, a limit such as <5, or words' },
  { name: 'unit', label: 'Unit', kind: 'text', hint: 'mmol/L', beside: true },
  { name: 'low', label: 'Expected from', kind: 'number' },
  { name: 'high', label: 'Expected to', kind: 'number', beside: true },
  {
    name: 'judgement',
    label: 'Called by the laboratory',
    kind: 'choice',
    choices: [choice('', 'Not said'), ...choicesOf(resultJudgements)],
  },
];

const vaccineFields: readonly FieldSpec[] = [
  {
    name: 'code',
    label: 'Vaccine',
    kind: 'choice',
    choices: [choice('', 'In words, below'), ...vaccines.map(({ code, name }) => choice(code, name))],
  },
  { name: 'vaccine', label: 'Vaccine in words', kind: 'text', hint: 'Where the list has it not' },
  {
    name: 'how',
    label: 'How',
    kind: 'choice',
    initial: 'here',
    choices: [choice('here', 'Given here'), choice('elsewhere', 'Given elsewhere'), choice('not-given', 'Not given')],
  },
  {
    name: 'given',
    label: 'When',
    kind: 'date',
    hint: 'Today, if left empty. 2024-03-05, 2024-03 or 2024',
    beside: true,
  },
  { name: 'reason', label: 'Why it was not given', kind: 'text', hint: 'Refused, contraindicated, out of stock' },
  { name: 'lot', label: 'Lot', kind: 'text' },
  { name: 'expires', label: 'Expires', kind: 'date', hint: '2027-03', beside: true },
  { name: 'amount', label: 'Dose in mL', kind: 'number' },
  { name: 'site', label: 'Site', kind: 'text', hint: 'Left upper arm', beside: true },
];

export const careAddForms = {
  'add-result': {
    kind: 'add',
    heading: 'Add a result',
    act: 'Add result',
    done: 'Result added.',
    fields: [
      { name: 'test', label: 'Test', kind: 'text', required: true, hint: 'Potassium, Hemoglobin A1c' },
      ...resultValueFields,
      { name: 'when', label: 'Taken', kind: 'moment', hint: 'Now, if left empty' },
      { name: 'laboratory', label: 'Laboratory', kind: 'text' },
    ],
    outcome: addResult,
  },
  'add-immunization': {
    kind: 'add',
    heading: 'Add a vaccine',
    act: 'Add vaccine',
    done: 'Vaccine added.',
    fields: vaccineFields,
    outcome: addImmunization,
  },
  'start-visit': {
    kind: 'add',
    heading: 'Begin a visit',
    act: 'Begin visit',
    done: 'Visit begun.',
    fields: [
      { name: 'reason', label: 'Reason', kind: 'text', required: true, hint: 'Cough for two weeks, check-up' },
      { name: 'kind', label: 'Where', kind: 'choice', choices: choicesOf(visitKindChoices), initial: 'AMB' },
      { name: 'began', label: 'Began', kind: 'moment', hint: 'Now, if left empty' },
    ],
    outcome: startVisit,
  },
  'add-procedure': {
    kind: 'add',
    heading: 'Add a procedure',
    act: 'Add procedure',
    done: 'Procedure added.',
    fields: [
      { name: 'procedure', label: 'Procedure', kind: 'text', required: true, hint: 'Suture of the left hand' },
      { name: 'done', label: 'When', kind: 'date', hint: 'Today, if left empty' },
      { name: 'note', label: 'Note', kind: 'text' },
    ],
    outcome: addProcedure,
  },
  'add-relative': {
    kind: 'add',
    heading: 'Add family history',
    act: 'Add',
    done: 'Family history added.',
    fields: [
      {
        name: 'relationship',
        label: 'Relative',
        kind: 'choice',
        required: true,
        choices: choicesOf(relationshipChoices),
      },
      { name: 'condition', label: 'Illness', kind: 'text', required: true, hint: 'Type 2 diabetes' },
      { name: 'age', label: 'Began at', kind: 'number', hint: 'Years' },
      { name: 'note', label: 'Note', kind: 'text' },
    ],
    outcome: addFamilyHistory,
  },
  'add-habits': {
    kind: 'add',
    heading: 'Add social history',
    act: 'Add',
    done: 'Social history added.',
    lead: 'Only what was asked. What was recorded before stays.',
    fields: [
      {
        name: 'smoking',
        label: 'Smoking',
        kind: 'choice',
        choices: [choice('', 'Not asked'), ...choicesOf(smokingChoices)],
      },
      { name: 'alcohol', label: 'Alcohol', kind: 'text', hint: 'Two beers a week, none' },
      { name: 'occupation', label: 'Occupation', kind: 'text' },
      { name: 'when', label: 'As of', kind: 'date', hint: 'Today, if left empty' },
    ],
    outcome: addHabits,
  },
  'add-carer': {
    kind: 'add',
    heading: 'Add to the care team',
    act: 'Add',
    done: 'Care team changed.',
    fields: [
      { name: 'name', label: 'Name', kind: 'text', required: true },
      { name: 'role', label: 'Role', kind: 'text', required: true, hint: 'Cardiologist, daughter, home nurse' },
      { name: 'contact', label: 'Contact', kind: 'text' },
    ],
    outcome: addCarer,
  },
} as const satisfies Readonly<Record<string, AddForm>>;

export const careChangeForms = {
  'correct-result': {
    kind: 'change',
    heading: 'Correct the result',
    lead: 'Value, range and judgement are one statement. What it said before stays in its history; it waits in the inbox anew.',
    act: 'Save correction',
    done: 'Result corrected.',
    fields: resultValueFields,
    start: resultToType,
    outcome: (_act, resource, typed) => correctResult(resource, typed),
  },
  'close-visit': {
    kind: 'change',
    heading: 'Close the visit',
    act: 'Close visit',
    done: 'Visit closed.',
    fields: [{ name: 'ended', label: 'Ended', kind: 'moment', hint: 'Now, if left empty' }],
    start: () => ({}),
    outcome: closeVisit,
  },
  'end-carer': {
    kind: 'change',
    heading: 'End the care',
    lead: 'That they looked after the patient stays in the chart.',
    act: 'End',
    done: 'Care team changed.',
    fields: [],
    start: () => ({}),
    outcome: (act, resource) => endCarer(act, resource),
  },
} as const satisfies Readonly<Record<string, ChangeForm>>;
