/**
 * `<pc-door-page .door .route>`: what stands before a practice is open: making one, unlocking it, opening it by the recovery
 * phrase, restoring it. Each way is an element of its own; the open session leaves by `pc-opened`. Undefined `door`: still
 * looking whether a practice is kept here.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Door } from '../../app/session.ts';
import '../shell/callout.ts';
import '../shell/page-header.ts';
import type { Route } from '../shell/route.ts';
import { base, page } from '../shell/styles.ts';
import './new-practice.ts';
import './recover.ts';
import './restore.ts';
import './unlock.ts';

type Way = 'start' | 'new' | 'restore' | 'recover';

export class DoorPage extends LitElement {
  static override properties = { door: { attribute: false }, route: { attribute: false }, way: { state: true } };
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
  declare private way: Way;

  constructor() {
    super();
    this.way = 'start';
    this.addEventListener('pc-back', () => (this.way = 'start'));
    this.addEventListener('pc-forgot', () => (this.way = 'recover'));
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
      case 'restore':
        return html`<pc-page-header heading="Restore from a backup">
            The backup file and the recovery phrase bring the whole practice to this computer.
          </pc-page-header>
          <pc-restore .door=${door}></pc-restore>`;
      case 'recover':
        return html`<pc-page-header heading="Forgotten passphrase"></pc-page-header>
          <pc-recover .door=${door}></pc-recover>`;
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
      <div class="row">
        <wa-button variant="brand" @click=${() => (this.way = 'new')}>Make a practice</wa-button>
        <wa-button appearance="outlined" @click=${() => (this.way = 'restore')}>Restore from a backup</wa-button>
      </div>
    </div>`;
  }

  private renderLocked(door: Door) {
    return html`<div class="stack">
      <pc-page-header heading="Locked">The charts in this browser are sealed until you unlock them.</pc-page-header>
      ${this.renderInvited('unlock first, then it opens by itself.')}
      <pc-unlock .door=${door}></pc-unlock>
    </div>`;
  }

  /** Someone followed an invitation's link to here. */
  private renderInvited(todo: string) {
    if (this.route?.page !== 'invite') return nothing;
    return html`<pc-callout tone="info" icon="link"><strong>You have an invitation:</strong> ${todo}</pc-callout>`;
  }
}

customElements.define('pc-door-page', DoorPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-door-page': DoorPage;
  }
}
