/**
 * `<pc-audit-page .session>`: the audit log, a month at a time: who did what, when, where, on whose chart. Filtered by person,
 * kind, patient and day; exported, printed, and looked through whole for what is missing. An administrator reads all of it,
 * everybody else what was done at the own device.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import type { AuditCheck, AuditEvent, AuditMonth } from '../../app/audit/audit-acts.ts';
import type { Session } from '../../app/session.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { choiceField, textField } from '../shell/fields.ts';
import { count, groupDigits, timeInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import '../shell/progress.ts';
import { chartAddress } from '../shell/route.ts';
import { saveFile } from '../shell/save-file.ts';
import { base, page } from '../shell/styles.ts';
import './completeness.ts';
import { doubtsOf } from './completeness.ts';
import { everything, filtered, isFiltered, type AuditFilter } from './filter.ts';
import { clockWords, detailsOf, kindGroups, kindWords, monthInWords, roleInWords } from './words.ts';

/** A month has thousands: so many are drawn, and as many more when asked for. */
const rowsAtOnce = 200;

interface Checking {
  readonly done: number;
  readonly total: number;
  readonly abort: AbortController;
}

export class AuditPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    months: { state: true },
    month: { state: true },
    filter: { state: true },
    shown: { state: true },
    checking: { state: true },
    checked: { state: true },
  };
  static override styles = [
    base,
    page,
    css`
      :host {
        max-inline-size: none;
      }
      .filters {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr));
        gap: var(--wa-space-s);
        align-items: end;
        margin-block: var(--wa-space-m);
      }
      .whole {
        margin-block-end: var(--wa-space-m);
      }
      .found {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs);
        min-block-size: 2rem;
        margin-block-end: var(--wa-space-2xs);
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      .more {
        margin-block-start: var(--wa-space-s);
      }
      @media print {
        .filters,
        .whole,
        .more {
          display: none;
        }
      }
    `,
  ];

  declare session: Session;
  declare private months: readonly string[] | undefined;
  declare private month: AuditMonth | undefined;
  declare private filter: AuditFilter;
  declare private shown: number;
  declare private checking: Checking | undefined;
  declare private checked: AuditCheck | undefined;
  private names: ReadonlyMap<string, string> = new Map();

  constructor() {
    super();
    this.filter = everything;
    this.shown = rowsAtOnce;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('session')) void this.read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.checking?.abort.abort();
  }

  override render() {
    const { month } = this;
    const events = month === undefined ? [] : filtered(month.events, this.filter, (chart) => this.nameOf(chart));
    return html`<pc-page-header heading="Audit log">
        ${
          this.session.audit.readsAll
            ? 'Who did what at which device. Each device signs its own events; nobody can change or remove them unnoticed.'
            : 'What was done at this device by you. An administrator reads the whole log.'
        }
        <a slot="back" href="#/settings">Settings</a>
        <wa-button slot="actions" appearance="outlined" @click=${() => print()}
          ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
        >
        <wa-button
          slot="actions"
          appearance="outlined"
          ?disabled=${events.length === 0}
          @click=${() => this.save(events, 'csv')}
          ><wa-icon slot="start" name="download"></wa-icon>Export CSV</wa-button
        >
        <wa-button
          slot="actions"
          appearance="outlined"
          ?disabled=${events.length === 0}
          @click=${() => this.save(events, 'fhir')}
          ><wa-icon slot="start" name="download"></wa-icon>Export FHIR</wa-button
        >
      </pc-page-header>
      ${
        month === undefined
          ? html`<p role="status"><wa-spinner></wa-spinner> Reading the log …</p>`
          : html`${this.renderFilters(month)} ${this.session.audit.readsAll ? this.renderWhole(month) : nothing}
            ${this.renderEvents(month, events)}`
      }`;
  }

  private renderFilters(month: AuditMonth) {
    const people = new Map(month.events.map(({ by, personName, deviceName }) => [by, `${personName}, ${deviceName}`]));
    const months = [...new Set([...(this.months ?? []), month.month])];
    const set = (change: Partial<AuditFilter>): void => {
      this.filter = { ...this.filter, ...change };
      this.shown = rowsAtOnce;
    };
    return html`<form class="filters no-print" autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
      ${choiceField({
        name: 'month',
        label: 'Month',
        value: month.month,
        choices: months.map((value) => ({ value, label: monthInWords(value) })),
        onChoose: (value) => void this.read(value),
      })}
      ${choiceField({
        name: 'person',
        label: 'Person and device',
        value: this.filter.by,
        choices: [{ value: '', label: 'Everybody' }, ...[...people].map(([value, label]) => ({ value, label }))],
        onChoose: (by) => set({ by }),
      })}
      ${choiceField({
        name: 'kind',
        label: 'What was done',
        value: this.filter.group,
        choices: [{ value: '', label: 'Everything' }, ...kindGroups.map(({ name, label }) => ({ value: name, label }))],
        onChoose: (value) => set({ group: kindGroups.find(({ name }) => name === value)?.name ?? '' }),
      })}
      ${textField({ name: 'patient', label: 'Patient', value: this.filter.patient, onInput: (patient) => set({ patient }) })}
      ${textField({ name: 'from', label: 'From', type: 'date', value: this.filter.from, onInput: (from) => set({ from }) })}
      ${textField({ name: 'to', label: 'To', type: 'date', value: this.filter.to, onInput: (to) => set({ to }) })}
    </form>`;
  }

  private renderWhole({ devices }: AuditMonth) {
    const { checking, checked } = this;
    const log = checked?.devices ?? devices;
    const doubtful = log.filter((device) => doubtsOf(device).length > 0).length;
    const summary =
      doubtful === 0
        ? `Whole: of ${count(log.length, 'device')} no event is missing${checked === undefined ? ' in this month' : ''}`
        : `Of ${count(doubtful, 'device')} something is missing or cannot be read`;
    return html`<wa-details class="whole no-print" summary=${summary} ?open=${doubtful > 0}>
      <pc-audit-completeness .devices=${log}></pc-audit-completeness>
      ${
        checking === undefined
          ? html`<p class="row more">
              <wa-button size="s" appearance="outlined" @click=${() => void this.check()}
                >Look through the whole log</wa-button
              >
              ${
                checked === undefined
                  ? nothing
                  : html`<span class="quiet" role="status"
                      >${count(checked.events, 'event')} in ${count(checked.months, 'month')} looked through.</span
                    >`
              }
            </p>`
          : html`<pc-progress
              label="Looking through the log"
              unit="months"
              .done=${checking.done}
              .total=${checking.total}
              @pc-cancel=${() => checking.abort.abort()}
            ></pc-progress>`
      }
    </wa-details>`;
  }

  private renderEvents(month: AuditMonth, events: readonly AuditEvent[]) {
    if (month.events.length === 0)
      return html`<pc-empty-state icon="history" heading="Nothing yet">
        What is done from now on is written down here.
      </pc-empty-state>`;
    const rows = events.slice(0, this.shown);
    return html`<p class="found" role="status">
        <strong>${monthInWords(month.month)}:</strong> ${groupDigits(events.length)}
        ${isFiltered(this.filter) ? `of ${count(month.events.length, 'event')}` : events.length === 1 ? 'event' : 'events'}
        ${
          isFiltered(this.filter)
            ? html`<wa-button class="no-print" size="s" appearance="plain" @click=${() => (this.filter = everything)}
                >Show all</wa-button
              >`
            : nothing
        }
      </p>
      ${
        rows.length === 0
          ? html`<pc-empty-state compact icon="magnifying-glass" heading="No such event in this month">
              Try another month, or fewer filters.
            </pc-empty-state>`
          : html`<pc-data-table
              caption="Events"
              .columns=${this.columns}
              .rows=${rows}
              .keyOf=${(event: AuditEvent) => event.id}
              .noteOf=${(event: AuditEvent) =>
                event.clock === undefined
                  ? nothing
                  : html`<pc-badge tone="warning" icon="history" title=${clockWords[event.clock]}>Clock off</pc-badge>`}
            ></pc-data-table>`
      }
      ${
        events.length > rows.length
          ? html`<p class="only-print">
                These are ${groupDigits(rows.length)} of ${groupDigits(events.length)}. An export has all of them.
              </p>
              <wa-button class="more" appearance="outlined" @click=${() => (this.shown += rowsAtOnce)}
                >Show ${groupDigits(Math.min(rowsAtOnce, events.length - rows.length))} more</wa-button
              >`
          : nothing
      }`;
  }

  private get columns(): readonly Column<AuditEvent>[] {
    return [
      { label: 'When', tight: true, cell: ({ at }) => html`<time datetime=${at}>${timeInWords(at)}</time>` },
      {
        label: 'Who',
        cell: ({ personName, role }) => html`${personName} <span class="quiet">${roleInWords(role)}</span>`,
      },
      { label: 'What', roomy: true, cell: ({ kind }) => kindWords[kind] },
      {
        label: 'Patient',
        cell: ({ chart }) =>
          chart === undefined ? '' : html`<a href=${chartAddress(chart)}>${this.nameOf(chart)}</a>`,
      },
      { label: 'Details', roomy: true, cell: (event) => detailsOf(event, this.session) },
      {
        label: 'Device',
        wideOnly: true,
        cell: ({ deviceName, number, onlyHere }) =>
          html`<span class="quiet"
            >${deviceName}, no. ${groupDigits(number)}${onlyHere ? ', not handed on yet' : ''}</span
          >`,
      },
    ];
  }

  private nameOf(chart: string): string {
    return this.names.get(chart) ?? 'A chart not here';
  }

  private async read(wanted?: string): Promise<void> {
    const { session } = this;
    this.names = new Map(session.charts.map(({ id, name }) => [id, name === '' ? 'Without a name' : name]));
    const months = await session.audit.months();
    const month = await session.audit.month(wanted ?? months[0] ?? new Date().toISOString().slice(0, 7));
    if (session !== this.session) return;
    this.months = months;
    this.month = month;
    this.shown = rowsAtOnce;
  }

  private async check(): Promise<void> {
    const abort = new AbortController();
    const progress = (done: number, total: number): void => {
      this.checking = { done, total, abort };
    };
    progress(0, 1);
    const checked = await this.session.audit.check(progress, abort.signal);
    this.checking = undefined;
    if (checked.ok) this.checked = checked.value;
  }

  private save(events: readonly AuditEvent[], form: 'csv' | 'fhir'): void {
    const { fileName, type, text } = this.session.audit.asFile(events, form);
    saveFile(fileName, new Blob([text], { type }));
  }
}

customElements.define('pc-audit-page', AuditPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-audit-page': AuditPage;
  }
}
