/**
 * `<pc-sharing-page .view>`: who may see this chart, since when and until when; below it the record of disclosure. Sharing,
 * stopping, end dates and handing the chart over are here. A received chart has received-sharing.ts in its place.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { PracticeId } from '../../base/ids.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { ShareRow } from '../../app/charts/chart-acts.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { count, timeInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { say } from '../shell/say.ts';
import { base, card, page } from '../shell/styles.ts';
import { sectionWords, writeTrouble, type Trouble } from '../shell/words.ts';
import { mayDecide, type ChartView } from './chart-view.ts';
import './custody-offer.ts';
import { disclosuresOf, type Disclosure } from './disclosure.ts';
import './disclosure-record.ts';
import './end-date-form.ts';
import './hand-over-form.ts';
import './held-by.ts';
import './share-form.ts';
import { dayOf } from './topics.ts';
import { rightWords, stopInDoubtWords } from './words.ts';

const givenColumns: readonly Column<Disclosure>[] = [
  { label: 'May', tight: true, cell: (row) => rightWords[row.right] },
  { label: 'Parts', cell: (row) => row.sections.map((section) => sectionWords[section]).join(', ') },
  { label: 'Since', tight: true, cell: (row) => dayOf(timeInWords(row.from)) },
  {
    label: 'Until',
    tight: true,
    cell: (row) => (row.until === undefined ? 'no end' : dayOf(timeInWords(row.until))),
  },
];

/** What stands beside the list: a form. */
type Panel = { readonly kind: 'share' | 'hand-over' } | { readonly kind: 'end'; readonly practice: PracticeId };

