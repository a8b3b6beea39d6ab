/** `<pc-inbox-notices .session>`: what a person should see once: charts received, sharing that ended, work set aside. */
import { LitElement, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Notice, Session } from '../../app/session.ts';
import { peerName } from '../patients/words.ts';
import { count, whenInWords } from '../shell/format.ts';
import { chartAddress, type ChartTopic } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { chartOf } from './charts.ts';
import { inboxList } from './styles.ts';

interface NoticeWords {
  readonly icon: string;
  readonly text: (who: string, chart: string, number: number) => string;
  readonly open?: { readonly label: string; readonly topic: ChartTopic };
}

const noticeWords: Readonly<Record<Notice['kind'], NoticeWords>> = {
  'chart-received': {
    icon: 'share',
    text: (who, chart) => `${who} shares the chart of ${chart} with you.`,
    open: { label: 'Open chart', topic: 'summary' },
  },
  'sharing-extended': {
    icon: 'share',
    text: (who, chart) => `${who} now shares more of the chart of ${chart} with you.`,
    open: { label: 'Open chart', topic: 'summary' },
  },
  'sharing-ended': {
    icon: 'stop',
    text: (who, chart) =>
      `${who} has stopped sharing the chart of ${chart}. What you received stays readable and is no longer kept up to date.`,
    open: { label: 'Open chart', topic: 'summary' },
  },
  'peer-joined': {
    icon: 'peers',
    text: (who) => `${who} accepted your invitation. Compare the safety phrase with them before you share a chart.`,
  },
  'set-aside': {
    icon: 'inbox',
    text: (who, chart, number) =>
      `${count(number, 'change')} of ${who} to the chart of ${chart} ${number === 1 ? 'was' : 'were'} set aside and ${number === 1 ? 'waits' : 'wait'} for your review.`,
    open: { label: 'Review', topic: 'set-aside' },
  },
  'restored-older-backup': {
    icon: 'history',
    text: () =>
      'An older backup was restored here. What was written after it comes back from the practices that hold it.',
  },
  'custody-offered': {
    icon: 'share',
    text: (who, chart) => `${who} asks you to keep the chart of ${chart} from now on.`,
    open: { label: 'See the offer', topic: 'sharing' },
  },
  'custody-taken': {
    icon: 'share',
    text: (who, chart) => `${who} now keeps the chart of ${chart}.`,
    open: { label: 'Open chart', topic: 'summary' },
  },
  fork: {
    icon: 'alert',
    text: (who, chart) =>
      `A device of ${who} wrote two versions of the same work in the chart of ${chart}. One stands, the other is set aside. Ask them whether a computer was set back to an earlier copy.`,
    open: { label: 'Compare', topic: 'set-aside' },
  },
  'same-difference': {
    icon: 'alert',
    text: (who, _chart, number) =>
      `${count(number, 'chart')} here ${number === 1 ? 'is' : 'are'} still not the same as at ${who}, after three complete exchanges. What either side holds is safe. Let both reload the page; if this comes again, back up on both sides and report what Diagnostics shows.`,
  },
};

export class InboxNotices extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [base, inboxList];

  declare session: Session;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const notices = this.session.notices.toSorted((a, b) => b.at.localeCompare(a.at));
    return html`<section aria-labelledby="news">
      <h2 id="news">News <span class="quiet">${notices.length}</span></h2>
      <ul>
        ${notices.map((notice) => this.renderNotice(notice))}
      </ul>
    </section>`;
  }

  private renderNotice(notice: Notice) {
    const words = noticeWords[notice.kind];
    const who = notice.practice === undefined ? 'Another practice' : peerName(this.session, notice.practice);
    const chart = notice.chart === undefined ? undefined : chartOf(this.session, notice.chart);
    return html`<li>
      <wa-icon name=${words.icon}></wa-icon>
      <div class="text">
        ${words.text(who, chart?.name ?? 'a patient', notice.count ?? 1)}
        <p class="quiet">${whenInWords(notice.at, new Date())}</p>
      </div>
      ${
        chart === undefined || words.open === undefined
          ? nothing
          : html`<wa-button size="s" appearance="outlined" href=${chartAddress(chart.id, words.open.topic)}
              >${words.open.label}</wa-button
            >`
      }
      <wa-button size="s" appearance="plain" @click=${() => void this.session.dismissNotice(notice.id)}
        >Done<span class="only-heard"> with this notice</span></wa-button
      >
    </li>`;
  }
}

customElements.define('pc-inbox-notices', InboxNotices);
declare global {
  interface HTMLElementTagNameMap {
    'pc-inbox-notices': InboxNotices;
  }
}
