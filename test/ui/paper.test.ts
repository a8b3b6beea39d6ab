/** The margins of a printed page are written as a style sheet: whatever a patient is called must not end it. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { pageRule } from '../../src/ui/chart/paper.ts';

const margins = {
  patient: 'Amber Testwood, born 5 Mar 1970',
  title: 'Medication list',
  printed: 'Printed today by Dr. A',
};

describe('the margins of a sheet', () => {
  test('name, birth date, sheet, page x of y, when and by whom stand on every page', () => {
    const rule = pageRule(margins);
    for (const text of ['Amber Testwood, born 5 Mar 1970', 'Medication list', 'Printed today by Dr. A'])
      expect(rule).toContain(`content: "${text}"`);
    expect(rule).toContain('"Page " counter(page) " of " counter(pages)');
  });

  test('a name cannot leave its string, whatever it is made of', () => {
    expect(pageRule({ ...margins, patient: 'O"; } @import "x" \\' })).toContain(
      '"O\\22 \\3b  \\7d  \\40 import \\22 x\\22  \\5c "',
    );
    const strings = (rule: string): number => rule.split('"').length;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (patient) => {
        const rule = pageRule({ ...margins, patient });
        expect(strings(rule)).toBe(strings(pageRule(margins)));
        expect(rule.split('\n').length).toBe(pageRule(margins).split('\n').length);
      }),
    );
  });
});
