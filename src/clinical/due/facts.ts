/**
 * What of a chart counts for reminders: how often and when last, for each measure a rule knows. Read from codes (LOINC, SNOMED CT, CVX)
 * and, where a record has words only, from words. Kept in the index, so that a list of a practice opens no chart.
 */
import type { ChartSection } from '../../base/sections.ts';
import { codingsOf, conceptWords } from '../datatypes.ts';
import { isEnteredInError, statusCode } from '../fhir-status.ts';
import { isObject, JsonNumber, type JsonObject } from '../json.ts';
import { isModified } from '../modifiers.ts';
import { composeResource } from '../registers.ts';
import { typeOfKey } from '../resource-key.ts';
import type { ResourceKey, StoredResource } from '../section-edit.ts';
import { vaccineOfCoding, type VaccineGroup } from '../vaccines/cvx.ts';
import { componentsOf } from '../views/observation.ts';
import type { DueMeasure } from './rules.ts';

export interface DueFact {
  readonly times: number;
  /** FHIR date of the newest; empty where none has one. */
  readonly last: string;
}

export type DueFacts = Readonly<Partial<Record<DueMeasure, DueFact>>>;

interface Sign {
  readonly measure: DueMeasure;
  readonly codes: readonly string[];
  readonly words: RegExp;
}

/** Tests and procedures that were done. */
const done: readonly Sign[] = [
  { measure: 'hba1c', codes: ['4548-4', '17856-6', '59261-8', '4549-2'], words: /hemoglobin a1c|\bhba1c\b/i },
  { measure: 'glucose', codes: ['2339-0', '2345-7', '1558-6'], words: /\bglucose\b/i },
  {
    measure: 'lipids',
    codes: ['2093-3', '13457-7', '18262-6', '2089-1', '57698-3'],
    words: /cholesterol|lipid panel/i,
  },
  { measure: 'mammogram', codes: ['24606-6', '36625-2', '24605-8', '71651007', '24623002'], words: /mammogra/i },
  { measure: 'colonoscopy', codes: ['73761001'], words: /colonoscopy/i },
  { measure: 'fit', codes: ['57905-2', '29771-3', '58453-2'], words: /fecal immunochemical|\bFIT\b/ },
  {
    measure: 'cervical-cytology',
    codes: ['10524-7', '19762-4', '47527-7', '440623000', '171149006'],
    words: /\bpap (smear|test)|cervical cytology/i,
  },
  { measure: 'cervical-hpv', codes: ['21440-3', '59263-4', '59420-0', '77379-6'], words: /\bHPV (DNA|test)/i },
  { measure: 'eye-exam', codes: ['308110009'], words: /retinal (exam|screen)|fundoscopy|fundus photo|dilated eye/i },
  { measure: 'hysterectomy', codes: ['236886002', '116140006'], words: /\bhysterectomy/i },
  { measure: 'colectomy', codes: ['26390003'], words: /total colectomy/i },
  { measure: 'mastectomy', codes: ['27865001'], words: /bilateral mastectomy/i },
];

/** Problems that are there. */
const problems: readonly Sign[] = [
  {
    measure: 'diabetes',
    codes: ['44054006', '46635009', '73211009', 'E10.9', 'E11.9'],
    words: /^(?!.*(pre-?diabetes|gestational|insipidus|family)).*\bdiabetes\b/i,
  },
  { measure: 'hysterectomy', codes: ['161800001'], words: /history of.*hysterectomy/i },
];

