import { describe, expect, it } from 'vitest';
import { actorId, changeHash, deviceId } from '../../src/base/ids.ts';
import { conflictViews, contradictions, settleWithEntered } from '../../src/clinical/conflict-view.ts';
import { listKey, type ConcurrentBranch, type Provenance } from '../../src/clinical/conflicts.ts';
import { addAllergy, stateNoKnownAllergies } from '../../src/clinical/edits/allergy.ts';
import { addBloodPressure } from '../../src/clinical/edits/blood-pressure.ts';
import { changeDose, stopMedication } from '../../src/clinical/edits/medication.ts';
import { markEnteredInError } from '../../src/clinical/edits/entered-in-error.ts';
import type { EditOutcome } from '../../src/clinical/edits/edit.ts';
import { allergyRows } from '../../src/clinical/views/allergies.ts';
import { medicationRows } from '../../src/clinical/views/medications.ts';
import { act, Chart } from './support.ts';

const key = 'MedicationRequest/m';
const amlodipine = {
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'active',
  medicationCodeableConcept: { text: 'Amlodipine' },
  dosageInstruction: [{ text: '5 mg daily' }],
};

function by(number: number): Provenance {
  const bytes = (length: number) => new Uint8Array(length).fill(number);
  return { device: deviceId(bytes(32)), actor: actorId(bytes(16)), timeMs: number, change: changeHash(bytes(32)) };
}

function branch(number: number, outcome: EditOutcome, saw?: Readonly<Record<string, string>>): ConcurrentBranch {
  if (outcome.kind !== 'edits') throw new Error(JSON.stringify(outcome));
  const registers = outcome.edits[0]?.kind === 'change' ? outcome.edits[0].registers : {};
  return { provenance: by(number), registers, created: false, ...(saw === undefined ? {} : { saw }) };
}

