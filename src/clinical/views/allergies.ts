/** Allergies and intolerances: active first, high criticality before low. */
import { conceptWords, joinWords, readPrimitive } from '../datatypes.ts';
import { statusCode } from '../fhir-status.ts';
import { isArray, isObject, type JsonObject } from '../json.ts';
import { noneKnownOf, type NoneKnown } from '../none-known.ts';
import { byNewest } from '../readable-date.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { codeWords } from '../words.ts';
import { labelOf, rowOf, type Row } from './row.ts';

export interface AllergyRow extends Row {
  readonly active: boolean;
  /** FHIR's code; empty when not assessed or not recorded. */
  readonly criticality: '' | 'low' | 'high';
  /** "Wheal (severe); Anaphylaxis". */
  readonly reactions: string;
  readonly noneKnown: NoneKnown | undefined;
}

export function allergyRows(record: ChartRecord): readonly AllergyRow[] {
  const rows = record.ofTypes('AllergyIntolerance').map((resource) => allergyRow(resource, record));
  const rank = (row: AllergyRow) => (row.active ? 2 : 0) + (row.criticality === 'high' ? 1 : 0);
  return rows.sort((a, b) => rank(b) - rank(a) || byNewest(a.when, b.when));
}

function allergyRow(resource: Resource, record: ChartRecord): AllergyRow {
  const { json } = resource;
  const row = rowOf(resource, record, ['code', 'clinicalStatus', 'verificationStatus', 'criticality', 'reaction']);
  // DSTU2 had one status for what is known of it and whether it holds.
  const clinical = statusCode(json['clinicalStatus']) ?? statusCode(json['status']);
  const refuted = statusCode(json['verificationStatus']) === 'refuted';
  const criticality = json['criticality'];
  const reactions = reactionWords(json);
  return {
    ...row,
    label:
      json['code'] === undefined && reactions.substances !== ''
        ? labelOf(reactions.substances, resource, record)
        : row.label,
    // Without a status it counts as active: an allergy is not to be overlooked for want of a code.
    active: !(clinical !== undefined && endedCodes.has(clinical)) && !refuted && !row.enteredInError,
    criticality: criticality === 'high' || criticality === 'low' ? criticality : '',
    reactions: reactions.words,
    noneKnown: noneKnownOf(json),
  };
}

const endedCodes: ReadonlySet<string> = new Set(['inactive', 'resolved', 'refuted']);

function reactionWords(json: JsonObject): { words: string; substances: string } {
  const reactions = isArray(json['reaction']) ? json['reaction'].filter(isObject) : [];
  const words = reactions.map((reaction) => {
    const severity = readPrimitive(reaction, 'severity');
    const shown = joinWords([conceptWords(reaction['manifestation']), readPrimitive(reaction, 'description')], ', ');
    return severity === '' ? shown : joinWords([shown, `(${codeWords(severity)})`], ' ');
  });
  return {
    words: joinWords(words, '; '),
    substances: joinWords(
      reactions.map((reaction) => conceptWords(reaction['substance'])),
      '; ',
    ),
  };
}
