/** `<pc-end-date-form .view .rows>`: until when a practice may read or write what it was given. Fires `pc-close`. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { ShareRow } from '../../app/charts/chart-acts.ts';
import '../shell/callout.ts';
import { focusFirstField } from '../shell/fields.ts';
import { FormState, type Texts } from '../shell/form-state.ts';
import { count, dateInWords } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble } from '../shell/words.ts';
import type { ChartView } from './chart-view.ts';
import { dayAsTyped, endOfDay } from './end-date.ts';

export class EndDateForm extends LitElement {
  static override properties = { view: { attribute: false }, rows: { attribute: false } };
  static override styles = [base, form];

  declare view: ChartView;
  /** What one practice has now; at least one. */
  declare rows: readonly ShareRow[];
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
  }

  override firstUpdated(): void {
    // The date that holds now, where all parts have the same.
    const [end, ...others] = new Set(this.rows.map(({ until }) => until));
    if (end !== undefined && others.length === 0) this.state.type('until', dayAsTyped(end));
    this.requestUpdate();
    void focusFirstField(this.renderRoot);
  }

  override render() {
    const { state } = this;
    const name = this.rows[0]?.practiceName ?? '';
    return html`<form
      aria-labelledby="heading"
      autocomplete="off"
      novalidate
      @submit=${(event: Event) =>
        state.submit(
          event,
          () => this.wrong(),
          () => this.save(),
        )}
    >
      <h2 id="heading">End date for ${name}</h2>
      <p class="quiet">
        After this day ${name} gets nothing new of ${count(this.rows.length, 'part')}. What was read until then stays
        with them.
      </p>
      ${state.field('until', 'Until', { type: 'date', hint: 'Leave empty to share until you stop it' })}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${state.busy}>Save</wa-button>
        <wa-button appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private wrong(): Texts {
    const until = endOfDay(this.state.text('until'));
    return until !== undefined && until.getTime() <= Date.now()
      ? { until: 'This day is over. Choose a later one, or stop sharing.' }
      : {};
  }

  private async save(): Promise<void> {
    const [first] = this.rows;
    if (first === undefined) return;
    const typed = this.state.text('until');
    const sections = this.rows.map(({ section }) => section);
    const saved = await this.view.chart.setEnd(first.practice, sections, endOfDay(typed)?.toISOString());
    if (!saved.ok) {
      this.state.trouble = writeTrouble[saved.reason];
      return;
    }
    say(this, typed === '' ? 'Shared without an end date.' : `Shared until ${dateInWords(typed)}.`);
    this.close();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-end-date-form', EndDateForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-end-date-form': EndDateForm;
  }
}