export class SharingPage extends LitElement {
  static override properties = { view: { attribute: false }, panel: { state: true }, trouble: { state: true } };
  static override styles = [
    base,
    page,
    card,
    css`
      :host {
        max-inline-size: none;
      }
      .stack {
        grid-template-columns: minmax(0, 1fr);
      }
      wa-details {
        margin-block-start: var(--wa-space-2xs);
      }
      wa-details::part(header) {
        padding: var(--wa-space-2xs) var(--wa-space-s);
        font-size: var(--wa-font-size-s);
      }
      wa-details p {
        margin-block-start: var(--wa-space-xs);
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--wa-space-l);
        align-items: start;
      }
      .columns.beside {
        grid-template-columns: minmax(0, 1fr) minmax(20rem, 26rem);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-xs);
        margin-block-end: var(--wa-space-2xs);
      }
      .doubt {
        margin-block-end: var(--wa-space-xs);
      }
      pc-data-table {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
      }
      @media (max-width: 64rem) {
        .columns.beside {
          grid-template-columns: minmax(0, 1fr);
        }
        aside {
          order: -1;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare private panel: Panel | undefined;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    new Keys(this, [{ keys: 'n', label: 'Share this chart', run: () => this.open({ kind: 'share' }) }]);
    this.addEventListener('pc-close', (event) => {
      event.stopPropagation();
      this.panel = undefined;
      void this.updateComplete.then(() => this.renderRoot.querySelector('pc-page-header')?.focus());
    });
  }

  override render() {
    const { session, chart } = this.view;
    const current = sharedNow(chart.sharing);
    const practices = [...new Set(current.map((row) => row.practice))];
    return html`<pc-page-header within heading="Sharing"
        >Who may read this chart, and who could before. ${mayDecide(this.view) ? this.renderActions() : nothing}
      </pc-page-header>
      <div class="columns ${this.panel === undefined ? '' : 'beside'}">
        <div class="stack">
          <pc-custody-offer .view=${this.view}></pc-custody-offer>
          ${this.trouble === undefined ? nothing : html`<pc-trouble .words=${this.trouble}></pc-trouble>`}
          ${
            mayDecide(this.view)
              ? nothing
              : html`<pc-callout class="no-print" tone="info"
                  >An administrator of your practice decides who reads this chart.</pc-callout
                >`
          }
          <div class="stack no-print">
            ${
              practices.length === 0
                ? html`<pc-empty-state icon="share" heading="Shared with nobody"
                    >Only ${session.practice.name} can read this chart.</pc-empty-state
                  >`
                : practices.map((practice) =>
                    this.renderPractice(
                      practice,
                      current.filter((row) => row.practice === practice),
                    ),
                  )
            }
          </div>
          <pc-held-by class="no-print" .held=${chart.held}></pc-held-by>
          <pc-disclosure-record .view=${this.view}></pc-disclosure-record>
        </div>
        ${this.renderPanel(current)}
      </div>`;
  }

  private renderActions() {
    return html`<wa-button slot="actions" variant="brand" @click=${() => this.open({ kind: 'share' })}
        ><wa-icon slot="start" name="share"></wa-icon>Share this chart</wa-button
      >
      ${
        this.view.chart.custody.offer === undefined
          ? html`<wa-button slot="actions" appearance="outlined" @click=${() => this.open({ kind: 'hand-over' })}
              >Hand over …</wa-button
            >`
          : nothing
      }`;
  }

  private open(panel: Panel): void {
    if (mayDecide(this.view)) this.panel = panel;
  }

  private renderPanel(current: readonly ShareRow[]) {
    const { panel, view } = this;
    switch (panel?.kind) {
      case undefined:
        return nothing;
      case 'share':
        return html`<aside class="card" aria-label="Share"><pc-share-form .view=${view}></pc-share-form></aside>`;
      case 'hand-over':
        return html`<aside class="card" aria-label="Hand over">
          <pc-hand-over-form .view=${view}></pc-hand-over-form>
        </aside>`;
      case 'end': {
        const rows = current.filter((row) => row.practice === panel.practice);
        return html`<aside class="card" aria-label="End date">
          <pc-end-date-form .view=${view} .rows=${rows}></pc-end-date-form>
        </aside>`;
      }
    }
  }

  private renderPractice(practice: PracticeId, rows: readonly ShareRow[]) {
    const name = rows[0]?.practiceName ?? '';
    return html`<section>
      <div class="head">
        <h2><a href=${`#/peers/${practice}`}>${name}</a></h2>
        ${mayDecide(this.view) ? this.renderActsOn(practice, name) : nothing}
      </div>
      ${this.renderDoubt(practice, name, rows)}
      <pc-data-table
        caption=${`Shared with ${name}`}
        .columns=${givenColumns}
        .rows=${disclosuresOf(rows, new Date())}
        .keyOf=${(row: Disclosure) => row.key}
      ></pc-data-table>
      ${mayDecide(this.view) ? this.renderParts(practice, name, rows) : nothing}
    </section>`;
  }

  /** OP-5.5, CH-10.3: nobody but an administrator can say which of the two was meant. */
  private renderDoubt(practice: PracticeId, name: string, rows: readonly ShareRow[]) {
    return (['place-lost', 'custody-ended'] as const).map((why) => {
      const doubtful = rows.filter(({ stopInDoubt }) => stopInDoubt === why);
      if (doubtful.length === 0) return nothing;
      const sections = doubtful.map(({ section }) => section);
      return html`<pc-callout class="doubt" tone="warning">
        <p>${stopInDoubtWords(why, name, sections)}</p>
        ${
          mayDecide(this.view)
            ? html`<div class="row" slot="action">
                <wa-button size="s" variant="danger" @click=${() => void this.stop(practice, name, sections)}
                  >Stop sharing</wa-button
                >
                <wa-button size="s" appearance="outlined" @click=${() => void this.keepSharing(doubtful, name)}
                  >Go on sharing</wa-button
                >
              </div>`
            : nothing
        }
      </pc-callout>`;
    });
  }

  /** The same rights once more, by somebody whose word counts. */
  private async keepSharing(rows: readonly ShareRow[], name: string): Promise<void> {
    const { chart, session } = this.view;
    for (const { practice, sections, right, until } of disclosuresOf(rows, new Date())) {
      const done = await session.share(chart.id, practice, sections, right, until);
      this.trouble = done.ok ? undefined : writeTrouble[done.reason];
      if (!done.ok) return;
    }
    say(this, `Sharing with ${name} goes on.`);
  }

  private renderActsOn(practice: PracticeId, name: string) {
    return html`<div class="row">
      <wa-button size="s" appearance="outlined" @click=${() => this.open({ kind: 'end', practice })}
        >Change end date<span class="only-heard"> for ${name}</span></wa-button
      >
      <wa-button size="s" variant="danger" appearance="outlined" @click=${() => void this.stop(practice, name, 'all')}
        >Stop sharing this chart</wa-button
      >
    </div>`;
  }

  private renderParts(practice: PracticeId, name: string, rows: readonly ShareRow[]) {
    return html`<wa-details summary="Stop sharing single parts">
      <div class="row">
        ${rows
          .filter(({ section }) => section !== 'identity')
          .map(
            ({ section }) =>
              html`<wa-button size="s" appearance="outlined" @click=${() => void this.stop(practice, name, [section])}
                >${sectionWords[section]}<span class="only-heard">: stop sharing with ${name}</span></wa-button
              >`,
          )}
      </div>
      <p class="quiet">Name, birth date, sex and one number go with the other parts, and with the last of them.</p>
    </wa-details>`;
  }

  private async stop(practice: PracticeId, name: string, sections: readonly ChartSection[] | 'all'): Promise<void> {
    const { chart, record, session } = this.view;
    const stopped = sharedNow(chart.sharing)
      .filter((row) => row.practice === practice)
      .map((row) => row.section)
      .filter((section) => sections === 'all' || sections.includes(section));
    const entries = stopped.reduce((sum, section) => sum + record.inSection(section).length, 0);
    const what = sections === 'all' ? 'this chart' : stopped.map((section) => sectionWords[section]).join(', ');
    const wanted = await askToConfirm({
      heading: `Stop sharing ${what} with ${name}?`,
      consequences: [
        `${name} gets nothing of ${count(stopped.length, 'part')} (${count(entries, 'entry', 'entries')} now) that is written from now on.`,
        `What ${name} writes from now on enters no chart; it is set aside for you to review.`,
        'What was already read can’t be taken back.',
      ],
      act: 'Stop sharing',
      keep: 'Keep sharing',
      danger: true,
    });
    if (!wanted) return;
    const done = await session.stopSharing(chart.id, practice, sections);
    this.trouble = done.ok ? undefined : writeTrouble[done.reason];
    if (done.ok) say(this, `Stopped sharing with ${name}.`);
  }
}

function sharedNow(rows: readonly ShareRow[]): readonly ShareRow[] {
  return rows.filter((row) => row.ended === undefined && !row.undone);
}

customElements.define('pc-sharing-page', SharingPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-sharing-page': SharingPage;
  }
}
