import { describe, expect, it } from 'vitest';
import { historyLines } from '../../src/clinical/history-words.ts';
import { proposedStatements } from '../../src/clinical/proposed-change.ts';
import { Chart } from './support.ts';

const order = {
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'active',
  medicationCodeableConcept: { text: 'Ramipril' },
  dosageInstruction: [{ text: '5 mg once daily' }],
};
const dose = (text: string) => JSON.stringify({ dosageInstruction: [{ text }] });

describe('what was set aside', () => {
  const { record } = Chart.of(order, { resourceType: 'Organization', id: 'lab', name: 'Harbour Lab' });

  it('[CUT-4] is told as before and after, one group for each entry of the chart', () => {
    const change = { key: 'MedicationRequest/m', label: 'Ramipril' };
    const stopped = JSON.stringify({ status: 'stopped', statusReason: { text: 'Cough' } });
    expect(
      proposedStatements(record, [
        { ...change, register: 'dose', before: dose('5 mg once daily'), after: dose('10 mg once daily') },
        { ...change, register: 'status', before: JSON.stringify({ status: 'active' }), after: stopped },
        { ...change, register: 'note', before: undefined, after: JSON.stringify({ note: [{ text: 'Tired.' }] }) },
        { ...change, register: '@import', before: undefined, after: '{}' },
      ]),
    ).toEqual([
      {
        key: 'MedicationRequest/m',
        label: 'Ramipril',
        isNew: false,
        lines: [
          { name: 'Dose', before: '5 mg once daily', after: '10 mg once daily' },
          { name: 'Status', before: 'active', after: 'stopped, Cough' },
          { name: 'Note', before: undefined, after: 'Tired.' },
        ],
      },
    ]);
  });

  it('says of a new entry everything it says but its name and its patient', () => {
    const whole = JSON.stringify({
      ...order,
      id: 'n',
      medicationCodeableConcept: { text: 'Warfarin' },
      subject: { reference: 'Patient/p' },
      requester: { reference: 'Organization/lab' },
    });
    const [statement] = proposedStatements(record, [
      { key: 'MedicationRequest/n', register: '', label: 'Warfarin', before: undefined, after: whole },
    ]);
    expect(statement).toMatchObject({ label: 'Warfarin', isNew: true });
    expect(statement?.lines.map(({ name, after }) => [name, after])).toEqual([
      ['Status', 'active'],
      ['Dose', '5 mg once daily'],
      ['Requester', 'Harbour Lab'],
    ]);
  });

  it('is shown, not thrown over, when its text cannot be read', () => {
    const [change] = proposedStatements(record, [
      { key: 'Condition/x', register: '', label: '', before: undefined, after: '{' },
      { key: 'Condition/x', register: 'status', label: '', before: undefined, after: '[' },
    ]);
    expect(change?.label).toBe('Problem');
    expect(change?.lines.map(({ after }) => after)).toEqual(['cannot be read', 'cannot be read']);
  });

  it('does not list the words that references lend each other', () => {
    const change = { key: 'referenceWords/abc', register: '', label: '', before: undefined, after: '{}' };
    expect(proposedStatements(record, [change])).toEqual([]);
  });
});

describe('the history of an entry', () => {
  const chart = Chart.of(order);
  const [resource] = chart.record.inSection('medications');
  if (resource === undefined) throw new Error('the order is in the chart');
  const created = { register: '', json: JSON.stringify(order) };

  it('says for each value what stood there before, back to what was recorded first', () => {
    const values = [
      { register: 'dose', json: dose('20 mg') },
      { register: 'status', json: JSON.stringify({ status: 'on-hold' }) },
      { register: '@import', json: '{}' },
      { register: 'dose', json: dose('10 mg') },
      created,
    ];
    const lines = historyLines(chart.record, resource, values);
    expect(lines.map(({ value }) => value.json)).toEqual(values.filter((_, i) => i !== 2).map(({ json }) => json));
    expect(lines.map(({ statements }) => statements)).toEqual([
      [{ name: 'Dose', words: '20 mg', before: '10 mg' }],
      [{ name: 'Status', words: 'on hold', before: 'active' }],
      [{ name: 'Dose', words: '10 mg', before: '5 mg once daily' }],
      [
        { name: 'Dose', words: '5 mg once daily', before: undefined },
        { name: 'Status', words: 'active', before: undefined },
      ],
    ]);
  });

  it('says "not recorded" of a statement that was emptied or was not there', () => {
    const values = [{ register: 'dose', json: '{}' }, { register: 'note', json: '{"note":[{"text":"New"}]}' }, created];
    expect(historyLines(chart.record, resource, values).flatMap(({ statements }) => statements)).toMatchObject([
      { name: 'Dose', words: 'not recorded', before: '5 mg once daily' },
      { name: 'Note', words: 'New', before: 'not recorded' },
      {},
      {},
    ]);
  });
});
