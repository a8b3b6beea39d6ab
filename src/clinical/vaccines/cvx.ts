/**
 * Vaccines by CVX code (CDC, National Center of Immunization and Respiratory Diseases: "CVX -- Vaccines Administered", public domain), as
 * far as a small practice in the United States gives them or reads them on a card. A picker's list, not the whole of CVX: a code that is
 * not here is kept and shown as it was written, and words are always accepted.
 */

/** What a dose counts for, in the schedules. */
export type VaccineGroup =
  | 'covid'
  | 'dtap'
  | 'hepatitis-a'
  | 'hepatitis-b'
  | 'hib'
  | 'hpv'
  | 'influenza'
  | 'mening-acwy'
  | 'mening-b'
  | 'mmr'
  | 'pneumo'
  | 'polio'
  | 'rotavirus'
  | 'rsv'
  | 'td'
  | 'tdap'
  | 'varicella'
  | 'zoster';

interface Vaccine {
  readonly code: string;
  readonly name: string;
  readonly groups: readonly VaccineGroup[];
}

const vaccine = (code: string, name: string, ...groups: readonly VaccineGroup[]): Vaccine => ({ code, name, groups });

export const vaccines: readonly Vaccine[] = [
  vaccine('213', 'COVID-19, unspecified', 'covid'),
  vaccine('309', 'COVID-19, mRNA, 30 mcg/0.3 mL', 'covid'),
  vaccine('312', 'COVID-19, mRNA, 50 mcg/0.5 mL', 'covid'),
  vaccine('313', 'COVID-19, subunit, adjuvanted', 'covid'),
  vaccine('207', 'COVID-19, mRNA, 100 mcg/0.5 mL (2020)', 'covid'),
  vaccine('208', 'COVID-19, mRNA, 30 mcg/0.3 mL (2020)', 'covid'),
  vaccine('20', 'DTaP', 'dtap'),
  vaccine('106', 'DTaP, 5 pertussis antigens', 'dtap'),
  vaccine('110', 'DTaP-Hep B-IPV', 'dtap', 'hepatitis-b', 'polio'),
  vaccine('120', 'DTaP-Hib-IPV', 'dtap', 'hib', 'polio'),
  vaccine('130', 'DTaP-IPV', 'dtap', 'polio'),
  vaccine('146', 'DTaP-IPV-Hib-Hep B', 'dtap', 'polio', 'hib', 'hepatitis-b'),
  vaccine('107', 'DTaP, unspecified', 'dtap'),
  vaccine('83', 'Hepatitis A, pediatric, 2 doses', 'hepatitis-a'),
  vaccine('52', 'Hepatitis A, adult', 'hepatitis-a'),
  vaccine('85', 'Hepatitis A, unspecified', 'hepatitis-a'),
  vaccine('104', 'Hepatitis A-Hepatitis B', 'hepatitis-a', 'hepatitis-b'),
  vaccine('08', 'Hepatitis B, adolescent or pediatric', 'hepatitis-b'),
  vaccine('43', 'Hepatitis B, adult', 'hepatitis-b'),
  vaccine('189', 'Hepatitis B, adjuvanted (CpG)', 'hepatitis-b'),
  vaccine('45', 'Hepatitis B, unspecified', 'hepatitis-b'),
  vaccine('48', 'Hib (PRP-T)', 'hib'),
  vaccine('49', 'Hib (PRP-OMP)', 'hib'),
  vaccine('17', 'Hib, unspecified', 'hib'),
  vaccine('165', 'HPV, 9-valent', 'hpv'),
  vaccine('62', 'HPV, quadrivalent', 'hpv'),
  vaccine('137', 'HPV, unspecified', 'hpv'),
  vaccine('140', 'Influenza, injectable, preservative free', 'influenza'),
  vaccine('141', 'Influenza, injectable', 'influenza'),
  vaccine('150', 'Influenza, injectable, quadrivalent, preservative free', 'influenza'),
  vaccine('135', 'Influenza, high dose', 'influenza'),
  vaccine('197', 'Influenza, high dose, quadrivalent', 'influenza'),
  vaccine('168', 'Influenza, trivalent, adjuvanted', 'influenza'),
  vaccine('205', 'Influenza, quadrivalent, adjuvanted', 'influenza'),
  vaccine('185', 'Influenza, recombinant, quadrivalent', 'influenza'),
  vaccine('149', 'Influenza, live, intranasal, quadrivalent', 'influenza'),
  vaccine('88', 'Influenza, unspecified', 'influenza'),
  vaccine('03', 'MMR', 'mmr'),
  vaccine('94', 'MMRV', 'mmr', 'varicella'),
  vaccine('114', 'Meningococcal ACWY (MCV4P)', 'mening-acwy'),
  vaccine('136', 'Meningococcal ACWY (MCV4O)', 'mening-acwy'),
  vaccine('203', 'Meningococcal ACWY (MenACWY-TT)', 'mening-acwy'),
  vaccine('147', 'Meningococcal ACWY, unspecified', 'mening-acwy'),
  vaccine('162', 'Meningococcal B (fHBP)', 'mening-b'),
  vaccine('163', 'Meningococcal B (4C)', 'mening-b'),
  vaccine('33', 'Pneumococcal polysaccharide, 23-valent', 'pneumo'),
  vaccine('133', 'Pneumococcal conjugate, 13-valent', 'pneumo'),
  vaccine('215', 'Pneumococcal conjugate, 15-valent', 'pneumo'),
  vaccine('216', 'Pneumococcal conjugate, 20-valent', 'pneumo'),
  vaccine('10', 'Polio, inactivated (IPV)', 'polio'),
  vaccine('89', 'Polio, unspecified', 'polio'),
  vaccine('303', 'RSV, recombinant, adjuvanted', 'rsv'),
  vaccine('305', 'RSV, bivalent', 'rsv'),
  vaccine('116', 'Rotavirus, pentavalent', 'rotavirus'),
  vaccine('119', 'Rotavirus, monovalent', 'rotavirus'),
  vaccine('122', 'Rotavirus, unspecified', 'rotavirus'),
  vaccine('09', 'Td, adult, adsorbed', 'td'),
  vaccine('113', 'Td, adult, preservative free', 'td'),
  vaccine('139', 'Td, unspecified', 'td'),
  vaccine('115', 'Tdap', 'tdap', 'td'),
  vaccine('21', 'Varicella', 'varicella'),
  vaccine('187', 'Zoster, recombinant', 'zoster'),
  vaccine('121', 'Zoster, live', 'zoster'),
];

const byCode: ReadonlyMap<string, Vaccine> = new Map(vaccines.map((row) => [row.code, row]));

export const cvxSystem = 'http://hl7.org/fhir/sid/cvx';

/** Codes are written with and without a leading zero. */
export function vaccineByCode(code: string): Vaccine | undefined {
  return byCode.get(code) ?? byCode.get(code.padStart(2, '0')) ?? byCode.get(code.replace(/^0+/, ''));
}
