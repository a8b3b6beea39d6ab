/**
 * `<pc-door-page .door .route .lastVault>`: what stands before a practice is open: making one, joining one, getting one back by the
 * recovery phrase, choosing who one is, unlocking. Each way is an element of its own; the open session leaves by `pc-opened`.
 * Undefined `door`: still looking whether a practice is kept here.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonHere } from '../../app/people/people-acts.ts';
import type { Door } from '../../app/door/door-acts.ts';
import '../shell/callout.ts';
import '../shell/page-header.ts';
import type { Route } from '../shell/route.ts';
import { base, page } from '../shell/styles.ts';
import './join.ts';
import './new-practice.ts';
import './recover.ts';
import './recover-from-peer.ts';
import './restore.ts';
import './unlock.ts';
import './who.ts';

type Way = 'start' | 'new' | 'join' | 'get-back' | 'restore' | 'from-peer' | 'forgotten';

export class DoorPage extends LitElement {
  static override properties = {
    door: { attribute: false },
    route: { attribute: false },
    lastVault: { attribute: false },
    way: { state: true },
    person: { state: true },
  };
  static override styles = [
    base,
    page,
    css`
      :host {
        max-inline-size: 40rem;
        margin-inline: auto;
        padding-block: clamp(1rem, 8vh, 5rem);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: var(--wa-space-xs);
        margin-block-end: var(--wa-space-m);
        color: var(--wa-color-text-quiet);
        font-weight: var(--wa-font-weight-bold);
      }
      .brand wa-icon {
        font-size: 1.4em;
        color: var(--wa-color-brand-fill-loud);
      }
      .stack {
        gap: var(--wa-space-l);
      }
      .facts {
        display: grid;
        gap: var(--wa-space-xs);
      }
      .facts li {
        display: flex;
        gap: var(--wa-space-xs);
      }
      .facts wa-icon {
        flex: none;
        margin-block-start: 0.2em;
        color: var(--wa-color-text-quiet);
      }
      .ways {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-s) var(--wa-space-m);
        align-items: center;
      }
      .ways li {
        display: contents;
      }
      .ways wa-button {
        display: grid;
      }
      @media (max-width: 40rem) {
        .ways {
          grid-template-columns: 1fr;
          gap: var(--wa-space-2xs);
        }
        .ways p {
          margin-block-end: var(--wa-space-s);
        }
      }
      @media print {
        .brand,
        pc-page-header {
          display: none;
        }
      }
    `,
  ];

  declare door: Door | undefined;
  declare route: Route | undefined;
  /** Of whoever was at work here last, to be asked for again; undefined after "Switch person" and at the start. */
  declare lastVault: string | undefined;
  declare private way: Way;
  /** Chosen of several. */
  declare private person: PersonHere | undefined;

  constructor() {
    super();
    this.way = 'start';
    this.addEventListener(
      'pc-back',
      () => (this.way = this.way === 'restore' || this.way === 'from-peer' ? 'get-back' : 'start'),
    );
    this.addEventListener('pc-forgot', () => (this.way = 'forgotten'));
    this.addEventListener('pc-chosen', (event) => (this.person = event.detail));
    this.addEventListener('pc-other-person', () => (this.person = undefined));
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { door, route, lastVault } = this;
    if (door === undefined) return;
    if (changed.has('door')) {
      this.person = door.people.length > 1 ? door.people.find(({ vault }) => vault === lastVault) : undefined;
    }
    // Whoever followed the link that their practice gave them wants to join it; what somebody is filling in stays.
    const hasFollowed = (changed.has('door') || changed.has('route')) && route?.page === 'join';
    if (hasFollowed && door.state === 'empty' && this.way === 'start') this.way = 'join';
  }

  override render() {
    return html`<main>
      <p class="brand"><wa-icon name="peers"></wa-icon>Peerchart</p>
      ${this.renderWay()}
    </main>`;
  }

  private renderWay() {
    const { door } = this;
    if (door === undefined) return html`<p class="quiet" role="status">Opening …</p>`;
    switch (this.way) {
      case 'start':
        return door.state === 'empty' ? this.renderWelcome() : this.renderLocked(door);
      case 'new':
        return html`<pc-page-header heading="Make a practice">
            Nothing is stored until the last of three steps is done.
          </pc-page-header>
          <pc-new-practice .door=${door}></pc-new-practice>`;
      case 'join':
        return html`<pc-page-header heading="Join a practice">
            This browser becomes a computer of a practice that uses Peerchart already.
          </pc-page-header>
          <pc-join .door=${door} .invitation=${this.followed('join')}></pc-join>`;
      case 'get-back':
        return this.renderGetBack();
      case 'restore':
        return html`<pc-page-header heading="Restore from a backup">
            The backup file and the recovery phrase bring the whole practice to this computer.
          </pc-page-header>
          <pc-restore .door=${door}></pc-restore>`;
      case 'from-peer':
        return html`<pc-page-header heading="Recover from another computer">
            The recovery phrase proves that the practice is yours; whoever holds its charts sends them.
          </pc-page-header>
          <pc-recover-from-peer
            .door=${door}
            .invitation=${this.followed('join') || this.followed('invite')}
          ></pc-recover-from-peer>`;
      case 'forgotten':
        return html`<pc-page-header
            heading=${this.person === undefined ? 'Forgotten passphrase' : `Forgotten passphrase of ${this.person.signInName}`}
          ></pc-page-header>
          <pc-recover .door=${door} .vault=${this.person?.vault}></pc-recover>`;
    }
  }

  private renderWelcome() {
    return html`<div class="stack">
      <div>
        <pc-page-header heading="Patient charts that stay with you"></pc-page-header>
        <p>
          Peerchart keeps your patients’ charts in this browser, sealed with your passphrase, and works without network.
          You share the charts you choose directly with other practices; no server in between holds them or can read
          them.
        </p>
      </div>
      ${this.renderInvited('make your practice first, then it opens by itself.')}
      <ul class="facts">
        <li>
          <wa-icon name="key"></wa-icon
          ><span>Only your passphrase or your 24 recovery words open the charts. Nobody can reset them for you.</span>
        </li>
        <li>
          <wa-icon name="download"></wa-icon
          ><span>The charts are on this computer alone until you share them or make a backup.</span>
        </li>
      </ul>
      <ul class="ways">
        <li>
          <wa-button variant="brand" @click=${() => (this.way = 'new')}>Make a practice</wa-button>
          <p class="quiet">You are the first here.</p>
        </li>
        <li>
          <wa-button appearance="outlined" @click=${() => (this.way = 'join')}>Join a practice</wa-button>
          <p class="quiet">Your practice uses Peerchart already, and its administrator invited you.</p>
        </li>
        <li>
          <wa-button appearance="outlined" @click=${() => (this.way = 'get-back')}>Recover with the 24 words</wa-button>
          <p class="quiet">The computer is lost or its browser was cleared.</p>
        </li>
      </ul>
    </div>`;
  }

  private renderGetBack() {
    return html`<pc-page-header heading="Recover with the 24 words">
        The words prove that the practice is yours. Where do its charts come from?
      </pc-page-header>
      <div class="stack">
        <ul class="ways">
          <li>
            <wa-button variant="brand" @click=${() => (this.way = 'restore')}>From a backup file</wa-button>
            <p class="quiet">Everything as it was when the backup was made.</p>
          </li>
          <li>
            <wa-button appearance="outlined" @click=${() => (this.way = 'from-peer')}>From another computer</wa-button>
            <p class="quiet">
              Of your practice: everything. Of a practice that you share charts with: those charts, as far as it may
              read them.
            </p>
          </li>
        </ul>
        <div class="row">
          <wa-button appearance="outlined" @click=${() => (this.way = 'start')}>Back</wa-button>
        </div>
      </div>`;
  }

  private renderLocked(door: Door) {
    const asksWho = door.people.length > 1 && this.person === undefined;
    return html`<div class="stack">
      <pc-page-header heading=${asksWho ? 'Who is working?' : 'Locked'}
        >The charts in this browser are sealed until you unlock them.</pc-page-header
      >
      ${this.renderInvited('unlock first, then it opens by itself.')}
      ${
        this.route?.page === 'join'
          ? html`<pc-callout tone="info" icon="link"
              ><strong>You opened an invitation to join a practice,</strong> and this browser belongs to one. Open the
              link in the browser that is to join. To work here as one more person, ask an administrator to add you
              under “People and devices”.</pc-callout
            >`
          : nothing
      }
      ${
        asksWho
          ? html`<pc-who .people=${door.people}></pc-who>`
          : html`<pc-unlock .door=${door} .person=${this.person}></pc-unlock>`
      }
    </div>`;
  }

  /** Someone followed a practice's invitation to here. */
  private renderInvited(todo: string) {
    if (this.route?.page !== 'invite') return nothing;
    return html`<pc-callout tone="info" icon="link"><strong>You have an invitation:</strong> ${todo}</pc-callout>`;
  }

  /** The invitation in the address, as it would be pasted; empty without one of this kind. */
  private followed(kind: 'join' | 'invite'): string {
    const { route } = this;
    return route?.page === kind && route.text !== '' ? `#/${kind}/${route.text}` : '';
  }
}

customElements.define('pc-door-page', DoorPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-door-page': DoorPage;
  }
}
