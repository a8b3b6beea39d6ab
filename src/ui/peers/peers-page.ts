/** `<pc-peers-page .session>`: the practices this one is connected with, and the invitations that wait. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Peer, PendingInvitation } from '../../app/peers/peer-acts.ts';
import type { Session } from '../../app/session.ts';
import '../shell/badge.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { count, timeInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import '../shell/progress.ts';
import { say } from '../shell/say.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { whoMayChange } from '../people/words.ts';
import './exchange-panel.ts';
import './sharing-is-off.ts';
import { agreementWords, connectionWords, lastSeenWords, phraseWords, type StateWords } from './words.ts';

export class PeersPage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
      }
      section.stack {
        gap: var(--wa-space-xs);
      }
      .waiting {
        display: grid;
        margin-block-start: var(--wa-space-xs);
      }
      .waiting li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs) var(--wa-space-m);
        padding-block: var(--wa-space-xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      .waiting span {
        flex: 1 1 14rem;
      }
    `,
  ];

  declare session: Session;

  constructor() {
    super();
    new Watch(this, () => this.session);
    new Keys(this, [
      { keys: 'n', label: 'Connect with a practice', run: () => this.connect(), when: () => this.mayConnect },
    ]);
  }

  override render() {
    const { peers, settings, invitations } = this.session;
    const waiting = invitations.filter(({ kind, state }) => kind === 'practice' && state === 'waiting');
    return html`<pc-page-header heading="Peers">
        ${peers.length === 0 ? 'Practices that you share charts with.' : count(peers.length, 'practice')}
        ${
          this.mayConnect
            ? html`<wa-button slot="actions" variant="brand" href="#/peers/new"
                ><wa-icon slot="start" name="plus"></wa-icon>Connect with a practice</wa-button
              >`
            : nothing
        }
      </pc-page-header>
      ${settings.sharing ? nothing : html`<pc-sharing-is-off .session=${this.session}></pc-sharing-is-off>`}
      ${this.renderReceiving()}
      ${peers.length > 0 ? this.renderPeers(peers) : settings.sharing ? this.renderEmpty() : nothing}
      ${waiting.length > 0 ? this.renderWaiting(waiting) : nothing} ${peers.length > 0 ? this.renderFiles() : nothing}`;
  }

  /** Not read out here: the rail does. */
  private renderReceiving() {
    return this.session.status.network.receiving.map(
      ({ from, done, total }) =>
        html`<pc-progress
          cannotCancel
          label=${`Receiving from ${from}`}
          unit="charts"
          .done=${done}
          .total=${total}
        ></pc-progress>`,
    );
  }

  private renderFiles() {
    return html`<section class="stack">
      <h2>Without a network</h2>
      <p class="reading">
        A file that another practice saved for yours is taken in here. To save one for them, open the practice above.
      </p>
      <pc-exchange .session=${this.session}></pc-exchange>
    </section>`;
  }

  private renderPeers(peers: readonly Peer[]) {
    return html`<section>
      <pc-data-table
        caption="Peers"
        opens
        .columns=${columns}
        .rows=${peers}
        .keyOf=${(peer: Peer) => peer.id}
        @pc-open=${(event: CustomEvent<{ key: string }>) => (location.hash = `#/peers/${event.detail.key}`)}
      ></pc-data-table>
    </section>`;
  }

  private renderEmpty() {
    return html`<pc-empty-state icon="peers" heading="No practice connected yet">
      Invite a practice or accept its invitation. Then each of you chooses which charts the other may read; without that
      choice nothing is shared.
      ${
        this.mayConnect
          ? html`<wa-button slot="action" variant="brand" href="#/peers/new">Connect with a practice</wa-button>`
          : html`<p slot="action">${whoMayChange(this.session.people, 'connect this practice with others')}</p>`
      }
    </pc-empty-state>`;
  }

  private get mayConnect(): boolean {
    return this.session.settings.sharing && this.session.people.mayManage;
  }

  private connect(): void {
    if (this.mayConnect) location.hash = '#/peers/new';
  }

  private renderWaiting(waiting: readonly PendingInvitation[]) {
    return html`<section>
      <h2>Invitations not used yet</h2>
      <ul class="waiting">
        ${waiting.map(
          ({ id, expires }) =>
            html`<li>
              <span>Works once, until ${timeInWords(expires)}</span>
              ${
                this.mayConnect
                  ? html`<wa-button size="s" appearance="outlined" href="#/peers/new">Show</wa-button>
                      <wa-button size="s" appearance="outlined" @click=${() => void this.withdraw(id)}
                        >Withdraw</wa-button
                      >`
                  : nothing
              }
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private async withdraw(id: string): Promise<void> {
    await this.session.withdrawInvitation(id);
    say(this, 'Invitation withdrawn');
  }
}

const badge = ({ tone, icon, text }: StateWords) => html`<pc-badge tone=${tone} icon=${icon}>${text}</pc-badge>`;

const columns: readonly Column<Peer>[] = [
  { label: 'Practice', cell: (peer) => peer.name },
  { label: 'Person', wideOnly: true, cell: (peer) => peer.personName },
  { label: 'Connection', tight: true, cell: (peer) => badge(connectionWords(peer)) },
  { label: 'Last seen', tight: true, cell: (peer) => lastSeenWords(peer, new Date()) },
  { label: 'Safety phrase', tight: true, cell: (peer) => badge(phraseWords(peer)) },
  { label: 'Reads of ours', number: true, cell: (peer) => count(peer.chartsGiven, 'chart') },
  { label: 'We read', number: true, cell: (peer) => count(peer.chartsReceived, 'chart') },
  {
    label: 'What they have',
    cell: (peer) =>
      html`<div>
        ${
          peer.unconfirmed === 0
            ? html`<span class="quiet">${agreementWords(peer, new Date())}</span>`
            : badge({ tone: 'info', icon: 'clock', text: agreementWords(peer, new Date()) })
        }
        ${
          peer.setAside === 0
            ? nothing
            : badge({ tone: 'warning', icon: 'inbox', text: `${String(peer.setAside)} set aside in charts shared` })
        }
      </div>`,
  },
];

customElements.define('pc-peers-page', PeersPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-peers-page': PeersPage;
  }
}
