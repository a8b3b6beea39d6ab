/**
 * `<pc-qr-code .text label="Invitation">`: text as a QR code, drawn as one path. Always dark on light with its quiet zone, in dark
 * mode too: many cameras read nothing else.
 */
import { LitElement, css, html, svg } from 'lit';
import { encode } from 'uqr';
import { base } from '../shell/styles.ts';
import { pathOf } from './qr-path.ts';

export class QrCode extends LitElement {
  static override properties = { text: { attribute: false }, label: { type: String } };
  static override styles = [
    base,
    css`
      svg {
        display: block;
        inline-size: 100%;
        max-inline-size: 18rem;
        background: white;
        border-radius: var(--wa-border-radius-m);
      }
      path {
        fill: black;
      }
    `,
  ];

  declare text: string;
  declare label: string;

  constructor() {
    super();
    this.text = '';
    this.label = 'QR code';
  }

  override render() {
    // The least correction: a screen has no dirt on it, and a smaller code is read from further away.
    const { size, data } = encode(this.text, { ecc: 'L', border: 4 });
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      ${svg`<path d=${pathOf(data)}></path>`}
    </svg>`;
  }
}

customElements.define('pc-qr-code', QrCode);
declare global {
  interface HTMLElementTagNameMap {
    'pc-qr-code': QrCode;
  }
}
