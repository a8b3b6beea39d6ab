/**
 * What a person chose of what was set aside, with what comes along because something chosen builds on it, and what admitting or
 * settling would do, in numbers. Pure.
 */
import type { EntryHash } from '../../base/ids.ts';
import type { ForkBranch, SetAsideRow } from '../../app/charts/chart-acts.ts';
import type { Question } from '../shell/confirm.ts';
import { count, listInWords } from '../shell/format.ts';
import { sectionWords } from '../shell/words.ts';
import { personWords } from './review-words.ts';

export interface Chosen {
  readonly chosen: readonly SetAsideRow[];
  /** Not chosen, but needed by what was. */
  readonly along: readonly SetAsideRow[];
}

export function chosenOf(rows: readonly SetAsideRow[], ids: ReadonlySet<EntryHash>): Chosen {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const reached = new Set(rows.filter(({ id }) => ids.has(id)).map(({ id }) => id));
  for (const id of reached) for (const needed of byId.get(id)?.needs ?? []) if (byId.has(needed)) reached.add(needed);
  return {
    chosen: rows.filter(({ id }) => ids.has(id)),
    along: rows.filter(({ id }) => reached.has(id) && !ids.has(id)),
  };
}

/** Rows of one author in one section, in the order given. */
export function groupsOf(rows: readonly SetAsideRow[]): readonly (readonly SetAsideRow[])[] {
  const groups = new Map<string, SetAsideRow[]>();
  for (const row of rows) {
    // What waits for different things is said apart, also of one author.
    const name = `${row.group} ${row.reason}`;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [row]);
    else known.push(row);
  }
  return [...groups.values()];
}

export function admitQuestion({ chosen, along }: Chosen): Question {
  const all = [...chosen, ...along];
  const total = entriesOf(all);
  const authors = [...new Set(all.map((row) => personWords(row) || 'somebody unknown'))];
  const sections = [...new Set(all.map(({ section }) => sectionWords[section]))];
  return {
    heading: `Take ${count(total, 'change')} into this chart?`,
    consequences: [
      `${count(total, 'change')} by ${listInWords(authors)} will count in ${listInWords(sections, sections.length)}.`,
      ...(along.length === 0
        ? []
        : [
            `${count(entriesOf(along), 'of them comes', 'of them come')} along because what you chose builds on ${
              entriesOf(along) === 1 ? 'it' : 'them'
            }.`,
          ]),
      'Everyone who may read these parts will see them, under their author’s name and with the mark that you admitted them.',
      'This can’t be taken back. What turns out to be wrong can be changed, or marked as entered in error.',
    ],
    act: `Admit ${count(total, 'change')}`,
  };
}

export function settleQuestion(chosen: ForkBranch, standing: ForkBranch | undefined): Question {
  return {
    heading: 'Let this version stand?',
    consequences: [
      `${count(chosen.entries, 'change')} of this version will count, in every practice that shares this part.`,
      ...(standing === undefined
        ? []
        : [`${count(standing.entries, 'change')} of the version that stands now will be set aside.`]),
      'What others wrote on top of the version that goes may be set aside with it.',
    ],
    act: 'Let this one stand',
  };
}

export function entriesOf(rows: readonly SetAsideRow[]): number {
  return rows.reduce((sum, { entries }) => sum + entries, 0);
}
