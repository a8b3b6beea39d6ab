/** The list of a practice: in order, counted and found without walking all of it. Counts, not times. */
import { describe, expect, it } from 'vitest';
import { ChartCounts } from '../../../src/app/patients/chart-counts.ts';
import { byNameAndBirthDate, SortedCharts } from '../../../src/app/patients/sorted-charts.ts';
import { chartId, practiceId, type ChartId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../support/seeded-random.ts';

interface Named {
  readonly id: ChartId;
  readonly name: string;
  readonly birthDate?: string;
}

function idOf(i: number): ChartId {
  return chartId(new Uint8Array(32).with(0, i >> 8).with(1, i & 255));
}

function named(i: number, name = `Patient ${String((i * 7919) % 10_007).padStart(5, '0')}`): Named {
  return { id: idOf(i), name };
}

class Counting {
  comparisons = 0;
  readonly compare = (a: Named, b: Named): number => {
    this.comparisons++;
    return byNameAndBirthDate(a, b);
  };
}

describe('the list in order', () => {
  it('of ten thousand takes a few dozen comparisons when one is added or renamed, and none when one is only counted anew', () => {
    const counting = new Counting();
    const sorted = new SortedCharts<Named>(counting.compare);
    for (let i = 0; i < 10_000; i++) sorted.put(undefined, named(i));
    expect(sorted.all).toHaveLength(10_000);
    counting.comparisons = 0;
    sorted.put(undefined, named(10_000, 'Baker'));
    expect(sorted.all[0]?.name).toBe('Baker');
    sorted.put(named(10_000, 'Baker'), named(10_000, 'Zuse'));
    expect(sorted.all.at(-1)?.name).toBe('Zuse');
    expect(counting.comparisons).toBeLessThan(60);
    const before = sorted.all;
    sorted.put(named(5), { ...named(5) });
    expect(sorted.all).not.toBe(before);
    expect(sorted.all).toHaveLength(10_001);
    expect(counting.comparisons).toBeLessThan(90);
  });

  it('is the same object while nothing in it changed', () => {
    const sorted = new SortedCharts<Named>();
    sorted.put(undefined, named(1));
    expect(sorted.all).toBe(sorted.all);
  });

  it('kept change by change is the one that sorting gives', () => {
    const bytes = seededRandom('list');
    const random = (): number => (bytes.bytes(1)[0] ?? 0) / 256;
    const sorted = new SortedCharts<Named>();
    const charts = new Map<ChartId, Named>();
    for (let step = 0; step < 2_000; step++) {
      const i = Math.floor(random() * 300);
      const birthDate = random() < 0.5 ? '1970' : '1980-01-01';
      const next = { ...named(i, `N${String(Math.floor(random() * 40))}`), birthDate };
      sorted.put(charts.get(next.id), next);
      charts.set(next.id, next);
      if (random() < 0.2) expect(sorted.all).toEqual([...charts.values()].sort(byNameAndBirthDate));
    }
  });
});

describe('counts of charts', () => {
  const [ours, clinic, pharmacy] = [1, 2, 3].map((n) => practiceId(new Uint8Array(32).fill(n)));

  it('follow each chart from how it was to how it is', () => {
    if (ours === undefined || clinic === undefined || pharmacy === undefined) throw new Error('three practices');
    const counts = new ChartCounts();
    const own = {
      own: true,
      custodian: ours,
      access: 'own',
      sharedWith: [clinic],
      everShared: [clinic, pharmacy],
      setAside: 2,
      heldElsewhere: false,
    };
    counts.put(undefined, own);
    expect(counts.with(clinic)).toEqual({ given: 1, received: 0, setAside: 2 });
    expect(counts.with(pharmacy)).toEqual({ given: 0, received: 0, setAside: 2 });
    expect(counts.onlyHere).toBe(1);
    const given = {
      ...own,
      own: false,
      custodian: clinic,
      access: 'read',
      sharedWith: [],
      setAside: 0,
      heldElsewhere: true,
    };
    counts.put(own, given);
    expect(counts.with(clinic)).toEqual({ given: 0, received: 1, setAside: 0 });
    expect(counts.onlyHere).toBe(0);
    counts.put(given, { ...given, access: 'ended' });
    expect(counts.with(clinic)).toEqual({ given: 0, received: 0, setAside: 0 });
  });
});
