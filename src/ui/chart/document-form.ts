/**
 * `<pc-document-form .view>`: a file added to the chart, chosen, dropped or photographed, with what it is called. Sealed with
 * progress; a cancel leaves nothing behind. Fires `pc-close` when done or put away (Escape).
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { addDocument, type DocumentOutcome } from '../../clinical/edits/document.ts';
import type { FieldReason } from '../../clinical/edits/edit.ts';
import '../shell/callout.ts';
import { focusFirstWrong, readFields, textField } from '../shell/fields.ts';
import { bytesInWords } from '../shell/format.ts';
import '../shell/progress.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { actOf, type ChartView } from './chart-view.ts';
import { fieldWords } from './words.ts';

/** Bytes of a file; app/ takes no more (EN-10). */
const maxFileBytes = 64 * 1024 * 1024;

const tooLarge: Trouble = {
  happened: 'This file is larger than 64 MB, which is the most a chart takes.',
  safe: 'Nothing was changed.',
  todo: 'Make it smaller, or keep it elsewhere and write down where.',
};
const notReadable: Trouble = {
  happened: 'This file cannot be read, or is empty.',
  safe: 'Nothing was changed.',
  todo: 'Look whether it is still there, then choose it again.',
};

export class DocumentForm extends LitElement {
  static override properties = {
    view: { attribute: false },
    file: { state: true },
    over: { state: true },
    typed: { state: true },
    wrong: { state: true },
    trouble: { state: true },
    sealing: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      .drop {
        display: grid;
        justify-items: center;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-m) var(--wa-space-s);
        text-align: center;
        border: 1px dashed var(--wa-color-neutral-border-loud);
        border-radius: var(--wa-border-radius-l);
      }
      .drop.over {
        border-style: solid;
        background: var(--wa-color-brand-fill-quiet);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--wa-space-xs);
      }
      .name {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare view: ChartView;
  declare private file: File | undefined;
  declare private over: boolean;
  declare private typed: Readonly<Record<string, string>>;
  declare private wrong: Readonly<Record<string, FieldReason>>;
  declare private trouble: Trouble | undefined;
  declare private sealing: { readonly done: number; readonly total: number } | undefined;
  private cancelling: AbortController | undefined;

  constructor() {
    super();
    this.over = false;
    this.typed = {};
    this.wrong = {};
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
    this.addEventListener('pc-cancel', () => this.cancelling?.abort());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelling?.abort();
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('h2')?.focus();
  }

  override render() {
    return html`<form
      aria-labelledby="heading"
      autocomplete="off"
      novalidate
      @input=${(event: Event) => this.keep(event)}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.submit();
      }}
    >
      <h2 id="heading" tabindex="-1">Add a document</h2>
      ${this.renderDrop()} ${this.renderField('title', 'Title', '', true)}
      ${this.renderField('type', 'Kind', 'Letter, X-ray, photo of a wound')}
      ${this.renderField('date', 'Date', 'A day, a month or a year; empty for today')}
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${
        this.sealing === undefined
          ? html`<div class="actions">
              <wa-button type="submit" variant="brand">Add document</wa-button>
              <wa-button appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
            </div>`
          : html`<pc-progress
              label="Saving"
              unit="kB"
              .done=${Math.round(this.sealing.done / 1000)}
              .total=${Math.round(this.sealing.total / 1000)}
            ></pc-progress>`
      }
    </form>`;
  }

  private renderDrop() {
    const { file } = this;
    return html`<div
      class="drop ${this.over ? 'over' : ''}"
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.over = true;
      }}
      @dragleave=${() => (this.over = false)}
      @drop=${(event: DragEvent) => {
        event.preventDefault();
        this.over = false;
        this.take(event.dataTransfer?.files);
      }}
    >
      <p class="name" role="status">
        ${
          file === undefined
            ? html`<span class="quiet">Drop a file here, up to 64 MB</span>`
            : html`<strong>${file.name}</strong> <span class="quiet">${bytesInWords(file.size)}</span>`
        }
      </p>
      <div class="buttons">
        <wa-button size="s" appearance="outlined" @click=${() => this.choose('#file')}
          ><wa-icon slot="start" name="upload"></wa-icon
          >${file === undefined ? 'Choose a file' : 'Choose another'}</wa-button
        >
        <wa-button size="s" appearance="outlined" @click=${() => this.choose('#photo')}>Take a photo</wa-button>
      </div>
      <input id="file" type="file" hidden aria-label="File" @change=${(event: Event) => this.chosen(event)} />
      <input
        id="photo"
        type="file"
        hidden
        aria-label="Photo"
        accept="image/*"
        capture="environment"
        @change=${(event: Event) => this.chosen(event)}
      />
    </div>`;
  }

  private renderField(name: string, label: string, hint: string, required = false) {
    const reason = this.wrong[name];
    const error = reason === undefined ? undefined : fieldWords[reason];
    return textField({ name, label, hint, required, value: this.typed[name] ?? '', error });
  }

  private choose(which: string): void {
    this.renderRoot.querySelector<HTMLInputElement>(which)?.click();
  }

  private chosen({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    this.take(target.files);
    // The same file again is a change too.
    target.value = '';
  }

  private take(files: FileList | null | undefined): void {
    const [file] = files ?? [];
    if (file === undefined) return;
    this.file = file;
    this.trouble = file.size > maxFileBytes ? tooLarge : undefined;
    if ((this.typed['title'] ?? '') === '')
      this.typed = { ...this.typed, title: file.name.replace(/\.[a-z0-9]{1,5}$/i, '') };
  }

  /** The chart may change while a person types, and the form is painted anew: what is typed must still be there. */
  private keep({ target }: Event): void {
    if (target === null || !('name' in target && 'value' in target)) return;
    const { name, value } = target;
    if (typeof name === 'string' && name !== '' && typeof value === 'string')
      this.typed = { ...this.typed, [name]: value };
  }

  private async submit(): Promise<void> {
    if (this.sealing !== undefined) return;
    this.typed = { ...this.typed, ...readFields(this.renderRoot) };
    const { file } = this;
    if (file === undefined) {
      this.trouble = {
        happened: 'No file is chosen.',
        safe: 'Nothing was changed.',
        todo: 'Choose one, or drop it here.',
      };
      return;
    }
    if (file.size > maxFileBytes) return;
    const read = file.size === 0 ? undefined : await file.arrayBuffer().catch(() => undefined);
    if (read === undefined) {
      this.trouble = notReadable;
      return;
    }
    const added = addDocument(actOf(this.view), this.typed, {
      name: file.name,
      contentType: file.type,
      bytes: new Uint8Array(read),
    });
    const { outcome } = added;
    this.wrong = outcome.kind === 'errors' ? outcome.errors : {};
    if (outcome.kind === 'errors') {
      await this.updateComplete;
      focusFirstWrong(this.renderRoot);
      return;
    }
    await this.save(added);
  }

  private async save({ outcome, taken }: DocumentOutcome): Promise<void> {
    if (outcome.kind !== 'edits') return;
    this.trouble = undefined;
    this.cancelling = new AbortController();
    this.sealing = { done: 0, total: 0 };
    const saved = await this.view.chart.editWithFiles(outcome.section, outcome.edits, {
      taken,
      progress: (done, total) => (this.sealing = { done, total }),
      signal: this.cancelling.signal,
    });
    this.sealing = undefined;
    if (saved.ok) {
      say(this, 'Document added');
      this.close();
    } else if (saved.reason !== 'cancelled') this.trouble = writeTrouble[saved.reason];
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-document-form', DocumentForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-document-form': DocumentForm;
  }
}
