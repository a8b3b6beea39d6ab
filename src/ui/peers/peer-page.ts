/**
 * `<pc-peer-page .session .practice>`: one practice: whether it is who it says, what each reads of the other, and the act that ends
 * all of it.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PracticeId } from '../../base/ids.ts';
import type { Peer } from '../../app/peers/peer-acts.ts';
import type { ChartSummary, Session } from '../../app/session.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import '../shell/empty-state.ts';
import { count, dateInWords, whenInWords } from '../shell/format.ts';
import '../shell/nowhere-page.ts';
import '../shell/page-header.ts';
import '../shell/progress.ts';
import { chartAddress } from '../shell/route.ts';
import { say } from '../shell/say.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { whoMayChange } from '../people/words.ts';
import './exchange-panel.ts';
import './safety-phrase.ts';
import { agreementWords, cannotTakeBack, connectionWords, haltedTrouble, lastSeenWords } from './words.ts';

/** Names listed before "and n more": the patients list shows who shares what. */
const listedCharts = 30;

export class PeerPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    practice: { attribute: false },
    stopping: { state: true },
    trouble: { state: true },
  };
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
      .news {
        display: grid;
        gap: var(--wa-space-s);
      }
      .charts {
        columns: 18rem;
        margin-block-start: var(--wa-space-xs);
      }
      .charts li {
        break-inside: avoid;
        padding-block: var(--wa-space-2xs);
      }
      section:not(.stack) h2 {
        margin-block-end: var(--wa-space-xs);
      }
    `,
  ];

  declare session: Session;
  declare practice: PracticeId;
  declare private stopping: { readonly done: number; readonly total: number } | undefined;
  declare private trouble: Trouble | undefined;
  private halt: AbortController | undefined;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const peer = this.session.peers.find(({ id }) => id === this.practice);
    if (peer === undefined) return html`<pc-nowhere-page></pc-nowhere-page>`;
    const { tone, icon, text } = connectionWords(peer);
    const given = this.session.charts.filter(({ own, sharedWith }) => own && sharedWith.includes(peer.id));
    const received = this.session.charts.filter(({ own, custodian }) => !own && custodian === peer.id);
    return html`<pc-page-header heading=${peer.name}>
        <span class="row"
          >${peer.personName} <pc-badge tone=${tone} icon=${icon}>${text}</pc-badge>
          <span>Last seen ${lastSeenWords(peer, new Date())}</span></span
        >
        <a slot="back" href="#/peers">Peers</a>
      </pc-page-header>
      ${this.renderWaiting(peer)}
      <section class="reading">
        <h2>Safety phrase</h2>
        <pc-safety-phrase .session=${this.session} .peer=${peer}></pc-safety-phrase>
      </section>
      ${this.renderCharts(
        `Your charts that ${peer.name} may read`,
        given,
        'None. Open a chart and choose “Sharing” to give them one.',
      )}
      ${this.renderCharts(`Charts ${peer.name} shares with you`, received, 'None yet. They appear in your inbox when they do.')}
      <section>
        <h2>Without a network</h2>
        <pc-exchange .session=${this.session} .to=${{ practice: peer.id }} name=${peer.name}></pc-exchange>
      </section>
      ${this.renderStop(peer)}`;
  }

  private renderWaiting(peer: Peer) {
    const receiving = this.session.status.network.receiving.find(({ practice }) => practice === peer.id);
    return html`<div class="news">
      ${
        receiving === undefined
          ? nothing
          : html`<pc-progress
              cannotCancel
              label="Receiving"
              unit="charts"
              .done=${receiving.done}
              .total=${receiving.total}
            ></pc-progress>`
      }
      ${
        peer.unconfirmed === 0
          ? html`<p class="quiet">${agreementWords(peer, new Date())}.</p>`
          : html`<pc-callout tone="info" icon="clock"
              >${count(peer.unconfirmed, 'chart')} that you changed ${peer.unconfirmed === 1 ? 'is' : 'are'} not yet
              confirmed by ${peer.name}. What is not there goes out by itself when both are connected.
              ${
                peer.upToDateAt === undefined
                  ? ''
                  : `They last had everything ${whenInWords(peer.upToDateAt, new Date())}.`
              }</pc-callout
            >`
      }
      ${
        peer.setAside === 0
          ? nothing
          : html`<pc-callout tone="warning" icon="inbox"
              >${count(peer.setAside, 'change')} in charts that they have or had a part in
              ${peer.setAside === 1 ? 'is' : 'are'} set aside for review. “Set aside” in the chart says who wrote
              it.</pc-callout
            >`
      }
    </div>`;
  }

  private renderCharts(heading: string, charts: readonly ChartSummary[], none: string) {
    return html`<section>
      <h2>${heading}${charts.length === 0 ? '' : ` (${String(charts.length)})`}</h2>
      ${
        charts.length === 0
          ? html`<p class="quiet">${none}</p>`
          : html`<ul class="charts">
              ${charts.slice(0, listedCharts).map(
                (chart) =>
                  html`<li>
                    <a href=${chartAddress(chart.id)}>${chart.name === '' ? 'No name recorded' : chart.name}</a>
                    <span class="quiet"
                      >${dateInWords(chart.birthDate)}${chart.access === 'ended' ? ' · no longer shared' : ''}</span
                    >
                  </li>`,
              )}
            </ul>`
      }
      ${
        charts.length > listedCharts
          ? html`<p class="quiet">and ${count(charts.length - listedCharts, 'more chart')}.</p>`
          : nothing
      }
    </section>`;
  }

  private renderStop(peer: Peer) {
    return html`<section class="reading stack">
      <h2>Stop sharing everything</h2>
      <p>
        Ends their right to read any of your charts, in one act. ${cannotTakeBack} You can share again later, chart by
        chart.
      </p>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${
        !this.session.people.mayManage
          ? html`<p>${whoMayChange(this.session.people, 'do that')}</p>`
          : this.stopping === undefined
            ? html`<div class="row">
                <wa-button
                  variant="danger"
                  appearance="outlined"
                  ?disabled=${peer.chartsGiven === 0}
                  @click=${() => void this.stopEverything(peer)}
                  >Stop sharing everything<span class="only-heard"> with ${peer.name}</span></wa-button
                >
                ${peer.chartsGiven === 0 ? html`<span class="quiet">They may read none of your charts.</span>` : nothing}
              </div>`
            : html`<pc-progress
                label="Stopping"
                unit="charts"
                .done=${this.stopping.done}
                .total=${this.stopping.total}
                @pc-cancel=${() => this.halt?.abort()}
              ></pc-progress>`
      }
    </section>`;
  }

  private async stopEverything(peer: Peer): Promise<void> {
    const charts = count(peer.chartsGiven, 'chart');
    const yes = await askToConfirm({
      heading: `Stop sharing everything with ${peer.name}?`,
      consequences: [
        `Stops ${peer.name} from reading ${charts} from now on.`,
        cannotTakeBack,
        'What they write from now on enters no chart; it is set aside for your review.',
        'Charts that they share with you stay as they are.',
      ],
      act: 'Stop sharing',
      danger: true,
    });
    if (!yes) return;
    this.trouble = undefined;
    this.stopping = { done: 0, total: peer.chartsGiven };
    this.halt = new AbortController();
    const stopped = await this.session.stopSharingEverything(
      peer.id,
      (done, total) => (this.stopping = { done, total }),
      this.halt.signal,
    );
    this.stopping = undefined;
    if (!stopped.ok) this.trouble = writeTrouble[stopped.reason];
    else if (stopped.value.left === 0) say(this, `${peer.name} may read no chart of yours from now on`);
    else this.trouble = haltedTrouble(stopped.value);
  }
}

customElements.define('pc-peer-page', PeerPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-peer-page': PeerPage;
  }
}
