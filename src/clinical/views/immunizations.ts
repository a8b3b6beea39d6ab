/** Vaccines given (and refused), newest first. */
import { amountWords, choiceOf, conceptWords, joinWords, readPrimitive } from '../datatypes.ts';
import { isObject } from '../json.ts';
import { isModified } from '../modifiers.ts';
import { noneKnownOf, type NoneKnown } from '../none-known.ts';
import { byNewest } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { rowOf, type Row } from './row.ts';

export interface ImmunizationRow extends Row {
  readonly given: boolean;
  /** When, in words, for records that only say "in childhood". */
  readonly occurrence: string;
  readonly lot: string;
  /** "0.5 mL, Intramuscular, left arm". */
  readonly dose: string;
  readonly noneKnown: NoneKnown | undefined;
}

export function immunizationRows(record: ChartRecord): readonly ImmunizationRow[] {
  const rows = record.ofTypes('Immunization').map((resource) => immunizationRow(resource, record));
  return rows.sort((a, b) => byNewest(a.when, b.when));
}

function immunizationRow(resource: Resource, record: ChartRecord): ImmunizationRow {
  const { json } = resource;
  const shown = ['vaccineCode', 'status', 'statusReason', 'lotNumber', 'doseQuantity', 'route', 'site'];
  const row = rowOf(resource, record, [...shown, 'occurrenceDateTime', 'occurrenceString']);
  const quantity = json['doseQuantity'];
  return {
    ...row,
    given: json['status'] === 'completed' && !row.enteredInError && !isModified(json),
    occurrence: amountWords(choiceOf(json, 'occurrence')) || readPrimitive(json, 'occurrenceDateTime'),
    lot: readPrimitive(json, 'lotNumber'),
    dose: joinWords(
      [isObject(quantity) ? amountWords(quantity) : '', conceptWords(json['route']), conceptWords(json['site'])],
      ', ',
    ),
    noneKnown: noneKnownOf(json),
  };
}
