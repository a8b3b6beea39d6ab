/** How the pages of patients say in words what a chart's state is, and why somebody may be the person being registered. */
import type { PracticeId } from '../../base/ids.ts';
import type { MatchReason } from '../../clinical/matching/compare.ts';
import type { ChartSummary, Session } from '../../app/session.ts';
import type { Tone } from '../shell/callout.ts';
import { count, listInWords } from '../shell/format.ts';

export interface StateWord {
  readonly tone: Tone;
  readonly icon: string;
  readonly text: string;
}

export function peerName(session: Session, practice: PracticeId): string {
  if (practice === session.practice.id) return session.practice.name;
  return session.peers.find((peer) => peer.id === practice)?.name ?? 'another practice';
}

/** What needs eyes first, then who shares it. */
export function chartStates(session: Session, chart: ChartSummary): readonly StateWord[] {
  const states: StateWord[] = [];
  if (chart.unsettledConflicts > 0) {
    states.push({ tone: 'warning', icon: 'alert', text: `${String(chart.unsettledConflicts)} to settle` });
  }
  if (chart.setAside > 0) {
    states.push({ tone: 'warning', icon: 'inbox', text: `${count(chart.setAside, 'change')} set aside` });
  }
  if (!chart.own) {
    const from = peerName(session, chart.custodian);
    states.push({ tone: 'info', icon: 'link', text: `From ${from}` });
    if (chart.access === 'ended') states.push({ tone: 'neutral', icon: 'stop', text: 'No longer shared' });
  }
  if (chart.sharedWith.length > 0) {
    const names = listInWords(chart.sharedWith.map((practice) => peerName(session, practice)));
    states.push({ tone: 'neutral', icon: 'share', text: `Shared with ${names}` });
  }
  if (chart.deceased) states.push({ tone: 'neutral', icon: '', text: 'Deceased' });
  return states;
}

/** FHIR's administrative gender in a word. */
export function sexInWords(sex: string | undefined): string {
  switch (sex) {
    case undefined:
    case '':
      return '';
    case 'male':
      return 'Male';
    case 'female':
      return 'Female';
    case 'other':
      return 'Other';
    default:
      return 'Sex unknown';
  }
}

const matchWords: Readonly<Record<MatchReason, string>> = {
  'same-name': 'same name',
  'same-given-name': 'same given name',
  'same-family-name': 'same family name',
  'names-in-other-order': 'names in the other order',
  'given-name-one-letter-off': 'given name one letter off',
  'given-name-alike': 'given name alike',
  'family-name-one-letter-off': 'family name one letter off',
  'family-name-alike': 'family name alike',
  'former-name': 'family name the same as a former one',
  'given-name-differs': 'another given name',
  'family-name-differs': 'another family name',
  'same-birth-date': 'same birth date',
  'birth-date-day-and-month-swapped': 'birth date with day and month swapped',
  'birth-date-one-digit-off': 'birth date one digit off',
  'birth-date-as-far-as-known': 'birth date the same as far as known',
  'birth-date-differs': 'another birth date',
  'same-identifier': 'same identifier',
  'identifier-one-digit-off': 'identifier one digit off',
  'identifier-differs': 'another identifier',
  'same-phone': 'same telephone',
  'address-alike': 'same address',
  'sex-differs': 'another sex',
};

/** "same birth date, family name one letter off": what speaks for it first, then "but" what speaks against. */
export function matchReasonsInWords(reasons: readonly MatchReason[]): string {
  const speaksAgainst = (reason: MatchReason) => reason.endsWith('-differs');
  const wordsOf = (some: readonly MatchReason[]) => some.map((reason) => matchWords[reason]).join(', ');
  const pro = wordsOf(reasons.filter((reason) => !speaksAgainst(reason)));
  const against = wordsOf(reasons.filter(speaksAgainst));
  return against === '' ? pro : `${pro}, but ${against}`;
}
