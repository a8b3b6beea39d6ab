/** What is written about a made-up patient: notes, letters, the family's history, habits, what is booked. */
import type { Chance } from './chance.ts';
import { isoDay, isoMoment, workday } from './days.ts';
import { byLoinc, bySnomed, term, type Resource } from './fhir.ts';
import { pdfFile, textFile } from './letters.ts';
import type { Visit } from './measures.ts';
import { problems } from './problems.ts';

const subjective: Readonly<Record<Visit['kind'], readonly string[]>> = {
  'check-up': ['Feels well. Sleeps well. No complaints.', 'Here for the yearly check. Walks half an hour a day.'],
  'follow-up': ['Takes the medicines as agreed. No side effects noticed.', 'Forgot the evening dose twice this month.'],
  problem: [
    'Comes because of the complaint above; began a few days ago.',
    'Symptoms since the weekend, getting better.',
  ],
  'well-child': [
    'Eats, sleeps and plays well. Parents have no worries.',
    'Growing as expected. Speaks more every week.',
  ],
};

export function noteResource(
  subject: { readonly reference: string },
  visit: Visit,
  now: readonly string[],
  chance: Chance,
): Resource {
  const names = problems.filter(({ id }) => now.includes(id)).map(({ name }) => name);
  const plan = names.length === 0 ? 'Come back if anything changes.' : `Go on with the plan for ${names.join(', ')}.`;
  return {
    resourceType: 'ClinicalImpression',
    id: `${visit.encounter}-note`,
    status: 'completed',
    description: visit.reason ?? (visit.kind === 'well-child' ? 'Well child visit' : 'Visit'),
    subject,
    encounter: { reference: `Encounter/${visit.encounter}` },
    date: isoMoment(visit.day, visit.minute + 18),
    assessor: { display: 'Dr. Sage Examplewood' },
    summary: `${chance.pick(subjective[visit.kind])}\n\nExamination as expected for the age.\n\n${plan}`,
  };
}

interface Whom {
  readonly number: number;
  readonly years: number;
  readonly today: number;
  readonly name: string;
}

export function documentResources(
  id: string,
  subject: { readonly reference: string },
  { number, years, today, name }: Whom,
  chance: Chance,
): readonly Resource[] {
  if (number % 3 !== 1 || years < 2) return [];
  const day = workday(today - chance.whole(20, 400));
  const lines = [
    'SPECIMEN HOSPITAL - DEMONSTRATION ONLY, NO REAL PERSON',
    '',
    `Letter about ${name}`,
    `Seen on ${isoDay(day)}`,
    '',
    'Thank you for sending this patient to us.',
    'We found nothing that needs treatment now.',
    'We suggest to repeat the examination in a year.',
    '',
    'Dr. Linden Pretendale',
  ];
  const isPdf = number % 2 === 0;
  const file = isPdf ? pdfFile(lines) : textFile(lines.join('\n'));
  return [
    {
      resourceType: 'DocumentReference',
      id: `${id}-letter`,
      status: 'current',
      type: byLoinc('34133-9', 'Summary of episode note'),
      subject,
      date: isoMoment(day, 700),
      author: [{ display: 'Specimen Hospital' }],
      description: 'Letter from the hospital',
      content: [{ attachment: { ...file, title: isPdf ? 'letter.pdf' : 'letter.txt' } }],
    },
  ];
}

const familyProblems = [
  ['44054006', 'Diabetes mellitus type 2'],
  ['38341003', 'Hypertension'],
  ['254837009', 'Breast cancer'],
  ['22298006', 'Myocardial infarction'],
] as const;

export function familyResources(
  id: string,
  subject: { readonly reference: string },
  { years, today, number }: { readonly years: number; readonly today: number; readonly number: number },
  chance: Chance,
): readonly Resource[] {
  const found: Resource[] = [];
  if (chance.in(0.4)) {
    const [code, name] = chance.pick(familyProblems);
    const [role, words] = chance.pick([
      ['MTH', 'mother'],
      ['FTH', 'father'],
    ] as const);
    // A father's breast cancer would be read twice.
    const [shownCode, shownName] = role === 'FTH' && code === '254837009' ? familyProblems[1] : [code, name];
    found.push({
      resourceType: 'FamilyMemberHistory',
      id: `${id}-family`,
      status: 'completed',
      patient: subject,
      relationship: term('v3-RoleCode', role, words),
      condition: [{ code: bySnomed(shownCode, shownName) }],
    });
  }
  if (years >= 16) {
    const [code, words] = chance.pick([
      ['266919005', 'Never smoked tobacco'],
      ['266919005', 'Never smoked tobacco'],
      ['8517006', 'Ex-smoker'],
      ['77176002', 'Smoker'],
    ] as const);
    const day = workday(today - chance.whole(10, 300));
    found.push({
      resourceType: 'Observation',
      id: `${id}-smoking`,
      status: 'final',
      category: [term('observation-category', 'social-history', 'Social History')],
      code: byLoinc('72166-2', 'Tobacco smoking status'),
      subject,
      effectiveDateTime: isoMoment(day, 540),
      issued: isoMoment(day, 540),
      valueCodeableConcept: bySnomed(code, words),
    });
  }
  if (number % 5 === 0) {
    const day = workday(today + 1 + chance.whole(0, 20));
    const start = 480 + chance.whole(0, 30) * 15;
    found.push({
      resourceType: 'Appointment',
      id: `${id}-appointment`,
      status: 'booked',
      description: 'Follow-up',
      start: isoMoment(day, start),
      end: isoMoment(day, start + 15),
      participant: [
        { actor: subject, status: 'accepted' },
        { actor: { display: 'Dr. Sage Examplewood' }, status: 'accepted' },
      ],
    });
  }
  return found;
}
