/** What a check of medications found, counted and could not compare, in sentences. Never "no interactions", never "safe". */
import type { ListState } from '../../clinical/list-state.ts';
import type { MedicationAlert, MedicationCheck } from '../../clinical/checks/medication-check.ts';
import { count, listInWords } from '../shell/format.ts';

export const alertTitles: Readonly<Record<MedicationAlert['kind'], string>> = {
  allergy: 'Allergy',
  duplicate: 'Taken already',
  pair: 'Contraindicated together',
};

export function alertWords({ drug, against, ground, kind }: MedicationAlert): string {
  switch (ground.kind) {
    case 'listed-pair':
      return `${drug.label} with ${against.label} (${ground.ingredients.join(' and ')}): ${ground.harm}.`;
    case 'same-class':
      return kind === 'allergy'
        ? `${against.label} is recorded as an allergy. ${drug.label} (${ground.ingredients.join(', ')}) is one of the ${ground.label}.`
        : `${drug.label} and ${against.label} (${ground.ingredients.join(' and ')}) are both ${ground.label}.`;
    case 'same-ingredient':
      return kind === 'allergy'
        ? `${against.label} is recorded as an allergy. ${drug.label} contains ${ground.ingredient}.`
        : `${drug.label} and ${against.label} both contain ${ground.ingredient}.`;
    case 'same-word':
      return kind === 'allergy'
        ? `${against.label} is recorded as an allergy, and ${drug.label} has the word “${ground.word}”.`
        : `${drug.label} and ${against.label} have the same name.`;
  }
}

/** What was compared: counted, so that nobody reads more into it. */
export function checkedWords({ medications, allergies, pairs, classes, alerts }: MedicationCheck): string {
  const foundPairs = alerts.filter(({ kind }) => kind === 'pair').length;
  const listed =
    foundPairs === 0
      ? `none of the ${String(pairs)} listed pairs`
      : `${String(foundPairs)} of the ${String(pairs)} listed pairs`;
  return `Checked against ${count(allergies, 'recorded allergy', 'recorded allergies')} and ${count(medications, 'current medication')}, for one ingredient or one of ${String(classes)} listed classes twice, and for the ONC list of contraindicated pairs: ${listed}. Other interactions and doses are not checked.`;
}

const listGaps: Readonly<Record<Exclude<ListState['kind'], 'listed' | 'none-known'>, string>> = {
  'not-shared': 'not shared with you',
  incomplete: 'not all readable yet',
  'no-information': 'nobody knows',
  'not-recorded': 'not recorded',
};

/** What keeps the check from being whole, a sentence each. */
export function gapWords(
  check: MedicationCheck,
  lists: { readonly allergies: ListState; readonly medications: ListState },
  unsettled: number,
): readonly string[] {
  const { unknownMedications, unknownAllergies } = check;
  const unknown = [
    unknownMedications.length === 0 ? '' : listInWords(unknownMedications, 8),
    unknownAllergies.length === 0 ? '' : `against ${listInWords(unknownAllergies, 8)}`,
  ].filter((part) => part !== '');
  return [
    unknown.length === 0 ? '' : `Could not be checked: ${unknown.join('; ')}.`,
    listGap('Allergies', lists.allergies),
    listGap('Medications', lists.medications),
    unsettled === 0 ? '' : `${count(unsettled, 'statement')} not settled: only one of the versions was compared.`,
  ].filter((sentence) => sentence !== '');
}

function listGap(name: string, state: ListState): string {
  if (state.kind === 'none-known') return '';
  if (state.kind === 'listed') {
    return state.unreadable === 0
      ? ''
      : `${name}: ${count(state.unreadable, 'entry', 'entries')} not readable yet, not compared.`;
  }
  return `${name}: ${listGaps[state.kind]}, so nothing could be compared.`;
}
