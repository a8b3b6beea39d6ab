/** The audit log as files: a spreadsheet's lines, and FHIR R4 AuditEvents with every element R4 asks for. */
import { expect, test } from 'vitest';
import { auditKinds, type AuditEvent } from '../../../src/app/audit/audit-acts.ts';
import { auditFile } from '../../../src/app/audit/audit-files.ts';
import {
  auditRecord,
  auditRecordKey,
  parseAuditRecord,
  parseAuditRecordKey,
} from '../../../src/app/audit/audit-records.ts';
import { chartId, deviceId } from '../../../src/base/ids.ts';

const by = deviceId(new Uint8Array(32).fill(1));
const chart = chartId(new Uint8Array(32).fill(2));
const names = { practiceName: 'Island Surgery', chartName: () => '=cmd Okafor' };

const events: readonly AuditEvent[] = auditKinds.map((kind, i) => ({
  kind,
  chart,
  what: ['problems'],
  count: i,
  id: `${by}.${String(i + 1)}`,
  number: i + 1,
  by,
  personName: 'Dr "Quote"',
  deviceName: 'Front room',
  role: 'nurse',
  at: '2026-11-23T09:00:00.000Z',
  onlyHere: false,
}));

test('every event is a line with its codes, and no name is taken for a formula', () => {
  const { fileName, text } = auditFile(events, 'csv', names, Date.parse('2026-11-23T10:00:00Z'));
  expect(fileName).toBe('audit-2026-11-23.csv');
  const lines = text.trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + auditKinds.length);
  expect(lines[1]).toContain(`"'=cmd Okafor"`);
  expect(lines[1]).toContain('"Dr ""Quote"""');
});

test('every event is an AuditEvent with type, time, agent and source', () => {
  const { text, type } = auditFile(events, 'fhir', names, 0);
  expect(type).toBe('application/fhir+json');
  const bundle = JSON.parse(text) as { readonly entry: readonly { readonly resource: Record<string, unknown> }[] };
  expect(bundle.entry).toHaveLength(auditKinds.length);
  for (const { resource } of bundle.entry) {
    expect(resource).toMatchObject({
      resourceType: 'AuditEvent',
      type: { system: 'http://dicom.nema.org/resources/ontology/DCM' },
      recorded: '2026-11-23T09:00:00.000Z',
      agent: [{ requestor: true, name: 'Front room', role: [{ text: 'nurse' }] }],
      source: { observer: { display: 'Island Surgery' } },
    });
    expect(['C', 'R', 'U', 'D', 'E']).toContain(resource['action']);
  }
  expect(bundle.entry.filter(({ resource }) => resource['outcome'] !== '0')).toHaveLength(1);
});

test('[AU-3] a record is what its name says, or none', () => {
  const act = { at: 5, kind: 'chart-opened' as const, chart };
  expect(parseAuditRecordKey(auditRecordKey(by, 12))).toEqual({ device: by, first: 12 });
  expect(parseAuditRecord(auditRecord(12, [act]), 12)).toEqual([act]);
  expect(parseAuditRecord(auditRecord(12, [act]), 13)).toBeUndefined();
  for (const key of ['AuditRecord/x.1', `AuditRecord/${by}.0`, `AuditRecord/${by}.01`, `Contact/${by}.1`])
    expect(parseAuditRecordKey(key)).toBeUndefined();
  const many = Array.from({ length: 257 }, () => act);
  for (const text of ['', '[]', '{"v":2,"first":12,"events":[]}', auditRecord(12, []), auditRecord(12, many)])
    expect(parseAuditRecord(text, 12)).toBeUndefined();
  expect(parseAuditRecord('{"v":1,"first":12,"events":[{"at":1e99,"kind":"printed"}]}', 12)).toBeUndefined();
  expect(parseAuditRecord('{"v":1,"first":12,"events":[{"at":1,"kind":"never heard of"}]}', 12)).toBeUndefined();
});
