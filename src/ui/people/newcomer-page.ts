/**
 * `<pc-newcomer-page .session heading .isOne .welcome>`: the frame of a page on which a machine joins this practice: who may do that, who asks
 * (`<pc-join-request>`), who came since the page was opened. What it is about (slot `intro`) and what is to be filled in (the content) are the
 * page's own.
 */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { DeviceId } from '../../base/ids.ts';
import type { DeviceRow } from '../../app/people/people-acts.ts';
import type { Session } from '../../app/session.ts';
import '../peers/sharing-is-off.ts';
import '../shell/callout.ts';
import '../shell/page-header.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import './join-request.ts';
import { whoMayChange } from './words.ts';

export class NewcomerPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    heading: {},
    isOne: { attribute: false },
    welcome: { attribute: false },
  };
  static override styles = [base];

  declare session: Session;
  declare heading: string;
  /** Whether an active device is of the kind that joins here. */
  declare isOne: (row: DeviceRow) => boolean;
  /** What is said of one that came: in bold, and after it. */
  declare welcome: (row: DeviceRow) => readonly [strong: string, further: string];
  /** Who was there when the page opened. */
  private knownBefore: ReadonlySet<DeviceId> = new Set();

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('session')) this.knownBefore = new Set(this.session.people.devices.map(({ device }) => device));
  }

  override render() {
    const header = html`<pc-page-header heading=${this.heading}>
      <slot name="intro"></slot>
      <a slot="back" href="#/people">People and devices</a>
    </pc-page-header>`;
    const { people, settings } = this.session;
    if (!people.mayManage)
      return html`${header}
        <p>${whoMayChange(people)}</p>`;
    if (!settings.sharing) return html`${header}<pc-sharing-is-off .session=${this.session}></pc-sharing-is-off>`;
    return html`${header} ${this.renderCame()}
      ${people.requests.map(
        (request) => html`<pc-join-request .session=${this.session} .request=${request}></pc-join-request>`,
      )} <slot></slot>`;
  }

  private renderCame() {
    const came = this.session.people.devices.filter(
      (row) => row.status === 'active' && !this.knownBefore.has(row.device) && this.isOne(row),
    );
    return came.map((row) => {
      const [strong, further] = this.welcome(row);
      return html`<pc-callout tone="success" role="status"
        ><strong>${strong}</strong> ${further}
        <wa-button slot="action" size="s" appearance="outlined" href="#/people">People and devices</wa-button>
      </pc-callout>`;
    });
  }
}

customElements.define('pc-newcomer-page', NewcomerPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-newcomer-page': NewcomerPage;
  }
}
