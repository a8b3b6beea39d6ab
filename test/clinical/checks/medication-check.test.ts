/** Medications against allergies, duplicates and the listed pairs: what is found, what is counted, what could not be checked. */
import { describe, expect, it } from 'vitest';
import { classesFor, mustGetClass } from '../../../src/clinical/checks/drug-classes.ts';
import { listedPairs } from '../../../src/clinical/checks/high-priority-pairs.ts';
import { ingredientsOf } from '../../../src/clinical/checks/ingredients.ts';
import { answeredAlerts, checkChart, checkOrder } from '../../../src/clinical/checks/medication-check.ts';
import { addMedication, stopMedication } from '../../../src/clinical/edits/medication.ts';
import { overrideAlerts } from '../../../src/clinical/edits/override.ts';
import { medicationRows } from '../../../src/clinical/views/medications.ts';
import { stringifyJson, type JsonValue } from '../../../src/clinical/json.ts';
import { planReimport } from '../../../src/clinical/reimport.ts';
import { act, Chart, collection, read, type Example } from '../support.ts';

const patient: Example = { resourceType: 'Patient', id: 'p' };
const drug = (id: string, text: string, more: object = {}): Example => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text },
  ...more,
});
const allergy = (id: string, text: string, more: object = {}): Example => ({
  resourceType: 'AllergyIntolerance',
  id,
  code: { text },
  clinicalStatus: { coding: [{ code: 'active' }] },
  ...more,
});
const recordOf = (...examples: readonly Example[]) => Chart.of(patient, ...examples).record;
const found = (name: string, ...examples: readonly Example[]) =>
  checkOrder(recordOf(...examples), name).alerts.map(({ kind, severity, ground }) => [kind, severity, ground.kind]);

describe('names of drugs', () => {
  it.each([
    ['Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet', ['amoxicillin', 'clavulanate'], []],
    ['predniSONE 5 MG Oral Tablet', ['prednisone'], []],
    ['Paracetamol 500 mg', ['acetaminophen'], []],
    ['Penicillin V Potassium 250 MG Oral Tablet', ['penicillin v'], []],
    ['200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler', ['albuterol'], []],
    ['Co-trimoxazole 960 mg', ['sulfamethoxazole', 'trimethoprim'], []],
    ['Rosuvastatin 40mg & ezetrol 10mg', ['rosuvastatin', 'ezetimibe'], []],
    ['NuvaRing 0.12/0.015 MG', [], ['NuvaRing 0.12/0.015 MG']],
    ['Acetaminophen 325 MG / Novumab 2 MG', ['acetaminophen'], ['Novumab 2 MG']],
    // A half of a word that is none, unless both are one name.
    ['Amlodipine-xyz 5 mg', ['amlodipine'], ['xyz']],
    ['amlodipine-atorvastatin', ['amlodipine', 'atorvastatin'], []],
    ['Amlodipine 5-mg', ['amlodipine'], []],
    // A name inside another word is not that name.
    ['Aspirinol', [], ['Aspirinol']],
  ])('%s', (name, ingredients, unknown) => {
    const named = ingredientsOf(name);
    expect([...named.ingredients].sort()).toEqual([...ingredients].sort());
    expect(named.unknown).toEqual(unknown);
  });
});

