/** Which results wait for a clinician, and in which order they are answered. */
import { describe, expect, test } from 'vitest';
import { deviceId, type DeviceId } from '../../../src/base/ids.ts';
import { byRank, waitingResults, type WaitingResult } from '../../../src/clinical/attention/waiting-results.ts';
import type { Provenance } from '../../../src/clinical/conflicts.ts';
import type { StoredResource } from '../../../src/clinical/section-edit.ts';
import type { Example } from '../support.ts';

const laboratory = deviceId(new Uint8Array(32).fill(7));
const written = '2026-11-20T10:00:00Z';
const number = (value: number, more: object = {}) => ({
  valueQuantity: { value, unit: 'mmol/L' },
  referenceRange: [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 5.1, unit: 'mmol/L' } }],
  ...more,
});
const judged = (code: string) => ({ interpretation: [{ coding: [{ code }] }] });

function potassium(id: string, more: object): Example {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: { text: 'Potassium' },
    effectiveDateTime: '2026-11-20',
    ...more,
  };
}

function stored(examples: readonly Example[], registers: Readonly<Record<string, string>> = {}) {
  return new Map(
    examples.map((resource): [string, StoredResource] => {
      const key = `${resource.resourceType}/${resource.id}`;
      return [key, { key, base: JSON.stringify(resource), registers }];
    }),
  );
}

function waiting(
  examples: readonly Example[],
  { at = written, registers = {}, from = 0 } = {},
): readonly WaitingResult[] {
  const byLaboratory = () => ({ timeMs: Date.parse(at), device: laboratory });
  return waitingResults(stored(examples, registers), byLaboratory, { readableFromMs: from });
}

