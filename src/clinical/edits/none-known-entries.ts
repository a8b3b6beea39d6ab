/** What a list holds beside statements that it is empty, and how such a statement is retired when something is added. */
import { isEnteredInError, statusCode } from '../fhir-status.ts';
import { noneKnownOf } from '../none-known.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { SectionEdit } from '../section-edit.ts';
import { changeEdits, coded } from './edit.ts';

export interface NoneKnownEntries {
  /** Standing statements that there is nothing at all. */
  readonly statements: readonly Resource[];
  /** Entries that say that there is something now. */
  readonly active: readonly Resource[];
}

export function noneKnownEntries(record: ChartRecord, ...types: readonly string[]): NoneKnownEntries {
  const standing = record.ofTypes(...types).filter(({ json }) => isStanding(json));
  const statements = standing.filter(({ json }) => noneKnownOf(json)?.whole === true);
  return { statements, active: standing.filter(({ json }) => noneKnownOf(json) === undefined) };
}

function isStanding(json: Resource['json']): boolean {
  if (isEnteredInError(json) || statusCode(json['verificationStatus']) === 'refuted') return false;
  const clinical = statusCode(json['clinicalStatus']);
  if (clinical !== undefined) return clinical === 'active' || clinical === 'recurrence' || clinical === 'relapse';
  const { status } = json;
  return typeof status !== 'string' || ['active', 'on-hold', 'intended', 'unknown'].includes(status);
}

/**
 * "No known allergies" beside an allergy would contradict it: the statement was true when it was made and no longer is.
 */
export function retireNoneKnown(statement: Resource): readonly SectionEdit[] {
  const system = clinicalSystems[statement.type];
  const ended = system === undefined ? { status: 'stopped' } : { clinicalStatus: coded(system, 'inactive') };
  return changeEdits(statement, ended);
}

const clinicalSystems: Readonly<Record<string, string>> = {
  Condition: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
  AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
};
