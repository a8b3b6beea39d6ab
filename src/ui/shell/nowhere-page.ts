/** `<pc-nowhere-page>`: an address that leads nowhere, with the way back. */
import { LitElement, html } from 'lit';
import './empty-state.ts';
import './page-header.ts';
import { base, page } from './styles.ts';

export class NowherePage extends LitElement {
  static override styles = [base, page];

  override render() {
    return html`<pc-page-header heading="Nothing here"></pc-page-header>
      <pc-empty-state icon="magnifying-glass" heading="This address leads nowhere">
        It may be a mistyped link, or a chart that this practice does not hold.
        <a slot="action" href="#/patients">Go to the patients</a>
      </pc-empty-state>`;
  }
}

customElements.define('pc-nowhere-page', NowherePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-nowhere-page': NowherePage;
  }
}
