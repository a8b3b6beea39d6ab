/** `<pc-file-drop>`: files chosen by a button or dropped on it. Fires `pc-files` with them; reads nothing. */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { base } from '../shell/styles.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-files': CustomEvent<readonly File[]>;
  }
}

export class FileDrop extends LitElement {
  static override properties = { over: { state: true } };
  static override styles = [
    base,
    css`
      div {
        display: grid;
        justify-items: center;
        gap: var(--wa-space-s);
        padding: var(--wa-space-xl) var(--wa-space-m);
        text-align: center;
        background: var(--wa-color-surface-default);
        border: 1px dashed var(--wa-color-neutral-border-loud);
        border-radius: var(--wa-border-radius-l);
      }
      div.over {
        border: 1px solid var(--wa-color-brand-fill-loud);
        background: var(--wa-color-brand-fill-quiet);
      }
    `,
  ];

  declare private over: boolean;

  constructor() {
    super();
    this.over = false;
  }

  override render() {
    return html`<div
      class=${this.over ? 'over' : ''}
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.over = true;
      }}
      @dragleave=${() => (this.over = false)}
      @drop=${(event: DragEvent) => {
        event.preventDefault();
        this.over = false;
        this.give(event.dataTransfer?.files);
      }}
    >
      <wa-button variant="brand" @click=${() => this.renderRoot.querySelector<HTMLElement>('input')?.click()}
        ><wa-icon slot="start" name="upload"></wa-icon>Choose files</wa-button
      >
      <p>or drop them here</p>
      <input
        type="file"
        multiple
        hidden
        aria-label="FHIR files"
        accept=".json,.ndjson,.fhir,application/json,application/fhir+json"
        @change=${(event: Event) => this.take(event)}
      />
    </div>`;
  }

  private take(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.give(event.target.files);
    // The same files again are a change too.
    event.target.value = '';
  }

  private give(files: FileList | null | undefined): void {
    const detail = [...(files ?? [])];
    if (detail.length === 0) return;
    this.dispatchEvent(new CustomEvent('pc-files', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('pc-file-drop', FileDrop);
declare global {
  interface HTMLElementTagNameMap {
    'pc-file-drop': FileDrop;
  }
}
