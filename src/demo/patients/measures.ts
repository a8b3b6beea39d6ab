/**
 * What is measured at a visit. Children grow along a curve of their own on the CDC's charts (clinical/growth), so that their plots
 * look like those of children; adults keep their height and change their weight slowly.
 */
import { growthCurves, type GrowthMeasure } from '../../clinical/growth/percentile.ts';
import type { Chance } from './chance.ts';
import { daysInYear, isoMoment } from './days.ts';
import { byLoinc, quantity, rounded, term, type Resource } from './fhir.ts';
import type { Sex } from './names.ts';

export interface Body {
  readonly sex: Sex;
  readonly bornDay: number;
  /** Of a child: where among its age it is. Of an adult: kg/m², and its change a year. */
  readonly percentile: number;
  readonly bodyMass: number;
  readonly gainAYear: number;
  readonly heightCm: number;
  readonly hasHypertension: boolean;
}

export interface Visit {
  readonly day: number;
  readonly minute: number;
  readonly kind: 'check-up' | 'follow-up' | 'problem' | 'well-child';
  readonly reason?: string;
  readonly encounter: string;
}

const grownAtYears = 18;

export function bodyOf(chance: Chance, sex: Sex, bornDay: number, problems: readonly string[]): Body {
  return {
    ...{ sex, bornDay },
    percentile: chance.pick([10, 25, 40, 50, 60, 75, 90]),
    bodyMass: Math.min(40, Math.max(18, chance.normal(problems.includes('diabetes') ? 30 : 26, 3.2))),
    gainAYear: chance.normal(0.1, 0.25),
    heightCm: Math.round(chance.normal(sex === 'female' ? 164 : 177, 6)),
    hasHypertension: problems.includes('hypertension'),
  };
}

export interface Measured {
  readonly systolic?: number;
  readonly diastolic?: number;
  readonly weight: number;
  readonly height?: number;
  readonly heart: number;
  readonly respiration?: number;
  readonly temperature?: number;
  readonly oxygen?: number;
  readonly head?: number;
}

export function measure(body: Body, visit: Visit, treatedSince: number | undefined, chance: Chance): Measured {
  const years = (visit.day - body.bornDay) / daysInYear;
  const isSick = visit.kind === 'problem';
  const common = {
    heart: Math.round(chance.normal(years < 1 ? 130 : years < 6 ? 104 : years < 14 ? 86 : 73, years < 6 ? 7 : 6)),
    ...(isSick ? { temperature: rounded(chance.normal(37.7, 0.5), 1), respiration: chance.whole(15, 20) } : {}),
    ...(isSick && years > 1 ? { oxygen: chance.whole(95, 99) } : {}),
  };
  if (years < grownAtYears) return { ...common, ...childMeasures(body, years * 12, chance) };
  const treated = treatedSince !== undefined && visit.day > treatedSince + 60;
  const usual = 112 + 0.22 * (years - 18) + (body.hasHypertension ? (treated ? 9 : 26) : 0);
  const systolic = Math.round(chance.normal(usual, 6));
  const massIndex = Math.max(17, body.bodyMass + body.gainAYear * (years - 40) * 0.3 + chance.normal(0, 0.25));
  return {
    ...common,
    systolic,
    diastolic: Math.min(systolic - 25, Math.round(chance.normal(44 + systolic * 0.26, 4))),
    weight: rounded(massIndex * (body.heightCm / 100) ** 2, 1),
    height: body.heightCm,
  };
}

function childMeasures({ sex, percentile }: Body, months: number, chance: Chance): Omit<Measured, 'heart'> {
  const along = (measure: Exclude<GrowthMeasure, 'weight-for-height'>, share: number): number =>
    onCurve(measure, sex, months, percentile) * (1 + chance.normal(0, share));
  const pressure = months < 36 ? {} : { systolic: Math.round(chance.normal(86 + months * 0.13, 4)) };
  return {
    weight: rounded(along('weight', 0.012), months < 24 ? 2 : 1),
    height: rounded(along('height', 0.003), 1),
    ...(months < 25 ? { head: rounded(along('head-circumference', 0.004), 1) } : {}),
    ...pressure,
    ...(pressure.systolic === undefined ? {} : { diastolic: Math.round(pressure.systolic * 0.61) }),
  };
}

