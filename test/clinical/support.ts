/** What the tests of the clinical room share: reading JSON, charts made of resources, and the reference files. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ChartSection } from '../../src/base/sections.ts';
import { readBundle, type ImportedChart, type ImportedResource, type ImportPlan } from '../../src/clinical/bundle.ts';
import type { Act, EditOutcome } from '../../src/clinical/edits/edit.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/clinical/json.ts';
import { parseJson } from '../../src/clinical/json-parser.ts';
import { ChartRecord, type Resource } from '../../src/clinical/record.ts';
import { composeResource } from '../../src/clinical/registers.ts';
import { planReimport } from '../../src/clinical/reimport.ts';
import { sectionOfResource } from '../../src/clinical/sections.ts';
import type { SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';
import { withholdWords, type SectionEdits } from '../../src/clinical/withholding.ts';
import { applyEdit } from '../support/apply-edit.ts';
import { referenceData } from '../support/reference-data.ts';

export function parsed(text: string): JsonValue {
  const result = parseJson(text);
  if (!result.ok) throw new Error(`${result.reason} ${result.detail ?? ''}`);
  return result.value;
}

/** A JavaScript value as lossless JSON. Numbers that must keep their digits are given as `raw` text. */
export function json(value: unknown): JsonObject {
  const object = parsed(typeof value === 'string' ? value : JSON.stringify(value));
  if (!isObject(object)) throw new Error('expected an object');
  return object;
}

export async function read(value: unknown): Promise<ImportPlan> {
  const plan = await readBundle(typeof value === 'string' ? value : JSON.stringify(value));
  if (!plan.ok) throw new Error(`${plan.reason} ${plan.detail ?? ''}`);
  return plan.value;
}

export function collection(...resources: readonly unknown[]) {
  return { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) };
}

/** A resource as a test writes it down. */
export type Example = { readonly resourceType: string; readonly id: string } & Readonly<Record<string, unknown>>;

type Sections = Map<ChartSection, { resources: Map<string, StoredResource> }>;

/** Section documents as crdt/ would hold them, without concurrency: what a test applies edits to. */
export class Chart {
  readonly sections: Sections = new Map();

  static of(...resources: readonly Example[]): Chart {
    const chart = new Chart();
    for (const resource of resources) {
      const key = `${resource.resourceType}/${resource.id}`;
      chart.put(sectionOfResource(json(resource)), { key, base: JSON.stringify(resource), registers: {} });
    }
    return chart;
  }

  static imported(resources: readonly ImportedResource[]): Chart {
    const chart = new Chart();
    chart.applyAll(planReimport(new Map(), resources).edits);
    return chart;
  }

  get record(): ChartRecord {
    return new ChartRecord(this.sections);
  }

  get stored(): ReadonlyMap<ChartSection, ReadonlyMap<string, StoredResource>> {
    return new Map([...this.sections].map(([section, { resources }]) => [section, resources]));
  }

  resource(key: string): Resource {
    const found = this.record.get(key);
    if (found === undefined) throw new Error(`no ${key}`);
    return found;
  }

  apply(section: ChartSection, edits: readonly SectionEdit[]): void {
    for (const edit of edits) {
      if (edit.kind === 'settleList') continue;
      this.put(section, applyEdit(this.sections.get(section)?.resources.get(edit.key), edit));
    }
  }

  applyAll(edits: SectionEdits): void {
    for (const [section, list] of edits) this.apply(section, list);
  }

  /** Applies what a form made of typed words; fails the test when it made errors. */
  do(outcome: EditOutcome): void {
    if (outcome.kind !== 'edits') throw new Error(JSON.stringify(outcome));
    this.applyAll(withholdWords(new Map([[outcome.section, outcome.edits]]), this.sections));
  }

  private put(section: ChartSection, stored: StoredResource): void {
    const held = this.sections.get(section) ?? { resources: new Map<string, StoredResource>() };
    this.sections.set(section, held);
    held.resources.set(stored.key, stored);
  }
}

export function act(chart: Chart, more: Partial<Act> = {}): Act {
  return {
    id: crypto.randomUUID(),
    now: '2026-11-22T16:00:00+01:00',
    patientKey: 'Patient/alice',
    authorName: 'Dr. Bob',
    record: chart.record,
    ...more,
  };
}

export function createdIn(outcome: EditOutcome): JsonObject {
  if (outcome.kind !== 'edits') throw new Error(JSON.stringify(outcome));
  const create = outcome.edits.find((edit) => edit.kind === 'create');
  if (create === undefined) throw new Error('nothing was created');
  return json(create.base);
}

export function composed(stored: StoredResource): JsonObject {
  const result = composeResource(stored.base, stored.registers);
  expect(result.ok).toBe(true);
  return result.ok ? result.value : json({});
}

export interface ReferenceFile {
  readonly name: string;
  readonly text: string;
}

/** Every JSON file of the reference folders given that are there. */
export function referenceFiles(...folders: readonly string[]): readonly ReferenceFile[] {
  return folders.flatMap((folder) => {
    const path = referenceData(folder);
    if (path === undefined) return [];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    return names.map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(path, name), 'utf8') }));
  });
}

export function only(plan: ImportPlan): ImportedChart {
  const chart = plan.charts[0];
  if (chart === undefined || plan.charts.length > 1) throw new Error('expected one chart');
  return chart;
}
