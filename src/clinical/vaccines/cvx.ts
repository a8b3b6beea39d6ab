/**
 * Vaccines by CVX code (CDC, National Center of Immunization and Respiratory Diseases: "CVX -- Vaccines Administered", public domain), as
 * far as a small practice in the United States gives them or reads them on a card. A picker's list, not the whole of CVX: a code that is
 * not here is kept and shown as it was written, and words are always accepted.
 */
import type { JsonObject } from '../json.ts';

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
  | 'pneumo-13-15'
  | 'pneumo-20-21'
  | 'pneumo-23'
  | 'pneumo-other'
  | 'polio'
  | 'rotavirus'
  | 'rsv'
  | 'td'
  | 'tdap'
  | 'varicella'
  | 'zoster'
  | 'zoster-live';

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
  vaccine('33', 'Pneumococcal polysaccharide, 23-valent', 'pneumo-23'),
  vaccine('133', 'Pneumococcal conjugate, 13-valent', 'pneumo-13-15'),
  vaccine('215', 'Pneumococcal conjugate, 15-valent', 'pneumo-13-15'),
  vaccine('216', 'Pneumococcal conjugate, 20-valent', 'pneumo-20-21'),
  vaccine('327', 'Pneumococcal conjugate, 21-valent (PCV21)', 'pneumo-20-21'),
  vaccine('10', 'Polio, inactivated (IPV)', 'polio'),
  vaccine('89', 'Polio, unspecified', 'polio'),
  vaccine('303', 'RSV, recombinant, adjuvant', 'rsv'),
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
  vaccine('121', 'Zoster, live', 'zoster-live'),
];

/**
 * Read in records and on old cards, and not offered. Without a group: known, and no dose of what a schedule asks for (a part of MMR alone, a
 * polysaccharide that does not last, antibodies).
 */
export const vaccinesReadOnly: readonly Vaccine[] = [
  vaccine('01', 'DTP', 'dtap'),
  vaccine('22', 'DTP-Hib', 'dtap', 'hib'),
  vaccine('28', 'DT (pediatric)'),
  vaccine('50', 'DTaP-Hib', 'dtap', 'hib'),
  vaccine('102', 'DTP-Hib-Hep B', 'dtap', 'hib', 'hepatitis-b'),
  vaccine('132', 'DTaP-IPV-Hib-Hep B, historical', 'dtap', 'polio', 'hib', 'hepatitis-b'),
  vaccine('170', 'DTaP-IPV-Hib, non-US', 'dtap', 'polio', 'hib'),
  vaccine('31', 'Hepatitis A, pediatric, unspecified', 'hepatitis-a'),
  vaccine('84', 'Hepatitis A, pediatric, 3 doses', 'hepatitis-a'),
  vaccine('193', 'Hepatitis A-Hepatitis B, pediatric', 'hepatitis-a', 'hepatitis-b'),
  vaccine('42', 'Hepatitis B, adolescent', 'hepatitis-b'),
  vaccine('44', 'Hepatitis B, dialysis', 'hepatitis-b'),
  vaccine('51', 'Hib-Hep B', 'hib', 'hepatitis-b'),
  vaccine('220', 'Hepatitis B, recombinant, 3-antigen', 'hepatitis-b'),
  vaccine('46', 'Hib (PRP-D)', 'hib'),
  vaccine('47', 'Hib (HbOC)', 'hib'),
  vaccine('118', 'HPV, bivalent', 'hpv'),
  vaccine('15', 'Influenza, split', 'influenza'),
  vaccine('16', 'Influenza, whole', 'influenza'),
  vaccine('111', 'Influenza, live, intranasal', 'influenza'),
  vaccine('144', 'Influenza, intradermal', 'influenza'),
  vaccine('151', 'Influenza, nasal', 'influenza'),
  vaccine('153', 'Influenza, MDCK', 'influenza'),
  vaccine('155', 'Influenza, recombinant', 'influenza'),
  vaccine('158', 'Influenza, quadrivalent', 'influenza'),
  vaccine('161', 'Influenza, quadrivalent, pediatric', 'influenza'),
  vaccine('166', 'Influenza, intradermal, quadrivalent', 'influenza'),
  vaccine('171', 'Influenza, MDCK, quadrivalent', 'influenza'),
  vaccine('186', 'Influenza, MDCK, quadrivalent', 'influenza'),
  vaccine('320', 'Influenza, MDCK, trivalent', 'influenza'),
  vaccine('333', 'Influenza, live, intranasal, self', 'influenza'),
  vaccine('108', 'Meningococcal ACWY, unspecified', 'mening-acwy'),
  vaccine('316', 'Meningococcal ACWY and MenB', 'mening-acwy', 'mening-b'),
  vaccine('328', 'Meningococcal ACWY and MenB', 'mening-acwy', 'mening-b'),
  vaccine('32', 'Meningococcal MPSV4'),
  vaccine('103', 'Meningococcal C'),
  vaccine('164', 'Meningococcal B, unspecified', 'mening-b'),
  vaccine('04', 'Measles and rubella'),
  vaccine('05', 'Measles'),
  vaccine('06', 'Rubella'),
  vaccine('07', 'Mumps'),
  vaccine('38', 'Rubella, mumps'),
  vaccine('100', 'Pneumococcal conjugate, 7 valent', 'pneumo-other'),
  vaccine('109', 'Pneumococcal, unspecified', 'pneumo-other'),
  vaccine('152', 'Pneumococcal conjugate, unspecified', 'pneumo-other'),
  vaccine('177', 'PCV10', 'pneumo-other'),
  vaccine('02', 'OPV, trivalent', 'polio'),
  vaccine('182', 'Oral polio, unspecified', 'polio'),
  vaccine('324', 'Polio, inactivated, fractional dose'),
  vaccine('74', 'Rotavirus, tetravalent', 'rotavirus'),
  vaccine('314', 'RSV, unspecified', 'rsv'),
  vaccine('326', 'RSV, mRNA', 'rsv'),
  vaccine('306', 'RSV, mAb, nirsevimab'),
  vaccine('307', 'RSV, mAb, nirsevimab'),
  vaccine('315', 'RSV, mAb, unspecified'),
  vaccine('332', 'RSV, mAb, clesrovimab'),
  vaccine('138', 'Td (adult)', 'td'),
  vaccine('196', 'Td, adult', 'td'),
  vaccine('188', 'Zoster, unspecified', 'zoster-live'),
];

const byCode: ReadonlyMap<string, Vaccine> = new Map([...vaccines, ...vaccinesReadOnly].map((row) => [row.code, row]));

export const cvxSystem = 'http://hl7.org/fhir/sid/cvx';
const cvxSystems: ReadonlySet<unknown> = new Set([cvxSystem, 'urn:oid:2.16.840.1.113883.12.292', undefined]);

/** Of a coding: a number of another list of codes is none of CVX; one without a system is taken for it. */
export function vaccineOfCoding({ system, code }: JsonObject): Vaccine | undefined {
  return typeof code === 'string' && cvxSystems.has(system) ? vaccineByCode(code) : undefined;
}

/** Codes are written with and without a leading zero. */
export function vaccineByCode(code: string): Vaccine | undefined {
  return byCode.get(code) ?? byCode.get(code.padStart(2, '0')) ?? byCode.get(code.replace(/^0+/, ''));
}