type Curve = readonly (readonly [number, number])[];
const curves = new Map<string, Curve>();

/** The value at this age, read off the curve between two of its points; drawn closely where children grow fast. */
function onCurve(
  measure: Exclude<GrowthMeasure, 'weight-for-height'>,
  sex: Sex,
  months: number,
  percentile: number,
): number {
  const isInfant = months < 24;
  const name = `${measure}/${sex}/${percentile}/${String(isInfant)}`;
  const range = isInfant ? { fromMonths: 0, toMonths: 23.9 } : { fromMonths: 24, toMonths: 228 };
  const curve = curves.get(name) ?? growthCurves(measure, sex, range, [percentile]).curves[0]?.points ?? [];
  curves.set(name, curve);
  const next = curve.findIndex(([at]) => at >= months);
  const after = curve.at(next);
  const before = curve[Math.max(0, next - 1)];
  if (after === undefined || before === undefined) throw new Error(`the ${measure} curve reaches ${months} months`);
  if (after[0] === before[0]) return after[1];
  return before[1] + ((months - before[0]) / (after[0] - before[0])) * (after[1] - before[1]);
}

/** One Observation a sign, the blood pressure as one panel; `oldCodes`: as systems of 2019 wrote that. */
export function measureResources(
  patient: { readonly reference: string },
  visit: Visit,
  measured: Measured,
  oldCodes: boolean,
): readonly Resource[] {
  const at = isoMoment(visit.day, visit.minute + 4);
  const observation = (name: string, code: ReturnType<typeof byLoinc>, value: object): Resource => ({
    resourceType: 'Observation',
    id: `${visit.encounter}-${name}`,
    status: 'final',
    category: [term('observation-category', 'vital-signs', 'Vital Signs')],
    code,
    subject: patient,
    encounter: { reference: `Encounter/${visit.encounter}` },
    effectiveDateTime: at,
    issued: at,
    ...value,
  });
  const single = (name: string, code: string, words: string, value: number | undefined, unit: string, shown = unit) =>
    value === undefined
      ? []
      : [observation(name, byLoinc(code, words), { valueQuantity: quantity(value, unit, shown) })];
  const { systolic, diastolic, weight, height } = measured;
  const mmHg = (value: number) => quantity(value, 'mm[Hg]', 'mmHg');
  const pressure =
    systolic === undefined || diastolic === undefined
      ? []
      : [
          observation('bp', byLoinc(oldCodes ? '55284-4' : '85354-9', 'Blood pressure'), {
            component: [
              { code: byLoinc('8480-6', 'Systolic blood pressure'), valueQuantity: mmHg(systolic) },
              { code: byLoinc('8462-4', 'Diastolic blood pressure'), valueQuantity: mmHg(diastolic) },
            ],
          }),
        ];
  const isInfant = measured.head !== undefined;
  const index = height === undefined || isInfant ? undefined : rounded(weight / (height / 100) ** 2, 1);
  return [
    ...pressure,
    ...single('hr', '8867-4', 'Heart rate', measured.heart, '/min'),
    ...single('rr', '9279-1', 'Respiratory rate', measured.respiration, '/min'),
    ...single('temp', '8310-5', 'Body temperature', measured.temperature, 'Cel', '°C'),
    ...single('spo2', '59408-5', 'Oxygen saturation', measured.oxygen, '%'),
    ...single('wt', '29463-7', 'Body weight', weight, 'kg'),
    ...single('ht', '8302-2', 'Body height', height, 'cm'),
    ...single('hc', '9843-4', 'Head circumference', measured.head, 'cm'),
    ...single('bmi', '39156-5', 'Body mass index', index, 'kg/m2', 'kg/m²'),
  ];
}
