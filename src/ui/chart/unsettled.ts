/**
 * What stands where a value is not settled (AM-5): every version in words, marked, on screen and in print alike. No list may
 * show one of them alone, which would read as the value.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import { conflictViews, type ConflictView } from '../../clinical/conflict-view.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import '../shell/badge.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';

/** Resource → its versions in one sentence: "Dose: 500 mg once daily or 1000 mg once daily"; empty where only the list is in question. */
export function unsettledWords(view: ChartView, section: ChartSection): ReadonlyMap<ResourceKey, string> {
  const conflicts = conflictViews(view.record, section, mustGetSection(view, section).conflicts);
  return new Map(
    conflicts.flatMap((conflict) => {
      const keys = new Set(conflict.branches.flatMap((branch) => branch.keys));
      return [...keys].map((key) => [key, versionsOf(conflict)] as const);
    }),
  );
}

function versionsOf(conflict: ConflictView): string {
  if (conflict.kind === 'list' || conflict.kind === 'contradiction') return '';
  const names = new Set(conflict.branches.flatMap(({ lines }) => lines.map(({ name }) => name)));
  const [only] = names;
  if (names.size === 1 && only !== undefined) {
    const values = conflict.branches.flatMap(({ lines }) => lines.map(({ value }) => value));
    return `${only}: ${values.join(' or ')}`;
  }
  const sides = conflict.branches.map(({ lines }) => lines.map(({ name, value }) => `${name}: ${value}`).join(', '));
  return sides.join(conflict.kind === 'apart' ? '; at the same time ' : ' or ');
}

export function renderUnsettled(versions: string | undefined): TemplateResult | typeof nothing {
  if (versions === undefined) return nothing;
  return html`<pc-badge tone="warning" icon="alert">Not settled</pc-badge>
    ${versions === '' ? nothing : html`<span class="versions">${versions}</span>`}`;
}
