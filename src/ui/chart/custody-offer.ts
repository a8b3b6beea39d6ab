/**
 * `<pc-custody-offer .view>`: a hand-over that waits: withdrawn by who made it, with the recovery phrase, or taken over or put away by
 * whom it is for. Shows nothing where nothing is offered.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { CustodyOffer } from '../../app/charts/chart-acts.ts';
import { blamePhraseOrForm, noPhrase, recoveryField } from '../door/recovery-field.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import { FormState } from '../shell/form-state.ts';
import { whenInWords } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, card, form } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { peerName } from '../patients/words.ts';
import type { ChartView } from './chart-view.ts';
import { handOverTrouble, keepsWords, takeOverQuestion } from './custody-words.ts';

export class CustodyOfferPanel extends LitElement {
  static override properties = {
    view: { attribute: false },
    withdrawing: { state: true },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    card,
    form,
    css`
      form {
        margin-block-start: var(--wa-space-s);
        max-inline-size: 32rem;
      }
    `,
  ];

  declare view: ChartView;
  declare private withdrawing: boolean;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    this.withdrawing = false;
    this.saving = false;
  }

  /** With nothing to show it takes no place between what stands around it. */
  override willUpdate(): void {
    this.hidden = this.view.chart.custody.offer === undefined;
  }

  override render() {
    const { offer } = this.view.chart.custody;
    if (offer === undefined) return nothing;
    return html`${offer.direction === 'given' ? this.renderGiven(offer) : this.renderReceived(offer)}
      <pc-trouble .words=${this.trouble}></pc-trouble>`;
  }

  private renderGiven({ practiceName, at, keeps }: CustodyOffer) {
    const { state } = this;
    return html`<pc-callout tone="info" icon="share">
        <strong>Offered to ${practiceName}</strong> ${whenInWords(at, new Date())}. You keep the chart until they take
        it over; then you keep ${keepsWords[keeps]}.
        ${
          this.withdrawing || !this.mayDecide
            ? nothing
            : html`<wa-button slot="action" size="s" appearance="outlined" @click=${() => (this.withdrawing = true)}
                >Withdraw the offer …</wa-button
              >`
        }
      </pc-callout>
      ${
        this.withdrawing
          ? html`<form
              class="card"
              aria-label="Withdraw the offer"
              autocomplete="off"
              novalidate
              @submit=${(event: Event) =>
                state.submit(
                  event,
                  () => state.missing(noPhrase),
                  () => this.withdraw(),
                )}
            >
              ${recoveryField(state)}
              <pc-trouble .words=${state.trouble}></pc-trouble>
              <div class="actions">
                <wa-button type="submit" variant="brand" ?loading=${state.busy}>Withdraw the offer</wa-button>
                <wa-button appearance="outlined" @click=${() => this.stopWithdrawing()}>Cancel</wa-button>
              </div>
            </form>`
          : nothing
      }`;
  }

  private renderReceived(offer: CustodyOffer) {
    const { practiceName, at, keeps } = offer;
    return html`<pc-callout tone="warning" icon="inbox">
      <strong>${practiceName} asks you to keep this chart from now on</strong> (${whenInWords(at, new Date())}). Your
      practice would decide who reads and writes it; ${practiceName} would keep ${keepsWords[keeps]}.
      ${
        this.mayDecide
          ? html`<wa-button
                slot="action"
                size="s"
                variant="brand"
                ?loading=${this.saving}
                @click=${() => void this.takeOver(offer)}
                >Take over this chart …</wa-button
              >
              <wa-button slot="action" size="s" appearance="outlined" @click=${() => void this.decline()}
                >Decline</wa-button
              >`
          : html`An administrator of your practice decides.`
      }
    </pc-callout>`;
  }

  private get mayDecide(): boolean {
    return this.view.session.practice.role === 'admin';
  }

  private stopWithdrawing(): void {
    this.state.clear();
    this.withdrawing = false;
  }

  private async withdraw(): Promise<void> {
    const withdrawn = await this.view.chart.withdrawOffer(this.state.raw('phrase'));
    if (!withdrawn.ok) {
      blamePhraseOrForm(this.state, withdrawn, handOverTrouble);
      return;
    }
    this.stopWithdrawing();
    say(this, 'Withdrawn. You keep the chart.');
  }

  private async takeOver(offer: CustodyOffer): Promise<void> {
    const { session, chart } = this.view;
    const readers = chart.summary.sharedWith.filter((id) => id !== offer.practice).map((id) => peerName(session, id));
    if (this.saving || !(await askToConfirm(takeOverQuestion(offer, readers)))) return;
    this.saving = true;
    const taken = await chart.takeOver();
    this.saving = false;
    this.trouble = taken.ok ? undefined : writeTrouble[taken.reason];
    if (taken.ok) say(this, 'Your practice keeps this chart now.');
  }

  private async decline(): Promise<void> {
    const declined = await this.view.chart.declineOffer();
    this.trouble = declined.ok ? undefined : writeTrouble[declined.reason];
    if (declined.ok) say(this, 'Declined. Nothing changes.');
  }
}

customElements.define('pc-custody-offer', CustodyOfferPanel);
declare global {
  interface HTMLElementTagNameMap {
    'pc-custody-offer': CustodyOfferPanel;
  }
}
