/** One made-up patient: who it is, what it has had, and every visit since, as FHIR R4 resources. By seed and number alone. */
import { Chance } from './chance.ts';
import { daysInYear, isoDay, isoMoment, workday } from './days.ts';
import { bySnomed, concept, term, type Resource } from './fhir.ts';
import { documentResources, familyResources, noteResource } from './documents.ts';
import { immunizationResources } from './immunizations.ts';
import { bodyOf, measure, measureResources, type Visit } from './measures.ts';
import { addressLine, givenNames, surname, telephone, type Sex } from './names.ts';
import { problems, type Drug, type Problem } from './problems.ts';
import { resultResources, type Sample } from './results.ts';

export interface MadePatient {
  readonly number: number;
  readonly given: readonly string[];
  readonly family: string;
  readonly sex: Sex;
  readonly birthDate: string;
  /** Ids of problems.ts that it has now. */
  readonly problems: readonly string[];
  readonly resources: readonly Resource[];
}

/** Years of visits that are in the record. */
const yearsKept = 6;
/** Weeks after birth. */
const wellChildWeeks = [1, 4, 9, 18, 26, 40, 54, 65, 78, 104, 130, 157, 209, 261, 313, 365, 417, 470, 522, 574, 626];
const clinicians = ['Dr. Sage Examplewood', 'Dr. Briony Mockfield', 'Nurse Rowan Testbrook'] as const;

export function madePatient(seed: string, number: number, today: number): MadePatient {
  const chance = new Chance(`${seed}/${number}`);
  const sex: Sex = chance.in(0.52) ? 'female' : 'male';
  const years = ageYears(chance);
  const bornDay = today - Math.floor(years * daysInYear) - 1;
  const given = givenNames(chance, sex);
  const family = surname(chance);
  const id = `demo-${String(number).padStart(4, '0')}`;
  const patient = { reference: `Patient/${id}` };

  const had = problems
    .filter((problem) => problem.sex === undefined || problem.sex === sex)
    .filter((problem) => years >= problem.from && problem.from < years && chance.in(problem.share))
    .map((problem) => episodeOf(problem, bornDay, years, today, chance))
    .filter((episode) => episode !== undefined);
  const now = had.filter(({ endDay }) => endDay === undefined).map(({ problem }) => problem.id);
  const body = bodyOf(chance, sex, bornDay, now);
  const visits = visitsOf(id, bornDay, years, today, had, chance);
  const treatedSince = had.find(({ problem }) => problem.id === 'hypertension')?.startDay;
  const oldCodesBefore = number % 3 === 0 ? today - 3 * daysInYear : 0;

  const resources: Resource[] = [
    {
      resourceType: 'Patient',
      id,
      identifier: [{ use: 'usual', type: term('v2-0203', 'MR', 'Medical record number'), value: recordNumber(number) }],
      active: true,
      name: [{ use: 'official', family, given }],
      gender: sex,
      birthDate: isoDay(bornDay),
      telecom: [{ system: 'phone', value: telephone(chance), use: 'mobile' }],
      address: [{ line: [addressLine(chance)], city: 'Sampleton', country: 'Nowhere' }],
    },
  ];
  for (const episode of had) resources.push(...episodeResources(id, patient, episode, chance));
  resources.push(...allergyResources(id, patient, bornDay, years, today, chance));
  for (const visit of visits) {
    resources.push(encounter(patient, visit, chance));
    const measured = measure(body, visit, treatedSince, chance);
    resources.push(...measureResources(patient, visit, measured, visit.day < oldCodesBefore));
  }
  for (const visit of visits.slice(-4)) resources.push(noteResource(patient, visit, now, chance));
  for (const sample of samplesOf(id, number, now, years, today, chance))
    resources.push(...resultResources(patient, sample, chance));
  resources.push(...immunizationResources(id, patient, { bornDay, years, today }, chance));
  resources.push(
    ...documentResources(id, patient, { number, years, today, name: `${given.join(' ')} ${family}` }, chance),
  );
  resources.push(...familyResources(id, patient, { years, today, number }, chance));
  return { number, given, family, sex, birthDate: isoDay(bornDay), problems: now, resources };
}

export function recordNumber(number: number): string {
  return `DEMO-${10_000 + number}`;
}

/** About as a small family practice has them. */
function ageYears(chance: Chance): number {
  const [low, high] = chance.pick([
    [0.2, 6],
    [6, 18],
    [18, 45],
    [18, 45],
    [45, 65],
    [45, 65],
    [65, 80],
    [65, 93],
  ] as const);
  return low + chance.fraction() * (high - low);
}

interface Episode {
  readonly problem: Problem;
  readonly startDay: number;
  readonly endDay: number | undefined;
}

