/** The bench's arithmetic and what it prints. Its times are checked nowhere: they belong to the machine. */
import { describe, expect, test } from 'vitest';
import { figureOf, isReached, toJsonLine, toTable, type FigureWords } from '../../bench/figure.ts';
import { generatedBundle } from '../../bench/generated-bundle.ts';
import { median, percentile, ratios, summarize } from '../../bench/statistics.ts';
import { readBundle } from '../../src/clinical/bundle.ts';

const words: FigureWords = { figure: 'open', aim: 1.2, unit: '× load', better: 'lower', workload: 'a chart' };

describe('statistics', () => {
  test('the median of an odd number is the middle, of an even number the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(() => median([])).toThrow('at least one');
  });

  test('the 95th percentile is the least value that 95 of a hundred do not exceed', () => {
    expect(
      percentile(
        Array.from({ length: 100 }, (_, i) => 100 - i),
        0.95,
      ),
    ).toBe(95);
    expect(percentile([7], 0.95)).toBe(7);
    expect(() => percentile([], 0.95)).toThrow('at least one');
  });

  test('a turn that was disturbed on both sides leaves the median of ratios as it is', () => {
    const turns = [
      { product: 20, floor: 10 },
      { product: 200, floor: 100 },
      { product: 22, floor: 10 },
    ];
    expect(summarize(ratios(turns))).toEqual({ median: 2, lowest: 2, highest: 2.2, turns: 3 });
  });

  test('a floor of nothing is a fault of the bench, not an infinite ratio', () => {
    expect(() => ratios([{ product: 1, floor: 0 }])).toThrow('above zero');
  });
});

describe('figures', () => {
  const figure = figureOf(words, { median: 1.23456, lowest: 1.1, highest: 1.5, turns: 5 });

  test('a JSON line begins with the agreed fields and ends with how sure they are', () => {
    expect(toJsonLine(figure)).toBe(
      '{"figure":"open","value":1.23,"aim":1.2,"unit":"× load","better":"lower","workload":"a chart","spread":[1.1,1.5],"turns":5}',
    );
  });

  test('an aim is missed on the side that is worse', () => {
    expect(isReached(figure)).toBe(false);
    expect(isReached({ ...figure, better: 'higher' })).toBe(true);
    expect(isReached({ ...figure, value: 1.2 })).toBe(true);
  });

  test('the table says which aims are missed', () => {
    expect(toTable([{ ...figure, measured: '2 ms' }])).toContain(
      '| open | 1.23 × load | 1.1–1.5 in 5 | ≤ 1.2 (missed) | 2 ms |',
    );
  });
});

test('a generated record is read as one patient with as many resources as asked for', async () => {
  const read = await readBundle(generatedBundle(60));
  expect(read.ok && read.value.charts.length).toBe(1);
  expect(read.ok && read.value.resourceCount).toBe(60);
});
