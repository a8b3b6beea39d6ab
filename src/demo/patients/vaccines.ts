/** When the made-up patients are vaccinated: a child's usual calendar and an adult's. Codes as the CDC's list of vaccines (CVX) has them. */

interface Dose {
  readonly cvx: string;
  readonly name: string;
  /** Weeks after birth. */
  readonly weeks: number;
}

export const childDoses: readonly Dose[] = [
  ...[0, 6, 26].map((weeks) => ({ cvx: '08', name: 'Hepatitis B, pediatric', weeks })),
  ...[9, 18].map((weeks) => ({ cvx: '119', name: 'Rotavirus, monovalent', weeks })),
  ...[9, 18, 26, 70, 235].map((weeks) => ({ cvx: '20', name: 'DTaP', weeks })),
  ...[9, 18, 54].map((weeks) => ({ cvx: '49', name: 'Hib (PRP-OMP)', weeks })),
  ...[9, 18, 26, 54].map((weeks) => ({ cvx: '133', name: 'Pneumococcal conjugate (PCV13)', weeks })),
  ...[9, 18, 40, 235].map((weeks) => ({ cvx: '10', name: 'Polio, inactivated', weeks })),
  ...[54, 235].map((weeks) => ({ cvx: '03', name: 'Measles, mumps and rubella', weeks })),
  ...[54, 235].map((weeks) => ({ cvx: '21', name: 'Varicella', weeks })),
  ...[575].map((weeks) => ({ cvx: '115', name: 'Tdap', weeks })),
];

export const influenza = { cvx: '140', name: 'Influenza, injectable, preservative free' };
export const tetanus = { cvx: '113', name: 'Td, adult, preservative free' };
export const zoster = { cvx: '187', name: 'Zoster, recombinant' };
export const pneumococcal = { cvx: '216', name: 'Pneumococcal conjugate (PCV20)' };
