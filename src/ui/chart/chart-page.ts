/**
 * `<pc-chart-page .session .chartId .topic .other>`: one chart. Opens it on arrival and closes it on leaving; the banner and
 * the topics stay where they are while the page under them scrolls.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import type { ChartId } from '../../base/ids.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { Session } from '../../app/session.ts';
import '../shell/callout.ts';
import { Keys } from '../shell/keyboard.ts';
import { chartAddress, printTopics, type ChartTopic, type PrintTopic } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { noteOpened } from '../patients/recent.ts';
import './access-page.ts';
import './as-of-page.ts';
import './changes-page.ts';
import './chart-banner.ts';
import './chart-nav.ts';
import { viewOf, type ChartView } from './chart-view.ts';
import './compare-page.ts';
import './conflicts-page.ts';
import './details-page.ts';
import './notes-page.ts';
import './merge-page.ts';
import './merged-sharing.ts';
import './merged-strip.ts';
import './print-page.ts';
import './received-sharing.ts';
import './set-aside-page.ts';
import './sharing-page.ts';
import { summarySections } from './summary-lines.ts';
import './summary-page.ts';
import './topic-page.ts';
import { topics } from './topics.ts';
import { openTrouble } from './words.ts';

export class ChartPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    chartId: { attribute: false },
    topic: { attribute: false },
    other: { attribute: false },
    atMs: { attribute: false },
    chart: { state: true },
    failure: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        block-size: 100%;
      }
      .content {
        /* Else what is only heard, placed absolutely, makes the whole page scroll. */
        position: relative;
        flex: 1;
        min-block-size: 0;
        overflow: auto;
      }
      .waiting {
        padding: var(--wa-space-l);
      }
      @media print {
        :host {
          display: block;
          block-size: auto;
        }
        .content {
          overflow: visible;
        }
        pc-chart-nav {
          display: none;
        }
      }
    `,
  ];

  declare session: Session;
  declare chartId: ChartId;
  declare topic: ChartTopic;
  declare other: ChartId | undefined;
  declare atMs: number | undefined;
  declare private chart: OpenChart | undefined;
  declare private failure: 'unknown-chart' | 'damaged' | undefined;
  /** The charts of the patient when it was opened: others merge and undo too. */
  private openedWith = '';
  /** Made anew when the chart says that it changed, and only then. */
  private view: ChartView | undefined;
  private readonly renew = (): void => {
    this.view = undefined;
    this.requestUpdate();
  };

  constructor() {
    super();
    new Watch(this, () => this.session);
    const go = (topic: ChartTopic) => () => {
      location.hash = chartAddress(this.chartId, topic);
    };
    new Keys(this, [
      { keys: 'g o', label: 'Chart summary', run: go('summary') },
      { keys: 'g b', label: 'Problems', run: go('problems') },
      { keys: 'g m', label: 'Medications', run: go('medications') },
      { keys: 'g a', label: 'Allergies', run: go('allergies') },
      { keys: 'g v', label: 'Vital signs', run: go('vitals') },
      { keys: 'g r', label: 'Results', run: go('results') },
      { keys: 'g n', label: 'Notes', run: go('notes') },
      { keys: '[', label: 'Page of the chart before this one', run: () => this.turn(-1) },
      { keys: ']', label: 'Next page of the chart', run: () => this.turn(1) },
      { keys: 'g x', label: 'Print', run: go('print') },
      { keys: 'g h', label: 'Sharing', run: go('sharing') },
      { keys: 'g c', label: 'What is to settle', run: go('conflicts') },
      { keys: 'g t', label: 'What was set aside', run: go('set-aside') },
      { keys: 'g y', label: 'What changed in the chart', run: go('changes') },
    ]);
  }

  /** In the order of the navigation, from the end to the beginning again. */
  private turn(by: 1 | -1): void {
    const order: readonly ChartTopic[] = ['summary', ...topics.map(({ name }) => name), 'sharing', 'changes'];
    const next = (Math.max(0, order.indexOf(this.topic)) + by + order.length) % order.length;
    location.hash = chartAddress(this.chartId, order[next]);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isOther = changed.has('chartId') || changed.has('session');
    if (isOther || this.openedWith !== this.session.merges.of(this.chartId).join()) void this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Back on the page after being taken off it: the chart was closed meanwhile.
    if (this.hasUpdated && this.chart === undefined) void this.open();
  }

  override render() {
    if (this.failure !== undefined) {
      return html`<div class="waiting"><pc-trouble .words=${openTrouble[this.failure]}></pc-trouble></div>`;
    }
    if (this.chart === undefined) {
      return opening;
    }
    this.view ??= viewOf(this.session, this.chart);
    const { view } = this;
    // A sheet has a head of its own.
    return html`<pc-chart-banner class=${isSheet(this.topic) ? 'no-print' : ''} .view=${view}></pc-chart-banner>
      ${view.chart.merged === undefined ? nothing : html`<pc-merged-strip .view=${view}></pc-merged-strip>`}
      <pc-chart-nav .view=${view} .topic=${this.topic}></pc-chart-nav>
      <div class="content">
        ${this.topic === 'summary' || view.chart.unread.length === 0 ? this.renderTopic(view) : opening}
      </div>`;
  }

  private renderTopic(view: ChartView) {
    if (isSheet(this.topic)) return html`<pc-print-page .view=${view} .topic=${this.topic}></pc-print-page>`;
    switch (this.topic) {
      case 'summary':
        return html`<pc-summary-page .view=${view}></pc-summary-page>`;
      case 'conflicts':
        return html`<pc-conflicts-page .view=${view}></pc-conflicts-page>`;
      case 'set-aside':
        return html`<pc-set-aside-page .view=${view}></pc-set-aside-page>`;
      case 'sharing':
        if (view.chart.merged !== undefined) return html`<pc-merged-sharing .view=${view}></pc-merged-sharing>`;
        return view.chart.summary.own
          ? html`<pc-sharing-page .view=${view}></pc-sharing-page>`
          : html`<pc-received-sharing .view=${view}></pc-received-sharing>`;
      case 'details':
        return html`<pc-details-page .view=${view}></pc-details-page>`;
      case 'merge':
        return html`<pc-merge-page .view=${view}></pc-merge-page>`;
      case 'compare':
        return this.other === undefined
          ? nothing
          : html`<pc-compare-page .view=${view} .other=${this.other}></pc-compare-page>`;
      case 'changes':
        return html`<pc-changes-page .view=${view} .sinceMs=${this.atMs}></pc-changes-page>`;
      case 'as-of':
        return html`<pc-as-of-page .view=${view} .atMs=${this.atMs}></pc-as-of-page>`;
      case 'access':
        return html`<pc-access-page .view=${view}></pc-access-page>`;
      case 'notes':
        return html`<pc-notes-page .view=${view}></pc-notes-page>`;
      default:
        return html`<pc-topic-page .view=${view} .topic=${this.topic}></pc-topic-page>`;
    }
  }

  private async open(): Promise<void> {
    this.leave();
    this.failure = undefined;
    const wanted = this.chartId;
    const charts = (this.openedWith = this.session.merges.of(wanted).join());
    // Every other page is of the whole chart.
    const first = this.topic === 'summary' ? summarySections : undefined;
    const opened = await this.session.openChart(wanted, first);
    if (wanted !== this.chartId || charts !== this.openedWith || !this.isConnected) {
      if (opened.ok) opened.value.close();
      return;
    }
    if (!opened.ok) {
      this.failure = opened.reason;
      return;
    }
    opened.value.addEventListener('change', this.renew);
    this.chart = opened.value;
    noteOpened(this.session, opened.value.id);
  }

  private leave(): void {
    this.chart?.removeEventListener('change', this.renew);
    this.chart?.close();
    this.chart = undefined;
    this.view = undefined;
  }
}

const opening = html`<p class="waiting" role="status"><wa-spinner></wa-spinner> Opening the chart …</p>`;

function isSheet(topic: ChartTopic): topic is PrintTopic {
  return (printTopics as readonly ChartTopic[]).includes(topic);
}

customElements.define('pc-chart-page', ChartPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-chart-page': ChartPage;
  }
}
