/** The words of the inbox. */
import type { InboxResult } from '../../app/work/work-acts.ts';
import type { ResultRank } from '../../clinical/attention/waiting-results.ts';
import type { Tone } from '../shell/callout.ts';

export const rankTitles: Readonly<Record<ResultRank, string>> = {
  critical: 'Critical',
  abnormal: 'Abnormal',
  unjudged: 'Not judged',
  normal: 'Normal',
};

export const rankHints: Readonly<Record<ResultRank, string>> = {
  critical: 'Called critical by the laboratory.',
  abnormal: 'Called abnormal by the laboratory, or outside the range that came with the result.',
  unjudged: 'Neither the laboratory nor a range says what is expected: read each of them.',
  normal: 'Called normal by the laboratory, or inside the range that came with the result.',
};

export const rankTones: Readonly<Record<ResultRank, Tone>> = {
  critical: 'danger',
  abnormal: 'warning',
  unjudged: 'neutral',
  normal: 'neutral',
};

/** "Critical · High"; nothing for what is not flagged. */
export function flagWords({ rank, flag }: Pick<InboxResult, 'rank' | 'flag'>): string {
  if (rank === 'critical') return flag === 'Abnormal' ? 'Critical' : `Critical: ${flag.toLowerCase()}`;
  return rank === 'abnormal' ? flag : '';
}
