import { describe, expect, it } from 'vitest';
import { addAllergy, stateNoKnownAllergies } from '../../src/clinical/edits/allergy.ts';
import { markEnteredInError } from '../../src/clinical/edits/entered-in-error.ts';
import { listState, type Topic } from '../../src/clinical/list-state.ts';
import { sharePreview } from '../../src/clinical/share-preview.ts';
import { act, Chart, only, read, referenceFiles } from './support.ts';
import { needing } from '../support/reference-data.ts';

const open = { shared: true, unreadable: 0 };

describe('what an empty list means', () => {
  it('tells "none known" (by whom, when) from "not recorded", "not shared with you" and "incomplete"', () => {
    const chart = new Chart();
    expect(listState(chart.record, 'allergies', open)).toEqual({ kind: 'not-recorded' });
    expect(listState(chart.record, 'allergies', { ...open, shared: false })).toEqual({ kind: 'not-shared' });
    expect(listState(chart.record, 'allergies', { ...open, unreadable: 3 })).toEqual({
      kind: 'incomplete',
      unreadable: 3,
    });
    chart.do(stateNoKnownAllergies(act(chart, { id: 'n' })));
    expect(listState(chart.record, 'allergies', open)).toMatchObject({
      kind: 'none-known',
      statements: [
        {
          key: 'AllergyIntolerance/n',
          label: 'No known allergy',
          recordedBy: 'Dr. Bob',
          when: { words: '22 Nov 2026, 16:00' },
        },
      ],
    });
    expect(listState(chart.record, 'allergies', { ...open, unreadable: 1 })).toEqual({
      kind: 'incomplete',
      unreadable: 1,
    });
  });

  it('counts what is not yet readable beside what is listed', () => {
    const chart = new Chart();
    chart.do(addAllergy(act(chart), { substance: 'Latex' }));
    expect(listState(chart.record, 'allergies', { ...open, unreadable: 2 })).toEqual({ kind: 'listed', unreadable: 2 });
  });

  it('an entry made in error lists nothing, and a statement made in error denies nothing', () => {
    const chart = new Chart();
    chart.do(stateNoKnownAllergies(act(chart, { id: 'n' })));
    chart.do(markEnteredInError(chart.resource('AllergyIntolerance/n')));
    expect(listState(chart.record, 'allergies', open)).toEqual({ kind: 'not-recorded' });
  });

  it('"no information" is not "none known"', () => {
    const code = { coding: [{ code: 'no-problem-info' }], text: 'No information about problems' };
    const chart = Chart.of({ resourceType: 'Condition', id: 'x', code });
    expect(listState(chart.record, 'problems', open).kind).toBe('no-information');
  });

  it.skipIf(referenceFiles('ips').length === 0)(
    needing('reads what patient summaries of several countries state', 'ips'),
    async () => {
      const states = new Map<string, Partial<Record<Topic, string>>>();
      for (const { name, text } of referenceFiles('ips')) {
        const { record } = Chart.imported(only(await read(text)).resources);
        const kind = (topic: Topic) => listState(record, topic, open).kind;
        const [problems, medications, allergies, immunizations] = [
          kind('problems'),
          kind('medications'),
          kind('allergies'),
          kind('immunizations'),
        ];
        states.set(name.replace(/^.*\/|\.json$/g, ''), { problems, medications, allergies, immunizations });
      }
      expect(states.get('Bundle-NZPSNoClinicalInfoBundle')).toEqual({
        problems: 'none-known',
        medications: 'none-known',
        allergies: 'none-known',
        immunizations: 'none-known',
      });
      expect(states.get('Bundle-aups-noknownx')).toMatchObject({
        problems: 'none-known',
        medications: 'none-known',
        allergies: 'none-known',
      });
      expect(states.get('Bundle-aups-gpvisit-retrieval')).toMatchObject({
        problems: 'listed',
        allergies: 'none-known',
      });
    },
  );
});

describe('what the other side will see', () => {
  const chart = Chart.of(
    { resourceType: 'Patient', id: 'alice', name: [{ family: 'Example' }] },
    { resourceType: 'Condition', id: 'd', code: { text: 'Depression' } },
    {
      resourceType: 'MedicationRequest',
      id: 'm',
      status: 'active',
      medicationCodeableConcept: { text: 'Sertraline' },
      dosageInstruction: [{ text: '50 mg daily' }],
      subject: { reference: 'Patient/alice', display: 'Alice' },
      reasonReference: [{ reference: 'Condition/d', display: 'Depression, severe' }],
    },
  );

  it('counts and lists each entry of the chosen sections, and of identity always', () => {
    expect(
      sharePreview(chart.record, ['medications']).map(({ section, count, lines }) => [section, count, lines]),
    ).toEqual([
      ['identity', 0, []],
      ['medications', 1, ['Prescription: Sertraline, 50 mg daily, active']],
    ]);
  });

  it('names words of other sections that go along inside the entries, unless those are shared too', () => {
    expect(sharePreview(chart.record, ['medications'])[1]?.alsoVisible).toEqual(['Depression, severe']);
    expect(sharePreview(chart.record, ['medications', 'problems'])[1]?.alsoVisible).toEqual([]);
  });
});
