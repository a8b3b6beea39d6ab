/**
 * `<pc-removed-banner .session>`: the practice removed this device: in one sentence, on every page, because whatever is written here
 * counts nowhere. What is left to do stands on the page of people and devices.
 */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import './callout.ts';
import { base } from './styles.ts';

export class RemovedBanner extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [base];

  declare session: Session;

  override render() {
    return html`<pc-callout tone="warning" icon="stop" role="status">
      <strong>${this.session.practice.name} has removed this device.</strong> What it had received can still be read
      here; nothing new arrives, and nothing can be written.
      <wa-button slot="action" size="s" appearance="outlined" href="#/people">What is left to do</wa-button>
    </pc-callout>`;
  }
}

customElements.define('pc-removed-banner', RemovedBanner);
declare global {
  interface HTMLElementTagNameMap {
    'pc-removed-banner': RemovedBanner;
  }
}
