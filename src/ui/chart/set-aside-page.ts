/**
 * `<pc-set-aside-page .view>`: what was written for this chart and is in none, and what it would change (CUT-4). An administrator
 * of the practice that keeps the chart admits it; anyone puts out of sight here what need not be looked at again.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { EntryHash } from '../../base/ids.ts';
import type { SetAsideRow } from '../../app/charts/chart-acts.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import '../shell/empty-state.ts';
import { count } from '../shell/format.ts';
import '../shell/page-header.ts';
import { say } from '../shell/say.ts';
import { base, page } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { peerName } from '../patients/words.ts';
import './aside-group.ts';
import { mayDecide, type ChartView } from './chart-view.ts';
import './fork-card.ts';
import { admitQuestion, chosenOf, entriesOf, groupsOf } from './review-selection.ts';

export class SetAsidePage extends LitElement {
  static override properties = {
    view: { attribute: false },
    ids: { state: true },
    showHidden: { state: true },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    page,
    css`
      :host {
        max-inline-size: 64rem;
      }
      section + section,
      pc-callout + section {
        margin-block-start: var(--wa-space-l);
      }
      .groups {
        display: grid;
        gap: var(--wa-space-s);
        margin-block-start: var(--wa-space-xs);
      }
      .bar {
        position: sticky;
        inset-block-end: 0;
        margin-block-start: var(--wa-space-m);
        padding-block: var(--wa-space-s);
        background: var(--wa-color-surface-lowered);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      .hidden {
        margin-block-start: var(--wa-space-l);
      }
    `,
  ];

  declare view: ChartView;
  declare private ids: ReadonlySet<EntryHash>;
  declare private showHidden: boolean;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;

  constructor() {
    super();
    this.ids = new Set();
    this.showHidden = false;
    this.saving = false;
    this.addEventListener('pc-choose', ({ detail }) => {
      const next = new Set(this.ids);
      for (const id of detail.ids) {
        if (detail.on) next.add(id);
        else next.delete(id);
      }
      this.ids = next;
    });
  }

  override render() {
    const { setAside, forks } = this.view.chart;
    const inSight = setAside.filter(({ hidden }) => !hidden);
    const hidden = setAside.filter((row) => row.hidden);
    // Of two versions one stands: that is chosen below, not admitted beside it.
    const apart = inSight.filter(({ reason }) => reason !== 'fork');
    // What a removed device wrote is settled by who removed it, without anybody looking at it here.
    const isOpen = (row: SetAsideRow): boolean => row.canBeAdmitted && row.reason !== 'waits-for-close';
    const open = apart.filter(isOpen);
    const waiting = apart.filter((row) => !isOpen(row));
    return html`<pc-page-header within heading="Set aside for review"
        >Written for this chart, kept out of it until someone decides.</pc-page-header
      >
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${
        inSight.length === 0 && forks.length === 0
          ? html`<pc-empty-state icon="check" heading="Nothing waits for review"
              >What another practice writes after you stopped sharing with it appears here, and what a removed device
              wrote.</pc-empty-state
            >`
          : nothing
      }
      ${open.length === 0 ? nothing : this.renderOpen(open)}
      ${
        forks.length === 0
          ? nothing
          : html`<section>
              <h3>Two versions of the same work</h3>
              <div class="groups">
                ${forks.map(
                  (fork) =>
                    html`<pc-fork-card
                      .view=${this.view}
                      .fork=${fork}
                      .maySettle=${mayDecide(this.view)}
                    ></pc-fork-card>`,
                )}
              </div>
            </section>`
      }
      ${waiting.length === 0 ? nothing : this.renderGroups('Has to wait', waiting, false)}
      ${hidden.length === 0 ? nothing : this.renderHidden(hidden)} ${this.renderBar(open)}`;
  }

  private renderOpen(open: readonly SetAsideRow[]) {
    const { session, chart } = this.view;
    return html`${
      mayDecide(this.view)
        ? nothing
        : html`<pc-callout tone="info"
            >${
              chart.summary.own
                ? 'An administrator of your practice decides what of this counts.'
                : `${peerName(session, chart.summary.custodian)} keeps this chart and decides what of this counts.`
            }</pc-callout
          >`
    }
    ${this.renderGroups('To decide', open, true)}`;
  }

  private renderGroups(heading: string, rows: readonly SetAsideRow[], canChoose: boolean) {
    const along = new Set(chosenOf(this.view.chart.setAside, this.ids).along.map(({ id }) => id));
    return html`<section>
      <h3>${heading} <span class="quiet">${count(entriesOf(rows), 'change')}</span></h3>
      <div class="groups">
        ${groupsOf(rows).map(
          (group) =>
            html`<pc-aside-group
              .view=${this.view}
              .rows=${group}
              .chosen=${this.ids}
              .along=${along}
              .canChoose=${canChoose}
            ></pc-aside-group>`,
        )}
      </div>
    </section>`;
  }

  private renderHidden(hidden: readonly SetAsideRow[]) {
    return html`<div class="hidden no-print">
        <wa-button
          size="s"
          appearance="plain"
          aria-expanded=${this.showHidden ? 'true' : 'false'}
          @click=${() => (this.showHidden = !this.showHidden)}
          >${this.showHidden ? 'Put the hidden ones away' : `Show ${count(entriesOf(hidden), 'hidden change')}`}</wa-button
        >
      </div>
      ${this.showHidden ? this.renderGroups('Hidden on this device', hidden, false) : nothing}`;
  }

  private renderBar(open: readonly SetAsideRow[]) {
    const { chosen, along } = this.chosen(open);
    if (chosen.length === 0) return nothing;
    return html`<div class="row bar no-print">
      ${
        mayDecide(this.view)
          ? html`<wa-button variant="brand" ?loading=${this.saving} @click=${() => void this.admit(open)}
              >Admit …</wa-button
            >`
          : nothing
      }
      <wa-button appearance="outlined" ?disabled=${this.saving} @click=${() => void this.hide(open)}
        >Hide here</wa-button
      >
      <span class="quiet" role="status"
        >${count(entriesOf(chosen), 'change')}
        chosen${along.length === 0 ? '' : `; ${count(entriesOf(along), 'more comes', 'more come')} along`}</span
      >
    </div>`;
  }

  /** What is chosen of the rows that are still there: meanwhile some may have been decided elsewhere. */
  private chosen(open: readonly SetAsideRow[]) {
    const ids = new Set(open.map(({ id }) => id).filter((id) => this.ids.has(id)));
    return chosenOf(this.view.chart.setAside, ids);
  }

  private async admit(open: readonly SetAsideRow[]): Promise<void> {
    const chosen = this.chosen(open);
    if (this.saving || !(await askToConfirm(admitQuestion(chosen)))) return;
    const ids = [...chosen.chosen, ...chosen.along].map(({ id }) => id);
    this.saving = true;
    const admitted = await this.view.chart.admit(ids);
    this.saving = false;
    this.trouble = admitted.ok ? undefined : writeTrouble[admitted.reason];
    if (!admitted.ok) return;
    this.ids = new Set();
    say(this, `Admitted. ${count(ids.length, 'act')} now ${ids.length === 1 ? 'counts' : 'count'} in this chart.`);
    this.focusHeading();
  }

  private async hide(open: readonly SetAsideRow[]): Promise<void> {
    const ids = this.chosen(open).chosen.map(({ id }) => id);
    const { chart } = this.view;
    const hidden = await chart.hide(ids);
    this.trouble = hidden.ok ? undefined : writeTrouble[hidden.reason];
    if (!hidden.ok) return;
    this.ids = new Set();
    say(this, 'Out of sight on this device.', () => void chart.unhide(ids));
    this.focusHeading();
  }

  /** The button that had the focus is gone. */
  private focusHeading(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('pc-page-header')?.focus());
  }
}

customElements.define('pc-set-aside-page', SetAsidePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-set-aside-page': SetAsidePage;
  }
}
