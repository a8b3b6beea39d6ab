/** Whatever a file brings stands on a page of the chart: of every type of resource FHIR R4 knows, and of the US Core examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resourceTypesBySection } from '../../src/clinical/sections.ts';
import { wholeRow } from '../../src/clinical/views/other.ts';
import { topics } from '../../src/ui/chart/topics.ts';
import { needing, referenceData } from '../support/reference-data.ts';
import { Chart, type Example } from '../clinical/support.ts';

const usCore = referenceData('us-core');

/** Types that have a place of their own on every page: the banner and the details of the patient. */
const elsewhere = new Set(['Patient', 'Flag']);

function hiddenOf(resources: readonly Example[]): readonly string[] {
  const { record } = Chart.of(...resources);
  const shown = new Set(
    topics.flatMap(({ groups }) => groups(record).flatMap(({ rows }) => rows.map(({ key }) => key))),
  );
  return resources
    .filter(({ resourceType }) => !elsewhere.has(resourceType))
    .map(({ resourceType, id }) => `${resourceType}/${id}`)
    .filter((key) => !shown.has(key));
}

test('every type of resource stands on a page, in whatever section it lies', () => {
  const types = Object.values(resourceTypesBySection).flat();
  expect(types.length).toBeGreaterThan(100);
  const unheardOf = ['SubscriptionTopic', 'Whatever'];
  expect(hiddenOf([...types, ...unheardOf].map((resourceType) => ({ resourceType, id: 'x' })))).toEqual([]);
});

test.skipIf(usCore === undefined)(needing('every US Core example stands on a page', 'us-core'), () => {
  const folder = join(usCore ?? '', 'examples');
  const examples = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Example);
  expect(examples.length).toBeGreaterThan(100);
  expect(hiddenOf(examples)).toEqual([]);
});

/** What a person reads, not what a machine does: of codes and references their words are shown. */
const machineWords = new Set(
  'resourceType id url system code reference type use contentType data hash linkId unit versionId profile version rank status div fullUrl intent kind'.split(
    ' ',
  ),
);
/** Rows say them in other words, or not as what the resource says. */
const skipped = new Set([
  'resourceType',
  'id',
  'meta',
  'text',
  'contained',
  'implicitRules',
  'language',
  'subject',
  'patient',
]);

function leaves(value: unknown, key = ''): readonly string[] {
  if (machineWords.has(key)) return [];
  if (typeof value === 'string') return /^\d{4}-\d{2}|^https?:|^urn:/.test(value) ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((one) => leaves(one, key));
  if (typeof value !== 'object' || value === null) return [];
  const told = value as Readonly<Record<string, unknown>>;
  // Of a concept with words of its own, and of a coding beside others, one wording is enough.
  if (typeof told['text'] === 'string' && told['coding'] !== undefined) return [told['text']];
  if (Array.isArray(told['coding'])) return leaves(told['coding'][0]);
  return Object.entries(told).flatMap(([name, part]) => leaves(part, name));
}

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

test.skipIf(usCore === undefined)(
  needing('what the US Core examples say stands in their rows, USCDI by element', 'us-core'),
  () => {
    const folder = join(usCore ?? '', 'examples');
    const examples = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Example);
    const lacking: string[] = [];
    const told = new Map<string, { held: number; shown: number }>();
    for (const example of examples) {
      const key = `${example.resourceType}/${example.id}`;
      const row = wholeRow(Chart.of(example).record, key);
      if (row === undefined) throw new Error(`${key} is held`);
      const words = letters([row.label, row.narrative, ...row.details().map(({ value }) => value)].join(' '));
      for (const [element, value] of Object.entries(example)) {
        if (skipped.has(element)) continue;
        const missing = leaves(value, element).filter((leaf) => !words.includes(letters(leaf)));
        const path = `${example.resourceType}.${element.replace(/^(value|onset|abatement|performed|effective|medication|deceased|occurrence)[A-Z]\w*/, '$1[x]')}`;
        const count = told.get(path) ?? { held: 0, shown: 0 };
        told.set(path, { held: count.held + 1, shown: count.shown + (missing.length === 0 ? 1 : 0) });
        if (missing.length > 0) lacking.push(`${key} ${element}: ${missing.slice(0, 3).join(' | ')}`);
      }
    }
    const table = readFileSync(join(usCore ?? '', 'uscdi-table.csv'), 'utf8');
    const paths = new Set(
      Array.from(
        table.matchAll(/\b([A-Z][A-Za-z]+)\.([a-z][A-Za-z]+(?:\[x\])?)/g),
        ([, type = '', element = '']) => `${type}.${element}`,
      ),
    );
    const known = [...paths].filter((path) => told.has(path));
    const whole = known.filter((path) => told.get(path)?.held === told.get(path)?.shown);
    process.stdout.write(
      `USCDI: ${String(whole.length)} of ${String(known.length)} elements that the examples hold are told whole; of all elements ${String(lacking.length)} times something was not\n`,
    );
    expect(lacking).toEqual([]);
  },
);
