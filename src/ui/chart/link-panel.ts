/**
 * `<pc-link-panel .view>`: the sharing page of a received chart: who keeps it, what of it came here, and which of one's own
 * charts is the same person's. Linking shows both side by side and copies nothing.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { chartSections } from '../../base/sections.ts';
import type { ChartSummary } from '../../app/session.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { typedValue } from '../shell/fields.ts';
import { dateInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { say } from '../shell/say.ts';
import { base, card, page } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import { peerName, sexInWords } from '../patients/words.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';
import './custody-offer.ts';
import './disclosure-record.ts';
import './held-by.ts';

const mostFound = 8;

export class LinkPanel extends LitElement {
  static override properties = { view: { attribute: false }, query: { state: true } };
  static override styles = [
    base,
    page,
    card,
    css`
      section + section,
      pc-custody-offer:not([hidden]) + section {
        margin-block-start: var(--wa-space-l);
      }
      wa-input {
        max-inline-size: 24rem;
      }
    `,
  ];

  declare view: ChartView;
  declare private query: string | undefined;

  override render() {
    const { session, chart } = this.view;
    const { custodian, access } = chart.summary;
    const keeper = peerName(session, custodian);
    const parts = chartSections.filter((section) => mustGetSection(this.view, section).state !== 'not-shared');
    return html`<pc-page-header within heading="Sharing"
        >${keeper} keeps this chart and decides who reads it.</pc-page-header
      >
      <pc-custody-offer .view=${this.view}></pc-custody-offer>
      <section class="card stack">
        <p>
          ${
            access === 'ended'
              ? `${keeper} has stopped sharing it with you. What was received until then stays readable here.`
              : `You may ${access === 'write' ? 'read and write' : 'read'}: ${parts.map((section) => sectionWords[section]).join(', ')}.`
          }
        </p>
      </section>
      <section class="stack">
        <h2>Your own chart of this person</h2>
        ${this.linked.length > 0 ? this.renderLinked() : this.renderSearch()}
      </section>
      <section><pc-held-by .held=${chart.held}></pc-held-by></section>
      <section><pc-disclosure-record .view=${this.view}></pc-disclosure-record></section>`;
  }

  private renderLinked() {
    const { session, chart } = this.view;
    return this.linked.map((own) => {
      const name = session.charts.find(({ id }) => id === own)?.name ?? 'a chart that is no longer here';
      return html`<div class="row">
        <span>Linked to your chart of <strong>${name}</strong>.</span>
        <wa-button size="s" variant="brand" href=${chartAddress(chart.id, 'compare', own)}>Read side by side</wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => void session.merges.undo(chart.id, own)}
          >They are not the same person</wa-button
        >
      </div>`;
    });
  }

  private get linked() {
    const { session, chart } = this.view;
    return session.merges.of(chart.id).filter((id) => id !== chart.id);
  }

  private renderSearch() {
    const { session, chart } = this.view;
    const query = this.query ?? chart.summary.name;
    const own = session
      .search(query)
      .map((id) => session.charts.find((candidate) => candidate.id === id))
      .filter((candidate) => candidate?.own === true)
      .slice(0, mostFound);
    const columns: readonly Column<ChartSummary>[] = [
      { label: 'Name', cell: (row) => row.name },
      {
        label: 'Birth date',
        cell: (row) =>
          `${dateInWords(row.birthDate)}${row.birthDate === chart.summary.birthDate ? ' (the same)' : ' (differs)'}`,
      },
      { label: 'Sex', cell: (row) => sexInWords(row.sex) },
      { label: 'Identifier', cell: (row) => row.identifier ?? '' },
      {
        label: '',
        cell: (row) =>
          html`<wa-button size="s" appearance="outlined" @click=${() => void this.link(row)}>Same person</wa-button>`,
      },
    ];
    return html`<p class="quiet">
        Linking shows the two charts side by side. Nothing is copied from one to the other, and the other practice does
        not see your chart.
      </p>
      <form autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
        <wa-input
          type="search"
          label="Find your chart of this person"
          autocomplete="off"
          .value=${query}
          @input=${(event: Event) => (this.query = typedValue(event))}
        ></wa-input>
      </form>
      ${
        own.length === 0
          ? html`<p role="status">
              No chart of your own fits. <a href="#/patients/new">Register the patient</a> first.
            </p>`
          : html`<pc-data-table
              caption="Your charts"
              .columns=${columns}
              .rows=${own}
              .keyOf=${(row: ChartSummary) => row.id}
            ></pc-data-table>`
      } `;
  }

  private async link(own: ChartSummary): Promise<void> {
    await this.view.session.merges.merge(own.id, this.view.chart.id);
    say(this, `Linked to your chart of ${own.name}.`);
  }
}

customElements.define('pc-link-panel', LinkPanel);
declare global {
  interface HTMLElementTagNameMap {
    'pc-link-panel': LinkPanel;
  }
}
