/**
 * `<pc-removed-banner .session>`: the practice removed this device. Nobody here did wrong, so it is said calmly, with what still works,
 * what no longer does and what is left to do; it can't be put away, because whatever is written here counts nowhere.
 */
import { LitElement, html } from 'lit';
import type { Session } from '../../app/session.ts';
import { administrators } from '../people/words.ts';
import './callout.ts';
import { base } from './styles.ts';

export class RemovedBanner extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [base];

  declare session: Session;

  override render() {
    const { people, practice } = this.session;
    const admins = administrators(people.devices);
    return html`<pc-callout tone="warning" icon="stop" role="status">
      <strong>${practice.name} has removed this device.</strong> What it had received can still be read here. Nothing
      new arrives, and nothing can be written; what you wrote before stays signed by you. If that was meant, nothing is
      left to do: close this page, or clear this site’s data to leave nothing on this computer. If it was a mistake, ask
      ${admins === '' ? 'an administrator' : admins} for a new invitation and join in another browser profile.
    </pc-callout>`;
  }
}

customElements.define('pc-removed-banner', RemovedBanner);
declare global {
  interface HTMLElementTagNameMap {
    'pc-removed-banner': RemovedBanner;
  }
}
