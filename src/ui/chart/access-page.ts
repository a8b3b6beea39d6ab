/**
 * `<pc-access-page .view>`: who opened, changed, printed or took out this chart, from the audit log, month by month back. An
 * administrator sees everybody of this practice, everybody else what was done at the own device.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AuditEvent } from '../../app/audit/audit-acts.ts';
import { detailsOf, kindWords, monthInWords, roleInWords } from '../audit/words.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { timeInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { saveFile } from '../shell/save-file.ts';
import { base, page } from '../shell/styles.ts';
import type { ChartView } from './chart-view.ts';
import { pastNavStyle, renderPastNav } from './past-nav.ts';

export class AccessPage extends LitElement {
  static override properties = { view: { attribute: false }, events: { state: true }, left: { state: true } };
  static override styles = [
    base,
    page,
    pastNavStyle,
    css`
      :host {
        max-inline-size: none;
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      .more {
        margin-block-start: var(--wa-space-s);
      }
    `,
  ];

  declare view: ChartView;
  declare private events: readonly AuditEvent[] | undefined;
  /** Months that were not looked through yet, newest first. */
  declare private left: readonly string[];
  private readFor: string | undefined;

  constructor() {
    super();
    this.left = [];
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('view') && this.readFor !== this.view.chart.id) void this.start();
  }

  override render() {
    const { events, view } = this;
    const { audit } = view.session;
    const next = this.left[0];
    return html`<pc-page-header within heading="Who opened this chart">
        <wa-button slot="actions" size="s" appearance="outlined" @click=${() => print()}
          ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
        >
        <wa-button
          slot="actions"
          size="s"
          appearance="outlined"
          ?disabled=${(events ?? []).length === 0}
          @click=${() => this.save(events ?? [])}
          ><wa-icon slot="start" name="download"></wa-icon>Export</wa-button
        >
      </pc-page-header>
      ${renderPastNav(view, 'access')}
      ${
        audit.readsAll
          ? nothing
          : html`<pc-callout tone="neutral">
              What was done at this device. An administrator sees what everybody of the practice did.
            </pc-callout>`
      }
      ${
        events === undefined
          ? html`<p role="status" class="quiet">Reading the log …</p>`
          : events.length === 0
            ? html`<pc-empty-state compact icon="history" heading="Nobody, as far as the log was looked through">
                Whoever opens, changes, prints or exports this chart stands here from then on.
              </pc-empty-state>`
            : html`<pc-data-table
                caption="Who opened this chart"
                .columns=${this.columns}
                .rows=${events}
                .keyOf=${(event: AuditEvent) => event.id}
              ></pc-data-table>`
      }
      ${
        next === undefined
          ? nothing
          : html`<wa-button class="more no-print" appearance="outlined" @click=${() => void this.readNext()}
              >Look through ${monthInWords(next)}</wa-button
            >`
      }`;
  }

  private get columns(): readonly Column<AuditEvent>[] {
    return [
      { label: 'When', tight: true, cell: ({ at }) => html`<time datetime=${at}>${timeInWords(at)}</time>` },
      {
        label: 'Who',
        cell: ({ personName, role }) => html`${personName} <span class="quiet">${roleInWords(role)}</span>`,
      },
      { label: 'What', cell: ({ kind }) => kindWords[kind] },
      { label: 'Details', roomy: true, cell: (event) => detailsOf(event, this.view.session) },
      { label: 'Device', wideOnly: true, cell: ({ deviceName }) => html`<span class="quiet">${deviceName}</span>` },
    ];
  }

  private async start(): Promise<void> {
    this.readFor = this.view.chart.id;
    this.events = undefined;
    this.left = await this.view.session.audit.months();
    await this.readNext();
  }

  private async readNext(): Promise<void> {
    const { view } = this;
    const [month, ...left] = this.left;
    const charts: ReadonlySet<string> = new Set([
      view.chart.id,
      ...(view.chart.merged?.parts ?? []).map(({ id }) => id),
    ]);
    const read = month === undefined ? [] : (await view.session.audit.month(month)).events;
    if (view.chart.id !== this.view.chart.id) return;
    const own = read.filter(({ chart, other }) => [chart, other].some((id) => id !== undefined && charts.has(id)));
    this.events = [...(this.events ?? []), ...own];
    this.left = left;
  }

  private save(events: readonly AuditEvent[]): void {
    const { fileName, type, text } = this.view.session.audit.asFile(events, 'csv');
    saveFile(fileName, new Blob([text], { type }));
  }
}

customElements.define('pc-access-page', AccessPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-access-page': AccessPage;
  }
}