const vaccineWords: readonly (readonly [VaccineGroup & DueMeasure, RegExp])[] = [
  ['influenza', /influenza|\bflu (shot|vaccine)/i],
  ['zoster', /^(?!.*(live|zostavax|varicella)).*(zoster|shingles|shingrix)/i],
  ['tdap', /\btdap\b/i],
  ['td', /\btd(ap)?\b|tetanus/i],
  ['pneumo-20-21', /\bpcv ?2[01]\b|pneumococcal.*2[01].?valent|prevnar ?20|capvaxive/i],
  ['pneumo-23', /\bppsv ?23\b|pneumococcal polysaccharide|pneumovax/i],
  ['pneumo-13-15', /\bpcv ?1[35]\b|pneumococcal.*1[35].?valent|prevnar ?13|vaxneuvance/i],
  ['pneumo-other', /pneumococcal/i],
  ['mmr', /\bmmrv?\b|measles.*mumps.*rubella/i],
  ['varicella', /varicella|\bmmrv\b/i],
  ['polio', /polio|\bipv\b/i],
  ['dtap', /\bdtap\b/i],
  ['hepatitis-b', /hep(atitis)? ?b\b/i],
  ['hpv', /\bhpv\b|papilloma/i],
  ['mening-acwy', /meningococcal.*(acwy|mcv4)|\bmcv4\b/i],
  ['rsv', /\brsv\b|respiratory syncytial/i],
];
/** Given instead of a vaccine, or beside it. */
const antibodies = /immune? ?globulin|antitoxin|monoclonal|\bmab\b/i;
const measuredVaccines: ReadonlySet<string> = new Set(vaccineWords.map(([group]) => group));

const doneStatuses: ReadonlySet<unknown> = new Set([
  'completed',
  'final',
  'amended',
  'corrected',
  'appended',
  'finished',
]);

/** Sections that are read for reminders. */
export const dueSections: readonly ChartSection[] = ['problems', 'vitals', 'results', 'immunizations', 'encounters'];

interface Found {
  readonly measure: DueMeasure;
  readonly on: string;
}

export function dueFacts(section: ChartSection, resources: ReadonlyMap<ResourceKey, StoredResource>): DueFacts {
  const facts: Partial<Record<DueMeasure, DueFact>> = {};
  let newestPressure: Found | undefined;
  for (const stored of resources.values())
    for (const { measure, on } of foundOnce(section, stored)) {
      // Whether the pressure is high is for the newest reading to say.
      if (measure === 'blood-pressure-high' || measure === 'blood-pressure') {
        if (newestPressure === undefined || on > newestPressure.on) newestPressure = { measure, on };
      }
      const named = measure === 'blood-pressure-high' ? 'blood-pressure' : measure;
      const known = facts[named];
      const last = known === undefined || on > known.last ? on : known.last;
      facts[named] = { times: (known?.times ?? 0) + 1, last };
    }
  if (newestPressure?.measure === 'blood-pressure-high')
    facts['blood-pressure-high'] = { times: 1, last: newestPressure.on };
  return facts;
}

/** Stored resources never change in place. */
const foundIn = new WeakMap<StoredResource, readonly Found[]>();

function foundOnce(section: ChartSection, stored: StoredResource): readonly Found[] {
  const known = foundIn.get(stored);
  if (known !== undefined) return known;
  const found = mayHold(section, stored) ? find(section, stored) : [];
  foundIn.set(stored, found);
  return found;
}

/** Types of which something is counted; the rest, visits for one, are not looked into. */
const countedTypes: ReadonlySet<string> = new Set([
  'Immunization',
  'Condition',
  'Observation',
  'DiagnosticReport',
  'Procedure',
]);

/** Of thousands of results a few are asked for: their text tells before they are read. */
function mayHold(section: ChartSection, { key, base, registers }: StoredResource): boolean {
  if (!countedTypes.has(typeOfKey(key))) return false;
  const signs = glances[section];
  return signs === undefined || Object.keys(registers).length > 0 || signs.some((sign) => sign.test(base));
}

/** Codes in their quotes, words in any letters; letters that are written as their numbers hide either. */
const signsIn = (signs: readonly Sign[]): readonly RegExp[] => [
  new RegExp(`"(?:${signs.flatMap(({ codes }) => codes.map((code) => code.replaceAll('.', '\\.'))).join('|')})"`),
  new RegExp(signs.map(({ words }) => words.source.replace(/^\^\(\?!.*\)\)\.\*/, '')).join('|'), 'i'),
  /\\u/,
];
const glances: Readonly<Partial<Record<ChartSection, readonly RegExp[]>>> = {
  problems: signsIn(problems),
  results: signsIn(done),
  encounters: signsIn(done),
  vitals: [/8480-6/, /\\u/],
};

