/** `<pc-provenance .by=${authorship}>`: the quiet line under a fact: author, practice, when. */
import { LitElement, css, html, nothing } from 'lit';
import type { Authorship } from '../../app/charts/chart-on-screen.ts';
import { timeInWords, whenInWords } from './format.ts';
import { base } from './styles.ts';

export class ProvenanceLine extends LitElement {
  static override properties = { by: { attribute: false }, lead: { type: String } };
  static override styles = [
    base,
    css`
      :host {
        display: block;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
      }
    `,
  ];

  declare by: Authorship | undefined;
  /** A word before it, such as 'Stopped by'. */
  declare lead: string;

  constructor() {
    super();
    this.lead = '';
  }

  override render() {
    if (this.by === undefined) return nothing;
    const { personName, practiceName, own, at } = this.by;
    const who = own ? personName : `${personName}, ${practiceName}`;
    return html`${this.lead === '' ? '' : `${this.lead} `}${who} ·
      <time datetime=${at} title=${timeInWords(at)}>${whenInWords(at, new Date())}</time>`;
  }
}

customElements.define('pc-provenance', ProvenanceLine);
declare global {
  interface HTMLElementTagNameMap {
    'pc-provenance': ProvenanceLine;
  }
}
