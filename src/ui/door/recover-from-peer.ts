/**
 * `<pc-recover-from-peer .door .invitation>`: the way back without a backup file: the 24 words, and the data from another computer of the
 * practice or from a practice that shares its charts. What came back and what could not is said before the practice opens. Fires
 * `pc-opened`, or `pc-back`.
 */
import { LitElement, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PeopleDoor, Recovered } from '../../app/people/people-acts.ts';
import '../shell/callout.ts';
import { FormState, type Texts } from '../shell/form-state.ts';
import { count } from '../shell/format.ts';
import '../shell/progress.ts';
import { base, form } from '../shell/styles.ts';
import { suggestDeviceName } from './device-name.ts';
import { recoverFromPeerTrouble } from './join-words.ts';
import { newPassphraseFields, wrongNewPassphrase } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import { blamePhraseOrForm, noPhrase, recoveryField } from './recovery-field.ts';
import { invitationField, nameFields, nameFieldsStyle, whoIsAsked, whoJoins } from './who-joins.ts';

export class RecoverFromPeer extends LitElement {
  static override properties = {
    door: { attribute: false },
    invitation: { attribute: false },
    progress: { state: true },
    recovered: { state: true },
  };
  static override styles = [base, form, nameFieldsStyle];

  declare door: Pick<PeopleDoor, 'recoverFromPeer'>;
  /** From a followed link; empty: to be pasted. */
  declare invitation: string;
  declare private progress: { readonly done: number; readonly total: number } | undefined;
  declare private recovered: Recovered | undefined;
  private readonly state: FormState = new FormState(this, { deviceName: suggestDeviceName(navigator.userAgent) });
  private stop: AbortController | undefined;

  constructor() {
    super();
    this.invitation = '';
  }

  override disconnectedCallback(): void {
    this.stop?.abort();
    super.disconnectedCallback();
  }

  override render() {
    if (this.recovered !== undefined) return this.renderRecovered(this.recovered);
    const { state, progress } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event)}>
      ${recoveryField(state)}
      ${invitationField(
        state,
        this.invitation,
        'Invitation from whoever holds the charts',
        'Link or short text. Another computer of the practice makes one under “People and devices”, a practice that shares charts with you under “Peers”.',
      )}
      ${nameFields(state)}
      ${newPassphraseFields(state, {
        known: [state.text('personName')],
        label: 'New passphrase for this computer',
      })}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      ${
        progress === undefined
          ? html`<div class="actions">
              <wa-button type="submit" variant="brand" ?loading=${state.busy}>Get the practice back</wa-button>
              <wa-button appearance="outlined" @click=${() => back(this)}>Back</wa-button>
            </div>`
          : html`<pc-progress
                label=${progress.total === 0 ? 'Looking for whoever made the invitation' : 'Fetching the charts'}
                unit="charts"
                .done=${progress.done}
                .total=${progress.total}
                @pc-cancel=${() => this.stop?.abort()}
              ></pc-progress>
              <p class="quiet">The other side needs Peerchart open and unlocked until this is done.</p>`
      }
    </form>`;
  }

  private renderRecovered({ charts, incompleteCharts, from, newPracticeBook, session }: Recovered) {
    return html`<div class="stack">
      <pc-callout tone="success" role="status">
        <strong>${count(charts, 'chart')} came back</strong>
        ${from === 'own-device' ? 'from a computer of the practice.' : 'from a practice you share them with.'}
      </pc-callout>
      ${
        incompleteCharts === 0
          ? nothing
          : html`<pc-callout tone="warning">
              ${incompleteCharts === 1 ? '1 of them lacks' : `${String(incompleteCharts)} of them lack`} parts that the
              other side does not hold. They come when somebody who holds them is connected; each chart says what is
              missing.
            </pc-callout>`
      }
      ${
        newPracticeBook
          ? html`<pc-callout tone="warning">
              Which practices you are connected with, and which charts are of the same person, only your own computers
              knew. Connect with the other practices again under “Peers”.
            </pc-callout>`
          : nothing
      }
      <pc-callout tone="info">
        A computer that was lost or stolen is still a member: remove it under “People and devices”.
      </pc-callout>
      <div class="row">
        <wa-button variant="brand" autofocus @click=${() => opened(this, session)}>Open the practice</wa-button>
      </div>
    </div>`;
  }

  private findWrong(): Texts {
    const { state } = this;
    return {
      ...state.missing({ ...noPhrase, ...whoIsAsked(this.invitation) }),
      ...wrongNewPassphrase(state.typed, [state.text('personName')]),
    };
  }

  private submit(event: Event): void {
    this.state.submit(
      event,
      () => this.findWrong(),
      () => this.recover(),
    );
  }

  private async recover(): Promise<void> {
    const { state } = this;
    this.stop = new AbortController();
    this.progress = { done: 0, total: 0 };
    const recovered = await this.door.recoverFromPeer(
      { recoveryPhrase: state.raw('phrase'), ...whoJoins(state, this.invitation) },
      (done, total) => (this.progress = { done, total }),
      this.stop.signal,
    );
    this.stop = undefined;
    this.progress = undefined;
    if (recovered.ok) {
      state.clear();
      this.recovered = recovered.value;
      return;
    }
    blamePhraseOrForm(state, recovered, recoverFromPeerTrouble);
  }
}

customElements.define('pc-recover-from-peer', RecoverFromPeer);
declare global {
  interface HTMLElementTagNameMap {
    'pc-recover-from-peer': RecoverFromPeer;
  }
}
