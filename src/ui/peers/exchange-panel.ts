/**
 * `<pc-exchange .session .to=${{practice}} name="Clinic B">`: exchange without a network: saves one sealed file for a practice or for
 * another device of this one, takes one in, and offers the answer. Without `to` it only takes in, from whomever.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ExchangeProgress, ExchangeWith, SavedExchange, TakenIn } from '../../app/exchange/exchange-acts.ts';
import type { Session } from '../../app/session.ts';
import { noPhrase, recoveryField } from '../door/recovery-field.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { timeInWords } from '../shell/format.ts';
import '../shell/progress.ts';
import { saveFile } from '../shell/save-file.ts';
import { base, form } from '../shell/styles.ts';
import type { Trouble } from '../shell/words.ts';
import { notTaken, savedWords, saveTrouble, takeInTrouble, takenWords } from './exchange-words.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: ExchangeProgress | undefined; readonly stop: AbortController }
  | { readonly kind: 'saved'; readonly saved: SavedExchange; readonly name: string }
  | { readonly kind: 'taken'; readonly taken: TakenIn }
  /** Opened by no key of this device: the practice's own words may. */
  | { readonly kind: 'sealed'; readonly file: File; readonly trouble: Trouble }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

export class ExchangePanel extends LitElement {
  static override properties = {
    session: { attribute: false },
    to: { attribute: false },
    name: { type: String },
    state: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-s);
        max-inline-size: var(--pc-reading-width);
      }
      li + li,
      p + p,
      p + ul {
        margin-block-start: var(--wa-space-2xs);
      }
      ul {
        list-style: disc;
        padding-inline-start: var(--wa-space-m);
      }
      .file {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare session: Session;
  declare to: ExchangeWith | undefined;
  /** Of whom the file is for. */
  declare name: string;
  declare private state: State;
  private readonly phrase: FormState = new FormState(this);

  constructor() {
    super();
    this.name = '';
    this.state = { kind: 'idle' };
  }

  override render() {
    const { to } = this;
    const own = to?.practice === this.session.practice.id;
    return html`${
      to === undefined
        ? nothing
        : html`<p>
            ${own ? 'For a device that no network reaches:' : 'For a practice that no network reaches:'} save a file,
            carry or send it there, and take in the one you get back. Only
            ${own ? 'devices of this practice' : this.name} can open it.
          </p>`
    }
    ${this.renderActs(to)} ${this.renderState()}`;
  }

  private renderActs(to: ExchangeWith | undefined) {
    const { state } = this;
    if (state.kind === 'running') return this.renderProgress(state.progress, state.stop);
    return html`<div class="row">
      ${
        to === undefined
          ? nothing
          : html`<wa-button
                appearance="outlined"
                variant="brand"
                @click=${() => void this.save(to, 'lacking', this.name)}
                ><wa-icon slot="start" name="download"></wa-icon>Save for ${inButton(this.name)}</wa-button
              >
              <wa-button appearance="plain" @click=${() => void this.save(to, 'everything', this.name)}
                >Save everything</wa-button
              >`
      }
      <wa-button
        appearance="outlined"
        @click=${() => this.renderRoot.querySelector<HTMLElement>('input[type=file]')?.click()}
        ><wa-icon slot="start" name="upload"></wa-icon>Take in a file</wa-button
      >
      <input
        type="file"
        hidden
        aria-label="File from another practice or device"
        accept=".peerchart"
        @change=${(event: Event) => this.choose(event)}
      />
    </div>`;
  }

  private renderProgress(progress: ExchangeProgress | undefined, stop: AbortController) {
    const saving = progress?.phase === 'saving';
    const label =
      progress === undefined || saving
        ? 'Saving the file'
        : progress.phase === 'checking'
          ? 'Checking the file'
          : 'Taking in the file';
    const inKilobytes = (progress?.total ?? 0) < 10_000_000;
    const scale = saving ? 1 : inKilobytes ? 1_000 : 1_000_000;
    return html`<pc-progress
      label=${label}
      unit=${saving ? 'charts' : inKilobytes ? 'KB' : 'MB'}
      .done=${Math.round((progress?.done ?? 0) / scale)}
      .total=${Math.ceil((progress?.total ?? 0) / scale)}
      @pc-cancel=${() => stop.abort()}
    ></pc-progress>`;
  }

  private renderState() {
    const { state } = this;
    switch (state.kind) {
      case 'idle':
      case 'running':
        return nothing;
      case 'saved':
        return html`<pc-callout tone="success" role="status"
          >${savedWords(state.saved, state.name).map((line) => html`<p class="file">${line}</p>`)}</pc-callout
        >`;
      case 'taken':
        return this.renderTaken(state.taken);
      case 'failed':
        return html`<pc-trouble .words=${state.trouble}></pc-trouble>`;
      case 'sealed':
        return html`<pc-trouble .words=${state.trouble}></pc-trouble>
          <form autocomplete="off" @submit=${(event: Event) => this.openByPhrase(event, state.file)}>
            ${recoveryField(this.phrase)}
            <div class="actions">
              <wa-button type="submit" appearance="outlined">Open with the recovery phrase</wa-button>
            </div>
          </form>`;
    }
  }

  private renderTaken(taken: TakenIn) {
    const { practice, device, practiceName, personName } = taken.from;
    const own = practice === this.session.practice.id;
    const left = notTaken(taken);
    const isWhole = left.length === 0 && taken.stopped === false;
    const name = own ? personName : practiceName;
    return html`<pc-callout tone=${isWhole ? 'success' : 'warning'} role="status">
        <p>
          <strong>From ${own ? `${personName}, your practice` : `${personName}, ${practiceName}`}</strong>, saved
          ${timeInWords(taken.writtenAt)}.
        </p>
        <p>${takenWords(taken).join(' ')}</p>
        ${
          left.length === 0
            ? nothing
            : html`<p>Not taken in:</p>
                <ul>
                  ${left.map((line) => html`<li>${line}</li>`)}
                </ul>`
        }
      </pc-callout>
      <div class="row">
        <wa-button
          variant="brand"
          @click=${() => void this.save(own ? { practice, device } : { practice }, 'lacking', name, taken)}
          ><wa-icon slot="start" name="download"></wa-icon>Save the answer for ${inButton(name)}</wa-button
        >
      </div>`;
  }

  private async save(
    to: ExchangeWith,
    what: 'lacking' | 'everything',
    name: string,
    answering?: TakenIn,
  ): Promise<void> {
    const stop = new AbortController();
    this.state = { kind: 'running', progress: { phase: 'saving', done: 0, total: 0 }, stop };
    const progress = (now: ExchangeProgress): void => void (this.state = { kind: 'running', progress: now, stop });
    const saved = await this.session.exchange.save(to, what, progress, stop.signal, answering);
    if (saved.ok) {
      saveFile(saved.value.fileName, saved.value.file);
      this.state = { kind: 'saved', saved: saved.value, name };
    } else {
      this.state =
        saved.reason === 'cancelled' ? { kind: 'idle' } : { kind: 'failed', trouble: saveTrouble[saved.reason] };
    }
  }

  private choose(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const file = event.target.files?.[0];
    // The same file again is a change too.
    event.target.value = '';
    if (file !== undefined) void this.takeIn(file);
  }

  private openByPhrase(event: Event, file: File): void {
    const { phrase } = this;
    phrase.submit(
      event,
      () => phrase.missing(noPhrase),
      async () => {
        const typed = phrase.raw('phrase');
        phrase.clear();
        await this.takeIn(file, typed);
      },
    );
  }

  private async takeIn(file: File, recoveryPhrase?: string): Promise<void> {
    const stop = new AbortController();
    this.state = { kind: 'running', progress: { phase: 'checking', done: 0, total: 0 }, stop };
    const progress = (now: ExchangeProgress): void => void (this.state = { kind: 'running', progress: now, stop });
    const taken = await this.session.exchange.takeIn(file, progress, stop.signal, recoveryPhrase);
    if (taken.ok) {
      this.state = { kind: 'taken', taken: taken.value };
    } else if (taken.reason === 'cancelled') {
      this.state = { kind: 'idle' };
    } else {
      const trouble = takeInTrouble[taken.reason];
      const mayOpen = taken.reason === 'not-for-us' || taken.reason === 'wrong-recovery-phrase';
      this.state = mayOpen ? { kind: 'sealed', file, trouble } : { kind: 'failed', trouble };
    }
  }
}

/** A button does not break into lines: a long name would be wider than a phone. */
const inButton = (name: string): string => (name.length > 22 ? 'them' : name);

customElements.define('pc-exchange', ExchangePanel);
declare global {
  interface HTMLElementTagNameMap {
    'pc-exchange': ExchangePanel;
  }
}
