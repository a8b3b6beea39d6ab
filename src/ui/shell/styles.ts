/**
 * The sheets that elements share: type, focus, page, table, form. An element adopts `base` and what it needs of the
 * others, then adds its own few lines. No colour is written here or there: tokens.css has them all.
 */
import { css } from 'lit';

/** What every element starts from. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    color: var(--wa-color-text-normal);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: var(--wa-font-size-xl);
    line-height: 1.25;
    font-weight: var(--wa-font-weight-bold);
  }
  h2 {
    font-size: var(--wa-font-size-l);
    line-height: 1.3;
    font-weight: var(--wa-font-weight-bold);
  }
  h3 {
    font-size: var(--wa-font-size-m);
    font-weight: var(--wa-font-weight-bold);
  }
  strong {
    font-weight: var(--wa-font-weight-bold);
  }
  a {
    color: var(--wa-color-text-link);
    text-underline-offset: 0.15em;
  }
  :focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
    border-radius: var(--wa-border-radius-s);
  }
  /* Focused by the program, so that it is read out; nobody types there. */
  [tabindex='-1']:focus {
    outline: none;
  }
  /* Web Awesome leaves room for a letter between an icon and its word. */
  wa-button > wa-icon[slot='start'] {
    margin-inline-end: 0.4em;
  }
  .quiet {
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-s);
  }
  .number {
    text-align: end;
    white-space: nowrap;
  }
  .versions {
    color: var(--wa-color-warning-on-quiet);
    font-weight: var(--wa-font-weight-normal);
    font-size: var(--wa-font-size-s);
  }
  /* Which of a patient's charts something lies in. */
  .part {
    padding-inline: 0.3em;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-s);
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-xs);
    font-weight: var(--wa-font-weight-normal);
    text-decoration: none;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-xs);
  }
  .stack {
    display: grid;
    gap: var(--wa-space-m);
    align-content: start;
  }
  .only-heard {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .only-print {
    display: none;
  }
  @media print {
    .only-print {
      display: revert;
    }
    .no-print {
      display: none !important;
    }
  }
`;

/** A page of the middle column: a header, then the work. */
export const page = css`
  :host {
    padding: var(--wa-space-l);
    max-inline-size: 80rem;
  }
  .reading {
    max-inline-size: var(--pc-reading-width);
  }
  @media (max-width: 40rem) {
    :host {
      padding: var(--wa-space-m);
    }
  }
  @media print {
    :host {
      padding: 0;
      max-inline-size: none;
    }
  }
`;

/** A surface with one line around it; never one inside another. */
export const card = css`
  .card {
    background: var(--wa-color-surface-default);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    padding: var(--wa-space-m);
  }
  @media print {
    .card {
      break-inside: avoid;
      padding: var(--wa-space-s);
    }
  }
`;

/**
 * A card of what is not settled: `article` with `.title`, then the versions (`.sides` of `.side`) beside each other, in print as on the
 * screen. An `article` that is `.settled` asks for nothing any more.
 */
export const sideBySide = css`
  article {
    display: grid;
    gap: var(--wa-space-s);
    padding: var(--wa-space-s) var(--wa-space-m);
    background: var(--wa-color-surface-default);
    border: 1px solid var(--wa-color-warning-border-normal);
    border-inline-start-width: 4px;
    border-radius: var(--wa-border-radius-l);
  }
  article.settled {
    border: 1px solid var(--wa-color-surface-border);
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-xs);
  }
  .sides {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
    gap: var(--wa-space-s);
  }
  .side {
    display: grid;
    align-content: space-between;
    gap: var(--wa-space-xs);
    padding: var(--wa-space-s);
    background: var(--wa-color-warning-fill-quiet);
    border-radius: var(--wa-border-radius-m);
  }
  .settled .side {
    background: var(--wa-color-surface-lowered);
  }
  .value {
    font-size: var(--wa-font-size-l);
    font-weight: var(--wa-font-weight-bold);
    overflow-wrap: anywhere;
  }
  .side wa-button::part(base) {
    background: var(--wa-color-surface-default);
  }
  @media print {
    article {
      border-width: 2px;
      break-inside: avoid;
    }
    .side {
      border: 1px solid;
    }
    wa-button {
      display: none;
    }
  }
`;

/** Tables: lines between rows, numbers to the right, the row in focus marked. */
export const table = css`
  table {
    inline-size: 100%;
    border-collapse: collapse;
    background: var(--wa-color-surface-default);
  }
  th,
  td {
    padding: var(--wa-space-xs) var(--wa-space-s);
    text-align: start;
    vertical-align: top;
    border-block-end: 1px solid var(--wa-color-surface-border);
  }
  thead th {
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-xs);
    font-weight: var(--wa-font-weight-normal);
    white-space: nowrap;
    padding-block: var(--wa-space-2xs);
  }
  tbody th {
    font-weight: var(--wa-font-weight-bold);
  }
  th.number,
  td.number {
    text-align: end;
  }
  .tight {
    white-space: nowrap;
  }
  tbody tr:last-child > * {
    border-block-end: 0;
  }
  .roomy {
    min-inline-size: 8rem;
  }
  @media print {
    tr {
      break-inside: avoid;
    }
    /* Nobody scrolls paper sideways. */
    th,
    td {
      padding-inline: var(--wa-space-2xs);
      overflow-wrap: anywhere;
    }
    .roomy {
      min-inline-size: 0;
    }
  }
`;

/** Where a table has no room: each row a block of its own, the labels beside the values. For inside a query of the size. */
export const rowsAsBlocks = css`
  thead {
    position: absolute;
    /* As wide as its labels it would make the page scroll, seen or not. */
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  tr {
    display: block;
    padding: var(--wa-space-xs) var(--wa-space-s);
    border-block-end: 1px solid var(--wa-color-surface-border);
  }
  td,
  tbody th {
    display: flex;
    gap: var(--wa-space-xs);
    padding: 0;
    border: 0;
    white-space: normal;
  }
  tbody th {
    flex-wrap: wrap;
    row-gap: 0;
  }
  td.number {
    text-align: start;
  }
  td[data-label]::before {
    content: attr(data-label);
    flex: 0 0 6.5rem;
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-s);
  }
`;

/** Fields below each other, two beside each other where they belong together. */
export const form = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--wa-space-m);
  }
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: var(--wa-space-s);
    align-items: start;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-inline-size: 0;
  }
  legend {
    font-weight: var(--wa-font-weight-bold);
    padding: 0;
    margin-block-end: var(--wa-space-2xs);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-xs);
  }
  .with-unit::part(hint) {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .wrong::part(hint) {
    color: var(--wa-color-danger-on-quiet);
  }
  .wrong::part(base) {
    border-color: var(--wa-color-danger-border-loud);
  }
`;
