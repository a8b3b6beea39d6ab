/**
 * `<pc-receiving .session=${session}>`: what comes in after a reconnection: "Received 12 of 340 charts from Clinic B". Nothing
 * when nothing comes. Read out at the beginning and in quarters, not at every chart.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Session } from '../../app/session.ts';
import { receivingAloud, receivingLine } from './status-words.ts';
import { base } from './styles.ts';
import { Watch } from './watch.ts';

export class ReceivingNow extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    css`
      p {
        display: flex;
        align-items: center;
        gap: var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare session: Session | undefined;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const receiving = this.session?.status.network.receiving ?? [];
    return html`${
        receiving.length === 0
          ? nothing
          : receiving.map(
              (one) =>
                html`<p aria-hidden="true"><wa-icon name="download"></wa-icon><span>${receivingLine(one)}</span></p>`,
            )
      }<span class="only-heard" role="status" aria-label="Receiving">${receiving.map(receivingAloud).join(' ')}</span>`;
  }
}

customElements.define('pc-receiving', ReceivingNow);
declare global {
  interface HTMLElementTagNameMap {
    'pc-receiving': ReceivingNow;
  }
}
