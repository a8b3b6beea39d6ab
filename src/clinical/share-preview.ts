/**
 * What the other side will see when sections are shared: every entry as a line, and what of *other* sections goes along
 * inside these entries. That is little: words of references into other sections lie in those (withheld-words.ts), so it is
 * what was stored by others without that rule, or before its target came. Whom and which place an entry names is its own.
 */
import { chartSections, type ChartSection } from '../base/sections.ts';
import { joinWords } from './datatypes.ts';
import { isArray, isObject, objects, type JsonObject, type JsonValue } from './json.ts';
import { readValue } from './readable.ts';
import type { ChartRecord, Resource } from './record.ts';
import { referencedType } from './references.ts';
import { typeOfKey } from './resource-key.ts';
import { sectionOf } from './sections.ts';
import { titleOf } from './title.ts';
import type { UnsettledVersions } from './unsettled-words.ts';
import { medicationRows } from './views/medications.ts';
import { rowOf } from './views/row.ts';
import { staysInTheOpen } from './withheld-words.ts';
import { typeWords } from './words.ts';

export interface SectionPreview {
  readonly section: ChartSection;
  readonly count: number;
  /** "Allergy: Penicillin, active, 2015", one for each resource. */
  readonly lines: readonly string[];
  /** Words that belong to sections not chosen but stand inside these entries. */
  readonly alsoVisible: readonly string[];
}

/**
 * `identity` goes with every share and is added when not chosen. `unsettled`: by section, the versions of what nobody has settled: both
 * go along, and both stand here.
 */
export function sharePreview(
  record: ChartRecord,
  chosen: Iterable<ChartSection>,
  unsettled: ReadonlyMap<ChartSection, UnsettledVersions> = new Map(),
): readonly SectionPreview[] {
  const shared = new Set<ChartSection>(['identity', ...chosen]);
  const doses = new Map(medicationRows(record).map((row) => [row.key, joinWords([row.label, row.dose], ', ')]));
  return chartSections
    .filter((section) => shared.has(section))
    .map((section) => {
      const resources = record.inSection(section);
      return {
        section,
        count: resources.length,
        lines: resources.map((resource) => {
          const versions = unsettled.get(section)?.get(resource.key);
          return lineOf(resource, record, doses.get(resource.key)) + unsettledMark(versions);
        }),
        alsoVisible: [...new Set(resources.flatMap((resource) => leavingWords(resource, record, shared)))],
      };
    });
}

function lineOf(resource: Resource, record: ChartRecord, label: string | undefined): string {
  const row = rowOf(resource, record);
  const name = resource.section === 'identity' ? identityLine(resource.json) : (label ?? row.label);
  return `${typeWords(resource.type)}: ${joinWords([name, row.status, row.when?.words ?? ''], ', ')}`;
}

function unsettledMark(versions: string | undefined): string {
  if (versions === undefined) return '';
  return versions === '' ? ' (not settled)' : ` (not settled: ${versions})`;
}

function identityLine(json: JsonObject): string {
  const parts = ['name', 'birthDate', 'gender', 'identifier'].map((element) => readValue(json[element]));
  return joinWords(parts, ', ');
}

/** Display texts of references into sections that are not shared, and titles of contained resources of such sections. */
function leavingWords(resource: Resource, record: ChartRecord, shared: ReadonlySet<ChartSection>): readonly string[] {
  const json = record.asStored(resource);
  const contained = objects(json['contained']).filter(
    (inner) => isElsewhere(inner['resourceType'], shared) && Object.keys(inner).some((name) => !nameOnly.has(name)),
  );
  const found = contained.map((inner) => titleOf(inner));
  visitReferences(json, (reference, display) => {
    const key = record.keyOf(reference);
    const section = key === undefined ? undefined : record.get(key)?.section;
    const type = key === undefined ? referencedType(reference) : typeOfKey(key);
    const elsewhere = section === undefined ? isElsewhere(type, shared) : !shared.has(section);
    if (elsewhere && type !== 'Patient' && !staysInTheOpen(type ?? '')) found.push(display);
  });
  return found;
}

/** All that is left of a contained resource whose words lie elsewhere. */
const nameOnly: ReadonlySet<string> = new Set(['resourceType', 'id']);

function isElsewhere(type: JsonValue | undefined, shared: ReadonlySet<ChartSection>): boolean {
  return typeof type === 'string' && !staysInTheOpen(type) && !shared.has(sectionOf(type));
}

function visitReferences(value: JsonValue, visit: (reference: string, display: string) => void): void {
  if (isArray(value)) for (const item of value) visitReferences(item, visit);
  if (!isObject(value)) return;
  const { reference, display } = value;
  if (typeof reference === 'string' && typeof display === 'string') visit(reference, display);
  for (const member of Object.values(value)) visitReferences(member, visit);
}
