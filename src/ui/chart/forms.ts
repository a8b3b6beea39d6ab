/**
 * Every form of a chart, as a table: its fields, what they start with, and which clinical act they lead to. One element
 * (edit-form.ts) renders them all; what the typed words mean is for clinical/edits to say.
 */
import { stateNoKnownAllergies, addAllergy, allergyToType, changeAllergy } from '../../clinical/edits/allergy.ts';
import { changeBloodPressure } from '../../clinical/edits/blood-pressure.ts';
import { markEnteredInError } from '../../clinical/edits/entered-in-error.ts';
import {
  addMedication,
  changeDose,
  changeMedicationName,
  checkOfChange,
  doseToType,
  stateNoKnownMedications,
  stopMedication,
} from '../../clinical/edits/medication.ts';
import { addProblem, changeProblem, stateNoKnownProblems } from '../../clinical/edits/problem.ts';
import { addVitals, singleVitals, vitalUnits } from '../../clinical/edits/vitals.ts';
import { unitWords } from '../../clinical/units.ts';
import { vitalSpec } from '../../clinical/vital-kinds.ts';
import { bloodPressureToType, problemToType } from '../../clinical/edits/to-type.ts';
import { checkOrder, type MedicationCheck } from '../../clinical/checks/medication-check.ts';
import type { ChartRecord, Resource } from '../../clinical/record.ts';
import { titleOf } from '../../clinical/title.ts';
import { careAddForms, careChangeForms } from './care-forms.ts';
import { choice, type AddForm, type ChangeForm, type FieldSpec, type Typed } from './form-spec.ts';

const doseFields: readonly FieldSpec[] = [
  { name: 'amount', label: 'Dose', kind: 'number', hint: 'A number: 500, 2.5' },
  { name: 'unit', label: 'Unit', kind: 'text', hint: 'mg, tablet, mL', beside: true },
  { name: 'timing', label: 'How often', kind: 'text', hint: 'twice a day, every 8 hours' },
  { name: 'route', label: 'Route', kind: 'text', hint: 'by mouth', beside: true },
  { name: 'asNeeded', label: 'Only as needed', kind: 'check' },
];

const partialDate = 'A day, a month or a year: 2024-03-05, 2024-03, 2024';

const notSaid = choice('', 'Not recorded');

const problemFields: readonly FieldSpec[] = [
  { name: 'problem', label: 'Problem', kind: 'text', required: true },
  { name: 'began', label: 'Began', kind: 'date', hint: partialDate },
  {
    name: 'status',
    label: 'Status',
    kind: 'choice',
    choices: [
      choice('active', 'Active'),
      choice('recurrence', 'Active again'),
      choice('remission', 'In remission'),
      choice('inactive', 'Inactive'),
      choice('resolved', 'Resolved'),
    ],
  },
  { name: 'ended', label: 'Ended', kind: 'date', hint: 'Only if it is over' },
  { name: 'note', label: 'Note', kind: 'area' },
];

const allergyFields: readonly FieldSpec[] = [
  { name: 'substance', label: 'Substance', kind: 'text', required: true, hint: 'Penicillin, peanut, latex' },
  { name: 'reaction', label: 'Reaction', kind: 'text', hint: 'Rash, anaphylaxis' },
  {
    name: 'severity',
    label: 'Severity of the reaction',
    kind: 'choice',
    choices: [notSaid, choice('mild', 'Mild'), choice('moderate', 'Moderate'), choice('severe', 'Severe')],
  },
  {
    name: 'criticality',
    label: 'Risk if given again',
    kind: 'choice',
    choices: [
      notSaid,
      choice('low', 'Low'),
      choice('high', 'High: may be life-threatening'),
      choice('unable-to-assess', 'Cannot be judged'),
    ],
  },
  {
    name: 'kind',
    label: 'Kind',
    kind: 'choice',
    choices: [notSaid, choice('allergy', 'Allergy'), choice('intolerance', 'Intolerance')],
  },
  { name: 'began', label: 'Known since', kind: 'date', hint: partialDate },
];

const allergyStatus: FieldSpec = {
  name: 'status',
  label: 'Status',
  kind: 'choice',
  choices: [choice('active', 'Active'), choice('inactive', 'Inactive'), choice('resolved', 'Resolved')],
};