function episodeOf(
  problem: Problem,
  bornDay: number,
  years: number,
  today: number,
  chance: Chance,
): Episode | undefined {
  const last = Math.min(years, problem.to);
  if (last <= problem.from) return undefined;
  // Most things one goes to the doctor for now began in the years that are kept.
  const earliest = Math.max(problem.from, last - 12);
  const startDay = workday(bornDay + Math.floor((earliest + chance.fraction() * (last - earliest)) * daysInYear) - 7);
  if (problem.lasts === undefined) return { problem, startDay, endDay: undefined };
  const endDay = startDay + Math.ceil(problem.lasts * daysInYear);
  return { problem, startDay, endDay: endDay < today ? endDay : undefined };
}

function episodeResources(
  id: string,
  patient: { readonly reference: string },
  { problem, startDay, endDay }: Episode,
  chance: Chance,
): readonly Resource[] {
  const over = endDay === undefined ? {} : { abatementDateTime: isoDay(endDay) };
  const condition: Resource = {
    resourceType: 'Condition',
    id: `${id}-${problem.id}`,
    clinicalStatus: term('condition-clinical', endDay === undefined ? 'active' : 'resolved'),
    verificationStatus: term('condition-ver-status', 'confirmed'),
    category: [term('condition-category', 'problem-list-item', 'Problem List Item')],
    code: bySnomed(problem.code, problem.name),
    subject: patient,
    onsetDateTime: isoDay(startDay),
    ...over,
    recordedDate: isoMoment(startDay, 600),
  };
  const drugs = chance.pick(problem.drugs);
  return [
    condition,
    ...drugs.map((drug, i) => order(`${id}-${problem.id}-drug-${i}`, patient, problem, drug, startDay, endDay)),
  ];
}

function order(
  id: string,
  patient: { readonly reference: string },
  problem: Problem,
  drug: Drug,
  startDay: number,
  endDay: number | undefined,
): Resource {
  const text = `${drug.amount} ${drug.unit} ${drug.timing}${drug.asNeeded === true ? ' as needed' : ''}`;
  return {
    resourceType: 'MedicationRequest',
    id,
    status: endDay === undefined ? 'active' : 'completed',
    intent: 'order',
    medicationCodeableConcept:
      drug.rxnorm === undefined
        ? { text: drug.name }
        : concept('http://www.nlm.nih.gov/research/umls/rxnorm', drug.rxnorm, drug.name),
    subject: patient,
    authoredOn: isoMoment(startDay, 610),
    requester: { display: clinicians[0] },
    reasonCode: [{ text: problem.name }],
    dosageInstruction: [
      {
        text,
        timing: { code: { text: drug.timing } },
        ...(drug.asNeeded === true ? { asNeededBoolean: true } : {}),
        doseAndRate: [{ doseQuantity: { value: drug.amount, unit: drug.unit } }],
      },
    ],
  };
}

interface KnownAllergy {
  readonly code: string;
  readonly name: string;
  readonly reaction: string;
  readonly grave: boolean;
  /** Years of age from which somebody may have it. */
  readonly from: number;
}

const allergies: readonly KnownAllergy[] = [
  { code: '91936005', name: 'Allergy to penicillin', reaction: 'Skin rash', grave: true, from: 2 },
  { code: '91935009', name: 'Allergy to peanuts', reaction: 'Swelling of the lips', grave: true, from: 1 },
  { code: '418689008', name: 'Allergy to grass pollen', reaction: 'Sneezing', grave: false, from: 5 },
  { code: '232350006', name: 'House dust mite allergy', reaction: 'Blocked nose', grave: false, from: 3 },
  { code: '300916003', name: 'Latex allergy', reaction: 'Hives', grave: false, from: 16 },
];

function allergyResources(
  id: string,
  patient: { readonly reference: string },
  bornDay: number,
  years: number,
  today: number,
  chance: Chance,
): readonly Resource[] {
  const recorded = isoMoment(workday(today - chance.whole(100, 170)), 600);
  if (chance.in(0.25) && years > 1) {
    const none = { code: '716186003', name: 'No known allergy', reaction: '', grave: false, from: 0 };
    return [allergy(`${id}-allergy-none`, patient, none, undefined, recorded)];
  }
  const has = allergies.filter(({ from }) => years > from + 1 && chance.in(0.13));
  return has.map((one, i) => {
    const onset = isoDay(bornDay + Math.floor((one.from + chance.fraction() * (years - one.from - 0.6)) * daysInYear));
    return allergy(`${id}-allergy-${i}`, patient, one, onset.slice(0, 4), recorded);
  });
}

