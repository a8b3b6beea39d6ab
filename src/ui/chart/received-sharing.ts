/**
 * `<pc-received-sharing .view>`: the sharing page of a received chart: who keeps it, what of it came here, and the way to one's own
 * chart of the same person.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { chartSections } from '../../base/sections.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { base, card, page } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import { peerName } from '../patients/words.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';
import './custody-offer.ts';
import './disclosure-record.ts';
import './held-by.ts';

export class ReceivedSharing extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    page,
    card,
    css`
      section + section,
      pc-custody-offer:not([hidden]) + section {
        margin-block-start: var(--wa-space-l);
      }
    `,
  ];

  declare view: ChartView;

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
      ${
        session.merges.of(chart.id).length > 1 || session.practice.role === 'viewer'
          ? nothing
          : html`<section class="stack">
              <h2>Your own chart of this person</h2>
              <p class="quiet">
                Merging reads the two charts as one. Nothing is copied from one to the other, and the other practice
                does not see your chart.
              </p>
              <div>
                <wa-button size="s" appearance="outlined" href=${chartAddress(chart.id, 'merge')}
                  >Merge with your own chart</wa-button
                >
              </div>
            </section>`
      }
      <section><pc-held-by .held=${chart.held}></pc-held-by></section>
      <section><pc-disclosure-record .view=${this.view}></pc-disclosure-record></section>`;
  }
}

customElements.define('pc-received-sharing', ReceivedSharing);
declare global {
  interface HTMLElementTagNameMap {
    'pc-received-sharing': ReceivedSharing;
  }
}
