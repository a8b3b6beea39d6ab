/** The three pages of a chart's past lead to each other by the same line. */
import { css, html, nothing } from 'lit';
import { chartAddress } from '../shell/route.ts';
import type { ChartView } from './chart-view.ts';

const pages = [
  { topic: 'changes', label: 'What changed' },
  { topic: 'as-of', label: 'The chart as of a date' },
  { topic: 'access', label: 'Who opened it' },
] as const;

type PastPage = (typeof pages)[number]['topic'];

export const pastNavStyle = css`
  .past-nav {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-2xs) var(--wa-space-m);
    margin-block-end: var(--wa-space-m);
  }
  .past-nav a[aria-current] {
    color: var(--wa-color-text-normal);
    font-weight: var(--wa-font-weight-bold);
    text-decoration: none;
  }
`;

export function renderPastNav({ chart }: ChartView, here: PastPage) {
  return html`<nav class="past-nav no-print" aria-label="The past of the chart">
    ${pages.map(
      ({ topic, label }) =>
        html`<a href=${chartAddress(chart.id, topic)} aria-current=${topic === here ? 'page' : nothing}>${label}</a>`,
    )}
  </nav>`;
}
