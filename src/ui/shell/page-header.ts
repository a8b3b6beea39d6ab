/**
 * `<pc-page-header heading="Patients">`: the one h1 of a page (`within` a chart an h2), a quiet line under it (default slot), what can be
 * done here (slot `actions`), and above it the page this one belongs to (slot `back`: a link). The heading takes the focus when a page opens, so that its name is read out.
 */
import { LitElement, css, html } from 'lit';
import { base } from './styles.ts';

export class PageHeader extends LitElement {
  static override properties = { heading: { type: String }, within: { type: Boolean } };
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
      slot[name='back']::slotted(a) {
        display: inline-block;
        margin-block-end: var(--wa-space-2xs);
        padding-block: 3px;
        font-size: var(--wa-font-size-s);
        text-decoration: none;
      }
      slot[name='back']::slotted(a)::before {
        content: '‹ ' / '';
      }
      .page {
        font-size: var(--wa-font-size-xl);
        line-height: 1.25;
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
  /** The page stands within a chart, whose banner has the h1. */
  declare within: boolean;

  constructor() {
    super();
    this.heading = '';
    this.within = false;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('h1, h2')?.focus({ preventScroll: true });
  }

  override render() {
    return html`<header>
      <div>
        <slot name="back" class="no-print"></slot>
        ${
          this.within
            ? html`<h2 class="page" tabindex="-1">${this.heading}</h2>`
            : html`<h1 tabindex="-1">${this.heading}</h1>`
        }
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
