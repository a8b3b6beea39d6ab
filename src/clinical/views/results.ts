/** Laboratory and other findings, and the reports that gather them, newest first. */
import { conceptWords, joinWords, rangeWords } from '../datatypes.ts';
import { codesOfConcept, isCorrected, isUnfinished } from '../fhir-status.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { byNewest } from '../readable-date.ts';
import { readValue } from '../readable.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { isHabit } from './background.ts';
import { componentsOf, measuredOf, type Measured } from './observation.ts';
import { resultFlag, type ResultFlag } from './result-flag.ts';
import { rowOf, type Row } from './row.ts';
import { supersededKeys } from './superseded.ts';

export interface ResultRow extends Row, Measured {
  readonly kind: 'observation' | 'report' | 'other';
  /** "Laboratory". */
  readonly category: string;
  /** "High", as the laboratory judged it. */
  readonly interpretation: string;
  /** Undefined where neither the laboratory nor the result's own range says anything. */
  readonly flag: ResultFlag | undefined;
  /** Its laboratory changed it after it was final. */
  readonly corrected: boolean;
  /** "preliminary", "cancelled"; empty where its laboratory stands by it. */
  readonly unfinished: string;
  /** The key of the result that replaces it. */
  readonly replacedBy: ResourceKey | undefined;
  readonly referenceRange: string;
  readonly parts: readonly { readonly label: string; readonly value: string }[];
  /** Of a report: the keys of its results that are held here. */
  readonly resultKeys: readonly string[];
}

export function resultRows(record: ChartRecord): readonly ResultRow[] {
  const superseded = supersededKeys(record);
  const told = record.inSection('results').filter((resource) => !isHabit(resource));
  const rows = told.map((resource) => resultRow(resource, record, superseded));
  return rows.sort((a, b) => byNewest(a.when, b.when));
}

function resultRow(
  resource: Resource,
  record: ChartRecord,
  superseded: ReadonlyMap<ResourceKey, ResourceKey>,
): ResultRow {
  const { json, type } = resource;
  const values = Object.keys(json).filter((element) => /^value[A-Z]/.test(element));
  const shown = ['code', 'status', 'category', 'interpretation', 'referenceRange', 'component', 'dataAbsentReason'];
  const row = rowOf(resource, record, [...shown, 'result', ...values]);
  const conclusion = joinWords([readValue(json['conclusion']), conceptWords(json['conclusionCode'])], '; ');
  const measured = measuredOf(json, record);
  const isReport = type === 'DiagnosticReport';
  return {
    ...row,
    ...(isReport ? { value: conclusion, short: conclusion, quantity: undefined } : measured),
    kind: isReport ? 'report' : type === 'Observation' ? 'observation' : 'other',
    category: conceptWords(json['category']),
    interpretation: conceptWords(json['interpretation']),
    flag: isReport || row.enteredInError ? undefined : resultFlag(json),
    corrected: isCorrected(json),
    unfinished: isUnfinished(json) ? row.status : '',
    replacedBy: superseded.get(resource.key),
    referenceRange: rangesWords(json['referenceRange']),
    parts: componentsOf(json).map((part) => ({ label: titleOf(part), value: measuredOf(part, record).value })),
    resultKeys: isReport ? memberKeys(json, record) : [],
  };
}

function memberKeys(json: JsonObject, record: ChartRecord): readonly string[] {
  const results = isArray(json['result']) ? json['result'].filter(isObject) : [];
  return results
    .map(({ reference }) => (typeof reference === 'string' ? record.keyOf(reference) : undefined))
    .filter((key) => key !== undefined);
}

export function rangesWords(value: JsonValue | undefined): string {
  const ranges = isArray(value) ? value.filter(isObject) : [];
  return joinWords(
    ranges.map((range) => {
      const { low, high, text } = range;
      const words = typeof text === 'string' ? text : readValue(withoutUndefined({ low, high }));
      const age = isObject(range['age']) ? `age ${rangeWords(range['age'])}` : '';
      // A therapeutic range, or one for somebody else, is not read as the usual one.
      const kind = codesOfConcept(range['type']).includes('normal') ? '' : conceptWords(range['type']);
      return joinWords([words, kind, conceptWords(range['appliesTo']), age], ', ');
    }),
    '; ',
  );
}

function withoutUndefined(parts: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
