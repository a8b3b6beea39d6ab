/**
 * What stands where a value is not settled (AM-5): every version in words, marked, on screen and in print alike. No list may
 * show one of them alone, which would read as the value.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import { unsettledVersions, type UnsettledVersions } from '../../clinical/unsettled-words.ts';
import '../shell/badge.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';

export function unsettledWords(view: ChartView, section: ChartSection): UnsettledVersions {
  return unsettledVersions(view.record, section, mustGetSection(view, section).conflicts);
}

export function renderUnsettled(versions: string | undefined): TemplateResult | typeof nothing {
  if (versions === undefined) return nothing;
  return html`<pc-badge tone="warning" icon="alert">Not settled</pc-badge>
    ${versions === '' ? nothing : html`<span class="versions">${versions}</span>`}`;
}
