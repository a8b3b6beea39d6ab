/**
 * A FHIR file as charts: read, checked and divided among its patients before anything is written (EN-9: an import shows
 * and sends nothing until it is whole). Taken are Bundles that hold a record (document, message, transaction, batch,
 * collection, searchset), one resource, an array of them, or one a line (NDJSON); of a bulk export its files of lines together.
 *
 * Nothing is dropped in silence: every resource of the file lands in at least one chart or is named as about somebody who is not in
 * the file, or the file is refused with the path of what stands in the way. A history Bundle and entries that delete or patch are refused: they tell what
 * happened to a record, and taking them for the record would bring back what was withdrawn.
 */
import { toUtf8 } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import { maxAttachmentBytes } from '../base/limits.ts';
import type { ChartSection } from '../base/sections.ts';
import { assignCharts, type AssignRefusal, type InNoChart } from './chart-assignment.ts';
import { contentHash } from './content-hash.ts';
import { identityResource } from './identity.ts';
import {
  canonicalJson,
  isArray,
  isObject,
  jsonObject,
  objects,
  sameJson,
  stringifyJson,
  textOf,
  type JsonObject,
  type JsonValue,
} from './json.ts';
import { parseJson, type JsonRefusal } from './json-parser.ts';
import { takeOut, type LargeData } from './large-data.ts';
import { entryRegister } from './registers.ts';
import { fullUrlOfKey, keyOf } from './resource-key.ts';
import { referencesIn, withoutWords, type Addressed } from './references.ts';
import { sectionOfResource } from './sections.ts';
import { withoutStandingMark } from './standing-mark.ts';
import type { Registers, ResourceKey } from './section-edit.ts';
import { titleOf } from './title.ts';

export type ImportRefusal =
  | JsonRefusal
  | AssignRefusal
  /** Neither a Bundle nor a resource stands at the path. */
  | 'not-fhir'
  /** A Bundle of a type that is not a record, or of none. */
  | 'bundle-type'
  /** An entry without a resource, or one that asks to delete or patch. */
  | 'entry-not-a-record'
  /** A single resource longer than maxResourceBytes, large `data` not counted. */
  | 'resource-too-large'
  /** A `data` of more than maxAttachmentBytes. */
  | 'attachment-too-large'
  /** Two different resources have one id, in files read together or in a file of several patients: which of them another names, nobody can tell. */
  | 'same-id'
  | 'cancelled';

/** A resource of a file, in its section; what of it is written there is told by planReimport. */
export interface ImportedResource {
  readonly key: ResourceKey;
  readonly type: string;
  readonly section: ChartSection;
  readonly base: string;
  /** Only the entry's fullUrl, and only where the key does not tell it. */
  readonly registers: Registers;
  /** With stubs for large `data` (EN-10). */
  readonly json: JsonObject;
  /** What the stubs stand for. */
  readonly taken: readonly LargeData[];
}

export interface ImportedChart {
  readonly patientKey: ResourceKey;
  /** The Patient as the file has it. */
  readonly patient: JsonObject;
  /** With the derived identity resource first: same key as the Patient, section `identity`. */
  readonly resources: readonly ImportedResource[];
}

export interface ImportPlan {
  readonly charts: readonly ImportedChart[];
  /** Resources in the file, equal repetitions counted once. */
  readonly resourceCount: number;
  /** In no chart: whoever imports is told of each before anything is written. */
  readonly aboutOthers: readonly EntryAboutOther[];
}

/** An entry about a patient whom the file does not hold, one that belongs to such entries alone, or one of nobody in a file of several. */
export interface EntryAboutOther {
  readonly why: InNoChart['why'];
  readonly path: string;
  /** "Asthma". */
  readonly label: string;
  readonly type: string;
  /** Whom it names: "Jane Roe (Patient/7)"; empty where it names nobody. */
  readonly names: string;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Counted in resources. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Lets the page breathe; awaited every few dozen resources. Without it the file is read in one go. */
  readonly pause?: () => Promise<void>;
}

/** UTF-8 bytes of one resource: what one sealed entry can carry (crdt/limits.ts, 768 KiB). Large `data` is not part of it (EN-10). */
export const maxResourceBytes = 768 * 1024;

/** Resources between two pauses: about 2 ms of work, well under a frame. */
const resourcesPerTurn = 50;

const recordBundleTypes: ReadonlySet<string> = new Set([
  'document',
  'message',
  'transaction',
  'batch',
  'collection',
  'searchset',
]);

/** One of the files of a bulk export: a resource a line. */
export interface FilePart {
  readonly name: string;
  readonly text: string;
}

/** Of one file, or of files that refer to each other. */
export type FileText = string | readonly FilePart[];

