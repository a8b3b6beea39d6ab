/**
 * `<pc-due-page .session>`: whom to call in: of every own patient what is due by the practice's reminders, the whole list or one
 * reminder; and which reminders the practice uses, each with its source.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { Session } from '../../app/session.ts';
import type { DueRow } from '../../app/work/work-acts.ts';
import { dueRules, type DueRule } from '../../clinical/due/rules.ts';
import { chartOf, patientName } from '../inbox/charts.ts';
import '../shell/callout.ts';
import { localDay } from '../shell/clock.ts';
import '../shell/empty-state.ts';
import { choiceField } from '../shell/fields.ts';
import { ageInWords, count } from '../shell/format.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { base, page, table, rowsAsBlocks } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { dueWords } from './words.ts';

const shownAtFirst = 100;

export class DuePage extends LitElement {
  static override properties = {
    session: { attribute: false },
    rule: { state: true },
    all: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    page,
    table,
    css`
      form {
        max-inline-size: 28rem;
        margin-block-end: var(--wa-space-m);
      }
      .frame {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        overflow: hidden;
        max-inline-size: 64rem;
      }
      wa-details {
        margin-block: var(--wa-space-l);
        max-inline-size: 64rem;
      }
      .rules li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-xs);
        padding-block: var(--wa-space-2xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      .rules .text {
        flex: 1 1 18rem;
      }
      @media (max-width: 40rem) {
        ${rowsAsBlocks}
      }
    `,
  ];

  declare session: Session;
  declare private rule: string;
  declare private all: boolean;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    this.rule = '';
    this.all = false;
    new Watch(this, () => this.session);
  }

  override render() {
    const { due } = this.session.work;
    const everyone = due.list(localDay(new Date()));
    const rows = everyone.flatMap((row): readonly DueRow[] => {
      const items = row.items.filter(({ rule }) => this.rule === '' || rule.id === this.rule);
      return items.length === 0 ? [] : [{ chart: row.chart, items }];
    });
    return html`<pc-page-header heading="Due"
        >${count(rows.length, 'patient')} of this practice. Reminders by age, sex and what is recorded here; what was
        done elsewhere and not recorded is not known.</pc-page-header
      >
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <form autocomplete="off" @submit=${(event: Event) => event.preventDefault()}>
        ${choiceField({
          name: 'rule',
          label: 'Reminder',
          value: this.rule,
          choices: [
            { value: '', label: 'All of them' },
            ...dueRules.filter(({ id }) => !due.off.has(id)).map((rule) => ({ value: rule.id, label: nameOf(rule) })),
          ],
          onChoose: (value) => (this.rule = value),
        })}
      </form>
      ${rows.length === 0 ? this.renderEmpty() : this.renderRows(rows)} ${this.renderRules()}`;
  }

  private renderEmpty() {
    return html`<pc-empty-state icon="clock" heading="Nobody is due by this"
      >Patients with a whole birth date appear here when a screening, check-up or vaccine is due, or when nothing is
      recorded of it.</pc-empty-state
    >`;
  }

  private renderRows(rows: readonly DueRow[]) {
    const shown = this.all ? rows : rows.slice(0, shownAtFirst);
    return html`<div class="frame">
        <table role="table">
          <caption class="only-heard">
            Patients with what is due
          </caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">Patient</th>
              <th role="columnheader" scope="col">Age</th>
              <th role="columnheader" scope="col">Due</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${shown.map(
              ({ chart, items }) =>
                html`<tr role="row">
                  <th role="rowheader" scope="row">
                    <a href=${chartAddress(chart)}>${patientName(this.session, chart)}</a>
                  </th>
                  <td role="cell" class="tight" data-label="Age">
                    ${ageInWords(chartOf(this.session, chart)?.birthDate, new Date())}
                  </td>
                  <td role="cell" data-label="Due">
                    <ul>
                      ${items.map((item) => html`<li>${item.rule.label} <span class="quiet">${dueWords(item)}</span></li>`)}
                    </ul>
                  </td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        shown.length === rows.length
          ? nothing
          : html`<wa-button appearance="plain" @click=${() => (this.all = true)}
              >Show ${rows.length - shown.length} more</wa-button
            >`
      }`;
  }

  private renderRules() {
    const { due } = this.session.work;
    return html`<wa-details summary="Reminders this practice uses, and where each comes from">
      <ul class="rules">
        ${dueRules.map(
          (rule) =>
            html`<li>
              <span class="text"
                >${nameOf(rule)}
                <p class="quiet">${rule.source}</p></span
              >
              ${
                due.mayChoose
                  ? html`<wa-button
                      size="s"
                      appearance="outlined"
                      aria-pressed=${due.off.has(rule.id) ? 'false' : 'true'}
                      @click=${() => void this.choose(rule, due.off.has(rule.id))}
                      >${due.off.has(rule.id) ? 'Use' : 'Do not use'}<span class="only-heard"
                        >: ${nameOf(rule)}</span
                      ></wa-button
                    >`
                  : html`<span class="quiet">${due.off.has(rule.id) ? 'not used' : 'used'}</span>`
              }
            </li>`,
        )}
      </ul>
    </wa-details>`;
  }

  private async choose(rule: DueRule, on: boolean): Promise<void> {
    const chosen = await this.session.work.due.choose(rule.id, on);
    this.trouble = chosen.ok ? undefined : writeTrouble[chosen.reason];
    if (chosen.ok && this.rule === rule.id) this.rule = '';
  }
}

/** Two rules of one name differ by age. */
function nameOf({ label, age, sex }: DueRule): string {
  const ages = age.to >= 120 ? `from ${String(age.from)}` : `${String(age.from)} to ${String(age.to)}`;
  return `${label} (${sex === undefined ? '' : `${sex === 'female' ? 'women' : 'men'} `}${ages})`;
}

customElements.define('pc-due-page', DuePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-due-page': DuePage;
  }
}
