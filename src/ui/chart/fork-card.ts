/**
 * `<pc-fork-card .view .fork .maySettle>`: two versions of the same work by one device (CUT-8): which one stands, and the choice of
 * another for whoever may make it. Says what it means without the words of the protocol.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { ForkBranch, ForkRow } from '../../app/charts/chart-acts.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import { count, timeInWords } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, sideBySide } from '../shell/styles.ts';
import { sectionWords, writeTrouble, type Trouble } from '../shell/words.ts';
import './aside-change.ts';
import type { ChartView } from './chart-view.ts';
import { settleQuestion } from './review-selection.ts';
import { personWords } from './review-words.ts';

export class ForkCard extends LitElement {
  static override properties = {
    view: { attribute: false },
    fork: { attribute: false },
    maySettle: { attribute: false },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    sideBySide,
    css`
      .stands {
        box-shadow: inset 0 0 0 1px var(--wa-color-brand-fill-loud);
      }
    `,
  ];

  declare view: ChartView;
  declare fork: ForkRow;
  declare maySettle: boolean;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;

  constructor() {
    super();
    this.saving = false;
  }

  override render() {
    const { section, branches, settled } = this.fork;
    const who = personWords(this.fork) || 'Somebody unknown';
    return html`<article class=${settled ? 'settled' : ''} aria-label=${`Two versions: ${who}`}>
      <div>
        <div class="title">
          <h3>${who}</h3>
          <pc-badge>${sectionWords[section]}</pc-badge>
          ${settled ? nothing : html`<pc-badge tone="warning" icon="alert">Not settled</pc-badge>`}
        </div>
        <p class="quiet">
          One device wrote two versions of the same work, each as if the other did not exist. That happens when a
          computer is set back to an earlier copy of itself, and it can be a sign of tampering: ask them.
          ${settled ? 'Somebody chose which one stands.' : 'Nobody has chosen yet; one of them stands by a fixed rule, the same one everywhere.'}
        </p>
      </div>
      <div class="sides">${branches.map((branch, index) => this.renderBranch(branch, index))}</div>
      <pc-trouble .words=${this.trouble}></pc-trouble>
    </article>`;
  }

  private renderBranch(branch: ForkBranch, index: number) {
    const aside = this.view.chart.setAside.filter(({ id, needs }) => id === branch.hash || needs.includes(branch.hash));
    const name = `Version ${String(index + 1)}`;
    return html`<div class="side ${branch.stands ? 'stands' : ''}">
      <div>
        <div class="row">
          <strong>${name}</strong>
          ${
            branch.stands
              ? html`<pc-badge tone="success" icon="check">Stands</pc-badge>`
              : html`<pc-badge icon="inbox">Set aside</pc-badge>`
          }
        </div>
        <p class="quiet">
          ${branch.at === undefined ? 'Time not known' : timeInWords(branch.at)}, ${count(branch.entries, 'change')}
        </p>
        ${branch.stands ? html`<p>This is what the chart shows now.</p>` : nothing}
        ${aside.map(({ preview }) => html`<pc-aside-change .view=${this.view} .preview=${preview}></pc-aside-change>`)}
      </div>
      ${
        branch.stands || !this.maySettle
          ? nothing
          : html`<wa-button
              size="s"
              appearance="outlined"
              ?loading=${this.saving}
              @click=${() => void this.settle(branch)}
              >Let ${name.toLowerCase()} stand …</wa-button
            >`
      }
    </div>`;
  }

  private async settle(branch: ForkBranch): Promise<void> {
    const { section, chain, seq, branches } = this.fork;
    const standing = branches.find(({ stands }) => stands);
    if (this.saving || !(await askToConfirm(settleQuestion(branch, standing)))) return;
    this.saving = true;
    const settled = await this.view.chart.settleFork(section, chain, seq, branch.hash);
    this.saving = false;
    this.trouble = settled.ok ? undefined : writeTrouble[settled.reason];
    if (settled.ok) say(this, 'Chosen. The other version is set aside.');
  }
}

customElements.define('pc-fork-card', ForkCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-fork-card': ForkCard;
  }
}
