/**
 * What is due for whom: a small table of screenings, check-ups and vaccines, each row with its source. A reminder, not a guideline: every
 * row can be turned off by the practice, and who decides is the clinician. docs/clinical-sources.md says what is not covered.
 *
 * A rule compares ages, dates and codes. That nothing is recorded is said as that; "up to date" is said of what has a date that counts.
 */

/** What a rule counts: read from codes, and from words where codes are missing (facts.ts). */
export type DueMeasure =
  | 'blood-pressure'
  | 'blood-pressure-high'
  | 'cervical-cytology'
  | 'cervical-hpv'
  | 'colonoscopy'
  | 'fit'
  | 'mammogram'
  | 'hba1c'
  | 'glucose'
  | 'lipids'
  | 'eye-exam'
  | 'diabetes'
  | 'hysterectomy'
  | 'colectomy'
  | 'mastectomy'
  | 'influenza'
  | 'zoster'
  | 'td'
  | 'tdap'
  | 'pneumo-13-15'
  | 'pneumo-20-21'
  | 'pneumo-23'
  | 'pneumo-other'
  | 'mmr'
  | 'varicella'
  | 'polio'
  | 'dtap'
  | 'hepatitis-b'
  | 'hpv'
  | 'mening-acwy'
  | 'rsv';

interface DueRuleBase {
  readonly id: string;
  readonly label: string;
  /** Years, both included. */
  readonly age: { readonly from: number; readonly to: number };
  readonly sex?: 'female' | 'male';
  /** Only those with one of these. */
  readonly onlyWith?: readonly DueMeasure[];
  /** Not those with one of these. */
  readonly notWith?: readonly DueMeasure[];
  readonly source: string;
}

export type DueRule = DueRuleBase &
  (
    | {
        readonly kind: 'repeat';
        /** Any of these counts, each for so many months. */
        readonly counts: readonly { readonly measure: DueMeasure; readonly months: number }[];
      }
    | { readonly kind: 'doses'; readonly measure: DueMeasure; readonly doses: number }
    | {
        readonly kind: 'series';
        /** Each of them whole is enough: all of its measures. */
        readonly complete: readonly (readonly DueMeasure[])[];
        /** What is a part of one, or leads to one. */
        readonly counts: readonly { readonly measure: DueMeasure }[];
      }
  );

const uspstf = (what: string, year: string): string => `US Preventive Services Task Force, ${what}, ${year}`;
const adult = 'CDC/ACIP Recommended Adult Immunization Schedule, United States, 2024';
const child = 'CDC/ACIP Recommended Child and Adolescent Immunization Schedule, United States, 2024';
const ada = 'American Diabetes Association, Standards of Care in Diabetes—2024';

