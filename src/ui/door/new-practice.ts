/**
 * `<pc-new-practice .door>`: makes a practice in three steps: who it is, the recovery phrase, three of its words back. Nothing is
 * stored before the last step is done, so leaving on the way leaves nothing behind. Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, css, html, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { Door } from '../../app/door/door-acts.ts';
import '../shell/callout.ts';
import { typedValue } from '../shell/fields.ts';
import { FormState, type Texts } from '../shell/form-state.ts';
import { base, form } from '../shell/styles.ts';
import { suggestDeviceName } from './device-name.ts';
import { newPassphraseFields, wrongNewPassphrase } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import './recovery-sheet.ts';
import { positionsToAsk, sameWord } from './recovery-words.ts';
import { doorTrouble } from './words.ts';

type Step = 'about' | 'phrase' | 'ask-back';

const stepNames: Readonly<Record<Step, string>> = {
  about: 'Step 1 of 3: about the practice',
  phrase: 'Step 2 of 3: the recovery phrase',
  'ask-back': 'Step 3 of 3: three words back',
};

export class NewPracticeForm extends LitElement {
  static override properties = { door: { attribute: false }, step: { state: true } };
  static override styles = [
    base,
    form,
    css`
      h2 {
        margin-block-end: var(--wa-space-s);
      }
      h2:focus {
        outline: none;
      }
      wa-radio-group::part(form-control-label) {
        font-weight: var(--wa-font-weight-bold);
      }
      .choice {
        display: block;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      .words {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: var(--wa-space-s);
        align-items: start;
      }
      @media (max-width: 40rem) {
        .words {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare door: Door;
  declare private step: Step;
  private phrase = '';
  private asked: readonly number[] = [];
  private readonly state: FormState = new FormState(this, {
    sharing: 'yes',
    deviceName: suggestDeviceName(navigator.userAgent),
  });

  constructor() {
    super();
    this.step = 'about';
  }

  override render() {
    return html`<h2 tabindex="-1" class="no-print">${stepNames[this.step]}</h2>
      ${this.renderStep()}`;
  }

  override updated(changed: PropertyValues): void {
    if (changed.has('step') && changed.get('step') !== undefined) this.renderRoot.querySelector('h2')?.focus();
  }

  private renderStep() {
    switch (this.step) {
      case 'about':
        return this.renderAbout();
      case 'phrase':
        return this.renderPhrase();
      case 'ask-back':
        return this.renderAskBack();
    }
  }

  private renderAbout() {
    const { state } = this;
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) =>
        state.submit(
          event,
          () => this.wrongAbout(),
          () => this.leaveAbout(),
        )}
    >
      ${state.field('practiceName', 'Name of the practice', { hint: 'As other practices will read it.' })}
      ${state.field('personName', 'Your name', { hint: 'Written under everything you record.' })}
      ${state.field('deviceName', 'Name of this computer', { hint: 'To tell your computers apart.' })}
      ${newPassphraseFields(state, { known: this.knownNames })}
      <wa-radio-group
        name="sharing"
        label="Other practices"
        value=${state.text('sharing')}
        @change=${(event: Event) => state.type('sharing', typedValue(event))}
      >
        <wa-radio value="yes"
          >Share with other practices<span class="choice"
            >Nothing is shared until you choose a chart and a practice.</span
          ></wa-radio
        >
        <wa-radio value="no"
          >Own charts only<span class="choice"
            >This browser connects to nobody. You can change it later in Settings.</span
          ></wa-radio
        >
      </wa-radio-group>
      <div class="actions">
        <wa-button type="submit" variant="brand">Go on</wa-button>
        <wa-button appearance="outlined" @click=${() => back(this)}>Back</wa-button>
      </div>
    </form>`;
  }

  private renderPhrase() {
    return html`<div class="stack">
      <pc-callout tone="warning" class="no-print">
        <strong>Write these 24 words down now. They are not shown again.</strong> If the passphrase is forgotten or this
        computer is lost, only they open the charts and the backups. Whoever has them can open everything, so keep them
        on paper, locked away.
      </pc-callout>
      <pc-recovery-sheet .phrase=${this.phrase} .practiceName=${this.state.text('practiceName')}></pc-recovery-sheet>
      <div class="row no-print">
        <wa-button variant="brand" @click=${() => (this.step = 'ask-back')}>I have written them down</wa-button>
        <wa-button appearance="outlined" @click=${() => (this.step = 'about')}>Back</wa-button>
      </div>
    </div>`;
  }

  private renderAskBack() {
    const { state } = this;
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) =>
        state.submit(
          event,
          () => this.wrongWords(),
          () => this.create(),
        )}
    >
      <p>Type these three from what you wrote down. The practice is made when they are right.</p>
      <div class="words">
        ${this.asked.map((position) => state.field(`word${String(position)}`, `Word ${String(position + 1)}`))}
      </div>
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${state.busy}>Make the practice</wa-button>
        <wa-button appearance="outlined" ?disabled=${state.busy} @click=${() => (this.step = 'phrase')}
          >See the words again</wa-button
        >
      </div>
    </form>`;
  }

  private get knownNames(): readonly string[] {
    return [this.state.text('practiceName'), this.state.text('personName')];
  }

  private wrongAbout(): Texts {
    return {
      ...this.state.missing({
        practiceName: 'Give the practice a name.',
        personName: 'Type your name.',
        deviceName: 'Give this computer a name.',
      }),
      ...wrongNewPassphrase(this.state.typed, this.knownNames),
    };
  }

  private leaveAbout(): void {
    if (this.phrase === '') {
      this.phrase = this.door.newRecoveryPhrase();
      this.asked = positionsToAsk((below) => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below);
    }
    this.step = 'phrase';
  }

  private wrongWords(): Texts {
    const words = this.phrase.split(' ');
    const wrong = this.asked.filter(
      (position) => !sameWord(this.state.text(`word${String(position)}`), words[position] ?? ''),
    );
    return Object.fromEntries(
      wrong.map((position) => [`word${String(position)}`, 'Not the word in this place. Look at what you wrote down.']),
    );
  }

  private async create(): Promise<void> {
    const { state } = this;
    const session = await this.door.create({
      practiceName: state.text('practiceName'),
      personName: state.text('personName'),
      // Whoever makes a practice looks after it (ID-4).
      role: 'admin',
      deviceName: state.text('deviceName'),
      passphrase: state.raw('passphrase'),
      recoveryPhrase: this.phrase,
      sharing: state.text('sharing') !== 'no',
    });
    if (!session.ok) {
      state.trouble = doorTrouble[session.reason];
      return;
    }
    this.phrase = '';
    state.clear();
    opened(this, session.value);
  }
}

customElements.define('pc-new-practice', NewPracticeForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-new-practice': NewPracticeForm;
  }
}