describe('results that wait', () => {
  test('are ranked by what their laboratory said and by their own range, critical first', () => {
    const found = waiting([
      potassium('inside', number(4.2)),
      potassium('high', number(5.6)),
      potassium('critical', { ...number(7.1), ...judged('HH') }),
      potassium('no-range', { valueQuantity: { value: 4.2, unit: 'mmol/L' } }),
      potassium('word', { valueString: 'positive', ...judged('AA') }),
    ]);
    const ranks = Object.fromEntries(
      found.map(({ key, rank, flag }) => [key.slice('Observation/'.length), [rank, flag]]),
    );
    expect(ranks).toEqual({
      inside: ['normal', ''],
      high: ['abnormal', 'High'],
      critical: ['critical', 'High'],
      'no-range': ['unjudged', ''],
      word: ['critical', 'Abnormal'],
    });
    expect(found.toSorted(byRank).map(({ rank }) => rank)).toEqual([
      'critical',
      'critical',
      'abnormal',
      'unjudged',
      'normal',
    ]);
  });

  test('a panel is as grave as its gravest part, and normal only if every part is judged so', () => {
    const part = (more: object) => ({ code: { text: 'Part' }, ...more });
    const [mixed, unjudged] = waiting([
      potassium('mixed', { component: [part(number(4.2)), part(number(9))] }),
      potassium('unjudged', { component: [part(number(4.2)), part({ valueQuantity: { value: 1 } })] }),
    ]);
    expect([mixed?.rank, unjudged?.rank]).toEqual(['abnormal', 'unjudged']);
  });

  test('an old result in a file imported today waits for nobody; one taken last week does', () => {
    const found = waiting([
      potassium('old', { ...number(7.1), ...judged('HH'), effectiveDateTime: '2019-03-01' }),
      potassium('last-week', { ...number(4.2), effectiveDateTime: '2026-11-13' }),
      potassium('issued-late', { ...number(4.2), effectiveDateTime: '2026-09-01', issued: '2026-11-18T10:00:00Z' }),
    ]);
    expect(found.map(({ key }) => key)).toEqual(['Observation/last-week', 'Observation/issued-late']);
  });

  test('what was written years before this practice could read it was somebody else’s to answer', () => {
    const examples = [potassium('theirs', { ...number(5.6), effectiveDateTime: '2020-01-02' })];
    const at = '2020-01-02T09:00:00Z';
    expect(waiting(examples, { at })).toHaveLength(1);
    expect(waiting(examples, { at, from: Date.parse('2026-01-01') })).toEqual([]);
  });

  test('a laboratory whose clock fell behind is heard all the same: what was taken since could be read is no history', () => {
    const from = Date.parse('2026-10-01');
    const critical = potassium('k', { ...number(7.1), ...judged('HH') });
    expect(waiting([critical], { at: '2000-01-01T00:00:00Z', from })).toHaveLength(1);
  });

  test('another value, another judgement or a correction is another version; whose hand wrote it is not', () => {
    const version = (more: object) => waiting([potassium('k', more)])[0]?.version;
    const first = version(number(5.6));
    expect(version({ ...number(5.6), performer: [{ display: 'Another' }] })).toBe(first);
    const others = [
      version(number(5.7)),
      version({ ...number(5.6), ...judged('HH') }),
      version({ ...number(5.6), status: 'corrected' }),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  test('an old result that is corrected is news, whenever it was taken', () => {
    const old = [potassium('k', { ...number(4.2), effectiveDateTime: '2019-03-01' })];
    expect(waiting(old)).toEqual([]);
    const [corrected] = waiting(old, { registers: { value: JSON.stringify(number(6.9)) } });
    expect(corrected).toMatchObject({ value: '6.9 mmol/L', rank: 'abnormal', corrected: true });
  });

  test('what is no result to answer is left out: errors, cancelled orders, habits, what a newer one replaces', () => {
    const replaces = {
      url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces',
      valueReference: { reference: 'Observation/first' },
    };
    const found = waiting([
      potassium('error', { ...number(9), status: 'entered-in-error' }),
      potassium('cancelled', { status: 'cancelled' }),
      potassium('smoking', { category: [{ coding: [{ code: 'social-history' }] }], valueString: 'never' }),
      potassium('first', number(9)),
      potassium('second', { ...number(5.6), extension: [replaces] }),
    ]);
    expect(found.map(({ key }) => key)).toEqual(['Observation/second']);
  });

  test('who says to replace a result takes it out of the list only by what waits in its place', () => {
    const instead = (...ids: readonly string[]) => ({
      extension: ids.map((id) => ({
        url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces',
        valueReference: { reference: `Observation/${id}` },
      })),
    });
    const critical = potassium('critical', { ...number(7.1), ...judged('HH') });
    for (const crafted of [
      { ...number(4), ...instead('critical'), effectiveDateTime: '2019-03-01' },
      { ...number(4), ...instead('critical'), category: [{ coding: [{ code: 'survey' }] }] },
      { ...number(4), ...instead('critical'), status: 'unknown' },
    ])
      expect(waiting([critical, potassium('crafted', crafted)]).map(({ key }) => key)).toEqual([
        'Observation/critical',
      ]);
    expect(waiting([{ ...critical, ...instead('critical') }])).toHaveLength(1);
    const each = (id: string, of: string) => potassium(id, { ...number(4), ...instead(of) });
    expect(waiting([each('a', 'b'), each('b', 'a')])).toHaveLength(2);
    const third = waiting([critical, each('second', 'critical'), each('third', 'second')]);
    expect(third.map(({ key }) => key)).toEqual(['Observation/third']);
  });

  test('a report with a conclusion waits; one that only gathers results does not', () => {
    const report = (id: string, more: object): Example => ({
      resourceType: 'DiagnosticReport',
      id,
      status: 'final',
      code: { text: 'Chest X-ray' },
      effectiveDateTime: '2026-11-19',
      ...more,
    });
    const found = waiting([
      report('read', { conclusion: 'Opacity in the left lower lobe' }),
      report('panel', { result: [{ reference: 'Observation/k' }] }),
    ]);
    expect(found.map(({ value, rank }) => [value, rank])).toEqual([['Opacity in the left lower lobe', 'unjudged']]);
  });

  describe('that somebody withdrew', () => {
    const other = deviceId(new Uint8Array(32).fill(9));
    const critical = potassium('k', { ...number(7.1), ...judged('HH') });
    const withdrawn = (status: string, by = other, at = written) => {
      const registers = { status: JSON.stringify({ status }) };
      return waitingResults(stored([critical], registers), (_, register) =>
        register === 'status'
          ? { timeMs: Date.parse(at), device: by }
          : { timeMs: Date.parse(written), device: laboratory },
      );
    };

    test.each(['entered-in-error', 'cancelled', 'unknown'])(
      'another than its author says %s: it stays with its rank until somebody has looked, as another version',
      (status) => {
        const [before] = waiting([critical]);
        const [after] = withdrawn(status);
        expect(after).toMatchObject({ key: 'Observation/k', rank: 'critical', withdrawn: true, by: other });
        expect(after?.version).not.toBe(before?.version);
      },
    );

    test('who wrote it takes back what nobody needs to see; what never was a result leaves nothing either', () => {
      expect(withdrawn('entered-in-error', laboratory)).toEqual([]);
      expect(waiting([potassium('k', { ...number(7.1), status: 'entered-in-error' })])).toEqual([]);
      expect(
        waiting([potassium('k', { status: 'registered' })], {
          registers: { status: JSON.stringify({ status: 'cancelled' }) },
        }),
      ).toEqual([]);
    });

    test('by a clock that fell behind: it was withdrawn after it was written, whatever the clock says', () => {
      const undated = potassium('k', { ...number(7.1), ...judged('HH'), effectiveDateTime: undefined });
      const found = waitingResults(
        stored([undated], { status: JSON.stringify({ status: 'entered-in-error' }) }),
        (_, register) =>
          register === 'status'
            ? { timeMs: Date.parse('2000-01-01'), device: other }
            : { timeMs: Date.parse(written), device: laboratory },
        { readableFromMs: Date.parse('2026-10-01') },
      );
      expect(found).toMatchObject([{ rank: 'critical', withdrawn: true, by: other, writtenMs: Date.parse(written) }]);
    });

    test('long after it was taken, it is history', () => {
      expect(withdrawn('entered-in-error', other, '2027-03-01T10:00:00Z')).toEqual([]);
    });
  });

  test('two versions written at once are told both, by the gravest of them, and as another version than either', () => {
    const value = (told: object) => ({ value: JSON.stringify(told) });
    const [fine, grave] = [value(number(4.2)), value({ ...number(7.4), ...judged('HH') })];
    const provenance = (device: DeviceId) =>
      ({ device, actor: 'a', timeMs: Date.parse(written), change: 'c' }) as unknown as Provenance;
    const resources = stored([potassium('k', number(4))], fine);
    const byLaboratory = () => ({ timeMs: Date.parse(written), device: laboratory });
    const conflicts = [
      {
        key: 'Observation/k',
        branches: [fine, grave].map((registers) => ({ provenance: provenance(laboratory), registers, created: false })),
      },
    ];
    const [settled] = waitingResults(resources, byLaboratory);
    const [found, ...others] = waitingResults(resources, byLaboratory, { conflicts });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ rank: 'critical', key: 'Observation/k' });
    expect(found?.unsettled).toMatch(/4\.2.* or .*7\.4/);
    expect(found?.version).not.toBe(settled?.version);
  });
});