function allergy(
  id: string,
  patient: { readonly reference: string },
  { code, name, reaction, grave }: KnownAllergy,
  onset: string | undefined,
  recordedDate: string,
): Resource {
  return {
    resourceType: 'AllergyIntolerance',
    id,
    clinicalStatus: term('allergyintolerance-clinical', 'active'),
    verificationStatus: term('allergyintolerance-verification', 'confirmed'),
    ...(reaction === '' ? {} : { criticality: grave ? 'high' : 'low' }),
    code: bySnomed(code, name),
    patient,
    ...(onset === undefined ? {} : { onsetDateTime: onset }),
    recordedDate,
    ...(reaction === ''
      ? {}
      : { reaction: [{ manifestation: [{ text: reaction }], severity: grave ? 'severe' : 'mild' }] }),
  };
}

function visitsOf(
  id: string,
  bornDay: number,
  years: number,
  today: number,
  had: readonly Episode[],
  chance: Chance,
): readonly Visit[] {
  const visit = (day: number, kind: Visit['kind'], reason?: string): Omit<Visit, 'encounter'> => ({
    ...{ day: workday(day), kind, minute: 480 + chance.whole(0, 30) * 15 },
    ...(reason === undefined ? {} : { reason }),
  });
  const found: Omit<Visit, 'encounter'>[] = [];
  if (years < 18) {
    for (const weeks of wellChildWeeks) found.push(visit(bornDay + weeks * 7 + chance.whole(0, 6), 'well-child'));
    for (let age = 13; age < years; age++) found.push(visit(bornDay + age * 365 + chance.whole(0, 60), 'well-child'));
  } else {
    const chronic = had.some(({ problem, endDay }) => problem.watched !== undefined && endDay === undefined);
    const every = chronic ? 182 : 365;
    const first = Math.max(today - yearsKept * 365, bornDay + 18 * 366);
    for (let day = first + chance.whole(0, every); day < today; day += every + chance.whole(-20, 20))
      found.push(visit(day, chronic ? 'follow-up' : 'check-up'));
  }
  for (const { problem, startDay } of had)
    if (startDay > today - yearsKept * 365 || years < 18) found.push(visit(startDay, 'problem', problem.name));
  const past = found.filter(({ day }) => day < today && day > bornDay).sort((a, b) => a.day - b.day);
  return past
    .filter(({ day }, i) => i === 0 || day - (past[i - 1]?.day ?? 0) > 2)
    .map((one, i) => ({ ...one, encounter: `${id}-visit-${i}` }));
}

const visitTypes: Readonly<Record<Visit['kind'], readonly [string, string]>> = {
  'check-up': ['185349003', 'Check up'],
  'follow-up': ['390906007', 'Follow-up encounter'],
  problem: ['185347001', 'Encounter for problem'],
  'well-child': ['410620009', 'Well child visit'],
};

function encounter(patient: { readonly reference: string }, visit: Visit, chance: Chance): Resource {
  const [code, words] = visitTypes[visit.kind];
  return {
    resourceType: 'Encounter',
    id: visit.encounter,
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    type: [bySnomed(code, words)],
    subject: patient,
    participant: [{ individual: { display: chance.pick(clinicians) } }],
    period: { start: isoMoment(visit.day, visit.minute), end: isoMoment(visit.day, visit.minute + 20) },
    ...(visit.reason === undefined ? {} : { reasonCode: [{ text: visit.reason }] }),
  };
}

/** What is watched is taken twice a year (sugar, clotting) or once; and for some there is something from these days. */
function samplesOf(
  id: string,
  number: number,
  now: readonly string[],
  years: number,
  today: number,
  chance: Chance,
): readonly Sample[] {
  const watched = new Set(
    problems.filter((problem) => now.includes(problem.id)).flatMap((problem) => problem.watched ?? []),
  );
  if (years >= 40) watched.add('lipids');
  const samples: Sample[] = [...watched].flatMap((panel) => {
    const every = panel === 'sugar' || panel === 'clotting' ? 182 : 365;
    const days: number[] = [];
    const first = today - 5 * 365 + chance.whole(0, every);
    for (let day = first; day < today - 30; day += every) days.push(workday(day + chance.whole(-8, 8)));
    return days.map((day, i) => ({ id: `${id}-${panel}-${i}`, day, panel, problems: now }));
  });
  const isRecent = years >= 18 && number % 9 === 4;
  if (!isRecent) return samples;
  const panel = number % 27 === 4 ? 'kidney' : ([...watched][0] ?? 'blood');
  const day = workday(today - 4 - (number % 3)) - 1;
  const special =
    number % 27 === 4 ? { critical: true as const } : number % 18 === 4 ? { corrected: true as const } : {};
  return [...samples, { id: `${id}-${panel}-recent`, day, panel, problems: now, ...special }];
}
