/**
 * What of a chart asks for a clinician, kept in its index record so that nobody opens ten thousand charts to know: results that
 * were news when they were written, and alerts nobody has answered. Worked out when a chart is written in or something of it
 * comes, from the sections that are open then; of those that are not, what was known stays. Who acknowledged what is elsewhere.
 */
import { parseDeviceId, type DeviceId } from '../../base/ids.ts';
import { openAlerts } from '../../clinical/attention/open-alerts.ts';
import { waitingDrafts, type WaitingDraft } from '../../clinical/attention/waiting-drafts.ts';
import {
  byRank,
  newsWindowMs,
  waitingResults,
  type WaitingResult,
  type Written,
} from '../../clinical/attention/waiting-results.ts';
import { dueFacts, dueSections, type DueFacts } from '../../clinical/due/facts.ts';
import {
  alertsAmong,
  comparedIn,
  type Compared,
  type MedicationAlert,
} from '../../clinical/checks/medication-check.ts';
import { ChartRecord } from '../../clinical/record.ts';
import { isChartSection, type ChartSection, type Section } from '../../base/sections.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';

export interface Attention {
  readonly results: readonly WaitingResult[];
  /** Notes begun and not signed, whoever began them. */
  readonly drafts: readonly WaitingDraft[];
  readonly alerts: readonly MedicationAlert[];
  /**
   * Of a chart that is merged with another: what an alert may come of, so that all charts of the person are compared while none is
   * open. Left out of every other chart: the list of patients is read at every unlocking.
   */
  readonly compared?: Compared;
  /** What counts for reminders, by the section it was read from. */
  readonly due: Readonly<Partial<Record<ChartSection, DueFacts>>>;
}

/** A grant dated later than now was dated by a wrong clock: it would keep every result of today from the inbox. */
export function readableFrom(grantedMs: readonly number[], nowMs: number): number {
  const dated = grantedMs.filter((atMs) => atMs <= nowMs + newsWindowMs);
  return dated.length === 0 ? 0 : Math.min(...dated);
}

type OpenKeeper = Pick<SectionKeeper, 'section' | 'document' | 'entryOf' | 'early'>;

export interface AttentionInit {
  readonly before: Attention | undefined;
  /** Sections of which something may be shown here. */
  readonly readable: ReadonlySet<ChartSection>;
  /** Where something is new; undefined: anywhere. */
  readonly touched: ReadonlySet<Section> | undefined;
  /** Since when this practice may read the results: what was written long before was somebody else's to answer. */
  readonly resultsReadableFromMs: number;
  readonly isMerged: boolean;
  /** Kept no longer: somebody has acknowledged this version. */
  readonly isAcknowledged: (result: WaitingResult) => boolean;
}

/**
 * Of one device's. A chart with more is read in its own pages: the record of a list is read at every unlocking. What is grave stays,
 * however much came after it.
 */
const maxResults = 100;
const maxAlerts = 20;
const maxDrafts = 20;

const nothing: Attention = { results: [], drafts: [], alerts: [], due: {} };

/** Sections that are compared with each other: where something comes of one, the other is opened too. */
const partners: ReadonlyMap<Section, ChartSection> = new Map([
  ['medications', 'allergies'],
  ['allergies', 'medications'],
]);

export const comparedSections: readonly ChartSection[] = [...partners.values()];

export function withPartners(sections: Iterable<Section>): Iterable<Section> {
  const all = new Set(sections);
  for (const section of [...all]) {
    const partner = partners.get(section);
    if (partner !== undefined) all.add(partner);
  }
  return all;
}

/** Of all charts of one person: each alert once, answered wherever the answer lies. Of one that is not known yet, what it says alone. */
export function alertsOfMerged(charts: readonly Attention[]): readonly MedicationAlert[] {
  const known = charts.flatMap(({ compared }) => compared ?? []);
  const answered = new Set(known.flatMap((compared) => compared.answered));
  const alone = charts.flatMap(({ compared, alerts }) => (compared === undefined ? alerts : []));
  const open = [...alertsAmong(known), ...alone.filter(({ id }) => !answered.has(id))];
  return [...new Map(open.toReversed().map((alert) => [alert.id, alert])).values()].reverse().slice(0, maxAlerts);
}

