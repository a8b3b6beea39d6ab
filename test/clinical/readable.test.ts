import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dosageWords } from '../../src/clinical/dosage-words.ts';
import { conceptWords } from '../../src/clinical/datatypes.ts';
import { byNewest, readDate } from '../../src/clinical/readable-date.ts';
import { narrativeText, readValue } from '../../src/clinical/readable.ts';
import { registerWords } from '../../src/clinical/register-words.ts';
import { titleOf } from '../../src/clinical/title.ts';
import { unitWords } from '../../src/clinical/units.ts';
import { json, parsed } from './support.ts';

describe('FHIR data in words', () => {
  it('makes a line of any value at all, never "undefined" or "[object Object]"', () => {
    const names = fc.constantFrom('coding', 'text', 'value', 'unit', 'code', 'system', 'display', 'reference', 'low', 'high',
      'start', 'end', 'numerator', 'family', 'given', 'line', 'contentType', 'url', 'extension', 'repeat', 'div', 'timing',
      'doseAndRate', 'valueString', 'asNeededBoolean', 'authorString', 'identifier', 'type', 'frequency', 'period'); // prettier-ignore
    const leaves = fc.oneof(
      fc.constantFrom('', 'Asthma', '2020-01', 'mg'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaves,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (thing) => {
        const words = [readValue(parsed(JSON.stringify(thing))), titleOf(json({ resourceType: 'Basic', code: thing }))];
        for (const line of words) expect(line).not.toMatch(/undefined|\[object|NaN/);
        expect(words[1]).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('[AM-6] shows quantities, ranges and ratios with their numbers as written', () => {
    const shown = (text: string) => readValue(parsed(text));
    expect(shown('{"value":1.10,"unit":"mg"}')).toBe('1.10 mg');
    expect(shown('{"value":5,"comparator":"<","code":"mm[Hg]"}')).toBe('<5 mmHg');
    expect(shown('{"low":{"value":1.0,"unit":"mg"},"high":{"value":2,"unit":"mg"}}')).toBe('1.0 – 2 mg');
    expect(shown('{"low":{"value":500,"unit":"mg"},"high":{"value":1,"unit":"g"}}')).toBe('500 mg – 1 g');
    expect(shown('{"low":{"value":1},"high":{"value":2,"unit":"mg"}}')).toBe('1 – 2 mg');
    expect(shown('{"low":{"value":60}}')).toBe('at least 60');
    expect(shown('{"numerator":{"value":40,"unit":"mg"},"denominator":{"value":1,"unit":"mL"}}')).toBe('40 mg / 1 mL');
    expect(shown('{"value":1e400}')).toBe('1e400');
  });

  it('writes a UCUM unit as people do, without changing the number, and an unknown one as it stands', () => {
    expect(readValue(parsed('{"value":37.5,"unit":"Cel","code":"Cel"}'))).toBe('37.5 °C');
    expect(readValue(parsed('{"value":4.20,"unit":"10*6/uL"}'))).toBe('4.20 10⁶/µL');
    const written: Readonly<Record<string, string>> = {
      '10*12/L': '10¹²/L',
      '10*-3/uL': '10⁻³/µL',
      'mm[Hg]': 'mmHg',
      'mL/min/{1.73_m2}': 'mL/min/1.73 m²',
      'kg/m2': 'kg/m²',
      'm[IU]/L': 'mIU/L',
      '{score}': '',
      '{breaths}/min': 'breaths/min',
      '1': '',
      'mg/dL': 'mg/dL',
      '10+3/ul': '10+3/ul',
      furlong: 'furlong',
    };
    for (const [ucum, words] of Object.entries(written)) expect(unitWords(ucum), ucum).toBe(words);
  });

  it('names the day of a span once when it begins and ends on it', () => {
    const span = (start: string, end: string) => readValue(parsed(JSON.stringify({ start, end })));
    expect(span('2020-10-05T22:07:00Z', '2020-10-05T22:37:00Z')).toBe('5 Oct 2020, 22:07 – 22:37');
    expect(span('2020-10-05T22:07:00Z', '2020-10-06T00:10:00Z')).toBe('5 Oct 2020, 22:07 – 6 Oct 2020, 00:10');
    expect(span('2020-10-05', '2020-10-05T22:37:00Z')).toBe('5 Oct 2020 – 5 Oct 2020, 22:37');
  });

  it('shows a concept by its text, else a display, else its code with its system', () => {
    const concept = (value: object) => conceptWords(json(value));
    expect(concept({ text: 'Asthma', coding: [{ display: 'x' }] })).toBe('Asthma');
    expect(concept({ coding: [{ code: '1' }, { display: 'Asthma' }] })).toBe('Asthma');
    expect(concept({ coding: [{ system: 'http://snomed.info/sct', code: '195967001' }] })).toBe('SNOMED CT 195967001');
    expect(concept({ coding: [{ system: 'http://terminology.hl7.org/x', code: 'not-done' }] })).toBe('not done');
    const absent = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'asked-declined' };
    expect(concept({ extension: [absent] })).toBe('asked declined');
  });

  it('keeps dates as precise as they were written, at the clock they were written at', () => {
    expect(
      ['2020', '2020-10', '2020-10-05', '2020-10-05T22:07:00+09:00', 'last spring'].map((d) => readDate(d)?.words),
    ).toEqual(['2020', 'Oct 2020', '5 Oct 2020', '5 Oct 2020, 22:07', 'last spring']);
    const order = ['2019', 'soon', '2020-10-05', '2020'].map((d) => readDate(d)).sort(byNewest);
    expect(order.map((date) => date?.written)).toEqual(['2020-10-05', '2020', '2019', 'soon']);
  });

  it('puts a dose together where it has no text of its own', () => {
    const repeat = (more: string) => `{"timing":{"repeat":{${more}}}}`;
    const dose = (text: string) => dosageWords(json(text));
    expect(dose('{"text":"one at night","route":{"text":"oral"}}')).toBe('one at night');
    expect(readValue(json('{"text":"one at night","route":{"text":"oral"}}'))).toBe('one at night (oral)');
    expect(readValue(json('{"text":"one oral","route":{"text":"Oral"}}'))).toBe('one oral');
    const whole =
      '{"doseAndRate":[{"doseQuantity":{"value":2.50,"unit":"mg"}}],"route":{"text":"by mouth"},"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"asNeededBoolean":true}';
    expect(dose(whole)).toBe('2.50 mg, by mouth, twice a day, as needed');
    expect(dose(repeat('"frequency":1,"period":8,"periodUnit":"h"'))).toBe('every 8 hours');
    expect(dose(repeat('"frequency":3,"period":1,"periodUnit":"wk"'))).toBe('3 times a week');
    expect(dose(repeat('"frequency":1,"frequencyMax":2,"period":1,"periodUnit":"d"'))).toBe('1–2 times a day');
    expect(dose(repeat('"dayOfWeek":["mon"],"when":["HS"],"boundsDuration":{"value":5,"unit":"days"}'))).toBe(
      'on Monday, at bedtime, for 5 days',
    );
    expect(dose('{"asNeededCodeableConcept":{"text":"pain"}}')).toBe('as needed for pain');
    expect(dose('{}')).toBe('');
  });

  it('turns a narrative into plain text and leaves no markup, scripts least of all', () => {
    const div =
      '<div><p>Takes 5 &lt; 10 &amp; more</p><script>alert(1)</script><ul><li>A</li><li>B</li></ul><img src=x onerror=y></div>';
    expect(narrativeText(json({ div }))).toBe('Takes 5 < 10 & more\nA\nB');
  });

  it('reads a hostile narrative in one pass', () => {
    for (const div of ['<'.repeat(400_000), '<script>'.repeat(50_000), '&#'.repeat(200_000), '<p'.repeat(200_000)]) {
      expect(narrativeText(json({ div })).length).toBeLessThanOrEqual(div.length);
    }
  });

  it('shows a register of a history, also when it was emptied or cannot be read', () => {
    const status =
      '{"clinicalStatus":{"coding":[{"code":"resolved"}]},"verificationStatus":{"coding":[{"code":"confirmed"}]},"abatementDateTime":"2020-05"}';
    expect(registerWords('status', status)).toBe('resolved, ended May 2020');
    expect(registerWords('status', '{"status":"stopped","statusReason":{"text":"Rash"}}')).toBe('stopped, Rash');
    expect(registerWords('dose', '{}')).toBe('removed');
    expect(registerWords('dose', 'nonsense')).toBe('cannot be read');
    const component = '{"component":[{"code":{"text":"Systolic"},"valueQuantity":{"value":120,"unit":"mmHg"}}]}';
    expect(registerWords('component', component)).toBe('Systolic 120 mmHg');
  });
});
