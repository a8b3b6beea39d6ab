/**
 * What a chart says of how something came into it or was kept out: one table from reason to sentences, each saying what can
 * be done; and the marks beside an author in the history.
 */
import type { AsideReason, AuthorDoubts, SetAsideRow } from '../../app/charts/chart-acts.ts';
import type { Authorship } from '../../app/charts/chart-on-screen.ts';
import type { ChartSummary, Session } from '../../app/session.ts';
import { peerName } from '../patients/words.ts';
import { count, timeInWords } from '../shell/format.ts';

interface AsideWords {
  /** For a badge. */
  readonly short: string;
  /** Why it is in no chart. `who`: the practice. */
  readonly why: (who: string) => string;
  readonly todo: string;
}

export const asideWords: Readonly<Record<AsideReason, AsideWords>> = {
  'after-stop': {
    short: 'After the right ended',
    why: (who) => `Written when ${who}, or the device it was written on, had lost the right to write here.`,
    todo: 'Take in what should count, and put the rest out of sight.',
  },
  'waits-for-close': {
    short: 'Device removed',
    why: (who) => `Written on a device that ${who} has removed. How far its work counts is not settled yet.`,
    todo: 'Nothing to do here: an administrator of that practice says it when one of its devices is connected.',
  },
  fork: {
    short: 'Second version',
    why: (who) => `A device of ${who} wrote two versions of the same work. This is the one that does not stand.`,
    todo: 'Compare it with the one that stands, below, and choose.',
  },
  missing: {
    short: 'Something is missing',
    why: (who) => `It builds on work of ${who} that has not arrived here.`,
    todo: 'Connect to the practice that wrote it; it is looked at again by itself.',
  },
};

export const notYetOpened = 'What it says cannot be read here: the key to it has not arrived.';

/** A quiet mark under a value of the history. */
export interface HistoryMark {
  readonly icon: string;
  readonly text: string;
}

/** What a reader should know of who wrote a value and how it came in. */
export function historyMarks(author: Authorship & AuthorDoubts): readonly HistoryMark[] {
  const marks: HistoryMark[] = [];
  if (author.vouchedBy === true) {
    const whose = author.practiceName === '' ? 'Its author’s' : `${author.practiceName}’s`;
    marks.push({
      icon: 'link',
      text: `In this chart because a colleague who may write here built on it. ${whose} own right had ended.`,
    });
  }
  if (author.admittedBy !== undefined) {
    const by = personWords(author.admittedBy);
    const when = author.admittedAt === undefined ? '' : ` on ${timeInWords(author.admittedAt)}`;
    marks.push({ icon: 'check', text: `Set aside at first. Admitted${by === '' ? '' : ` by ${by}`}${when}.` });
  }
  if (author.clockDoubt !== undefined) {
    const off = author.clockOffMinutes === undefined ? '' : `about ${minutesInWords(author.clockOffMinutes)} `;
    const sentence =
      author.clockDoubt === 'ahead'
        ? `The clock of this author’s device was ${off}ahead of ours: it came here before the time it gives.`
        : `The clock of this author’s device was ${off}behind: it builds on what others give a later time.`;
    marks.push({ icon: 'history', text: sentence });
  }
  return marks;
}

/** Practices with a part in the chart that have a device whose clock is more than five minutes off. */
export function practicesWithWrongClock(of: {
  readonly session: Session;
  readonly chart: { readonly summary: ChartSummary };
}): readonly string[] {
  const { session } = of;
  const { custodian, sharedWith } = of.chart.summary;
  const concerned = new Set([session.practice.id, custodian, ...sharedWith]);
  const found = session
    .diagnostics()
    .flatMap(({ kind, who }) => (kind === 'clock' && who !== undefined && concerned.has(who) ? [who] : []));
  return [...new Set(found)].map((practice) => peerName(session, practice));
}

/** Person, then practice; what is not known is left out. */
export function personWords(person: { readonly personName: string; readonly practiceName: string }): string {
  return [person.personName, person.practiceName].filter((name) => name !== '').join(', ');
}

/** Whose work it is, in the middle of a sentence. */
export function practiceWords(session: Session, row: Pick<SetAsideRow, 'practice' | 'practiceName'>): string {
  if (row.practice === session.practice.id) return 'your practice';
  return row.practiceName === '' ? 'a practice not known here' : row.practiceName;
}

/** "25 min", "2 h", "3 days": as exact as it matters. */
export function minutesInWords(minutes: number): string {
  const whole = Math.abs(Math.round(minutes));
  if (whole < 90) return `${String(whole)} min`;
  const hours = Math.round(whole / 60);
  return hours < 48 ? `${String(hours)} h` : count(Math.round(hours / 24), 'day');
}
