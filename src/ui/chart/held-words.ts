/** Where a chart is held, in a person's words. */
import type { HeldAt } from '../../app/charts/chart-on-screen.ts';
import type { StateWords } from '../peers/words.ts';
import { count, whenInWords } from '../shell/format.ts';

export const isUpToDate = ({ at, lacking }: HeldAt): boolean => at !== undefined && lacking === 0;

export function placeName({ kind, name }: HeldAt): string {
  switch (kind) {
    case 'keeper':
      return `keeper ${name}`;
    case 'their-keeper':
      return `${name}’s keeper`;
    case 'device':
    case 'practice':
      return name;
  }
}

/** What the place is, beside its name. */
export const placeWords: Readonly<Record<HeldAt['kind'], string>> = {
  device: 'Device of your practice',
  keeper: 'Keeper of your practice: holds it sealed, can read nothing',
  practice: 'Practice that may read some of it',
  'their-keeper': 'Keeper of that practice: holds it sealed, can read nothing',
};

export function heldState(held: HeldAt): StateWords {
  if (isUpToDate(held)) return { tone: 'success', icon: 'check', text: 'Up to date' };
  if (held.at === undefined) return { tone: 'neutral', icon: 'clock', text: 'Not heard of yet' };
  return {
    tone: 'warning',
    icon: 'clock',
    text: `Lacks the last ${held.lacking === 1 ? 'change' : count(held.lacking, 'change')}`,
  };
}

export function heardWords({ at }: HeldAt, now: Date): string {
  return at === undefined ? 'never' : whenInWords(at, now);
}
