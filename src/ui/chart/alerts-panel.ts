/** `<pc-alerts-panel .view>`: the alerts that stand in the banner, written and ended here. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { EditOutcome, FieldReason } from '../../clinical/edits/edit.ts';
import { addFlag, endFlag } from '../../clinical/edits/flag.ts';
import { activeFlags } from '../../clinical/views/flags.ts';
import '../shell/callout.ts';
import { readFields, textField } from '../shell/fields.ts';
import '../shell/provenance.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { actOf, authorOfKey, mustGetSection, saveEdits, type ChartView } from './chart-view.ts';
import { mayChange, renderPartMark } from './merge-words.ts';
import { fieldWords } from './words.ts';

export class AlertsPanel extends LitElement {
  static override properties = {
    view: { attribute: false },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-s);
        max-inline-size: 40rem;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-2xs) var(--wa-space-s);
        padding-block: var(--wa-space-2xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--wa-space-xs);
      }
      wa-input {
        flex: 1 1 14rem;
      }
    `,
  ];

  declare view: ChartView;
  declare private typed: string;
  declare private wrong: FieldReason | undefined;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    this.typed = '';
  }

  override render() {
    const section = 'problems';
    const rows = activeFlags(this.view.record);
    const { canWrite } = mustGetSection(this.view, section);
    return html`<h3>Alerts</h3>
      <p class="quiet">
        ${rows.length === 0 ? 'None.' : ''} An alert stands in the banner of the chart until it is ended, for everybody
        who may read its problems.
      </p>
      <ul>
        ${rows.map(
          ({ resource, words }) =>
            html`<li>
              <span
                ><strong>${words}</strong> ${renderPartMark(this.view, resource.key)}
                <pc-provenance .by=${authorOfKey(this.view, resource.section, resource.key)}></pc-provenance
              ></span>
              ${
                mayChange(this.view, resource.section, resource.key)
                  ? html`<wa-button
                      size="s"
                      appearance="outlined"
                      @click=${() => void this.save(endFlag(actOf(this.view), resource), 'Alert ended.')}
                      >End<span class="only-heard"> ${words}</span></wa-button
                    >`
                  : nothing
              }
            </li>`,
        )}
      </ul>
      ${
        canWrite
          ? html`<form
              autocomplete="off"
              aria-label="New alert"
              novalidate
              @submit=${(event: Event) => {
                event.preventDefault();
                this.typed = readFields(this.renderRoot)['alert'] ?? '';
                void this.save(addFlag(actOf(this.view), { alert: this.typed }), 'Alert added.');
              }}
            >
              ${textField({
                name: 'alert',
                label: 'New alert',
                value: this.typed,
                error: this.wrong === undefined ? undefined : fieldWords[this.wrong],
              })}
              <wa-button type="submit" appearance="outlined">Add alert</wa-button>
            </form>`
          : nothing
      }
      <pc-trouble .words=${this.trouble}></pc-trouble>`;
  }

  private async save(outcome: EditOutcome, saidWhenDone: string): Promise<void> {
    this.wrong = outcome.kind === 'errors' ? outcome.errors['alert'] : undefined;
    if (outcome.kind !== 'edits') return;
    const saved = await saveEdits(this, this.view, outcome.section, outcome.edits, saidWhenDone);
    this.trouble = saved.ok ? undefined : writeTrouble[saved.reason];
    if (saved.ok) this.typed = '';
  }
}

customElements.define('pc-alerts-panel', AlertsPanel);
declare global {
  interface HTMLElementTagNameMap {
    'pc-alerts-panel': AlertsPanel;
  }
}
