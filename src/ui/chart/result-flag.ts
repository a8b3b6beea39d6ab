/** A result's flag as a badge: the word and the arrow say it, the colour only repeats it. */
import { html, nothing } from 'lit';
import type { ResultRow } from '../../clinical/views/results.ts';
import type { ResultFlag } from '../../clinical/views/result-flag.ts';
import '../shell/badge.ts';

const icons: Readonly<Record<ResultFlag['direction'], string>> = {
  high: 'arrow-up',
  low: 'arrow-down',
  abnormal: 'alert',
};

/** "Critical high", "Low": the laboratory's own words where it judged. */
export function flagWords({ flag, interpretation }: Pick<ResultRow, 'flag' | 'interpretation'>): string {
  if (flag === undefined) return '';
  const direction = flag.direction === 'abnormal' ? 'abnormal' : flag.direction;
  const words = flag.critical ? `Critical ${direction}` : direction.charAt(0).toUpperCase() + direction.slice(1);
  return flag.by === 'laboratory' && interpretation !== '' ? interpretation : words;
}

/** "↑H", "↓LL", "!A": where many values stand beside each other. */
export function flagCode({ direction, critical }: ResultFlag): string {
  const letter = { high: 'H', low: 'L', abnormal: 'A' }[direction];
  const shape = { high: '↑', low: '↓', abnormal: '!' }[direction];
  return `${shape}${critical ? letter.repeat(2) : letter}`;
}

export function renderFlag(row: Pick<ResultRow, 'flag' | 'interpretation'>) {
  const { flag } = row;
  if (flag === undefined) return nothing;
  return html`<pc-badge tone=${flag.critical ? 'danger' : 'warning'} icon=${icons[flag.direction]}
    >${flagWords(row)}</pc-badge
  >`;
}
