/**
 * Events of the audit log as files to hand out: CSV for a spreadsheet, and a Bundle of FHIR R4 AuditEvents for another system.
 * Both say what the log says and no more: names of patients stand in them as the reader of the log sees them.
 */
import type { ChartId } from '../../base/ids.ts';
import type { Audit, AuditEvent, AuditKind } from './audit-acts.ts';
import { csvOf } from '../csv.ts';

interface Names {
  readonly practiceName: string;
  readonly chartName: (chart: ChartId) => string;
}

export function auditFile(
  events: readonly AuditEvent[],
  form: 'csv' | 'fhir',
  names: Names,
  nowMs: number,
): ReturnType<Audit['asFile']> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  return form === 'csv'
    ? { fileName: `audit-${day}.csv`, type: 'text/csv', text: auditCsv(events, names) }
    : { fileName: `audit-${day}.json`, type: 'application/fhir+json', text: auditBundle(events, names, nowMs) };
}

const columns = [
  'at',
  'clock',
  'number',
  'person',
  'role',
  'device',
  'device id',
  'event',
  'chart',
  'chart id',
  'other chart id',
  'practice id',
  'of device',
  'what',
  'count',
] as const;

function auditCsv(events: readonly AuditEvent[], { chartName }: Names): string {
  const lines = events.map((event) => [
    event.at,
    event.clock ?? '',
    String(event.number),
    event.personName,
    event.role ?? '',
    event.deviceName,
    event.by,
    event.kind,
    event.chart === undefined ? '' : chartName(event.chart),
    event.chart ?? '',
    event.other ?? '',
    event.practice ?? '',
    event.device ?? '',
    (event.what ?? []).join(' '),
    event.count === undefined ? '' : String(event.count),
  ]);
  return csvOf([columns, ...lines]);
}

const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const lifecycle = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';
const kindSystem = 'urn:peerchart:audit-kind';
const chartSystem = 'urn:peerchart:chart';
const deviceSystem = 'urn:peerchart:device';
const practiceSystem = 'urn:peerchart:practice';

/** DICOM PS3.16 CID 400, as FHIR R4's AuditEvent.type takes them. */
const typeCodes = {
  authentication: { system: dicom, code: '110114', display: 'User Authentication' },
  record: { system: dicom, code: '110110', display: 'Patient Record' },
  exported: { system: dicom, code: '110106', display: 'Export' },
  imported: { system: dicom, code: '110107', display: 'Import' },
  security: { system: dicom, code: '110113', display: 'Security Alert' },
  log: { system: dicom, code: '110101', display: 'Audit Log Used' },
} as const;

interface Told {
  readonly type: keyof typeof typeCodes;
  /** Create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  /** ISO 21089 record lifecycle event, where one says it. */
  readonly event?: string;
  /** 4: minor failure. */
  readonly outcome?: '4';
}

const toldAs: Readonly<Record<AuditKind, Told>> = {
  unlocked: { type: 'authentication', action: 'E' },
  'unlock-failed': { type: 'authentication', action: 'E', outcome: '4' },
  locked: { type: 'authentication', action: 'E' },
  'passphrase-changed': { type: 'security', action: 'U' },
  'chart-opened': { type: 'record', action: 'R', event: 'access' },
  'chart-registered': { type: 'record', action: 'C', event: 'originate' },
  'chart-imported': { type: 'imported', action: 'C', event: 'receive' },
  'chart-changed': { type: 'record', action: 'U', event: 'amend' },
  'check-overridden': { type: 'record', action: 'U', event: 'amend' },
  'chart-exported': { type: 'exported', action: 'R', event: 'extract' },
  'disclosure-exported': { type: 'exported', action: 'R', event: 'extract' },
  printed: { type: 'exported', action: 'R', event: 'report' },
  shared: { type: 'record', action: 'E', event: 'disclose' },
  'sharing-stopped': { type: 'record', action: 'E' },
  'sharing-end-changed': { type: 'record', action: 'E' },
  'everything-stopped': { type: 'security', action: 'E' },
  'custody-offered': { type: 'record', action: 'E', event: 'transmit' },
  'custody-offer-withdrawn': { type: 'record', action: 'E' },
  'custody-taken': { type: 'record', action: 'E', event: 'receive' },
  'custody-declined': { type: 'record', action: 'E' },
  'set-aside-admitted': { type: 'record', action: 'U', event: 'attest' },
  'fork-settled': { type: 'record', action: 'U', event: 'attest' },
  'charts-merged': { type: 'record', action: 'U', event: 'merge' },
  'charts-unmerged': { type: 'record', action: 'U', event: 'unmerge' },
  'practice-met': { type: 'security', action: 'E' },
  'person-added': { type: 'security', action: 'C' },
  'role-changed': { type: 'security', action: 'U' },
  'device-removed': { type: 'security', action: 'D' },
  'backup-made': { type: 'exported', action: 'R', event: 'archive' },
  'practice-restored': { type: 'imported', action: 'E', event: 'restore' },
  'exchange-file-written': { type: 'exported', action: 'E', event: 'transmit' },
  'exchange-file-read': { type: 'imported', action: 'E', event: 'receive' },
  'audit-exported': { type: 'log', action: 'R' },
};

function auditBundle(events: readonly AuditEvent[], names: Names, nowMs: number): string {
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: new Date(nowMs).toISOString(),
    entry: events.map((event) => ({ resource: auditEvent(event, names) })),
  };
  return `${JSON.stringify(bundle, undefined, 2)}\n`;
}

function auditEvent(event: AuditEvent, { practiceName, chartName }: Names) {
  const { type, action, event: happened, outcome = '0' } = toldAs[event.kind];
  const chart = (id: ChartId, role: string) => ({
    what: { identifier: { system: chartSystem, value: id }, display: chartName(id) },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1', display: 'Person' },
    description: role,
  });
  const identified = (system: string, value: string, description: string) => ({
    what: { identifier: { system, value } },
    description,
  });
  const entity = [
    ...(event.chart === undefined ? [] : [chart(event.chart, 'chart')]),
    ...(event.other === undefined ? [] : [chart(event.other, 'other chart')]),
    ...(event.practice === undefined ? [] : [identified(practiceSystem, event.practice, 'practice')]),
    ...(event.device === undefined ? [] : [identified(deviceSystem, event.device, 'device')]),
  ];
  const details = [
    { type: 'number', valueString: String(event.number) },
    ...(event.what ?? []).map((what) => ({ type: 'what', valueString: what })),
    ...(event.count === undefined ? [] : [{ type: 'count', valueString: String(event.count) }]),
    ...(event.clock === undefined ? [] : [{ type: 'clock', valueString: event.clock }]),
  ];
  return {
    resourceType: 'AuditEvent',
    type: typeCodes[type],
    subtype: [
      ...(happened === undefined ? [] : [{ system: lifecycle, code: happened }]),
      { system: kindSystem, code: event.kind },
    ],
    action,
    recorded: event.at,
    outcome,
    agent: [
      {
        who: { identifier: { system: deviceSystem, value: event.by }, display: event.personName },
        ...(event.role === undefined ? {} : { role: [{ text: event.role }] }),
        name: event.deviceName,
        requestor: true,
      },
    ],
    source: { observer: { display: practiceName } },
    // Details hang on an entity, which not every event has of its own: they stand with the device's log.
    entity: [
      ...entity,
      { what: { identifier: { system: deviceSystem, value: event.by } }, description: 'log', detail: details },
    ],
  };
}
