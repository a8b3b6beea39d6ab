/**
 * What is due for a patient by the rules and the facts. "Nothing recorded" is a state of its own: a chart that is silent about a
 * vaccine does not say that it was not given, and never that it was.
 */
import { ageOn } from '../growth/age.ts';
import type { DueFact, DueFacts } from './facts.ts';
import { dueRules, type DueMeasure, type DueRule } from './rules.ts';

export interface DueItem {
  readonly rule: DueRule;
  /**
   * 'due': what is recorded is too old, or too few doses. 'nothing-recorded': the chart says nothing. 'recorded': what is recorded
   * counts until `until`, or for good.
   */
  readonly state: 'due' | 'nothing-recorded' | 'recorded';
  /** FHIR date of the newest that counts; empty where none has a date. */
  readonly last: string;
  readonly doses: number;
  /** The day from which it is due again. */
  readonly until?: string;
}

export interface DuePatient {
  /** FHIR date. */
  readonly birthDate?: string;
  readonly sex?: string;
  readonly deceased: boolean;
}

/** `today`: FHIR date. Undefined without a whole birth date: by no rule can anything be said then. */
export function dueItems(
  patient: DuePatient,
  facts: DueFacts,
  today: string,
  isOff: (rule: string) => boolean = () => false,
): readonly DueItem[] | undefined {
  if (patient.deceased) return [];
  const age = ageOn(patient.birthDate ?? '', today);
  if (!age.ok) return undefined;
  return dueRules
    .filter((rule) => !isOff(rule.id) && isFor(rule, patient, facts, age.value.completedYears))
    .map((rule) => itemOf(rule, facts, today));
}

function isFor(rule: DueRule, { sex }: DuePatient, facts: DueFacts, years: number): boolean {
  const has = (measure: DueMeasure): boolean => facts[measure] !== undefined;
  return (
    years >= rule.age.from &&
    years <= rule.age.to &&
    (rule.sex === undefined || rule.sex === sex) &&
    (rule.onlyWith ?? []).every(has) &&
    !(rule.notWith ?? []).some(has)
  );
}

function itemOf(rule: DueRule, facts: DueFacts, today: string): DueItem {
  if (rule.kind === 'doses') {
    const { times = 0, last = '' }: Partial<DueFact> = facts[rule.measure] ?? {};
    const state = times === 0 ? 'nothing-recorded' : times < rule.doses ? 'due' : 'recorded';
    return { rule, state, last, doses: times };
  }
  if (rule.kind === 'series') {
    const given = rule.counts.flatMap(({ measure }) => facts[measure] ?? []);
    const isComplete = rule.complete.some((parts) => parts.every((measure) => facts[measure] !== undefined));
    const last = given.reduce((newest, fact) => (fact.last > newest ? fact.last : newest), '');
    const state = given.length === 0 ? 'nothing-recorded' : isComplete ? 'recorded' : 'due';
    return { rule, state, last, doses: given.reduce((sum, { times }) => sum + times, 0) };
  }
  const counted = rule.counts.flatMap(({ measure, months }) => {
    const fact = facts[measure];
    if (fact === undefined) return [];
    return [{ last: fact.last, until: fact.last === '' ? '' : inMonths(fact.last, months), times: fact.times }];
  });
  // Of a colonoscopy nine years ago and a stool test of two years ago the one that holds longer counts.
  const [best] = counted.toSorted((a, b) => b.until.localeCompare(a.until));
  if (best === undefined) return { rule, state: 'nothing-recorded', last: '', doses: 0 };
  const { last, until, times } = best;
  return { rule, state: until > today ? 'recorded' : 'due', last, doses: times, ...(until === '' ? {} : { until }) };
}

/** A year or a month alone counts from its beginning: rather too early than too late. */
function inMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const days = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, days))).toISOString().slice(0, 10);
}
