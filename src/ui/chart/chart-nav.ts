/** `<pc-chart-nav .view .topic>`: the topics of the chart with how many entries each has, and what needs eyes. */
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { countingEntries, type TopicCounts } from '../../clinical/views/counts.ts';
import { chartAddress, type ChartTopic } from '../shell/route.ts';
import { base } from '../shell/styles.ts';
import { mustGetSection, unsettledCount, type ChartView } from './chart-view.ts';
import { topics } from './topics.ts';

/** Counting goes through the whole chart: a key that is pressed meanwhile comes first. */
const turnMs = 8;

export class ChartNav extends LitElement {
  static override properties = { view: { attribute: false }, topic: { attribute: false }, counts: { state: true } };
  static override styles = [
    base,
    css`
      nav {
        overflow-x: auto;
        padding-inline: var(--wa-space-s);
        background: var(--wa-color-surface-default);
        border-block-end: 1px solid var(--wa-color-surface-border);
        scrollbar-width: thin;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
      }
      a {
        display: block;
        padding: 6px 0.4rem;
        border-block-end: 2px solid transparent;
        color: var(--wa-color-text-quiet);
        text-decoration: none;
        white-space: nowrap;
        font-size: var(--wa-font-size-xs);
      }
      a:hover {
        color: var(--wa-color-text-normal);
      }
      a:focus-visible {
        outline-offset: -2px;
      }
      a[aria-current] {
        color: var(--wa-color-text-normal);
        border-color: var(--wa-color-brand-fill-loud);
        font-weight: var(--wa-font-weight-bold);
      }
      .look {
        color: var(--wa-color-warning-on-quiet);
        font-weight: var(--wa-font-weight-bold);
      }
      @media (max-width: 40rem) {
        ul {
          flex-wrap: nowrap;
        }
        a {
          padding: var(--wa-space-xs);
          font-size: var(--wa-font-size-s);
        }
      }
      /* Numbers come after the page is drawn. Until then there is room for what they come to: some have two digits, some none. */
      .to-come .count {
        display: inline-block;
        min-inline-size: 1.3ch;
      }
      .count {
        font-size: var(--wa-font-size-xs);
        font-weight: var(--wa-font-weight-normal);
      }
    `,
  ];

  declare view: ChartView;
  declare topic: ChartTopic;
  /** Of the chart as it was when it was last counted. */
  declare private counts: TopicCounts;

  constructor() {
    super();
    this.counts = new Map();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('view') as ChartView | undefined;
    if (before !== undefined && before.chart.id !== this.view.chart.id) this.counts = new Map();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    // Of a part of the chart there is no count.
    if (changed.has('view') && this.view.chart.unread.length === 0) void this.count(this.view);
    // A new bar begins with the summary in sight: to ask would lay the page out before it is whole.
    const isThere = this.topic === 'summary' && changed.get('topic') === undefined;
    const isCounted = changed.has('counts') && this.counts.size > 0 && this.topic !== 'summary';
    if ((changed.has('topic') && !isThere) || isCounted)
      this.renderRoot.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** After the page is drawn: what is shown first needs a part of the chart, the numbers all of it. */
  private async count({ record }: ChartView): Promise<void> {
    const counting = countingEntries(record);
    for (let turnEnds = 0; ;) {
      if (performance.now() >= turnEnds) {
        await new Promise((resume) => setTimeout(resume));
        if (this.view.record !== record) return;
        turnEnds = performance.now() + turnMs;
      }
      const step = counting.next();
      if (step.done !== true) continue;
      this.counts = step.value;
      return;
    }
  }

  override render() {
    const { chart } = this.view;
    const unsettled = unsettledCount(this.view);
    const { setAside } = chart.summary;
    // What is hidden or has two versions is found there too.
    const hasAside = setAside > 0 || chart.setAside.length > 0 || chart.forks.length > 0;
    return html`<nav aria-label="Chart">
      <ul class=${this.counts.size === 0 ? 'to-come' : ''}>
        ${this.renderLink('summary', 'Summary')}
        ${unsettled > 0 ? this.renderLink('conflicts', html`<span class="look">To settle ${unsettled}</span>`) : nothing}
        ${topics.map((topic) => {
          const hidden = mustGetSection(this.view, topic.section).state === 'not-shared';
          const entries = this.counts.get(topic.name) ?? 0;
          const counted =
            entries > 0 ? entries : hidden ? html`<wa-icon name="lock" label="not shared"></wa-icon>` : '';
          return this.renderLink(topic.name, html`${topic.label} <span class="count">${counted}</span>`);
        })}
        ${
          hasAside
            ? this.renderLink('set-aside', html`<span class=${setAside > 0 ? 'look' : ''}>Set aside</span>`)
            : nothing
        }
        ${this.renderLink('sharing', 'Sharing')} ${this.renderLink('changes', 'Changes')}
      </ul>
    </nav>`;
  }

  private renderLink(topic: ChartTopic, label: TemplateResult | string) {
    return html`<li>
      <a
        href=${chartAddress(this.view.chart.id, topic)}
        aria-current=${topic === this.topic || (topic === 'changes' && isOfThePast(this.topic)) ? 'page' : nothing}
        >${label}</a
      >
    </li>`;
  }
}

/** Pages that are found from the changes. */
function isOfThePast(topic: ChartTopic): boolean {
  return topic === 'as-of' || topic === 'access';
}

customElements.define('pc-chart-nav', ChartNav);
declare global {
  interface HTMLElementTagNameMap {
    'pc-chart-nav': ChartNav;
  }
}
