/** The lines of the summary's cards: which value speaks for each test. */
import { describe, expect, it } from 'vitest';
import { resultLines, vitalLines } from '../../src/ui/chart/summary-lines.ts';
import { resultRows } from '../../src/clinical/views/results.ts';
import { vitalRows } from '../../src/clinical/views/vitals.ts';
import { Chart, type Example } from '../clinical/support.ts';

const measured = (id: string, category: string, value: number, more: object = {}): Example => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: category }] }],
  effectiveDateTime: '2024-01-01T08:00:00Z',
  code: { text: 'Potassium' },
  valueQuantity: { value, unit: 'mmol/L' },
  ...more,
});
const replacing = (reference: string) => ({
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces', valueReference: { reference } }],
});

describe('the summary', () => {
  // The correction is taken at the moment of what it corrects, so that no date tells which of them counts.
  it.each([
    ['laboratory', resultLines],
    ['vital-signs', vitalLines],
  ] as const)('of %s shows what replaces a value, never what was replaced', (category, lines) => {
    const old = measured('old', category, 7.9);
    const right = measured('right', category, 4.2, { status: 'corrected', ...replacing('Observation/old') });
    for (const both of [
      [old, right],
      [right, old],
    ]) {
      const { record } = Chart.of(...both);
      expect(lines(record).map(({ key }) => key)).toEqual(['Observation/right']);
      const rows = category === 'laboratory' ? resultRows(record) : vitalRows(record);
      expect(rows.find(({ key }) => key === 'Observation/old')?.replacedBy).toBe('Observation/right');
    }
  });

  it('loses no value to what says to replace it and shows none in its place', () => {
    const old = measured('old', 'laboratory', 7.9);
    for (const more of [
      { status: 'entered-in-error' },
      { category: [{ coding: [{ code: 'vital-signs' }] }] },
      { valueQuantity: undefined },
    ]) {
      const { record } = Chart.of(
        old,
        measured('other', 'laboratory', 4.2, {
          ...replacing('Observation/old'),
          code: { text: 'Another' },
          ...more,
        }),
      );
      expect(resultLines(record).map(({ key }) => key)).toContain('Observation/old');
    }
    const each = [
      measured('a', 'laboratory', 7.9, replacing('Observation/b')),
      measured('b', 'laboratory', 4.2, replacing('Observation/a')),
    ];
    expect(resultLines(Chart.of(...each).record)).toHaveLength(1);
  });
});
