/**
 * `<pc-inbox-alerts .session>`: alerts of medications that nobody has answered, of all charts. They are answered in the chart, where
 * the medication is: stopped, or kept with a reason.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import type { InboxAlert } from '../../app/work/work-acts.ts';
import { alertTitles, alertWords } from '../chart/check-words.ts';
import '../shell/badge.ts';
import { chartAddress } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { patientName } from './charts.ts';
import { inboxList } from './styles.ts';

/** Lines at first: an inbox of hundreds is read from its top. */
const shownAtFirst = 20;

export class InboxAlerts extends LitElement {
  static override properties = { session: { attribute: false }, all: { state: true } };
  static override styles = [
    base,
    inboxList,
    css`
      .what {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-2xs) var(--wa-space-xs);
      }
    `,
  ];

  declare session: Session;
  declare private all: boolean;

  constructor() {
    super();
    this.all = false;
    new Watch(this, () => this.session);
  }

  override render() {
    const { alerts } = this.session.work.inbox;
    const shown = this.all ? alerts : alerts.slice(0, shownAtFirst);
    return html`<section aria-labelledby="alerts">
      <h2 id="alerts">Medication alerts <span class="quiet">${alerts.length}</span></h2>
      <p class="quiet">
        Found in charts as they stand now. Each waits until one drug is stopped or kept with a reason.
      </p>
      <ul>
        ${shown.map((alert) => this.renderAlert(alert))}
      </ul>
      ${
        shown.length === alerts.length
          ? nothing
          : html`<wa-button appearance="plain" @click=${() => (this.all = true)}
              >Show ${alerts.length - shown.length} more</wa-button
            >`
      }
    </section>`;
  }

  private renderAlert({ chart, alert }: InboxAlert) {
    const name = patientName(this.session, chart);
    return html`<li>
      <div class="text">
        <div class="what">
          <strong>${name}</strong>
          <pc-badge tone=${alert.severity === 'high' ? 'danger' : 'warning'} icon="alert"
            >${alertTitles[alert.kind]}</pc-badge
          >
        </div>
        ${alertWords(alert)}
        <p class="quiet">Source: ${alert.source}</p>
      </div>
      <wa-button size="s" appearance="outlined" href=${chartAddress(chart, 'medications')}
        >Answer<span class="only-heard"> in the chart of ${name}</span></wa-button
      >
    </li>`;
  }
}

customElements.define('pc-inbox-alerts', InboxAlerts);
declare global {
  interface HTMLElementTagNameMap {
    'pc-inbox-alerts': InboxAlerts;
  }
}
