/**
 * The fifteen pairs of drugs that an expert panel of the Office of the National Coordinator wanted every record to warn of, and no
 * others: contraindicated together. Phansalkar S, Desai AA, Bell D, et al., High-priority drug–drug interactions for use in electronic
 * health records, J Am Med Inform Assoc 2012;19:735–743 (doi 10.1136/amiajnl-2011-000612), Table 2; in the fifteen groups of
 * Grizzle AJ et al., Am J Health Syst Pharm 2022;79:1086–1095 (doi 10.1093/ajhp/zxac045), Table 4.
 */

/** A side is a class of drug-classes.ts or one ingredient. */
type Side = { readonly of: string } | { readonly ingredient: string };

export interface ListedPair {
  /** Its number in Table 4; what an override names. */
  readonly number: number;
  readonly sides: readonly [Side, Side];
  /** What happens. */
  readonly harm: string;
}

export const pairSource = 'Phansalkar et al., J Am Med Inform Assoc 2012;19:735–743';

export const listedPairs: readonly ListedPair[] = [
  { number: 1, sides: [{ of: 'amphetamines' }, { of: 'maois' }], harm: 'hypertensive crisis' },
  {
    number: 2,
    sides: [{ ingredient: 'atazanavir' }, { of: 'proton-pump-inhibitors' }],
    harm: 'atazanavir is not absorbed; the treatment of HIV fails',
  },
  {
    number: 3,
    sides: [{ ingredient: 'febuxostat' }, { of: 'thiopurines' }],
    harm: 'toxic levels of the thiopurine; bone marrow failure',
  },
  { number: 4, sides: [{ of: 'serotonin-reuptake-inhibitors' }, { of: 'maois' }], harm: 'serotonin syndrome' },
  {
    number: 5,
    sides: [{ ingredient: 'irinotecan' }, { of: 'strong-cyp3a4-inhibitors' }],
    harm: 'toxic levels of irinotecan',
  },
  { number: 6, sides: [{ of: 'serotonergic-analgesics' }, { of: 'maois' }], harm: 'serotonin syndrome' },
  { number: 7, sides: [{ of: 'tricyclics' }, { of: 'maois' }], harm: 'serotonin syndrome or hypertensive crisis' },
  { number: 8, sides: [{ of: 'qt-prolonging' }, { of: 'qt-prolonging' }], harm: 'torsade de pointes' },
  {
    number: 9,
    sides: [{ ingredient: 'ramelteon' }, { of: 'strong-cyp1a2-inhibitors' }],
    harm: 'levels of ramelteon many times as high',
  },
  {
    number: 10,
    sides: [{ of: 'strong-cyp3a4-inducers' }, { of: 'protease-inhibitors' }],
    harm: 'the protease inhibitor is broken down; the treatment of HIV fails',
  },
  {
    number: 11,
    sides: [{ of: 'cyp3a4-statins' }, { of: 'cyp3a4-inhibitors' }],
    harm: 'muscle breakdown (rhabdomyolysis)',
  },
  { number: 12, sides: [{ of: 'ergots' }, { of: 'cyp3a4-inhibitors' }], harm: 'ergotism: loss of blood flow to limbs' },
  {
    number: 13,
    sides: [{ ingredient: 'tizanidine' }, { of: 'cyp1a2-inhibitors' }],
    harm: 'low blood pressure and sedation',
  },
  {
    number: 14,
    sides: [{ ingredient: 'tranylcypromine' }, { ingredient: 'procarbazine' }],
    harm: 'hypertensive crisis',
  },
  { number: 15, sides: [{ of: 'triptans' }, { of: 'maois' }], harm: 'levels of the triptan many times as high' },
];
