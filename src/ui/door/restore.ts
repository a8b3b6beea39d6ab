/**
 * `<pc-restore .door>`: the other way in on a fresh machine: a backup file, opened by the recovery phrase alone. All of the
 * practice comes back or none of it. Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Door } from '../../app/door/door-acts.ts';
import '../shell/callout.ts';
import { FormState, without, type Texts } from '../shell/form-state.ts';
import { bytesInWords } from '../shell/format.ts';
import '../shell/progress.ts';
import { base, form } from '../shell/styles.ts';
import { suggestDeviceName } from './device-name.ts';
import { newPassphraseFields, wrongNewPassphrase } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import { blamePhraseOrForm, noPhrase, recoveryField } from './recovery-field.ts';
import { doorTrouble } from './words.ts';

export class Restore extends LitElement {
  static override properties = {
    door: { attribute: false },
    file: { state: true },
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
  /** While restoring. */
  declare private progress: { readonly done: number; readonly total: number } | undefined;
  private readonly state: FormState = new FormState(this, { deviceName: suggestDeviceName(navigator.userAgent) });

  override render() {
    const { state } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event)}>
      <div class="stack">
        <div class="row">
          <wa-button
            appearance="outlined"
            class=${state.wrong['file'] === undefined ? '' : 'wrong'}
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
          state.wrong['file'] === undefined
            ? nothing
            : html`<p class="file-error" role="alert">${state.wrong['file']}</p>`
        }
      </div>
      ${recoveryField(state)} ${newPassphraseFields(state, { label: 'New passphrase for this computer' })}
      ${state.field('deviceName', 'Name of this computer')}
      <pc-trouble .words=${state.trouble}></pc-trouble>
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
    this.state.wrong = without(this.state.wrong, 'file');
  }

  private submit(event: Event): void {
    const { state, file } = this;
    const findWrong = (): Texts => ({
      ...(file === undefined ? { file: 'Choose the file that “Back up” saved; its name ends in .backup.' } : {}),
      ...state.missing({ ...noPhrase, deviceName: 'Give this computer a name.' }),
      ...wrongNewPassphrase(state.typed),
    });
    state.submit(event, findWrong, async () => {
      if (file !== undefined) await this.restore(file);
    });
  }

  private async restore(file: File): Promise<void> {
    const { state } = this;
    this.progress = { done: 0, total: 0 };
    const session = await this.door.restore(
      file,
      state.raw('phrase'),
      state.raw('passphrase'),
      state.text('deviceName'),
      (done, total) => (this.progress = { done, total }),
    );
    this.progress = undefined;
    if (!session.ok) {
      blamePhraseOrForm(state, session, doorTrouble);
      return;
    }
    state.clear();
    opened(this, session.value);
  }
}

customElements.define('pc-restore', Restore);
declare global {
  interface HTMLElementTagNameMap {
    'pc-restore': Restore;
  }
}
