/**
 * What stands where a value is not settled (AM-5): every version in words, marked, on screen and in print alike. No list may
 * show one of them alone, which would read as the value.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import { conflictViews } from '../../clinical/conflict-view.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import '../shell/badge.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';

/** Resource → its versions: "Dose: 500 mg once daily", "Dose: 1000 mg once daily". */
export function unsettledWords(view: ChartView, section: ChartSection): ReadonlyMap<ResourceKey, readonly string[]> {
  const conflicts = conflictViews(view.record, section, mustGetSection(view, section).conflicts);
  return new Map(
    conflicts.flatMap((conflict) => {
      const versions = conflict.branches.map((branch) =>
        branch.lines.map(({ name, value }) => `${name}: ${value}`).join(', '),
      );
      const keys = new Set(conflict.branches.flatMap((branch) => branch.keys));
      return [...keys].map((key) => [key, conflict.kind === 'list' ? [] : versions] as const);
    }),
  );
}

export function renderUnsettled(versions: readonly string[] | undefined): TemplateResult | typeof nothing {
  if (versions === undefined) return nothing;
  return html`<pc-badge tone="warning" icon="alert">Not settled</pc-badge>
    ${versions.length === 0 ? nothing : html`<span class="versions">${versions.join(' or ')}</span>`}`;
}
