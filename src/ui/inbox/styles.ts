/** The lists of the inbox: a line each, what it is about first, what can be done at its end. */
import { css } from 'lit';

export const inboxList = css`
  h2 {
    margin-block-end: var(--wa-space-2xs);
  }
  h2 .quiet,
  h3 .quiet {
    font-weight: var(--wa-font-weight-normal);
  }
  ul {
    background: var(--wa-color-surface-default);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    margin-block-start: var(--wa-space-xs);
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-xs) var(--wa-space-s);
    padding: var(--wa-space-xs) var(--wa-space-s);
  }
  li + li {
    border-block-start: 1px solid var(--wa-color-surface-border);
  }
  .text {
    flex: 1 1 18rem;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
`;
