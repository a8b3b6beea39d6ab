/** `<pc-held-by .held=${chart.held}>`: where else a chart is held, how much of it, and when that place last said so. */
import { LitElement, css, html } from 'lit';
import type { HeldAt } from '../../app/charts/chart-on-screen.ts';
import '../shell/badge.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { base } from '../shell/styles.ts';
import { heardWords, heldState, placeName, placeWords } from './held-words.ts';

const columns: readonly Column<HeldAt>[] = [
  {
    label: 'Where',
    cell: (held) =>
      html`${held.kind === 'their-keeper' ? placeName(held) : held.name}
        <span class="quiet">${placeWords[held.kind]}</span>`,
  },
  {
    label: 'Holds',
    tight: true,
    cell: (held) => {
      const { tone, icon, text } = heldState(held);
      return html`<pc-badge tone=${tone} icon=${icon}>${text}</pc-badge>`;
    },
  },
  { label: 'As of', tight: true, cell: (held) => heardWords(held, new Date()) },
];

export class HeldBy extends LitElement {
  static override properties = { held: { attribute: false } };
  static override styles = [
    base,
    css`
      h2 {
        margin-block-end: var(--wa-space-2xs);
      }
      p {
        margin-block-end: var(--wa-space-xs);
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
    `,
  ];

  declare held: readonly HeldAt[];

  override render() {
    return html`<h2>Who holds it</h2>
      <p>
        ${
          this.held.length === 0
            ? 'This device alone. Back up, add a device, or run a keeper, so that it is not lost with this one.'
            : 'This device has all of it. Besides, as each of them last said:'
        }
      </p>
      ${
        this.held.length === 0
          ? ''
          : html`<pc-data-table
              caption="Who holds this chart"
              .columns=${columns}
              .rows=${this.held}
              .keyOf=${(held: HeldAt) => `${held.kind}/${held.name}`}
            ></pc-data-table>`
      }`;
  }
}

customElements.define('pc-held-by', HeldBy);
declare global {
  interface HTMLElementTagNameMap {
    'pc-held-by': HeldBy;
  }
}