const pressureFields: readonly FieldSpec[] = [
  { name: 'systolic', label: 'Systolic', kind: 'number', required: true, unit: 'mmHg' },
  { name: 'diastolic', label: 'Diastolic', kind: 'number', required: true, unit: 'mmHg', beside: true },
];
const measuredAt: FieldSpec = { name: 'when', label: 'Measured', kind: 'moment', hint: 'Now, if left empty' };

/** Those without a choice of unit that stand beside the field before them. */
const besideAnother: readonly string[] = ['respiration', 'head-circumference'];

/** A number with its unit: written after it, or to be chosen beside it. */
const singleVitalFields: readonly FieldSpec[] = singleVitals.flatMap((kind): readonly FieldSpec[] => {
  const { label, unit } = vitalSpec(kind);
  const units = vitalUnits[kind];
  if (units === undefined) {
    return [{ name: kind, label, kind: 'number', unit: unitWords(unit), beside: besideAnother.includes(kind) }];
  }
  const choices = units.map((code) => choice(code, unitWords(code)));
  // Labels of their own: three fields named "Unit" are one to a screen reader.
  const unitLabel = `Unit of ${label.replace('Body ', '')}`;
  return [
    { name: kind, label, kind: 'number' },
    { name: `${kind}-unit`, label: unitLabel, kind: 'choice', choices, initial: units[0], beside: true },
  ];
});

/** A tick box is typed as 'yes' or nothing. */
const withTick = (typed: Typed) => ({ ...typed, asNeeded: typed['asNeeded'] === 'yes' });

/**
 * Only what the person changed: a field left alone must not rewrite its statement (the code behind a problem's name, say).
 * Fields `together` are one statement and go with each other.
 */
function differing(start: Typed, typed: Typed, together: readonly string[] = []): Typed {
  const isChanged = (name: string): boolean => typed[name] !== (start[name] ?? '');
  const whole = together.some(isChanged) ? together : [];
  return Object.fromEntries(Object.entries(typed).filter(([name]) => isChanged(name) || whole.includes(name)));
}

/** Shown where there is something to answer: the chart's own page tells the rest. */
function alertsOfChange(record: ChartRecord, resource: Resource, name: string): MedicationCheck | undefined {
  const check = name.trim() === '' ? undefined : checkOfChange(record, resource, name.trim());
  return check === undefined || check.alerts.length === 0 ? undefined : check;
}

export const addForms = {
  'add-problem': {
    kind: 'add',
    heading: 'Add a problem',
    act: 'Add problem',
    done: 'Problem added.',
    fields: problemFields,
    outcome: addProblem,
  },
  'add-medication': {
    kind: 'add',
    heading: 'Add a medication',
    act: 'Add medication',
    done: 'Medication added.',
    fields: [
      {
        name: 'medication',
        label: 'Medication',
        kind: 'text',
        required: true,
        hint: 'Name and strength as prescribed',
      },
      ...doseFields,
      { name: 'reason', label: 'Reason', kind: 'text' },
    ],
    check: (record, typed) => {
      const name = (typed['medication'] ?? '').trim();
      return name === '' ? undefined : checkOrder(record, name);
    },
    outcome: (act, typed) => addMedication(act, withTick(typed)),
  },
  'add-allergy': {
    kind: 'add',
    heading: 'Add an allergy',
    act: 'Add allergy',
    done: 'Allergy added.',
    fields: allergyFields,
    outcome: addAllergy,
  },
  'add-vitals': {
    kind: 'add',
    heading: 'Add vital signs',
    act: 'Save vital signs',
    done: 'Vital signs added.',
    lead: 'Only what was measured. The body mass index follows from weight and height.',
    fields: [...pressureFields.map((field) => ({ ...field, required: false })), ...singleVitalFields, measuredAt],
    outcome: addVitals,
  },
  ...careAddForms,
  'no-problems': {
    kind: 'add',
    heading: 'No known problems',
    lead: 'States in the chart, under your name and with today’s date, that the patient has no current problems.',
    act: 'State no known problems',
    done: 'Recorded: no known problems.',
    fields: [],
    outcome: (act) => stateNoKnownProblems(act),
  },
  'no-medications': {
    kind: 'add',
    heading: 'No known medications',
    lead: 'States in the chart, under your name and with today’s date, that the patient takes no medications.',
    act: 'State no known medications',
    done: 'Recorded: no known medications.',
    fields: [],
    outcome: (act) => stateNoKnownMedications(act),
  },
  'no-allergies': {
    kind: 'add',
    heading: 'No known allergies',
    lead: 'States in the chart, under your name and with today’s date, that the patient was asked and has no allergies.',
    act: 'State no known allergies',
    done: 'Recorded: no known allergies.',
    fields: [],
    outcome: (act) => stateNoKnownAllergies(act),
  },
} as const satisfies Readonly<Record<string, AddForm>>;

