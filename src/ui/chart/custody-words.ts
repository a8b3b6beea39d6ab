/** What handing a chart over means, in sentences and numbers: for the practice that gives it away and for the one that gets it. Pure. */
import type { PracticeId } from '../../base/ids.ts';
import { chartSections, type ChartSection } from '../../base/sections.ts';
import type { CustodyOffer, PhraseFailure, ShareRow } from '../../app/charts/chart-acts.ts';
import type { WriteFailure } from '../../app/session.ts';
import { doorTrouble } from '../door/words.ts';
import type { Question } from '../shell/confirm.ts';
import { count, listInWords } from '../shell/format.ts';
import { sectionWords, writeTrouble, type Trouble } from '../shell/words.ts';

export type Keeps = CustodyOffer['keeps'];

/** "You keep nothing." */
export const keepsWords: Readonly<Record<Keeps, string>> = {
  none: 'nothing of it',
  read: 'the right to read it',
  write: 'the right to read and write it',
};

export const handOverTrouble: Readonly<Record<WriteFailure | PhraseFailure, Trouble>> = {
  ...writeTrouble,
  'wrong-recovery-phrase': doorTrouble['wrong-recovery-phrase'],
  'unknown-word': doorTrouble['unknown-word'],
  'bad-checksum': doorTrouble['bad-checksum'],
  'wrong-length': doorTrouble['wrong-length'],
};

/** Parts the practice may not write yet: whoever keeps a chart has all of it. */
export function partsToAdd(shares: readonly ShareRow[], practice: PracticeId): readonly ChartSection[] {
  const writes = new Set(
    shares
      .filter((row) => row.practice === practice && row.right === 'write' && row.ended === undefined && !row.undone)
      .map(({ section }) => section),
  );
  return chartSections.filter((section) => !writes.has(section));
}

export interface HandOver {
  readonly to: string;
  readonly keeps: Keeps;
  readonly added: readonly ChartSection[];
  readonly entries: number;
  /** Other practices that may read the chart now. */
  readonly readers: readonly string[];
}

export function handOverQuestion({ to, keeps, added, entries, readers }: HandOver): Question {
  return {
    heading: `Offer this chart to ${to}?`,
    consequences: [
      `Once ${to} takes it over, ${to} keeps the chart with its ${count(entries, 'entry', 'entries')} and alone decides who reads and writes it. You keep ${keepsWords[keeps]}.`,
      ...(added.length === 0
        ? []
        : [
            `${to} gets ${count(added.length, 'part')} now that it could not write before: ${listInWords(
              added.map((section) => sectionWords[section]),
              added.length,
            )}.`,
          ]),
      ...(readers.length === 0
        ? []
        : [`${listInWords(readers, readers.length)} may go on as now, until ${to} changes it.`]),
      `Until they take it over you can withdraw the offer. Afterwards only ${to} can give the chart back.`,
    ],
    act: 'Offer the chart',
    danger: true,
  };
}

export function takeOverQuestion({ practiceName, keeps }: CustodyOffer, readers: readonly string[]): Question {
  return {
    heading: 'Take over this chart?',
    consequences: [
      'Your practice keeps the chart from then on. You alone decide who reads and writes it, and you answer for it.',
      `${practiceName} keeps ${keepsWords[keeps]}.`,
      ...(readers.length === 0
        ? []
        : [`${listInWords(readers, readers.length)} may go on as now, until you change it.`]),
      'It can’t be undone by you alone: to give it back you hand it over in turn.',
    ],
    act: 'Take over this chart',
  };
}
