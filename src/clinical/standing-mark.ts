/**
 * How a file says that a resource is not settled: two versions were written at the same time and nobody has chosen yet. A tag any reader
 * of FHIR sees, and the versions in words. The mark is the file's, not the record's: reading a file takes it off again.
 */
import { isArray, isObject, jsonObject, type JsonObject, type JsonValue } from './json.ts';

const tagSystem = 'urn:peerchart:standing';
const versionsUrl = 'urn:peerchart:versions';

const tag: JsonObject = jsonObject([
  ['system', tagSystem],
  ['code', 'not-settled'],
  ['display', 'Not settled: versions were written at the same time and nobody has chosen yet'],
]);

/** `versions` in words; empty where only the list it stands in is in question. */
export function withStandingMark(json: JsonObject, versions: string): JsonObject {
  const meta = isObject(json['meta']) ? json['meta'] : jsonObject([]);
  const marked = { ...json, meta: jsonObject([...Object.entries(meta), ['tag', [...listOf(meta['tag']), tag]]]) };
  if (versions === '') return marked;
  const told = jsonObject([
    ['url', versionsUrl],
    ['valueString', versions],
  ]);
  return { ...marked, extension: [...listOf(json['extension']), told] };
}

export function withoutStandingMark(json: JsonObject): JsonObject {
  const { meta } = json;
  const tags = isObject(meta) ? listOf(meta['tag']) : [];
  const kept = tags.filter((one) => !isObject(one) || one['system'] !== tagSystem);
  if (kept.length === tags.length || !isObject(meta)) return json;
  const told = listOf(json['extension']).filter((one) => !isObject(one) || one['url'] !== versionsUrl);
  const rest = replaced(meta, 'tag', kept);
  return replaced(replaced(json, 'extension', told), 'meta', Object.keys(rest).length === 0 ? [] : rest);
}

/** Left out where nothing is left of it: FHIR knows no empty lists or objects. */
function replaced(object: JsonObject, element: string, value: readonly JsonValue[] | JsonObject): JsonObject {
  const isEmpty = isArray(value) && value.length === 0;
  return jsonObject(
    Object.entries(object).flatMap(([name, held]) =>
      name !== element ? [[name, held] as const] : isEmpty ? [] : [[name, value] as const],
    ),
  );
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isArray(value) ? value : [];
}
