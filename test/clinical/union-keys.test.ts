/** Names under which the entries of several charts stand side by side, also when one of the charts is crafted (decision 0035). */
import { describe, expect, test } from 'vitest';
import type { ChartSection } from '../../src/base/sections.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import type { StoredResource } from '../../src/clinical/section-edit.ts';
import { UnionKeys } from '../../src/clinical/union/union-keys.ts';
import { UnionRecord } from '../../src/clinical/union/union-record.ts';

function chartOf(...entries: readonly (readonly [key: string, text: string])[]) {
  const resources = new Map(
    entries.map(([key, text]): readonly [string, StoredResource] => [
      key,
      {
        key,
        base: JSON.stringify({ resourceType: 'AllergyIntolerance', id: key.split('/')[1], code: { text } }),
        registers: {},
      },
    ]),
  );
  return new Map<ChartSection, { resources: Map<string, StoredResource>; conflicts: [] }>([
    ['allergies', { resources, conflicts: [] }],
  ]);
}

const key = 'AllergyIntolerance/a';

describe('of a chart whose author foresaw a name of the whole', () => {
  /** Another practice's chart, merged with a chart of the own practice that has an entry of the same name. */
  const theirs = chartOf([`${key}@2`, 'crafted'], [`${key}@3`, 'crafted'], [key, 'other text']);
  const own = chartOf([key, 'Penicillin']);

  test.each([
    ['leads', [theirs, own], 1],
    ['comes second', [own, theirs, chartOf([key, 'Latex'])], 2],
  ] as const)('every entry has a name of its own and lies where it lies, when that chart %s', (_, charts, part) => {
    const keys = new UnionKeys(charts);
    const names = charts.flatMap((sections, at) =>
      [...(sections.get('allergies')?.resources.keys() ?? [])].map((one) => keys.nameOf(at, one)),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(keys.holders(name)).toHaveLength(1);
    const edit = { kind: 'change', key: keys.nameOf(part, key), registers: { note: '{}' } } as const;
    expect(keys.inParts(edit)).toEqual([{ part, edit: { ...edit, key } }]);
    const read = new UnionRecord(
      charts.map((sections) => new ChartRecord(sections as never)),
      keys,
    );
    expect(read.resources).toHaveLength(names.length);
  });
});
