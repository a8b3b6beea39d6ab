/**
 * What an empty list means, in words. "None known", "not recorded", "not shared with you" and "not all of it is readable
 * yet" lead to different acts, and none of them may look like another.
 */
import {
  listState,
  type ListState,
  type NoneKnownStatement,
  type Topic as ListTopic,
} from '../../clinical/list-state.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { SectionView } from '../../app/charts/chart-on-screen.ts';
import { count, whenInWords } from '../shell/format.ts';
import { peerName } from '../patients/words.ts';
import { authorOfKey, mustGetSection, type ChartView } from './chart-view.ts';
import type { TopicName } from './topics.ts';

export interface ListWords {
  readonly heading: string;
  readonly text: string;
  /** Whether adding an entry is the first step. */
  readonly canBegin: boolean;
}

export function stateOf(view: ChartView, topic: ListTopic, section: ChartSection): ListState {
  const { state, notYetReadable } = mustGetSection(view, section);
  const unreadable = notYetReadable.reduce((sum, { entries }) => sum + entries, 0);
  if (state === 'reading') return { kind: 'incomplete', unreadable };
  return listState(view.record, topic, { shared: state !== 'not-shared', unreadable });
}

/** What one asks a patient about: of these it matters whether anybody did. */
const asked: ReadonlySet<TopicName> = new Set(['problems', 'medications', 'allergies', 'immunizations', 'history']);

/** `few`: "problems". Undefined when the list has entries. */
export function emptyWords(
  view: ChartView,
  topic: TopicName,
  section: ChartSection,
  few: string,
): ListWords | undefined {
  const sectionView = mustGetSection(view, section);
  if (topic === 'other') return undefined;
  if (sectionView.state === 'reading')
    return { heading: 'Still being read', text: `Nothing can be said about ${few} until then.`, canBegin: false };
  const state = stateOf(view, topic, section);
  switch (state.kind) {
    case 'listed':
      return undefined;
    case 'not-shared':
      return {
        heading: 'Not shared with you',
        text: `${peerName(view.session, view.chart.summary.custodian)} keeps this chart and has not shared this part. It may hold ${few}; ask them.`,
        canBegin: false,
      };
    case 'incomplete':
      return {
        heading: 'Incomplete',
        text: `${unreadableWords(view, sectionView)} Nothing can be said about ${few} until then.`,
        canBegin: false,
      };
    case 'none-known':
      return { heading: `No known ${few}`, text: statedBy(view, section, state.statements), canBegin: true };
    case 'no-information':
      return { heading: 'Nobody knows', text: statedBy(view, section, state.statements), canBegin: true };
    case 'not-recorded':
      if (!asked.has(topic))
        return {
          heading: 'None yet',
          text: `No ${few} in this chart so far; there may be some elsewhere.`,
          canBegin: true,
        };
      return {
        heading: 'Not recorded',
        text: `Nobody has written down whether there are ${few}. That is not the same as none.`,
        canBegin: true,
      };
  }
}

/** "3 entries of Clinic B are not yet readable." */
export function unreadableWords(view: ChartView, section: SectionView): string {
  const parts = section.notYetReadable.map(({ practice, entries }) => {
    const whose = practice === undefined ? 'another practice' : peerName(view.session, practice);
    return `${count(entries, 'entry', 'entries')} of ${whose} ${entries === 1 ? 'is' : 'are'} not yet readable.`;
  });
  return parts.join(' ');
}

function statedBy(view: ChartView, section: ChartSection, statements: readonly NoneKnownStatement[]): string {
  return statements
    .map(({ key, label, recordedBy, when }) => {
      const author = authorOfKey(view, section, key);
      const who = author === undefined ? recordedBy : `${author.personName}, ${author.practiceName}`;
      const at = when?.words ?? (author === undefined ? '' : whenInWords(author.at, new Date()));
      return [label, who === '' ? '' : `stated by ${who}`, at].filter((part) => part !== '').join(', ');
    })
    .join('; ');
}
