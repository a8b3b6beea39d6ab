/**
 * What the made-up laboratory measures: the panels, each test's unit and reference range (usual ranges of adults, as laboratories print
 * them), what the problems do to it, and where a value is one to telephone about.
 */
import { byLoinc } from './fhir.ts';

export interface Test {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly ucum: string;
  readonly low?: number;
  readonly high?: number;
  /** Beyond these the laboratory calls. */
  readonly criticalLow?: number;
  readonly criticalHigh?: number;
  readonly decimals: number;
  /** Mean and deviation in who has nothing. */
  readonly usual: readonly [number, number];
  /** The mean of who has the problem. */
  readonly with?: Readonly<Record<string, number>>;
}

export interface Panel {
  readonly id: string;
  readonly code: ReturnType<typeof byLoinc>;
  readonly tests: readonly Test[];
}

export const panels: readonly Panel[] = [
  {
    id: 'kidney',
    code: byLoinc('51990-0', 'Basic metabolic panel'),
    tests: [
      {
        ...{ code: '2951-2', name: 'Sodium', unit: 'mmol/L', ucum: 'mmol/L', low: 135, high: 145, decimals: 0 },
        ...{ usual: [140, 2], criticalLow: 120, criticalHigh: 160 },
      },
      {
        ...{ code: '2823-3', name: 'Potassium', unit: 'mmol/L', ucum: 'mmol/L', low: 3.5, high: 5.1, decimals: 1 },
        ...{ usual: [4.2, 0.3], with: { kidney: 4.9 }, criticalLow: 2.8, criticalHigh: 6.2 },
      },
      {
        ...{ code: '2160-0', name: 'Creatinine', unit: 'mg/dL', ucum: 'mg/dL', low: 0.6, high: 1.2, decimals: 2 },
        ...{ usual: [0.9, 0.12], with: { kidney: 1.6 } },
      },
      {
        ...{ code: '33914-3', name: 'Estimated GFR', unit: 'mL/min/1.73 m²', ucum: 'mL/min/{1.73_m2}', low: 60 },
        ...{ decimals: 0, usual: [88, 9], with: { kidney: 46 } },
      },
    ],
  },
  {
    id: 'sugar',
    code: byLoinc('4548-4', 'Hemoglobin A1c'),
    tests: [
      {
        ...{ code: '4548-4', name: 'Hemoglobin A1c', unit: '%', ucum: '%', low: 4, high: 5.6, decimals: 1 },
        ...{ usual: [5.3, 0.2], with: { diabetes: 7.4 } },
      },
      {
        ...{ code: '2345-7', name: 'Glucose', unit: 'mg/dL', ucum: 'mg/dL', low: 70, high: 99, decimals: 0 },
        ...{ usual: [90, 6], with: { diabetes: 152 }, criticalLow: 50, criticalHigh: 400 },
      },
    ],
  },
  {
    id: 'lipids',
    code: byLoinc('57698-3', 'Lipid panel'),
    tests: [
      {
        ...{ code: '2093-3', name: 'Total cholesterol', unit: 'mg/dL', ucum: 'mg/dL', high: 200, decimals: 0 },
        ...{ usual: [178, 18], with: { lipids: 224 } },
      },
      {
        ...{ code: '18262-6', name: 'LDL cholesterol', unit: 'mg/dL', ucum: 'mg/dL', high: 130, decimals: 0 },
        ...{ usual: [104, 14], with: { lipids: 146 } },
      },
      {
        ...{ code: '2085-9', name: 'HDL cholesterol', unit: 'mg/dL', ucum: 'mg/dL', low: 40, decimals: 0 },
        ...{ usual: [54, 7], with: { lipids: 45 } },
      },
      {
        ...{ code: '2571-8', name: 'Triglycerides', unit: 'mg/dL', ucum: 'mg/dL', high: 150, decimals: 0 },
        ...{ usual: [112, 20], with: { lipids: 176 } },
      },
    ],
  },
  {
    id: 'blood',
    code: byLoinc('58410-2', 'Complete blood count'),
    tests: [
      {
        ...{ code: '718-7', name: 'Hemoglobin', unit: 'g/dL', ucum: 'g/dL', low: 12, high: 17, decimals: 1 },
        ...{ usual: [13.9, 0.7], with: { anemia: 10.4, pregnancy: 11.6, kidney: 11.8 }, criticalLow: 7 },
      },
      {
        ...{ code: '6690-2', name: 'Leukocytes', unit: '10*3/µL', ucum: '10*3/uL', low: 4, high: 11, decimals: 1 },
        usual: [6.8, 1.1],
      },
      {
        ...{ code: '777-3', name: 'Platelets', unit: '10*3/µL', ucum: '10*3/uL', low: 150, high: 400, decimals: 0 },
        ...{ usual: [248, 35], criticalLow: 30 },
      },
    ],
  },
  {
    id: 'iron',
    code: byLoinc('2276-4', 'Ferritin'),
    tests: [
      {
        ...{ code: '2276-4', name: 'Ferritin', unit: 'ng/mL', ucum: 'ng/mL', low: 15, high: 150, decimals: 0 },
        ...{ usual: [62, 15], with: { anemia: 8 } },
      },
    ],
  },
  {
    id: 'thyroid',
    code: byLoinc('3016-3', 'Thyrotropin (TSH)'),
    tests: [
      {
        ...{
          code: '3016-3',
          name: 'Thyrotropin (TSH)',
          unit: 'mIU/L',
          ucum: 'm[IU]/L',
          low: 0.4,
          high: 4.5,
          decimals: 2,
        },
        ...{ usual: [1.9, 0.5], with: { thyroid: 4.2 } },
      },
    ],
  },
  {
    id: 'clotting',
    code: byLoinc('6301-6', 'INR'),
    tests: [
      {
        ...{ code: '6301-6', name: 'INR', unit: '', ucum: '1', low: 0.8, high: 1.2, decimals: 1 },
        ...{ usual: [1, 0.06], with: { fibrillation: 2.4 }, criticalHigh: 5 },
      },
    ],
  },
];
