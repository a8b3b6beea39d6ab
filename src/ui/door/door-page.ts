/**
 * `<pc-door-page .door .route>`: what stands before a practice is open. Fires `pc-opened` with the session. Undefined
 * `door`: still looking whether a practice is kept here.
 */
import { LitElement, html } from 'lit';
import type { Door, Session } from '../../app/session.ts';
import '../shell/page-header.ts';
import type { Route } from '../shell/route.ts';
import { base, page } from '../shell/styles.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-opened': CustomEvent<Session>;
  }
}

export class DoorPage extends LitElement {
  static override properties = { door: { attribute: false }, route: { attribute: false } };
  static override styles = [base, page];

  declare door: Door | undefined;
  declare route: Route | undefined;

  override render() {
    return html`<main>
      <pc-page-header heading="Peerchart">${this.door === undefined ? 'Opening …' : ''}</pc-page-header>
    </main>`;
  }
}

customElements.define('pc-door-page', DoorPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-door-page': DoorPage;
  }
}
