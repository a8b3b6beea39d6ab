/**
 * `<pc-new-practice .door>`: makes a practice in three steps: who it is, the recovery phrase, three of its words back. Nothing is
 * stored before the last step is done, so leaving on the way leaves nothing behind. Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, css, html, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { Door } from '../../app/session.ts';
import '../shell/callout.ts';
import { choiceField, focusFirstWrong, textField, typedValue } from '../shell/fields.ts';
import { painted } from '../shell/painted.ts';
import { base, form } from '../shell/styles.ts';
import type { Trouble } from '../shell/words.ts';
import { suggestDeviceName } from './device-name.ts';
import { newPassphraseFields, without, wrongNewPassphrase, type Texts } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import './recovery-sheet.ts';
import { positionsToAsk, sameWord } from './recovery-words.ts';
import { doorTrouble, isRole, roleChoices } from './words.ts';

type Step = 'about' | 'phrase' | 'ask-back';

const stepNames: Readonly<Record<Step, string>> = {
  about: 'Step 1 of 3: about the practice',
  phrase: 'Step 2 of 3: the recovery phrase',
  'ask-back': 'Step 3 of 3: three words back',
};

export class NewPracticeForm extends LitElement {
  static override properties = {
    door: { attribute: false },
    step: { state: true },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
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
        .words,
        .pair {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare door: Door;
  declare private step: Step;
  declare private typed: Texts;
  declare private wrong: Texts;
  declare private trouble: Trouble | undefined;
  declare private busy: boolean;
  private phrase = '';
  private asked: readonly number[] = [];

  constructor() {
    super();
    this.step = 'about';
    this.typed = { role: 'clinician', sharing: 'yes', deviceName: suggestDeviceName(navigator.userAgent) };
    this.wrong = {};
    this.busy = false;
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
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event, () => this.leaveAbout())}>
      ${this.field('practiceName', 'Name of the practice', 'As other practices will read it.')}
      <div class="pair">
        ${this.field('personName', 'Your name', 'Written under everything you record.')}
        ${choiceField({
          name: 'role',
          label: 'What you are',
          value: this.typed['role'] ?? '',
          hint: 'Shown beside your name.',
          choices: roleChoices,
          onChoose: (value) => this.type('role', value),
        })}
      </div>
      ${this.field('deviceName', 'Name of this computer', 'To tell your computers apart.')}
      ${newPassphraseFields({
        typed: this.typed,
        wrong: this.wrong,
        known: this.knownNames,
        type: (name, value) => this.type(name, value),
      })}
      <wa-radio-group
        name="sharing"
        label="Other practices"
        value=${this.typed['sharing'] ?? 'yes'}
        @change=${(event: Event) => this.type('sharing', typedValue(event))}
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
      <pc-recovery-sheet .phrase=${this.phrase} .practiceName=${this.text('practiceName')}></pc-recovery-sheet>
      <div class="row no-print">
        <wa-button variant="brand" @click=${() => (this.step = 'ask-back')}>I have written them down</wa-button>
        <wa-button appearance="outlined" @click=${() => (this.step = 'about')}>Back</wa-button>
      </div>
    </div>`;
  }

  private renderAskBack() {
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event, () => this.create())}>
      <p>Type these three from what you wrote down. The practice is made when they are right.</p>
      <div class="words">
        ${this.asked.map((position) => this.field(`word${String(position)}`, `Word ${String(position + 1)}`))}
      </div>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Make the practice</wa-button>
        <wa-button appearance="outlined" ?disabled=${this.busy} @click=${() => (this.step = 'phrase')}
          >See the words again</wa-button
        >
      </div>
    </form>`;
  }

  private field(name: string, label: string, hint?: string) {
    return textField({
      name,
      label,
      value: this.typed[name] ?? '',
      error: this.wrong[name],
      ...(hint === undefined ? {} : { hint }),
      onInput: (value) => this.type(name, value),
    });
  }

  private type(name: string, value: string): void {
    this.typed = { ...this.typed, [name]: value };
    this.wrong = without(this.wrong, name);
  }

  private text(name: string): string {
    return (this.typed[name] ?? '').trim();
  }

  private get knownNames(): readonly string[] {
    return [this.text('practiceName'), this.text('personName')];
  }

  private submit(event: Event, act: () => void | Promise<void>): void {
    event.preventDefault();
    void (async () => {
      await act();
      await this.updateComplete;
      focusFirstWrong(this.renderRoot);
    })();
  }

  private leaveAbout(): void {
    const missing = {
      practiceName: 'Give the practice a name.',
      personName: 'Type your name.',
      deviceName: 'Give this computer a name.',
    };
    this.wrong = {
      ...Object.fromEntries(Object.entries(missing).filter(([name]) => this.text(name) === '')),
      ...wrongNewPassphrase(this.typed, this.knownNames),
    };
    if (Object.keys(this.wrong).length > 0) return;
    if (this.phrase === '') {
      this.phrase = this.door.newRecoveryPhrase();
      this.asked = positionsToAsk((below) => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below);
    }
    this.step = 'phrase';
  }

  private async create(): Promise<void> {
    if (this.busy) return;
    const words = this.phrase.split(' ');
    const wrong = this.asked.filter(
      (position) => !sameWord(this.text(`word${String(position)}`), words[position] ?? ''),
    );
    this.wrong = Object.fromEntries(
      wrong.map((position) => [`word${String(position)}`, 'Not the word in this place. Look at what you wrote down.']),
    );
    this.trouble = undefined;
    if (wrong.length > 0) return;
    const role = this.text('role');
    this.busy = true;
    await painted();
    const session = await this.door.create({
      practiceName: this.text('practiceName'),
      personName: this.text('personName'),
      role: isRole(role) ? role : 'clinician',
      deviceName: this.text('deviceName'),
      passphrase: this.typed['passphrase'] ?? '',
      recoveryPhrase: this.phrase,
      sharing: this.text('sharing') !== 'no',
    });
    this.busy = false;
    if (session.ok) {
      this.phrase = '';
      this.typed = {};
      opened(this, session.value);
    } else {
      this.trouble = doorTrouble[session.reason];
    }
  }
}

customElements.define('pc-new-practice', NewPracticeForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-new-practice': NewPracticeForm;
  }
}
