/** The value of an Observation in words and, where it is one number, for a trend. Shared by results and vital signs. */
import { absentReason, choiceOf, conceptWords, joinWords } from '../datatypes.ts';
import { isArray, isObject, JsonNumber, type JsonObject } from '../json.ts';
import { readValue } from '../readable.ts';
import type { ChartRecord } from '../record.ts';
import { unitWords } from '../units.ts';

export interface Measured {
  /** Exactly as written, with its unit. Empty when the record gives neither a value nor a reason. */
  readonly value: string;
  /** Long decimals rounded for a table and marked so ("≈ 118.48 mmHg"); else the same as `value`. */
  readonly short: string;
  /** The number as written and its unit, when the value is a single quantity. */
  readonly quantity: { readonly number: string; readonly unit: string } | undefined;
}

export function measuredOf(json: JsonObject, record: ChartRecord): Measured {
  const value = choiceOf(json, 'value');
  const quantity = isObject(value) ? quantityOf(value) : undefined;
  if (quantity !== undefined) {
    const comparator = isObject(value) ? readValue(value['comparator']) : '';
    return {
      value: joinWords([comparator + quantity.number, quantity.unit], ' '),
      short: joinWords([comparator + shortNumber(quantity.number), quantity.unit], ' '),
      quantity: comparator === '' ? quantity : undefined,
    };
  }
  const words = readValue(value, (reference) => record.nameOf(reference, json)) || absenceWords(json);
  return { value: words, short: words, quantity: undefined };
}

/** The parts of a panel kept in one resource, in their order. */
export function componentsOf(json: JsonObject): readonly JsonObject[] {
  return isArray(json['component']) ? json['component'].filter(isObject) : [];
}

/** Up to three decimals as written: 1.10 stays 1.10. More were computed by a program: rounded to two, and marked so. */
function shortNumber(written: string): string {
  const decimals = /^-?\d+\.(\d+)$/.exec(written)?.[1]?.length ?? 0;
  return decimals <= 3 ? written : `≈ ${String(Number(Number(written).toFixed(2)))}`;
}

function quantityOf(value: JsonObject): { number: string; unit: string } | undefined {
  const number = value['value'];
  if (!(number instanceof JsonNumber)) return undefined;
  const unit = value['unit'] ?? value['code'];
  return { number: number.text, unit: typeof unit === 'string' ? unitWords(unit) : '' };
}

function absenceWords(json: JsonObject): string {
  const reason = conceptWords(json['dataAbsentReason']) || absentReason(json['_valueString']);
  return reason === undefined || reason === '' ? '' : `no value: ${reason.toLowerCase()}`;
}