describe('an order is checked against allergies', () => {
  it.each([
    ['the same ingredient under another name', 'Paracetamol 500 mg', 'PARACETAMOL', 'high', 'same-ingredient'],
    ['a synonym', 'Tylenol', 'Allergy to paracetamol', 'high', 'same-ingredient'],
    ['the class by its name', 'Amoxicillin 500 mg', 'Allergy to penicillin', 'high', 'same-class'],
    ['a member of the class', 'Flucloxacillin', 'Amoxicillin', 'high', 'same-class'],
    ['a class that may cross-react', 'Cephalexin 500 mg', 'Penicillin', 'moderate', 'same-class'],
    ['aspirin and other NSAIDs', 'Ibuprofen 200 MG Oral Tablet', 'Aspirin', 'high', 'same-class'],
    ['one part of a mixture', 'Bactrim', 'sulfonamide antibacterial', 'moderate', 'same-class'],
    ['a class whose labels name each other', 'Pantoprazole 40 mg', 'Omeprazole', 'high', 'same-class'],
    ['one heparin for another', 'Enoxaparin', 'Heparin', 'high', 'same-class'],
    ['a drug of another use that its label rules out', 'Celecoxib 200 mg', 'Sulfa drugs', 'moderate', 'same-class'],
    ['what a drug becomes in the body', 'Valacyclovir', 'Aciclovir', 'high', 'same-class'],
    ['another class by its name', 'Lorazepam', 'Benzodiazepines', 'high', 'same-class'],
    ['a structure alone', 'Carbamazepine', 'Amitriptyline', 'moderate', 'same-class'],
    ['a word that no table knows', 'Chlorhexidine mouthwash', 'Chlorhexidine', 'high', 'same-word'],
  ])('%s', (_what, name, substance, severity, ground) => {
    expect(found(name, allergy('a', substance))).toEqual([['allergy', severity, ground]]);
  });

  it('a resolved or refuted allergy, one entered in error and “no known allergies” are not alerts', () => {
    const coded = (code: string) => ({ coding: [{ code }] });
    const past = [
      allergy('a', 'Penicillin', { clinicalStatus: coded('resolved') }),
      allergy('b', 'Penicillin', { verificationStatus: coded('refuted') }),
      allergy('c', 'Penicillin', { verificationStatus: coded('entered-in-error') }),
      allergy('d', 'No known allergies'),
    ];
    expect(found('Amoxicillin', ...past)).toEqual([]);
    expect(checkOrder(recordOf(...past), 'Amoxicillin').allergies).toBe(0);
  });

  it('an allergy that the tables do not know is named as not checked, and so is a drug, and a part of one', () => {
    const check = checkOrder(
      recordOf(allergy('a', 'Allergy to mould'), allergy('b', 'Penicillin'), drug('m', 'Trinessa 28 Day Pack')),
      'Acetaminophen / Novumab',
    );
    expect(check).toMatchObject({
      alerts: [],
      allergies: 2,
      medications: 1,
      pairs: 15,
      unknownAllergies: ['Allergy to mould'],
      unknownMedications: ['Novumab', 'Trinessa 28 Day Pack'],
    });
  });
});

describe('an order is checked for therapy that is there already', () => {
  it.each([
    ['Paracetamol', 'Acetaminophen 325 MG Oral Tablet', 'same-ingredient'],
    ['Naproxen', 'Ibuprofen 200 MG Oral Tablet', 'same-class'],
    ['Atorvastatin 20 mg', 'Simvistatin 10 MG', 'same-class'],
    ['Famotidine', 'Ranitidine 150 MG', 'same-class'],
    ['Torsemide', 'Furosemide 40 MG', 'same-class'],
    ['prenatal  VITAMINS', 'Prenatal vitamins', 'same-word'],
  ])('%s beside %s', (ordered, taken, ground) => {
    expect(found(ordered, drug('m', taken))).toEqual([['duplicate', 'moderate', ground]]);
  });

  it('what was stopped, entered in error or must not be given is not taken', () => {
    const others = [
      drug('a', 'Ibuprofen', { status: 'stopped' }),
      drug('b', 'Ibuprofen', { status: 'entered-in-error' }),
      drug('c', 'Ibuprofen', { doNotPerform: true }),
    ];
    expect(found('Ibuprofen', ...others)).toEqual([]);
  });
});

