/**
 * What the made-up patients have: how often (a rounded figure of ordinary practice, for plausibility and no statistics), from what age,
 * of which sex, and what is usually taken for it. Codes as SNOMED CT and RxNorm have them; a drug whose code is not certain has its name alone.
 */
import type { Sex } from './names.ts';

export interface Drug {
  readonly name: string;
  readonly rxnorm?: string;
  readonly amount: number;
  readonly unit: string;
  readonly timing: string;
  readonly asNeeded?: true;
  /** Another strength that it may have been changed from. */
  readonly before?: number;
}

export interface Problem {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly sex?: Sex;
  /** Of those in the ages. */
  readonly share: number;
  /** Years; left out: it stays. */
  readonly lasts?: number;
  readonly drugs: readonly (readonly Drug[])[];
  /** Panels of laboratory.ts that are watched. */
  readonly watched?: readonly string[];
}

const tablet = (name: string, amount: number, timing: string, more: Partial<Drug> = {}): Drug => ({
  ...{ name, amount, unit: 'mg', timing },
  ...more,
});

export const problems: readonly Problem[] = [
  {
    ...{ id: 'hypertension', code: '38341003', name: 'Hypertension', from: 38, to: 110, share: 0.38 },
    drugs: [
      [tablet('Lisinopril 10 mg tablet', 10, 'once a day', { rxnorm: '314076', before: 5 })],
      [tablet('Amlodipine 5 mg tablet', 5, 'once a day', { rxnorm: '197361' })],
      [tablet('Losartan 50 mg tablet', 50, 'once a day', { before: 25 })],
    ],
    watched: ['kidney'],
  },
  {
    ...{ id: 'diabetes', code: '44054006', name: 'Diabetes mellitus type 2', from: 40, to: 110, share: 0.16 },
    drugs: [[tablet('Metformin 500 mg tablet', 500, 'twice a day', { before: 250 })]],
    watched: ['sugar', 'kidney'],
  },
  {
    ...{ id: 'lipids', code: '55822004', name: 'Hyperlipidemia', from: 40, to: 110, share: 0.3 },
    drugs: [[tablet('Atorvastatin 20 mg tablet', 20, 'every evening', { before: 10 })], []],
    watched: ['lipids'],
  },
  {
    ...{ id: 'asthma', code: '195967001', name: 'Asthma', from: 5, to: 70, share: 0.1 },
    drugs: [
      [
        {
          ...{ name: 'Albuterol 90 microgram inhaler', rxnorm: '745679', amount: 2, unit: 'puffs' },
          ...{ timing: 'every 6 hours', asNeeded: true },
        },
        { name: 'Fluticasone 44 microgram inhaler', rxnorm: '895994', amount: 2, unit: 'puffs', timing: 'twice a day' },
      ],
    ],
  },
  {
    ...{ id: 'thyroid', code: '40930008', name: 'Hypothyroidism', from: 28, to: 110, share: 0.07 },
    drugs: [
      [
        {
          ...{ name: 'Levothyroxine 75 microgram tablet', rxnorm: '966222', amount: 75, unit: 'microgram' },
          ...{ timing: 'every morning', before: 50 },
        },
      ],
    ],
    watched: ['thyroid'],
  },
  {
    ...{ id: 'fibrillation', code: '49436004', name: 'Atrial fibrillation', from: 62, to: 110, share: 0.12 },
    drugs: [
      [
        tablet('Warfarin 5 mg tablet', 5, 'every evening', { rxnorm: '855332' }),
        tablet('Metoprolol 50 mg tablet', 50, 'twice a day'),
      ],
      [tablet('Apixaban 5 mg tablet', 5, 'twice a day')],
    ],
    watched: ['clotting', 'kidney'],
  },
  {
    ...{ id: 'kidney', code: '433144002', name: 'Chronic kidney disease stage 3', from: 60, to: 110, share: 0.1 },
    drugs: [[]],
    watched: ['kidney', 'blood'],
  },
  {
    ...{ id: 'reflux', code: '235595009', name: 'Gastroesophageal reflux disease', from: 25, to: 110, share: 0.12 },
    drugs: [[tablet('Omeprazole 20 mg capsule', 20, 'every morning')]],
  },
  {
    ...{ id: 'depression', code: '35489007', name: 'Depressive disorder', from: 17, to: 100, share: 0.1, lasts: 4 },
    drugs: [[tablet('Sertraline 50 mg tablet', 50, 'once a day', { before: 25 })], []],
  },
  {
    ...{ id: 'joints', code: '396275006', name: 'Osteoarthritis', from: 52, to: 110, share: 0.25 },
    drugs: [
      [tablet('Acetaminophen 325 mg tablet', 650, 'every 6 hours', { rxnorm: '313782', asNeeded: true })],
      [tablet('Ibuprofen 200 mg tablet', 400, 'every 8 hours', { rxnorm: '310965', asNeeded: true })],
    ],
  },
  {
    ...{ id: 'migraine', code: '37796009', name: 'Migraine', from: 14, to: 60, share: 0.09 },
    drugs: [[tablet('Sumatriptan 50 mg tablet', 50, 'at the start of an attack', { asNeeded: true })]],
  },
  {
    ...{ id: 'anemia', code: '87522002', name: 'Iron deficiency anemia', from: 15, to: 50, sex: 'female' },
    ...{ share: 0.12, lasts: 1 },
    drugs: [[tablet('Ferrous sulfate 325 mg tablet', 325, 'once a day', { rxnorm: '310325' })]],
    watched: ['blood', 'iron'],
  },
  {
    ...{ id: 'pregnancy', code: '72892002', name: 'Normal pregnancy', from: 21, to: 41, sex: 'female' },
    ...{ share: 0.09, lasts: 0.7 },
    drugs: [[tablet('Folic acid 0.4 mg tablet', 0.4, 'once a day')]],
    watched: ['blood'],
  },
  {
    ...{ id: 'prostate', code: '266569009', name: 'Benign prostatic hyperplasia', from: 55, to: 110, sex: 'male' },
    share: 0.2,
    drugs: [[tablet('Tamsulosin 0.4 mg capsule', 0.4, 'every evening')]],
  },
  {
    ...{ id: 'gout', code: '90560007', name: 'Gout', from: 40, to: 110, share: 0.05 },
    drugs: [[tablet('Allopurinol 100 mg tablet', 100, 'once a day', { before: 50 })]],
    watched: ['kidney'],
  },
  {
    ...{ id: 'hayfever', code: '367498001', name: 'Seasonal allergic rhinitis', from: 6, to: 60, share: 0.14 },
    drugs: [[tablet('Loratadine 10 mg tablet', 10, 'once a day', { asNeeded: true })]],
  },
  {
    ...{ id: 'eczema', code: '24079001', name: 'Atopic dermatitis', from: 1, to: 16, share: 0.14, lasts: 5 },
    drugs: [[{ name: 'Hydrocortisone 1 % cream', amount: 1, unit: 'thin layer', timing: 'twice a day' }]],
  },
  {
    ...{ id: 'ear', code: '65363002', name: 'Otitis media', from: 1, to: 9, share: 0.3, lasts: 0.05 },
    drugs: [[tablet('Amoxicillin 250 mg capsule', 250, 'three times a day', { rxnorm: '308182' })]],
  },
  {
    ...{ id: 'throat', code: '43878008', name: 'Streptococcal sore throat', from: 5, to: 30, share: 0.15, lasts: 0.04 },
    drugs: [[tablet('Penicillin V 250 mg tablet', 250, 'four times a day', { rxnorm: '834061' })]],
  },
  {
    ...{ id: 'bronchitis', code: '10509002', name: 'Acute bronchitis', from: 3, to: 90, share: 0.16, lasts: 0.06 },
    drugs: [[]],
  },
  {
    ...{ id: 'ankle', code: '44465007', name: 'Sprain of ankle', from: 10, to: 60, share: 0.1, lasts: 0.1 },
    drugs: [[]],
  },
];
