/**
 * `<pc-new-peer-page .session>`: two practices become peers: one makes an invitation, the other accepts it. Both ways stand beside
 * each other, because either side may begin. When someone accepts while the page is open, the safety phrase appears here.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PracticeId } from '../../base/ids.ts';
import type { Session } from '../../app/session.ts';
import { whoMayChange } from '../people/words.ts';
import '../shell/callout.ts';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import './accept-invitation.ts';
import './invitation-card.ts';
import './safety-phrase.ts';
import './sharing-is-off.ts';

export class NewPeerPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    making: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-xl);
      }
      section > p {
        margin-block-end: var(--wa-space-s);
      }
      h2 {
        margin-block-end: var(--wa-space-2xs);
      }
      .invitations {
        display: grid;
        gap: var(--wa-space-s);
        margin-block: var(--wa-space-s);
        max-inline-size: 56rem;
      }
    `,
  ];

  declare session: Session;
  declare private making: boolean;
  declare private trouble: Trouble | undefined;
  /** Who was a peer when the page opened, to notice who joins. */
  private knownBefore: ReadonlySet<PracticeId> = new Set();

  constructor() {
    super();
    this.making = false;
    new Watch(this, () => this.session);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('session')) this.knownBefore = new Set(this.session.peers.map(({ id }) => id));
  }

  override render() {
    const header = html`<pc-page-header heading="Connect with a practice">
      One invites, the other accepts. Connecting shares no chart.
      <a slot="back" href="#/peers">Peers</a>
    </pc-page-header>`;
    if (!this.session.settings.sharing) {
      return html`${header}<pc-sharing-is-off .session=${this.session}></pc-sharing-is-off>`;
    }
    if (!this.session.people.mayManage) {
      return html`${header}
        <p class="reading">${whoMayChange(this.session.people, 'connect this practice with others')}</p>`;
    }
    return html`${header} ${this.renderJoined()}
      <section>
        <h2>Invite</h2>
        <p>Make an invitation and give it to the other practice, as a link, a QR code or a short text.</p>
        <div class="invitations">
          ${this.session.invitations
            .filter(({ kind, state }) => kind === 'practice' && state === 'waiting')
            .map(
              (invitation) => html`<pc-invitation .session=${this.session} .invitation=${invitation}></pc-invitation>`,
            )}
        </div>
        <pc-trouble .words=${this.trouble}></pc-trouble>
        <wa-button variant="brand" ?loading=${this.making} @click=${() => void this.invite()}
          >Make an invitation</wa-button
        >
      </section>
      <section>
        <h2>Accept</h2>
        <p>You got an invitation from another practice.</p>
        <pc-accept-invitation .session=${this.session}></pc-accept-invitation>
      </section>`;
  }

  private renderJoined() {
    const joined = this.session.peers.filter(({ id }) => !this.knownBefore.has(id));
    if (joined.length === 0) return nothing;
    return joined.map(
      (peer) =>
        html`<section class="reading stack">
          <pc-callout tone="success" role="status"
            ><strong>Connected with ${peer.name}.</strong> Compare the safety phrase before you share.</pc-callout
          >
          <pc-safety-phrase .session=${this.session} .peer=${peer}></pc-safety-phrase>
          <div class="row">
            <wa-button appearance="outlined" href="#/peers/${peer.id}">Go to ${peer.name}</wa-button>
          </div>
        </section>`,
    );
  }

  private async invite(): Promise<void> {
    if (this.making) return;
    this.making = true;
    const made = await this.session.createInvitation();
    this.making = false;
    this.trouble = made.ok ? undefined : writeTrouble[made.reason];
  }
}

customElements.define('pc-new-peer-page', NewPeerPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-new-peer-page': NewPeerPage;
  }
}
