import { describe, expect, it } from 'vitest';
import { isSection } from '../../src/base/sections.ts';
import { resourceTypesBySection, sectionOf, sectionOfResource } from '../../src/clinical/sections.ts';
import { json } from './support.ts';

describe('the section table', () => {
  it('holds each of the 146 concrete resource types of FHIR R4 once, in a section that exists', () => {
    const types = Object.values(resourceTypesBySection).flat();
    expect(types.length).toBe(146);
    expect(new Set(types).size).toBe(146);
    expect(Object.keys(resourceTypesBySection).every(isSection)).toBe(true);
  });

  it('is frozen: a type that moves changes what a peer is given', () => {
    const counts = Object.fromEntries(
      Object.entries(resourceTypesBySection).map(([name, types]) => [name, types.length]),
    );
    expect(counts).toEqual({
      demographics: 3,
      allergies: 1,
      medications: 5,
      problems: 11,
      results: 7,
      immunizations: 3,
      encounters: 13,
      documents: 6,
      administrative: 97,
    });
  });

  it('puts a type that FHIR R4 does not know where no share reaches unless chosen', () => {
    expect(sectionOf('NutritionIntake')).toBe('administrative');
    expect(sectionOf('__proto__')).toBe('administrative');
    expect(sectionOfResource(json({}))).toBe('administrative');
  });

  it('puts an observation with the category vital-signs, or without a category a vital sign code, under vitals', () => {
    const coded = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
    const observation = (more: object) => json({ resourceType: 'Observation', ...more });
    expect(sectionOfResource(observation({ category: [{ coding: [{ code: 'vital-signs' }] }] }))).toBe('vitals');
    expect(sectionOfResource(observation({ code: coded('85354-9') }))).toBe('vitals');
    expect(sectionOfResource(observation({ code: coded('55284-4') }))).toBe('vitals');
    expect(sectionOfResource(observation({ code: coded('718-7') }))).toBe('results');
    expect(
      sectionOfResource(observation({ category: [{ coding: [{ code: 'laboratory' }] }], code: coded('8867-4') })),
    ).toBe('results');
  });

  it('puts an alert about an allergy with the allergies, one about drugs alone with the medications, any other with the problems', () => {
    const alert = (code: string, system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode') =>
      sectionOfResource(json({ resourceType: 'DetectedIssue', code: { coding: [{ system, code }] } }));
    expect([alert('ALGY'), alert('DRG'), alert('DRUG'), alert('DUPTHPY')]).toEqual([
      'allergies',
      'medications',
      'medications',
      'medications',
    ]);
    expect([alert('FOOD'), alert('ALGY', 'urn:else'), sectionOf('DetectedIssue')]).toEqual([
      'problems',
      'problems',
      'problems',
    ]);
  });

  it('puts an alert of several codes where no code of it is told to somebody who reads less', () => {
    const alert = (...codes: readonly string[]) =>
      sectionOfResource(
        json({
          resourceType: 'DetectedIssue',
          code: { coding: codes.map((code) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })) },
        }),
      );
    expect([alert('DRG', 'ALGY'), alert('DRG', 'COND'), alert('DRG', 'DUPTHPY')]).toEqual([
      'allergies',
      'problems',
      'medications',
    ]);
  });
});
