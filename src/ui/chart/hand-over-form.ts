/**
 * `<pc-hand-over-form .view>`: offers the chart to another practice, with what is kept of it. The recovery phrase signs it, so that a
 * stolen device gives no chart away; it is used once and forgotten with the form. Fires `pc-close`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import type { PracticeId } from '../../base/ids.ts';
import { blamePhraseOrForm, noPhrase, recoveryField } from '../door/recovery-field.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import { choiceField, focusFirstField, typedValue } from '../shell/fields.ts';
import { FormState, type Texts } from '../shell/form-state.ts';
import { listInWords } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { sectionWords } from '../shell/words.ts';
import { peerName } from '../patients/words.ts';
import type { ChartView } from './chart-view.ts';
import { handOverQuestion, handOverTrouble, partsToAdd, type Keeps } from './custody-words.ts';

export class HandOverForm extends LitElement {
  static override properties = { view: { attribute: false }, practice: { state: true }, keeps: { state: true } };
  static override styles = [
    base,
    form,
    css`
      ul {
        display: grid;
        gap: var(--wa-space-2xs);
        padding-inline-start: var(--wa-space-m);
        list-style: disc;
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  declare view: ChartView;
  declare private practice: PracticeId | undefined;
  declare private keeps: Keeps;
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    this.keeps = 'read';
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
  }

  override firstUpdated(): void {
    void focusFirstField(this.renderRoot);
  }

  override render() {
    const { state } = this;
    const { peers } = this.view.session;
    const to = this.practice === undefined ? 'They' : peerName(this.view.session, this.practice);
    return html`<form
      aria-labelledby="heading"
      autocomplete="off"
      novalidate
      @submit=${(event: Event) =>
        state.submit(
          event,
          () => this.wrong(),
          () => this.offer(),
        )}
    >
      <h2 id="heading">Hand over this chart</h2>
      <ul>
        <li>
          ${to === 'They' ? 'The other practice keeps' : `${to} keeps`} the chart from then on, and alone decides who
          reads and writes it.
        </li>
        <li>Nothing changes until they take it over. Until then you can withdraw.</li>
        <li>The recovery phrase signs it, so that nobody gives a chart away with a stolen computer.</li>
      </ul>
      ${choiceField({
        name: 'practice',
        label: 'To',
        value: this.practice ?? '',
        required: true,
        error: state.wrong['practice'],
        choices: peers.map(({ id, name, personName }) => ({ value: id, label: `${name} (${personName})` })),
        onChoose: (value) => (this.practice = peers.find(({ id }) => id === value)?.id),
      })}
      ${this.renderWarnings()}
      <wa-radio-group
        label="You keep"
        value=${this.keeps}
        @change=${(event: Event) => {
          const value = typedValue(event);
          this.keeps = value === 'none' || value === 'write' ? value : 'read';
        }}
      >
        <wa-radio value="none">Nothing</wa-radio>
        <wa-radio value="read">The right to read it</wa-radio>
        <wa-radio value="write">The right to read and write it</wa-radio>
      </wa-radio-group>
      ${recoveryField(state)}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?disabled=${peers.length === 0} ?loading=${state.busy}
          >Offer the chart …</wa-button
        >
        <wa-button appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private renderWarnings() {
    const { session, chart } = this.view;
    const peer = session.peers.find(({ id }) => id === this.practice);
    if (session.peers.length === 0) {
      return html`<pc-callout tone="info"
        >You have no peers yet. Invite another practice first.
        <wa-button slot="action" size="s" variant="brand" href="#/peers/new">Invite a practice</wa-button>
      </pc-callout>`;
    }
    if (peer === undefined) return nothing;
    const added = partsToAdd(chart.sharing, peer.id);
    return html`${
      peer.safetyPhraseConfirmed
        ? nothing
        : html`<pc-callout tone="warning"
            >Nobody has compared the safety phrase with ${peer.name} yet. Do that before you give them a chart.
            <a href=${`#/peers/${peer.id}`}>Compare it now</a></pc-callout
          >`
    }
    ${
      added.length === 0
        ? nothing
        : html`<pc-callout tone="info"
            >Whoever keeps a chart has all of it. With the offer ${peer.name} gets to read and write also
            ${listInWords(
              added.map((section) => sectionWords[section]),
              added.length,
            )}.</pc-callout
          >`
    }`;
  }

  private wrong(): Texts {
    return {
      ...this.state.missing(noPhrase),
      ...(this.practice === undefined ? { practice: 'Choose who is to keep the chart.' } : {}),
    };
  }

  private async offer(): Promise<void> {
    const { view, state, practice, keeps } = this;
    if (practice === undefined) return;
    const { session, chart, record } = view;
    const to = peerName(session, practice);
    const readers = chart.summary.sharedWith.filter((id) => id !== practice).map((id) => peerName(session, id));
    const added = partsToAdd(chart.sharing, practice);
    const question = handOverQuestion({ to, keeps, added, entries: record.resources.length, readers });
    if (!(await askToConfirm(question))) return;
    const offered = await chart.handOver(practice, keeps, state.raw('phrase'));
    if (!offered.ok) {
      blamePhraseOrForm(state, offered, handOverTrouble);
      return;
    }
    state.clear();
    say(this, `Offered to ${to}. You keep the chart until they take it over.`);
    this.close();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-hand-over-form', HandOverForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-hand-over-form': HandOverForm;
  }
}
