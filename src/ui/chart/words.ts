/** What goes wrong in a chart, in a clinician's words: one table from reason to sentence, each saying what to do. */
import type { EditOutcome, FieldReason, Question } from '../../clinical/edits/edit.ts';
import type { ChartSection } from '../../base/sections.ts';
import { sectionWords, type Trouble } from '../shell/words.ts';

/** What a practice may do with what it was given. */
export const rightWords = { read: 'Read', write: 'Read and write' } as const;

const whoseStop = {
  'place-lost': 'Somebody who has lost their place since',
  'custody-ended': 'The practice that kept this chart before, while it was taken over,',
} as const;

/** OP-5.5, CH-10.3. The parts that go with every share are not named: they are of no account by themselves. */
export function stopInDoubtWords(
  why: keyof typeof whoseStop,
  practiceName: string,
  sections: readonly ChartSection[],
): string {
  const named = sections.filter((section) => section !== 'identity').map((section) => sectionWords[section]);
  const what = named.length === 0 ? 'this chart' : named.join(', ');
  return `${whoseStop[why]} had stopped sharing ${what} with ${practiceName}. That no longer counts. Until an administrator decides, ${practiceName} is sent nothing of it.`;
}

export const fieldWords: Readonly<Record<FieldReason, string>> = {
  required: 'This is needed.',
  'too-long': 'Too long for this field. Write the rest as a note.',
  'not-a-date': 'Not a date. Write 2024-03-05, 2024-03 or 2024.',
  'in-the-future': 'This lies in the future. Check the date.',
  'before-it-began': 'It can’t end before it began.',
  'not-a-number': 'Not a number. Write 500 or 2.5.',
  'ambiguous-number': 'A comma may mean a thousand or a decimal. Write 1000 or 1.5.',
  'not-positive': 'Must be more than zero.',
  'needs-unit': 'A number needs its unit, such as mg.',
  'not-offered': 'Choose one of the list.',
};

export const questionWords: Readonly<Record<Question, string>> = {
  'systolic-unusual': 'This systolic value is unusual. Is it right?',
  'diastolic-unusual': 'This diastolic value is unusual. Is it right?',
  'diastolic-not-below-systolic': 'The diastolic value is not below the systolic one. Were they swapped?',
  'heart-rate-unusual': 'This heart rate is unusual. Is it right?',
  'respiration-unusual': 'This respiratory rate is unusual. Is it right?',
  'temperature-unusual': 'This temperature is unusual. Are number and unit right?',
  'oxygen-unusual': 'This oxygen saturation is unusual. Is it right?',
  'weight-unusual': 'This weight is unusual. Are number and unit right?',
  'height-unusual': 'This height is unusual. Are number and unit right?',
  'head-circumference-unusual': 'This head circumference is unusual. Is it right?',
  'bmi-unusual': 'Weight and height give an unusual body mass index. Are both right?',
  'replaces-none-known':
    'The chart states that there is none. That statement will no longer hold; it stays in the history.',
  'same-entry-exists': 'The chart already has an active entry with this name. Add a second one?',
  'result-without-unit': 'A number without a unit. Has this test none?',
  'range-reversed': 'The lower limit is above the upper one. Were they swapped?',
  'judged-against-range': 'What you chose is not what the range says of this value. Are both right?',
  'another-visit-is-open': 'Another visit of this patient has not been closed. Begin a second one?',
  'age-unusual': 'This age is unusual. Is it in years?',
  'vaccine-expired': 'By this date the vaccine had expired before it was given. Are both dates right?',
  'vaccine-given-lately': 'The chart has a dose of this vaccine within four weeks of this one. Is this another dose?',
};

type Refusal = Extract<EditOutcome, { kind: 'refused' }>['reason'];

export const refusalTrouble: Readonly<Record<Refusal, Trouble>> = {
  'has-active-entries': {
    happened: 'Not recorded: the list still has active entries.',
    safe: 'The chart is unchanged.',
    todo: 'Stop, resolve or mark the entries that do not hold, then state that none is known.',
  },
  'has-no-such-status': {
    happened: 'This kind of record has no mark for “entered in error”.',
    safe: 'The chart is unchanged.',
    todo: 'Write a note that says what is wrong with it.',
  },
};

export const openTrouble: Readonly<Record<'unknown-chart' | 'damaged', Trouble>> = {
  'unknown-chart': {
    happened: 'This chart is not held by this practice.',
    safe: 'Nothing was changed.',
    todo: 'Go back to the patients and search for the person.',
  },
  damaged: {
    happened: 'This chart could not be opened: what is stored here is damaged.',
    safe: 'Other charts are not affected, and nothing was overwritten.',
    todo: 'Restore it from a backup, or wait until a practice that holds it is connected.',
  },
};