/** `detail` of a refusal is a path (`entry[12].resource.resourceType`) or a line and column, after the name of the part. */
export async function readBundle(
  text: FileText,
  options: ReadOptions = {},
): Promise<Result<ImportPlan, ImportRefusal>> {
  const found = typeof text === 'string' ? findResources(text) : await findInParts(text, options);
  if (!found.ok) return found;
  const resources = new Map<ResourceKey, FileResource>();
  const keys = new FreeKeys(resources);
  const twice = new Set<ResourceKey>();
  for (const [done, candidate] of found.value.entries()) {
    if (done % resourcesPerTurn === 0) {
      options.onProgress?.(done, found.value.length);
      await options.pause?.();
    }
    if (options.signal?.aborted === true) return err('cancelled');
    const resource = readResource(candidate);
    if (!resource.ok) return resource;
    const key = keys.of(resource.value);
    if (typeof text !== 'string' && key !== resource.value.key) return err('same-id', resource.value.path);
    if (key !== resource.value.key) twice.add(resource.value.key);
    resources.set(key, { ...resource.value, key });
  }
  const files = [...resources.values()];
  const doubtful = files.find((resource) => namesOneOf(twice, resource.json));
  if (doubtful !== undefined && files.filter(({ type }) => type === 'Patient').length > 1)
    return err('same-id', doubtful.path);
  const assigned = assignCharts(files);
  if (!assigned.ok) return assigned;
  const { charts, aboutOthers } = assigned.value;
  options.onProgress?.(found.value.length, found.value.length);
  return ok({
    charts: [...charts].map(([patientKey, keys]) => chartOf(patientKey, keys, resources)),
    resourceCount: files.length,
    aboutOthers: [...aboutOthers].map(([key, why]) => aboutOther(mustGet(resources, key), why)),
  });
}

/** By its id alone: an address tells which. */
function namesOneOf(keys: ReadonlySet<ResourceKey>, json: JsonObject): boolean {
  return keys.size > 0 && referencesIn(json).some((reference) => keys.has(reference.replace(/\/_history\/[^/]*$/, '')));
}

function aboutOther({ path, type, json }: FileResource, { why, element }: InNoChart): EntryAboutOther {
  const said = element === undefined ? undefined : json[element];
  const [named] = isArray(said) ? objects(said) : isObject(said) ? [said] : [];
  const number = isObject(named?.['identifier']) ? textOf(named['identifier']['value']) : '';
  const [reference, display] = [textOf(named?.['reference']), textOf(named?.['display'])];
  const address = reference === '' ? number : reference;
  const names = display === '' ? address : address === '' ? display : `${display} (${address})`;
  return { why, path, type, label: titleOf(json), names };
}

interface Candidate {
  readonly value: JsonValue | undefined;
  readonly path: string;
  readonly fullUrl: string | undefined;
}

interface FileResource extends Addressed {
  readonly taken: readonly LargeData[];
  readonly path: string;
  readonly base: string;
}

function findResources(text: string): Result<readonly Candidate[], ImportRefusal> {
  const parsed = parseJson(text);
  if (!parsed.ok) return findInLines(text) ?? parsed;
  return findIn(parsed.value, '');
}

async function findInParts(
  parts: readonly FilePart[],
  { signal, pause }: ReadOptions,
): Promise<Result<readonly Candidate[], ImportRefusal>> {
  const candidates: Candidate[] = [];
  for (const { name, text } of parts) {
    await pause?.();
    if (signal?.aborted === true) return err('cancelled');
    // Of a type of which there is nothing the file is there and empty.
    if (text.trim() === '') continue;
    const found = findInLines(text, `${name}, `) ?? err('not-fhir', name);
    if (!found.ok) return found;
    for (const candidate of found.value) candidates.push(candidate);
  }
  return ok(candidates);
}

/** NDJSON: one resource a line. Undefined when the first line is not a whole JSON object, so this is something else. */
function findInLines(text: string, before = ''): Result<readonly Candidate[], ImportRefusal> | undefined {
  const lines = text.split('\n');
  const candidates: Candidate[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const at = `${before}line ${String(index + 1)}`;
    const parsed = parseJson(line);
    if (!parsed.ok && candidates.length === 0) return undefined;
    if (!parsed.ok) return err(parsed.reason, `${at}: ${parsed.detail ?? ''}`);
    const found = findIn(parsed.value, at);
    if (!found.ok) return found;
    candidates.push(...found.value);
  }
  return candidates.length === 0 ? undefined : ok(candidates);
}

function findIn(value: JsonValue, path: string): Result<readonly Candidate[], ImportRefusal> {
  if (isArray(value)) {
    const candidates: Candidate[] = [];
    for (const [i, item] of value.entries()) {
      const found = findIn(item, `${path}[${String(i)}]`);
      if (!found.ok) return found;
      candidates.push(...found.value);
    }
    return ok(candidates);
  }
  if (!isObject(value) || value['resourceType'] !== 'Bundle') return ok([{ value, path, fullUrl: undefined }]);
  return findInBundle(value, path);
}

