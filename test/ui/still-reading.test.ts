/** A chart of which a part is still being read: nothing that stands there may read as if it were all. */
import { describe, expect, test } from 'vitest';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import { sectionOf } from '../../src/clinical/sections.ts';
import { allergyWords, readingWords } from '../../src/ui/chart/banner-words.ts';
import type { ChartView } from '../../src/ui/chart/chart-view.ts';
import { emptyWords } from '../../src/ui/chart/list-words.ts';
import { summarySections } from '../../src/ui/chart/summary-lines.ts';
import { topics } from '../../src/ui/chart/topics.ts';
import { Chart, type Example } from '../clinical/support.ts';

function viewOf(unread: readonly ChartSection[], ...resources: readonly Example[]): ChartView {
  const { stored } = Chart.of(...resources);
  const sections = new Map(
    chartSections.map((section) => {
      const state = unread.includes(section) ? 'reading' : 'open';
      const held = state === 'open' ? stored.get(section) : undefined;
      return [section, { section, state, resources: held ?? new Map(), conflicts: [], notYetReadable: [] }];
    }),
  );
  return { chart: { unread, sections }, record: new ChartRecord(sections) } as unknown as ChartView;
}

const penicillin: Example = { resourceType: 'AllergyIntolerance', id: 'a1', code: { text: 'Penicillin' } };

describe('a section that is still being read', () => {
  test('is never said to be empty', () => {
    const view = viewOf(chartSections);
    expect(allergyWords(view)).toMatchObject({ tone: 'warning', text: 'Allergies: not all readable yet' });
    for (const { name, section, few } of topics) {
      if (name === 'other') continue;
      expect(emptyWords(view, name, section, few), name).toMatchObject({
        heading: 'Still being read',
        canBegin: false,
      });
    }
  });

  test('is told of beside what is known of others', () => {
    expect(readingWords(viewOf([]))).toBe('');
    expect(readingWords(viewOf(['administrative', 'documents']))).toBe('still reading Administrative and Documents');
    // It lies elsewhere: a row of one that is read, beside a list that is not.
    const view = viewOf(['allergies'], penicillin);
    const moved = { ...view, record: Chart.of(penicillin).record };
    expect(allergyWords(moved).text).toBe('Allergies: Penicillin; more are not readable yet');
  });

  test('is none that the summary shows', () => {
    expect(chartSections.filter((section) => !summarySections.includes(section))).toEqual(['administrative']);
    for (const type of ['Flag', 'AllergyIntolerance', 'DetectedIssue', 'Condition', 'Composition', 'Patient'])
      expect(summarySections, type).toContain(sectionOf(type));
  });
});
