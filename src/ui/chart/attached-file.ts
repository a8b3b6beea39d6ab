/**
 * `<pc-attached-file .view .file>`: one file of an entry: what it is, whether it is here, getting it, seeing it and saving it. What
 * a record says of a file's type is somebody's word: images are drawn by `<img>`, text is shown as text, and nothing else is
 * ever opened in the page.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Bytes } from '../../base/bytes.ts';
import { readBase64 } from '../../clinical/base64.ts';
import type { AttachedFile } from '../../clinical/views/attached-files.ts';
import '../shell/badge.ts';
import { saveFile } from '../shell/save-file.ts';
import { base } from '../shell/styles.ts';
import { fileName, fileWords, mediaType, previewOf, stateWords } from './attached-words.ts';
import type { ChartView } from './chart-view.ts';

/** Characters of a text that are shown: more is for an editor. */
const maxShownText = 200_000;

type Shown = { readonly kind: 'image'; readonly address: string } | { readonly kind: 'text'; readonly text: string };

export class AttachedFileElement extends LitElement {
  static override properties = {
    view: { attribute: false },
    file: { attribute: false },
    shown: { state: true },
    broken: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-2xs);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-2xs) var(--wa-space-s);
      }
      .name {
        overflow-wrap: anywhere;
      }
      img {
        max-inline-size: 100%;
        max-block-size: 32rem;
        object-fit: contain;
        justify-self: start;
        background: var(--wa-color-surface-lowered);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
      }
      pre {
        margin: 0;
        max-block-size: 24rem;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        font: inherit;
      }
    `,
  ];

  declare view: ChartView;
  declare file: AttachedFile;
  declare private shown: Shown | undefined;
  declare private broken: boolean;

  constructor() {
    super();
    this.broken = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.hide();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('file') as AttachedFile | undefined;
    if (before !== undefined && before.data !== this.file.data) this.hide();
  }

  override render() {
    const { file } = this;
    const state = this.view.chart.files.state(file.data);
    const isHere = state === undefined || state.kind === 'here';
    const words = state === undefined ? '' : stateWords(state);
    const name = file.title === '' ? 'File' : file.title;
    return html`<div class="line">
        <span><strong class="name">${name}</strong> <span class="quiet">${fileWords(file)}</span></span>
        <span role="status"
          >${words === '' ? nothing : html`<pc-badge icon=${state?.kind === 'no-room' ? 'alert' : 'clock'} tone=${state?.kind === 'no-room' ? 'warning' : 'neutral'}>${words}</pc-badge>`}</span
        >
      </div>
      <div class="line no-print">
        ${
          isHere
            ? html`${
                  previewOf(file) === undefined
                    ? nothing
                    : html`<wa-button size="s" appearance="outlined" @click=${() => void this.toggle()}
                        >${this.shown === undefined ? 'Show' : 'Hide'}<span class="only-heard">
                          ${name}</span
                        ></wa-button
                      >`
                }
                <wa-button size="s" appearance="outlined" @click=${() => void this.save()}
                  ><wa-icon slot="start" name="download"></wa-icon>Save<span class="only-heard">
                    ${name}</span
                  ></wa-button
                >`
            : state.kind === 'asked'
              ? nothing
              : html`<wa-button size="s" appearance="outlined" @click=${() => this.want()}
                  ><wa-icon slot="start" name="download"></wa-icon>Get it<span class="only-heard"
                    >: ${name}</span
                  ></wa-button
                >`
        }
      </div>
      ${this.broken ? html`<p role="alert">This file cannot be opened: what was stored of it is damaged.</p>` : nothing}
      ${this.renderShown(name)}`;
  }

  private renderShown(name: string) {
    if (this.shown === undefined) return nothing;
    return this.shown.kind === 'image'
      ? html`<img src=${this.shown.address} alt=${name} @error=${() => this.fail()} />`
      : html`<pre tabindex="0" aria-label=${name}>${this.shown.text}</pre>`;
  }

  private want(): void {
    this.view.chart.files.want(this.file.data);
    this.requestUpdate();
  }

  private async toggle(): Promise<void> {
    if (this.shown !== undefined) {
      this.hide();
      return;
    }
    const { file } = this;
    const bytes = await this.content();
    if (bytes === undefined || !this.isConnected || this.file !== file) return;
    this.shown =
      previewOf(file) === 'image'
        ? { kind: 'image', address: URL.createObjectURL(new Blob([bytes], { type: mediaType(file.contentType) })) }
        : { kind: 'text', text: new TextDecoder().decode(bytes).slice(0, maxShownText) };
  }

  private hide(): void {
    if (this.shown?.kind === 'image') URL.revokeObjectURL(this.shown.address);
    this.shown = undefined;
    this.broken = false;
  }

  private fail(): void {
    this.hide();
    this.broken = true;
  }

  private async save(): Promise<void> {
    const bytes = await this.content();
    // Of no type: whatever the record says it is, the browser saves it and opens nothing.
    if (bytes !== undefined) saveFile(fileName(this.file), new Blob([bytes], { type: 'application/octet-stream' }));
  }

  private async content(): Promise<Bytes | undefined> {
    const { data, isApart } = this.file;
    const opened = isApart ? await this.view.chart.files.open(data) : undefined;
    const bytes = opened === undefined ? readBase64(data) : opened.ok ? opened.value : undefined;
    // A part that was lost here can be got again; what is broken everywhere cannot.
    this.broken = bytes === undefined && this.view.chart.files.state(data)?.kind !== 'elsewhere';
    this.requestUpdate();
    return bytes;
  }
}

customElements.define('pc-attached-file', AttachedFileElement);
declare global {
  interface HTMLElementTagNameMap {
    'pc-attached-file': AttachedFileElement;
  }
}