function find(section: ChartSection, stored: StoredResource): readonly Found[] {
  const composed = composeResource(stored.base, stored.registers);
  if (!composed.ok || isEnteredInError(composed.value) || isModified(composed.value)) return [];
  const json = composed.value;
  const on = dateOf(json);
  switch (json['resourceType']) {
    case 'Immunization':
      return json['status'] === 'completed' && json['isSubpotent'] !== true
        ? vaccineGroups(json).map((measure) => ({ measure, on }))
        : [];
    case 'Condition':
      return isActive(json) ? matching(problems, json).map((measure) => ({ measure, on })) : [];
    case 'Observation':
      if (section === 'vitals') return pressureOf(json, on);
      return doneStatuses.has(json['status']) ? matching(done, json).map((measure) => ({ measure, on })) : [];
    case 'DiagnosticReport':
    case 'Procedure':
      return doneStatuses.has(json['status']) ? matching(done, json).map((measure) => ({ measure, on })) : [];
    default:
      return [];
  }
}

function matching(signs: readonly Sign[], json: JsonObject): readonly DueMeasure[] {
  const codes = new Set(codingsOf(json['code']).map(({ code }) => code));
  const words = conceptWords(json['code']);
  const found = signs.filter((sign) => sign.codes.some((code) => codes.has(code)) || sign.words.test(words));
  return [...new Set(found.map(({ measure }) => measure))];
}

function vaccineGroups(json: JsonObject): readonly DueMeasure[] {
  const known = codingsOf(json['vaccineCode']).flatMap((coding) => vaccineOfCoding(coding) ?? []);
  const isMeasured = (group: string): group is VaccineGroup & DueMeasure => measuredVaccines.has(group);
  if (known.length > 0) return [...new Set(known.flatMap(({ groups }) => groups).filter(isMeasured))];
  const words = conceptWords(json['vaccineCode']);
  if (antibodies.test(words)) return [];
  return vaccineWords.filter(([, pattern]) => pattern.test(words)).map(([group]) => group);
}

/** 140/90 mmHg or more in either half: stage 2 of the 2017 ACC/AHA guideline. */
function pressureOf(json: JsonObject, on: string): readonly Found[] {
  const side = (loinc: string): number => {
    const part = componentsOf(json).find(({ code }) => codingsOf(code).some((coding) => coding['code'] === loinc));
    const quantity = part?.['valueQuantity'];
    return isObject(quantity) && quantity['value'] instanceof JsonNumber ? Number(quantity['value'].text) : Number.NaN;
  };
  const [systolic, diastolic] = [side('8480-6'), side('8462-4')];
  if (Number.isNaN(systolic)) return [];
  return [{ measure: systolic >= 140 || diastolic >= 90 ? 'blood-pressure-high' : 'blood-pressure', on }];
}

function isActive(json: JsonObject): boolean {
  const status = statusCode(json['clinicalStatus']);
  if (statusCode(json['verificationStatus']) === 'refuted') return false;
  return status === undefined || ['active', 'recurrence', 'relapse', 'remission'].includes(status);
}

function dateOf(json: JsonObject): string {
  const period = json['performedPeriod'] ?? json['effectivePeriod'];
  const told = [
    json['effectiveDateTime'],
    json['performedDateTime'],
    json['occurrenceDateTime'],
    isObject(period) ? (period['end'] ?? period['start']) : undefined,
    json['onsetDateTime'],
    json['issued'],
  ].find((date) => typeof date === 'string');
  return typeof told === 'string' ? told.slice(0, 10) : '';
}

/** A mammogram may be a procedure here and a report there: counted together. */
export function joinedFacts(bySection: Readonly<Partial<Record<ChartSection, DueFacts>>>): DueFacts {
  const joined: Partial<Record<DueMeasure, DueFact>> = {};
  for (const facts of Object.values(bySection))
    for (const [measure, { times, last }] of Object.entries(facts) as [DueMeasure, DueFact][]) {
      const known = joined[measure];
      joined[measure] =
        known === undefined
          ? { times, last }
          : { times: known.times + times, last: last > known.last ? last : known.last };
    }
  return joined;
}
