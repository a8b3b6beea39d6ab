/**
 * The lines of the summary's cards: of each topic what answers its question, the newest or the current, with one quiet word
 * beside it. Pure but for the badges in them.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import type { ChartRecord } from '../../clinical/record.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { allergyRows } from '../../clinical/views/allergies.ts';
import { visits } from '../../clinical/views/encounters.ts';
import { allNotes, noteEntries, type NoteEntry } from '../../clinical/views/notes.ts';
import { immunizationRows } from '../../clinical/views/immunizations.ts';
import { medicationRows } from '../../clinical/views/medications.ts';
import { problemRows } from '../../clinical/views/problems.ts';
import { resultRows, type ResultRow } from '../../clinical/views/results.ts';
import { withoutReplaced } from '../../clinical/views/superseded.ts';
import { vitalRows } from '../../clinical/views/vitals.ts';
import '../shell/badge.ts';
import { renderFlag } from './result-flag.ts';
import { dayOf, isNoneKnown } from './topics.ts';

/** What its cards are made of, and the banner above it. */
export const summarySections: readonly ChartSection[] = [
  'identity',
  'demographics',
  'allergies',
  'medications',
  'problems',
  'vitals',
  'results',
  'immunizations',
  'encounters',
  'documents',
];

/** Only what is shown of it is worked out: a card shows a few of what it counts. */
export interface Line {
  readonly key: ResourceKey;
  readonly main: string | TemplateResult;
  /** A number with its unit, in a column of its own. */
  readonly value?: string;
  readonly side: string;
}

export function problemLines(record: ChartRecord): readonly Line[] {
  const rows = problemRows(record).filter((row) => row.active && !isNoneKnown(row));
  return rows.map((row) => ({
    key: row.key,
    main: row.label,
    side: row.began === '' ? '' : `since ${dayOf(row.began)}`,
  }));
}

export function medicationLines(record: ChartRecord): readonly Line[] {
  const rows = medicationRows(record).filter((row) => row.active && !isNoneKnown(row) && !row.enteredInError);
  return rows.map((row) => ({
    key: row.key,
    main: row.doNotPerform
      ? html`${row.label} <pc-badge tone="danger" icon="stop">Must not be given</pc-badge>`
      : row.label,
    side: row.dose,
  }));
}

export function allergyLines(record: ChartRecord): readonly Line[] {
  const rows = allergyRows(record).filter((row) => row.active && !isNoneKnown(row));
  return rows.map((row) => ({
    key: row.key,
    main:
      row.criticality === 'high'
        ? html`${row.label} <pc-badge tone="danger" icon="alert">High risk</pc-badge>`
        : row.label,
    side: row.reactions,
  }));
}

/** The newest of each kind that nothing replaces. */
export function vitalLines(record: ChartRecord): readonly Line[] {
  const newest = new Map<string, Line>();
  for (const row of withoutReplaced(vitalRows(record))) {
    if (row.enteredInError || newest.has(row.label)) continue;
    newest.set(row.label, {
      key: row.key,
      main: row.label,
      value: unbroken(row.short),
      side: dayOf(row.when?.words ?? ''),
    });
  }
  return [...newest.values()];
}

/** The newest of each kind that nothing replaces. */
export function resultLines(record: ChartRecord): readonly Line[] {
  const newest = new Map<string, ResultRow>();
  for (const row of withoutReplaced(resultRows(record))) {
    if (row.enteredInError || row.kind === 'report' || newest.has(row.label)) continue;
    newest.set(row.label, row);
  }
  return [...newest.values()].map((row) => ({
    key: row.key,
    main: html`${row.label} ${renderFlag(row)}
    ${row.unfinished === '' ? nothing : html`<pc-badge icon="info">${row.unfinished}</pc-badge>`}`,
    value: unbroken(row.short),
    side: dayOf(row.when?.words ?? ''),
  }));
}

export function immunizationLines(record: ChartRecord): readonly Line[] {
  const rows = immunizationRows(record).filter((row) => row.given && !isNoneKnown(row));
  return rows.map((row) => ({ key: row.key, main: row.label, side: dayOf(row.when?.words ?? row.occurrence) }));
}

export function encounterLines(record: ChartRecord): readonly Line[] {
  return visits(record).map(({ key, row }) => ({
    key,
    get main() {
      const { label, reason } = row();
      return reason === '' ? label : `${label}: ${reason}`;
    },
    get side() {
      return dayOf(row().when?.words ?? '');
    },
  }));
}

export function noteLines(record: ChartRecord): readonly Line[] {
  const rows = noteEntries(record).filter(({ state }) => state !== 'error');
  return rows.map((row) => ({
    key: row.key,
    main: html`${row.title || row.text.slice(0, 80) || row.kind}
    ${hasDraft(row) ? html`<pc-badge icon="edit">Draft</pc-badge>` : nothing}`,
    side: dayOf(row.when?.words ?? ''),
  }));
}

/** It, or an addendum to it, is not signed yet. */
const hasDraft = (entry: NoteEntry): boolean => allNotes([entry]).some(({ state }) => state === 'draft');

/** A number is not parted from its unit at the end of a line; a text may break. */
function unbroken(value: string): string {
  return value.length > 24 ? value : value.replaceAll(' ', '\u00A0');
}
