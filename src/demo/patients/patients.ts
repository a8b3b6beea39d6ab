/**
 * The demonstration's patients: as many as are asked for, the same for the same seed and day, some of them registered twice as happens
 * at a busy desk. Nobody of them lives; their names say so. Also what tests and benchmarks fill a practice with.
 */
import { Chance } from './chance.ts';
import { dayOf } from './days.ts';
import { madePatient, recordNumber, type MadePatient } from './patient.ts';

export interface PatientsAsked {
  readonly seed: string;
  readonly howMany: number;
  /** ISO date: the day on which they are looked at. What they have happened before it. */
  readonly today: string;
}

export interface PatientFile {
  readonly name: string;
  readonly patient: MadePatient;
  /** A FHIR R4 Bundle (collection). */
  readonly text: string;
}

/** Of so many patients one is in the list a second time. */
const oneTwiceIn = 25;

export function* madePatients({ seed, howMany, today }: PatientsAsked): Generator<PatientFile> {
  const day = dayOf(today);
  const twice = Math.floor(howMany / oneTwiceIn);
  for (let number = 0; number < howMany - twice; number++) yield fileOf(madePatient(seed, number, day));
  for (let i = 0; i < twice; i++) yield fileOf(secondRegistration(seed, i * oneTwiceIn + 3, howMany - twice + i, day));
}

function fileOf(patient: MadePatient): PatientFile {
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: patient.resources.map((resource) => ({ resource })),
  };
  return { name: `demo-${String(patient.number).padStart(4, '0')}.json`, patient, text: JSON.stringify(bundle) };
}

/** The same person with another number and a slip of the pen, and one visit. */
function secondRegistration(seed: string, of: number, number: number, day: number): MadePatient {
  const first = madePatient(seed, of, day);
  const chance = new Chance(`${seed}/twice/${number}`);
  const family = chance.in(0.5) ? swapped(first.family, chance) : first.family;
  const given = family === first.family ? [swapped(first.given[0] ?? '', chance)] : first.given.slice(0, 1);
  const id = `demo-${String(number).padStart(4, '0')}`;
  const resources = first.resources
    .filter(({ resourceType }) => resourceType === 'Patient' || resourceType === 'AllergyIntolerance')
    .map((resource) =>
      resource.resourceType === 'Patient'
        ? {
            ...resource,
            id,
            identifier: [{ use: 'usual', value: recordNumber(number) }],
            name: [{ use: 'official', family, given }],
          }
        : { ...resource, id: `${id}-${resource.id}`, patient: { reference: `Patient/${id}` } },
    );
  return { ...first, number, family, given, resources };
}

/** Two letters within the word change places: the first pair from a place of chance on that differs. */
function swapped(word: string, chance: Chance): string {
  const start = chance.whole(1, Math.max(1, word.length - 3));
  for (let at = start; at + 1 < word.length; at++)
    if (word[at] !== word[at + 1])
      return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  return `${word}e`;
}
