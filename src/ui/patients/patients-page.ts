/**
 * `<pc-patients-page .session>`: every chart this practice holds, found as one types. The pattern of a page.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { ChartId } from '../../base/ids.ts';
import type { ChartSummary, Session } from '../../app/session.ts';
import '../shell/empty-state.ts';
import { count } from '../shell/format.ts';
import { typedValue } from '../shell/fields.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { writesWholeCharts } from '../shell/roles.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import './patient-list.ts';
import { recentlyOpened } from './recent.ts';

/** What was searched, so that Back from a chart returns to it; gone with the session. */
const lastQueries = new WeakMap<Session, string>();

export class PatientsPage extends LitElement {
  static override properties = { session: { attribute: false }, query: { state: true } };
  static override styles = [
    base,
    page,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: var(--wa-space-s);
        block-size: 100%;
      }
      pc-patient-list {
        flex: 1;
        min-block-size: 10rem;
      }
      wa-input {
        max-inline-size: 28rem;
      }
      .recent {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs) var(--wa-space-m);
        font-size: var(--wa-font-size-s);
      }
      pc-page-header {
        margin-block-end: calc(-1 * var(--wa-space-xs));
      }
    `,
  ];

  declare session: Session;
  declare private query: string;
  private chartsById: ReadonlyMap<ChartId, ChartSummary> = new Map();
  private mappedFrom: readonly ChartSummary[] | undefined;

  constructor() {
    super();
    this.query = '';
    new Watch(this, () => this.session);
    new Keys(this, [
      { keys: '/', label: 'Search patients', run: () => this.renderRoot.querySelector('wa-input')?.focus() },
      { keys: 'n', label: 'Register a patient', run: () => this.register() },
    ]);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('session')) this.query = lastQueries.get(this.session) ?? '';
    const { patients } = this.session;
    if (this.mappedFrom !== patients) {
      this.mappedFrom = patients;
      this.chartsById = new Map(patients.map((chart) => [chart.id, chart]));
    }
  }

  override render() {
    const all = this.session.patients.length;
    return html`<pc-page-header heading="Patients">
        ${all === 0 ? nothing : count(all, 'patient')} ${this.mayBegin ? this.renderActions() : nothing}
      </pc-page-header>
      ${all === 0 ? this.renderEmpty() : this.renderList()}`;
  }

  /** Every role but one that only reads may begin a chart. */
  private get mayBegin(): boolean {
    return this.session.practice.role !== 'viewer';
  }

  private renderActions() {
    return html`${
        writesWholeCharts(this.session.practice.role)
          ? html`<wa-button slot="actions" appearance="outlined" href="#/import"
              ><wa-icon slot="start" name="upload"></wa-icon>Import</wa-button
            >`
          : nothing
      }
      <wa-button slot="actions" variant="brand" href="#/patients/new"
        ><wa-icon slot="start" name="plus"></wa-icon>Register a patient</wa-button
      >`;
  }

  private renderEmpty() {
    return html`<pc-empty-state icon="patients" heading="No patients yet">
      Charts of this practice appear here, and charts that other practices share with you.
      ${
        this.mayBegin
          ? html`<span slot="action" class="row">
              ${
                writesWholeCharts(this.session.practice.role)
                  ? html`<wa-button variant="brand" href="#/import">Import patients from files</wa-button>`
                  : nothing
              }
              <wa-button appearance="outlined" href="#/patients/new">Register a patient</wa-button>
            </span>`
          : nothing
      }
    </pc-empty-state>`;
  }

  private renderList() {
    const found = this.session.search(this.query).flatMap((id) => this.chartsById.get(id) ?? []);
    return html`<search>
        <form autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
          <wa-input
            type="search"
            label="Search by name, birth date or identifier"
            autocomplete="off"
            with-clear
            .value=${this.query}
            @input=${(event: Event) => this.search(typedValue(event))}
            @keydown=${(event: KeyboardEvent) => this.leaveSearch(event, found[0])}
            ><wa-icon slot="start" name="magnifying-glass"></wa-icon
          ></wa-input>
        </form>
        <span class="only-heard" role="status"
          >${this.query === '' ? '' : `${count(found.length, 'patient')} found`}</span
        >
      </search>
      ${this.query === '' ? this.renderRecent() : nothing}
      ${
        found.length === 0
          ? html`<pc-empty-state icon="magnifying-glass" heading="Nobody found">
              No name, birth date or identifier has “${this.query}” in it. Try fewer letters, or a birth date as
              5.3.1970 or 1970-03-05.
              <wa-button slot="action" appearance="outlined" @click=${() => this.search('')}
                >Show all patients</wa-button
              >
            </pc-empty-state>`
          : html`<pc-patient-list
              .session=${this.session}
              .charts=${found}
              @pc-leave-list=${() => this.renderRoot.querySelector('wa-input')?.focus()}
            ></pc-patient-list>`
      }`;
  }

  private renderRecent() {
    const recent = recentlyOpened(this.session).flatMap((id) => this.chartsById.get(id) ?? []);
    if (recent.length === 0) return nothing;
    return html`<nav class="recent" aria-label="Recent patients">
      <span class="quiet">Recent</span>
      ${recent.map(({ id, name }) => html`<a href=${chartAddress(id)}>${name === '' ? 'No name recorded' : name}</a>`)}
    </nav>`;
  }

  private register(): void {
    if (this.mayBegin) location.hash = '#/patients/new';
  }

  private search(query: string): void {
    this.query = query;
    lastQueries.set(this.session, query);
  }

  private leaveSearch(event: KeyboardEvent, first: ChartSummary | undefined): void {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.renderRoot.querySelector('pc-patient-list')?.focusFirst();
    }
    if (event.key === 'Enter' && this.query !== '' && first !== undefined) location.hash = chartAddress(first.id);
    if (event.key === 'Escape') this.search('');
  }
}

customElements.define('pc-patients-page', PatientsPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-patients-page': PatientsPage;
  }
}
