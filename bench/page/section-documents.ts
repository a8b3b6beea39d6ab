/**
 * The documents of a chart without what seals, signs and keeps them: what the same resources and edits become in plain
 * Automerge. They are the floor that edits, opening and disk space are held against.
 */
import { actorId, type DeviceId } from '../../src/base/ids.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { mustBeOk } from './practice.ts';

export type SectionDocuments = ReadonlyMap<ChartSection, SectionDocument>;

/** Written anew, as an import writes them, from what the chart holds; empty sections have none. */
export function sectionDocuments(chart: OpenChart, device: DeviceId): SectionDocuments {
  const documents = new Map<ChartSection, SectionDocument>();
  for (const [section, { resources }] of chart.sections) {
    const edits = [...resources.values()].flatMap(writing);
    if (edits.length === 0) continue;
    const author = { device, actor: actorId(crypto.getRandomValues(new Uint8Array(16))) };
    const document = mustBeOk(SectionDocument.open({ changes: [], actors: [], author }));
    mustBeOk(document.editMany(edits, Date.now()));
    documents.set(section, document);
  }
  return documents;
}

function writing({ key, base, registers }: StoredResource): readonly SectionEdit[] {
  const create: SectionEdit = { kind: 'create', key, base };
  return Object.keys(registers).length === 0 ? [create] : [create, { kind: 'change', key, registers }];
}
