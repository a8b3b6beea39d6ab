/**
 * How many entries each page of a chart lists, told without making its rows: by what each resource is and whether it stands, as it
 * lies in its section. What is put back into references changes neither. The same numbers as counting rows, which a test holds it to.
 */
import { isEnteredInError } from '../fhir-status.ts';
import type { JsonObject } from '../json.ts';
import type { Topic } from '../list-state.ts';
import { noneKnownOf } from '../none-known.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { isHabit } from './background.ts';
import { isMedication } from './medications.ts';
import { isNote } from './notes.ts';
import { isOther } from './other.ts';

export type ListedTopic = Topic | 'other';
export type TopicCounts = ReadonlyMap<ListedTopic, number>;

type Place = Pick<Resource, 'section' | 'type'>;
type IsListed = (place: Place, json: JsonObject) => boolean;

const listed: Readonly<Record<ListedTopic, IsListed>> = {
  problems: withOthers('problems', ({ type }, json) => type === 'Condition' && saysSomething(json)),
  medications: withOthers('medications', ({ type }, json) => isMedication(type) && saysSomething(json)),
  allergies: withOthers('allergies', ({ type }, json) => type === 'AllergyIntolerance' && saysSomething(json)),
  immunizations: withOthers('immunizations', ({ type }, json) => type === 'Immunization' && saysSomething(json)),
  results: ({ section, type }, json) => section === 'results' && !isHabit({ type, json }),
  vitals: ({ section }) => section === 'vitals',
  encounters: ({ section, type }) =>
    type === 'Encounter' || (section === 'encounters' && type !== 'ClinicalImpression'),
  notes: ({ type }, json) => isNote({ type, json }),
  history: ({ section, type }, json) =>
    type === 'FamilyMemberHistory' || (section === 'results' && isHabit({ type, json })),
  team: ({ type }) => type === 'CareTeam',
  documents: ({ section, type }, json) => section === 'documents' && !isNote({ type, json }),
  other: (place) => isOther(place, 'demographics') || isOther(place, 'administrative'),
};
const topics = Object.entries(listed) as readonly (readonly [ListedTopic, IsListed])[];

/** A statement that there is nothing is no entry. */
function saysSomething(json: JsonObject): boolean {
  return noneKnownOf(json) === undefined;
}

function withOthers(section: 'problems' | 'medications' | 'allergies' | 'immunizations', isListed: IsListed): IsListed {
  return (place, json) => isListed(place, json) || isOther(place, section);
}

/** Stops after each resource, so that whoever counts a long chart may do something else in between. */
export function* countingEntries(record: ChartRecord): Generator<undefined, TopicCounts> {
  const counts = new Map<ListedTopic, number>();
  for (const { resource, isReadable } of record.held) {
    if (resource.section !== 'identity' && isReadable()) {
      const json = record.asStored(resource);
      if (!isEnteredInError(json))
        for (const [topic, isListed] of topics)
          if (isListed(resource, json)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
    yield;
  }
  return counts;
}

export function countEntries(record: ChartRecord): TopicCounts {
  const counting = countingEntries(record);
  for (;;) {
    const step = counting.next();
    if (step.done === true) return step.value;
  }
}
