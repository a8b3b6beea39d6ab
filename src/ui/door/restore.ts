/**
 * `<pc-restore .door>`: the other way in on a fresh machine: a backup file, opened by the recovery phrase alone. All of the
 * practice comes back or none of it. Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Door } from '../../app/session.ts';
import '../shell/callout.ts';
import { focusFirstWrong, textField } from '../shell/fields.ts';
import { bytesInWords } from '../shell/format.ts';
import { painted } from '../shell/painted.ts';
import '../shell/progress.ts';
import { base, form } from '../shell/styles.ts';
import type { Trouble } from '../shell/words.ts';
import { suggestDeviceName } from './device-name.ts';
import { newPassphraseFields, without, wrongNewPassphrase, type Texts } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import { phraseError, recoveryField } from './recovery-field.ts';
import { doorTrouble } from './words.ts';

export class Restore extends LitElement {
  static override properties = {
    door: { attribute: false },
    file: { state: true },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    progress: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      .file-error {
        color: var(--wa-color-danger-on-quiet);
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  declare door: Door;
  declare private file: File | undefined;
  declare private typed: Texts;
  declare private wrong: Texts;
  declare private trouble: Trouble | undefined;
  /** While restoring. */
  declare private progress: { readonly done: number; readonly total: number } | undefined;

  constructor() {
    super();
    this.typed = { deviceName: suggestDeviceName(navigator.userAgent) };
    this.wrong = {};
  }

  override render() {
    const type = (name: string, value: string): void => {
      this.typed = { ...this.typed, [name]: value };
      this.wrong = without(this.wrong, name);
    };
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.restore();
      }}
    >
      <div class="stack">
        <div class="row">
          <wa-button
            appearance="outlined"
            class=${this.wrong['file'] === undefined ? '' : 'wrong'}
            @click=${() => this.renderRoot.querySelector<HTMLElement>('input[type=file]')?.click()}
            ><wa-icon slot="start" name="upload"></wa-icon>Choose the backup file</wa-button
          >
          <input
            type="file"
            hidden
            aria-label="Backup file"
            accept=".backup"
            @change=${(event: Event) => this.choose(event)}
          />
          ${this.file === undefined ? nothing : html`<span>${this.file.name}, ${bytesInWords(this.file.size)}</span>`}
        </div>
        ${
          this.wrong['file'] === undefined
            ? nothing
            : html`<p class="file-error" role="alert">${this.wrong['file']}</p>`
        }
      </div>
      ${recoveryField({
        value: this.typed['phrase'] ?? '',
        error: this.wrong['phrase'],
        onInput: (value) => type('phrase', value),
      })}
      ${newPassphraseFields({ typed: this.typed, wrong: this.wrong, type, label: 'New passphrase for this computer' })}
      ${textField({
        name: 'deviceName',
        label: 'Name of this computer',
        value: this.typed['deviceName'] ?? '',
        error: this.wrong['deviceName'],
        onInput: (value) => type('deviceName', value),
      })}
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${
        this.progress === undefined
          ? html`<div class="actions">
              <wa-button type="submit" variant="brand">Restore</wa-button>
              <wa-button appearance="outlined" @click=${() => back(this)}>Back</wa-button>
            </div>`
          : html`<pc-progress
              label="Restoring"
              unit="records"
              cannotCancel
              .done=${this.progress.done}
              .total=${this.progress.total}
            ></pc-progress>`
      }
    </form>`;
  }

  private choose(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.file = event.target.files?.[0];
    this.wrong = without(this.wrong, 'file');
  }

  private async restore(): Promise<void> {
    const { file } = this;
    if (this.progress !== undefined) return;
    this.trouble = undefined;
    this.wrong = this.findWrong();
    if (file !== undefined && Object.keys(this.wrong).length === 0) {
      this.progress = { done: 0, total: 0 };
      await painted();
      const phrase = this.typed['phrase'] ?? '';
      const session = await this.door.restore(
        file,
        phrase,
        this.typed['passphrase'] ?? '',
        (this.typed['deviceName'] ?? '').trim(),
        (done, total) => (this.progress = { done, total }),
      );
      this.progress = undefined;
      if (session.ok) {
        this.typed = {};
        opened(this, session.value);
        return;
      }
      const error = phraseError(phrase, session.reason, session.detail);
      if (error === undefined) this.trouble = doorTrouble[session.reason];
      else this.wrong = { phrase: error };
    }
    await this.updateComplete;
    focusFirstWrong(this.renderRoot);
  }

  private findWrong(): Texts {
    return {
      ...(this.file === undefined ? { file: 'Choose the file that “Back up” saved; its name ends in .backup.' } : {}),
      ...((this.typed['phrase'] ?? '').trim() === '' ? { phrase: 'Type the 24 words.' } : {}),
      ...wrongNewPassphrase(this.typed),
      ...((this.typed['deviceName'] ?? '').trim() === '' ? { deviceName: 'Give this computer a name.' } : {}),
    };
  }
}

customElements.define('pc-restore', Restore);
declare global {
  interface HTMLElementTagNameMap {
    'pc-restore': Restore;
  }
}