describe('two people wrote at the same time', () => {
  it('[AM-4] shows two doses side by side and offers each, and nothing that nobody wrote', () => {
    const chart = Chart.of(amlodipine);
    const drug = chart.resource(key);
    const branches = [
      branch(1, changeDose(act(chart), drug, { amount: '10', unit: 'mg' })),
      branch(2, changeDose(act(chart), drug, { amount: '5', unit: 'µg' })),
    ];
    const [view] = conflictViews(chart.record, 'medications', [{ key, branches }]);
    expect(view).toMatchObject({ kind: 'values', title: 'Amlodipine – Dose' });
    expect(view?.branches.map(({ lines, provenance }) => [lines, provenance?.timeMs])).toEqual([
      [[{ name: 'Dose', value: '10 mg' }], 1],
      [[{ name: 'Dose', value: '5 µg' }], 2],
    ]);
    expect(view?.choices.map((choice) => choice.kind)).toEqual(['take', 'take']);
    const seen = branches.map(({ provenance }) => provenance.change);
    expect(view?.choices.map(({ edits }) => edits)).toEqual(
      branches.map(({ registers }) => [{ kind: 'settle', key, registers, branches: seen }]),
    );
  });

  it('[AM-4] shows a stopped drug beside its changed dose, lets both stand, or takes one side whole', () => {
    const chart = Chart.of(amlodipine);
    const drug = chart.resource(key);
    const stop = branch(1, stopMedication(drug, { reason: 'Oedema' }), {
      dose: '{"dosageInstruction":[{"text":"5 mg daily"}]}',
    });
    const change = branch(2, changeDose(act(chart), drug, { amount: '10', unit: 'mg' }), {
      status: '{"status":"active"}',
    });
    chart.apply('medications', [{ kind: 'change', key, registers: { ...stop.registers, ...change.registers } }]);
    const [view] = conflictViews(chart.record, 'medications', [{ key, branches: [stop, change] }]);
    expect(view).toMatchObject({ kind: 'apart', title: 'Amlodipine – Status, Dose' });
    expect(view?.branches.map(({ lines }) => lines)).toEqual([
      [{ name: 'Status', value: 'stopped, Oedema' }],
      [{ name: 'Dose', value: '10 mg' }],
    ]);
    expect(view?.choices.map((choice) => choice.kind)).toEqual(['keep-all', 'take', 'take']);
    chart.apply('medications', view?.choices[2]?.edits ?? []);
    expect(medicationRows(chart.record)[0]).toMatchObject({ active: true, dose: '10 mg' });
    chart.apply('medications', view?.choices[1]?.edits ?? []);
    expect(medicationRows(chart.record)[0]).toMatchObject({ active: false, dose: '5 mg daily' });
  });

  it('does not offer one side where what it saw is not known: half of the other would stay', () => {
    const chart = Chart.of(amlodipine);
    const drug = chart.resource(key);
    const branches = [
      branch(1, markEnteredInError(drug)),
      branch(2, changeDose(act(chart), drug, { amount: '10', unit: 'mg' })),
    ];
    const [view] = conflictViews(chart.record, 'medications', [{ key, branches }]);
    expect(view?.branches[0]?.lines).toEqual([{ name: 'Status', value: 'entered in error' }]);
    expect(view?.choices.map((choice) => choice.kind)).toEqual(['keep-all']);
  });

  it('settles with another value that a person enters, but leaves no other statement undecided', () => {
    const chart = Chart.of(amlodipine);
    const drug = chart.resource(key);
    const branches = [
      branch(1, changeDose(act(chart), drug, { amount: '10', unit: 'mg' })),
      branch(2, changeDose(act(chart), drug, { amount: '20', unit: 'mg' })),
    ];
    const entered = changeDose(act(chart), drug, { amount: '15', unit: 'mg' });
    const edit = entered.kind === 'edits' ? entered.edits[0] : undefined;
    if (edit?.kind !== 'change') throw new Error('expected a change');
    expect(settleWithEntered({ key, branches }, edit)).toMatchObject([{ kind: 'settle', registers: edit.registers }]);
    expect(settleWithEntered({ key, branches }, { ...edit, registers: { note: '{}' } })).toBeUndefined();
  });

  it('shows two creations of one resource where they differ, and can make either stand', () => {
    const other = { ...amlodipine, dosageInstruction: [{ text: '10 mg daily' }] };
    const chart = Chart.of(other);
    const branches = [amlodipine, other].map((resource, i) => ({
      provenance: by(i + 1),
      registers: {},
      created: true,
      base: JSON.stringify(resource),
    }));
    const [view] = conflictViews(chart.record, 'medications', [{ key, branches }]);
    expect(view).toMatchObject({ kind: 'values', title: 'Amlodipine – Dose' });
    expect(view?.branches.map(({ lines }) => lines[0]?.value)).toEqual(['5 mg daily', '10 mg daily']);
    chart.apply('medications', view?.choices[0]?.edits ?? []);
    expect(medicationRows(chart.record)[0]?.dose).toBe('5 mg daily');
    chart.apply('medications', view?.choices[1]?.edits ?? []);
    expect(medicationRows(chart.record)[0]?.dose).toBe('10 mg daily');
  });

  it('survives a branch that cannot be read, and a resource that is not there', () => {
    const broken = { provenance: by(1), registers: { dose: 'nonsense' }, created: true, base: '[' };
    const [view] = conflictViews(new Chart().record, 'medications', [
      { key, branches: [broken, { ...broken, base: '{}' }] },
    ]);
    expect(view).toMatchObject({
      title: 'Prescription – Dose',
      branches: [{ lines: [{ value: 'cannot be read' }] }, {}],
    });
  });
});

