/**
 * What is called normal of an adult's vital signs, as a band behind a plot. Not a judgement of a value: a band says what a published
 * source calls normal, and names it. Signs without a row have no band.
 */
import type { VitalKind } from './vital-kinds.ts';

export interface VitalBand {
  /** In the unit of the sign; a side left out is open. */
  readonly low?: number;
  readonly high?: number;
  readonly source: string;
}

/** Years: from here on the bands hold. */
export const adultFromYears = 20;

const pressureSource =
  'Whelton PK et al., 2017 ACC/AHA blood pressure guideline, Table 6: normal under 120 and under 80 mmHg';

const bands: Readonly<Partial<Record<VitalKind, VitalBand>>> = {
  systolic: { high: 120, source: pressureSource },
  diastolic: { high: 80, source: pressureSource },
  'heart-rate': { low: 60, high: 100, source: 'American Heart Association: resting heart rate of adults 60 to 100' },
  bmi: { low: 18.5, high: 25, source: 'CDC, adult BMI categories: healthy weight 18.5 to under 25' },
};

export function adultBand(kind: VitalKind): VitalBand | undefined {
  return bands[kind];
}
