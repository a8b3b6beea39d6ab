/** Results of the made-up laboratory: a report with its tests, flagged as a laboratory flags, sometimes corrected. */
import type { Chance } from './chance.ts';
import { isoMoment } from './days.ts';
import { byLoinc, quantity, rounded, term, type Resource } from './fhir.ts';
import { panels, type Panel, type Test } from './laboratory.ts';

export interface Sample {
  readonly id: string;
  readonly day: number;
  readonly panel: string;
  /** What the patient has that moves the values. */
  readonly problems: readonly string[];
  /** The first test that has such a limit comes out beyond it. */
  readonly critical?: true;
  /** The first value was wrong at first, and both are there. */
  readonly corrected?: true;
}

export function resultResources(
  patient: { readonly reference: string },
  sample: Sample,
  chance: Chance,
): readonly Resource[] {
  const panel = panels.find(({ id }) => id === sample.panel);
  if (panel === undefined) throw new Error(`there is no panel ${sample.panel}`);
  const callAbout = sample.critical
    ? panel.tests.find(({ criticalHigh, criticalLow }) => (criticalHigh ?? criticalLow) !== undefined)
    : undefined;
  const observations = panel.tests.map((test, i) => {
    const value = test === callAbout ? beyond(test, chance) : valueOf(test, sample.problems, chance);
    return observation(patient, sample, `${sample.id}-${i}`, test, value, 'final', 420);
  });
  const [first] = panel.tests;
  const correction =
    sample.corrected !== true || first === undefined
      ? []
      : [
          {
            ...observation(
              ...([patient, sample, `${sample.id}-0-corrected`, first] as const),
              ...([rounded(first.usual[0], first.decimals), 'corrected', 600] as const),
            ),
            extension: [
              {
                url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces',
                valueReference: { reference: `Observation/${sample.id}-0` },
              },
            ],
          },
        ];
  const all = [...observations, ...correction];
  return [...all, report(patient, sample, panel, all)];
}

function valueOf(test: Test, problems: readonly string[], chance: Chance): number {
  const [mean, deviation] = test.usual;
  const moved = problems.map((problem) => test.with?.[problem]).find((value) => value !== undefined);
  const spread = moved === undefined ? deviation : deviation * 1.5;
  const value = chance.normal(moved ?? mean, spread);
  // Never negative, and never by mere chance one to telephone about.
  const least = (test.criticalLow ?? 0) + 10 ** -test.decimals;
  const most = test.criticalHigh === undefined ? Infinity : test.criticalHigh - 10 ** -test.decimals;
  return rounded(Math.min(most, Math.max(least, value)), test.decimals);
}

function beyond(test: Test, chance: Chance): number {
  const step = 10 ** -test.decimals;
  return test.criticalHigh === undefined
    ? rounded((test.criticalLow ?? 0) - step * chance.whole(2, 6), test.decimals)
    : rounded(test.criticalHigh + step * chance.whole(2, 6), test.decimals);
}

function judged(test: Test, value: number) {
  const { low = -Infinity, high = Infinity, criticalLow = -Infinity, criticalHigh = Infinity } = test;
  if (value <= criticalLow) return term('v3-ObservationInterpretation', 'LL', 'Critical low');
  if (value >= criticalHigh) return term('v3-ObservationInterpretation', 'HH', 'Critical high');
  if (value < low) return term('v3-ObservationInterpretation', 'L', 'Low');
  if (value > high) return term('v3-ObservationInterpretation', 'H', 'High');
  return undefined;
}

function observation(
  patient: { readonly reference: string },
  sample: Sample,
  id: string,
  test: Test,
  value: number,
  status: 'final' | 'corrected',
  issuedAt: number,
): Resource {
  const flag = judged(test, value);
  const amount = (number: number) => quantity(number, test.ucum, test.unit);
  return {
    resourceType: 'Observation',
    id,
    status,
    category: [term('observation-category', 'laboratory', 'Laboratory')],
    code: byLoinc(test.code, test.name),
    subject: patient,
    effectiveDateTime: isoMoment(sample.day, 500),
    issued: isoMoment(sample.day + 1, issuedAt),
    valueQuantity: amount(value),
    ...(flag === undefined ? {} : { interpretation: [flag] }),
    referenceRange: [
      {
        ...(test.low === undefined ? {} : { low: amount(test.low) }),
        ...(test.high === undefined ? {} : { high: amount(test.high) }),
      },
    ],
  };
}

function report(
  patient: { readonly reference: string },
  sample: Sample,
  panel: Panel,
  observations: readonly Resource[],
): Resource {
  return {
    resourceType: 'DiagnosticReport',
    id: `${sample.id}-report`,
    status: sample.corrected === true ? 'corrected' : 'final',
    category: [term('v2-0074', 'LAB', 'Laboratory')],
    code: panel.code,
    subject: patient,
    effectiveDateTime: isoMoment(sample.day, 500),
    issued: isoMoment(sample.day + 1, 660),
    result: observations.map(({ id }) => ({ reference: `Observation/${id}` })),
  };
}
