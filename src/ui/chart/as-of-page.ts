/**
 * `<pc-as-of-page .view .atMs>`: the chart as it was known at a moment, read only and marked as such on screen and paper: its
 * summary and its topics, drawn by the pages that draw today's. What changed since is one press away.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import { countEntries } from '../../clinical/views/counts.ts';
import '../shell/callout.ts';
import { localDay } from '../shell/clock.ts';
import { typedValue } from '../shell/fields.ts';
import { timeInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { momentAddress, parseRoute } from '../shell/route.ts';
import { base, page } from '../shell/styles.ts';
import { viewOf, type ChartView } from './chart-view.ts';
import { pastNavStyle, renderPastNav } from './past-nav.ts';
import './summary-page.ts';
import './topic-page.ts';
import { topics, type TopicName } from './topics.ts';

export class AsOfPage extends LitElement {
  static override properties = {
    view: { attribute: false },
    atMs: { attribute: false },
    past: { state: true },
    topic: { state: true },
  };
  static override styles = [
    base,
    page,
    pastNavStyle,
    css`
      :host {
        max-inline-size: none;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--wa-space-s);
        margin-block-end: var(--wa-space-m);
      }
      .topics {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs);
        margin-block: var(--wa-space-m) var(--wa-space-s);
      }
      /* Today's pages, in a frame that says they are not of today. */
      .then {
        padding-inline-start: var(--wa-space-m);
        border-inline-start: 4px solid var(--wa-color-warning-border-normal);
      }
      pc-summary-page,
      pc-topic-page {
        padding: 0;
      }
      @media print {
        .then {
          border: 0;
          padding: 0;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare atMs: number | undefined;
  declare private past: ChartView | undefined;
  declare private topic: TopicName | 'summary';
  private openedAt: number | undefined;

  constructor() {
    super();
    this.topic = 'summary';
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('atMs') || changed.has('view')) void this.read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && this.past === undefined) void this.read();
  }

  override render() {
    return html`<pc-page-header within heading="The chart as of a date">
        ${
          this.past === undefined
            ? nothing
            : html`<wa-button slot="actions" size="s" appearance="outlined" @click=${() => print()}
                ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
              >`
        }
      </pc-page-header>
      ${renderPastNav(this.view, 'as-of')}
      <form class="no-print" autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
        <wa-input
          type="datetime-local"
          name="moment"
          label="As known on"
          autocomplete="off"
          .value=${localMoment(this.atMs)}
          .max=${localMoment(Date.now())}
          @change=${(event: Event) => this.go(typedValue(event))}
        ></wa-input>
      </form>
      ${this.past === undefined || this.atMs === undefined ? this.renderAsking() : this.renderPast(this.past, this.atMs)}`;
  }

  private renderAsking() {
    return this.atMs === undefined
      ? html`<p class="reading">
          Choose a day and time. The chart is then shown as it was known: what had been written by then, with what was
          not settled then. Nothing can be changed there.
        </p>`
      : html`<p role="status" class="quiet">Reading …</p>`;
  }

  private renderPast(past: ChartView, atMs: number) {
    const at = new Date(atMs).toISOString();
    const counts = countEntries(past.record);
    return html`<pc-callout tone="warning" icon="history">
        <strong>As known on ${timeInWords(at)}. Read only.</strong>
        By the clocks of those who wrote, and by what this device holds now. The name above is today’s.
        <wa-button
          slot="action"
          class="no-print"
          size="s"
          appearance="outlined"
          href=${momentAddress(this.view.chart.id, 'changes', atMs)}
          >What changed since</wa-button
        >
      </pc-callout>
      <div class="topics no-print" role="group" aria-label="Parts of the chart">
        ${this.renderTab('summary', 'Summary')}
        ${topics.map((topic) => {
          const entries = counts.get(topic.name) ?? 0;
          return entries === 0 ? nothing : this.renderTab(topic.name, `${topic.label} ${String(entries)}`);
        })}
      </div>
      <div class="then" @click=${(event: Event) => this.stayThere(event)}>
        ${
          this.topic === 'summary'
            ? html`<pc-summary-page .view=${past}></pc-summary-page>`
            : html`<pc-topic-page .view=${past} .topic=${this.topic}></pc-topic-page>`
        }
      </div>`;
  }

  private renderTab(topic: TopicName | 'summary', label: string) {
    const isHere = topic === this.topic;
    return html`<wa-button
      size="s"
      appearance=${isHere ? 'filled' : 'plain'}
      aria-pressed=${isHere ? 'true' : 'false'}
      @click=${() => (this.topic = topic)}
      >${label}</wa-button
    >`;
  }

  /** A link of today's pages to another part of the chart leads to that part as it was then. */
  private stayThere(event: Event): void {
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
    const route = link === undefined ? undefined : parseRoute(link.hash);
    if (route?.page !== 'chart' || route.chart !== this.view.chart.id) return;
    const topic =
      topics.find(({ name }) => name === route.topic)?.name ?? (route.topic === 'summary' ? 'summary' : undefined);
    if (topic === undefined) return;
    event.preventDefault();
    this.topic = topic;
  }

  private go(typed: string): void {
    const atMs = Date.parse(typed);
    if (!Number.isNaN(atMs)) location.hash = momentAddress(this.view.chart.id, 'as-of', Math.max(0, atMs));
  }

  private async read(): Promise<void> {
    const { view, atMs } = this;
    if (this.openedAt !== atMs) this.leave();
    if (atMs === undefined) return;
    const opened = await view.chart.asOf(atMs);
    if (view !== this.view || atMs !== this.atMs || !this.isConnected) {
      close(opened, view.chart);
      return;
    }
    this.leave();
    this.openedAt = atMs;
    this.past = { ...viewOf(view.session, opened), asOfMs: atMs };
  }

  private leave(): void {
    if (this.past !== undefined) close(this.past.chart, this.view.chart);
    this.past = undefined;
    this.openedAt = undefined;
  }
}

function close(past: OpenChart, now: OpenChart): void {
  if (past !== now) past.close();
}

/** As a date-time field writes it, where the reader is. */
function localMoment(atMs: number | undefined): string {
  if (atMs === undefined) return '';
  const date = new Date(atMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${localDay(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

customElements.define('pc-as-of-page', AsOfPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-as-of-page': AsOfPage;
  }
}
