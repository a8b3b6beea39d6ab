/**
 * `<pc-inbox-page .session>`: what waits for the people of this practice, the most urgent first: alerts of medications, results,
 * statements that two wrote at once, one's own notes to sign, tasks, and news of other practices. Each part is an element of its own.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { Session } from '../../app/session.ts';
import '../shell/empty-state.ts';
import type { InboxDraft } from '../../app/work/work-acts.ts';
import { count, whenInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import './inbox-alerts.ts';
import './inbox-notices.ts';
import './inbox-results.ts';
import './inbox-tasks.ts';
import { patientName } from './charts.ts';
import { inboxList } from './styles.ts';

/** More charts than this are counted. */
const maxUnsettled = 20;
const maxDrafts = 20;

export class InboxPage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    inboxList,
    css`
      .parts {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--wa-space-xl);
        max-inline-size: 64rem;
      }
    `,
  ];

  declare session: Session;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const { session } = this;
    const { inbox, tasks } = session.work;
    const unsettled = session.charts.filter((chart) => chart.unsettledConflicts > 0);
    const isEmpty =
      inbox.results.length + inbox.alerts.length + inbox.drafts.length + session.notices.length + unsettled.length ===
        0 && tasks.all.every(({ status }) => status !== 'requested');
    return html`<pc-page-header heading="Inbox"></pc-page-header>
      <div class="parts">
        ${
          isEmpty
            ? html`<pc-empty-state icon="inbox" heading="Nothing waits"
                >New results, medication alerts, tasks and news of other practices appear here until somebody has
                answered them.</pc-empty-state
              >`
            : nothing
        }
        ${inbox.alerts.length > 0 ? html`<pc-inbox-alerts .session=${session}></pc-inbox-alerts>` : nothing}
        ${inbox.results.length > 0 ? html`<pc-inbox-results .session=${session}></pc-inbox-results>` : nothing}
        ${unsettled.length > 0 ? this.renderUnsettled(unsettled) : nothing}
        ${inbox.drafts.length > 0 ? this.renderDrafts(inbox.drafts) : nothing}
        <pc-inbox-tasks .session=${session}></pc-inbox-tasks>
        ${session.notices.length > 0 ? html`<pc-inbox-notices .session=${session}></pc-inbox-notices>` : nothing}
      </div>`;
  }

  private renderDrafts(drafts: readonly InboxDraft[]) {
    return html`<section aria-labelledby="drafts">
      <h2 id="drafts">Your notes to sign <span class="quiet">${drafts.length}</span></h2>
      <ul>
        ${drafts.slice(0, maxDrafts).map(
          ({ chart, title, begunAt }) =>
            html`<li>
              <span class="text"
                ><a href=${chartAddress(chart, 'notes')}>${title}<span class="only-heard">, </span></a>
                ${patientName(this.session, chart)}
                <span class="quiet">begun ${whenInWords(begunAt, new Date())}</span></span
              >
            </li>`,
        )}
      </ul>
      ${drafts.length > maxDrafts ? html`<p class="quiet">and ${drafts.length - maxDrafts} more</p>` : nothing}
    </section>`;
  }

  private renderUnsettled(charts: Session['charts']) {
    return html`<section aria-labelledby="unsettled">
      <h2 id="unsettled">To settle <span class="quiet">${count(charts.length, 'chart')}</span></h2>
      <p class="quiet">Two people wrote at the same time. Both versions are kept until somebody chooses.</p>
      <ul>
        ${charts.slice(0, maxUnsettled).map(
          (chart) =>
            html`<li>
              <span class="text"
                ><a href=${chartAddress(chart.id, 'conflicts')}>${chart.name}</a>
                <span class="quiet">${count(chart.unsettledConflicts, 'statement')}</span></span
              >
            </li>`,
        )}
      </ul>
      ${charts.length > maxUnsettled ? html`<p class="quiet">and ${charts.length - maxUnsettled} more</p>` : nothing}
    </section>`;
  }
}

customElements.define('pc-inbox-page', InboxPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-inbox-page': InboxPage;
  }
}
