/** Vaccinations of a made-up patient, by the calendars of vaccines.ts; now and then one is missing or was refused. */
import type { Chance } from './chance.ts';
import { daysInYear, isoDay, workday } from './days.ts';
import { byCvx, term, type Resource } from './fhir.ts';
import { childDoses, influenza, pneumococcal, tetanus, zoster } from './vaccines.ts';

interface Life {
  readonly bornDay: number;
  readonly years: number;
  readonly today: number;
}

export function immunizationResources(
  id: string,
  patient: { readonly reference: string },
  { bornDay, years, today }: Life,
  chance: Chance,
): readonly Resource[] {
  const given: { readonly day: number; readonly cvx: string; readonly name: string }[] = [];
  if (years < 19) {
    for (const { weeks, ...vaccine } of childDoses)
      if (chance.in(0.95)) given.push({ ...vaccine, day: bornDay + weeks * 7 + chance.whole(0, 10) });
  } else {
    const lastTetanus = Math.floor(chance.fraction() * 10 * daysInYear);
    if (years > 21)
      given.push({ ...tetanus, day: today - Math.min(lastTetanus, Math.floor((years - 19) * daysInYear)) });
    if (years > 66 && chance.in(0.7)) given.push({ ...pneumococcal, day: today - chance.whole(60, 330) });
    if (years > 54 && chance.in(0.5)) given.push({ ...zoster, day: today - chance.whole(60, 1_200) });
  }
  const wants = years > 65 ? 0.8 : 0.4;
  for (let before = 0; before < 5; before++) {
    // In October; this year's only when that has been.
    const october = today - ((today - 288) % 365) - before * 365 + chance.whole(0, 30);
    if ((october - bornDay) / daysInYear > 1 && chance.in(wants)) given.push({ ...influenza, day: october });
  }
  const past = given
    .map((dose) => ({ ...dose, day: workday(dose.day) }))
    .filter(({ day }) => day < today && day >= bornDay);
  return past
    .sort((a, b) => a.day - b.day)
    .map(({ day, cvx, name }, i) => {
      const refused = chance.in(0.02);
      return {
        resourceType: 'Immunization',
        id: `${id}-dose-${i}`,
        status: refused ? 'not-done' : 'completed',
        ...(refused ? { statusReason: term('v3-ActReason', 'PATOBJ', 'Patient objection') } : {}),
        vaccineCode: byCvx(cvx, name),
        patient,
        occurrenceDateTime: isoDay(day),
        primarySource: true,
        ...(refused
          ? {}
          : {
              lotNumber: `DEMO-${chance.whole(100, 999)}`,
              ...(cvx === '119'
                ? { route: { text: 'by mouth' } }
                : { site: { text: years < 2 ? 'left thigh' : 'left arm' }, route: { text: 'intramuscular' } }),
            }),
      };
    });
}