describe('a whole chart is checked', () => {
  it('as if each medication were compared with each other', () => {
    const names = [...classesFor('duplicate').flatMap(({ members }) => members.slice(0, 2))].slice(0, 20);
    const paired = ['simvastatin', 'clarithromycin', 'Selegiline', 'fluoxetine', 'Novumab', 'novumab', 'Obscurol'];
    const all = [...names, ...paired, ...names.slice(0, 3)];
    const medications = all.map((name, place) => ({
      resourceType: 'MedicationStatement',
      id: `m${String(place).padStart(2, '0')}`,
      status: 'active',
      medicationCodeableConcept: { text: name },
    }));
    const told = (record: ReturnType<typeof recordOf>) =>
      checkChart(record).alerts.map(({ id, drug, against }) => [id, drug.key, against.key].join(' '));
    const each = medications.flatMap((one, place) =>
      medications.slice(place + 1).flatMap((other) => told(recordOf(one, other))),
    );
    expect(each.length).toBeGreaterThan(10);
    expect(told(recordOf(...medications)).toSorted()).toEqual(each.toSorted());
  });
});

describe('an order is checked against the fifteen listed pairs', () => {
  it('they are fifteen, each side is known, and each is found in either order', () => {
    expect(listedPairs.map(({ number }) => number)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    for (const { number, sides } of listedPairs) {
      const [first = '', second = ''] = sides.map((side, place) =>
        'ingredient' in side ? side.ingredient : mustGetClass(side.of).members.at(place),
      );
      for (const [ordered, taken] of [
        [first, second],
        [second, first],
      ] as const) {
        const { alerts } = checkOrder(recordOf(drug('m', taken)), ordered);
        const numbers = alerts.filter(({ kind }) => kind === 'pair').map(({ id }) => id.split(' ')[1]);
        expect(numbers, `${ordered} with ${taken}`).toContain(String(number));
      }
    }
  });

  it('every member of every class is an ingredient that a name can be read as', () => {
    for (const use of ['allergy', 'duplicate', 'pair'] as const) {
      for (const { id, members, source } of classesFor(use)) {
        expect(source, id).not.toBe('');
        for (const member of members) expect(ingredientsOf(member).ingredients, `${id}: ${member}`).toEqual([member]);
      }
    }
  });

  it('what is on no list is no alert: warfarin with aspirin is not one of the fifteen, and nothing claims that it is safe', () => {
    const check = checkOrder(recordOf(drug('m', 'Warfarin Sodium 5 MG Oral Tablet')), 'Aspirin 81 mg');
    expect(check.alerts).toEqual([]);
    expect(check.pairs).toBe(15);
  });
});

describe('an alert is overridden with a reason, or the order is not made', () => {
  it('without a reason the order is refused; with one it is kept in the order and not asked again', () => {
    const chart = Chart.of(patient, drug('m', 'Tizanidine 4 mg'));
    expect(addMedication(act(chart), { medication: 'Ciprofloxacin 500 mg' })).toMatchObject({
      kind: 'errors',
      errors: { override: 'required' },
    });
    chart.do(addMedication(act(chart), { medication: 'Ciprofloxacin 500 mg', override: 'Tizanidine paused' }));
    const { record } = chart;
    const [alert] = checkChart(record).alerts;
    expect(alert?.id).toBe('pair 13 ciprofloxacin + tizanidine');
    expect(answeredAlerts(record)).toEqual(new Set(['pair 13 ciprofloxacin + tizanidine']));
    const ordered = medicationRows(record).find(({ label }) => label.startsWith('Cipro'));
    expect(JSON.stringify(ordered?.details())).toContain('Drug interaction');
    const issue = JSON.stringify(record.get(ordered?.key ?? '')?.json['contained']);
    expect(issue).toContain('Overridden: Tizanidine paused');
  });

  it('an alert that only arises when two offline halves meet is there when they have met, until somebody gives a reason', () => {
    const [here, there] = [drug('a', 'Sertraline 50 mg'), drug('b', 'Phenelzine 15 mg')];
    expect(checkChart(recordOf(here)).alerts).toEqual([]);
    expect(checkChart(recordOf(there)).alerts).toEqual([]);
    const merged = Chart.of(patient, here, there);
    const { alerts } = checkChart(merged.record);
    expect(alerts.map(({ kind, drug: one, against }) => [kind, one.label, against.label])).toEqual([
      ['pair', 'Sertraline 50 mg', 'Phenelzine 15 mg'],
    ]);
    const key = 'MedicationRequest/b';
    expect(overrideAlerts(act(merged), merged.resource(key), alerts, { reason: ' ' })).toMatchObject({
      kind: 'errors',
    });
    merged.do(overrideAlerts(act(merged), merged.resource(key), alerts, { reason: 'Washed out, specialist agrees' }));
    expect(answeredAlerts(merged.record)).toEqual(new Set(alerts.map(({ id }) => id)));
  });

  it('R4 gives a statement no detectedIssue: there the reason is named as what it rests on', () => {
    const statement = { ...drug('b', 'Phenelzine 15 mg'), resourceType: 'MedicationStatement' };
    const chart = Chart.of(patient, drug('a', 'Sertraline 50 mg'), statement);
    const key = 'MedicationStatement/b';
    const { alerts } = checkChart(chart.record);
    chart.do(overrideAlerts(act(chart), chart.resource(key), alerts, { reason: 'Washed out' }));
    const { json } = chart.resource(key);
    expect(json['detectedIssue']).toBeUndefined();
    expect(JSON.stringify(json['derivedFrom'])).toContain('#alert-');
    expect(answeredAlerts(chart.record)).toEqual(new Set(alerts.map(({ id }) => id)));
  });

  it('an answer that came in a file silences nothing, nor does one that a file puts in place of ours', async () => {
    const ours = Chart.of(patient, allergy('x', 'Penicillin'));
    ours.do(addMedication(act(ours), { medication: 'Amoxicillin', override: 'Desensitised' }));
    const [ordered] = medicationRows(ours.record);
    const { json: answered } = ours.resource(ordered?.key ?? '');
    const texts = (value: unknown) => JSON.parse(stringifyJson(value as JsonValue)) as Example;
    const person = { ...patient, id: 'alice' };
    const file = [person, allergy('x', 'Penicillin'), texts(answered)];
    const { charts } = await read(collection(...file));
    const taken = Chart.imported(charts[0]?.resources ?? []);
    expect(checkChart(taken.record).alerts).toHaveLength(1);
    expect(JSON.stringify(texts(taken.resource(ordered?.key ?? '').json))).toContain('urn:peerchart:medication-alert');
    expect(answeredAlerts(taken.record)).toEqual(new Set());

    // Answered here, the same file once more changes nothing of that.
    const key = ordered?.key ?? '';
    taken.do(
      overrideAlerts({ ...act(taken), id: 'seen' }, taken.resource(key), checkChart(taken.record).alerts, {
        reason: 'Seen',
      }),
    );
    expect(answeredAlerts(taken.record).size).toBe(1);
    taken.applyAll(planReimport(taken.sections, charts[0]?.resources ?? []).edits);
    expect(answeredAlerts(taken.record).size).toBe(1);
    // One that says something else under the name of what was written here is asked again.
    const forged = JSON.stringify(texts(taken.resource(key).json)).replaceAll(
      'allergy amoxicillin',
      'allergy ampicillin',
    );
    const later = await read(collection(person, allergy('x', 'Penicillin'), JSON.parse(forged)));
    taken.applyAll(planReimport(taken.sections, later.charts[0]?.resources ?? []).edits);
    expect(answeredAlerts(taken.record)).toEqual(new Set());
  });

  it('a reason given for a medication that was stopped answers for no later order of it', () => {
    const chart = Chart.of(patient, allergy('x', 'Penicillin'));
    chart.do(addMedication(act(chart), { medication: 'Amoxicillin', override: 'Desensitised' }));
    const key = medicationRows(chart.record)[0]?.key ?? '';
    chart.do(stopMedication(chart.resource(key), {}));
    expect(answeredAlerts(chart.record)).toEqual(new Set());
    expect(addMedication(act(chart), { medication: 'Amoxicillin' })).toMatchObject({ kind: 'errors' });
  });
});
