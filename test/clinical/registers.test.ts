import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, sameJson, stringifyJson, type JsonObject } from '../../src/clinical/json.ts';
import { registerOf, registersOf, typesWithRegisterTable } from '../../src/clinical/register-table.ts';
import { composeResource, diffResource, diffResources, registerNames } from '../../src/clinical/registers.ts';
import { composed, json, parsed } from './support.ts';

const elements = fc.constantFrom(
  'status', '_status', 'statusReason', 'code', 'medicationCodeableConcept', 'medicationReference', 'dosageInstruction',
  'valueQuantity', 'valueString', '_valueString', 'dataAbsentReason', 'component', 'onsetDateTime', 'onsetAge',
  'clinicalStatus', 'verificationStatus', 'abatementString', 'note', 'unheardOf', 'extension', 'text', 'bodySite',
); // prettier-ignore
const types = fc.constantFrom(...typesWithRegisterTable, 'Patient', 'Claim', 'NutritionIntake');
const resourceOf = (type: string) =>
  fc.uniqueArray(fc.tuple(elements, fc.json()), { selector: ([element]) => element }).map((members) => {
    const body = members.map(([element, text]) => `,${JSON.stringify(element)}:${text}`).join('');
    return json(`{"resourceType":${JSON.stringify(type)},"id":"a"${body}}`);
  });
const twoOfOneType = types.chain((type) => fc.tuple(resourceOf(type), resourceOf(type)));

function stored(resource: JsonObject, registers = {}) {
  return { key: 'Type/a', base: stringifyJson(resource), registers };
}

describe('registers', () => {
  it('[AM-4] composing what differs yields the incoming resource, whatever was there', () => {
    fc.assert(
      fc.property(twoOfOneType, ([current, incoming]) => {
        const registers = diffResources(current, incoming);
        const after = composeResource(stringifyJson(current), registers);
        expect(after.ok && sameJson(after.value, incoming)).toBe(true);
      }),
    );
  });

  it('a resource differs from itself in nothing, and a second change builds on the first', () => {
    fc.assert(
      fc.property(
        types.chain((type) => fc.tuple(resourceOf(type), resourceOf(type), resourceOf(type))),
        ([a, b, c]) => {
          expect(diffResources(a, a)).toEqual({});
          const first = diffResources(a, b);
          const second = diffResource(stored(a, first), c);
          expect(second.ok && sameJson(composed(stored(a, { ...first, ...second.value })), c)).toBe(true);
        },
      ),
    );
  });

  it('[AM-4] two people who change different registers of one resource both find their change', () => {
    fc.assert(
      fc.property(twoOfOneType, ([start, goal]) => {
        const all = Object.entries(diffResources(start, goal));
        const mine = Object.fromEntries(all.filter((_, i) => i % 2 === 0));
        const theirs = Object.fromEntries(all.filter((_, i) => i % 2 === 1));
        expect(sameJson(composed(stored(start, { ...theirs, ...mine })), goal)).toBe(true);
      }),
    );
  });

  it('[AM-4] keeps number, unit, route and timing of a dose in one register, and status with its reason', () => {
    expect(registerOf('MedicationRequest', 'dosageInstruction')).toBe('dose');
    expect(registerOf('MedicationRequest', 'statusReason')).toBe(registerOf('MedicationRequest', 'status'));
    expect(registerOf('Immunization', 'route')).toBe(registerOf('Immunization', 'doseQuantity'));
    expect(registerOf('Condition', 'abatementDateTime')).toBe(registerOf('Condition', 'clinicalStatus'));
    expect(registerOf('Observation', 'dataAbsentReason')).toBe(registerOf('Observation', 'valueQuantity'));
    expect(registerOf('Observation', '_valueQuantity')).toBe('value');
  });

  it('[AM-4] keeps all forms of a choice in one register, so that no merge holds an onset date and an onset age', () => {
    expect(registerOf('Condition', 'onsetAge')).toBe(registerOf('Condition', 'onsetDateTime'));
    expect(registerOf('MedicationStatement', 'medicationReference')).toBe('medication');
    expect(registerOf('Questionnaire', 'valueSet')).toBe('valueSet');
  });

  it('holds every element in exactly one register, and never what names the resource', () => {
    fc.assert(
      fc.property(types, fc.string({ minLength: 1 }), (type, element) => {
        const register = registerOf(type, element);
        if (element === 'resourceType' || element === 'id') expect(register).toBeUndefined();
        else expect(typeof register).toBe('string');
      }),
    );
    for (const type of typesWithRegisterTable) {
      const named = Object.values(registersOf(type)).flat();
      expect(new Set(named).size).toBe(named.length);
    }
  });

  it('takes no element from a register it does not belong to: that would go round the conflict rule', () => {
    const base = '{"resourceType":"MedicationRequest","id":"a","status":"active"}';
    const after = composeResource(base, { dose: '{"status":"stopped","id":"b","dosageInstruction":[]}' });
    expect(after.ok && stringifyJson(after.value)).toBe(
      '{"resourceType":"MedicationRequest","id":"a","status":"active","dosageInstruction":[]}',
    );
  });

  it('an emptied register removes its elements, and bookkeeping registers add none', () => {
    const base = '{"resourceType":"Condition","code":{"text":"Asthma"},"bodySite":[]}';
    const after = composeResource(base, { code: '{}', '@entry': '{"fullUrl":"urn:uuid:x"}' });
    expect(after.ok && stringifyJson(after.value)).toBe('{"resourceType":"Condition"}');
  });

  it('says which stored text is malformed instead of throwing', () => {
    expect(composeResource('[]', {})).toEqual({ ok: false, reason: 'malformed', detail: 'base' });
    expect(composeResource('{"resourceType":"Condition"}', { code: 'nonsense' })).toMatchObject({ detail: 'code' });
  });

  it('names the registers a resource has', () => {
    const resource = parsed('{"resourceType":"Condition","id":"a","onsetAge":1,"clinicalStatus":1,"x":1}');
    expect(isObject(resource) && registerNames(resource)).toEqual(['onset', 'status', 'x']);
  });
});
