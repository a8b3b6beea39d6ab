/** `<pc-join-link-page>`: a device's invitation, opened in a browser that belongs to a practice already: where to open it instead. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '../shell/empty-state.ts';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';

export class JoinLinkPage extends LitElement {
  static override styles = [base, page];

  override render() {
    return html`<pc-page-header heading="An invitation for another device"></pc-page-header>
      <pc-empty-state icon="link" heading="Open this link on the device that is to join">
        This browser belongs to a practice already, and the invitation was not used. On the other device, open the link
        or scan its QR code, or choose “Join a practice” and paste it.
        <wa-button slot="action" appearance="outlined" href="#/people">People and devices</wa-button>
      </pc-empty-state>`;
  }
}

customElements.define('pc-join-link-page', JoinLinkPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-join-link-page': JoinLinkPage;
  }
}
