/** `<pc-sharing-is-off .session>`: this practice keeps its own charts only: what that means, and the way to change it. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import '../shell/callout.ts';
import '../shell/empty-state.ts';
import { base } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';

export class SharingIsOff extends LitElement {
  static override properties = { session: { attribute: false }, trouble: { state: true } };
  static override styles = [base];

  declare session: Session;
  declare private trouble: Trouble | undefined;

  override render() {
    return html`<pc-empty-state icon="lock" heading="Own charts only">
        This practice connects to nobody, so no chart can be shared or received. Turning sharing on shares nothing by
        itself: you choose each practice and each chart.
        <wa-button slot="action" variant="brand" @click=${() => void this.turnOn()}>Turn on sharing</wa-button>
      </pc-empty-state>
      <pc-trouble .words=${this.trouble}></pc-trouble>`;
  }

  private async turnOn(): Promise<void> {
    const done = await this.session.updateSettings({ sharing: true });
    this.trouble = done.ok ? undefined : writeTrouble[done.reason];
  }
}

customElements.define('pc-sharing-is-off', SharingIsOff);
declare global {
  interface HTMLElementTagNameMap {
    'pc-sharing-is-off': SharingIsOff;
  }
}
