/** The demonstration's patients: the same for the same seed and day, in the shape of FHIR R4, and such as live people could be. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ageOn } from '../../src/clinical/growth/age.ts';
import { growthPercentile } from '../../src/clinical/growth/percentile.ts';
import { readBundle } from '../../src/clinical/bundle.ts';
import { resourceTypesBySection } from '../../src/clinical/sections.ts';
import { vitalSpecs } from '../../src/clinical/vital-kinds.ts';
import { problems } from '../../src/demo/patients/problems.ts';
import { madePatients, type PatientFile } from '../../src/demo/patients/patients.ts';
import type { Resource } from '../../src/demo/patients/fhir.ts';

const today = '2026-11-23';
const asked = { seed: 'demo', howMany: 200, today };
const files = [...madePatients(asked)];

type Json = Readonly<Record<string, unknown>>;
const all = files.flatMap(({ patient }) => patient.resources.map((resource) => ({ patient, resource })));
const ofType = (type: string) => all.filter(({ resource }) => resource.resourceType === type);
const codeOf = (resource: Resource, element = 'code'): string =>
  (resource[element] as { coding?: { code: string }[] } | undefined)?.coding?.[0]?.code ?? '';
const dayElements = 'effectiveDateTime occurrenceDateTime onsetDateTime authoredOn date recordedDate'.split(' ');
/** The day on which it happened; empty where that is not said. */
function dayOf(resource: Resource): string {
  const { start } = (resource['period'] ?? {}) as { readonly start?: string };
  const written = start ?? dayElements.map((element) => resource[element]).find((value) => value !== undefined);
  return typeof written === 'string' ? written.slice(0, 10) : '';
}

function digest(made: Iterable<PatientFile>): string {
  const hash = createHash('sha256');
  for (const { text } of made) hash.update(text);
  return hash.digest('hex');
}

describe('who is generated', () => {
  test('the same seed and day make the same bytes, another seed or day others', () => {
    expect(digest(madePatients(asked))).toBe(digest(files));
    expect(digest(madePatients({ ...asked, seed: 'other' }))).not.toBe(digest(files));
    expect(digest(madePatients({ ...asked, today: '2026-11-24' }))).not.toBe(digest(files));
  });

  test('one patient is the same in a practice of any size', () => {
    const [few] = madePatients({ ...asked, howMany: 30 });
    expect(few?.text).toBe(files[0]?.text);
  });

  test('every name says that nobody bears it, and every telephone number is one set aside for fiction', () => {
    for (const { patient } of files.filter(({ patient }) => patient.number < 192))
      expect(patient.family).toMatch(/^(Test|Sample|Mock|Demo|Trial|Faux|Proxy|Specimen|Pretend|Example)/);
    for (const { resource } of ofType('Patient'))
      expect((resource['telecom'] as { value: string }[])[0]?.value).toMatch(/^\+1 202-555-01\d\d$/);
  });

  test('people of all ages, both sexes, and some who are in the list twice', () => {
    const years = files.map(({ patient }) => Number(today.slice(0, 4)) - Number(patient.birthDate.slice(0, 4)));
    expect(years.filter((age) => age < 18).length).toBeGreaterThan(30);
    expect(years.filter((age) => age > 65).length).toBeGreaterThan(30);
    const women = files.filter(({ patient }) => patient.sex === 'female').length;
    expect(women).toBeGreaterThan(80);
    expect(women).toBeLessThan(130);
    const twice = files.slice(-8).map(({ patient }) => patient);
    for (const second of twice) {
      const first = files.find(
        ({ patient }) =>
          patient.number !== second.number && patient.birthDate === second.birthDate && patient.sex === second.sex,
      );
      expect(first?.patient.number).not.toBe(second.number);
      expect([first?.patient.family, ...(first?.patient.given ?? [])]).not.toEqual([second.family, ...second.given]);
    }
  });
});