export function attentionOf(keepers: readonly OpenKeeper[], init: AttentionInit): Attention | undefined {
  const { before = nothing } = init;
  const attention = {
    results: resultsOf(keepers, before, init),
    drafts: draftsOf(keepers, before, init),
    ...comparisonOf(keepers, before, init),
    due: dueOf(keepers, before, init),
  };
  const { results, drafts, alerts, compared, due } = attention;
  const isEmpty = results.length + drafts.length + alerts.length + Object.keys(due).length === 0;
  return isEmpty && compared === undefined ? undefined : attention;
}

function dueOf(
  keepers: readonly OpenKeeper[],
  before: Attention,
  { readable, touched }: AttentionInit,
): Attention['due'] {
  const facts = dueSections
    .filter((section) => readable.has(section))
    .map((section) => {
      const document = keepers.find((keeper) => keeper.section === section)?.document;
      const isAsBefore = document === undefined || touched?.has(section) === false;
      return [section, isAsBefore ? (before.due[section] ?? {}) : dueFacts(section, document.resources())] as const;
    });
  return Object.fromEntries(facts.filter(([, found]) => Object.keys(found).length > 0));
}

function resultsOf(keepers: readonly OpenKeeper[], before: Attention, init: AttentionInit): readonly WaitingResult[] {
  const keeper = keepers.find(({ section }) => section === 'results');
  if (!init.readable.has('results')) return [];
  if (keeper === undefined || init.touched?.has('results') === false) return before.results;
  const { document } = keeper;
  const waiting = waitingResults(document.resources(), writtenIn(keeper), {
    readableFromMs: init.resultsReadableFromMs,
    conflicts: document.conflicts(),
  });
  return firstOfEach(waiting.filter((result) => !init.isAcknowledged(result)).sort(byRank), maxResults);
}

/** By the clock here, of what came before it was written: somebody's wrong clock makes no news history. */
function writtenIn(keeper: OpenKeeper): (key: string, register: string) => Written | undefined {
  const { document, early } = keeper;
  return (key, register) => {
    const provenance = document.provenanceOf(key, register);
    if (provenance === undefined || early.size === 0) return provenance;
    const entry = keeper.entryOf(provenance.change);
    const aheadMs = (entry === undefined ? 0 : (early.get(entry) ?? 0)) * 60_000;
    return { device: provenance.device, timeMs: provenance.timeMs - aheadMs };
  };
}

/** So many of each who wrote: nobody pushes out of the list what others wrote. */
function firstOfEach<T extends { readonly by: DeviceId }>(list: readonly T[], most: number): readonly T[] {
  const counts = new Map<DeviceId, number>();
  return list.filter(({ by }) => {
    const count = (counts.get(by) ?? 0) + 1;
    counts.set(by, count);
    return count <= most;
  });
}

function draftsOf(
  keepers: readonly OpenKeeper[],
  before: Attention,
  { readable, touched }: AttentionInit,
): readonly WaitingDraft[] {
  if (!readable.has('documents')) return [];
  const document = keepers.find(({ section }) => section === 'documents')?.document;
  if (document === undefined || touched?.has('documents') === false) return before.drafts;
  // Of a register no resource has, the writer is who made it.
  const drafts = waitingDrafts(document.resources(), (key) => document.provenanceOf(key, ''));
  return firstOfEach(drafts, maxDrafts);
}

function comparisonOf(
  keepers: readonly OpenKeeper[],
  before: Attention,
  { readable, touched, isMerged }: AttentionInit,
): Pick<Attention, 'alerts' | 'compared'> {
  const asBefore = { alerts: before.alerts, ...(before.compared === undefined ? {} : { compared: before.compared }) };
  if (touched !== undefined && !comparedSections.some((section) => touched.has(section))) return asBefore;
  const compared = keepers.filter(({ section }) => partners.has(section));
  const lacking = comparedSections.some(
    (section) => readable.has(section) && !compared.some((keeper) => keeper.section === section),
  );
  // Half of it would lose the alerts of the other half.
  if (lacking) return asBefore;
  const sections = compared.flatMap(({ section, document }) =>
    isChartSection(section) ? [[section, { resources: document.resources() }] as const] : [],
  );
  const record = new ChartRecord(new Map(sections));
  const alerts = openAlerts(record).slice(0, maxAlerts);
  return isMerged ? { alerts, compared: comparedIn(record) } : { alerts };
}