describe('two people added to one list', () => {
  function firstAllergies() {
    const chart = new Chart();
    const mine = addAllergy(act(chart, { id: 'a' }), { substance: 'Latex' });
    const theirs = addAllergy(act(chart, { id: 'b' }), { substance: 'Penicillin' });
    chart.do(mine);
    chart.do(theirs);
    const added = (number: number, id: string) => ({
      provenance: by(number),
      registers: {},
      created: true,
      added: [`AllergyIntolerance/${id}`],
    });
    return { chart, change: { key: listKey('AllergyIntolerance'), branches: [added(1, 'a'), added(2, 'b')] } };
  }

  it('[AM-4] shows both first allergies until someone keeps both or marks one as entered in error', () => {
    const { chart, change } = firstAllergies();
    const [view] = conflictViews(chart.record, 'allergies', [change]);
    expect(view).toMatchObject({ kind: 'list', title: 'Latex – Penicillin' });
    expect(view?.branches.map(({ keys }) => keys)).toEqual([['AllergyIntolerance/a'], ['AllergyIntolerance/b']]);
    expect(view?.choices.map((choice) => choice.kind)).toEqual(['keep-all', 'take', 'take']);
    expect(view?.choices[0]?.edits).toMatchObject([{ kind: 'settleList', list: 'AllergyIntolerance' }]);
    chart.apply('allergies', view?.choices[1]?.edits ?? []);
    expect(allergyRows(chart.record).map(({ label, enteredInError }) => [label, enteredInError])).toEqual([
      ['Latex', false],
      ['Penicillin', true],
    ]);
  });

  it('shows "no known allergies" beside an allergy as a contradiction, which cannot simply be kept', () => {
    const chart = new Chart();
    const none = stateNoKnownAllergies(act(chart, { id: 'a' }));
    const latex = addAllergy(act(chart, { id: 'b' }), { substance: 'Latex' });
    chart.do(none);
    chart.do(latex);
    const branches = ['a', 'b'].map((id, i) => ({
      provenance: by(i),
      registers: {},
      created: true,
      added: [`AllergyIntolerance/${id}`],
    }));
    const [view] = conflictViews(chart.record, 'allergies', [{ key: listKey('AllergyIntolerance'), branches }]);
    expect(view).toMatchObject({ kind: 'contradiction', title: 'No known allergy – Latex' });
    expect(view?.choices.map((choice) => choice.kind)).toEqual(['retire-none-known', 'take', 'take']);
    expect(contradictions(chart.record, 'allergies')).toMatchObject([
      { kind: 'contradiction', title: 'No known allergy – Latex' },
    ]);
    expect(contradictions(chart.record, 'problems')).toEqual([]);
    chart.apply('allergies', view?.choices[0]?.edits ?? []);
    expect(contradictions(chart.record, 'allergies')).toEqual([]);
    expect(allergyRows(chart.record).map(({ label, active }) => [label, active])).toEqual([
      ['Latex', true],
      ['No known allergy', false],
    ]);
  });

  it('finds no contradiction between "no known drug allergy" and an allergy to food', () => {
    const chart = Chart.of({
      resourceType: 'AllergyIntolerance',
      id: 'n',
      clinicalStatus: { coding: [{ code: 'active' }] },
      code: { coding: [{ code: '409137002' }], text: 'No known drug allergy' },
    });
    chart.do(addAllergy(act(chart), { substance: 'Peanut' }));
    expect(contradictions(chart.record, 'allergies')).toEqual([]);
    expect(allergyRows(chart.record).every(({ active }) => active)).toBe(true);
  });

  it('[AM-4] shows two corrections of one blood pressure as pairs', () => {
    const chart = new Chart();
    chart.do(addBloodPressure(act(chart, { id: 'b' }), { systolic: '120', diastolic: '80' }));
    const pair = (upper: number) =>
      `{"component":[{"code":{"text":"Systolic"},"valueQuantity":{"value":${String(upper)},"unit":"mmHg"}}]}`;
    const branches = [130, 140].map((upper, i) => ({
      provenance: by(i),
      registers: { component: pair(upper) },
      created: false,
    }));
    const [view] = conflictViews(chart.record, 'vitals', [{ key: 'Observation/b', branches }]);
    expect(view?.title).toBe('Blood pressure – Measured values');
    expect(view?.branches.map(({ lines }) => lines[0]?.value)).toEqual(['Systolic 130 mmHg', 'Systolic 140 mmHg']);
  });
});