describe('what is generated has the shape of FHIR R4', () => {
  test('the product’s own reader takes every file whole', async () => {
    for (const { text, patient } of files.slice(0, 60)) {
      const read = await readBundle(text);
      if (!read.ok) throw new Error(read.reason);
      const kept = read.value.charts.flatMap(({ resources }) => resources);
      // The identity section's part of the Patient is one more.
      expect(kept.length).toBe(patient.resources.length + 1);
    }
  });

  test('every type is one of R4, every id is one and stands once, every reference leads somewhere', () => {
    const types = new Set(Object.values(resourceTypesBySection).flat());
    for (const { patient } of files) {
      const ids = new Set(patient.resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
      expect(ids.size).toBe(patient.resources.length);
      for (const { resourceType, id } of patient.resources) {
        expect(types.has(resourceType)).toBe(true);
        expect(id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
      }
      const references = [...JSON.stringify(patient.resources).matchAll(/"reference":"([^"]+)"/g)];
      expect(references.filter(([, to]) => !ids.has(to ?? ''))).toEqual([]);
    }
  });

  test('what an element must have in R4 is there', () => {
    const required: Readonly<Record<string, readonly string[]>> = {
      AllergyIntolerance: ['patient'],
      Appointment: ['status', 'participant'],
      ClinicalImpression: ['status', 'subject'],
      Condition: ['subject'],
      DiagnosticReport: ['status', 'code'],
      DocumentReference: ['status', 'content'],
      Encounter: ['status', 'class'],
      FamilyMemberHistory: ['status', 'patient', 'relationship'],
      Immunization: ['status', 'vaccineCode', 'patient', 'occurrenceDateTime'],
      MedicationRequest: ['status', 'intent', 'medicationCodeableConcept', 'subject'],
      Observation: ['status', 'code'],
      Patient: [],
    };
    for (const { resource } of all) {
      const elements = required[resource.resourceType];
      expect(elements, resource.resourceType).toBeDefined();
      for (const element of elements ?? []) expect(resource[element], `${resource.id}.${element}`).toBeDefined();
    }
    // con-4 and con-3: an end makes a problem a past one.
    for (const { resource } of ofType('Condition'))
      expect(codeOf(resource, 'clinicalStatus')).toBe(
        resource['abatementDateTime'] === undefined ? 'active' : 'resolved',
      );
  });
});

describe('what is generated could be true', () => {
  test('nothing happens before birth, and nothing that has happened happens after today', () => {
    for (const { patient, resource } of all) {
      if (resource.resourceType === 'Appointment') continue;
      const day = dayOf(resource);
      if (day.length < 10) continue;
      expect(day >= patient.birthDate, `${resource.id} ${day} of ${patient.birthDate}`).toBe(true);
      expect(day <= today, `${resource.id} ${day}`).toBe(true);
    }
  });

  test('every vital sign is in the range that the form would not ask about, and systolic is above diastolic', () => {
    let pressures = 0;
    for (const { resource } of ofType('Observation')) {
      const parts = (resource['component'] as Resource[] | undefined) ?? [resource];
      const values = new Map<string, number>();
      for (const part of parts) {
        const spec = vitalSpecs.find(({ codes }) => codes.includes(codeOf(part)));
        const value = (part['valueQuantity'] as { value: number } | undefined)?.value;
        if (spec === undefined || value === undefined) continue;
        values.set(spec.kind, value);
        expect(value, `${resource.id} ${spec.kind}`).toBeGreaterThanOrEqual(spec.usual.low);
        expect(value, `${resource.id} ${spec.kind}`).toBeLessThanOrEqual(spec.usual.high);
      }
      const [systolic, diastolic] = [values.get('systolic'), values.get('diastolic')];
      if (systolic === undefined || diastolic === undefined) continue;
      pressures += 1;
      expect(systolic - diastolic).toBeGreaterThanOrEqual(20);
      expect(systolic).toBeLessThanOrEqual(200);
    }
    expect(pressures).toBeGreaterThan(300);
  });

  test('children grow along the curves: never a percentile beyond 1 to 99, never shorter than before', () => {
    const children = files.filter(({ patient }) => patient.birthDate > '2010' && patient.resources.length > 20);
    expect(children.length).toBeGreaterThan(15);
    for (const { patient } of children) {
      const heights = patient.resources.filter((resource) => codeOf(resource) === '8302-2');
      let before = 0;
      for (const resource of heights) {
        const { value } = resource['valueQuantity'] as { value: number };
        const age = ageOn(patient.birthDate, dayOf(resource));
        if (!age.ok) throw new Error(age.reason);
        const where = growthPercentile({
          ...{ measure: 'height', sex: patient.sex, ageMonths: age.value.months, value, unit: 'cm' },
        });
        if (where.ok) expect(Math.abs(50 - where.value.percentile), resource.id).toBeLessThan(49);
        // A rod held at another angle; at two years from lying to standing.
        expect(value).toBeGreaterThan(before - 2.5);
        before = value;
      }
    }
  });

  test('nobody has what their sex or age does not have', () => {
    for (const { patient, resource } of ofType('Condition')) {
      const problem = problems.find(({ code }) => code === codeOf(resource));
      expect(problem, resource.id).toBeDefined();
      if (problem?.sex !== undefined) expect(patient.sex).toBe(problem.sex);
      const began = ageOn(patient.birthDate, dayOf(resource));
      if (!began.ok || problem === undefined) throw new Error(`${resource.id} has no age`);
      expect(began.value.completedYears + 1).toBeGreaterThanOrEqual(problem.from);
      expect(began.value.completedYears).toBeLessThanOrEqual(problem.to);
    }
    expect(ofType('Condition').some(({ resource }) => codeOf(resource) === '72892002')).toBe(true);
  });

  test('some results are out of range, some to telephone about, some corrected; each with a range says which', () => {
    const results = ofType('Observation').filter(({ resource }) => resource['referenceRange'] !== undefined);
    const flags = new Map<string, number>();
    for (const { resource } of results) {
      const [flag] = (resource['interpretation'] as Resource[] | undefined) ?? [];
      const code = flag === undefined ? '' : (((flag as Json)['coding'] as { code: string }[])[0]?.code ?? '');
      flags.set(code, (flags.get(code) ?? 0) + 1);
      const { value } = resource['valueQuantity'] as { value: number };
      const [range] = resource['referenceRange'] as { low?: { value: number }; high?: { value: number } }[];
      const outside = value < (range?.low?.value ?? -Infinity) || value > (range?.high?.value ?? Infinity);
      expect(code !== '', `${resource.id} ${value}`).toBe(outside);
    }
    for (const code of ['H', 'L', 'HH', '']) expect(flags.get(code) ?? 0, code).toBeGreaterThan(0);
    const corrected = results.filter(({ resource }) => resource['status'] === 'corrected');
    expect(corrected.length).toBeGreaterThan(0);
    expect(corrected.every(({ resource }) => resource['extension'] !== undefined)).toBe(true);
  });

  test('there is something of everything: allergies, notes, letters, vaccinations, a family, habits, appointments', () => {
    for (const type of ['AllergyIntolerance', 'ClinicalImpression', 'DocumentReference', 'Immunization'])
      expect(ofType(type).length, type).toBeGreaterThan(20);
    for (const type of ['FamilyMemberHistory', 'Appointment']) expect(ofType(type).length, type).toBeGreaterThan(10);
  });
});