/** From a backup file, which anyone can make: whatever is of another shape is worked out anew when the chart is read. */
export function attentionFromJson(value: unknown): Attention | undefined {
  const attention = value as Partial<Record<keyof Attention, unknown>> | null | undefined;
  if (typeof attention !== 'object' || attention === null) return undefined;
  // Records of before have no drafts.
  const { results, drafts = [], alerts, due } = attention;
  if (!Array.isArray(results) || !Array.isArray(drafts) || !Array.isArray(alerts) || !isDue(due)) return undefined;
  if (!results.every(isWaitingResult) || !drafts.every(isDraft) || !alerts.every(isAlert)) return undefined;
  const { compared, ...rest } = value as Attention;
  return { ...rest, drafts, ...(isCompared(compared) ? { compared } : {}) };
}

function isCompared(value: unknown): value is Compared {
  const { drugs, allergies, answered } = (value ?? {}) as Partial<Record<keyof Compared, unknown>>;
  const isEntry = (entry: unknown): boolean => {
    const { key, label, says } = (entry ?? {}) as Record<string, unknown>;
    return [key, label, says].every((text) => typeof text === 'string');
  };
  const areEntries = (list: unknown): boolean => Array.isArray(list) && list.every(isEntry);
  const areTexts = Array.isArray(answered) && answered.every((id) => typeof id === 'string');
  return areEntries(drugs) && areEntries(allergies) && areTexts;
}

function isDraft(value: unknown): value is WaitingDraft {
  const { key, title, begunMs, by } = (value ?? {}) as Partial<Record<keyof WaitingDraft, unknown>>;
  const isSound = typeof key === 'string' && typeof title === 'string' && typeof begunMs === 'number';
  return isSound && parseDeviceId(String(by)) !== undefined;
}

function isDue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(
    (facts: unknown) =>
      typeof facts === 'object' &&
      facts !== null &&
      Object.values(facts).every((fact: unknown) => {
        const { times, last } = (fact ?? {}) as Record<string, unknown>;
        return typeof times === 'number' && typeof last === 'string';
      }),
  );
}

function isWaitingResult(value: unknown): boolean {
  const result = value as Partial<Record<keyof WaitingResult, unknown>> | null;
  if (typeof result !== 'object' || result === null) return false;
  const { key, version, rank, label, range, flag, taken, by, writtenMs, corrected, withdrawn, unsettled } = result;
  const texts = [key, version, rank, label, result.value, range, flag, taken, by];
  return (
    texts.every((text) => typeof text === 'string') &&
    parseDeviceId(String(by)) !== undefined &&
    ['critical', 'abnormal', 'unjudged', 'normal'].includes(String(rank)) &&
    typeof writtenMs === 'number' &&
    typeof corrected === 'boolean' &&
    (withdrawn === undefined || withdrawn === true) &&
    (unsettled === undefined || typeof unsettled === 'string')
  );
}

function isAlert(value: unknown): boolean {
  const alert = value as Partial<Record<keyof MedicationAlert, unknown>> | null;
  if (typeof alert !== 'object' || alert === null) return false;
  const { id, kind, severity, drug, against, ground, source } = alert;
  const named = (party: unknown): boolean => typeof (party as { label?: unknown } | null)?.label === 'string';
  return (
    [id, source].every((text) => typeof text === 'string') &&
    ['allergy', 'duplicate', 'pair'].includes(String(kind)) &&
    ['high', 'moderate'].includes(String(severity)) &&
    named(drug) &&
    named(against) &&
    isGround(ground)
  );
}

function isGround(value: unknown): boolean {
  const ground = value as Record<string, unknown> | null;
  switch (ground?.['kind']) {
    case 'same-ingredient':
      return typeof ground['ingredient'] === 'string';
    case 'same-word':
      return typeof ground['word'] === 'string';
    case 'same-class':
      return typeof ground['label'] === 'string' && Array.isArray(ground['ingredients']);
    case 'listed-pair':
      return typeof ground['harm'] === 'string' && Array.isArray(ground['ingredients']);
    default:
      return false;
  }
}
