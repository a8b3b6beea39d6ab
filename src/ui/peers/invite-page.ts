/** `<pc-invite-page .session .text>`: an invitation followed as a link. Asks before anything is connected. */
import { LitElement, html } from 'lit';
import type { Session } from '../../app/session.ts';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import './accept-invitation.ts';
import './sharing-is-off.ts';

export class InvitePage extends LitElement {
  static override properties = { session: { attribute: false }, text: { attribute: false } };
  static override styles = [base, page];

  declare session: Session;
  declare text: string;

  constructor() {
    super();
    this.text = '';
    new Watch(this, () => this.session);
  }

  override render() {
    return html`<pc-page-header heading="An invitation to connect"></pc-page-header> ${
        this.session.settings.sharing
          ? html`<pc-accept-invitation
              ?fromLink=${this.text !== ''}
              .session=${this.session}
              .text=${this.text === '' ? '' : `#/invite/${this.text}`}
            ></pc-accept-invitation>`
          : html`<pc-sharing-is-off .session=${this.session}></pc-sharing-is-off>`
      }`;
  }
}

customElements.define('pc-invite-page', InvitePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-invite-page': InvitePage;
  }
}