export const changeForms = {
  'change-problem': {
    kind: 'change',
    heading: 'Change the problem',
    act: 'Save change',
    done: 'Problem changed.',
    fields: problemFields,
    start: problemToType,
    outcome: (act, resource, typed) =>
      changeProblem(act, resource, differing(problemToType(resource), typed, ['status', 'ended'])),
  },
  'change-dose': {
    kind: 'change',
    heading: 'Change the dose',
    lead: 'The dose is one statement: number, unit, how often and route are replaced together.',
    act: 'Save dose',
    done: 'Dose changed.',
    fields: doseFields,
    start: (resource) => {
      const { asNeeded, ...dose } = doseToType(resource);
      return { ...dose, asNeeded: asNeeded === true ? 'yes' : '' };
    },
    check: (record, resource) => alertsOfChange(record, resource, titleOf(resource.json)),
    outcome: (act, resource, typed) => changeDose(act, resource, withTick(typed)),
  },
  'change-medication': {
    kind: 'change',
    heading: 'Correct the name',
    lead: 'For a drug that was named wrongly. Another drug is a new order: stop this one and add that.',
    act: 'Save name',
    done: 'Name corrected.',
    fields: [{ name: 'medication', label: 'Medication', kind: 'text', required: true }],
    start: (resource) => ({ medication: titleOf(resource.json) }),
    check: (record, resource, typed) => alertsOfChange(record, resource, typed['medication'] ?? ''),
    outcome: changeMedicationName,
  },
  'stop-medication': {
    kind: 'change',
    heading: 'Stop the medication',
    lead: 'It stays in the chart as stopped.',
    act: 'Stop medication',
    done: 'Medication stopped.',
    fields: [{ name: 'reason', label: 'Why it is stopped', kind: 'text' }],
    start: () => ({}),
    outcome: (_act, resource, typed) => stopMedication(resource, typed),
  },
  'change-allergy': {
    kind: 'change',
    heading: 'Change the allergy',
    act: 'Save change',
    done: 'Allergy changed.',
    fields: [...allergyFields, allergyStatus],
    start: (resource) => ({ ...allergyToType(resource) }),
    outcome: (act, resource, typed) => changeAllergy(act, resource, differing({ ...allergyToType(resource) }, typed)),
  },
  'change-blood-pressure': {
    kind: 'change',
    heading: 'Correct the blood pressure',
    act: 'Save correction',
    done: 'Blood pressure corrected.',
    fields: pressureFields,
    start: bloodPressureToType,
    outcome: changeBloodPressure,
  },
  ...careChangeForms,
  'entered-in-error': {
    kind: 'change',
    heading: 'Mark as entered in error',
    lead: 'It stays readable in the chart, crossed out. Nothing is deleted.',
    act: 'Mark as entered in error',
    done: 'Marked as entered in error.',
    danger: true,
    fields: [
      { name: 'why', label: 'What was wrong', kind: 'text', required: true, hint: 'Wrong patient, typing error' },
    ],
    start: () => ({}),
    outcome: (act, resource, typed) => markEnteredInError(resource, { act, why: typed['why'] ?? '' }),
  },
} as const satisfies Readonly<Record<string, ChangeForm>>;

export type AddFormName = keyof typeof addForms;
export type ChangeFormName = keyof typeof changeForms;

/** The forms that make sense for a resource as it stands. */
export function changesFor(resource: Resource): readonly ChangeFormName[] {
  switch (resource.type) {
    case 'Condition':
      return ['change-problem'];
    case 'MedicationRequest':
    case 'MedicationStatement':
      return isOver(resource) ? ['change-dose'] : ['change-dose', 'stop-medication', 'change-medication'];
    case 'AllergyIntolerance':
      return ['change-allergy'];
    case 'Encounter':
      return resource.json['status'] === 'in-progress' ? ['close-visit'] : [];
    case 'CareTeam':
      return resource.json['status'] === 'active' ? ['end-carer'] : [];
    case 'Observation':
      // A panel is corrected by who made it.
      return resource.section === 'results' && resource.json['component'] === undefined ? ['correct-result'] : [];
    default:
      return [];
  }
}

function isOver(resource: Resource): boolean {
  const status = resource.json['status'];
  return status === 'stopped' || status === 'completed' || status === 'cancelled';
}
