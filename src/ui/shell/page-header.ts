/**
 * `<pc-page-header heading="Patients">`: the one h1 of a page, a quiet line under it (default slot), and what can be
 * done here (slot `actions`). The heading takes the focus when a page opens, so that its name is read out.
 */
import { LitElement, css, html } from 'lit';
import { base } from './styles.ts';

export class PageHeader extends LitElement {
  static override properties = { heading: { type: String } };
  static override styles = [
    base,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        justify-content: space-between;
        gap: var(--wa-space-xs) var(--wa-space-m);
        margin-block-end: var(--wa-space-m);
      }
      h1:focus {
        outline: none;
      }
      .under {
        color: var(--wa-color-text-quiet);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-xs);
      }
      @media print {
        .actions {
          display: none;
        }
      }
    `,
  ];

  declare heading: string;

  constructor() {
    super();
    this.heading = '';
  }

  override focus(): void {
    this.renderRoot.querySelector('h1')?.focus({ preventScroll: true });
  }

  override render() {
    return html`<header>
      <div>
        <h1 tabindex="-1">${this.heading}</h1>
        <div class="under"><slot></slot></div>
      </div>
      <div class="actions"><slot name="actions"></slot></div>
    </header>`;
  }
}

customElements.define('pc-page-header', PageHeader);
declare global {
  interface HTMLElementTagNameMap {
    'pc-page-header': PageHeader;
  }
}
