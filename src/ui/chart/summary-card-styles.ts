/** What the cards beside each other on the summary have in common, for those that are elements of their own. */
import { css } from 'lit';

export const summaryCard = css`
  .card {
    block-size: 100%;
    padding: var(--wa-space-s) var(--wa-space-m);
  }
  h3 {
    margin-block-end: var(--wa-space-2xs);
  }
  li {
    padding-block: var(--wa-space-2xs);
    border-block-start: 1px solid var(--wa-color-surface-border);
  }
`;
