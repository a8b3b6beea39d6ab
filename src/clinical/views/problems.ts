/** Conditions as a problem list: active ones first, then the newest. */
import { amountWords, choiceOf } from '../datatypes.ts';
import { statusCode } from '../fhir-status.ts';
import { byNewest } from '../readable-date.ts';
import { noneKnownOf, type NoneKnown } from '../none-known.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { rowOf, type Row } from './row.ts';

export interface ProblemRow extends Row {
  readonly active: boolean;
  /** As written, in words: a date, an age, a span; empty when not recorded. */
  readonly began: string;
  readonly ended: string;
  readonly noneKnown: NoneKnown | undefined;
}

export function problemRows(record: ChartRecord): readonly ProblemRow[] {
  const rows = record.ofTypes('Condition').map((resource) => problemRow(resource, record));
  return rows.sort((a, b) => Number(b.active) - Number(a.active) || byNewest(a.when, b.when));
}

function problemRow(resource: Resource, record: ChartRecord): ProblemRow {
  const { json } = resource;
  const row = rowOf(resource, record, ['code', 'clinicalStatus', 'verificationStatus', ...onset, ...abatement]);
  const clinical = statusCode(json['clinicalStatus']);
  const refuted = statusCode(json['verificationStatus']) === 'refuted';
  const ended = amountWords(choiceOf(json, 'abatement'));
  const over = clinical === undefined ? ended !== '' : endedCodes.has(clinical);
  return {
    ...row,
    active: !over && !refuted && !row.enteredInError,
    began: amountWords(choiceOf(json, 'onset')),
    ended: ended === 'yes' ? 'ended' : ended,
    noneKnown: noneKnownOf(json),
  };
}

const endedCodes: ReadonlySet<string> = new Set(['inactive', 'remission', 'resolved']);
const onset = ['onsetDateTime', 'onsetAge', 'onsetPeriod', 'onsetRange', 'onsetString'];
const abatement = ['abatementDateTime', 'abatementAge', 'abatementPeriod', 'abatementRange', 'abatementString'];