export const dueRules: readonly DueRule[] = [
  {
    id: 'blood-pressure',
    kind: 'repeat',
    label: 'Blood pressure',
    age: { from: 40, to: 120 },
    counts: [{ measure: 'blood-pressure', months: 12 }],
    source: uspstf('Hypertension in Adults: Screening (40 and older: every year)', '2021'),
  },
  {
    id: 'blood-pressure-young',
    kind: 'repeat',
    label: 'Blood pressure',
    age: { from: 18, to: 39 },
    counts: [{ measure: 'blood-pressure', months: 60 }],
    source: uspstf('Hypertension in Adults: Screening (18 to 39: every 3 to 5 years)', '2021'),
  },
  {
    id: 'blood-pressure-follow-up',
    kind: 'repeat',
    label: 'Blood pressure again, the last was high',
    age: { from: 18, to: 120 },
    onlyWith: ['blood-pressure-high'],
    counts: [{ measure: 'blood-pressure', months: 1 }],
    source:
      '2017 ACC/AHA guideline for high blood pressure in adults, section 8.1.3: follow-up in 1 month at 140/90 mmHg or more',
  },
  {
    id: 'colorectal',
    kind: 'repeat',
    label: 'Colorectal cancer screening',
    age: { from: 45, to: 75 },
    notWith: ['colectomy'],
    counts: [
      { measure: 'colonoscopy', months: 120 },
      { measure: 'fit', months: 12 },
    ],
    source: uspstf('Colorectal Cancer: Screening (colonoscopy every 10 years or FIT every year)', '2021'),
  },
  {
    id: 'breast',
    kind: 'repeat',
    label: 'Mammogram',
    age: { from: 40, to: 74 },
    sex: 'female',
    notWith: ['mastectomy'],
    counts: [{ measure: 'mammogram', months: 24 }],
    source: uspstf('Breast Cancer: Screening (every 2 years)', '2024'),
  },
  {
    id: 'cervical',
    kind: 'repeat',
    label: 'Cervical cancer screening',
    age: { from: 21, to: 65 },
    sex: 'female',
    notWith: ['hysterectomy'],
    counts: [
      { measure: 'cervical-cytology', months: 36 },
      { measure: 'cervical-hpv', months: 60 },
    ],
    source: uspstf('Cervical Cancer: Screening (cytology every 3 years, with HPV every 5)', '2018'),
  },
  {
    id: 'diabetes-screening',
    kind: 'repeat',
    label: 'Diabetes screening, if overweight',
    age: { from: 35, to: 70 },
    notWith: ['diabetes'],
    counts: [
      { measure: 'hba1c', months: 36 },
      { measure: 'glucose', months: 36 },
    ],
    source: uspstf('Prediabetes and Type 2 Diabetes: Screening (with overweight or obesity; every 3 years)', '2021'),
  },
  {
    id: 'diabetes-hba1c',
    kind: 'repeat',
    label: 'HbA1c',
    age: { from: 18, to: 120 },
    onlyWith: ['diabetes'],
    counts: [{ measure: 'hba1c', months: 6 }],
    source: `${ada}, section 6 (at least twice a year)`,
  },
  {
    id: 'diabetes-eyes',
    kind: 'repeat',
    label: 'Eye examination in diabetes',
    age: { from: 18, to: 120 },
    onlyWith: ['diabetes'],
    counts: [{ measure: 'eye-exam', months: 24 }],
    source: `${ada}, section 12 (every 1 to 2 years)`,
  },
  {
    id: 'lipids',
    kind: 'repeat',
    label: 'Lipids',
    age: { from: 40, to: 75 },
    counts: [{ measure: 'lipids', months: 60 }],
    source: uspstf('Statin Use for Primary Prevention (lipids 40 to 75, every 5 years)', '2022'),
  },
  {
    id: 'influenza',
    kind: 'repeat',
    label: 'Influenza vaccine',
    age: { from: 1, to: 120 },
    counts: [{ measure: 'influenza', months: 12 }],
    source: `${adult}; ${child}: every year`,
  },
  {
    id: 'td',
    kind: 'repeat',
    label: 'Tetanus and diphtheria (Td or Tdap)',
    age: { from: 19, to: 120 },
    counts: [{ measure: 'td', months: 120 }],
    source: `${adult}: every 10 years`,
  },
  {
    id: 'zoster',
    kind: 'doses',
    label: 'Zoster vaccine',
    age: { from: 50, to: 120 },
    measure: 'zoster',
    doses: 2,
    source: adult,
  },
  {
    id: 'pneumo',
    kind: 'series',
    label: 'Pneumococcal vaccine',
    age: { from: 65, to: 120 },
    complete: [['pneumo-20-21'], ['pneumo-13-15', 'pneumo-23']],
    counts: [
      { measure: 'pneumo-20-21' },
      { measure: 'pneumo-13-15' },
      { measure: 'pneumo-23' },
      { measure: 'pneumo-other' },
    ],
    source: `${adult} (PCV20 or PCV21, or PCV15 with PPSV23; PCV13 with PPSV23 of before); MMWR 2024;73:793 (PCV21)`,
  },
  {
    id: 'rsv',
    kind: 'doses',
    label: 'RSV vaccine',
    age: { from: 75, to: 120 },
    measure: 'rsv',
    doses: 1,
    source: adult,
  },
  { id: 'tdap', kind: 'doses', label: 'Tdap', age: { from: 11, to: 18 }, measure: 'tdap', doses: 1, source: child },
  {
    id: 'hpv',
    kind: 'doses',
    label: 'HPV vaccine',
    age: { from: 11, to: 26 },
    measure: 'hpv',
    doses: 2,
    source: child,
  },
  {
    id: 'mening-acwy',
    kind: 'doses',
    label: 'Meningococcal ACWY vaccine',
    age: { from: 11, to: 15 },
    measure: 'mening-acwy',
    doses: 1,
    source: child,
  },
  {
    id: 'mmr-1',
    kind: 'doses',
    label: 'MMR, first dose',
    age: { from: 1, to: 5 },
    measure: 'mmr',
    doses: 1,
    source: child,
  },
  {
    id: 'mmr-2',
    kind: 'doses',
    label: 'MMR, 2 doses',
    age: { from: 6, to: 18 },
    measure: 'mmr',
    doses: 2,
    source: child,
  },
  {
    id: 'varicella-1',
    kind: 'doses',
    label: 'Varicella, first dose',
    age: { from: 1, to: 5 },
    measure: 'varicella',
    doses: 1,
    source: child,
  },
  {
    id: 'varicella-2',
    kind: 'doses',
    label: 'Varicella, 2 doses',
    age: { from: 6, to: 18 },
    measure: 'varicella',
    doses: 2,
    source: child,
  },
  {
    id: 'dtap-4',
    kind: 'doses',
    label: 'DTaP, 4 doses',
    age: { from: 2, to: 5 },
    measure: 'dtap',
    doses: 4,
    source: child,
  },
  {
    id: 'polio-3',
    kind: 'doses',
    label: 'Polio, 3 doses',
    age: { from: 2, to: 5 },
    measure: 'polio',
    doses: 3,
    source: child,
  },
  {
    id: 'polio-4',
    kind: 'doses',
    label: 'Polio, 4 doses',
    age: { from: 6, to: 17 },
    measure: 'polio',
    doses: 4,
    source: child,
  },
  {
    id: 'hepatitis-b',
    kind: 'doses',
    label: 'Hepatitis B, 3 doses',
    age: { from: 2, to: 18 },
    measure: 'hepatitis-b',
    doses: 3,
    source: child,
  },
];