function findInBundle(bundle: JsonObject, path: string): Result<readonly Candidate[], ImportRefusal> {
  const { type, entry } = bundle;
  if (typeof type !== 'string' || !recordBundleTypes.has(type)) return err('bundle-type', joined(path, 'type'));
  if (entry !== undefined && !isArray(entry)) return err('not-fhir', joined(path, 'entry'));
  const candidates: Candidate[] = [];
  for (const [i, item] of (entry ?? []).entries()) {
    const at = joined(path, `entry[${String(i)}]`);
    if (!isObject(item)) return err('not-fhir', at);
    const request = item['request'];
    const method = isObject(request) ? request['method'] : undefined;
    if (method === 'DELETE' || method === 'PATCH') return err('entry-not-a-record', `${at}.request.method`);
    if (item['resource'] === undefined) return err('entry-not-a-record', `${at}.resource`);
    const fullUrl = item['fullUrl'];
    candidates.push({
      value: item['resource'],
      path: `${at}.resource`,
      fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined,
    });
  }
  return ok(candidates);
}

function readResource({ value: written, path, fullUrl }: Candidate): Result<FileResource, ImportRefusal> {
  if (!isObject(written)) return err('not-fhir', path === '' ? 'the whole file' : path);
  const value = withoutStandingMark(written);
  const type = value['resourceType'];
  if (typeof type !== 'string' || !/^[A-Z][A-Za-z]{1,63}$/.test(type)) {
    return err('not-fhir', joined(path, 'resourceType'));
  }
  const { json, taken } = takeOut(value);
  if (taken.some(({ bytes }) => bytes.length > maxAttachmentBytes))
    return err('attachment-too-large', path === '' ? type : path);
  const base = stringifyJson(json);
  if (base.length > maxResourceBytes / 3 && toUtf8(base).length > maxResourceBytes)
    return err('resource-too-large', path === '' ? type : path);
  const id = value['id'];
  if (id !== undefined && typeof id !== 'string') return err('not-fhir', joined(path, 'id'));
  return ok({
    key: keyOf(type, json, fullUrl),
    type,
    id,
    fullUrl,
    json,
    taken,
    base,
    path: path === '' ? type : path,
  });
}

/**
 * Two different resources under one name are both kept: the later one's key names its content too, or counts where only
 * words of references tell them apart. Equal ones are one.
 */
class FreeKeys {
  readonly #taken: ReadonlyMap<ResourceKey, FileResource>;
  /** By a key that names content: what has it and its numbers already, by all that it says. */
  readonly #numbered = new Map<ResourceKey, Map<string, ResourceKey>>();

  constructor(taken: ReadonlyMap<ResourceKey, FileResource>) {
    this.#taken = taken;
  }

  of(resource: FileResource): ResourceKey {
    const holder = this.#taken.get(resource.key);
    if (holder === undefined || sameJson(holder.json, resource.json)) return resource.key;
    const byContent = `${resource.key}~${contentHash(withoutWords(resource.json))}`;
    const numbered = this.#numbered.get(byContent) ?? new Map<string, ResourceKey>();
    this.#numbered.set(byContent, numbered);
    const said = canonicalJson(resource.json);
    const known = numbered.get(said);
    if (known !== undefined) return known;
    let count = numbered.size + 1;
    const named = () => (count === 1 ? byContent : `${byContent}~${String(count)}`);
    // An id may happen to be such a name.
    while (this.#taken.has(named())) count += 1;
    numbered.set(said, named());
    return named();
  }
}

function chartOf(
  patientKey: ResourceKey,
  keys: ReadonlySet<ResourceKey>,
  resources: ReadonlyMap<ResourceKey, FileResource>,
): ImportedChart {
  const patient = mustGet(resources, patientKey);
  const imported = [...keys].map((key) => toImported(mustGet(resources, key)));
  const identity = identityResource(patient.json);
  return {
    patientKey,
    patient: patient.json,
    resources: [
      {
        key: patientKey,
        type: 'Patient',
        section: 'identity',
        base: stringifyJson(identity),
        registers: {},
        json: identity,
        taken: [],
      },
      ...imported,
    ],
  };
}

function toImported({ key, type, json, taken, base, fullUrl }: FileResource): ImportedResource {
  const told = fullUrl === undefined || fullUrl === fullUrlOfKey(key);
  return {
    key,
    type,
    section: sectionOfResource(json),
    base,
    registers: told ? {} : { [entryRegister]: stringifyJson(jsonObject([['fullUrl', fullUrl]])) },
    json,
    taken,
  };
}

function mustGet(resources: ReadonlyMap<ResourceKey, FileResource>, key: ResourceKey): FileResource {
  const resource = resources.get(key);
  if (resource === undefined) throw new Error('a chart holds a key that is not in the file');
  return resource;
}

function joined(path: string, step: string): string {
  return path === '' ? step : `${path}.${step}`;
}
