/**
 * What a reference leads to, as far as anybody can tell without guessing: the resource it meets in the chart, else the
 * type it names, else, for elements that FHIR lets lead to nothing but clinical entries, the section of those.
 */
import type { ChartSection } from '../base/sections.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { ReferenceIndex, referencedType, type Addressable } from './references.ts';
import { sectionOf, sectionOfResource } from './sections.ts';
import type { ResourceKey } from './section-edit.ts';

export interface Target {
  readonly section: ChartSection;
  /** Absent where only the element tells what kind of entry it leads to. */
  readonly type?: string;
}

export interface Located extends Addressable {
  readonly section: ChartSection;
}

/** Where a reference stands: the element that holds it, and the resource whose contained ones `#id` names. */
export interface ReferencePlace {
  readonly element: string;
  readonly container: JsonObject;
}

export class ReferenceTargets {
  readonly #resources: () => readonly Located[];
  #made: ReferenceIndex<Located> | undefined;

  /** What comes first keeps its section and its addresses. */
  constructor(resources: () => readonly Located[]) {
    this.#resources = resources;
  }

  resolve(reference: string): ResourceKey | undefined {
    return this.#index.resolve(reference);
  }

  get #index(): ReferenceIndex<Located> {
    return (this.#made ??= new ReferenceIndex(this.#resources()));
  }

  targetOf(reference: JsonObject, { element, container }: ReferencePlace): Target | undefined {
    const { reference: address, type, identifier } = reference;
    const byAddress = typeof address === 'string' ? this.#byAddress(address, container) : undefined;
    if (byAddress !== undefined) return byAddress;
    const named = typeof type === 'string' ? /(?:^|\/)([A-Z][A-Za-z]+)$/.exec(type)?.[1] : undefined;
    if (named !== undefined) return { section: sectionOf(named), type: named };
    const byIdentifier = this.#byIdentifier(identifier);
    if (byIdentifier !== undefined) return byIdentifier;
    const section = sectionsByElement.get(element);
    return section === undefined ? undefined : { section };
  }

  #byAddress(address: string, container: JsonObject): Target | undefined {
    if (address.startsWith('#')) {
      const inner = containedIn(container, address.slice(1));
      const type = inner?.['resourceType'];
      return inner === undefined || typeof type !== 'string' ? undefined : { section: sectionOfResource(inner), type };
    }
    const key = this.resolve(address);
    if (key !== undefined) return this.#at(key);
    const type = referencedType(address);
    return type === undefined ? undefined : { section: sectionOf(type), type };
  }

  #byIdentifier(identifier: JsonValue | undefined): Target | undefined {
    if (!isObject(identifier)) return undefined;
    const { system, value } = identifier;
    if (typeof value !== 'string') return undefined;
    const key = this.resolve(`?identifier=${typeof system === 'string' ? system : ''}|${value}`);
    return key === undefined ? undefined : this.#at(key);
  }

  #at(key: ResourceKey): Target | undefined {
    const section = this.#index.get(key)?.section;
    if (section === undefined) return undefined;
    // The derived identity stands for the Patient where that is not held.
    return { section: section === 'identity' ? 'demographics' : section, type: key.slice(0, key.indexOf('/')) };
  }
}

export function containedIn(container: JsonObject, id: string): JsonObject | undefined {
  const contained = container['contained'];
  return isArray(contained) ? contained.filter(isObject).find((resource) => resource['id'] === id) : undefined;
}

/**
 * Elements that lead to clinical entries and nothing else, with the section where those mostly lie: for references that
 * are words only, or whose target nothing tells. Elements that may also name people, places or medicines are not here.
 */
const sectionsByElement: ReadonlyMap<string, ChartSection> = new Map(
  Object.entries({
    problems: 'addresses complicationDetail condition diagnosisReference goal problem reasonReference',
    encounters: 'appointment basedOn context encounter episodeOfCare procedureReference',
    results: 'derivedFrom detail hasMember imagingStudy result specimen supportingInfo supportingInformation',
    medications: 'authorizingPrescription medicationReference prescription priorPrescription',
  }).flatMap(([section, elements]) =>
    elements.split(' ').map((element) => [element, section as ChartSection] as const),
  ),
);
